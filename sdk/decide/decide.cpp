#include "decide/decide.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

constexpr Instant kFirst = std::numeric_limits<Instant>::min();  // a clock may stand before 1970

// What the rules say of one survey.
struct Sum {
    bool passes = true;
    Instant earliest = kFirst;  // when the last of those that block could pass
    Instant ends = kNever;      // when the first of those that pass no longer does
    std::size_t records = 0;
};

Sum evaluate(const Subject& about, const Situation& situation, std::uint32_t survey, TraceRecord* records) {
    Sum sum;
    for (std::uint32_t rules = about.plan.rules.bits(); rules != 0; rules &= rules - 1) {
        const auto rule = static_cast<Rule>(__builtin_ctz(rules));
        // Where it is to stay: copying it from where the rule has just written it would wait for those writes.
        TraceRecord& record = *new (&records[sum.records++]) TraceRecord(row(rule).evaluate(about, situation));
        record.survey = survey;
        record.rule = rule;
        if (record.verdict == Verdict::block) {
            sum.passes = false;
            sum.earliest = std::max(sum.earliest, record.earliest);
        } else if (record.earliest > situation.now) {
            sum.ends = std::min(sum.ends, record.earliest);
        }
    }
    return sum;
}

// When the survey's verdict could turn, nothing else happening: what blocks may pass, what passes ends.
Instant next_verdict(const Subject& subject, const Sum& sum) {
    if (!subject.pending) return kNever;
    const Instant end = std::min({subject.pending->expires, subject.survey.ends, subject.wave.ends});
    if (sum.passes) return std::min(end, sum.ends);
    return sum.earliest < end ? sum.earliest : kNever;
}

// What is remembered of each survey, found once for all of them.
struct Remembered {
    const history::SurveyRecord* record = nullptr;
    const history::Pending* pending = nullptr;
};

List<Remembered> remembered(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    List<Remembered> all(prepared.document().surveys.size());
    for (const history::SurveyRecord& record : person.surveys) {
        for (const Prepared::Entry& entry : prepared.at(Prepared::Sort::survey, record.survey)) {
            all[prepared.index_of(*entry.survey)].record = &record;
        }
    }
    for (const history::Pending& pending : person.pending) {
        for (const Prepared::Entry& entry : prepared.at(Prepared::Sort::survey, pending.survey)) {
            const history::Pending*& best = all[prepared.index_of(*entry.survey)].pending;
            if (!is_wave(*entry.survey, pending.wave, situation.now)) continue;
            if (best == nullptr || better(pending, *best, situation.now)) best = &pending;
        }
    }
    return all;
}

Choice choice(const Subject& about, std::size_t survey) {
    Choice choice;
    choice.survey = survey;
    choice.pending = *about.pending;
    choice.control = is_control(about);
    Settled settled;
    choice.would_target = about.plan.targeting == kNoNode || passes(about.plan.targeting, about.values, settled);
    return choice;
}

}  // namespace

Decision decide(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    const List<Seen> slots = seen(prepared, person, situation);
    const List<Remembered> known = remembered(prepared, person, situation);
    List<Outcome> outcomes(prepared.leaves().size());
    const Values values{prepared, slots.data(), nullptr, situation.now, outcomes.data()};
    const Unit whose = unit(prepared, person, situation);
    Decision decision;
    TraceRecord* records = decision.trace.add_unmade(prepared.trace_size());
    for (std::uint32_t i = 0; i < known.size(); ++i) {
        Subject about = subject_without(prepared, i, person, values, whose, situation.now);
        about.record = known[i].record;
        about.pending = known[i].pending;
        const Sum sum = evaluate(about, situation, i, records);
        records += sum.records;
        if (sum.passes && !decision.chosen) decision.chosen = choice(about, i);
        decision.next = std::min(decision.next, next_verdict(about, sum));
    }
    return decision;
}

}  // namespace candor::decide
