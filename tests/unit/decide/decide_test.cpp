// Each rule just inside and just outside, and what holds over all of them.

#include <catch2/catch_test_macros.hpp>

#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

// A person for whom survey "s" is due at kNow: its event happened when the delay began.
Person due_person(const Prepared& p) {
    Person person = make_person();
    testing::fold(p, person, tracked("bought", kNow - 2 * kSecond));
    return person;
}

Decision decide_with(const Prepared& p, const history::SurveyRecord& record, Instant now) {
    Person person = due_person(p);
    person.surveys.push_back(record);
    return decide::decide(p, person, at(now));
}

history::SurveyRecord record_of_s() {
    history::SurveyRecord record;
    record.survey = "s";
    record.wave = "1";
    return record;
}

}  // namespace

TEST_CASE("a survey is chosen when its delay is over, and no earlier") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    const Person person = due_person(*p);
    const Decision before = decide::decide(*p, person, at(kNow - 1));
    CHECK(blocking(before) == Names{"delay"});
    CHECK(rule(before, Rule::delay).earliest == kNow);
    CHECK(before.next == kNow);

    const Decision due = decide::decide(*p, person, at(kNow));
    CHECK(chosen(*p, due) == "s");
    CHECK(due.chosen->pending == person.pending[0]);
    CHECK(blocking(due).empty());
}

TEST_CASE("a survey expires counting from the trigger") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    const Person person = due_person(*p);
    const Instant expires = kNow - 2 * kSecond + 10 * kMinute;
    const Decision last = decide::decide(*p, person, at(expires - 1));
    CHECK(chosen(*p, last) == "s");
    CHECK(last.next == expires);
    const Decision expired = decide::decide(*p, person, at(expires));
    CHECK(blocking(expired) == Names{"expiry"});
    CHECK(rule(expired, Rule::expiry).earliest == kNever);
    CHECK(expired.next == kNever);
}

TEST_CASE("without a trigger nothing is asked") {
    const auto p = prepared({make_survey("s", {event("bought", 3), event("sold", 9)})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", kNow));
    const Decision decision = decide::decide(*p, person, at(kNow));
    CHECK(blocking(decision) == Names{"trigger"});
    CHECK(rule(decision, Rule::trigger).earliest == kNever);
    CHECK(decision.next == kNever);
}

TEST_CASE("waits end with their last millisecond") {
    struct Case {
        Rule rule;
        std::optional<Instant> history::SurveyRecord::*mark;
        std::optional<Span> survey::Waits::*wait;
    };
    for (const Case& c : {Case{Rule::wait_answered, &history::SurveyRecord::answered, &survey::Waits::answered},
                          Case{Rule::wait_dismissed, &history::SurveyRecord::dismissed, &survey::Waits::dismissed},
                          Case{Rule::wait_shown, &history::SurveyRecord::shown, &survey::Waits::shown}}) {
        INFO(name(c.rule));
        survey::Survey s = make_survey("s", {event("bought")});
        s.waits.*c.wait = 90 * kDay;
        const auto p = prepared({s});
        history::SurveyRecord record = record_of_s();

        CHECK(chosen(*p, decide_with(*p, record, kNow)) == "s");
        record.*c.mark = kNow - 90 * kDay;
        CHECK(chosen(*p, decide_with(*p, record, kNow)) == "s");
        record.*c.mark = kNow - 90 * kDay + 1;
        const Decision blocked = decide_with(*p, record, kNow);
        CHECK(blocking(blocked) == Names{std::string(name(c.rule))});
        CHECK(rule(blocked, c.rule).earliest == kNow + 1);
        CHECK(rule(blocked, c.rule).seen == 90 * kDay - 1);
        CHECK(rule(blocked, c.rule).wanted == 90 * kDay);
        CHECK(blocked.next == kNow + 1);
    }
}

TEST_CASE("an absent wait blocks nothing, and a wait of zero neither") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits.answered = 0;
    const auto p = prepared({s});
    history::SurveyRecord record = record_of_s();
    record.answered = kNow;
    record.dismissed = kNow;
    CHECK(chosen(*p, decide_with(*p, record, kNow)) == "s");
}

TEST_CASE("a prompt that was dismissed or answered was not left alone") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits.shown = 30 * kDay;
    const auto p = prepared({s});
    history::SurveyRecord record = record_of_s();
    record.shown = kNow - kDay;
    CHECK(blocking(decide_with(*p, record, kNow)) == Names{"wait_shown"});
    record.dismissed = kNow - kDay;
    CHECK(chosen(*p, decide_with(*p, record, kNow)) == "s");
    record.dismissed.reset();
    record.answered = kNow - kDay + 1;
    CHECK(chosen(*p, decide_with(*p, record, kNow)) == "s");
    record.answered = kNow - 2 * kDay;  // of an earlier prompt
    CHECK(blocking(decide_with(*p, record, kNow)) == Names{"wait_shown"});
}

