// Who is asked, when, and why. Pure: no clock, no storage, no chance; what it says depends on its arguments alone.
//
//   prepare(document) once a document; then for every moment
//     fold(prepared, person, moment)    counts it, begins sessions, opens delays
//     decide(prepared, person, moment)  which survey is due now, if any, with every rule's verdict
//   explain(...) makes the trace readable, on request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/list.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/time.hpp"
#include "history/history.hpp"
#include "survey/document.hpp"

namespace candor::decide {

enum class MomentKind {
    event,   // the host tracked something
    screen,  // a screen or page was entered
    call,    // any other call of the host's: may begin a session
    time     // nothing happened, but a delay may have ended
};

struct Moment {
    MomentKind kind = MomentKind::time;
    std::string_view name = {};
    // When it happened: in the past for what a loader journalled. Later than now, because the clock was put back since:
    // it is counted, and opens nothing.
    Instant at = 0;
    Instant now = 0;
    // False for what a loader journalled, whose `session` entry tells the sessions by itself: then this moment begins
    // none, however long ago the last call was.
    bool may_begin_session = true;
};

// What holds at the moment of deciding, and is not in the history.
struct Situation {
    Instant now = 0;
    bool busy = false;
    bool hidden = false;
    bool prompt_open = false;  // this process shows a card already
    bool consent_unknown = false;
    bool answers_fill_queue = false;  // the third law: then nothing new is asked
    bool holds_lock = false;          // the card lock is ours: another owner's claim or running card is dead
    bool locks_exist = false;         // else a claim lapses after kClaimLapse
    std::string_view owner;           // this run
    std::string_view install;         // its id: the sampling unit while anonymous
};

// The numbers go from a page's core to what explains it: see evidence.cpp.
enum class Rule : std::uint8_t {
    supported,
    enabled,
    started,
    ended,
    trigger,
    delay,
    expiry,
    wait_answered,
    wait_dismissed,
    wait_shown,
    sample,
    one_at_a_time,
    claim,
    busy,
    hidden,
    consent,
    queue
};
constexpr std::size_t kRules = 17;
std::string_view name(Rule rule);

enum class Verdict : std::uint8_t { pass, block };

// Fixed size; texts are made by explain.
struct TraceRecord {
    std::uint32_t survey = 0;  // index in the document
    Rule rule = Rule::supported;
    Verdict verdict = Verdict::pass;
    Instant earliest = 0;   // when a blocking rule could pass; kNever: not by time alone
    std::int64_t seen = 0;  // the value it saw and what it wanted, in the rule's own unit
    std::int64_t wanted = 0;
    bool operator==(const TraceRecord&) const = default;
};

struct Choice {
    std::size_t survey = 0;  // index in the document
    history::Pending pending;
};

struct Decision {
    std::optional<Choice> chosen;
    // All rules of all surveys, in the order of the document and of `Rule`: no rule hides another.
    List<TraceRecord> trace;
    Instant next = kNever;  // when deciding again could come to something else, nothing else happening
};

// A document made ready for many moments. Immutable: any number of threads may share one.
class Prepared {
public:
    explicit Prepared(Shared<const survey::Document> document);

    const survey::Document& document() const { return *document_; }
    Shared<const survey::Document> shared_document() const { return document_; }

    // Whether any trigger waits for it: the cheap answer that most moments get.
    bool waits_for_event(std::string_view name) const { return !waiting(survey::TriggerKind::event, name).empty(); }
    bool waits_for_screen(std::string_view name) const { return !waiting(survey::TriggerKind::screen, name).empty(); }
    bool waits_for_sessions() const { return !waiting(survey::TriggerKind::session, "").empty(); }

    // What can be looked up, by two texts. Survey, trigger and texts live in the document.
    enum class Sort { event, screen, session, clause, survey };
    struct Entry {
        Sort sort = Sort::survey;
        std::string_view first, second;
        const survey::Survey* survey = nullptr;
        const survey::Trigger* trigger = nullptr;  // but for surveys
    };
    // The triggers of surveys that are enabled and supported; those of equal clauses stand together.
    std::span<const Entry> waiting(survey::TriggerKind kind, std::string_view name) const;

    const survey::Survey* find(const String& survey, const String& wave) const;
    bool has_survey(const String& survey) const { return has(Sort::survey, survey); }  // of any wave
    // Whether any trigger of any survey, running or not, counts this clause.
    bool counts(const String& clause) const { return has(Sort::clause, clause); }

private:
    Shared<const survey::Document> document_;
    List<Entry> entries_;  // sorted; of equal ones the first of the document comes first

    void add(Sort sort, const String& first, const String& second, const survey::Survey& survey,
             const survey::Trigger* trigger = nullptr);
    void sort();
    // The first entry that is not less than these.
    const Entry* lower_bound(Sort sort, std::string_view first, std::string_view second) const;
    bool is(const Entry* entry, Sort sort, std::string_view first) const;
    bool has(Sort sort, std::string_view first) const { return is(lower_bound(sort, first, ""), sort, first); }
};

Shared<const Prepared> prepare(Shared<const survey::Document> document);

// Takes a moment into the history: settles the clock, sessions, counters, and a pending entry for each trigger that it
// meets (unless the survey has one open already, or nothing could come of it before it expires). Drops what has expired
// or is no longer in the document. Returns whether the person changed in more than the instant of the last call. A
// pending entry stays until it expires or the caller takes it out: that is when its survey was shown.
bool fold(const Prepared& prepared, history::Person& person, const Moment& moment, const Situation& situation);

// Evaluates every rule of every survey over the pending entries that are due.
Decision decide(const Prepared& prepared, const history::Person& person, const Situation& situation);

// For people and for the "why?" of an app, as JSON; instants are numbers, null where there is none.
//   {"now", "chosen": id | null, "surveys": [{"survey", "verdict": "pass" | "block", "because": rule | null, "text",
//    "earliest", "rules": [{"rule", "verdict", "text", "seen", "wanted", "earliest"}]}]}
// `because` is the rule that says most when several block. `survey` empty: all. `decision` must be of the same
// arguments.
String explain(const Prepared& prepared, const history::Person& person, const Decision& decision,
               const Situation& situation, std::string_view survey);

// The same in two steps, for a page, whose core comes without the sentences: all that explain looks at as one text,
// with the document as it was published, and the explanation of it. An error: it is no such text, or of another
// version.
String evidence(const Prepared& prepared, const history::Person& person, const Decision& decision,
                const Situation& situation, std::string_view document);
Result<String> explain(std::string_view evidence, std::string_view survey);

}  // namespace candor::decide
