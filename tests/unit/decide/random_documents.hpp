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
    static const std::string kNames[] = {"a", "b", "c", "other"};
    const std::string& name = kNames[*rc::gen::inRange(0, 4)];
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
    record.shown = now;
    if (outcome == history::Reached::dismissed) record.dismissed = now;
    if (outcome == history::Reached::answered) record.answered = now;
    history::reach(record, outcome, choice.pending.touchpoint);
}

}  // namespace candor::decide::testing