TEST_CASE("waits look over all waves") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.wave = "2";
    s.waits.answered = 90 * kDay;
    const auto p = prepared({s});
    history::SurveyRecord record = record_of_s();
    record.answered = kNow - 90 * kDay + 1;
    CHECK(blocking(decide_with(*p, record, kNow)) == Names{"wait_answered"});
}

TEST_CASE("a survey runs from its start until its end") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.starts = kNow;
    s.ends = kNow + kMinute;
    const auto p = prepared({s});
    const Person person = due_person(*p);
    const Decision early = decide::decide(*p, person, at(kNow - 1));
    CHECK(blocking(early) == Names{"started", "delay"});
    CHECK(early.next == kNow);
    CHECK(chosen(*p, person, at(kNow)) == "s");
    CHECK(decide::decide(*p, person, at(kNow)).next == kNow + kMinute);
    CHECK(chosen(*p, person, at(kNow + kMinute - 1)) == "s");
    const Decision late = decide::decide(*p, person, at(kNow + kMinute));
    CHECK(blocking(late) == Names{"ended"});
    CHECK(late.next == kNever);
}

TEST_CASE("what is switched off or not supported is not asked, though its delay was open") {
    survey::Survey s = make_survey("s", {event("bought")});
    const Person person = due_person(*prepared({s}));
    s.enabled = false;
    CHECK(blocking(decide::decide(*prepared({s}), person, at(kNow))) == Names{"enabled"});
    s.enabled = true;
    s.unsupported = Error{"surveys[0].rules", "unknown rule"};
    CHECK(blocking(decide::decide(*prepared({s}), person, at(kNow))) == Names{"supported"});
}

TEST_CASE("the state of the app blocks every survey, and each state is named") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    const Person person = due_person(*p);
    const auto blocked_by = [&](auto change) {
        Situation situation = at(kNow);
        change(situation);
        const Decision decision = decide::decide(*p, person, situation);
        CHECK_FALSE(decision.chosen);
        CHECK(decision.next == kNever);
        return blocking(decision);
    };
    CHECK(blocked_by([](Situation& s) { s.busy = true; }) == Names{"busy"});
    CHECK(blocked_by([](Situation& s) { s.hidden = true; }) == Names{"hidden"});
    CHECK(blocked_by([](Situation& s) { s.prompt_open = true; }) == Names{"one_at_a_time"});
    CHECK(blocked_by([](Situation& s) { s.consent_unknown = true; }) == Names{"consent"});
    CHECK(blocked_by([](Situation& s) { s.answers_fill_queue = true; }) == Names{"queue"});
    CHECK(blocked_by([](Situation& s) { s.busy = s.hidden = s.consent_unknown = true; }) ==
          Names{"busy", "hidden", "consent"});
}

TEST_CASE("a claim of another run blocks until it lapses, or its lock is ours") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = due_person(*p);
    person.claim = history::Claim{.owner = "other", .survey = "s", .wave = "1", .touchpoint = "bought", .at = kNow};

    const Decision fresh = decide::decide(*p, person, at(kNow));
    CHECK(blocking(fresh) == Names{"claim"});
    CHECK(rule(fresh, Rule::claim).earliest == kNow + history::kClaimLapse);
    CHECK(fresh.next == kNow + history::kClaimLapse);
    CHECK(blocking(decide::decide(*p, person, at(kNow + history::kClaimLapse - 1))) == Names{"claim"});
    CHECK(chosen(*p, person, at(kNow + history::kClaimLapse)) == "s");

    Situation locks = at(kNow + 5 * kMinute);
    locks.locks_exist = true;
    const Decision held = decide::decide(*p, person, locks);
    CHECK(blocking(held) == Names{"claim"});
    CHECK(held.next == kNever);
    locks.holds_lock = true;
    CHECK(chosen(*p, person, locks) == "s");

    person.claim->owner = "me";
    CHECK(chosen(*p, person, at(kNow)) == "s");
}

