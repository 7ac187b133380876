#include "outbox/sqlite_file.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#define CANDOR_HAS_FLOCK 1
#endif

namespace candor::outbox::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplicationId = 0x43616e64;  // "Cand"
constexpr std::int64_t kVersion = 1;

// `totals` has one row; `scrub` is 1 from the commit of an erase_everything until its traces are gone. Keys, ids and
// bodies are blobs: compared byte by byte, and free to hold a NUL.
constexpr const char* kSchema = R"(
    CREATE TABLE records(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE queue(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL, kind INTEGER NOT NULL,
                       created_at INTEGER NOT NULL, hold_until INTEGER NOT NULL, attempts INTEGER NOT NULL);
    CREATE INDEX queue_hold ON queue(hold_until);
    CREATE TABLE totals(rows INTEGER NOT NULL, bytes INTEGER NOT NULL, answer_rows INTEGER NOT NULL,
                        answer_bytes INTEGER NOT NULL, scrub INTEGER NOT NULL);
    INSERT INTO totals VALUES(0, 0, 0, 0, 0);
)";

// One process after the other looks at the file and, if it must, sets it aside: of two that find the same damage the
// second would else set aside what the first began anew. The lock is the directory's, so that it leaves no file behind.
class OpenLock {
public:
    explicit OpenLock(const fs::path& file) {
#ifdef CANDOR_HAS_FLOCK
        const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
        descriptor_ = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor_ < 0) return;  // opening the database will say why
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyMilliseconds);
        while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            if (std::chrono::steady_clock::now() > deadline) {
                timed_out_ = true;
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
#else
        (void)file;
#endif
    }

    ~OpenLock() {
#ifdef CANDOR_HAS_FLOCK
        if (descriptor_ >= 0) ::close(descriptor_);
#endif
    }

    OpenLock(const OpenLock&) = delete;
    OpenLock& operator=(const OpenLock&) = delete;

    bool timed_out() const { return timed_out_; }

private:
    int descriptor_ = -1;
    bool timed_out_ = false;
};

struct Opened {
    Connection db;
    std::optional<Error> error;
    bool damaged = false;
};

// SQLite may be built to read a path that begins with "file:" as an address, and ":memory:" as no file at all.
String literal(const String& path) { return path.starts_with("file:") || path.starts_with(':') ? "./" + path : path; }

Opened refuse(Connection db, int code, const String& path) {
    Opened opened;
    opened.error = failure(db.get(), code, path);
    opened.damaged = is_damage(code);
    return opened;
}

Opened refuse(const String& path, String reason, bool damaged) {
    Opened opened;
    opened.error = Error{path, std::move(reason)};
    opened.damaged = damaged;
    return opened;
}

// Settings of this connection alone. Content that is deleted one by one need not be overwritten: erase_everything does
// so.
int configure(sqlite3* db) {
    sqlite3_busy_timeout(db, kBusyMilliseconds);
    return execute(db,
                   "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF; PRAGMA trusted_schema=OFF;"
                   "PRAGMA journal_size_limit=4194304;");
}

int create(sqlite3* db) {
    const String sql = "BEGIN IMMEDIATE;" + String(kSchema) + "PRAGMA application_id=" + digits(kApplicationId) +
                       "; PRAGMA user_version=" + digits(kVersion) + "; COMMIT;";
    const int code = execute(db, sql.c_str());
    if (code != SQLITE_OK && sqlite3_get_autocommit(db) == 0) execute(db, "ROLLBACK");
    return code;
}

// Whose file it is, before anything is written to it.
std::optional<String> recognise(sqlite3* db, bool& fresh, int& code) {
    const std::int64_t application = read_integer(db, "PRAGMA application_id", code);
    if (code != SQLITE_OK) return {};
    const std::int64_t version = read_integer(db, "PRAGMA user_version", code);
    if (code != SQLITE_OK) return {};
    const std::int64_t objects = read_integer(db, "SELECT count(*) FROM sqlite_master", code);
    if (code != SQLITE_OK) return {};
    fresh = application == 0 && version == 0 && objects == 0;
    if (fresh) return {};
    if (application != kApplicationId) return "it is a database of another program";
    if (version > kVersion) {
        return "it was written by a newer version of Candor (format " + digits(version) + ", this one knows " +
               digits(kVersion) + ")";
    }
    return {};
}

