#include "outbox/sqlite_file.hpp"

#include <optional>

#include "base/text.hpp"
#include "outbox/damage.hpp"
#include "outbox/sqlite_aside.hpp"
#include "outbox/sqlite_denial.hpp"
#include "outbox/sqlite_format.hpp"
#include "outbox/sqlite_lock.hpp"
#include "outbox/sqlite_migration.hpp"
#include "outbox/sqlite_replace.hpp"

namespace candor::outbox::sqlite {
namespace {

struct Opened {
    Connection db;
    std::optional<Error> error;
    bool damaged = false;
    bool fresh = false;
};

// A damaged file is to be set aside as it is: its log is not written back.
void close_untouched(Connection db) {
    if (db != nullptr) sqlite3_db_config(db.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Opened refuse(Connection db, int code, const String& path) {
    Opened opened;
    opened.error = failure(db.get(), code, path);
    opened.damaged = is_damage(code);
    if (opened.damaged) close_untouched(std::move(db));
    return opened;
}

Opened refuse(const String& path, String reason) {
    Opened opened;
    opened.error = Error{path, std::move(reason)};
    return opened;
}

// Settings of this connection alone. Content that is deleted one by one need not be overwritten: erase_everything does
// so. The log may keep what it needs from one checkpoint to the next, a thousand pages, and more is given back.
int configure(sqlite3* db) {
    sqlite3_busy_timeout(db, kBusyMilliseconds);
    return execute(db,
                   "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF; PRAGMA trusted_schema=OFF;"
                   "PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=6291456;");
}

// Who said no before the file went away has said so still.
int create(sqlite3* db, const String& path, const Lost* gone) {
    List<RecordRow> records;
    if (gone != nullptr && *gone != Lost{}) records.push_back({{String(kDamagedRecord), write_lost(*gone)}, 1});
    if (has_denial(path)) records.push_back({{String(kDeniedRecord), "1"}, 1});
    int code = execute(db, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK) code = create_tables(db);
    if (code == SQLITE_OK) code = fill(db, records, {});
    if (code == SQLITE_OK) code = execute(db, "COMMIT");
    if (code != SQLITE_OK && sqlite3_get_autocommit(db) == 0) execute(db, "ROLLBACK");
    return code;
}

struct Recognised {
    bool fresh = false;
    std::int64_t version = 0;
};

// Whose file it is, before anything is written to it.
std::optional<String> recognise(sqlite3* db, Recognised& what, int& code) {
    const std::int64_t application = read_integer(db, "PRAGMA application_id", code);
    if (code != SQLITE_OK) return {};
    what.version = read_integer(db, "PRAGMA user_version", code);
    if (code != SQLITE_OK) return {};
    const std::int64_t objects = read_integer(db, "SELECT count(*) FROM sqlite_master", code);
    if (code != SQLITE_OK) return {};
    what.fresh = application == 0 && what.version == 0 && objects == 0;
    if (what.fresh) return {};
    if (application != kApplicationId) return "it is a database of another program";
    if (what.version > kVersion) {
        return "it was written by a newer version of Candor (format " + digits(what.version) + ", this one knows " +
               digits(kVersion) + ")";
    }
    return {};
}

// Whether the tables are those that we made: who has dropped one has damaged the file.
std::optional<String> find_missing(sqlite3* db, int& code) {
    for (const char* sql : {"SELECT key, value, revision, checksum FROM records",
                            "SELECT seq, id, body, kind, created_at, hold_until, attempts, checksum FROM queue"}) {
        const int prepared = Statement().prepare(db, sql);
        if ((prepared & 0xff) == SQLITE_ERROR) return "it is damaged: " + String(sqlite3_errmsg(db));
        if (prepared != SQLITE_OK) code = prepared;
    }
    return {};
}

Opened recognised(Connection db, const String& path, const Lost* gone) {
    int code = SQLITE_OK;
    Recognised what;
    const auto foreign = recognise(db.get(), what, code);
    if (foreign) return refuse(path, *foreign);
    // Known once the file was read: SQLite falls back to reading alone, whatever was asked.
    if (sqlite3_db_readonly(db.get(), "main") == 1) return refuse(path, "it may not be written");
    if (code == SQLITE_OK && what.fresh) code = execute(db.get(), "PRAGMA page_size=4096");
    if (code == SQLITE_OK) code = execute(db.get(), "PRAGMA journal_mode=WAL");
    if (code == SQLITE_OK && what.fresh) code = create(db.get(), path, gone);
    if (code == SQLITE_OK && !what.fresh && what.version < kVersion) code = migrate(db.get());
    Opened opened;
    opened.fresh = what.fresh;
    if (code == SQLITE_OK) {
        if (const auto missing = find_missing(db.get(), code)) {
            opened.error = Error{path, *missing};
            opened.damaged = true;
            close_untouched(std::move(db));
            return opened;
        }
    }
    if (code == SQLITE_OK) {
        code = reconcile_denial(db.get(), path);
        if (is_busy(code)) code = SQLITE_OK;  // the next start does it
    }
    if (code != SQLITE_OK) return refuse(std::move(db), code, path);
    opened.db = std::move(db);
    return opened;
}

Opened try_open(const String& path, const Lost* gone = nullptr) {
    sqlite3* raw = nullptr;
    int code = sqlite3_open_v2(literal(path).c_str(), &raw,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                               nullptr);
    Connection db(raw);
    if (code == SQLITE_OK) code = configure(db.get());
    if (code != SQLITE_OK) return refuse(std::move(db), code, path);
    return recognised(std::move(db), path, gone);
}

Result<Connection> replace(const String& path, const Error& why, List<String>& notices) {
    if (const Result<void> done = replace_damaged(path, describe(why), notices); !done) {
        return tl::unexpected<Error>(done.error());
    }
    Opened opened = try_open(path);
    if (opened.error) return tl::unexpected<Error>(std::move(*opened.error));
    return std::move(opened.db);
}

Result<Connection> open_locked(const String& path, List<String>& notices, const Lost* gone = nullptr) {
    if (const std::error_code error = finish_interrupted(path)) {
        return fail(path, joined({"what a crash has interrupted cannot be finished: ", String(error.message())}));
    }
    Opened opened = try_open(path, gone);
    if (opened.damaged) return replace(path, *opened.error, notices);
    if (opened.error) return tl::unexpected<Error>(std::move(*opened.error));
    if (opened.fresh && gone != nullptr) {
        std::int64_t lost = 0;
        for (const std::int64_t count : *gone) lost += count;
        notices.push_back(joined({path, ": it has vanished with ", lost, " events, and a new one was begun"}));
    }
    return std::move(opened.db);
}

Result<Connection> timed_out(const String& path) {
    return fail(path, "another process has been opening it for too long");
}

}  // namespace

Result<Connection> open_file(const String& path, List<String>& notices, const Lost* gone) {
    if (path.empty() || path.find('\0') != String::npos) return fail(path, "that is no path of a file");
    if (sqlite3_threadsafe() == 0) return fail(path, "this program's SQLite was built without threads");
    const OpenLock lock(path);
    return lock.timed_out() ? timed_out(path) : open_locked(path, notices, gone);
}

Result<Connection> replace_file(const String& path, Connection damaged, int code, List<String>& notices) {
    const Error why = failure(damaged.get(), code, path);
    const OpenLock lock(path);
    if (lock.timed_out()) return timed_out(path);
    const bool moved = has_moved(damaged.get());
    close_untouched(std::move(damaged));
    return moved ? open_locked(path, notices) : replace(path, why, notices);
}

bool has_moved(sqlite3* db) {
    int moved = 0;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

std::uint32_t data_version(sqlite3* db) {
    std::uint32_t version = 0;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK ? version : 0;
}

}  // namespace candor::outbox::sqlite