TEST_CASE("a claim of a clock ahead of ours lapses all the same") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = due_person(*p);
    person.claim = history::Claim{.owner = "other", .survey = "s", .wave = "1", .touchpoint = "bought", .at = k2035};
    CHECK(rule(decide::decide(*p, person, at(kNow)), Rule::claim).earliest == kNow + history::kClaimLapse);
}

TEST_CASE("another run's card blocks while it is touched, unless its lock is ours") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = due_person(*p);
    person.running = history::Running{};
    person.running->owner = "other";
    person.running->touched = kNow;

    const Decision open = decide::decide(*p, person, at(kNow));
    CHECK(blocking(open) == Names{"one_at_a_time"});
    CHECK(open.next == kNow + history::kResumeWithin);
    CHECK(blocking(decide::decide(*p, person, at(kNow + history::kResumeWithin - 1))) == Names{"one_at_a_time"});
    CHECK(chosen(*p, person, at(kNow + history::kResumeWithin)) == "s");

    Situation lock = at(kNow);
    lock.locks_exist = lock.holds_lock = true;
    CHECK(chosen(*p, person, lock) == "s");
    person.running->owner = "me";
    CHECK(chosen(*p, person, at(kNow)) == "s");
}

TEST_CASE("surveys due at one instant compete by their order in the list") {
    const auto p = prepared({make_survey("first", {event("sold")}), make_survey("second", {event("bought")}),
                             make_survey("third", {event("bought")})});
    Person person = due_person(*p);
    const Decision decision = decide::decide(*p, person, at(kNow));
    CHECK(chosen(*p, decision) == "second");
    CHECK(blocking(decision, 2).empty());

    // An open delay reserves nothing: the first does not hold the second back while its own delay lasts.
    testing::fold(*p, person, tracked("sold", kNow - kSecond));
    CHECK(chosen(*p, person, at(kNow)) == "second");
    CHECK(chosen(*p, person, at(kNow + kSecond)) == "first");
}

TEST_CASE("every rule of every survey is in the trace, whatever blocks") {
    survey::Survey off = make_survey("off", {event("bought")});
    off.enabled = false;
    survey::Survey unsupported = make_survey("unsupported", {});
    unsupported.unsupported = Error{"surveys[1].triggers", "unknown"};
    const auto p = prepared({off, unsupported, make_survey("s", {event("bought")}), make_survey("t", {session(5)})});
    for (const Person& person : {make_person(), due_person(*p)}) {
        const Decision decision = decide::decide(*p, person, at(kNow));
        REQUIRE(decision.trace.size() == p->trace_size());
        std::size_t surveys = 0;
        for (std::size_t i = 0; i < decision.trace.size(); ++i) {
            surveys = std::max<std::size_t>(surveys, decision.trace[i].survey + 1);
            CHECK(p->plan(decision.trace[i].survey).rules.has(decision.trace[i].rule));
            CHECK((decision.trace[i].verdict == Verdict::block) == (decision.trace[i].earliest != 0));
        }
        CHECK(surveys == 4);
    }
}

TEST_CASE("rules have names of their own") {
    Names names;
    for (std::size_t i = 0; i < kRules; ++i) names.emplace_back(name(static_cast<Rule>(i)));
    CHECK(names.front() == "supported");
    CHECK(names[static_cast<std::size_t>(Rule::wait_answered)] == "wait_answered");
    CHECK(names[static_cast<std::size_t>(Rule::sample)] == "sample");
    CHECK(names.back() == "queue");
    std::sort(names.begin(), names.end());
    CHECK(std::unique(names.begin(), names.end()) == names.end());
}

TEST_CASE("a decision depends on nothing but its arguments") {
    const auto p = prepared({make_survey("s", {event("bought")}), make_survey("t", {session(1)})});
    const Person person = due_person(*p);
    const Person before = person;
    const Decision once = decide::decide(*p, person, at(kNow));
    const Decision twice = decide::decide(*p, person, at(kNow));
    CHECK(once.trace == twice.trace);
    CHECK(once.next == twice.next);
    CHECK(chosen(*p, once) == chosen(*p, twice));
    CHECK(person == before);
}

