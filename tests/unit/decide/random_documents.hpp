// Random documents and courses of events, dense in the places where rules turn. Call only inside of a property.
#pragma once

#include <rapidcheck.h>

#include "documents.hpp"

namespace candor::decide::testing {

inline bool one_in(int n) { return *rc::gen::inRange(0, n) == 0; }

template <class T, class... Rest>
T any_of(T first, Rest... rest) {
    return *rc::gen::elementOf(std::vector<T>{std::move(first), static_cast<T>(rest)...});
}

inline survey::Trigger any_trigger() {
    const std::int64_t at_least = any_of<std::int64_t>(1, 1, 2, 3, 7);
    switch (*rc::gen::inRange(0, 4)) {
        case 0: return session(at_least);
        case 1: return screen(any_of<std::string>("a", "b"), at_least);
        default: return event(any_of<std::string>("a", "b", "c"), at_least);
    }
}

inline std::optional<Span> any_wait() {
    if (one_in(2)) return std::nullopt;
    return any_of<Span>(0, 1, kHour, kDay, 90 * kDay);
}

inline survey::Survey any_survey(int index) {
    List<survey::Trigger> triggers;
    const int count = *rc::gen::inRange(1, 4);
    for (int i = 0; i < count; ++i) triggers.push_back(any_trigger());
    survey::Survey s = make_survey("s" + std::to_string(index), std::move(triggers));
    s.delay = any_of<Span>(0, 0, 2 * kSecond, 5 * kMinute, kHour);
    s.expires = s.delay + any_of<Span>(1, kMinute, 10 * kMinute, 2 * kHour, kDay);
    s.waits = {.answered = any_wait(), .dismissed = any_wait(), .shown = any_wait()};
    s.sample.threshold = any_of<std::uint32_t>(100'000, 100'000, 50'000, 20'000, 0);
    s.sample.by = one_in(2) ? survey::SampleBy::person : survey::SampleBy::occasion;
    if (one_in(4)) s.starts = kNow + any_of<Span>(-kDay, 0, kHour, 40 * kDay);
    if (one_in(4)) s.ends = std::max(s.starts, kNow) + any_of<Span>(1, kHour, 40 * kDay);
    s.enabled = !one_in(10);
    if (one_in(10)) s.unsupported = Error{"surveys", "unknown rule"};
    return s;
}

inline List<survey::Survey> any_surveys() {
    List<survey::Survey> surveys;
    const int count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i) surveys.push_back(any_survey(i));
    return surveys;
}

// ---- with every kind of rule ----

inline survey::Condition leaf(survey::Source source, std::string_view name, survey::Test test, json::Value operand) {
    survey::Condition c;
    c.source = source;
    c.name = name;
    c.test = test;
    c.operand = std::move(operand);
    return c;
}

inline survey::Condition any_condition(int depth = 2) {
    using survey::Test;
    survey::Condition c;
    switch (*rc::gen::inRange(depth > 0 ? 0 : 3, 7)) {
        case 0: c.test = Test::all; break;
        case 1: c.test = Test::any; break;
        case 2: c.test = Test::not_; break;
        case 3: return leaf(survey::Source::event, any_of<std::string>("a", "d"), Test::gte, any_of<int>(1, 2, 5));
        case 4:
            return leaf(survey::Source::attribute, "x", any_of(Test::eq, Test::ne, Test::lt, Test::exists),
                        any_of<int>(0, 1));
        case 5:
            c = leaf(survey::Source::context, "", any_of(Test::within_days, Test::before, Test::exists), 2 * kDay);
            c.context = survey::ContextValue::first_seen;
            if (c.test == Test::exists) c.operand = true;
            return c;
        default:
            c = leaf(survey::Source::context, "", Test::gte, any_of<int>(1, 3));
            c.context = survey::ContextValue::sessions;
            return c;
    }
    const int count = c.test == survey::Test::not_ ? 1 : *rc::gen::inRange(1, 4);
    for (int i = 0; i < count; ++i) c.of.push_back(any_condition(depth - 1));
    return c;
}

inline void make_rich(survey::Trigger& t) {
    using survey::Within;
    if (t.kind == survey::TriggerKind::session) {
        t.every = any_of<std::int64_t>(1, 1, 2, 0);
        return;
    }
    if (t.kind == survey::TriggerKind::screen) {
        t.match = any_of(survey::Match::exact, survey::Match::prefix, survey::Match::glob);
        if (t.match == survey::Match::glob) t.name = any_of<std::string>("*", "?", "a*");
    }
    t.within = any_of(Within::life, Within::life, Within::session, Within::window);
    if (t.within == Within::window) {
        t.window = any_of<Span>(1, kMinute, kHour);
        if (t.kind == survey::TriggerKind::event && one_in(2)) {
            t.at_least = 1;
            t.companions.push_back({"d", "event:d~1"});
        }
    } else {
        t.every = any_of<std::int64_t>(1, 1, 2, 0);
    }
    if (t.kind == survey::TriggerKind::event && one_in(3)) {
        t.where = leaf(survey::Source::property, "n", survey::Test::eq, 1);
    }
    t.clause =
        (t.kind == survey::TriggerKind::event ? "event:" : "screen" + std::to_string(static_cast<int>(t.match)) + ":") +
        t.name + (t.where.given() ? "?n" : "") + "@" + std::to_string(static_cast<int>(t.within)) + "~" +
        std::to_string(t.remembered());
    if (t.within == Within::life && !t.where.given() && t.kind == survey::TriggerKind::event)
        t.clause = "event:" + t.name;
}

