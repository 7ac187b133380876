#include "simulate/population.hpp"

#include <algorithm>

#include "simulate/read_population.hpp"

namespace candor::simulate {

namespace {

constexpr Instant kStart = 1'767'225'600'000;  // 2026-01-01
constexpr double kEventsPerVisit = 0.25;
constexpr double kScreensPerVisit = 0.5;

bool has(const List<Happening>& happenings, const survey::Trigger& trigger) {
    const bool screen = trigger.kind == survey::TriggerKind::screen;
    return std::any_of(happenings.begin(), happenings.end(),
                       [&](const Happening& h) { return h.screen == screen && h.name == trigger.name; });
}

// ---- what conditions ask for ----

void add_value(Attribute& attribute, json::Value value) {
    if (std::find(attribute.values.begin(), attribute.values.end(), value) != attribute.values.end()) return;
    attribute.values.push_back(std::move(value));
    attribute.weights.push_back(1);
}

// Values on both sides of the test, so that some people meet it and others do not. An instant is of one person and one
// time: there is none that would do for all.
void add_values(Attribute& attribute, const survey::Condition& condition) {
    using survey::Test;
    const json::Value& operand = condition.operand;
    switch (condition.test) {
        case Test::in:
            for (const json::Value& one : operand.array()) add_value(attribute, one);
            break;
        case Test::lt:
        case Test::lte:
        case Test::gt:
        case Test::gte:
            for (const int beside : {-1, 0, 1}) add_value(attribute, operand.number() + beside);
            return;
        case Test::semver_eq:
        case Test::semver_lt:
        case Test::semver_lte:
        case Test::semver_gt:
        case Test::semver_gte:
            for (const char* beside : {"0.0.1", "999.0.0"}) add_value(attribute, beside);
            add_value(attribute, operand);
            return;
        case Test::exists: break;
        case Test::before:
        case Test::after:
        case Test::within_days: return;
        default: add_value(attribute, operand);
    }
    const bool flag = operand.type() == json::Type::boolean && condition.test != Test::exists;
    add_value(attribute, flag ? json::Value(!operand.boolean()) : json::Value("other"));
}

Attribute& named(List<Attribute>& attributes, const String& name) {
    for (Attribute& attribute : attributes) {
        if (attribute.name == name) return attribute;
    }
    Attribute& attribute = attributes.emplace_back();
    attribute.name = name;
    return attribute;
}

bool is_text(survey::ContextValue value) {
    return value >= survey::ContextValue::app_version && value <= survey::ContextValue::device;
}

void add_asked_for(const survey::Condition& condition, Segment& segment) {
    for (const survey::Condition& inner : condition.of) add_asked_for(inner, segment);
    if (condition.test <= survey::Test::not_) return;
    if (condition.source == survey::Source::attribute) {
        add_values(named(segment.attributes, condition.name), condition);
    } else if (condition.source == survey::Source::context && is_text(condition.context)) {
        add_values(named(segment.context, survey::name(condition.context)), condition);
    }
}

// What nothing was found for stays unknown.
void drop_empty(List<Attribute>& attributes) {
    attributes.erase_if([](const Attribute& attribute) { return attribute.values.empty(); });
}

// A simulation begins when the first survey does that says when, so that a plan for next year finds its people.
Instant start_of(const survey::Document& document) {
    Instant start = kNever;
    for (const survey::Survey& survey : document.surveys) {
        if (survey.enabled && survey.starts > 0) start = std::min(start, survey.starts);
    }
    return start == kNever ? kStart : start;
}

Segment variant(Segment segment, const char* name, double share, double mean, double spread, double visits_per_week) {
    segment.name = name;
    segment.share = share;
    segment.opinion = bell(mean, spread);
    segment.visits_per_week = visits_per_week;
    return segment;
}

}  // namespace

Segment default_segment(const survey::Document& document) {
    Segment segment;
    segment.name = "everybody";
    segment.opinion = bell(8.5, 2);
    segment.visits_per_week = 1.5;
    segment.visits_spread = 0.6;
    segment.visit_minutes = 6;
    segment.others_per_visit = 12;
    segment.response.answer = {20, 16, 24};
    segment.response.dismiss = {36, 38, 30};
    segment.response.comment = {45, 25, 30};
    segment.response.seconds = 9;
    for (const survey::Survey& survey : document.surveys) {
        add_asked_for(survey.population, segment);
        add_asked_for(survey.targeting, segment);
        for (const survey::Trigger& trigger : survey.triggers) {
            const bool screen = trigger.kind == survey::TriggerKind::screen;
            if ((!screen && trigger.kind != survey::TriggerKind::event) || has(segment.happenings, trigger)) continue;
            Happening& happening = segment.happenings.emplace_back();
            happening.screen = screen;
            happening.name = trigger.name;
            happening.per_visit = screen ? kScreensPerVisit : kEventsPerVisit;
        }
    }
    drop_empty(segment.attributes);
    drop_empty(segment.context);
    return segment;
}

Population default_population(const survey::Document& document) {
    const Segment base = default_segment(document);
    Population population = empty_population(document);
    population.segments.push_back(variant(base, "keen", 20, 9.3, 1.7, 4));
    population.segments.push_back(variant(base, "regular", 50, 8.6, 1.9, 1.5));
    population.segments.push_back(variant(base, "occasional", 30, 7.7, 2.3, 0.3));
    return population;
}

Population empty_population(const survey::Document& document) {
    Population population;
    population.start = start_of(document);
    population.newcomers = 20;
    return population;
}

}  // namespace candor::simulate
