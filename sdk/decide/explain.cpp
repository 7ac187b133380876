// The trace as sentences. Nothing here decides anything.

#include <algorithm>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

using json::Value;

std::string counted_text(std::int64_t n, const char* one, const char* many) {
    return std::to_string(n) + " " + (n == 1 ? one : many);
}

// In the largest unit of which there is one at least, rounded down.
std::string span_text(Span span) {
    if (span >= kDay) return counted_text(span / kDay, "day", "days");
    if (span >= kHour) return counted_text(span / kHour, "hour", "hours");
    if (span >= kMinute) return counted_text(span / kMinute, "minute", "minutes");
    if (span >= kSecond) return counted_text(span / kSecond, "second", "seconds");
    return counted_text(span, "millisecond", "milliseconds");
}

std::string ordinal(std::int64_t n) {
    const std::int64_t last = n % 10;
    const bool teen = n % 100 >= 11 && n % 100 <= 13;
    const char* ending = last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
    return std::to_string(n) + (teen ? "th" : ending);
}

std::string percent_text(std::int64_t threshold) {
    std::string text = std::to_string(threshold / 1000);
    std::string decimals = std::to_string(1000 + threshold % 1000).substr(1);
    while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
    if (!decimals.empty()) text += "." + decimals;
    return text + " %";
}

std::string on(Instant instant) { return instant == kNever ? std::string("never") : "on " + rfc3339(instant); }

struct Context {
    const Subject& about;
    const TraceRecord& record;
    bool passes;
};

std::string supported_text(const Context& c) {
    if (c.passes) return "this version can run it";
    const auto& why = c.about.survey.unsupported;
    return "this version cannot run it: " + (why ? describe(*why) : std::string());
}

std::string started_text(const Context& c) {
    const Instant starts = c.about.survey.starts;
    if (!c.passes) return "begins " + on(starts);
    return starts == 0 ? "has no start date" : "has begun, " + on(starts);
}

std::string ended_text(const Context& c) {
    const Instant ends = c.about.survey.ends;
    if (!c.passes) return "ended " + on(ends);
    return ends == kNever ? "has no end date" : "ends " + on(ends);
}

std::string trigger_text(const Context& c) {
    if (c.passes && c.about.pending) {
        const history::Pending& pending = *c.about.pending;
        return "met " + on(pending.met) + " by the " + ordinal(pending.occurrence) + " of " + pending.touchpoint;
    }
    const Progress near = progress(c.about.survey, c.about.person);
    if (!near.trigger) return "it has no trigger";
    const std::string counted =
        near.trigger->touchpoint + " was counted " + counted_text(near.counted, "time", "times");
    if (near.counted >= near.trigger->at_least) return counted + ", and none of them is waiting now";
    return counted + "; asked from the " + ordinal(near.trigger->at_least) + " on";
}

std::string delay_text(const Context& c) {
    const Span delay = c.record.wanted;
    if (!c.passes) return "due " + span_text(delay) + " after the trigger, " + on(c.record.earliest);
    if (delay == 0) return "no delay after the trigger";
    if (!c.about.pending) return "due " + span_text(delay) + " after the trigger";
    return "the delay of " + span_text(delay) + " after the trigger is over";
}

std::string expiry_text(const Context& c) {
    std::string open = "open for " + span_text(c.record.wanted) + " after the trigger";
    if (!c.about.pending) return open;
    const Instant until = c.about.pending->expires;
    return c.passes ? open + ", until " + rfc3339(until) : "expired " + on(until) + ": " + open;
}

std::string wait_text(const Context& c, const std::optional<Span>& policy, bool marked, const char* done,
                      const char* after) {
    if (!policy) return std::string("no wait after ") + after;
    if (!marked) return std::string("never ") + done;
    const std::string ago = std::string(done) + " " + span_text(c.record.seen) + " ago; ";
    const std::string again = "may be asked again " + span_text(*policy) + " after " + after;
    return c.passes ? ago + again : ago + again + ", " + on(c.record.earliest);
}

std::string waits_text(const Context& c) {
    const survey::Waits& waits = c.about.survey.waits;
    const history::SurveyRecord* record = c.about.record;
    if (c.record.rule == Rule::wait_answered) {
        return wait_text(c, waits.answered, record && record->answered, "answered", "an answer");
    }
    if (c.record.rule == Rule::wait_dismissed) {
        return wait_text(c, waits.dismissed, record && record->dismissed, "dismissed", "a dismissal");
    }
    // A prompt that was dismissed or answered was not left alone: the other waits speak of it.
    const bool marked =
        record && record->shown && record->shown > record->dismissed && record->shown > record->answered;
    return wait_text(c, waits.shown, marked, "shown and left alone", "it was left alone");
}

std::string sample_text(const Context& c) {
    if (c.record.seen < 0) return c.passes ? "everybody is asked: 100 %" : "nobody is asked: 0 %";
    return "bucket " + std::to_string(c.record.seen) + (c.passes ? " is" : " is not") + " below " +
           std::to_string(c.record.wanted) + " of 100000: " + percent_text(c.record.wanted);
}

