// Who is asked, when, and why. Pure: no clock, no storage, no chance; what it says depends on its arguments alone.
//
//   prepare(document) once a document, draw(person) once a person; then for every moment
//     fold(prepared, person, moment)    counts it, begins sessions, opens delays
//     decide(prepared, person, moment)  which survey is due now, if any, with every rule's verdict
//   explain(...) makes the trace readable, on request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/maybe.hpp"
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
    const json::Members* properties = nullptr;  // of an event; null: none
};

// Local time is UTC and so many minutes more, from an instant on.
struct Offset {
    Instant from = 0;
    std::int32_t minutes = 0;
    bool operator==(const Offset&) const = default;
};

// What the host says of the person and the device. Empty: not known.
struct Profile {
    json::Members attributes;
    String app_version, os_version, platform, locale, country, device;
    List<Offset> offsets;  // in the order of time; none: local time is UTC
};

class Prepared;

// The buckets of one person for every survey, so that they are not drawn again at each decision: `draw` makes them.
struct Draws {
    struct Draw {
        std::int64_t wave = 0;
        std::uint32_t sample = 0, control = 0, phase = 0;
    };
    const Prepared* of = nullptr;
    String unit;
    Instant until = kNever;  // when the first of the waves ends; what was drawn for it is then drawn again at each look
    List<Draw> surveys;      // as in the document
};

// What holds at the moment of deciding, and is not in the history. Borrows.
struct Situation {
    Instant now = 0;
    bool busy = false;
    bool hidden = false;
    bool prompt_open = false;  // this process shows a card already
    bool consent_unknown = false;
    bool answers_fill_queue = false;   // the third law: then nothing new is asked
    bool holds_lock = false;           // the card lock is ours: another owner's claim or running card is dead
    bool locks_exist = false;          // else a claim lapses after kClaimLapse
    std::string_view owner;            // this run
    std::string_view install;          // its id: the sampling unit while anonymous
    Instant last_key = 0;              // a key was typed; 0: none
    const Profile* profile = nullptr;  // null: nothing is known
    const Draws* draws = nullptr;      // of this document; taken where they are of the person's unit
};

// The numbers go from a page's core to what explains it: see evidence.cpp.
enum class Rule : std::uint8_t {
    supported,
    enabled,
    started,
    ended,
    turn,
    trigger,
    delay,
    expiry,
    population,
    targeting,
    first_seen,
    sessions,
    active_days,
    session_time,
    wait_answered,
    wait_dismissed,
    wait_snoozed,
    wait_shown,
    prompts,
    until_answered,
    quiet_hours,
    weekday,
    budget,
    gap,
    sample,
    one_at_a_time,
    claim,
    busy,
    idle,
    hidden,
    consent,
    queue
};
constexpr std::size_t kRules = 32;
std::string_view name(Rule rule);

// Which rules a survey has: those of its own that it sets, and those that hold for all.
class RuleSet {
public:
    constexpr void add(Rule rule) { bits_ |= bit(rule); }
    constexpr bool has(Rule rule) const { return (bits_ & bit(rule)) != 0; }
    constexpr std::uint32_t bits() const { return bits_; }

private:
    static constexpr std::uint32_t bit(Rule rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }
    std::uint32_t bits_ = 0;
};

enum class Verdict : std::uint8_t { pass, block };

// Fixed size; texts are made by explain.
struct TraceRecord {
    std::uint32_t survey = 0;  // index in the document
    Rule rule = Rule::supported;
    Verdict verdict = Verdict::pass;
    // When a blocking rule could pass; kNever: not by time alone. Of a passing one when it ends, 0: not by time alone.
    Instant earliest = 0;
    std::int64_t seen = 0;  // the value it saw and what it wanted, in the rule's own unit
    std::int64_t wanted = 0;
    bool operator==(const TraceRecord&) const = default;
};

constexpr const char* kControlTouchpoint = "$control";  // where the control share is asked

struct Choice {
    std::size_t survey = 0;  // index in the document
    history::Pending pending;
    bool control = false;       // asked for the control share, whatever targeting and triggers say
    bool would_target = false;  // whether the targeting would have let them through
};

struct Decision {
    Maybe<Choice> chosen;
    // All rules that a survey has, of all surveys, in the order of the document and of `Rule`: none hides another.
    List<TraceRecord> trace;
    Instant next = kNever;  // when deciding again could come to something else, nothing else happening
};

// ---- conditions, made ready ----

// A value that conditions look at.
struct Slot {
    survey::Source source = survey::Source::attribute;
    survey::ContextValue context = survey::ContextValue::person;
    String key;  // of the attribute, property or counter
};

// A value as a condition sees it. Borrows its text.
struct Seen {
    enum class Type : std::uint8_t { missing, text, number, flag, instant } type = Type::missing;
    std::string_view text;
    double number = 0;  // a flag, too
    Instant instant = 0;
};

constexpr std::uint32_t kNoNode = 0xffffffff;

// A condition, all of them in one list: what is in it follows it.
struct Node {
    survey::Test test = survey::Test::all;
    bool turns = false;      // time alone can change what it, or one in it, comes to
    std::uint32_t end = 0;   // the one after it and all that is in it
    std::uint32_t leaf = 0;  // of a test
};

