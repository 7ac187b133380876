// The native store. A transaction is BEGIN IMMEDIATE, the reads, the step, its change, COMMIT, in write-ahead logging:
// with synchronous=FULL the log is synced at each commit and the change survives a power cut; with NORMAL it survives
// the death of the process, and a power cut may take the last few changes together, oldest kept.
//
// Whatever makes a transaction fail, the next begins anew: on the same connection, on another to the same path, or, if
// the file is damaged, on a new file with what could be saved. In the last two cases the transaction itself is run
// again there.
#include <optional>
#include <utility>

#include "outbox/damage.hpp"
#include "outbox/sqlite.hpp"
#include "outbox/sqlite_aside.hpp"
#include "outbox/sqlite_denial.hpp"
#include "outbox/sqlite_file.hpp"
#include "outbox/sqlite_tables.hpp"
#include "outbox/store.hpp"

namespace candor::outbox {
namespace {

using sqlite::Head;
using sqlite::Tables;

// Each new try is another process's doing: it has replaced the file, or it was in the way.
constexpr int kTries = 10;

// The file of the connection is not the one at the path. SQLite has a code for it, too.
constexpr int kMoved = SQLITE_READONLY_DBMOVED;

bool denies(const Change& change) {
    for (const Record& record : change.puts) {
        if (record.key == kDeniedRecord) return true;
    }
    return false;
}

bool takes_denial_back(const Change& change) {
    if (denies(change)) return false;
    for (const String& key : change.erases) {
        const bool prefix = key.ends_with('*') && kDeniedRecord.starts_with(key.view().substr(0, key.size() - 1));
        if (key == kDeniedRecord || prefix) return true;
    }
    return change.erase_everything;
}

class SqliteStore final : public Store {
public:
    SqliteStore(String path, List<String>* notices) : path_(std::move(path)), notices_(notices) {}
    ~SqliteStore() override { close(); }

    Result<void> open() {
        Result<sqlite::Connection> opened = sqlite::open_file(path_, notices(), gone_ ? &*gone_ : nullptr);
        if (opened) gone_.reset();
        return opened ? take(std::move(*opened)) : tl::unexpected<Error>(std::move(opened.error()));
    }

    void transact(const Request& request, std::unique_ptr<Work> work) override {
        if (closed_) return;
        const Result<void> result = run(request, *work);
        work->done(result);  // may close or destroy the store
    }

    void close() override {
        closed_ = true;
        disconnect();
    }

private:
    String path_;
    List<String>* notices_;
    List<String> unheard_;
    sqlite::Connection db_;  // none: to be opened again by the next transaction
    Tables tables_;          // after the connection: finalized before it closes
    std::optional<Durability> durability_;
    Head head_;                     // as it stands after the last commit here,
    std::uint32_t head_as_of_ = 0;  // for as long as that is the version of the data; 0: not known
    bool closed_ = false;
    bool scrub_ = false;        // traces of an earlier erasure are still there
    std::optional<Lost> gone_;  // what was in a file that is not at its path any more

    // ---- of the transaction that runs ----
    bool began_ = false;
    bool erased_ = false;
    bool removed_denial_ = false;  // its second copy
    bool denial_failed_ = false;   // likewise, to be written or removed

    List<String>& notices() {
        if (notices_ != nullptr) return *notices_;
        unheard_.clear();
        return unheard_;
    }

    Result<void> take(sqlite::Connection db) {
        use(std::move(db));
        int code = tables_.prepare(db_.get());
        if (code == SQLITE_OK) code = tables_.read_head(head_);
        if (sqlite::is_damage(code)) return replace(code);
        if (code != SQLITE_OK) return disconnected(code);
        scrub_ = head_.scrub != 0;
        if (scrub_) scrub_without_waiting();
        return {};
    }

    void use(sqlite::Connection db) {
        db_ = std::move(db);
        durability_.reset();
    }

    // A new file is as sound as it will ever be: if it cannot be read either, that is the answer.
    Result<void> replace(int code) {
        tables_ = {};
        Result<sqlite::Connection> opened = sqlite::replace_file(path_, std::move(db_), code, notices());
        if (!opened) return tl::unexpected<Error>(std::move(opened.error()));
        use(std::move(*opened));
        const int prepared = tables_.prepare(db_.get());
        return prepared == SQLITE_OK ? Result<void>() : disconnected(prepared);
    }

    void disconnect() {
        tables_ = {};
        db_.reset();
    }

    Result<void> disconnected(int code) {
        Result<void> failed = refused(code);
        disconnect();
        return failed;
    }

    Result<void> refused(int code) const { return tl::unexpected<Error>(sqlite::failure(db_.get(), code, path_)); }

    // ---- one transaction, as often as it takes ----

