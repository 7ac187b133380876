#include "decide/gate.hpp"

#include <algorithm>
#include <limits>

#include "base/json_writer.hpp"
#include "decide/rules.hpp"

namespace candor::decide {

namespace {

constexpr Instant kPageNever = (Instant{1} << 53) - 1;  // the largest that a page's numbers hold exactly

Instant page_instant(Instant instant) { return std::min(instant, kPageNever); }

struct Closed {
    Instant until = std::numeric_limits<Instant>::min();
    Rule verdict = Rule::supported;
};

// A rule that blocks until E closes only until E less the time that an entry stays open: what is met after that
// outlives the rule.
void consider(Closed& closed, Rule rule, const Subject& about, const Situation& situation) {
    const TraceRecord record = row(rule).evaluate(about, situation);
    if (record.verdict == Verdict::pass) return;
    const Instant until = later(record.earliest, -about.survey.expires);
    if (until > closed.until) closed = {until, rule};
}

// Until when no moment could open an entry for this survey, whatever it is.
Closed closed(const survey::Survey& survey, const history::Person& person, const Situation& situation) {
    const Subject about{survey, person, history::find_record(person, survey.id), nullptr};
    Closed closed;
    for (const Rule rule : kStanding) consider(closed, rule, about, situation);
    // By occasion each occurrence has a bucket of its own, which the loader does not compute; nobody is nobody.
    if (survey.sample.by == survey::SampleBy::person || survey.sample.threshold == 0) {
        consider(closed, Rule::sample, about, situation);
    }
    return closed;
}

// From when on the core is needed with no further moment.
Instant due(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    if (person.running) return situation.now;
    Instant first = kNever;
    for (const history::Pending& pending : person.pending) {
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave);
        if (!survey) continue;
        const Subject about{*survey, person, history::find_record(person, survey->id), &pending};
        first = std::min(first, first_chance(about, situation));
    }
    return first;
}

void write_triggers(json::Writer& out, const survey::Survey& survey, const history::Person& person,
                    const Situation& situation) {
    const Closed shut = closed(survey, person, situation);
    for (const survey::Trigger& trigger : survey.triggers) {
        out.key(trigger.id).object().whole("count", counted(trigger, person));
        if (shut.until > situation.now) {
            out.object("closed").whole("until", page_instant(shut.until)).text("verdict", row(shut.verdict).name).end();
        }
        out.end();
    }
}

}  // namespace

String gate(const survey::Document& document, std::string_view document_name) {
    json::Writer out;
    out.object().whole("candor", 1).text("project", document.project).whole("revision", document.revision);
    out.text("document", document_name).text("hash", document.hash).array("triggers");
    for (const survey::Survey& survey : document.surveys) {
        if (!survey.enabled || survey.unsupported) continue;
        for (const survey::Trigger& trigger : survey.triggers) {
            out.object().text("id", trigger.id);
            if (trigger.kind == survey::TriggerKind::session) {
                out.whole("session", trigger.at_least);
            } else {
                out.text(trigger.kind == survey::TriggerKind::event ? "event" : "screen", trigger.name);
                out.whole("count", trigger.at_least);
            }
            out.end();
        }
    }
    return out.end().end().take();
}

String gate_record(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    json::Writer out;
    out.object().whole("at", situation.now);
    out.text("person", person.anonymous ? std::string_view() : std::string_view(person.id));
    out.whole("last_call", person.last_call).whole("sessions", person.sessions);
    out.text("document", prepared.document().hash);
    const Instant first = due(prepared, person, situation);
    if (first != kNever) out.whole("due", page_instant(first));
    out.object("triggers");
    for (const survey::Survey& survey : prepared.document().surveys) {
        // Of two surveys of one key the document's reader refuses the later: it must not close the triggers of the
        // other.
        if (prepared.find(survey.id, survey.wave) == &survey) write_triggers(out, survey, person, situation);
    }
    return out.end().end().take();
}

}  // namespace candor::decide