// A test, however many conditions make it.
struct Leaf {
    const survey::Condition* of = nullptr;  // the first of them
    std::uint32_t slot = kNoNode;           // of the value; a property has none
    Seen operand;                           // where it is one value
};

// A document made ready for many moments. Immutable: any number of threads may share one.
class Prepared {
public:
    explicit Prepared(Shared<const survey::Document> document);

    const survey::Document& document() const { return *document_; }
    Shared<const survey::Document> shared_document() const { return document_; }

    // Whether anything waits for it: the cheap answer that most moments get.
    bool waits_for_event(std::string_view name) const { return !at(Sort::event, name).empty(); }
    bool waits_for_screen(std::string_view name) const;
    bool waits_for_sessions() const { return !at(Sort::session, "").empty(); }

    // What can be looked up, by two texts. Survey, trigger and texts live in the document, or in this.
    enum class Sort : std::uint8_t { event, screen, session, pattern, clause, attribute, survey };
    static constexpr std::size_t kSorts = 7;
    struct Entry {
        Sort sort = Sort::survey;
        std::uint32_t hash = 0;  // of the first text: where it differs, the texts do
        std::string_view first, second;
        const survey::Survey* survey = nullptr;  // null: of an event that a condition counts
        // Null: an event that ends the survey's delay; of a session, one that may ask the control share.
        const survey::Trigger* trigger = nullptr;
        std::uint32_t where = kNoNode;  // the trigger's condition; the attribute's slot
    };
    // What waits for an event of that name, or for a session: those of equal clauses stand together. Of surveys that
    // are enabled and supported.
    std::span<const Entry> at(Sort sort, std::string_view name) const;
    std::span<const Entry> patterns() const { return all(Sort::pattern); }  // of screens

    // The survey of that id, if it has or had this wave at that instant.
    const survey::Survey* find(std::string_view survey, std::string_view wave, Instant now) const;
    bool has_survey(const String& survey) const { return has(Sort::survey, survey); }  // of any wave
    // Whether any trigger or condition of any survey, running or not, counts this clause.
    bool counts(const String& clause) const { return has(Sort::clause, clause); }

    // Of a survey.
    struct Plan {
        RuleSet rules;
        std::uint32_t population = kNoNode, targeting = kNoNode;
    };
    std::size_t index_of(const survey::Survey& survey) const {
        return static_cast<std::size_t>(&survey - document_->surveys.data());
    }
    const Plan& plan(std::size_t survey) const { return plans_[survey]; }
    std::size_t trace_size() const { return trace_size_; }
    const Node* nodes() const { return nodes_.data(); }
    std::size_t node_count() const { return nodes_.size(); }
    const List<Leaf>& leaves() const { return leaves_; }
    const List<Slot>& slots() const { return slots_; }

private:
    Shared<const survey::Document> document_;
    List<Entry> entries_;            // sorted; of equal ones the first of the document comes first
    std::size_t ends_[kSorts] = {};  // of each sort's entries
    List<Plan> plans_;
    List<Node> nodes_;
    List<Slot> slots_;
    List<Leaf> leaves_;
    std::size_t trace_size_ = 0;

    void add_survey(const survey::Survey& survey);
    void add_trigger(const survey::Survey& survey, const survey::Trigger& trigger, bool takes_part);
    Entry& add(Sort sort, std::string_view first, std::string_view second, const survey::Survey* survey,
               const survey::Trigger* trigger = nullptr);
    std::uint32_t compile(const survey::Condition& condition);
    std::uint32_t slot_of(const survey::Condition& condition);
    std::uint32_t leaf_of(const survey::Condition& condition);
    void add_slots();
    void sort();
    std::span<const Entry> all(Sort sort) const;
    bool has(Sort sort, std::string_view first) const { return !at(sort, first).empty(); }
};

Shared<const Prepared> prepare(Shared<const survey::Document> document);

// The buckets of a unit (the person's id, or the install's while anonymous) for the waves at that instant.
Draws draw(const Prepared& prepared, std::string_view unit, Instant now);

// The wave that a survey is in: its own name, or the number of the period.
String wave_at(const survey::Survey& survey, Instant now);

// A trigger was met by somebody whom the survey is about: how far that alone brought them is `sampled` or, out of the
// sample, `possible`.
struct Met {
    std::size_t survey = 0;    // index in the document
    std::string_view trigger;  // its id; empty: the control share's
    String touchpoint, wave;
    history::Reached reached = history::Reached::nothing;
};

// Takes a moment into the history: settles the clock, sessions, counters, and a pending entry for each trigger that it
// meets (unless the survey has one open already, or nothing could come of it before it expires). Drops what has expired
// or is no longer in the document. Returns whether the person changed in more than the instant of the last call. A
// pending entry stays until it expires or the caller takes it out: that is when its survey was shown. `met`, if there,
// gets every trigger that was met, whether or not it opened anything: for the ledger.
bool fold(const Prepared& prepared, history::Person& person, const Moment& moment, const Situation& situation,
          List<Met>* met = nullptr);

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
