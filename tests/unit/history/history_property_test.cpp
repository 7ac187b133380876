#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>

#include "history/history.hpp"

using namespace candor;
using namespace candor::history;

namespace {

Instant any_instant() { return *rc::gen::arbitrary<Instant>(); }
std::int64_t any_count() { return *rc::gen::inRange<std::int64_t>(0, kMostCount); }

// Code points of one to four bytes, and those that JSON escapes.
std::string any_text() {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "b", "\"", "\\", "/", "\n", "\x01", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", " "));
    std::string text;
    for (const std::string& part : parts) text += part;
    return text.size() > 200 ? "long" : text;
}

std::optional<Instant> any_mark() { return *rc::gen::arbitrary<bool>() ? std::optional(any_instant()) : std::nullopt; }

template <class T, class Make>
List<T> some(int most, Make make) {
    List<T> items;
    const int size = *rc::gen::inRange(0, most);
    for (int i = 0; i < size; ++i) items.push_back(make());
    return items;
}

Person any_person() {
    Person person;
    person.id = any_text();
    person.anonymous = *rc::gen::arbitrary<bool>();
    person.first_seen = any_instant();
    person.last_call = any_instant();
    person.sessions = any_count();
    person.session_began = any_instant();
    person.counters = some<Counter>(5, [] { return Counter{any_text(), any_count()}; });
    person.surveys = some<SurveyRecord>(5, [] {
        const int reached = *rc::gen::inRange(0, 7);
        return SurveyRecord{any_text(), any_text(), static_cast<Reached>(reached), any_text(), any_count(), any_mark(),
                            any_mark(), any_mark()};
    });
    person.pending = some<Pending>(4, [] {
        return Pending{any_text(), any_text(), any_text(), any_count(), any_instant(), any_instant(), any_instant()};
    });
    if (*rc::gen::arbitrary<bool>()) {
        person.claim = Claim{any_text(), any_text(), any_text(), any_text(), any_instant()};
    }
    if (*rc::gen::arbitrary<bool>()) {
        person.running = Running{any_text(),  any_text(), any_text(),    any_text(),    any_text(),
                                 any_count(), any_text(), any_instant(), any_instant(), any_text()};
    }
    return person;
}

// Every instant of a person, the expiry of delays left out: it lies in the future by right.
bool nothing_after(const Person& person, Instant now) {
    bool ok = person.first_seen <= now && person.last_call <= now && person.session_began <= now;
    for (const SurveyRecord& r : person.surveys) {
        ok = ok && r.shown.value_or(now) <= now && r.dismissed.value_or(now) <= now && r.answered.value_or(now) <= now;
    }
    for (const Pending& p : person.pending) ok = ok && p.met <= now;
    if (person.claim) ok = ok && person.claim->at <= now;
    if (person.running) ok = ok && person.running->shown <= now && person.running->touched <= now;
    return ok;
}

}  // namespace

TEST_CASE("writing and reading a person is the identity") {
    CHECK(rc::check([] {
        const Person person = any_person();
        const auto read = read_person(write(person));
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == person);
    }));
}

TEST_CASE("writing and reading an install is the identity") {
    CHECK(rc::check([] {
        Install install{any_text(), any_text(),
                        some<PersonMark>(20,
                                         [] {
                                             return PersonMark{any_text(), any_instant()};
                                         }),
                        some<String>(200, any_text)};
        const auto read = read_install(write(install));
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == install);
    }));
}

TEST_CASE("hostile bytes never crash the reader") {
    CHECK(rc::check([] {
        std::string bytes = write(any_person());
        const int changes = *rc::gen::inRange(1, 6);
        for (int i = 0; i < changes && !bytes.empty(); ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
            switch (*rc::gen::inRange(0, 3)) {
                case 0: bytes[at] = *rc::gen::arbitrary<char>(); break;
                case 1: bytes.erase(at, *rc::gen::inRange<std::size_t>(1, 20)); break;
                default:
                    bytes.insert(at, *rc::gen::element<std::string>("{", "]", "\"", ",", "1e400", "null", "\xc0"));
                    break;
            }
        }
        const auto read = read_person(bytes);
        (void)read_install(bytes);
        if (read) RC_ASSERT(read_person(write(*read)) == *read);
    }));
}

TEST_CASE("after settling nothing lies in the future, and settling again changes nothing") {
    CHECK(rc::check([] {
        Person person = any_person();
        const Instant now = any_instant();
        settle_clock(person, now);
        RC_ASSERT(nothing_after(person, now));
        const Person once = person;
        RC_ASSERT(!settle_clock(person, now));
        RC_ASSERT(person == once);
    }));
}

TEST_CASE("merging never loses a count, a mark or a survey") {
    CHECK(rc::check([] {
        const Person anonymous = any_person();
        Person person = any_person();
        const Person before = person;
        merge(person, anonymous);
        RC_ASSERT(person.id == before.id);
        for (const Person* from : {&before, &anonymous}) {
            for (const Counter& c : from->counters) RC_ASSERT(counted(person, c.clause) >= counted(*from, c.clause));
            for (const SurveyRecord& r : from->surveys) {
                const SurveyRecord* merged = find_record(person, r.survey);
                RC_ASSERT(merged != nullptr);
                const SurveyRecord* first = find_record(*from, r.survey);
                RC_ASSERT((merged->answered >= first->answered));
                RC_ASSERT((merged->dismissed >= first->dismissed));
                RC_ASSERT((merged->shown >= first->shown));
            }
        }
        RC_ASSERT(person.sessions <= kMostCount);
    }));
}
