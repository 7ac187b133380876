// What a moment does to the history.

#include <catch2/catch_test_macros.hpp>

#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

TEST_CASE("an event meets its trigger and opens a delay") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    CHECK(testing::fold(*p, person, tracked("bought", kNow)));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0] == history::Pending{.survey = "s",
                                                .wave = "1",
                                                .touchpoint = "bought",
                                                .occurrence = 1,
                                                .met = kNow,
                                                .due = kNow + 2 * kSecond,
                                                .expires = kNow + 10 * kMinute});
    CHECK(history::counted(person, "event:bought") == 1);
    CHECK(person.sessions == 1);
}

TEST_CASE("who has met a trigger is possible, in the sample or not, whatever else stands in the way") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits = {.answered = 90 * kDay, .dismissed = std::nullopt, .shown = std::nullopt};
    Person person = make_person();
    history::record_of(person, "s", "1").answered = kNow - kDay;
    Shared<const Prepared> p;
    const auto met = [&](Instant now = kNow) {
        List<Met> all;
        p = prepared({s});
        decide::fold(*p, person, tracked("bought", now), at(now), &all);
        return all;
    };
    SECTION("nothing opens, and the moment counts") {
        const List<Met> all = met();
        CHECK(person.pending.empty());
        REQUIRE(all.size() == 1);
        CHECK(all[0].trigger == "s.1#0");
        CHECK(all[0].touchpoint == "bought");
        CHECK(all[0].wave == "1");
        CHECK(all[0].reached == history::Reached::sampled);
    }
    SECTION("out of the sample") {
        s.sample.threshold = 0;
        CHECK(met()[0].reached == history::Reached::possible);
    }
    SECTION("what opens remembers as what it was counted") {
        person.surveys.clear();
        CHECK(met().size() == 1);
        REQUIRE(person.pending.size() == 1);
        CHECK(person.pending[0].ledger_state == history::Reached::sampled);
        // One more while it is open is one more moment.
        CHECK(met(kNow + 1).size() == 1);
        CHECK(person.pending.size() == 1);
    }
    SECTION("before the survey begins, after its end, and of somebody whom it is not about, it is none") {
        s.starts = kNow + 1;
        CHECK(met().empty());
        s.starts = 0;
        s.ends = kNow;
        CHECK(met().empty());
        s.ends = kNever;
        s.population.test = survey::Test::eq;
        s.population.name = "plan";
        s.population.operand = json::Value("pro");
        CHECK(met().empty());
    }
    SECTION("targeting holds nobody back") {
        s.targeting.test = survey::Test::eq;
        s.targeting.name = "mood";
        s.targeting.operand = json::Value("happy");
        CHECK(met().size() == 1);
    }
}

TEST_CASE("an event that nothing waits for changes nothing but the last call") {
    const auto p = prepared({make_survey("s", {event("bought"), screen("home")})});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    const Person before = person;
    CHECK_FALSE(testing::fold(*p, person, tracked("home", kNow + 1)));
    CHECK_FALSE(testing::fold(*p, person, entered("bought", kNow + 2)));
    CHECK_FALSE(testing::fold(*p, person, tracked("", kNow + 3)));
    CHECK_FALSE(testing::fold(*p, person, call(kNow + 4)));
    Person expected = before;
    expected.last_call = kNow + 4;
    CHECK(person == expected);
}

TEST_CASE("time alone counts nothing, begins no session and is no call") {
    const auto p = prepared({make_survey("s", {session(1)})});
    Person person = make_person();
    CHECK_FALSE(testing::fold(*p, person, tick(kNow)));
    CHECK(person == make_person());
}

TEST_CASE("a trigger is met from its n-th occurrence on") {
    const auto p = prepared({make_survey("s", {event("bought", 3)})});
    Person person = make_person();
    for (int n = 1; n <= 2; ++n) {
        testing::fold(*p, person, tracked("bought", kNow + n));
        CHECK(person.pending.empty());
    }
    testing::fold(*p, person, tracked("bought", kNow + 3));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].occurrence == 3);
    person.pending.clear();
    testing::fold(*p, person, tracked("bought", kNow + 4));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].occurrence == 4);
}

