// Documents, moments and situations for the tests, built as values.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "decide/decide.hpp"

namespace candor::decide::testing {

constexpr Instant kNow = 1'790'000'000'000;   // in September 2026
constexpr Instant k2035 = 2'051'222'400'000;  // 2035-01-01
constexpr Instant k1970 = 1'000;

inline survey::Trigger trigger(survey::TriggerKind kind, std::string_view name, std::int64_t at_least) {
    survey::Trigger t;
    t.kind = kind;
    t.name = name;
    t.at_least = at_least;
    const bool session = kind == survey::TriggerKind::session;
    t.touchpoint = session ? "$session" : t.name;
    t.clause = session ? "session" : (kind == survey::TriggerKind::event ? "event:" : "screen:") + t.name;
    return t;
}
inline survey::Trigger event(std::string_view name, std::int64_t at_least = 1) {
    return trigger(survey::TriggerKind::event, name, at_least);
}
inline survey::Trigger screen(std::string_view name, std::int64_t at_least = 1) {
    return trigger(survey::TriggerKind::screen, name, at_least);
}
inline survey::Trigger session(std::int64_t at_least) { return trigger(survey::TriggerKind::session, "", at_least); }

// Delay 2 s, expires after 10 min, everybody, no waits.
inline survey::Survey make_survey(std::string_view id, List<survey::Trigger> triggers) {
    survey::Survey s;
    s.id = id;
    s.kind = survey::Kind::transactional;
    s.wave = "1";
    s.delay = 2 * kSecond;
    s.expires = 10 * kMinute;
    s.sample.salt = s.key();
    for (survey::Trigger& t : triggers) {
        t.id = s.key() + "#" + std::to_string(s.triggers.size());
        s.triggers.push_back(std::move(t));
    }
    return s;
}

inline survey::Document make_document(List<survey::Survey> surveys, const survey::Budget& budget = {}) {
    survey::Document d;
    d.project = "shop";
    d.revision = 7;
    d.hash = "0123456789abcdef";
    d.surveys = std::move(surveys);
    d.budget = budget;
    return d;
}

inline Shared<const Prepared> prepared(List<survey::Survey> surveys, const survey::Budget& budget = {}) {
    return decide::prepare(make_shared<const survey::Document>(make_document(std::move(surveys), budget)));
}

inline history::Person make_person(std::string_view id = "ann") {
    history::Person person;
    person.id = id;
    person.anonymous = id.empty();
    return person;
}

inline Situation at(Instant now) {
    Situation s;
    s.now = now;
    s.owner = "me";
    s.install = "install-1";
    return s;
}

inline Moment tracked(std::string_view name, Instant now) {
    return {.kind = MomentKind::event, .name = name, .at = now, .now = now};
}
inline Moment entered(std::string_view name, Instant now) {
    return {.kind = MomentKind::screen, .name = name, .at = now, .now = now};
}
inline Moment call(Instant now) { return {.kind = MomentKind::call, .at = now, .now = now}; }
inline Moment tick(Instant now) { return {.kind = MomentKind::time, .at = now, .now = now}; }

inline bool fold(const Prepared& p, history::Person& person, const Moment& moment) {
    return decide::fold(p, person, moment, at(moment.now));
}

inline std::string chosen(const Prepared& p, const Decision& decision) {
    return decision.chosen ? p.document().surveys[decision.chosen->survey].id : String("none");
}
inline std::string chosen(const Prepared& p, const history::Person& person, const Situation& situation) {
    return chosen(p, decide(p, person, situation));
}

inline TraceRecord rule(const Decision& decision, Rule wanted, std::size_t survey = 0) {
    for (const TraceRecord& record : decision.trace) {
        if (record.survey == survey && record.rule == wanted) return record;
    }
    return {.survey = 0xffffffff};
}

// The rules that block, by name.
inline List<String> blocking(const Decision& decision, std::size_t survey = 0) {
    List<String> names;
    for (const TraceRecord& record : decision.trace) {
        if (record.survey == survey && record.verdict == Verdict::block) names.emplace_back(name(record.rule));
    }
    return names;
}

using Names = List<String>;

// What the layer writes, read back. Null when it is no JSON.
inline json::Value parsed(const std::string& text) {
    auto value = json::parse(text);
    return value ? *std::move(value) : json::Value();
}

}  // namespace candor::decide::testing
