// The native store. A transaction is BEGIN IMMEDIATE, the reads, the step, its change, COMMIT, in write-ahead logging:
// with synchronous=FULL the log is synced at each commit and the change survives a power cut; with NORMAL it survives
// the death of the process, and a power cut may take the last few changes together, oldest kept.
#include <algorithm>
#include <set>

#include "outbox/sqlite.hpp"
#include "outbox/sqlite_file.hpp"
#include "outbox/store.hpp"

namespace candor::outbox {
namespace {

using sqlite::Run;
using sqlite::Statement;

constexpr int kTries = 3;

struct Statements {
    Statement begin, commit, rollback;
    Statement get, scan, put, erase;
    Statement peek, append, find, follow, remove, next_due;
    Statement totals, set_totals;

    int prepare(sqlite3* db) {
        const std::pair<Statement*, const char*> all[] = {
            {&begin, "BEGIN IMMEDIATE"},
            {&commit, "COMMIT"},
            {&rollback, "ROLLBACK"},
            {&get, "SELECT value FROM records WHERE key = ?"},
            {&scan, "SELECT key, value FROM records WHERE key >= ? ORDER BY key"},
            {&put, "INSERT OR REPLACE INTO records(key, value) VALUES(?, ?)"},
            {&erase, "DELETE FROM records WHERE key = ?"},
            // In the order of seq whatever the index on hold_until might suggest: hence the '+'.
            {&peek,
             "SELECT id, body, kind, created_at, hold_until, attempts FROM queue "
             "WHERE +hold_until <= ? OR +hold_until > ? ORDER BY seq"},
            {&append,
             "INSERT OR IGNORE INTO queue(id, body, kind, created_at, hold_until, attempts) "
             "VALUES(?, ?, ?, ?, ?, ?)"},
            {&find, "SELECT seq FROM queue WHERE id = ?"},
            {&follow, "SELECT seq, id, kind, length(body) FROM queue WHERE seq >= ? ORDER BY seq"},
            {&remove, "DELETE FROM queue WHERE seq BETWEEN ? AND ?"},
            {&next_due, "SELECT min(hold_until) FROM queue"},
            {&totals, "SELECT rows, bytes, answer_rows, answer_bytes FROM totals"},
            {&set_totals, "UPDATE totals SET rows = ?, bytes = ?, answer_rows = ?, answer_bytes = ?"},
        };
        for (const auto& [statement, sql] : all) {
            if (const int code = statement->prepare(db, sql); code != SQLITE_OK) return code;
        }
        return SQLITE_OK;
    }
};

bool is_prefix(std::string_view key) { return key.ends_with('*'); }
std::string_view prefix_of(std::string_view key) { return key.substr(0, key.size() - 1); }

EventKind kind_of(std::int64_t kind) {
    return kind >= 0 && kind <= 3 ? static_cast<EventKind>(kind) : EventKind::other;
}

class SqliteStore final : public Store {
public:
    SqliteStore(String path, sqlite::Connection db) : path_(std::move(path)), db_(std::move(db)) {}
    ~SqliteStore() override { close(); }

    Result<void> prepare() {
        int code = statements_.prepare(db_.get());
        if (code == SQLITE_OK) {
            scrub_ = sqlite::read_integer(db_.get(), "SELECT scrub FROM totals", code) != 0;
        }
        if (code != SQLITE_OK) return tl::unexpected<Error>(sqlite::failure(db_.get(), code, path_));
        if (scrub_) scrub_without_waiting();
        return {};
    }

    void transact(const Request& request, std::unique_ptr<Work> work) override {
        if (db_ == nullptr) return;
        const Result<void> result = run(request, *work);
        work->done(result);  // may close or destroy the store
    }

    void close() override {
        statements_ = {};
        db_.reset();
    }

private:
    Result<void> run(const Request& request, Work& work) {
        if (const int code = set_durability(request.durability); code != SQLITE_OK) return refused(code);
        for (int attempt = 1;; ++attempt) {
            // Having waited for the lock as long as we may, we do not wait again.
            if (const int code = Run(statements_.begin).finish(); code != SQLITE_OK) return refused(code);
            int code = change(request, work);
            if (code == SQLITE_OK) code = Run(statements_.commit).finish();
            if (code == SQLITE_OK) break;
            Result<void> failed = refused(code);
            if (sqlite3_get_autocommit(db_.get()) == 0) Run(statements_.rollback).finish();
            if (!sqlite::is_busy(code) || attempt == kTries) return failed;
        }
        if (erased_) {
            scrub();
        } else if (scrub_) {
            scrub_without_waiting();
        }
        return {};
    }

    Result<void> refused(int code) const { return tl::unexpected<Error>(sqlite::failure(db_.get(), code, path_)); }

