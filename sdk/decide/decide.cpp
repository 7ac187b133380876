#include "decide/decide.hpp"

#include <algorithm>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

// When the survey's verdict could turn, nothing else happening: what blocks may pass, what passes ends.
Instant next_turn(const Subject& subject, const Outcomes& outcomes) {
    if (!subject.pending) return kNever;
    const Instant end = std::min(subject.pending->expires, subject.survey.ends);
    Instant passes = 0;
    bool blocked = false;
    for (const Outcome& outcome : outcomes) {
        if (outcome.verdict == Verdict::pass) continue;
        blocked = true;
        passes = std::max(passes, outcome.earliest);
    }
    if (!blocked) return end;
    return passes < end ? passes : kNever;
}

}  // namespace

std::string_view name(Rule rule) {
    constexpr std::array<std::string_view, kRules> kNames = {
        "supported", "enabled",       "started",        "ended",      "trigger", "delay",
        "expiry",    "wait_answered", "wait_dismissed", "wait_shown", "sample",  "one_at_a_time",
        "claim",     "busy",          "hidden",         "consent",    "queue"};
    return kNames[static_cast<std::size_t>(rule)];
}

Decision decide(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    const auto& surveys = prepared.document().surveys;
    Decision decision;
    decision.trace.reserve(surveys.size() * kRules);
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        const Subject about = subject(surveys[i], person, situation.now);
        const Outcomes outcomes = evaluate(about, situation);
        bool passes = true;
        for (std::size_t r = 0; r < kRules; ++r) {
            const Outcome& o = outcomes[r];
            passes &= o.verdict == Verdict::pass;
            decision.trace.push_back(
                {static_cast<std::uint32_t>(i), static_cast<Rule>(r), o.verdict, o.earliest, o.seen, o.wanted});
        }
        if (passes && !decision.chosen) decision.chosen = Choice{i, *about.pending};
        decision.next = std::min(decision.next, next_turn(about, outcomes));
    }
    return decision;
}

}  // namespace candor::decide