TEST_CASE("a clock set back costs at most one full wait") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits.answered = 90 * kDay;
    const auto p = prepared({s});
    for (const Instant wrong : {k2035, kNow + 1, kNever}) {
        Person person = make_person();
        history::record_of(person, "s", "1").answered = wrong;
        // Even unsettled no wait is longer than its policy.
        CHECK(rule(decide::decide(*p, person, at(kNow)), Rule::wait_answered).earliest == kNow + 90 * kDay);
        CHECK(testing::fold(*p, person, call(kNow)));
        CHECK(history::find_record(person, "s")->answered == kNow);
        const Instant again = kNow + 90 * kDay;
        testing::fold(*p, person, tracked("bought", again - 2 * kSecond));
        CHECK(chosen(*p, person, at(again - 1)) == "none");
        CHECK(chosen(*p, person, at(again)) == "s");
    }
}

TEST_CASE("a clock that was once in 2035 freezes nothing") {
    const auto p = prepared({make_survey("s", {event("bought")}), make_survey("t", {session(2)})});
    Person person = make_person();
    testing::fold(*p, person, tracked("bought", k2035));
    CHECK(person.pending.size() == 1);
    // Back in 2026: the delay is met now, is due after its length, and does not stay open for nine years.
    testing::fold(*p, person, tick(kNow));
    CHECK(person.pending[0].due == kNow + 2 * kSecond);
    CHECK(chosen(*p, person, at(kNow + 2 * kSecond)) == "s");
    testing::fold(*p, person, tick(kNow + 10 * kMinute));
    CHECK(person.pending.empty());
    testing::fold(*p, person, call(kNow + history::kSessionGap));
    CHECK(person.sessions == 2);
    CHECK(person.pending.size() == 1);
}

TEST_CASE("a clock at 1970 asks nobody who answered, and goes on from there") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.waits.answered = 90 * kDay;
    const auto p = prepared({s});
    Person person = make_person();
    testing::fold(*p, person, call(kNow));
    history::record_of(person, "s", "1").answered = kNow;
    testing::fold(*p, person, tracked("bought", k1970));
    CHECK(chosen(*p, person, at(k1970 + 2 * kSecond)) == "none");
    CHECK(person.sessions == 1);
    testing::fold(*p, person, tracked("bought", k1970 + 90 * kDay));
    CHECK(chosen(*p, person, at(k1970 + 90 * kDay + 2 * kSecond)) == "s");
}

TEST_CASE("instants at the ends of the range are decided on like any other") {
    survey::Survey s = make_survey("s", {event("bought"), session(1)});
    s.waits = {.answered = 3650 * kDay, .dismissed = 1, .shown = 0};
    const auto p = prepared({s});
    for (const Instant now : {std::numeric_limits<Instant>::min(), Instant{-1}, Instant{0}, kNever - 1, kNever}) {
        Person person = make_person();
        history::record_of(person, "s", "1").answered = std::numeric_limits<Instant>::min();
        testing::fold(*p, person, tracked("bought", now));
        const Decision decision = decide::decide(*p, person, at(now));
        CHECK(decision.trace.size() == p->trace_size());
    }
}

TEST_CASE("the pending entry stays until it is taken out") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    const Person person = due_person(*p);
    CHECK(chosen(*p, person, at(kNow)) == "s");
    CHECK(chosen(*p, person, at(kNow + kMinute)) == "s");
}

TEST_CASE("of several entries of one survey the first that is due is shown") {
    const auto p = prepared({make_survey("s", {event("bought")})});
    Person person = due_person(*p);
    history::Pending expired = person.pending[0];
    expired.met = expired.due = kNow - kHour;
    expired.expires = kNow - kMinute;
    history::Pending due_later = person.pending[0];
    due_later.due = kNow + kMinute;
    const history::Pending due = person.pending[0];
    person.pending = {expired, due_later, due};
    const Decision decision = decide::decide(*p, person, at(kNow));
    REQUIRE(decision.chosen);
    CHECK(decision.chosen->pending == due);
}