    // A setting of the connection that cannot change within a transaction; the statement would not run twice if
    // prepared.
    int set_durability(Durability durability) {
        if (durability_ == durability) return SQLITE_OK;
        const int code = sqlite::execute(
            db_.get(), durability == Durability::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        if (code == SQLITE_OK) durability_ = durability;
        return code;
    }

    int change(const Request& request, Work& work) {
        State state;
        if (const int code = read(request, state); code != SQLITE_OK) return code;
        Totals totals = state.totals;
        const Change change = work.step(state);
        erased_ = change.erase_everything;
        if (const int code = apply(change, totals); code != SQLITE_OK) return code;
        // What erase_everything set to zero is not what was read.
        return write_totals(change.erase_everything ? Totals() : state.totals, totals);
    }

    // ---- reading ----

    int read(const Request& request, State& state) {
        for (const String& key : request.reads) {
            const int code = is_prefix(key) ? scan(prefix_of(key), state.records) : get(key, state.records);
            if (code != SQLITE_OK) return code;
        }
        if (request.reads.size() > 1) in_order(state.records);
        if (request.peek_rows > 0) {
            if (const int code = peek(request, state.queue); code != SQLITE_OK) return code;
        }
        return read_totals(state.totals);
    }

    static void in_order(List<Record>& records) {
        std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.key < b.key; });
        const auto same = [](const Record& a, const Record& b) { return a.key == b.key; };
        records.erase(std::unique(records.begin(), records.end(), same), records.end());
    }

    int get(const String& key, List<Record>& out) const {
        Run run(statements_.get);
        const int code = run.bytes(key).step();
        if (code == SQLITE_ROW) out.push_back({key, String(run.bytes_at(0))});
        return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
    }

    int scan(std::string_view prefix, List<Record>& out) const {
        Run run(statements_.scan);
        run.bytes(prefix);
        int code = run.step();
        for (; code == SQLITE_ROW && run.bytes_at(0).starts_with(prefix); code = run.step()) {
            out.push_back({String(run.bytes_at(0)), String(run.bytes_at(1))});
        }
        return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
    }