std::string one_at_a_time_text(const Context& c) {
    if (c.passes) return "no other card is open";
    if (c.record.earliest == kNever) return "a card is open already";
    return "a card is open in another window; if nobody touches it, it counts as gone " + on(c.record.earliest);
}

std::string claim_text(const Context& c) {
    if (c.passes) return "nobody else is about to show a survey";
    const auto& claim = c.about.person.claim;
    const std::string claimed = "another window is about to show " + (claim ? claim->survey : "a survey");
    return c.record.earliest == kNever ? claimed : claimed + "; its claim lapses " + on(c.record.earliest);
}

std::string text(const Context& c) {
    switch (c.record.rule) {
        case Rule::supported: return supported_text(c);
        case Rule::enabled: return c.passes ? "switched on" : "switched off in the document";
        case Rule::started: return started_text(c);
        case Rule::ended: return ended_text(c);
        case Rule::trigger: return trigger_text(c);
        case Rule::delay: return delay_text(c);
        case Rule::expiry: return expiry_text(c);
        case Rule::wait_answered:
        case Rule::wait_dismissed:
        case Rule::wait_shown: return waits_text(c);
        case Rule::sample: return sample_text(c);
        case Rule::one_at_a_time: return one_at_a_time_text(c);
        case Rule::claim: return claim_text(c);
        case Rule::busy: return c.passes ? "the app is not busy" : "the app says that it is busy";
        case Rule::hidden: return c.passes ? "the window can be seen" : "the window is hidden";
        case Rule::consent: return c.passes ? "consent is settled" : "consent is not known yet";
        case Rule::queue: return c.passes ? "there is room for answers" : "undelivered answers fill the queue";
    }
    return {};
}

// What says most comes first: a survey that is off is not "untriggered", and a busy app is the last of reasons.
constexpr std::array<Rule, kRules> kTelling = {
    Rule::supported, Rule::enabled,       Rule::ended,          Rule::started,    Rule::consent, Rule::queue,
    Rule::sample,    Rule::wait_answered, Rule::wait_dismissed, Rule::wait_shown, Rule::trigger, Rule::expiry,
    Rule::delay,     Rule::one_at_a_time, Rule::claim,          Rule::busy,       Rule::hidden};

Value instant(const TraceRecord& record) {
    return record.verdict == Verdict::pass || record.earliest == kNever ? Value() : Value(record.earliest);
}

using Records = std::vector<const TraceRecord*>;

const TraceRecord* because(const Records& records) {
    for (const Rule rule : kTelling) {
        for (const TraceRecord* record : records) {
            if (record->rule == rule && record->verdict == Verdict::block) return record;
        }
    }
    return nullptr;
}

Value explain_rule(const Subject& about, const TraceRecord& record) {
    const bool passes = record.verdict == Verdict::pass;
    Value v{json::Members{}};
    v.set("rule", name(record.rule));
    v.set("verdict", passes ? "pass" : "block");
    v.set("text", text({about, record, passes}));
    v.set("seen", record.seen);
    v.set("wanted", record.wanted);
    v.set("earliest", instant(record));
    return v;
}

Value explain_survey(const Subject& about, const Records& records, bool chosen) {
    const TraceRecord* reason = because(records);
    TraceRecord last;  // the instant when the last of the blocking rules could pass
    last.verdict = reason ? Verdict::block : Verdict::pass;
    Value rules{json::Array{}};
    for (const TraceRecord* record : records) {
        if (record->verdict == Verdict::block) last.earliest = std::max(last.earliest, record->earliest);
        rules.push(explain_rule(about, *record));
    }
    Value v{json::Members{}};
    v.set("survey", about.survey.id);
    v.set("verdict", reason ? "block" : "pass");
    v.set("because", reason ? Value(name(reason->rule)) : Value());
    if (reason) {
        v.set("text", text({about, *reason, false}));
    } else {
        v.set("text", chosen ? "chosen" : "could be asked, but one before it in the list was chosen");
    }
    v.set("earliest", instant(last));
    v.set("rules", std::move(rules));
    return v;
}

}  // namespace

Value explain(const Prepared& prepared, const history::Person& person, const Decision& decision,
              const Situation& situation, std::string_view survey) {
    const auto& surveys = prepared.document().surveys;
    std::vector<Records> by_survey(surveys.size());
    for (const TraceRecord& record : decision.trace) {
        if (record.survey < by_survey.size()) by_survey[record.survey].push_back(&record);
    }
    const bool known = decision.chosen && decision.chosen->survey < surveys.size();
    Value list{json::Array{}};
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        if (by_survey[i].empty() || (!survey.empty() && surveys[i].id != survey)) continue;
        list.push(explain_survey(subject(surveys[i], person, situation.now), by_survey[i],
                                 known && decision.chosen->survey == i));
    }
    Value v{json::Members{}};
    v.set("now", situation.now);
    v.set("chosen", known ? Value(surveys[decision.chosen->survey].id) : Value());
    v.set("surveys", std::move(list));
    return v;
}

}  // namespace candor::decide
