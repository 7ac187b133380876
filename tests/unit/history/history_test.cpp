#include "history/history.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace candor;
using namespace candor::history;

namespace {

constexpr Instant kNow = 1'790'000'000'000;   // 2026-09
constexpr Instant k2035 = 2'051'222'400'000;  // 2035-01-01
constexpr Instant k1970 = 1'000;

Person seen_person() {
    Person person;
    person.id = "ann";
    person.anonymous = false;
    touch(person, kNow);
    return person;
}

Pending pending(std::string survey, Instant met) {
    return {.survey = std::move(survey),
            .wave = "1",
            .touchpoint = "bought",
            .occurrence = 1,
            .met = met,
            .due = met + 2 * kSecond,
            .expires = met + 10 * kMinute};
}

}  // namespace

TEST_CASE("the first call ever begins a session, at any instant") {
    for (const Instant at : {Instant{0}, k1970, kNow, k2035}) {
        Person person;
        CHECK(touch(person, at));
        CHECK(person.sessions == 1);
        CHECK(person.first_seen == at);
        CHECK(person.session_began == at);
        CHECK(person.last_call == at);
        CHECK_FALSE(touch(person, at));
    }
}

TEST_CASE("a session begins after 30 minutes without a call, not a millisecond earlier") {
    Person person = seen_person();
    CHECK_FALSE(touch(person, kNow + kSessionGap - 1));
    CHECK_FALSE(touch(person, kNow + 2 * kSessionGap - 2));
    CHECK(person.sessions == 1);
    CHECK(person.session_began == kNow);
    CHECK(touch(person, kNow + 3 * kSessionGap - 2));
    CHECK(person.sessions == 2);
    CHECK(person.session_began == kNow + 3 * kSessionGap - 2);
    CHECK(person.first_seen == kNow);
}

TEST_CASE("a call from before the last one begins nothing and takes nothing back") {
    Person person = seen_person();
    CHECK_FALSE(touch(person, kNow - 5 * kHour));
    CHECK(person.last_call == kNow);
    CHECK(person.sessions == 1);
}

TEST_CASE("a call known to be within a session begins none, however long ago the last was") {
    Person person = seen_person();
    called(person, kNow + 5 * kHour);
    CHECK(person.sessions == 1);
    CHECK(person.last_call == kNow + 5 * kHour);
    called(person, kNow);
    CHECK(person.last_call == kNow + 5 * kHour);
}

TEST_CASE("instants from 2035 are moved to now, once, and nothing else is") {
    Person person = seen_person();
    touch(person, k2035);
    SurveyRecord& future = record_of(person, "future", "1");
    future.shown = k2035;
    future.dismissed = k2035 + 1;
    future.answered = k2035 + 2;
    SurveyRecord& past = record_of(person, "past", "1");
    past.answered = kNow - kDay;
    person.pending.push_back(pending("future", k2035));
    person.pending.push_back(pending("past", kNow - kSecond));
    person.claim = Claim{.owner = "o", .survey = "future", .wave = "1", .touchpoint = "bought", .at = k2035};
    person.running = Running{};
    person.running->shown = k2035;
    person.running->touched = k2035;

    CHECK(settle_clock(person, kNow));
    CHECK(person.first_seen == kNow);
    CHECK(person.session_began == kNow);
    CHECK(person.last_call == kNow);
    CHECK(find_record(person, "future")->shown == kNow);
    CHECK(find_record(person, "future")->dismissed == kNow);
    CHECK(find_record(person, "future")->answered == kNow);
    CHECK(find_record(person, "past")->answered == kNow - kDay);
    CHECK(person.pending[0] == pending("future", kNow));
    CHECK(person.pending[1] == pending("past", kNow - kSecond));
    CHECK(person.claim->at == kNow);
    CHECK(person.running->shown == kNow);
    CHECK(person.running->touched == kNow);

    const Person once = person;
    CHECK_FALSE(settle_clock(person, kNow));
    CHECK(person == once);
    CHECK_FALSE(settle_clock(person, kNow + kDay));
    CHECK(person == once);
}

TEST_CASE("an instant of now is not in the future") {
    Person person = seen_person();
    record_of(person, "s", "1").answered = kNow;
    const Person before = person;
    CHECK_FALSE(settle_clock(person, kNow));
    CHECK(person == before);
}

TEST_CASE("the last call alone does not count as a change of the clock") {
    Person person = seen_person();
    called(person, k2035);
    CHECK_FALSE(settle_clock(person, kNow));
    CHECK(person.last_call == kNow);
}

