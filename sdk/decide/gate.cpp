#include "decide/gate.hpp"

#include <algorithm>
#include <limits>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

using json::Value;

constexpr Instant kPageNever = (Instant{1} << 53) - 1;  // the largest that a page's numbers hold exactly

Value instant(Instant instant) { return std::min(instant, kPageNever); }

struct Closed {
    Instant until = std::numeric_limits<Instant>::min();
    Rule verdict = Rule::supported;
};

// Until when no moment could open an entry for this survey, whatever it is. A rule that blocks until E closes only
// until E less the time that an entry stays open: what is met after that outlives the rule.
Closed closed(const survey::Survey& survey, const history::Person& person, const Situation& situation) {
    Closed closed;
    const auto consider = [&](Rule rule, const Outcome& outcome) {
        if (outcome.verdict == Verdict::pass) return;
        const Instant until = outcome.earliest == kNever ? kNever : later(outcome.earliest, -survey.expires);
        if (until > closed.until) closed = {until, rule};
    };
    const history::SurveyRecord* record = history::find_record(person, survey.id);
    for (const Rule rule : kStanding) consider(rule, standing(rule, survey, record, situation.now));
    // By occasion each occurrence has a bucket of its own, which the loader does not compute; nobody is nobody.
    if (survey.sample.by == survey::SampleBy::person || survey.sample.threshold == 0) {
        consider(Rule::sample, sample(survey, person, 0, situation));
    }
    return closed;
}

Value trigger_record(const survey::Trigger& trigger, const history::Person& person, const Closed& closed, Instant now) {
    Value v{json::Members{}};
    v.set("count", counted(trigger, person));
    if (closed.until > now) {
        Value c{json::Members{}};
        c.set("until", instant(closed.until));
        c.set("verdict", name(closed.verdict));
        v.set("closed", std::move(c));
    }
    return v;
}

// From when on the core is needed with no further moment.
Instant due(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    if (person.running) return situation.now;
    Instant first = kNever;
    for (const history::Pending& pending : person.pending) {
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave);
        if (!survey) continue;
        first = std::min(first, first_chance(*survey, person, pending, situation).value_or(kNever));
    }
    return first;
}

}  // namespace

Value gate(const survey::Document& document, std::string_view document_name) {
    Value triggers{json::Array{}};
    for (const survey::Survey& survey : document.surveys) {
        if (!survey.enabled || survey.unsupported) continue;
        for (const survey::Trigger& trigger : survey.triggers) {
            Value v{json::Members{}};
            v.set("id", trigger.id);
            if (trigger.kind == survey::TriggerKind::session) {
                v.set("session", trigger.at_least);
            } else {
                v.set(trigger.kind == survey::TriggerKind::event ? "event" : "screen", trigger.name);
                v.set("count", trigger.at_least);
            }
            triggers.push(std::move(v));
        }
    }
    Value v{json::Members{}};
    v.set("candor", 1);
    v.set("project", document.project);
    v.set("revision", document.revision);
    v.set("document", document_name);
    v.set("hash", document.hash);
    v.set("triggers", std::move(triggers));
    return v;
}

Value gate_record(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    Value triggers{json::Members{}};
    for (const survey::Survey& survey : prepared.document().surveys) {
        // Of two surveys of one key the document's reader refuses the later: it must not close the triggers of the
        // other.
        if (prepared.find(survey.id, survey.wave) != &survey) continue;
        const Closed shut = closed(survey, person, situation);
        for (const survey::Trigger& trigger : survey.triggers) {
            triggers.set(trigger.id, trigger_record(trigger, person, shut, situation.now));
        }
    }
    Value v{json::Members{}};
    v.set("at", situation.now);
    v.set("person", person.anonymous ? std::string_view() : std::string_view(person.id));
    v.set("last_call", person.last_call);
    v.set("sessions", person.sessions);
    v.set("document", prepared.document().hash);
    const Instant first = due(prepared, person, situation);
    if (first != kNever) v.set("due", instant(first));
    v.set("triggers", std::move(triggers));
    return v;
}

}  // namespace candor::decide
