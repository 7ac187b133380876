#include "outbox/sqlite_denial.hpp"

#include <cstdio>
#include <filesystem>

#include "outbox/damage.hpp"
#include "outbox/sqlite_aside.hpp"
#include "outbox/sqlite_format.hpp"
#include "outbox/sqlite_tables.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace candor::outbox::sqlite {
namespace {

String name(const String& path) { return path + ".denied"; }

bool record_exists(sqlite3* db, int& code) {
    Statement find;
    code = find.prepare(db, "SELECT 1 FROM records WHERE key = ?");
    if (code != SQLITE_OK) return false;
    Run run(find);
    const int found = run.bytes(kDeniedRecord).step();
    if (found != SQLITE_ROW && found != SQLITE_DONE) code = found;
    return found == SQLITE_ROW;
}

int read_control_events(sqlite3* db, const Head& head, List<QueueRow>& events) {
    Statement all;
    int code = all.prepare(db,
                           "SELECT id, body, created_at, hold_until, attempts FROM queue "
                           "WHERE kind = 1 AND seq > ? ORDER BY seq");
    if (code != SQLITE_OK) return code;
    Run run(all);
    run.integer(head.removed_through);
    for (code = run.step(); code == SQLITE_ROW; code = run.step()) {
        events.push_back({0,
                          {String(run.bytes_at(0)), String(run.bytes_at(1)), EventKind::control, run.integer_at(2),
                           run.integer_at(3), static_cast<std::int32_t>(run.integer_at(4))}});
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int erase_all_but_denial(sqlite3* db) {
    Tables tables;
    Head head;
    List<QueueRow> events;
    int code = tables.prepare(db);
    if (code == SQLITE_OK) code = tables.read_head(head);
    if (code == SQLITE_OK) code = read_control_events(db, head, events);
    if (code == SQLITE_OK) code = execute(db, "DELETE FROM records; DELETE FROM queue");
    head.scrub = 1;
    ++head.revision;
    return code == SQLITE_OK ? fill(db, {{{String(kDeniedRecord), "1"}, head.revision}}, events, head) : code;
}

}  // namespace

bool has_denial(const String& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::path(name(path)), error);
}

bool write_denial(const String& path) {
#if defined(__unix__) || defined(__APPLE__)
    const int descriptor = ::open(name(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    ::close(descriptor);
    return !sync_directory_of(path);
#else
    std::FILE* const file = std::fopen(name(path).c_str(), "wb");
    return file != nullptr && std::fclose(file) == 0;
#endif
}

bool remove_denial(const String& path) {
    std::error_code error;
    const bool removed = std::filesystem::remove(std::filesystem::path(name(path)), error);
    return !error && (!removed || !sync_directory_of(path));
}

int reconcile_denial(sqlite3* db, const String& path) {
    int code = SQLITE_OK;
    if (record_exists(db, code) == has_denial(path) || code != SQLITE_OK) return code;
    code = execute(db, "BEGIN IMMEDIATE");
    if (code != SQLITE_OK) return code;
    const bool record = record_exists(db, code);
    if (code == SQLITE_OK && record) write_denial(path);  // if that fails, the next start tries again
    if (code == SQLITE_OK && !record && has_denial(path)) code = erase_all_but_denial(db);
    if (code == SQLITE_OK) code = execute(db, "COMMIT");
    if (code != SQLITE_OK && sqlite3_get_autocommit(db) == 0) execute(db, "ROLLBACK");
    return code;
}

}  // namespace candor::outbox::sqlite
