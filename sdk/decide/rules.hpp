// Each rule as a function of values. Internal to the layer: decide evaluates them all, fold and the gate ask in advance
// what time alone can still change.
#pragma once

#include <array>

#include "decide/decide.hpp"

namespace candor::decide {

// What the rules of one survey look at.
struct Subject {
    const survey::Survey& survey;
    const history::Person& person;
    const history::SurveyRecord* record;  // null: nothing is remembered of it
    const history::Pending* pending;      // the entry that would be shown; null: none is open
};

Subject subject(const survey::Survey& survey, const history::Person& person, Instant now);

// A rule: its name, and what it says of a survey. `evaluate` leaves survey and rule to others. How that is told to
// people is explain's.
struct Row {
    const char* name;
    TraceRecord (*evaluate)(const Subject& subject, const Situation& situation);
};
const Row& row(Rule rule);

// The rules that neither a moment nor the state of the app changes, only time or the core itself.
inline constexpr std::array kStanding = {Rule::supported,     Rule::enabled,        Rule::started,   Rule::ended,
                                         Rule::wait_answered, Rule::wait_dismissed, Rule::wait_shown};

// The trigger nearest to being met, and how often it was. A survey without triggers: {null, 0}.
struct Progress {
    const survey::Trigger* trigger = nullptr;
    std::int64_t counted = 0;
};
Progress progress(const survey::Survey& survey, const history::Person& person);
std::int64_t counted(const survey::Trigger& trigger, const history::Person& person);

// The first instant, now or later, at which the survey could be shown for the subject's entry as far as time, sample
// and history go; kNever if that cannot be before the entry expires or the survey ends.
Instant first_chance(const Subject& subject, const Situation& situation);

}  // namespace candor::decide
