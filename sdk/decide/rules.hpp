// Each rule as a function of values. Internal to the layer: decide evaluates them all, fold and the gate ask in advance
// what time alone can still change.
#pragma once

#include <array>

#include "decide/conditions.hpp"
#include "decide/decide.hpp"

namespace candor::decide {

constexpr std::uint32_t kEverybody = 100'000;

// A wave that a survey is in, and how long.
struct Wave {
    std::int64_t number = 0;  // of those that `every` makes
    Instant begins = 0;
    Instant ends = kNever;
};
Wave wave_of(const survey::Survey& survey, Instant now);
bool is_wave(const survey::Survey& survey, std::string_view wave, Instant now);  // whether it is the one it is in

// What the rules of one survey look at.
struct Subject {
    const survey::Survey& survey;
    const history::Person& person;
    const Prepared::Plan& plan;
    const survey::Budget& budget;
    const Values& values;
    const history::SurveyRecord* record = nullptr;  // null: nothing is remembered of it
    const history::Pending* pending = nullptr;      // the entry that would be shown; null: none is open
    Draws::Draw draw = {};
    Wave wave = {};
};

// Whose buckets count, and those that were drawn for them already; null: none were.
struct Unit {
    std::string_view text;
    const Draws* draws = nullptr;
};
Unit unit(const Prepared& prepared, const history::Person& person, const Situation& situation);

// Everything but record and entry.
Subject subject_without(const Prepared& prepared, std::size_t survey, const history::Person& person,
                        const Values& values, const Unit& unit, Instant now);
Subject subject_without(const Prepared& prepared, std::size_t survey, const history::Person& person,
                        const Values& values, const Situation& situation);
// With them; of several entries the one that would be shown.
Subject subject(const Prepared& prepared, std::size_t survey, const history::Person& person, const Values& values,
                const Situation& situation);

// Of several entries (fold keeps one, but a history may come from elsewhere): what has not expired first, then what is
// due first.
bool better(const history::Pending& a, const history::Pending& b, Instant now);

// A rule: its name, and what it says of a survey. `evaluate` leaves survey and rule to others. How that is told to
// people is explain's.
struct Row {
    const char* name;
    TraceRecord (*evaluate)(const Subject& subject, const Situation& situation);
};
extern const Row kRows[kRules];
inline const Row& row(Rule rule) { return kRows[static_cast<std::size_t>(rule)]; }

// The rules that neither a moment nor the state of the app or what is known of the person changes, only time or the
// core itself.
inline constexpr std::array kStanding = {
    Rule::supported,  Rule::enabled,        Rule::started,        Rule::ended,        Rule::turn,
    Rule::first_seen, Rule::wait_answered,  Rule::wait_dismissed, Rule::wait_snoozed, Rule::wait_shown,
    Rule::prompts,    Rule::until_answered, Rule::budget,         Rule::gap};

// What the targeting rule wanted of whom the control share lifts it for: this, and why the test failed.
constexpr std::int64_t kLifted = 4;

// Whether the person is in the survey's control share.
bool is_control(const Subject& subject);
// What a bucket is computed over: the person's id, or the install's.
std::string_view unit_of(const history::Person& person, const Situation& situation);
Draws::Draw draw_one(const survey::Survey& survey, std::string_view unit, const Wave& wave);

// Whether a screen's name meets a trigger's.
bool matches(const survey::Trigger& trigger, std::string_view name);

// The trigger nearest to being met, and how often it was. A survey without triggers: {null, 0}.
struct Progress {
    const survey::Trigger* trigger = nullptr;
    std::int64_t counted = 0;
};
Progress progress(const survey::Survey& survey, const history::Person& person);
// At most as often as the loader may take it for: a count that began anew since is one too many.
std::int64_t counted(const survey::Trigger& trigger, const history::Person& person);

// How far a met trigger alone brings somebody: nowhere while the survey does not run or is not about them, else into
// the sample or not.
history::Reached reached(const Subject& subject, const Situation& situation);

// The first instant, now or later, at which the survey could be shown for the subject's entry as far as time, sample
// and history go; kNever if that cannot be before the entry expires or the survey ends.
Instant first_chance(const Subject& subject, const Situation& situation);

// ---- local time (local.cpp) ----

struct Local {
    const Profile* profile;  // null: UTC
    // Minutes east of UTC at an instant, and the first instant after it at which that changes; kNever.
    std::int64_t minutes(Instant at) const;
    Instant change_after(Instant at) const;
    std::int64_t day(Instant at) const;  // since 1970
    Span clock(Instant at) const;        // since midnight
};
bool is_quiet(const Local& local, const survey::Hours& hours, Instant at);
bool is_day(const Local& local, std::uint32_t days, Instant at);
// The first instant after `at` at which the answer is another one.
Instant quiet_turn(const Local& local, const survey::Hours& hours, Instant at);
Instant day_turn(const Local& local, std::uint32_t days, Instant at);

}  // namespace candor::decide
