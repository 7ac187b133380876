#include "decide/rules.hpp"

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace candor::decide {

namespace {

using history::Person;
using history::SurveyRecord;
using survey::Survey;

constexpr std::uint32_t kEverybody = 100'000;

// `earliest`: when the rule could pass, should it block.
TraceRecord outcome(bool passes, Instant earliest, std::int64_t seen, std::int64_t wanted) {
    TraceRecord record;
    record.verdict = passes ? Verdict::pass : Verdict::block;
    record.earliest = passes ? 0 : earliest;
    record.seen = seen;
    record.wanted = wanted;
    return record;
}

TraceRecord pass() { return {}; }
TraceRecord pass_if(bool passes) { return outcome(passes, kNever, passes, 1); }
TraceRecord pass_unless(bool blocks) { return outcome(!blocks, kNever, blocks, 0); }

TraceRecord supported(const Subject& s, const Situation&) { return pass_if(!s.survey.unsupported); }

TraceRecord enabled(const Subject& s, const Situation&) { return pass_if(s.survey.enabled); }

TraceRecord started(const Subject& s, const Situation& situation) {
    const Instant starts = s.survey.starts;
    return outcome(situation.now >= starts, starts, situation.now, starts);
}

TraceRecord ended(const Subject& s, const Situation& situation) {
    const Instant ends = s.survey.ends;
    return outcome(situation.now < ends, kNever, situation.now, ends);
}

// How far the triggers are is for explain to look up: most decisions are never read.
TraceRecord trigger(const Subject& s, const Situation&) { return pass_if(s.pending != nullptr); }

TraceRecord delay(const Subject& s, const Situation& situation) {
    if (s.pending == nullptr) return outcome(true, 0, 0, s.survey.delay);
    const Instant due = s.pending->due;
    return outcome(situation.now >= due, due, elapsed(s.pending->met, situation.now), s.survey.delay);
}

TraceRecord expiry(const Subject& s, const Situation& situation) {
    if (s.pending == nullptr) return outcome(true, 0, 0, s.survey.expires);
    const bool open = situation.now < s.pending->expires;
    return outcome(open, kNever, elapsed(s.pending->met, situation.now), s.survey.expires);
}

// A mark from the future counts as from now, so that a wait is never longer than its policy.
TraceRecord wait(Instant mark, Span least, Instant now) {
    const Span seen = elapsed(mark, now);
    return outcome(seen >= least, later(std::min(mark, now), least), seen, least);
}

TraceRecord wait(const std::optional<Instant>& mark, const std::optional<Span>& least, Instant now) {
    if (!least) return pass();
    return mark ? wait(*mark, *least, now) : outcome(true, 0, 0, *least);
}

const SurveyRecord kNoRecord;

TraceRecord wait_answered(const Subject& s, const Situation& situation) {
    return wait((s.record ? s.record : &kNoRecord)->answered, s.survey.waits.answered, situation.now);
}

TraceRecord wait_dismissed(const Subject& s, const Situation& situation) {
    return wait((s.record ? s.record : &kNoRecord)->dismissed, s.survey.waits.dismissed, situation.now);
}

// Shown and left alone: a dismissal or an answer at the same instant or later ended the prompt.
TraceRecord wait_shown(const Subject& s, const Situation& situation) {
    const SurveyRecord* r = s.record;
    const bool left_alone = r && r->shown > r->dismissed && r->shown > r->answered;
    return wait((left_alone ? r : &kNoRecord)->shown, s.survey.waits.shown, situation.now);
}

// By the bucket of this person; by occasion, by that of the entry that would be shown, else of the last there was.
TraceRecord sample(const Subject& s, const Situation& situation) {
    const survey::Sample& sample = s.survey.sample;
    const std::int64_t wanted = sample.threshold;
    // Nobody and everybody need no bucket: -1 says that none was computed.
    if (wanted == 0 || wanted >= kEverybody) return outcome(wanted != 0, kNever, -1, wanted);
    String unit(s.person.anonymous ? situation.install : std::string_view(s.person.id));
    if (sample.by == survey::SampleBy::occasion) {
        unit += '#';
        unit += digits(s.pending ? s.pending->occurrence : progress(s.survey, s.person).counted);
    }
    const std::int64_t seen = bucket(sample.salt, "sample", unit);
    return outcome(seen < wanted, kNever, seen, wanted);
}

bool is_alive(const String& owner, const Situation& situation) {
    return !situation.holds_lock && owner != situation.owner;
}

// Somebody else's card is on screen, as far as can be known.
TraceRecord one_at_a_time(const Subject& s, const Situation& situation) {
    const auto& running = s.person.running;
    if (situation.prompt_open) return pass_unless(true);
    if (!running || !is_alive(running->owner, situation)) return pass();
    const TraceRecord gone = wait(running->touched, history::kResumeWithin, situation.now);
    const bool passes = gone.verdict == Verdict::pass;
    return outcome(passes, gone.earliest, !passes, 0);
}

TraceRecord claim(const Subject& s, const Situation& situation) {
    const auto& held = s.person.claim;
    if (!held || !is_alive(held->owner, situation)) return pass();
    if (situation.locks_exist) return outcome(false, kNever, elapsed(held->at, situation.now), 0);
    return wait(held->at, history::kClaimLapse, situation.now);
}

TraceRecord busy(const Subject&, const Situation& situation) { return pass_unless(situation.busy); }

TraceRecord hidden(const Subject&, const Situation& situation) { return pass_unless(situation.hidden); }

TraceRecord consent(const Subject&, const Situation& situation) { return pass_unless(situation.consent_unknown); }

TraceRecord queue(const Subject&, const Situation& situation) { return pass_unless(situation.answers_fill_queue); }

// By Rule.
constexpr Row kRows[kRules] = {
    {"supported", supported},
    {"enabled", enabled},
    {"started", started},
    {"ended", ended},
    {"trigger", trigger},
    {"delay", delay},
    {"expiry", expiry},
    {"wait_answered", wait_answered},
    {"wait_dismissed", wait_dismissed},
    {"wait_shown", wait_shown},
    {"sample", sample},
    {"one_at_a_time", one_at_a_time},
    {"claim", claim},
    {"busy", busy},
    {"hidden", hidden},
    {"consent", consent},
    {"queue", queue},
};

static_assert(kRows[kRules - 1].name != nullptr, "a rule without a function");

// Of several (fold keeps one, but a history may come from elsewhere): what has not expired first, then what is due
// first.
bool better(const history::Pending& a, const history::Pending& b, Instant now) {
    const bool a_open = now < a.expires;
    const bool b_open = now < b.expires;
    if (a_open != b_open) return a_open;
    return a.due < b.due;
}

}  // namespace

const Row& row(Rule rule) { return kRows[static_cast<std::size_t>(rule)]; }

std::string_view name(Rule rule) { return row(rule).name; }

Subject subject(const Survey& survey, const Person& person, Instant now) {
    const history::Pending* best = nullptr;
    for (const history::Pending& pending : person.pending) {
        if (pending.survey != survey.id || pending.wave != survey.wave) continue;
        if (!best || better(pending, *best, now)) best = &pending;
    }
    return {survey, person, history::find_record(person, survey.id), best};
}

std::int64_t counted(const survey::Trigger& trigger, const Person& person) {
    return trigger.kind == survey::TriggerKind::session ? person.sessions : history::counted(person, trigger.clause);
}

Progress progress(const Survey& survey, const Person& person) {
    Progress near;
    for (const survey::Trigger& trigger : survey.triggers) {
        const std::int64_t n = counted(trigger, person);
        if (!near.trigger || trigger.at_least - n < near.trigger->at_least - near.counted) near = {&trigger, n};
    }
    return near;
}

Instant first_chance(const Subject& subject, const Situation& situation) {
    Instant first = std::max(situation.now, subject.pending->due);
    for (const Rule rule : kStanding) {
        const TraceRecord record = row(rule).evaluate(subject, situation);
        if (record.verdict == Verdict::block) first = std::max(first, record.earliest);
    }
    if (first >= subject.pending->expires || first >= subject.survey.ends) return kNever;
    return sample(subject, situation).verdict == Verdict::block ? kNever : first;
}

}  // namespace candor::decide