TEST_CASE("a clause that several triggers share counts a moment once") {
    const auto p = prepared({make_survey("a", {event("bought", 2), event("bought", 5)}),
                             make_survey("b", {event("bought", 2)}), make_survey("c", {event("sold")})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    CHECK(history::counted(person, "event:bought") == 1);
    CHECK(person.pending.empty());
    testing::fold(*p, person, tracked("bought", kNow + 1));
    CHECK(history::counted(person, "event:bought") == 2);
    REQUIRE(person.pending.size() == 2);
    CHECK(person.pending[0].survey == "a");
    CHECK(person.pending[1].survey == "b");
}

TEST_CASE("clauses that differ are counted apart under one event name") {
    survey::Trigger plain = event("bought", 1);
    survey::Trigger filtered = event("bought", 1);
    filtered.clause = "event:bought{dear}";
    // Interleaved in the document, so that equal clauses do not stand together by themselves.
    const auto p = prepared({make_survey("a", {plain}), make_survey("b", {filtered}), make_survey("c", {plain})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    CHECK(history::counted(person, "event:bought") == 1);
    CHECK(history::counted(person, "event:bought{dear}") == 1);
    CHECK(person.pending.size() == 3);
}

TEST_CASE("an open delay is not opened again, and an expired one gives way") {
    const auto p = prepared({make_survey("s", {event("bought"), event("sold")})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    testing::fold(*p, person, tracked("sold", kNow + 10 * kMinute - 1));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].met == kNow);
    testing::fold(*p, person, tracked("sold", kNow + 10 * kMinute));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].met == kNow + 10 * kMinute);
    CHECK(person.pending[0].touchpoint == "sold");
}

TEST_CASE("session triggers are met by the beginning of a session") {
    const auto p = prepared({make_survey("s", {session(3)})});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    testing::fold(*p, person, call(kNow + history::kSessionGap));
    CHECK(person.sessions == 2);
    CHECK(person.pending.empty());
    testing::fold(*p, person, call(kNow + 2 * history::kSessionGap - 1));
    CHECK(person.sessions == 2);
    CHECK(person.pending.empty());
    // Any call may begin one, an event that nothing waits for too.
    CHECK(testing::fold(*p, person, tracked("whatever", kNow + 3 * history::kSessionGap - 1)));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].occurrence == 3);
    CHECK(person.pending[0].touchpoint == "$session");
    CHECK_FALSE(testing::fold(*p, person, call(kNow + 3 * history::kSessionGap)));
}

TEST_CASE("a later session meets the trigger again") {
    const auto p = prepared({make_survey("s", {session(1)})});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    testing::fold(*p, person, call(kNow + kDay));
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].occurrence == 2);
}

TEST_CASE("what expired or is unknown is dropped, and that counts as a change") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    CHECK_FALSE(testing::fold(*p, person, tick(kNow + 10 * kMinute - 1)));
    CHECK(person.pending.size() == 1);
    CHECK(testing::fold(*p, person, tick(kNow + 10 * kMinute)));
    CHECK(person.pending.empty());

    testing::fold(*p, person, tracked("bought", kNow + kHour));
    person.pending[0].survey = "gone";
    CHECK(testing::fold(*p, person, tick(kNow + kHour)));
    CHECK(person.pending.empty());

    testing::fold(*p, person, tracked("bought", kNow + 2 * kHour));
    person.pending[0].wave = "0";
    CHECK(testing::fold(*p, person, tick(kNow + 2 * kHour)));
    CHECK(person.pending.empty());
}

TEST_CASE("two waves of one survey may stand in one document") {
    survey::Survey first = make_survey("s", {event("bought")});
    survey::Survey second = make_survey("s", {event("bought")});
    second.wave = "2";
    const auto p = prepared({first, second});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    REQUIRE(person.pending.size() == 2);
    CHECK(person.pending[0].wave == "1");
    CHECK(person.pending[1].wave == "2");
    CHECK_FALSE(testing::fold(*p, person, tick(kNow + 1)));
}

TEST_CASE("nothing is opened for what cannot come to anything") {
    const auto open = [](const survey::Survey& s, const Person& before, Instant now) {
        const auto p = prepared({s});
        Person person = before;
        testing::fold(*p, person, tracked("bought", now));
        return person.pending.size();
    };
    const survey::Survey plain = make_survey("s", {event("bought")});
    const Person ann = make_person();
    REQUIRE(open(plain, ann, kNow) == 1);

    survey::Survey off = plain;
    off.enabled = false;
    CHECK(open(off, ann, kNow) == 0);

    survey::Survey unsupported = plain;
    unsupported.unsupported = Error{"surveys[0].rules", "unknown rule"};
    CHECK(open(unsupported, ann, kNow) == 0);

    survey::Survey ended = plain;
    ended.ends = kNow + plain.delay;  // the last instant before is the last that would do
    CHECK(open(ended, ann, kNow) == 0);
    CHECK(open(ended, ann, kNow - 1) == 1);

    survey::Survey later_on = plain;
    later_on.starts = kNow + plain.expires;
    CHECK(open(later_on, ann, kNow) == 0);
    CHECK(open(later_on, ann, kNow + 1) == 1);

    survey::Survey nobody = plain;
    nobody.sample.threshold = 0;
    CHECK(open(nobody, ann, kNow) == 0);

    survey::Survey waits = plain;
    waits.waits.answered = 90 * kDay;
    Person answered = ann;
    history::record_of(answered, "s", "1").answered = kNow - 90 * kDay + plain.expires;
    CHECK(open(waits, answered, kNow) == 0);
    CHECK(open(waits, answered, kNow + 1) == 1);
}

TEST_CASE("a closed trigger still counts") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits.answered = 90 * kDay;
    const auto p = prepared({s});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    history::record_of(person, "s", "1").answered = kNow;
    CHECK(testing::fold(*p, person, tracked("bought", kNow + 1)));
    CHECK(person.pending.empty());
    CHECK(history::counted(person, "event:bought") == 1);
}

