// The trace, for people.

#include <catch2/catch_test_macros.hpp>

#include "base/sha256.hpp"
#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

json::Value explained(const Prepared& p, const Person& person, const Situation& situation,
                      std::string_view survey = "") {
    return parsed(decide::explain(p, person, decide::decide(p, person, situation), situation, survey));
}

const json::Value& survey_at(const json::Value& all, std::size_t index) { return all.find("surveys")->array()[index]; }

const json::Value& rule_of(const json::Value& survey, std::string_view wanted) {
    static const json::Value kNone;
    for (const json::Value& r : survey.find("rules")->array()) {
        if (r.find("rule")->text() == wanted) return r;
    }
    return kNone;
}

std::string text_of(const json::Value& survey, std::string_view wanted) {
    const json::Value* text = rule_of(survey, wanted).find("text");
    return text ? text->text() : "no such rule";
}

}  // namespace

TEST_CASE("somebody who answered three days ago is told when they may be asked again") {
    survey::Survey s = make_survey("post-purchase", {event("purchase_completed")});
    s.waits.answered = 90 * kDay;
    const auto p = prepared({s});
    const Instant answered = 1'795'330'800'000;  // 2026-11-22T07:00:00Z
    Person person = make_person();
    history::record_of(person, "post-purchase", "1").answered = answered;
    const Instant now = answered + 3 * kDay + kHour;
    testing::fold(*p, person, tracked("purchase_completed", now));

    const json::Value all = explained(*p, person, at(now));
    CHECK(all.find("now")->integer() == now);
    CHECK(all.find("chosen")->is_null());
    const json::Value& why = survey_at(all, 0);
    CHECK(why.find("survey")->text() == "post-purchase");
    CHECK(why.find("verdict")->text() == "block");
    CHECK(why.find("because")->text() == "wait_answered");
    CHECK(why.find("text")->text() ==
          "answered 3 days ago; may be asked again 90 days after an answer, on 2027-02-20T07:00:00.000Z");
    const json::Value& r = rule_of(why, "wait_answered");
    CHECK(r.find("verdict")->text() == "block");
    CHECK(r.find("seen")->integer() == 3 * kDay + kHour);
    CHECK(r.find("wanted")->integer() == 90 * kDay);
    CHECK(r.find("earliest")->integer() == answered + 90 * kDay);
    // The event was counted, though it opened nothing.
    CHECK(text_of(why, "trigger") == "purchase_completed was counted 1 time, and none of them is waiting now");
}

