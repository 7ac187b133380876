#include "decide/gate.hpp"

#include <algorithm>
#include <limits>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "decide/exposure.hpp"
#include "decide/rules.hpp"

namespace candor::decide {

namespace {

using history::Reached;

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
Closed closed(const Subject& about, const Situation& situation) {
    Closed closed;
    for (const Rule rule : kStanding) {
        if (about.plan.rules.has(rule)) consider(closed, rule, about, situation);
    }
    // By occasion each occurrence has a bucket of its own, which the loader does not compute; nobody is nobody.
    const survey::Sample& sample = about.survey.sample;
    if (sample.by == survey::SampleBy::person || sample.threshold == 0) {
        consider(closed, Rule::sample, about, situation);
    }
    return closed;
}

// From when on the core is needed with no further moment.
Instant due(const Prepared& prepared, const history::Person& person, const Values& values, const Situation& situation) {
    if (person.running) return situation.now;
    Instant first = kNever;
    for (const history::Pending& pending : person.pending) {
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave, situation.now);
        if (!survey) continue;
        Subject about = subject_without(prepared, prepared.index_of(*survey), person, values, situation);
        about.record = history::find_record(person, survey->id);
        about.pending = &pending;
        first = std::min(first, first_chance(about, situation));
    }
    return first;
}

// As what a moment that meets this trigger while it is closed counts, or `nothing`. The loader knows neither whom the
// survey is about nor what a filter asks for, and draws no buckets: such moments are for the core to count, when it
// folds the journal.
Reached counts_as(const survey::Trigger& trigger, const Subject& about, const Situation& situation) {
    const bool plain = trigger.kind != survey::TriggerKind::session && trigger.every == 1 &&
                       trigger.within == survey::Within::life && trigger.companions.empty() && !trigger.where.given();
    const survey::Sample& sample = about.survey.sample;
    const bool drawn = sample.by == survey::SampleBy::person || sample.threshold == 0 || sample.threshold >= kEverybody;
    if (!plain || !drawn || about.plan.population != kNoNode || is_control(about)) return Reached::nothing;
    return reached(about, situation);
}

// What the loader reports by itself: of the person's first moment at the survey in the wave. Of each after it the same
// but for the changes; of a relationship survey there is nothing to say then.
void write_report(json::Writer& out, const Subject& about, const survey::Trigger& trigger, Reached before, Reached came,
                  const String& wave) {
    Changes persons{}, moments{};
    if (before == Reached::nothing) {
        move(persons, before, came);
    } else if (about.survey.kind != survey::Kind::transactional) {
        return;
    }
    move(moments, Reached::nothing, came);
    out.object("report");
    write_exposure(out, about.survey, wave, trigger.touchpoint, persons, moments);
    out.end();
}

String control_id(const survey::Survey& survey) { return joined({survey.key(), "#control"}); }

void write_trigger(json::Writer& out, const Subject& about, const survey::Trigger* trigger, const Closed& shut,
                   const Situation& situation) {
    const bool counts_alone =
        trigger != nullptr && (trigger->within == survey::Within::window || !trigger->companions.empty());
    out.key(trigger != nullptr ? trigger->id : control_id(about.survey)).object();
    out.whole("count", trigger == nullptr ? about.person.sessions
                       : counts_alone     ? trigger->at_least
                                          : counted(*trigger, about.person));
    if (shut.until > situation.now) {
        const String wave = wave_at(about.survey, situation.now);
        const bool same_wave = about.record != nullptr && about.record->wave == wave;
        const Reached before = same_wave ? about.record->reached : Reached::nothing;
        const Reached came = trigger != nullptr ? counts_as(*trigger, about, situation) : Reached::nothing;
        Instant until = shut.until;
        // What is reported is of this wave.
        if (came != Reached::nothing) until = std::min({until, about.wave.ends, about.survey.ends});
        out.object("closed").whole("until", page_instant(until)).text("verdict", row(shut.verdict).name);
        if (came != Reached::nothing) write_report(out, about, *trigger, before, came, wave);
        out.end();
    }
    out.end();
}

void write_triggers(json::Writer& out, const Subject& about, const Situation& situation) {
    const Closed shut = closed(about, situation);
    // Who is in the control share and who is not changes with the wave.
    const Closed other{about.wave.ends, Rule::targeting};
    const bool control = is_control(about);
    const auto closing = [&](bool lifted) { return lifted && other.until > shut.until ? other : shut; };
    for (const survey::Trigger& trigger : about.survey.triggers) {
        write_trigger(out, about, &trigger, closing(control), situation);
    }
    if (about.survey.control.threshold > 0) write_trigger(out, about, nullptr, closing(!control), situation);
}

// What the loader has to tell apart from all else.
void write_name(json::Writer& out, const survey::Trigger& trigger) {
    out.text(trigger.kind == survey::TriggerKind::event ? "event" : "screen", trigger.name);
    if (trigger.match != survey::Match::exact) {
        out.text("match", trigger.match == survey::Match::prefix ? "prefix" : "glob");
    }
}

void write_watched(json::Writer& out, const survey::Trigger& trigger) {
    const bool together = !trigger.companions.empty();
    out.object().text("id", trigger.id);
    if (trigger.kind == survey::TriggerKind::session) {
        out.whole("session", trigger.at_least);
    } else {
        write_name(out, trigger);
        out.whole("count", together ? 1 : trigger.at_least);
    }
    out.end();
    for (const survey::Companion& companion : trigger.companions) {
        out.object().text("id", trigger.id).text("event", companion.name).whole("count", 1).end();
    }
}

// Events that open nothing, but that conditions count or delays end with: by each once.
void add_events(const survey::Condition& condition, List<std::string_view>& names) {
    for (const survey::Condition& inner : condition.of) add_events(inner, names);
    if (condition.test > survey::Test::not_ && condition.source == survey::Source::event) {
        names.push_back(condition.name);
    }
}

void write_kept(json::Writer& out, const survey::Document& document) {
    List<std::string_view> names;
    for (const survey::Survey& survey : document.surveys) {
        if (!survey.enabled || survey.unsupported) continue;
        for (const String& event : survey.cancel) names.push_back(event);
        add_events(survey.population, names);
        add_events(survey.targeting, names);
    }
    if (names.empty()) return;
    std::sort(names.begin(), names.end());
    out.array("keep");
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == 0 || names[i] != names[i - 1]) out.text(nullptr, names[i]);
    }
    out.end();
}

}  // namespace

