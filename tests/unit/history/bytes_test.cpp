#include <catch2/catch_test_macros.hpp>

#include "history/history.hpp"

using namespace candor;
using namespace candor::history;

namespace {

constexpr Instant kNow = 1'790'000'000'000;

Person full_person() {
    Person person;
    person.id = "ann \"the\" \xf0\x9f\x98\x80";
    person.anonymous = false;
    person.first_seen = -1;
    person.last_call = kNow;
    person.sessions = kMostCount;
    person.session_began = std::numeric_limits<Instant>::min();
    person.counters = {{"event:a", 3}, {"", 0}};
    SurveyRecord record;
    record.survey = "s";
    record.wave = "2026-q4";
    record.reached = Reached::snoozed;
    record.touchpoint = "bought";
    record.prompts = 2;
    record.shown = 0;
    record.answered = kNow;
    person.surveys = {record, SurveyRecord{}};
    person.pending = {{.survey = "s",
                       .wave = "1",
                       .touchpoint = "$session",
                       .occurrence = 3,
                       .met = kNow,
                       .due = kNow + 1,
                       .expires = kNever}};
    person.claim = Claim{.owner = "o", .survey = "s", .wave = "1", .touchpoint = "bought", .at = kNow};
    person.running = Running{};
    person.running->owner = "o";
    person.running->revision = 4;
    person.running->state = "{\"draft\":\"" + std::string(200'000, 'x') + "\"}";
    return person;
}

template <class T>
std::string reason(const Result<T>& result) {
    return result ? candor::String("read") : describe(result.error());
}

}  // namespace

TEST_CASE("a person reads back as written") {
    CHECK(read_person(write(full_person())) == full_person());
    CHECK(read_person(write(Person{})) == Person{});
}

TEST_CASE("an install reads back as written") {
    Install install;
    install.id = "0193a3f0-0000-7000-8000-000000000000";
    install.current = "anon:1";
    install.persons = {{"anon:1", kNow}, {"ann", -5}};
    install.submissions = {"a", "b"};
    CHECK(read_install(write(install)) == install);
    CHECK(read_install(write(Install{})) == Install{});
}

TEST_CASE("of the submissions the last two hundred are kept") {
    Install install;
    for (int i = 0; i < 205; ++i) install.submissions.push_back(std::to_string(i));
    const auto read = read_install(write(install));
    REQUIRE(read);
    CHECK(read->submissions.size() == kMostSubmissions);
    CHECK(read->submissions.front() == "5");
    CHECK(read->submissions.back() == "204");
}

TEST_CASE("absent members take their defaults, and those of a later version are left out") {
    CHECK(read_person("{}") == Person{});
    CHECK(read_install("{}") == Install{});
    Person person;
    person.id = "ann";
    CHECK(read_person(R"({"id": "ann", "karma": [1, {"x": 2}], "running_2": {}})") == person);
    SurveyRecord record;
    record.survey = "s";
    person.surveys = {record};
    CHECK(read_person(R"({"id": "ann", "surveys": [{"survey": "s", "mood": "good"}]})") == person);
}

TEST_CASE("a wrong type is an error that names its place") {
    CHECK(reason(read_person(R"({"sessions": "many"})")).starts_with("sessions: "));
    CHECK(reason(read_person(R"({"sessions": -1})")).starts_with("sessions: "));
    CHECK(reason(read_person(R"({"sessions": 1.5})")).starts_with("sessions: "));
    CHECK(reason(read_person(R"({"anonymous": 1})")).starts_with("anonymous: "));
    CHECK(reason(read_person(R"({"counters": {}})")).starts_with("counters: "));
    CHECK(reason(read_person(R"({"counters": [{}, 7]})")).starts_with("counters[1]: "));
    CHECK(reason(read_person(R"({"counters": [{"clause": "a", "count": "3"}]})")).starts_with("counters[0].count: "));
    CHECK(reason(read_person(R"({"surveys": [{"reached": "the moon"}]})")).starts_with("surveys[0].reached: "));
    CHECK(reason(read_person(R"({"surveys": [{"answered": true}]})")).starts_with("surveys[0].answered: "));
    CHECK(reason(read_person(R"({"pending": [{"met": 1e99}]})")).starts_with("pending[0].met: "));
    CHECK(reason(read_person(R"({"claim": []})")).starts_with("claim: "));
    CHECK(reason(read_person(R"({"claim": {"at": []}})")).starts_with("claim.at: "));
    CHECK(reason(read_person(R"({"running": {"state": {}}})")).starts_with("running.state: "));
    CHECK(reason(read_install(R"({"persons": [{"id": 3}]})")).starts_with("persons[0].id: "));
    CHECK(reason(read_install(R"({"submissions": ["a", 3]})")).starts_with("submissions[1]: "));
    CHECK(reason(read_install(R"({"current": null})")).starts_with("current: "));
}

TEST_CASE("ids longer than 200 bytes are refused") {
    const auto with_id = [](std::size_t size) { return "{\"id\": \"" + std::string(size, 'x') + "\"}"; };
    CHECK(read_person(with_id(200)));
    CHECK(reason(read_person(with_id(201))).starts_with("id: "));
    CHECK(reason(read_install(with_id(201))).starts_with("id: "));
    CHECK(
        reason(read_install("{\"submissions\": [\"" + std::string(201, 'x') + "\"]}")).starts_with("submissions[0]: "));
}

TEST_CASE("what is no history at all is refused") {
    for (const std::string_view bytes :
         {"", " ", "null", "[]", "3", "\"x\"", "{", "{\"id\": \"\xff\"}", "{\"id\": \"a\", \"id\": \"b\"}", "{} {}",
          "{\"surveys\": [{\"survey\": {}}]}", "\xef\xbb\xbf{}"}) {
        INFO(bytes);
        CHECK_FALSE(read_person(bytes));
    }
    CHECK_FALSE(read_person("{\"counters\": " + std::string(5000, '[') + std::string(5000, ']') + "}"));
    CHECK_FALSE(read_person("{\"id\": \"" + std::string(8u << 20, 'x') + "\"}"));
    CHECK_FALSE(read_person(std::string_view("{\"id\": \"a\0\"}", 12)));
}

TEST_CASE("a history cut anywhere is refused and never half read") {
    Person person = full_person();
    person.running->state = "{}";
    const std::string bytes = write(person);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (read_person(std::string_view(bytes).substr(0, size))) FAIL("read the first " << size << " bytes");
    }
}

TEST_CASE("any one byte of a history may be wrong") {
    Person person = full_person();
    person.running->state = "{}";
    const std::string bytes = write(person);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const char wrong : {'\0', '"', '9', '}', '\xff'}) {
            std::string bad = bytes;
            bad[i] = wrong;
            const auto read = read_person(bad);
            // What is still read must be as sound as any history: it can be written and read again.
            if (read && read_person(write(*read)) != *read) FAIL("byte " << i);
        }
    }
}

TEST_CASE("bytes: instants that are none are refused, and named") {
    for (const char* recent : {R"(["soon"])", "[1.5]", "[null]", "[[1]]", "{}"}) {
        const auto person =
            read_person(R"({"id": "a", "counters": [{"clause": "event:a", "recent": )" + std::string(recent) + "}]}");
        REQUIRE_FALSE(person);
        CHECK(person.error().path == "counters[0].recent");
    }
    CHECK(read_person(R"({"id": "a", "counters": [{"clause": "event:a", "recent": [1, 2]}]})"));
}
