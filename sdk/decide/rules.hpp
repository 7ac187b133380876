// Each rule as a function of values. Internal to the layer: decide evaluates them all, fold and the gate ask in advance
// what time alone can still change.
#pragma once

#include <array>

#include "decide/decide.hpp"

namespace candor::decide {

struct Outcome {
    Verdict verdict = Verdict::pass;
    Instant earliest = 0;
    std::int64_t seen = 0;
    std::int64_t wanted = 0;
};

// What the rules of one survey look at.
struct Subject {
    const survey::Survey& survey;
    const history::Person& person;
    const history::SurveyRecord* record;  // null: nothing is remembered of it
    const history::Pending* pending;      // the entry that would be shown; null: none is open
};

Subject subject(const survey::Survey& survey, const history::Person& person, Instant now);

using Outcomes = std::array<Outcome, kRules>;  // by Rule
Outcomes evaluate(const Subject& subject, const Situation& situation);
inline const Outcome& of(const Outcomes& outcomes, Rule rule) { return outcomes[static_cast<std::size_t>(rule)]; }

// The rules that neither a moment nor the state of the app changes, only time or the core itself.
inline constexpr std::array kStanding = {Rule::supported,     Rule::enabled,        Rule::started,   Rule::ended,
                                         Rule::wait_answered, Rule::wait_dismissed, Rule::wait_shown};

Outcome standing(Rule rule, const survey::Survey& survey, const history::SurveyRecord* record, Instant now);

// By the bucket of this person; `occurrence` counts only where the survey is sampled by occasion.
Outcome sample(const survey::Survey& survey, const history::Person& person, std::int64_t occurrence,
               const Situation& situation);

// The trigger nearest to being met, and how often it was. A survey without triggers: {null, 0}.
struct Progress {
    const survey::Trigger* trigger = nullptr;
    std::int64_t counted = 0;
};
Progress progress(const survey::Survey& survey, const history::Person& person);
// Of the entry that would be shown; else the last there was.
std::int64_t occurrence(const Subject& subject);
std::int64_t counted(const survey::Trigger& trigger, const history::Person& person);

// The first instant, now or later, at which the survey could be shown for this entry as far as time, sample and
// history go; nothing if that cannot be before the entry expires or the survey ends.
std::optional<Instant> first_chance(const survey::Survey& survey, const history::Person& person,
                                    const history::Pending& pending, const Situation& situation);

}  // namespace candor::decide