    Result<void> run(const Request& request, Work& work) {
        for (int attempt = 1;; ++attempt) {
            if (db_ == nullptr) {
                if (Result<void> opened = open(); !opened) return opened;
            }
            const int code = try_once(request, work);
            if (code == SQLITE_OK) break;
            // An error's words are gone with its connection, or its transaction.
            Result<void> failed = denial_failed_ ? denial_not_written() : refused(code);
            if (removed_denial_) sqlite::write_denial(path_);
            const bool ends = attempt == kTries;
            // Also before the file is replaced: who replaces it waits for the lock on writing.
            roll_back();
            if (sqlite::is_damage(code) && !ends) {
                if (Result<void> replaced = replace(code); !replaced) return replaced;
                continue;
            }
            if (is_fatal(code)) disconnect();
            // Having waited for the lock as long as we may, we do not wait again.
            if (ends || (code != kMoved && !(sqlite::is_busy(code) && began_))) return failed;
        }
        finish();
        return {};
    }

    int try_once(const Request& request, Work& work) {
        began_ = denial_failed_ = removed_denial_ = false;
        int code = set_durability(request.durability);
        if (code == SQLITE_OK) code = tables_.begin();
        if (code != SQLITE_OK) return code;
        began_ = true;
        code = know_head();
        // With the lock in hand: who sets a file aside has it until the other is in its place. And before anything is
        // written: the log goes by its name, and what a file that is gone were given would lie in the other's.
        const Totals before = head_.totals;
        if (sqlite::has_moved(db_.get())) return has_gone(before);
        if (code == SQLITE_OK) code = change(request, work);
        if (code == SQLITE_OK) code = tables_.commit();
        if (code != SQLITE_OK) return code;
        if (sqlite::has_moved(db_.get())) return has_gone(before);
        head_as_of_ = sqlite::data_version(db_.get());
        return SQLITE_OK;
    }

    // Whatever becomes of the transaction (a rollback gives the data no other version): not before it has succeeded is
    // it known that what it makes of the head stands.
    int know_head() {
        const std::uint32_t known = std::exchange(head_as_of_, 0);
        if (known != 0 && known == sqlite::data_version(db_.get())) return SQLITE_OK;
        head_ = {};
        return tables_.read_head(head_);
    }

    int has_gone(const Totals& totals) {
        gone_ = Lost{totals.answer_rows, 0, 0, totals.rows - totals.answer_rows};
        return kMoved;
    }

    // What it was cannot be told, or it says of itself that nothing goes on: a new connection is another chance.
    static bool is_fatal(int code) {
        const int kind = code & 0xff;
        return code == kMoved || kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_NOMEM ||
               kind == SQLITE_MISUSE || kind == SQLITE_PROTOCOL || kind == SQLITE_SCHEMA;
    }

    void roll_back() {
        if (db_ != nullptr && sqlite3_get_autocommit(db_.get()) == 0) tables_.rollback();
    }

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
        const int code = tables_.read(request, head_, state);
        if (code != SQLITE_OK) return code;
        const Change change = work.step(state);
        erased_ = change.erase_everything;
        if (!copy_denial(change)) return SQLITE_CANTOPEN;
        return tables_.apply(change, head_);
    }

    bool copy_denial(const Change& change) {
        if (denies(change)) {
            denial_failed_ = !sqlite::write_denial(path_);
        } else if (takes_denial_back(change) && sqlite::has_denial(path_)) {
            removed_denial_ = sqlite::remove_denial(path_);
            denial_failed_ = !removed_denial_;
        }
        return !denial_failed_;
    }

    Result<void> denial_not_written() const {
        return fail(path_, "whether the person said no cannot be kept in the file beside it");
    }

    // After the commit: what fails now is tried again later, and the transaction stands.
    void finish() {
        if (erased_) {
            scrub();
        } else if (scrub_) {
            scrub_without_waiting();
        }
    }

    // ---- erasing ----

    // Deleted content stays in free pages and in the log until the file is written anew (VACUUM), the log copied back
    // and cut (checkpoint TRUNCATE), and files that were set aside removed. None of that can be part of a transaction,
    // and another process that reads may be in the way: then it stays noted in the file, and is tried after the next
    // transaction and at the next start, then without waiting. (What the file system or the flash keeps of blocks given
    // back is out of reach.)
    void scrub() {
        sqlite3* db = db_.get();
        const bool done = sqlite::execute(db, "PRAGMA secure_delete=ON; VACUUM") == SQLITE_OK && cut_log() &&
                          sqlite::remove_set_aside(path_) && note_scrubbed() == SQLITE_OK;
        sqlite::execute(db, "PRAGMA secure_delete=OFF");
        scrub_ = !done;
    }

    int note_scrubbed() {
        head_as_of_ = 0;
        int code = tables_.begin();
        if (code == SQLITE_OK) code = tables_.read_head(head_);
        head_.scrub = 0;
        if (code == SQLITE_OK) code = tables_.write_head(head_);
        if (code == SQLITE_OK) code = tables_.commit();
        roll_back();
        return code;
    }

    void scrub_without_waiting() {
        sqlite3_busy_timeout(db_.get(), 0);
        scrub();
        sqlite3_busy_timeout(db_.get(), sqlite::kBusyMilliseconds);
    }

    bool cut_log() {
        return sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
    }
};

}  // namespace

Result<std::unique_ptr<Store>> sqlite_store(const String& path, List<String>* notices) {
    auto store = std::make_unique<SqliteStore>(path, notices);
    if (const Result<void> opened = store->open(); !opened) return tl::unexpected<Error>(opened.error());
    return store;
}

}  // namespace candor::outbox