TEST_CASE("what was journalled is taken for when it happened") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    Moment moment = tracked("bought", kNow - 5 * kMinute);
    moment.now = kNow;
    testing::fold(*p, person, moment);
    REQUIRE(person.pending.size() == 1);
    CHECK(person.pending[0].met == kNow - 5 * kMinute);
    CHECK(person.pending[0].expires == kNow + 5 * kMinute);
    CHECK(person.last_call == kNow - 5 * kMinute);
    CHECK(chosen(*p, person, at(kNow)) == "s");

    Person late = make_person();
    moment.at = kNow - 10 * kMinute;
    testing::fold(*p, late, moment);
    CHECK(late.pending.empty());
    CHECK(history::counted(late, "event:bought") == 1);
}

TEST_CASE("what was journalled by a clock ahead of ours counts, and opens nothing") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    Moment moment = tracked("bought", k2035);
    moment.now = kNow;
    testing::fold(*p, person, moment);
    CHECK(history::counted(person, "event:bought") == 1);
    CHECK(person.pending.empty());
    CHECK(person.last_call == kNow);
    CHECK(person.first_seen == kNow);
}

TEST_CASE("a journalled event begins no session where the journal tells the sessions") {
    const auto p = prepared({make_survey("s", {session(2)})});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    Moment moment = tracked("bought", kNow + kHour);
    moment.may_begin_session = false;
    CHECK_FALSE(testing::fold(*p, person, moment));
    CHECK(person.sessions == 1);
    CHECK(person.last_call == kNow + kHour);
}

TEST_CASE("a stored due date lies no further ahead than the document in force would put it") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    person.pending.push_back({.survey = "s",
                              .wave = "1",
                              .touchpoint = "bought",
                              .occurrence = 1,
                              .met = kNow,
                              .due = kNow + kDay,
                              .expires = kNever});
    CHECK(testing::fold(*p, person, tick(kNow)));
    CHECK(person.pending[0].due == kNow + 2 * kSecond);
    CHECK(person.pending[0].expires == kNow + 10 * kMinute);
    CHECK_FALSE(testing::fold(*p, person, tick(kNow + kSecond)));
    CHECK(person.pending[0].due == kNow + 2 * kSecond);
}

TEST_CASE("the counters of a disabled survey are kept, and those of the document whatever their number") {
    List<survey::Trigger> many;
    for (int i = 0; i < 250; ++i) many.push_back(event("e" + std::to_string(i)));
    survey::Survey off = make_survey("off", {event("off")});
    off.enabled = false;
    const auto p = prepared({make_survey("s", many), off});
    Person person = make_person();
    person.counters.push_back({"event:off", 5});
    for (int i = 0; i < 300; ++i) person.counters.push_back({"old:" + std::to_string(i), 1});
    for (int i = 0; i < 250; ++i) testing::fold(*p, person, tracked("e" + std::to_string(i), kNow));

    CHECK(history::counted(person, "event:off") == 5);
    for (int i = 0; i < 250; ++i) CHECK(history::counted(person, "event:e" + std::to_string(i)) == 1);
    CHECK(person.counters.size() == 251 + history::kMostOthers);
    CHECK(history::counted(person, "old:99") == 0);
    CHECK(history::counted(person, "old:100") == 1);
}

TEST_CASE("records of surveys that left the document go, the oldest first, when there are many") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = make_person();
    history::record_of(person, "s", "1").shown = 1;
    for (int i = 0; i < 203; ++i) history::record_of(person, "old" + std::to_string(i), "1").shown = kNow - i;
    testing::fold(*p, person, tracked("bought", kNow));
    CHECK(person.surveys.size() == 1 + history::kMostOthers);
    CHECK(history::find_record(person, "s") != nullptr);
    CHECK(history::find_record(person, "old199") != nullptr);
    CHECK(history::find_record(person, "old200") == nullptr);
    CHECK(history::find_record(person, "old202") == nullptr);
}

TEST_CASE("the history does not grow with the number of events") {
    const auto p = prepared({make_survey("s", {event("bought", 3), screen("home")}), make_survey("t", {session(2)})});
    Person person = make_person();
    std::size_t largest = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Instant now = kNow + i * kMinute;
        testing::fold(*p, person, tracked(i % 3 == 0 ? "bought" : "other", now));
        testing::fold(*p, person, entered("home", now));
        largest = std::max(largest, history::write(person).size());
    }
    CHECK(largest < 1200);
}

TEST_CASE("a session journalled before the clock was put back is still one") {
    const auto p = prepared({make_survey("s", {session(3)})});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    for (const Instant start : {k2035, k2035 + kDay}) {
        Moment moment = call(start);
        moment.now = kNow + kMinute;
        CHECK(testing::fold(*p, person, moment));
    }
    CHECK(person.sessions == 3);
    CHECK(person.last_call == kNow + kMinute);
    CHECK(person.pending.empty());
}