    int peek(const Request& request, List<Event>& out) const {
        Run run(statements_.peek);
        run.integer(request.now).integer(later(request.now, kLongestHold));
        std::size_t bytes = 0;
        int code = run.step();
        for (; code == SQLITE_ROW; code = run.step()) {
            const std::string_view body = run.bytes_at(1);
            bytes += body.size();
            if (bytes > request.peek_bytes && !out.empty()) return SQLITE_OK;
            out.push_back({String(run.bytes_at(0)), String(body), kind_of(run.integer_at(2)), run.integer_at(3),
                           run.integer_at(4), static_cast<std::int32_t>(run.integer_at(5))});
            if (out.size() == request.peek_rows) return SQLITE_OK;
        }
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    int read_totals(Totals& totals) const {
        Run run(statements_.totals);
        const int code = run.step();
        if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
        totals.rows = run.integer_at(0);
        totals.bytes = run.integer_at(1);
        totals.answer_rows = run.integer_at(2);
        totals.answer_bytes = run.integer_at(3);
        if (totals.rows == 0) return SQLITE_OK;
        Run earliest(statements_.next_due);
        const int found = earliest.step();
        if (found == SQLITE_ROW) totals.next_due = earliest.integer_at(0);
        return found == SQLITE_ROW ? SQLITE_OK : found;
    }

    // ---- writing ----

    int apply(const Change& change, Totals& totals) {
        int code = SQLITE_OK;
        const auto each = [&code](const auto& items, auto&& write) {
            for (auto at = items.begin(); code == SQLITE_OK && at != items.end(); ++at) code = write(*at);
        };
        if (change.erase_everything) code = erase_everything(totals);
        each(change.erases, [&](const String& key) { return erase(key); });
        each(change.puts, [&](const Record& r) { return Run(statements_.put).bytes(r.key).bytes(r.value).finish(); });
        for (std::size_t next = 0; code == SQLITE_OK && next < change.removes.size();) {
            code = remove_run(change.removes, next, totals);
        }
        each(change.appends, [&](const Event& event) { return append(event, totals); });
        return code;
    }

    int erase(const String& key) {
        if (!is_prefix(key)) return Run(statements_.erase).bytes(key).finish();
        List<Record> found;
        int code = scan(prefix_of(key), found);
        for (const Record& record : found) {
            if (code == SQLITE_OK) code = Run(statements_.erase).bytes(record.key).finish();
        }
        return code;
    }

    int append(const Event& event, Totals& totals) {
        const int code = Run(statements_.append)
                             .bytes(event.id)
                             .bytes(event.body)
                             .integer(static_cast<std::int32_t>(event.kind))
                             .integer(event.created_at)
                             .integer(event.hold_until)
                             .integer(event.attempts)
                             .finish();
        if (code == SQLITE_OK && sqlite3_changes(db_.get()) == 1) {
            count(totals, event.kind, static_cast<std::int64_t>(event.body.size()), 1);
        }
        return code;
    }

    // What the courier removes lies in the queue as it was sent, one after the other: such a run is deleted at once,
    // which takes a third less time than one by one. `next` is moved behind what was dealt with.
    int remove_run(const List<String>& ids, std::size_t& next, Totals& totals) {
        Run found(statements_.find);
        const int code = found.bytes(ids[next]).step();
        if (code != SQLITE_ROW) {
            ++next;
            return code == SQLITE_DONE ? SQLITE_OK : code;
        }
        const std::int64_t first = found.integer_at(0);
        std::int64_t last = first;
        if (const int followed = follow(ids, next, totals, last); followed != SQLITE_OK) return followed;
        return Run(statements_.remove).integer(first).integer(last).finish();
    }

    // From the row `last` on, as long as the next row has the next id.
    int follow(const List<String>& ids, std::size_t& next, Totals& totals, std::int64_t& last) const {
        Run row(statements_.follow);
        int code = row.integer(last).step();
        for (; code == SQLITE_ROW && next < ids.size() && row.bytes_at(1) == ids[next]; code = row.step()) {
            last = row.integer_at(0);
            count(totals, kind_of(row.integer_at(2)), row.integer_at(3), -1);
            ++next;
        }
        return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
    }

    static void count(Totals& totals, EventKind kind, std::int64_t bytes, std::int64_t sign) {
        totals.rows += sign;
        totals.bytes += sign * bytes;
        if (kind != EventKind::answer) return;
        totals.answer_rows += sign;
        totals.answer_bytes += sign * bytes;
    }

    int write_totals(const Totals& before, const Totals& after) const {
        if (before.rows == after.rows && before.bytes == after.bytes && before.answer_rows == after.answer_rows &&
            before.answer_bytes == after.answer_bytes) {
            return SQLITE_OK;
        }
        return Run(statements_.set_totals)
            .integer(after.rows)
            .integer(after.bytes)
            .integer(after.answer_rows)
            .integer(after.answer_bytes)
            .finish();
    }

    // ---- erasing ----

    // That traces are to be removed is part of the commit, so that a crash right after it forgets nothing.
    int erase_everything(Totals& totals) {
        totals = {};
        return sqlite::execute(db_.get(),
                               "DELETE FROM records; DELETE FROM queue; UPDATE totals SET rows = 0, bytes = 0, "
                               "answer_rows = 0, answer_bytes = 0, scrub = 1");
    }

    // Deleted content stays in free pages and in the log until the file is written anew (VACUUM), the log copied back
    // and cut (checkpoint TRUNCATE), and files that were set aside removed. None of that can be part of a transaction,
    // and another process that reads may be in the way: then it stays noted in the file, and is tried after the next
    // transaction and at the next start, then without waiting. (What the file system or the flash keeps of blocks given
    // back is out of reach.)
    void scrub() {
        sqlite3* db = db_.get();
        const bool done = sqlite::execute(db, "PRAGMA secure_delete=ON; VACUUM") == SQLITE_OK && cut_log() &&
                          sqlite::remove_set_aside(path_) &&
                          sqlite::execute(db, "UPDATE totals SET scrub = 0") == SQLITE_OK;
        sqlite::execute(db, "PRAGMA secure_delete=OFF");
        scrub_ = !done;
    }

    void scrub_without_waiting() {
        sqlite3_busy_timeout(db_.get(), 0);
        scrub();
        sqlite3_busy_timeout(db_.get(), sqlite::kBusyMilliseconds);
    }

    bool cut_log() {
        return sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
    }

    String path_;
    sqlite::Connection db_;
    Statements statements_;  // after the connection: finalized before it closes
    std::optional<Durability> durability_;
    bool erased_ = false;  // by the transaction that runs
    bool scrub_ = false;   // traces of an earlier one are still there
};

}  // namespace

Result<std::unique_ptr<Store>> sqlite_store(const String& path, List<String>* notices) {
    List<String> said;
    auto db = sqlite::open_file(path, notices != nullptr ? *notices : said);
    if (!db) return tl::unexpected<Error>(db.error());
    auto store = std::make_unique<SqliteStore>(path, std::move(*db));
    if (const Result<void> prepared = store->prepare(); !prepared) return tl::unexpected<Error>(prepared.error());
    return store;
}

}  // namespace candor::outbox
