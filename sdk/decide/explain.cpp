// The trace as sentences. Nothing here decides anything.

#include <algorithm>
#include <limits>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "decide/rules.hpp"

namespace candor::decide {

namespace {

String counted_text(std::int64_t n, std::string_view unit) { return joined({digits(n), unit, n == 1 ? "" : "s"}); }

// In the largest unit of which there is one at least, rounded down.
String span_text(Span span) {
    struct Unit {
        Span span;
        const char* name;
    };
    constexpr Unit kUnits[] = {{kDay, " day"}, {kHour, " hour"}, {kMinute, " minute"}, {kSecond, " second"}};
    for (const Unit& unit : kUnits) {
        if (span >= unit.span) return counted_text(span / unit.span, unit.name);
    }
    return counted_text(span, " millisecond");
}

String ordinal(std::int64_t n) {
    const std::int64_t last = n % 10;
    const bool teen = n % 100 >= 11 && n % 100 <= 13;
    const char* ending = last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
    return joined({digits(n), teen ? "th" : ending});
}

// As many decimals as it has.
String percent_text(std::int64_t threshold) {
    String text = digits(threshold / 1000);
    std::int64_t rest = threshold % 1000;
    if (rest > 0) text += '.';
    for (; rest > 0; rest = rest * 10 % 1000) text += static_cast<char>('0' + rest / 100);
    return text;
}

String on(Instant instant) { return instant == kNever ? "never" : joined({"on ", rfc3339(instant)}); }

// What is said of a rule that passes, or blocks. What stands for "$" and a letter is put in.
struct Sentences {
    const char* passes;
    const char* blocks;
};

constexpr const char* kWaited = "$d $s ago; may be asked again $w after $D";
constexpr const char* kWaits = "$d $s ago; may be asked again $w after $D, $e";

// By Rule. Where a sentence is not always the right one, `sentence` knows the others.
constexpr Sentences kSentences[kRules] = {
    {"this version can run it", "this version cannot run it: $u"},
    {"switched on", "switched off in the document"},
    {"has begun, $W", "begins $W"},
    {"ends $W", "ended $W"},
    {"this person's turn in the wave began $W", "this person's turn in the wave begins $W"},
    {"met $m by the $o of $t", "$T was counted $c; asked from the $a on"},
    {"the delay of $w after the trigger is over", "due $w after the trigger, $e"},
    {"open for $w after the trigger, until $x", "expired $X: open for $w after the trigger"},
    {"of the population: $q", "not of the population: $q"},
    {"targeted: $q", "not targeted: $q"},
    {"first seen $s ago; must be $w", "first seen $s ago; must be $w: $e"},
    {"$n sessions so far; must be $N", "$n sessions so far; must be $N"},
    {"active on $n days so far; must be $N", "active on $n days so far; must be $N"},
    {"this session has gone on for $s; must be $w", "this session has gone on for $s; must be $w: $e"},
    {kWaited, kWaits},
    {kWaited, kWaits},
    {kWaited, kWaits},
    {kWaited, kWaits},
    {"shown $n times in this wave, of at most $N", "shown $n times in this wave, of at most $N"},
    {"not answered in this wave", "answered in this wave; asked again in none"},
    {"it is $l here: no quiet hours", "it is $l here: quiet hours, until $E"},
    {"asked on this day of the week", "not asked on this day of the week; again $e"},
    {"$n of the budget's $N prompts are used", "$n of the budget's $N prompts are used; one more fits $e"},
    {"the last prompt was $s ago; the budget wants $w", "the last prompt was $s ago; the budget wants $w: $e"},
    {"bucket $n is below $N of 100000: $p %", "bucket $n is not below $N of 100000: $p %"},
    {"no other card is open", "a card is open in another window; if nobody touches it, it counts as gone $e"},
    {"nobody else is about to show a survey", "another window is about to show $k; its claim lapses $e"},
    {"the app is not busy", "the app says that it is busy"},
    {"no key was typed for $w", "a key was typed $s ago; must be $w: $e"},
    {"the window can be seen", "the window is hidden"},
    {"consent is settled", "consent is not known yet"},
    {"there is room for answers", "undelivered answers fill the queue"},
};

static_assert(kSentences[kRules - 1].blocks != nullptr, "a rule without sentences");

struct Context {
    const Subject& about;
    const TraceRecord& record;
};

// ---- the test that settled a condition ----

String quoted(std::string_view text) { return json::dump(json::Value(text)); }

String source_text(const survey::Condition& condition) {
    if (condition.source == survey::Source::context) return survey::name(condition.context);
    return joined({survey::name(condition.source), " ", quoted(condition.name)});
}

String seen_text(const Seen& seen) {
    switch (seen.type) {
        case Seen::Type::missing: return "not known";
        case Seen::Type::text: return quoted(seen.text);
        case Seen::Type::flag: return seen.number != 0 ? "true" : "false";
        case Seen::Type::number: return json::number_text(seen.number);
        default: return rfc3339(seen.instant);
    }
}

String operand_text(const survey::Condition& condition) {
    const bool instant = condition.test == survey::Test::before || condition.test == survey::Test::after;
    if (instant) return rfc3339(condition.operand.integer());
    if (condition.test == survey::Test::within_days) return span_text(condition.operand.integer());
    return json::dump(condition.operand);
}

// "attribute "plan" is "free"; eq "pro"".
String test_text(const Context& c) {
    const auto at = static_cast<std::size_t>(c.record.seen);
    const Prepared& prepared = c.about.values.prepared;
    if (at >= prepared.node_count()) return "";
    const Node& node = prepared.nodes()[at];
    if (node.test <= survey::Test::not_ || c.about.values.slots == nullptr) return "";
    const Leaf& leaf = prepared.leaves()[node.leaf];
    const Seen value = seen(leaf, c.about.values);
    const bool wrong = (c.record.wanted & 3) == static_cast<std::int64_t>(Failing::wrong_type);
    return joined({source_text(*leaf.of), " is ", seen_text(value), wrong ? ", of a type that is not for " : "; ",
                   survey::name(node.test), " ", operand_text(*leaf.of)});
}

// "22:15"
String clock_text(Span since_midnight) {
    const auto two = [](std::int64_t n) { return joined({n < 10 ? "0" : "", n}); };
    return joined({two(since_midnight / kHour), ":", two(since_midnight % kHour / kMinute)});
}

// What a wait is counted from, as what was done and as what it was.
constexpr const char* kDone[] = {"answered", "dismissed", "put off", "shown and left alone"};
constexpr const char* kDeed[] = {"an answer", "a dismissal", "it was put off", "it was left alone"};

std::size_t wait_of(Rule rule) {
    return static_cast<std::size_t>(rule) - static_cast<std::size_t>(Rule::wait_answered);
}

// What stands in a sentence for "$" and a letter. Those of the entry and of the triggers only where there are any.
String value_of(char place, const Context& c) {
    const TraceRecord& record = c.record;
    const Subject& about = c.about;
    switch (place) {
        case 's': return span_text(record.seen);
        case 'w': return span_text(record.wanted);
        case 'W': return on(record.wanted);
        case 'e': return on(record.earliest);
        case 'E': return rfc3339(record.earliest);
        case 'q': return test_text(c);
        case 'l': return clock_text(record.seen);
        case 'n': return digits(record.seen);
        case 'N': return digits(record.wanted);
        case 'p': return percent_text(record.wanted);
        case 'd': return kDone[wait_of(record.rule)];
        case 'D': return kDeed[wait_of(record.rule)];
        case 'u': return about.survey.unsupported ? describe(*about.survey.unsupported) : "";
        case 'k': return about.person.claim ? about.person.claim->survey : "a survey";
        case 'm': return on(about.pending->met);
        case 'o': return ordinal(about.pending->occurrence);
        case 't': return about.pending->touchpoint;
        case 'x': return rfc3339(about.pending->expires);
        case 'X': return on(about.pending->expires);
        default: break;
    }
    const Progress near = progress(about.survey, about.person);
    switch (place) {
        case 'T': return near.trigger->touchpoint;
        case 'c': return counted_text(near.counted, " time");
        default: return ordinal(near.trigger->at_least);  // 'a'
    }
}

// Whether what the wait is counted from ever happened. A prompt that was dismissed or answered was not left alone: the
// other waits speak of it.
bool marked(const Context& c) {
    const history::SurveyRecord* record = c.about.record;
    if (record == nullptr) return false;
    if (c.record.rule == Rule::wait_answered) return record->answered.has_value();
    if (c.record.rule == Rule::wait_dismissed) return record->dismissed.has_value();
    if (c.record.rule == Rule::wait_snoozed) return record->snoozed.has_value();
    return record->shown > record->dismissed && record->shown > record->answered && record->shown > record->snoozed;
}

const char* trigger_sentence(const Context& c, const Sentences& of) {
    if (c.record.verdict == Verdict::pass && c.about.pending) return of.passes;
    if (is_control(c.about)) return "of the control share: asked from the start of the next session on";
    const Progress near = progress(c.about.survey, c.about.person);
    if (near.trigger == nullptr) return "it has no trigger";
    return near.counted < near.trigger->at_least ? of.blocks : "$T was counted $c, and none of them is waiting now";
}

const char* wait_sentence(const Context& c, const Sentences& of) {
    if (!marked(c)) return "never $d";
    return c.record.verdict == Verdict::pass ? of.passes : of.blocks;
}

// The rule's own sentences, but for what they do not fit.
const char* sentence(const Context& c) {
    const Sentences& of = kSentences[static_cast<std::size_t>(c.record.rule)];
    const bool passes = c.record.verdict == Verdict::pass;
    const bool lasts = !passes && c.record.earliest == kNever;
    switch (c.record.rule) {
        case Rule::trigger: return trigger_sentence(c, of);
        case Rule::delay:
            if (passes && !c.about.pending) return "due $w after the trigger";
            break;
        case Rule::expiry:
            if (!c.about.pending) return "open for $w after the trigger";
            break;
        case Rule::targeting:
            if (c.record.wanted >= kLifted) return "of the control share, whatever the targeting says: $q";
            break;
        case Rule::wait_answered:
        case Rule::wait_dismissed:
        case Rule::wait_snoozed:
        case Rule::wait_shown: return wait_sentence(c, of);
        case Rule::gap:
            if (passes && c.record.seen == 0) return "no prompt so far; the budget wants $w between two";
            break;
        case Rule::sample:
            if (c.record.seen >= 0) break;
            return passes ? "drawn for each occasion: $p %" : "nobody is asked: 0 %";
        case Rule::one_at_a_time:
            if (lasts) return "a card is open already";
            break;
        case Rule::claim:
            if (lasts) return "another window is about to show $k";
            break;
        default: break;
    }
    return passes ? of.passes : of.blocks;
}

String text(const Context& c) {
    String out;
    for (const char* at = sentence(c); *at != '\0'; ++at) {
        if (*at == '$') {
            out += value_of(*++at, c);
        } else {
            out += *at;
        }
    }
    return out;
}

// What says most comes first: a survey that is off is not "untriggered", and a busy app is the last of reasons.
constexpr Rule kTelling[kRules] = {Rule::supported,    Rule::enabled,        Rule::ended,         Rule::started,
                                   Rule::consent,      Rule::queue,          Rule::sample,        Rule::population,
                                   Rule::turn,         Rule::until_answered, Rule::wait_answered, Rule::wait_dismissed,
                                   Rule::wait_snoozed, Rule::wait_shown,     Rule::prompts,       Rule::targeting,
                                   Rule::first_seen,   Rule::sessions,       Rule::active_days,   Rule::trigger,
                                   Rule::expiry,       Rule::delay,          Rule::budget,        Rule::gap,
                                   Rule::session_time, Rule::quiet_hours,    Rule::weekday,       Rule::one_at_a_time,
                                   Rule::claim,        Rule::busy,           Rule::idle,          Rule::hidden};

using Records = std::span<const TraceRecord>;  // of one survey

const TraceRecord* because(Records records) {
    for (const Rule rule : kTelling) {
        for (const TraceRecord& record : records) {
            if (record.rule == rule && record.verdict == Verdict::block) return &record;
        }
    }
    return nullptr;
}

void write_verdict(json::Writer& out, bool blocks) { out.text("verdict", blocks ? "block" : "pass"); }

void write_earliest(json::Writer& out, bool blocks, Instant earliest) {
    if (blocks && earliest != kNever) {
        out.whole("earliest", earliest);
    } else {
        out.null("earliest");
    }
}

void write_rule(json::Writer& out, const Subject& about, const TraceRecord& record) {
    const bool blocks = record.verdict == Verdict::block;
    out.object().text("rule", row(record.rule).name);
    write_verdict(out, blocks);
    out.text("text", text({about, record})).whole("seen", record.seen).whole("wanted", record.wanted);
    write_earliest(out, blocks, record.earliest);
    out.end();
}

void write_survey(json::Writer& out, const Subject& about, Records records, bool chosen) {
    const TraceRecord* reason = because(records);
    Instant last = std::numeric_limits<Instant>::min();  // when the last of the blocking rules could pass
    for (const TraceRecord& record : records) {
        if (record.verdict == Verdict::block) last = std::max(last, record.earliest);
    }
    out.object().text("survey", about.survey.id);
    write_verdict(out, reason != nullptr);
    if (reason != nullptr) {
        out.text("because", row(reason->rule).name).text("text", text({about, *reason}));
    } else {
        out.null("because");
        out.text("text", chosen ? "chosen" : "could be asked, but one before it in the list was chosen");
    }
    write_earliest(out, reason != nullptr, last);
    out.array("rules");
    for (const TraceRecord& record : records) write_rule(out, about, record);
    out.end().end();
}

// The trace is in the order of the document.
Records records_of(const Decision& decision, std::size_t survey) {
    const TraceRecord* end = decision.trace.data() + decision.trace.size();
    const TraceRecord* first = decision.trace.data();
    while (first != end && first->survey < survey) ++first;
    const TraceRecord* last = first;
    while (last != end && last->survey == survey) ++last;
    return {first, last};
}

}  // namespace

String explain(const Prepared& prepared, const history::Person& person, const Decision& decision,
               const Situation& situation, std::string_view survey) {
    const auto& surveys = prepared.document().surveys;
    const std::size_t chosen = decision.chosen ? decision.chosen->survey : surveys.size();
    json::Writer out;
    out.object().whole("now", situation.now);
    if (chosen < surveys.size()) {
        out.text("chosen", surveys[chosen].id);
    } else {
        out.null("chosen");
    }
    const List<Seen> slots = seen(prepared, person, situation);
    const Values values{prepared, slots.data(), nullptr, situation.now};
    out.array("surveys");
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        const Records records = records_of(decision, i);
        if (records.empty() || (!survey.empty() && surveys[i].id != survey)) continue;
        write_survey(out, subject(prepared, i, person, values, situation), records, chosen == i);
    }
    return out.end().end().take();
}

}  // namespace candor::decide
