#include "decide/decide.hpp"

#include <algorithm>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

// What the rules say of one survey, as `kRules` records.
struct Sum {
    bool passes = true;
    Instant earliest = 0;  // when the last of those that block could pass
};

Sum evaluate(const Subject& about, const Situation& situation, std::uint32_t survey, TraceRecord* records) {
    Sum sum;
    for (std::uint8_t rule = 0; rule < kRules; ++rule) {
        TraceRecord& record = records[rule];
        record = row(static_cast<Rule>(rule)).evaluate(about, situation);
        record.survey = survey;
        record.rule = static_cast<Rule>(rule);
        if (record.verdict == Verdict::pass) continue;
        sum.passes = false;
        sum.earliest = std::max(sum.earliest, record.earliest);
    }
    return sum;
}

// When the survey's verdict could turn, nothing else happening: what blocks may pass, what passes ends.
Instant next_turn(const Subject& subject, const Sum& sum) {
    if (!subject.pending) return kNever;
    const Instant end = std::min(subject.pending->expires, subject.survey.ends);
    if (sum.passes) return end;
    return sum.earliest < end ? sum.earliest : kNever;
}

}  // namespace

Decision decide(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    const auto& surveys = prepared.document().surveys;
    Decision decision;
    decision.trace.resize(surveys.size() * kRules);
    for (std::uint32_t i = 0; i < surveys.size(); ++i) {
        const Subject about = subject(surveys[i], person, situation.now);
        const Sum sum = evaluate(about, situation, i, &decision.trace[i * kRules]);
        if (sum.passes && !decision.chosen) {
            Choice& choice = decision.chosen.emplace();
            choice.survey = i;
            choice.pending = *about.pending;
        }
        decision.next = std::min(decision.next, next_turn(about, sum));
    }
    return decision;
}

}  // namespace candor::decide