// SQLite's own check, and whether the tables are those we made.
std::optional<String> find_damage(sqlite3* db, int& code) {
    Statement check;
    code = check.prepare(db, "PRAGMA quick_check(1)");
    if (code != SQLITE_OK) return {};
    Run run(check);
    code = run.step();
    if (code != SQLITE_ROW) return {};
    if (run.bytes_at(0) != "ok") return "it is damaged: " + String(run.bytes_at(0));
    code = SQLITE_OK;
    for (const char* sql :
         {"SELECT key, value FROM records", "SELECT seq, id, body, kind, created_at, hold_until, attempts FROM queue",
          "SELECT rows, bytes, answer_rows, answer_bytes, scrub FROM totals"}) {
        if (Statement().prepare(db, sql) != SQLITE_OK) return "it is damaged: " + String(sqlite3_errmsg(db));
    }
    if (read_integer(db, "SELECT count(*) FROM totals", code) != 1) return "it is damaged: totals has not one row";
    return {};
}

Opened try_open(const String& path) {
    sqlite3* raw = nullptr;
    int code = sqlite3_open_v2(literal(path).c_str(), &raw,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                               nullptr);
    Connection db(raw);
    if (code == SQLITE_OK) code = configure(db.get());
    if (code != SQLITE_OK) return refuse(std::move(db), code, path);

    bool fresh = false;
    const auto foreign = recognise(db.get(), fresh, code);
    if (foreign) return refuse(path, *foreign, false);
    // Known once the file was read: SQLite falls back to reading alone, whatever was asked.
    if (sqlite3_db_readonly(db.get(), "main") == 1) return refuse(path, "it may not be written", false);
    if (code == SQLITE_OK) code = execute(db.get(), "PRAGMA journal_mode=WAL");
    if (code == SQLITE_OK && fresh) code = create(db.get());
    if (code != SQLITE_OK) return refuse(std::move(db), code, path);

    const auto damage = find_damage(db.get(), code);
    if (damage) return refuse(path, *damage, true);
    if (code != SQLITE_OK) return refuse(std::move(db), code, path);
    Opened opened;
    opened.db = std::move(db);
    return opened;
}

fs::path beside(const String& path, const char* ending) { return {path + ending}; }

// The log first: a database that is there without its log is found damaged again, a log without its database would be
// read into the new one.
std::error_code set_aside(const String& path) {
    std::error_code error;
    if (!remove_set_aside(path)) return std::make_error_code(std::errc::file_exists);
    if (fs::exists(beside(path, "-wal"), error)) {
        fs::rename(beside(path, "-wal"), beside(path, ".damaged-wal"), error);
        if (error) return error;
    }
    fs::remove(beside(path, "-shm"), error);
    if (error) return error;
    fs::rename(fs::path(path), beside(path, ".damaged"), error);
    return error;
}

}  // namespace

bool remove_set_aside(const String& path) {
    std::error_code first, second;
    fs::remove(beside(path, ".damaged"), first);
    fs::remove(beside(path, ".damaged-wal"), second);
    return !first && !second;
}

Result<Connection> open_file(const String& path, List<String>& notices) {
    if (path.empty() || path.find('\0') != String::npos) return fail(path, "that is no path of a file");
    if (sqlite3_threadsafe() == 0) return fail(path, "this program's SQLite was built without threads");
    const OpenLock lock{fs::path(path)};
    if (lock.timed_out()) return fail(path, "another process has been opening it for too long");

    Opened opened = try_open(path);
    if (opened.damaged) {
        const String reason = describe(*opened.error);
        if (const std::error_code error = set_aside(path)) {
            return fail(path, opened.error->reason + "; and it cannot be set aside: " + error.message());
        }
        notices.push_back(reason + "; it was set aside as " + path + ".damaged and a new one begun");
        opened = try_open(path);
    }
    if (opened.error) return tl::unexpected<Error>(std::move(*opened.error));
    return std::move(opened.db);
}

}  // namespace candor::outbox::sqlite