TEST_CASE("an empty document decides nothing") {
    const auto p = prepared({});
    Person person = make_person();
    CHECK(testing::fold(*p, person, tracked("bought", kNow)));
    CHECK_FALSE(testing::fold(*p, person, tracked("bought", kNow)));
    const Decision decision = decide::decide(*p, person, at(kNow));
    CHECK(decision.trace.empty());
    CHECK_FALSE(decision.chosen);
    CHECK(decision.next == kNever);
}

TEST_CASE("names are looked up in their own kind, in any script") {
    survey::Survey off = make_survey("off", {event("ignored"), session(1)});
    off.enabled = false;
    const auto p =
        prepared({make_survey("s", {event("\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"), screen("home")}), off});
    CHECK(p->waits_for_event("\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"));
    CHECK_FALSE(p->waits_for_event("home"));
    CHECK(p->waits_for_screen("home"));
    CHECK_FALSE(p->waits_for_screen("hom"));
    CHECK_FALSE(p->waits_for_event(""));
    CHECK_FALSE(p->waits_for_event("ignored"));
    CHECK_FALSE(p->waits_for_sessions());
    CHECK(prepared({make_survey("s", {session(3)})})->waits_for_sessions());
}

TEST_CASE("names whose hashes are the same are told apart") {
    const std::string a = "event_309353", b = "event_1035828";
    const auto both = prepared({make_survey("b", {event(b)}), make_survey("a", {event(a), event(b)})});
    const auto of_a = both->at(Prepared::Sort::event, a), of_b = both->at(Prepared::Sort::event, b);
    REQUIRE(of_a.size() == 1);
    REQUIRE(of_b.size() == 2);
    REQUIRE(of_a[0].hash == of_b[0].hash);  // else these two no longer show it
    CHECK(of_a[0].survey->id == "a");
    CHECK(of_b[0].survey->id == "b");
    CHECK(of_b[1].survey->id == "a");
    CHECK(of_b[1].first == b);
    CHECK_FALSE(prepared({make_survey("a", {event(a)})})->waits_for_event(b));
    CHECK_FALSE(prepared({make_survey("b", {event(b)})})->waits_for_event(a));
}

TEST_CASE("surveys that test one value for different things are let in each by its own") {
    using survey::Test;
    const auto about = [](const char* id, Test test, json::Value operand) {
        survey::Survey s = make_survey(id, {event("paid")});
        s.delay = 0;
        s.targeting.name = "plan";
        s.targeting.test = test;
        s.targeting.operand = std::move(operand);
        return s;
    };
    const auto list = [](const char* item) { return json::Value(List<json::Value>{json::Value(item)}); };
    const auto p = prepared({about("0", Test::eq, json::Value("pro")), about("1", Test::eq, json::Value("free")),
                             about("2", Test::ne, json::Value("free")), about("3", Test::in, list("pro")),
                             about("4", Test::in, list("free")), about("5", Test::eq, json::Value("pro")),
                             about("6", Test::eq, json::Value(true)), about("7", Test::exists, json::Value(true)),
                             about("8", Test::exists, json::Value(false))});
    Profile profile;
    profile.attributes.emplace_back("plan", json::Value("pro"));
    Situation situation = at(kNow);
    situation.profile = &profile;
    history::Person person = make_person();
    decide::fold(*p, person, tracked("paid", kNow), situation);
    const Decision decision = decide::decide(*p, person, situation);
    std::string in;
    for (std::size_t i = 0; i < p->document().surveys.size(); ++i) in += blocking(decision, i).empty() ? "1" : "0";
    CHECK(in == "101101010");
    CHECK(p->leaves().size() == 8);  // the sixth survey's is the first's
}

TEST_CASE("ten thousand surveys are decided on") {
    List<survey::Survey> many;
    for (int i = 0; i < 10'000; ++i) {
        many.push_back(make_survey("s" + std::to_string(i), {event(i % 2 == 0 ? "even" : "odd")}));
    }
    const auto p = prepared(std::move(many));
    Person person = make_person();
    testing::fold(*p, person, tracked("odd", kNow));
    CHECK(person.pending.size() == 5000);
    CHECK(history::counted(person, "event:odd") == 1);
    CHECK(chosen(*p, person, at(kNow + 2 * kSecond)) == "s1");
}
