#include "decide/rules.hpp"

#include <algorithm>

#include "base/sha256.hpp"

namespace candor::decide {

namespace {

using history::Person;
using history::SurveyRecord;
using survey::Survey;

constexpr std::uint32_t kEverybody = 100'000;

Outcome pass(std::int64_t seen = 0, std::int64_t wanted = 0) { return {Verdict::pass, 0, seen, wanted}; }
Outcome block(Instant earliest, std::int64_t seen = 0, std::int64_t wanted = 0) {
    return {Verdict::block, earliest, seen, wanted};
}
Outcome pass_if(bool passes) { return passes ? pass(1, 1) : block(kNever, 0, 1); }
Outcome pass_unless(bool blocks) { return blocks ? block(kNever, 1, 0) : pass(); }

// A mark from the future counts as from now, so that a wait is never longer than its policy.
Outcome wait(const std::optional<Instant>& mark, const std::optional<Span>& least, Instant now) {
    if (!least) return pass();
    if (!mark) return pass(0, *least);
    const Span seen = elapsed(*mark, now);
    if (seen >= *least) return pass(seen, *least);
    return block(later(std::min(*mark, now), *least), seen, *least);
}

// Shown and left alone: a dismissal or an answer at the same instant or later ended the prompt.
std::optional<Instant> left_alone(const SurveyRecord& record) {
    if (!record.shown) return std::nullopt;
    if (record.dismissed >= record.shown || record.answered >= record.shown) return std::nullopt;
    return record.shown;
}

// How far the triggers are is for explain to look up: most decisions are never read.
Outcome trigger(const Subject& subject) { return pass_if(subject.pending != nullptr); }

Outcome delay(const Subject& subject, Instant now) {
    if (!subject.pending) return pass(0, subject.survey.delay);
    const Span seen = elapsed(subject.pending->met, now);
    if (now >= subject.pending->due) return pass(seen, subject.survey.delay);
    return block(subject.pending->due, seen, subject.survey.delay);
}

Outcome expiry(const Subject& subject, Instant now) {
    if (!subject.pending) return pass(0, subject.survey.expires);
    const Span seen = elapsed(subject.pending->met, now);
    if (now < subject.pending->expires) return pass(seen, subject.survey.expires);
    return block(kNever, seen, subject.survey.expires);
}

// Somebody else's card is on screen, as far as can be known.
Outcome one_at_a_time(const Person& person, const Situation& situation) {
    if (situation.prompt_open) return block(kNever, 1, 0);
    const auto& running = person.running;
    if (!running || running->owner == situation.owner || situation.holds_lock) return pass();
    const Span seen = elapsed(running->touched, situation.now);
    if (seen >= history::kResumeWithin) return pass();
    return block(later(std::min(running->touched, situation.now), history::kResumeWithin), 1, 0);
}

Outcome claim(const Person& person, const Situation& situation) {
    const auto& held = person.claim;
    if (!held || held->owner == situation.owner || situation.holds_lock) return pass();
    const Span seen = elapsed(held->at, situation.now);
    if (situation.locks_exist) return block(kNever, seen, 0);
    if (seen >= history::kClaimLapse) return pass(seen, history::kClaimLapse);
    return block(later(std::min(held->at, situation.now), history::kClaimLapse), seen, history::kClaimLapse);
}

// Of several (fold keeps one, but a history may come from elsewhere): what has not expired first, then what is due
// first.
bool better(const history::Pending& a, const history::Pending& b, Instant now) {
    const bool a_open = now < a.expires;
    const bool b_open = now < b.expires;
    if (a_open != b_open) return a_open;
    return a.due < b.due;
}

}  // namespace

Subject subject(const Survey& survey, const Person& person, Instant now) {
    const history::Pending* best = nullptr;
    for (const history::Pending& pending : person.pending) {
        if (pending.survey != survey.id || pending.wave != survey.wave) continue;
        if (!best || better(pending, *best, now)) best = &pending;
    }
    return {survey, person, history::find_record(person, survey.id), best};
}

Outcome standing(Rule rule, const Survey& survey, const SurveyRecord* record, Instant now) {
    switch (rule) {
        case Rule::supported: return pass_if(!survey.unsupported);
        case Rule::enabled: return pass_if(survey.enabled);
        case Rule::started:
            return now >= survey.starts ? pass(now, survey.starts) : block(survey.starts, now, survey.starts);
        case Rule::ended: return now < survey.ends ? pass(now, survey.ends) : block(kNever, now, survey.ends);
        case Rule::wait_answered: return wait(record ? record->answered : std::nullopt, survey.waits.answered, now);
        case Rule::wait_dismissed: return wait(record ? record->dismissed : std::nullopt, survey.waits.dismissed, now);
        case Rule::wait_shown: return wait(record ? left_alone(*record) : std::nullopt, survey.waits.shown, now);
        default: return pass();
    }
}

Outcome sample(const Survey& survey, const Person& person, std::int64_t occurrence, const Situation& situation) {
    const std::int64_t wanted = survey.sample.threshold;
    // Nobody and everybody need no bucket: -1 says that none was computed.
    if (wanted >= kEverybody) return pass(-1, wanted);
    if (wanted == 0) return block(kNever, -1, wanted);
    std::string unit(person.anonymous ? situation.install : std::string_view(person.id));
    if (survey.sample.by == survey::SampleBy::occasion) unit += "#" + std::to_string(occurrence);
    const std::int64_t seen = bucket(survey.sample.salt, "sample", unit);
    return seen < wanted ? pass(seen, wanted) : block(kNever, seen, wanted);
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

std::int64_t occurrence(const Subject& subject) {
    if (subject.pending) return subject.pending->occurrence;
    const bool matters = subject.survey.sample.by == survey::SampleBy::occasion;
    return matters ? progress(subject.survey, subject.person).counted : 0;
}

Outcomes evaluate(const Subject& s, const Situation& situation) {
    const Instant now = situation.now;
    Outcomes all;
    const auto set = [&](Rule rule, const Outcome& outcome) { all[static_cast<std::size_t>(rule)] = outcome; };
    for (const Rule rule : kStanding) set(rule, standing(rule, s.survey, s.record, now));
    set(Rule::trigger, trigger(s));
    set(Rule::delay, delay(s, now));
    set(Rule::expiry, expiry(s, now));
    set(Rule::sample, sample(s.survey, s.person, occurrence(s), situation));
    set(Rule::one_at_a_time, one_at_a_time(s.person, situation));
    set(Rule::claim, claim(s.person, situation));
    set(Rule::busy, pass_unless(situation.busy));
    set(Rule::hidden, pass_unless(situation.hidden));
    set(Rule::consent, pass_unless(situation.consent_unknown));
    set(Rule::queue, pass_unless(situation.answers_fill_queue));
    return all;
}

std::optional<Instant> first_chance(const Survey& survey, const Person& person, const history::Pending& pending,
                                    const Situation& situation) {
    Instant first = std::max(situation.now, pending.due);
    const history::SurveyRecord* record = history::find_record(person, survey.id);
    for (const Rule rule : kStanding) {
        const Outcome outcome = standing(rule, survey, record, situation.now);
        if (outcome.verdict == Verdict::block) first = std::max(first, outcome.earliest);
    }
    if (first >= pending.expires || first >= survey.ends) return std::nullopt;
    if (sample(survey, person, pending.occurrence, situation).verdict == Verdict::block) return std::nullopt;
    return first;
}

}  // namespace candor::decide
