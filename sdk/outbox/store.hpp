// The durable store of history (bytes under keys) and undelivered events, behind one operation.
//
// `transact(request, step, done)`: one transaction reads what the request names, runs the step on it, applies the
// change the step returns, commits, and then reports. Remembering that a person answered and queueing the event that
// says so is therefore one atomic commit. A step is pure and synchronous, and may be run again; durability is named
// before it runs.
//
// Every implementation (SQLite, memory, and through candor_store the host's, such as IndexedDB) passes one contract
// suite, tests/contract/store_contract.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/list.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "base/time.hpp"

namespace candor::outbox {

enum class Durability { normal, full };

// Numbers are those of candor.h and of the files: they never change.
enum class EventKind : std::int32_t { answer = 0, control = 1, exposure = 2, other = 3 };

// "answer", "control", "exposure", "other": the `kind` of a candor.dropped event.
std::string_view kind_name(EventKind kind);

struct Event {
    String id;    // UUIDv7, unique in the queue
    String body;  // the CloudEvent as JSON text
    EventKind kind = EventKind::other;
    Instant created_at = 0;
    Instant hold_until = 0;  // not handed out by a peek before
    std::int32_t attempts = 0;
};

struct Record {
    String key;
    String value;
};

struct Request {
    Durability durability = Durability::normal;
    List<String> reads;    // keys; a trailing '*' means all keys with that beginning
    bool journal = false;  // read the web loader's journal too
    Instant now = 0;       // for hold_until; one further ahead than kLongestHold counts as due
    std::size_t peek_rows = 0;
    std::size_t peek_bytes = 0;  // at least one event is handed out whatever its size, if peek_rows allows
};

constexpr Span kLongestHold = 10 * kSecond;

// Whether a peek at `now` hands out an event that is held until then.
bool is_due(Instant hold_until, Instant now);

struct Totals {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;  // of the bodies
    std::int64_t answer_rows = 0;
    std::int64_t answer_bytes = 0;
    Instant next_due = kNever;  // earliest hold_until in the queue; sure where a peek for rows hands out none
};

struct State {
    List<Record> records;  // those that exist of what was asked, by key
    List<Event> queue;     // the peek, oldest first (order of appending)
    List<Record> journal;  // oldest first
    Totals totals;         // of the queue before the change

    const String* find(std::string_view key) const;
};

// One more at the end, to be filled in: the one place where these grow.
Record& add(List<Record>& records);
Event& add(List<Event>& events);

// Where the key stands among records in the order of their keys, or would stand.
std::size_t place_of(const List<Record>& records, std::string_view key);

// Applied in this order: erase_everything, erases, puts, removes, appends, journal_removes. So a key may be erased by
// its beginning and put anew, and an event removed and appended again, which moves it to the end of the queue.
struct Change {
    List<Record> puts;
    List<String> erases;   // keys; a trailing '*' as in reads
    List<Event> appends;   // an id that is queued already is skipped
    List<String> removes;  // event ids; unknown ones are fine
    List<String> journal_removes;
    bool erase_everything = false;  // first, and leaving no trace on disk; puts and appends of the same change stay
};

// The queue's bounds (the third law). Answers may fill nine tenths of it, whatever else waits the last one: neither
// takes the other's room, so nothing that is queued has to go.
struct Bounds {
    std::int64_t rows = 10'000;
    std::int64_t bytes = 16 << 20;
};

bool answers_fill(const Totals& totals);  // nobody is asked then; what is on screen may still be answered
bool others_fill(const Totals& totals);   // what only counts is counted as dropped then

// What a transaction is for. (A class, for two std::functions that hold it would be copied about: on the web that is
// code for each.)
class Work {
public:
    virtual ~Work() = default;
    virtual Change step(const State& state) = 0;
    virtual void done(const Result<void>& outcome) = 0;
};

using Step = std::function<Change(const State&)>;
using Done = std::function<void(const Result<void>&)>;

// One thread at a time; implementations say which. Nothing is called back after close.
class Store {
public:
    virtual ~Store() = default;
    // `done` is called exactly once, in the order of the calls, when the commit is as durable as asked or nothing of it
    // stays: inside this call (SQLite, memory) or later (a host's store).
    // A host that does not keep its word (no step run, nonsense handed in) gets an error, never an applied half.
    virtual void transact(const Request& request, std::unique_ptr<Work> work) = 0;
    void transact(const Request& request, Step step, Done done);
    // A transact after it does nothing, and never calls `done`.
    virtual void close() = 0;
};

// Everything lives as long as the object. Any thread, one at a time.
std::unique_ptr<Store> memory_store();

// A database file of its own, which other processes may share. Opens at once, on the calling thread (afterwards: any
// thread, one at a time); the directory must exist. Without Emscripten only. The error names the file and the reason.
// `notices`, if given, must live as long as the store: what is to be told through the error channel is added to it, at
// the opening and by any transaction.
//
// What may happen to the file, at the opening or later. A transaction that fails leaves nothing of its change, says
// why, and harms none that comes after it.
//
// - Damaged: found when it is read. It is set aside as `<path>.damaged` (in place of an older one) and a new one begun
//   with each row of it that is as it was written; the transaction that found it runs on that. `notices` says so, and
//   what was lost is counted in a record (damage.hpp). erase_everything removes what was set aside, too.
// - Vanished, or replaced by another: the transaction runs on a new file, or on that other. What went with it is told
//   and counted likewise.
// - Of another program, or of a newer version of Candor: refused and left as it is. Of an older version: brought to the
//   format of today, in one transaction.
// - Held by another process: a transaction waits at most two seconds, and then fails.
// - The disk is full, the file or its directory may not be written, the disk fails: the transaction fails. The next one
//   tries anew, if need be on a new connection.
// - A person said no (a record `denied`): that outlives all of the above (damage.hpp).
// - Instants are the callers': a clock that is set back or ahead neither loses nor holds up anything but for
//   kLongestHold.
// - Texts are bytes, whatever they say.
// - A process that was forked while the store was open must not use it, as with SQLite itself.
Result<std::unique_ptr<Store>> sqlite_store(const String& path, List<String>* notices = nullptr);

}  // namespace candor::outbox