TEST_CASE("a clock at 1970 puts everything there, and a later one finds it") {
    Person person = seen_person();
    record_of(person, "s", "1").answered = kNow;
    CHECK(settle_clock(person, k1970));
    CHECK(find_record(person, "s")->answered == k1970);
    CHECK(person.last_call == k1970);
    CHECK_FALSE(settle_clock(person, kNow));
    CHECK(find_record(person, "s")->answered == k1970);
}

TEST_CASE("settling survives instants at the ends of the range") {
    Person person;
    Pending wild;
    wild.met = kNever;
    wild.due = std::numeric_limits<Instant>::min();
    wild.expires = kNever;
    person.pending.push_back(wild);
    settle_clock(person, std::numeric_limits<Instant>::min());
    CHECK(person.pending[0].met == std::numeric_limits<Instant>::min());
    settle_clock(person, kNever);
}

TEST_CASE("counters belong to clauses") {
    Person person;
    CHECK(counted(person, "event:a") == 0);
    CHECK(count(person, "event:a") == 1);
    CHECK(count(person, "event:a") == 2);
    CHECK(count(person, "event:b") == 1);
    CHECK(counted(person, "event:a") == 2);
    CHECK(counted(person, "event:") == 0);
    CHECK(person.counters.size() == 2);
}

TEST_CASE("a counter stops at its end") {
    Person person;
    person.counters.push_back({"event:a", kMostCount});
    CHECK(count(person, "event:a") == kMostCount);
}

TEST_CASE("a new wave starts anew, but the waits look over all waves") {
    Person person;
    SurveyRecord& first = record_of(person, "s", "1");
    reach(first, Reached::answered, "bought");
    first.prompts = 3;
    first.answered = kNow;
    CHECK(&record_of(person, "s", "1") == &first);

    const SurveyRecord& second = record_of(person, "s", "2");
    CHECK(person.surveys.size() == 1);
    CHECK(second.wave == "2");
    CHECK(second.reached == Reached::nothing);
    CHECK(second.touchpoint.empty());
    CHECK(second.prompts == 0);
    CHECK(second.answered == kNow);
    CHECK(find_record(person, "t") == nullptr);
}

TEST_CASE("the furthest state only rises, and says from where") {
    SurveyRecord record;
    CHECK_FALSE(reach(record, Reached::nothing, "a"));
    CHECK(reach(record, Reached::shown, "a") == Rise{Reached::nothing, Reached::shown, ""});
    CHECK_FALSE(reach(record, Reached::shown, "b"));
    CHECK_FALSE(reach(record, Reached::sampled, "b"));
    CHECK(record.touchpoint == "a");
    CHECK(reach(record, Reached::answered, "b") == Rise{Reached::shown, Reached::answered, "a"});
    CHECK(record.touchpoint == "b");
    CHECK_FALSE(reach(record, Reached::dismissed, "b"));
    CHECK(record.reached == Reached::answered);
}

TEST_CASE("states have the names of the reports") {
    CHECK(name(Reached::nothing) == "nothing");
    CHECK(name(Reached::possible) == "possible");
    CHECK(name(Reached::sampled) == "sampled");
    CHECK(name(Reached::shown) == "shown");
    CHECK(name(Reached::snoozed) == "snoozed");
    CHECK(name(Reached::dismissed) == "dismissed");
    CHECK(name(Reached::answered) == "answered");
}

TEST_CASE("a new person takes the anonymous history over whole") {
    Person anonymous;
    anonymous.id = "anon:1";
    touch(anonymous, kNow);
    touch(anonymous, kNow + kDay);
    count(anonymous, "event:a");
    record_of(anonymous, "s", "1").answered = kNow;
    anonymous.pending.push_back(pending("s", kNow + kDay));
    anonymous.claim = Claim{.owner = "o", .survey = "s", .wave = "1", .touchpoint = "a", .at = kNow};
    Person person;
    person.id = "ann";
    person.anonymous = false;

    merge(person, anonymous);
    Person expected = anonymous;
    expected.id = "ann";
    expected.anonymous = false;
    CHECK(person == expected);
    CHECK_FALSE(touch(person, kNow + kDay + kMinute));
}

