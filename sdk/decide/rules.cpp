#include "decide/rules.hpp"

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace candor::decide {

namespace {

using history::Person;
using history::SurveyRecord;
using survey::Survey;

// `earliest`: when the rule could pass, should it block; of those that end by themselves see `until`.
TraceRecord outcome(bool passes, Instant earliest, std::int64_t seen, std::int64_t wanted) {
    TraceRecord record;
    record.verdict = passes ? Verdict::pass : Verdict::block;
    record.earliest = passes ? 0 : earliest;
    record.seen = seen;
    record.wanted = wanted;
    return record;
}

// Which passes or blocks until `turn`.
TraceRecord until(bool passes, Instant turn, std::int64_t seen, std::int64_t wanted) {
    TraceRecord record = outcome(passes, turn, seen, wanted);
    record.earliest = turn == kNever && passes ? 0 : turn;
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

// Within a wave each person has a turn of their own, so that not everybody is asked on its first day.
TraceRecord turn(const Subject& s, const Situation& situation) {
    const Instant begins = later(s.wave.begins, s.survey.every / kEverybody * s.draw.phase);
    return outcome(situation.now >= begins, begins, situation.now, begins);
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

// The tests of a condition: which settled it, and why it failed.
TraceRecord condition(const Subject& s, std::uint32_t node) {
    if (node == kNoNode) return pass();
    Settled settled;
    const bool passes = decide::passes(node, s.values, settled);
    return until(passes, next_turn(node, s.values), settled.node, static_cast<std::int64_t>(settled.failing()));
}

TraceRecord population(const Subject& s, const Situation&) { return condition(s, s.plan.population); }

TraceRecord targeting(const Subject& s, const Situation&) {
    TraceRecord record = condition(s, s.plan.targeting);
    if (!is_control(s)) return record;
    record.wanted += kLifted;
    record.verdict = Verdict::pass;
    record.earliest = 0;
    return record;
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

// ---- pacing ----

TraceRecord at_least(std::int64_t seen, std::int64_t least) { return outcome(seen >= least, kNever, seen, least); }

TraceRecord first_seen(const Subject& s, const Situation& situation) {
    return wait(s.person.sessions > 0 ? s.person.first_seen : situation.now, *s.survey.pacing.first_seen,
                situation.now);
}

TraceRecord sessions(const Subject& s, const Situation&) {
    return at_least(s.person.sessions, s.survey.pacing.sessions);
}

TraceRecord active_days(const Subject& s, const Situation&) {
    return at_least(s.person.active_days, s.survey.pacing.active_days);
}

TraceRecord session_time(const Subject& s, const Situation& situation) {
    if (s.person.sessions == 0) return outcome(false, kNever, 0, s.survey.pacing.session);
    return wait(s.person.session_began, s.survey.pacing.session, situation.now);
}

const SurveyRecord kNoRecord;

const SurveyRecord& record_of(const Subject& s) { return s.record != nullptr ? *s.record : kNoRecord; }

TraceRecord wait_answered(const Subject& s, const Situation& situation) {
    return wait(record_of(s).answered, s.survey.waits.answered, situation.now);
}

TraceRecord wait_dismissed(const Subject& s, const Situation& situation) {
    return wait(record_of(s).dismissed, s.survey.waits.dismissed, situation.now);
}

TraceRecord wait_snoozed(const Subject& s, const Situation& situation) {
    return wait(record_of(s).snoozed, s.survey.waits.snoozed, situation.now);
}

// Shown and left alone: what ended a prompt has a mark at the same instant or later.
TraceRecord wait_shown(const Subject& s, const Situation& situation) {
    const SurveyRecord& r = record_of(s);
    const bool left_alone = r.shown > r.dismissed && r.shown > r.answered && r.shown > r.snoozed;
    return wait((left_alone ? r : kNoRecord).shown, s.survey.waits.shown, situation.now);
}

bool in_this_wave(const Subject& s) {
    if (s.record == nullptr) return false;
    return s.survey.every > 0 ? s.record->wave == digits(s.wave.number) : s.record->wave == s.survey.wave;
}

TraceRecord prompts(const Subject& s, const Situation&) {
    const std::int64_t seen = in_this_wave(s) ? s.record->prompts : 0;
    return outcome(seen < s.survey.pacing.prompts, s.wave.ends, seen, s.survey.pacing.prompts);
}

TraceRecord until_answered(const Subject& s, const Situation&) {
    const bool answered = in_this_wave(s) && s.record->reached == history::Reached::answered;
    return outcome(!answered, s.wave.ends, answered, 0);
}

TraceRecord quiet_hours(const Subject& s, const Situation& situation) {
    const Local local{situation.profile};
    const survey::Hours& hours = *s.survey.pacing.quiet;
    return until(!is_quiet(local, hours, situation.now), quiet_turn(local, hours, situation.now),
                 local.clock(situation.now), hours.to);
}

TraceRecord weekday(const Subject& s, const Situation& situation) {
    const Local local{situation.profile};
    const std::uint32_t days = s.survey.pacing.days;
    constexpr std::uint32_t kAll = 0x7f;
    return until(is_day(local, days, situation.now), days == kAll ? kNever : day_turn(local, days, situation.now),
                 local.day(situation.now), days);
}

// ---- the budget ----

// What a document may ask for is what a history remembers.
static_assert(survey::kMostCapped <= history::kMostPrompts && survey::kMostInWindow <= history::kMostRecent);

bool counts_for(const history::PromptMark& mark, const Subject& s, bool of_kind) {
    return !of_kind || mark.transactional == (s.survey.kind == survey::Kind::transactional);
}

// Blocks until so many of the last prompts are out of the window that one more fits.
TraceRecord cap(const Subject& s, const survey::Cap& cap, bool of_kind, Instant now) {
    if (cap.prompts == 0) return pass();
    std::int64_t seen = 0;
    Instant earliest = 0;
    const auto& marks = s.person.prompts;
    for (std::size_t i = marks.size(); i-- > 0;) {
        if (!counts_for(marks[i], s, of_kind) || elapsed(marks[i].at, now) >= *cap.window) continue;
        if (++seen == cap.prompts) earliest = later(std::min(marks[i].at, now), *cap.window);
    }
    return outcome(seen < cap.prompts, earliest, seen, cap.prompts);
}

TraceRecord gap(const Subject& s, const survey::Cap& cap, bool of_kind, Instant now) {
    if (!cap.gap) return pass();
    const auto& marks = s.person.prompts;
    for (std::size_t i = marks.size(); i-- > 0;) {
        if (counts_for(marks[i], s, of_kind)) return wait(marks[i].at, *cap.gap, now);
    }
    return outcome(true, 0, 0, *cap.gap);
}

// Of two, the one that says more: what blocks, and of those what blocks longer.
TraceRecord stricter(const TraceRecord& a, const TraceRecord& b) {
    if (a.verdict != b.verdict) return a.verdict == Verdict::block ? a : b;
    return b.wanted == 0 || a.earliest > b.earliest ? a : b;
}

TraceRecord budget(const Subject& s, const Situation& situation) {
    return stricter(cap(s, s.budget.all, false, situation.now),
                    cap(s, s.budget.of(s.survey.kind), true, situation.now));
}

TraceRecord gap(const Subject& s, const Situation& situation) {
    return stricter(gap(s, s.budget.all, false, situation.now),
                    gap(s, s.budget.of(s.survey.kind), true, situation.now));
}

// ---- the sample ----

String salt_of(const Survey& survey, const Wave& wave) {
    if (survey.sample.salt.empty()) return joined({survey.id, ".", wave.number});
    return survey.sample.salt;
}

// By the bucket of this person; by occasion, by that of the entry that would be shown, else of the last there was.
TraceRecord sample(const Subject& s, const Situation& situation) {
    const survey::Sample& sample = s.survey.sample;
    const std::int64_t wanted = sample.threshold;
    // Nobody and everybody need no bucket: -1 says that none was computed.
    if (wanted == 0 || wanted >= kEverybody) return outcome(wanted != 0, kNever, -1, wanted);
    std::int64_t seen = s.draw.sample;
    if (sample.by == survey::SampleBy::occasion) {
        const Progress near = s.pending == nullptr ? progress(s.survey, s.person) : Progress();
        const std::int64_t nth = s.pending != nullptr ? s.pending->occurrence : near.counted;
        // Nothing was met, so nothing was drawn.
        if (s.pending == nullptr && (near.trigger == nullptr || nth < near.trigger->at_least)) {
            return outcome(true, 0, -1, wanted);
        }
        const String unit = joined({unit_of(s.person, situation), "#", nth});
        seen = bucket(salt_of(s.survey, s.wave), "sample", unit);
    }
    return outcome(seen < wanted, s.wave.ends, seen, wanted);
}

// ---- the app ----

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

TraceRecord idle(const Subject& s, const Situation& situation) {
    if (situation.last_key == 0) return outcome(true, 0, 0, s.survey.pacing.idle);
    return wait(situation.last_key, s.survey.pacing.idle, situation.now);
}

TraceRecord hidden(const Subject&, const Situation& situation) { return pass_unless(situation.hidden); }

TraceRecord consent(const Subject&, const Situation& situation) { return pass_unless(situation.consent_unknown); }

TraceRecord queue(const Subject&, const Situation& situation) { return pass_unless(situation.answers_fill_queue); }

}  // namespace

constexpr Row kRows[kRules] = {
    {"supported", supported},
    {"enabled", enabled},
    {"started", started},
    {"ended", ended},
    {"turn", turn},
    {"trigger", trigger},
    {"delay", delay},
    {"expiry", expiry},
    {"population", population},
    {"targeting", targeting},
    {"first_seen", first_seen},
    {"sessions", sessions},
    {"active_days", active_days},
    {"session_time", session_time},
    {"wait_answered", wait_answered},
    {"wait_dismissed", wait_dismissed},
    {"wait_snoozed", wait_snoozed},
    {"wait_shown", wait_shown},
    {"prompts", prompts},
    {"until_answered", until_answered},
    {"quiet_hours", quiet_hours},
    {"weekday", weekday},
    {"budget", budget},
    {"gap", gap},
    {"sample", sample},
    {"one_at_a_time", one_at_a_time},
    {"claim", claim},
    {"busy", busy},
    {"idle", idle},
    {"hidden", hidden},
    {"consent", consent},
    {"queue", queue},
};
static_assert(kRows[kRules - 1].name != nullptr, "a rule without a function");

bool better(const history::Pending& a, const history::Pending& b, Instant now) {
    const bool a_open = now < a.expires;
    const bool b_open = now < b.expires;
    if (a_open != b_open) return a_open;
    return a.due < b.due;
}

std::string_view name(Rule rule) { return row(rule).name; }

Wave wave_of(const Survey& survey, Instant now) {
    Wave wave;
    if (survey.every == 0) return wave;
    wave.number = elapsed(survey.starts, now) / survey.every;
    wave.begins = later(survey.starts, wave.number * survey.every);
    wave.ends = later(wave.begins, survey.every);
    return wave;
}

bool is_wave(const Survey& survey, std::string_view wave, Instant now) {
    return survey.every > 0 ? digits(wave_of(survey, now).number) == wave : survey.wave == wave;
}

String wave_at(const Survey& survey, Instant now) {
    return survey.every > 0 ? digits(wave_of(survey, now).number) : survey.wave;
}

std::string_view unit_of(const Person& person, const Situation& situation) {
    return person.anonymous ? situation.install : std::string_view(person.id);
}

// The turn of a person lies at the same place of every wave, or the time between two would be chance.
Draws::Draw draw_one(const Survey& survey, std::string_view unit, const Wave& wave) {
    const survey::Sample& sample = survey.sample;
    const bool part = sample.threshold > 0 && sample.threshold < kEverybody;
    Draws::Draw draw;
    draw.wave = wave.number;
    if (survey.control.threshold == 0 && survey.every == 0 && !part) return draw;
    const String salt = salt_of(survey, wave);
    if (part && sample.by == survey::SampleBy::person) draw.sample = bucket(salt, "sample", unit);
    if (survey.control.threshold > 0) draw.control = bucket(salt, "control", unit);
    if (survey.every > 0) draw.phase = bucket(sample.salt.empty() ? survey.id : sample.salt, "phase", unit);
    return draw;
}

Draws draw(const Prepared& prepared, std::string_view unit, Instant now) {
    Draws draws;
    draws.of = &prepared;
    draws.unit = unit;
    for (const Survey& survey : prepared.document().surveys) {
        const Wave wave = wave_of(survey, now);
        draws.surveys.push_back(draw_one(survey, unit, wave));
        draws.until = std::min(draws.until, wave.ends);
    }
    return draws;
}

bool is_control(const Subject& subject) { return subject.draw.control < subject.survey.control.threshold; }

Unit unit(const Prepared& prepared, const Person& person, const Situation& situation) {
    const std::string_view text = unit_of(person, situation);
    const Draws* draws = situation.draws;
    const bool drawn = draws != nullptr && draws->of == &prepared && draws->unit == text;
    return {text, drawn ? draws : nullptr};
}

Subject subject_without(const Prepared& prepared, std::size_t index, const Person& person, const Values& values,
                        const Unit& unit, Instant now) {
    const survey::Document& document = prepared.document();
    const Survey& survey = document.surveys[index];
    Subject subject{survey, person, prepared.plan(index), document.budget, values};
    subject.wave = wave_of(survey, now);
    const bool drawn = unit.draws != nullptr && unit.draws->surveys[index].wave == subject.wave.number;
    subject.draw = drawn ? unit.draws->surveys[index] : draw_one(survey, unit.text, subject.wave);
    return subject;
}

Subject subject_without(const Prepared& prepared, std::size_t index, const Person& person, const Values& values,
                        const Situation& situation) {
    return subject_without(prepared, index, person, values, unit(prepared, person, situation), situation.now);
}

Subject subject(const Prepared& prepared, std::size_t index, const Person& person, const Values& values,
                const Situation& situation) {
    Subject subject = subject_without(prepared, index, person, values, situation);
    const Survey& survey = subject.survey;
    for (const history::Pending& pending : person.pending) {
        if (pending.survey != survey.id || !is_wave(survey, pending.wave, situation.now)) continue;
        if (!subject.pending || better(pending, *subject.pending, situation.now)) subject.pending = &pending;
    }
    subject.record = history::find_record(person, survey.id);
    return subject;
}

// Greedy: of the stars passed the last one takes what it must, so the time is the product of the sizes at most.
bool matches(const survey::Trigger& trigger, std::string_view name) {
    const std::string_view pattern = trigger.name;
    if (trigger.match == survey::Match::exact) return name == pattern;
    if (trigger.match == survey::Match::prefix) return name.starts_with(pattern);
    std::size_t at = 0, in = 0, star = std::string_view::npos, kept = 0;
    while (in < name.size()) {
        const bool more = at < pattern.size();
        if (more && pattern[at] == '*') {
            star = at++;
            kept = in;
        } else if (more && (pattern[at] == name[in] || pattern[at] == '?')) {
            ++at;
            // A character, and not one of its bytes.
            const bool any = pattern[at - 1] == '?';
            ++in;
            while (any && in < name.size() && (name[in] & 0xc0) == 0x80) ++in;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in = ++kept;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*') ++at;
    return at == pattern.size();
}

std::int64_t counted(const survey::Trigger& trigger, const Person& person) {
    if (trigger.kind == survey::TriggerKind::session) return person.sessions;
    const history::Counter* counter = history::find_counter(person, trigger.clause);
    if (counter == nullptr) return 0;
    if (trigger.within != survey::Within::window) return counter->count;
    return static_cast<std::int64_t>(counter->recent.size());
}

Progress progress(const Survey& survey, const Person& person) {
    Progress near;
    for (const survey::Trigger& trigger : survey.triggers) {
        const std::int64_t n = counted(trigger, person);
        if (!near.trigger || trigger.at_least - n < near.trigger->at_least - near.counted) near = {&trigger, n};
    }
    return near;
}

history::Reached reached(const Subject& subject, const Situation& situation) {
    for (const Rule rule : {Rule::supported, Rule::enabled, Rule::started, Rule::ended, Rule::turn, Rule::population}) {
        if (!subject.plan.rules.has(rule)) continue;
        if (row(rule).evaluate(subject, situation).verdict == Verdict::block) return history::Reached::nothing;
    }
    return sample(subject, situation).verdict == Verdict::pass ? history::Reached::sampled : history::Reached::possible;
}

Instant first_chance(const Subject& subject, const Situation& situation) {
    Instant first = std::max(situation.now, subject.pending->due);
    for (const Rule rule : kStanding) {
        if (!subject.plan.rules.has(rule)) continue;
        const TraceRecord record = row(rule).evaluate(subject, situation);
        if (record.verdict == Verdict::block) first = std::max(first, record.earliest);
    }
    if (first >= subject.pending->expires || first >= subject.survey.ends) return kNever;
    return sample(subject, situation).verdict == Verdict::block ? kNever : first;
}

}  // namespace candor::decide
