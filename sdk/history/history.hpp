// What this install remembers of each person: counters, sessions, prompts and their outcomes, the running interview.
//
// Plain values and pure functions on them. Kept as JSON under one record a person (`person/<id>`) and one for the
// install
// (`install`), so that a step reads and writes only whom it concerns. Bounded: nothing grows with the number of events.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "base/time.hpp"

namespace candor::history {

constexpr std::size_t kMostPersons = 20;
constexpr std::size_t kMostIdBytes = 200;      // of a person's id
constexpr std::size_t kMostSubmissions = 200;  // remembered for a deletion request: the last ones
constexpr std::size_t kMostOthers = 200;  // counters, and records of surveys, beside those of the document in force
constexpr std::size_t kMostPrompts = 50;  // that a budget can look back on
constexpr std::size_t kMostRecent = 50;   // instants that a counter keeps
constexpr std::size_t kMostPropertyBytes = 500;             // of a property's text: what is longer is cut
constexpr std::int64_t kMostCount = std::int64_t{1} << 53;  // counters stop there
constexpr Span kSessionGap = 30 * kMinute;
constexpr Span kClaimLapse = kMinute;        // of a claim whose owner cannot be seen
constexpr Span kResumeWithin = 5 * kMinute;  // of an interrupted interview

// The furthest state that a person reached in a wave, in the order of reports.
enum class Reached { nothing, possible, sampled, shown, snoozed, dismissed, answered };
std::string_view name(Reached reached);

// One counter a clause: how often it was met.
struct Counter {
    String clause;
    std::int64_t count = 0;
    String scope = {};          // of a clause that counts within a session or version: in which one it did so last
    List<Instant> recent = {};  // of a clause that looks back over a while: the last ones, the latest last
    bool operator==(const Counter&) const = default;
};

// What became of one survey, over all its waves for the waits, and in each wave for reports.
struct SurveyRecord {
    String survey;                       // its id
    String wave;                         // the latest
    Reached reached = Reached::nothing;  // in that wave
    String touchpoint;                   // where it was reached
    std::int64_t prompts = 0;            // shown in that wave
    std::optional<Instant> shown;        // the last time of each, over all waves
    std::optional<Instant> dismissed;
    std::optional<Instant> answered;
    std::optional<Instant> snoozed = {};
    bool operator==(const SurveyRecord&) const = default;
};

// A prompt was on screen.
struct PromptMark {
    Instant at = 0;
    bool transactional = false;
    bool operator==(const PromptMark&) const = default;
};

// A trigger was met and its survey waits out its delay.
struct Pending {
    String survey;
    String wave;
    String touchpoint;
    std::int64_t occurrence = 0;  // the n of the trigger's n-th occurrence
    Instant met = 0;
    Instant due = 0;
    Instant expires = 0;
    Reached ledger_state = Reached::nothing;  // of the moment at which it was met
    json::Members properties = {};            // of that moment, as far as the survey wants them
    bool operator==(const Pending&) const = default;
};

// Somebody is about to show a survey; nobody has seen it yet.
struct Claim {
    String owner;  // one run of one client
    String survey;
    String wave;
    String touchpoint;
    Instant at = 0;
    bool operator==(const Claim&) const = default;
};

// A survey on screen, or interrupted there. `state` is the interview as its layer writes it.
struct Running {
    String owner;
    String survey;
    String wave;
    String touchpoint;
    String submission;
    std::int64_t revision = 0;  // of the last event queued; 0: none yet
    String last_event;          // its id, so that a later revision takes its place while it still waits
    Instant shown = 0;
    Instant touched = 0;  // last change
    String state;
    bool would_target = false;
    json::Members properties = {};  // of the moment that led to it
    bool operator==(const Running&) const = default;
};

// Up to when no instant of a person lies in the future: known in memory alone, and no part of what they are.
struct Settled {
    Instant at = kNever;  // not known: they have to be looked at
    bool operator==(const Settled&) const { return true; }
};

struct Person {
    String id;
    bool anonymous = true;
    Instant first_seen = 0;
    Instant last_call = 0;  // for sessions
    std::int64_t sessions = 0;
    Instant session_began = 0;
    std::int64_t active_days = 0;  // local days with a call
    std::int64_t active_day = 0;   // the last of them, in days since 1970
    String version;                // of the app, the last one seen
    std::int64_t updates = 0;      // how often it was another than before
    List<PromptMark> prompts;      // the last kMostPrompts of all surveys, the latest last
    List<Counter> counters;
    List<SurveyRecord> surveys;
    List<Pending> pending;
    Maybe<Claim> claim;
    Maybe<Running> running;
    Settled settled;  // settle_clock's
    bool operator==(const Person&) const = default;
};

struct PersonMark {
    String id;
    Instant last_seen = 0;
    bool operator==(const PersonMark&) const = default;
};

struct Install {
    String id;       // UUIDv7
    String current;  // the person in force
    List<PersonMark> persons;
    List<String> submissions;  // sent from here, for a deletion request; the last 200
    bool operator==(const Install&) const = default;
};

// ---- bytes ----

String write(const Person& person);
String write(const Install& install);
// Unknown members are kept out, absent ones take their defaults, wrong types are errors: a later version's file is
// read.
Result<Person> read_person(std::string_view bytes);
Result<Install> read_install(std::string_view bytes);
// Into one that is fresh, where it stands. After an error it may be half read.
Maybe<Error> read(std::string_view bytes, Person& person);
Maybe<Error> read(std::string_view bytes, Install& install);

// ---- changes: each takes values and changes the one it is given ----

// Instants that lie in the future (a clock was put back) are moved to now; an open delay keeps its length. Returns
// whether any was, the last call not counted. Whoever stores an instant has settled the clock at that instant or later.
bool settle_clock(Person& person, Instant now);

// A call was made at `at`: begins a session if it is the first one or the last was 30 minutes ago or more. Returns
// whether it did. The first call ever is also when the person was first seen.
bool touch(Person& person, Instant at);

// A call was made at `at` that is known to have begun a session, or known to have begun none.
void begin_session(Person& person, Instant at);
void called(Person& person, Instant at);

// Counts one more of a clause; in a new scope from one on. `remembered`: how many of the last instants are kept.
const Counter& count(Person& person, const String& clause, Instant at, std::string_view scope, std::size_t remembered);
std::int64_t count(Person& person, const String& clause);
const Counter* find_counter(const Person& person, std::string_view clause);
std::int64_t counted(const Person& person, std::string_view clause);

// A call on that local day (in days since 1970), of that version of the app (empty: not known). Return whether it is
// another than the last one.
bool active_on(Person& person, std::int64_t day);
bool uses_version(Person& person, std::string_view version);

// A prompt was on screen: its mark in the record of its survey, and for the budget.
void shown(Person& person, SurveyRecord& record, Instant at, bool transactional);

// A new wave starts its `reached` anew.
SurveyRecord& record_of(Person& person, const String& survey, const String& wave);
const SurveyRecord* find_record(const Person& person, const String& survey);
const Pending* find_pending(const Person& person, const String& survey, const String& wave);
// The last time that the survey was shown, dismissed or answered, if it ever was.
std::optional<Instant> last_mark(const SurveyRecord& record);

// The difference that a report shows when a wave's furthest state rises; nothing when it does not.
struct Rise {
    Reached from = Reached::nothing;
    Reached to = Reached::nothing;
    String from_touchpoint;  // where `from` was reported; not always where `to` is
    bool operator==(const Rise&) const = default;
};
std::optional<Rise> reach(SurveyRecord& record, Reached reached, const String& touchpoint);

// The anonymous history of a fresh stretch moves to the person: counters and sessions add up (a session that went on is
// one), of two marks the later wins, of two open delays, claims or running cards likewise.
void merge(Person& into, const Person& anonymous);

// Marks the person as seen; returns the ids forgotten because there were more than kMostPersons: those not seen for the
// longest time, never this one or the one in force. Their records are the caller's to erase.
List<String> remember(Install& install, const String& id, Instant now);

}  // namespace candor::history