String gate(const survey::Document& document, std::string_view document_name) {
    json::Writer out;
    out.object().whole("candor", 1).text("project", document.project).whole("revision", document.revision);
    out.text("document", document_name).text("hash", document.hash).array("triggers");
    for (const survey::Survey& survey : document.surveys) {
        if (!survey.enabled || survey.unsupported) continue;
        for (const survey::Trigger& trigger : survey.triggers) write_watched(out, trigger);
        if (survey.control.threshold > 0) out.object().text("id", control_id(survey)).whole("session", 1).end();
    }
    out.end();
    write_kept(out, document);
    return out.end().take();
}

String gate_record(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    json::Writer out;
    out.object().whole("at", situation.now);
    out.text("person", person.anonymous ? std::string_view() : std::string_view(person.id));
    out.whole("last_call", person.last_call).whole("sessions", person.sessions);
    out.text("document", prepared.document().hash);
    const Values values{prepared, nullptr, nullptr, situation.now};
    const Instant first = due(prepared, person, values, situation);
    if (first != kNever) out.whole("due", page_instant(first));
    out.object("triggers");
    for (const survey::Survey& survey : prepared.document().surveys) {
        // Of two surveys of one key the document's reader refuses the later: it must not close the triggers of the
        // other.
        if (prepared.find(survey.id, wave_at(survey, situation.now), situation.now) != &survey) continue;
        Subject about = subject_without(prepared, prepared.index_of(survey), person, values, situation);
        about.record = history::find_record(person, survey.id);
        write_triggers(out, about, situation);
    }
    return out.end().end().take();
}

}  // namespace candor::decide