inline survey::Survey any_rich_survey(int index) {
    survey::Survey s = any_survey(index);
    for (survey::Trigger& t : s.triggers) make_rich(t);
    if (one_in(3)) s.population = any_condition();
    if (one_in(3)) s.targeting = any_condition();
    if (one_in(4)) s.cancel.push_back(any_of<std::string>("a", "d"));
    if (one_in(4)) s.pacing.first_seen = any_of<Span>(1, kHour, 3 * kDay);
    if (one_in(5)) s.pacing.sessions = any_of<std::int64_t>(1, 2, 4);
    if (one_in(5)) s.pacing.active_days = any_of<std::int64_t>(1, 2, 4);
    if (one_in(5)) s.pacing.session = any_of<Span>(kSecond, 10 * kMinute);
    if (one_in(5)) s.pacing.idle = any_of<Span>(kSecond, kMinute);
    if (one_in(3)) s.pacing.prompts = any_of<std::int64_t>(1, 2);
    s.pacing.until_answered = one_in(3);
    if (one_in(5)) s.pacing.quiet = survey::Hours{any_of<Span>(0, 22 * kHour), any_of<Span>(8 * kHour, 23 * kHour)};
    if (one_in(5)) s.pacing.days = any_of<std::uint32_t>(1, 0b11111, 0b1100000, 0x7f);
    if (one_in(3)) s.waits.snoozed = any_wait();
    if (one_in(3)) {
        s.kind = survey::Kind::relationship;
        s.control.threshold = any_of<std::uint32_t>(20'000, 100'000);
    }
    if (one_in(3)) {
        s.every = any_of<Span>(kDay, 30 * kDay);
        s.starts = kNow - any_of<Span>(-kDay, 0, 40 * kDay);
        s.wave.clear();
        s.sample.salt.clear();
        s.ends = kNever;
    }
    return s;
}

inline List<survey::Survey> any_rich_surveys() {
    List<survey::Survey> surveys;
    const int count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i) surveys.push_back(any_rich_survey(i));
    return surveys;
}

inline survey::Cap any_cap() {
    survey::Cap cap;
    if (one_in(2)) {
        cap.prompts = any_of<std::int64_t>(1, 2, 3);
        cap.window = any_of<Span>(kHour, kDay, 30 * kDay);
    }
    if (one_in(2)) cap.gap = any_of<Span>(0, kHour, kDay);
    return cap;
}

inline survey::Budget any_budget() {
    survey::Budget budget;
    if (one_in(2)) return budget;
    budget.all = any_cap();
    budget.relationship = any_cap();
    budget.transactional = any_cap();
    return budget;
}

// What the host says, which may be another thing at each moment.
inline Profile any_profile() {
    Profile profile;
    if (one_in(2)) profile.attributes.emplace_back("x", any_of<int>(0, 1));
    profile.app_version = any_of<std::string>("", "1", "2");
    profile.offsets.push_back({0, any_of<std::int32_t>(0, -600, 345)});
    if (one_in(2)) profile.offsets.push_back({kNow + 10 * kDay, 60});
    return profile;
}

inline json::Members any_properties() {
    json::Members properties;
    if (one_in(2)) properties.emplace_back("n", any_of<int>(0, 1));
    return properties;
}

inline Span any_gap() {
    return any_of<Span>(0, 1, kSecond, 2 * kSecond, kMinute, 5 * kMinute, 10 * kMinute, history::kSessionGap - 1,
                        history::kSessionGap, kHour, kDay, 30 * kDay, 90 * kDay);
}

// Mostly forward; if `may_jump`, now and then to where a broken clock stands.
inline Instant any_next(Instant now, bool may_jump) {
    if (may_jump && one_in(12)) return any_of<Instant>(now - 1, now - kHour, now - 40 * kDay, k1970, k2035, kNow);
    return later(now, any_gap());
}

inline Moment any_moment(Instant now) {
    static const std::string kNames[] = {"a", "b", "c", "d", "other"};
    const std::string& name = kNames[*rc::gen::inRange(0, 5)];
    switch (*rc::gen::inRange(0, 6)) {
        case 0: return call(now);
        case 1: return tick(now);
        case 2: return entered(name, now);
        default: return tracked(name, now);
    }
}

// What a client does when a survey was chosen: it is shown, and ends in some way.
inline history::Reached any_outcome() {
    using history::Reached;
    return any_of<Reached>(Reached::shown, Reached::dismissed, Reached::answered);
}

inline void play(history::Person& person, const Choice& choice, history::Reached outcome, Instant now) {
    person.pending.erase_if([&](const history::Pending& p) { return p == choice.pending; });
    history::SurveyRecord& record = history::record_of(person, choice.pending.survey, choice.pending.wave);
    history::shown(person, record, now, false);
    if (outcome == history::Reached::dismissed) record.dismissed = now;
    if (outcome == history::Reached::answered) record.answered = now;
    history::reach(record, outcome, choice.pending.touchpoint);
}

}  // namespace candor::decide::testing