TEST_CASE("merging adds counters and keeps the later of two marks") {
    Person person = seen_person();
    count(person, "event:a");
    SurveyRecord& mine = record_of(person, "s", "1");
    mine.answered = kNow + 5;
    mine.dismissed = kNow + 1;
    mine.prompts = 2;
    mine.reached = Reached::answered;
    mine.touchpoint = "a";

    Person anonymous;
    touch(anonymous, kNow + 5 * kHour);
    count(anonymous, "event:a");
    count(anonymous, "event:a");
    count(anonymous, "event:b");
    SurveyRecord& theirs = record_of(anonymous, "s", "1");
    theirs.answered = kNow + 2;
    theirs.dismissed = kNow + 3;
    theirs.shown = kNow + 4;
    theirs.prompts = 1;
    theirs.reached = Reached::dismissed;
    theirs.touchpoint = "b";
    record_of(anonymous, "other", "1").shown = kNow + 9;

    merge(person, anonymous);
    CHECK(person.id == "ann");
    CHECK_FALSE(person.anonymous);
    CHECK(counted(person, "event:a") == 3);
    CHECK(counted(person, "event:b") == 1);
    const SurveyRecord& merged = *find_record(person, "s");
    CHECK(merged.answered == kNow + 5);
    CHECK(merged.dismissed == kNow + 3);
    CHECK(merged.shown == kNow + 4);
    CHECK(merged.prompts == 3);
    CHECK(merged.reached == Reached::answered);
    CHECK(merged.touchpoint == "a");
    CHECK(find_record(person, "other")->shown == kNow + 9);
    CHECK(person.sessions == 2);
    CHECK(person.first_seen == kNow);
    CHECK(person.session_began == kNow + 5 * kHour);
    CHECK(person.last_call == kNow + 5 * kHour);
}

TEST_CASE("somebody who signs out and in again is still in the same session") {
    Person person = seen_person();
    Person anonymous;
    touch(anonymous, kNow + kSessionGap - 1);
    merge(person, anonymous);
    CHECK(person.sessions == 1);
    CHECK(person.session_began == kNow);
    CHECK(person.last_call == kNow + kSessionGap - 1);

    Person later_person = seen_person();
    Person later_anonymous;
    touch(later_anonymous, kNow + kSessionGap);
    merge(later_person, later_anonymous);
    CHECK(later_person.sessions == 2);
}

TEST_CASE("merging takes the wave in which something happened last") {
    Person person = seen_person();
    SurveyRecord& old_wave = record_of(person, "s", "1");
    old_wave.answered = kNow;
    old_wave.reached = Reached::answered;
    Person anonymous;
    touch(anonymous, kNow + kDay);
    SurveyRecord& new_wave = record_of(anonymous, "s", "2");
    new_wave.shown = kNow + kDay;
    new_wave.reached = Reached::shown;
    new_wave.prompts = 1;

    Person one = person;
    merge(one, anonymous);
    CHECK(find_record(one, "s")->wave == "2");
    CHECK(find_record(one, "s")->reached == Reached::shown);
    CHECK(find_record(one, "s")->answered == kNow);

    Person other = anonymous;
    merge(other, person);
    CHECK(find_record(other, "s")->wave == "2");
    CHECK(find_record(other, "s")->reached == Reached::shown);
}

TEST_CASE("of two open delays of a survey the later one stays, and no survey has two") {
    Person person = seen_person();
    person.pending.push_back(pending("s", kNow));
    person.pending.push_back(pending("t", kNow + 5));
    Person anonymous;
    touch(anonymous, kNow);
    anonymous.pending.push_back(pending("s", kNow + 1));
    anonymous.pending.push_back(pending("t", kNow + 4));
    anonymous.pending.push_back(pending("u", kNow));
    merge(person, anonymous);
    CHECK(person.pending == candor::List{pending("s", kNow + 1), pending("t", kNow + 5), pending("u", kNow)});
}

TEST_CASE("an anonymous history in which nothing happened changes nothing") {
    Person person = seen_person();
    count(person, "event:a");
    const Person before = person;
    merge(person, Person{});
    CHECK(person == before);
}

TEST_CASE("twenty persons are remembered, and those not seen for the longest time go") {
    Install install;
    for (int i = 0; i < 20; ++i) {
        CHECK(remember(install, "p" + std::to_string(i), kNow + i).empty());
    }
    CHECK(remember(install, "p0", kNow + 20).empty());
    CHECK(remember(install, "new", kNow + 21) == List<String>{"p1"});
    CHECK(install.persons.size() == kMostPersons);
    install.current = "p2";
    CHECK(remember(install, "newer", kNow + 22) == List<String>{"p3"});
}

TEST_CASE("a person last seen in 2035 does not stay for ever") {
    Install install;
    remember(install, "ghost", k2035);
    for (int i = 0; i < 20; ++i) remember(install, "p" + std::to_string(i), kNow + i);
    CHECK(install.persons.size() == kMostPersons);
    for (const PersonMark& mark : install.persons) CHECK(mark.id != "ghost");
}