TEST_CASE("the chosen survey and the one behind it both pass") {
    const auto p = prepared({make_survey("a", {event("bought")}), make_survey("b", {event("bought")})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    const json::Value all = explained(*p, person, at(kNow + 2 * kSecond));
    CHECK(all.find("chosen")->text() == "a");
    CHECK(survey_at(all, 0).find("verdict")->text() == "pass");
    CHECK(survey_at(all, 0).find("text")->text() == "chosen");
    CHECK(survey_at(all, 0).find("because")->is_null());
    CHECK(survey_at(all, 0).find("earliest")->is_null());
    CHECK(survey_at(all, 1).find("verdict")->text() == "pass");
    CHECK(survey_at(all, 1).find("text")->text().find("before it") != std::string::npos);
    // Those that hold for all, and its delay.
    CHECK(survey_at(all, 0).find("rules")->array().size() == 11);
}

TEST_CASE("one survey may be asked for, and an unknown one gives an empty list") {
    const auto p = prepared({make_survey("a", {event("bought")}), make_survey("b", {event("bought")})});
    const Person person = make_person();
    const json::Value one = explained(*p, person, at(kNow), "b");
    REQUIRE(one.find("surveys")->array().size() == 1);
    CHECK(survey_at(one, 0).find("survey")->text() == "b");
    CHECK(explained(*p, person, at(kNow), "c").find("surveys")->array().empty());
}

TEST_CASE("each rule has words for passing and for blocking") {
    survey::Survey s = make_survey("s", {event("bought", 2)});
    const auto texts = [&](const Person& person, const Situation& situation) {
        const auto p = prepared({s});
        return survey_at(explained(*p, person, situation), 0);
    };
    Person waiting = make_person();
    {
        const auto p = prepared({s});
        testing::fold(*p, waiting, tracked("bought", kNow));
        CHECK(text_of(texts(waiting, at(kNow)), "trigger") == "bought was counted 1 time; asked from the 2nd on");
        testing::fold(*p, waiting, tracked("bought", kNow));
    }
    const json::Value due = texts(waiting, at(kNow + 2 * kSecond));
    CHECK(text_of(due, "trigger") == "met on " + rfc3339(kNow) + " by the 2nd of bought");
    CHECK(text_of(due, "delay") == "the delay of 2 seconds after the trigger is over");
    CHECK(text_of(due, "expiry") == "open for 10 minutes after the trigger, until " + rfc3339(kNow + 10 * kMinute));
    CHECK(text_of(due, "wait_answered") == "no such rule");  // it has none
    CHECK(text_of(due, "claim") == "nobody else is about to show a survey");

    const json::Value early = texts(waiting, at(kNow));
    CHECK(early.find("because")->text() == "delay");
    CHECK(text_of(early, "delay") == "due 2 seconds after the trigger, on " + rfc3339(kNow + 2 * kSecond));
    CHECK(early.find("earliest")->integer() == kNow + 2 * kSecond);
    const json::Value expired = texts(waiting, at(kNow + 10 * kMinute));
    CHECK(expired.find("because")->text() == "expiry");
    CHECK(text_of(expired, "expiry").starts_with("expired on " + rfc3339(kNow + 10 * kMinute)));
    CHECK(expired.find("earliest")->is_null());

    Situation trouble = at(kNow + 2 * kSecond);
    trouble.busy = trouble.hidden = trouble.consent_unknown = trouble.answers_fill_queue = trouble.prompt_open = true;
    const json::Value blocked = texts(waiting, trouble);
    CHECK(blocked.find("because")->text() == "consent");
    CHECK(text_of(blocked, "busy") == "the app says that it is busy");
    CHECK(text_of(blocked, "hidden") == "the window is hidden");
    CHECK(text_of(blocked, "queue") == "undelivered answers fill the queue");
    CHECK(text_of(blocked, "one_at_a_time") == "a card is open already");

    Person elsewhere = waiting;
    elsewhere.claim = history::Claim{.owner = "o", .survey = "s", .wave = "1", .touchpoint = "bought", .at = kNow};
    CHECK(text_of(texts(elsewhere, at(kNow)), "claim") ==
          "another window is about to show s; its claim lapses on " + rfc3339(kNow + kMinute));

    s.enabled = false;
    CHECK(text_of(texts(waiting, at(kNow)), "enabled") == "switched off in the document");
    s.unsupported = Error{"surveys[0].pacing", "unknown rule"};
    const json::Value unsupported = texts(waiting, at(kNow));
    CHECK(unsupported.find("because")->text() == "supported");
    CHECK(unsupported.find("text")->text() == "this version cannot run it: surveys[0].pacing: unknown rule");
    s.starts = kNow + 1;
    s.ends = kNow;
    const json::Value schedule = texts(waiting, at(kNow));
    CHECK(text_of(schedule, "started") == "begins on " + rfc3339(kNow + 1));
    CHECK(text_of(schedule, "ended") == "ended on " + rfc3339(kNow));
}

TEST_CASE("a percentage is told as it was written") {
    survey::Survey s = make_survey("s", {event("bought")});
    const auto told = [&](std::uint32_t threshold) {
        s.sample.threshold = threshold;
        const auto p = prepared({s});
        return text_of(survey_at(explained(*p, make_person("ann"), at(kNow)), 0), "sample");
    };
    CHECK(told(0) == "nobody is asked: 0 %");
    CHECK(told(25'000).ends_with(" of 100000: 25 %"));
    CHECK(told(12'500).ends_with(" of 100000: 12.5 %"));
    CHECK(told(1).ends_with(" of 100000: 0.001 %"));
    CHECK(told(99'990).ends_with(" of 100000: 99.99 %"));
}

TEST_CASE("a decision of another document or person is told without a crash") {
    const auto p = prepared({make_survey("a", {event("bought")}), make_survey("b", {event("bought")})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    person.claim = history::Claim{.owner = "o", .survey = "s", .wave = "1", .touchpoint = "bought", .at = kNow};
    const Decision decision = decide::decide(*p, person, at(kNow));
    const json::Value other =
        parsed(decide::explain(*prepared({make_survey("c", {})}), make_person(), decision, at(kNow), ""));
    CHECK(other.find("surveys")->array().size() == 1);
    const json::Value none = parsed(decide::explain(*prepared({}), make_person(), decision, at(kNow), ""));
    CHECK(none.find("surveys")->array().empty());
}
