// Version 1 had the same tables without revisions and checksums. What they hold is bounded, so it is taken out whole
// and put into new tables: a migrated file is then as one that was always new.
#include "outbox/sqlite_migration.hpp"

#include "outbox/sqlite_format.hpp"

namespace candor::outbox::sqlite {
namespace {

int read_records(sqlite3* db, List<RecordRow>& records) {
    Statement all;
    int code = all.prepare(db, "SELECT key, value FROM records");
    if (code != SQLITE_OK) return code;
    Run run(all);
    for (code = run.step(); code == SQLITE_ROW; code = run.step()) {
        records.push_back({{String(run.bytes_at(0)), String(run.bytes_at(1))}, 1});
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int read_events(sqlite3* db, List<QueueRow>& events) {
    Statement all;
    int code = all.prepare(db, "SELECT id, body, kind, created_at, hold_until, attempts, seq FROM queue ORDER BY seq");
    if (code != SQLITE_OK) return code;
    Run run(all);
    for (code = run.step(); code == SQLITE_ROW; code = run.step()) {
        events.push_back({run.integer_at(6),
                          {String(run.bytes_at(0)), String(run.bytes_at(1)), kind_of(run.integer_at(2)),
                           run.integer_at(3), run.integer_at(4), static_cast<std::int32_t>(run.integer_at(5))}});
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int move_over(sqlite3* db) {
    int code = SQLITE_OK;
    if (read_integer(db, "PRAGMA user_version", code) >= kVersion || code != SQLITE_OK) return code;
    List<RecordRow> records;
    List<QueueRow> events;
    Head head;
    head.scrub = read_integer(db, "SELECT scrub FROM totals", code);
    if (code == SQLITE_DONE) return SQLITE_CORRUPT;  // totals has no row
    if (code == SQLITE_OK) code = read_records(db, records);
    if (code == SQLITE_OK) code = read_events(db, events);
    if (code == SQLITE_OK) code = execute(db, "DROP TABLE records; DROP TABLE queue; DROP TABLE totals");
    if (code == SQLITE_OK) code = create_tables(db);
    return code == SQLITE_OK ? fill(db, records, events, head) : code;
}

}  // namespace

int migrate(sqlite3* db) {
    int code = execute(db, "PRAGMA synchronous=FULL; BEGIN IMMEDIATE");
    if (code == SQLITE_OK) code = move_over(db);
    if (code == SQLITE_OK) code = execute(db, "COMMIT");
    if (code != SQLITE_OK && sqlite3_get_autocommit(db) == 0) execute(db, "ROLLBACK");
    return code;
}

}  // namespace candor::outbox::sqlite
