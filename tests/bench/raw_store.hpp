// The reference of the benchmarks: plain SQLite with prepared statements, which puts a history and appends an event in
// one durable commit, appends many in one, or reads the oldest and deletes them.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace candor::bench {

inline const std::string kHistory(1500, 'h');

[[noreturn]] inline void give_up(const std::string& why) {
    std::fprintf(stderr, "benchmark: %s\n", why.c_str());
    exit(1);
}

class RawStore {
public:
    explicit RawStore(const std::string& path) {
        if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
            "CREATE TABLE records(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE queue(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL);");
        begin_ = prepare("BEGIN IMMEDIATE");
        put_ = prepare("INSERT OR REPLACE INTO records(key, value) VALUES(?, ?)");
        append_ = prepare("INSERT INTO queue(id, body) VALUES(?, ?)");
        commit_ = prepare("COMMIT");
        oldest_ = prepare("SELECT seq, id, body FROM queue ORDER BY seq LIMIT ?");
        remove_ = prepare("DELETE FROM queue WHERE seq BETWEEN ? AND ?");
    }
    ~RawStore() {
        for (sqlite3_stmt* statement : {begin_, put_, append_, commit_, oldest_, remove_}) sqlite3_finalize(statement);
        sqlite3_close(db_);
    }

    void commit(const std::string& id, const std::string& body) {
        step(begin_);
        two(put_, "person/1", kHistory);
        two(append_, id, body);
        step(commit_);
    }

    // From now on a commit survives the death of the process, and a power cut may take it.
    void sync_less() { run("PRAGMA synchronous=NORMAL"); }

    struct Event {
        std::string id, body;
    };

    void append_all(const std::vector<Event>& events) {
        step(begin_);
        for (const Event& event : events) two(append_, event.id, event.body);
        step(commit_);
    }

    struct Oldest {
        std::vector<Event> events;
        std::int64_t first = 0, last = 0;
    };

    Oldest oldest(int count) {
        Oldest found;
        step(begin_);
        sqlite3_bind_int(oldest_, 1, count);
        while (sqlite3_step(oldest_) == SQLITE_ROW) {
            found.last = sqlite3_column_int64(oldest_, 0);
            if (found.events.empty()) found.first = found.last;
            found.events.push_back({text(1), text(2)});
        }
        sqlite3_reset(oldest_);
        step(commit_);
        return found;
    }

    void remove(std::int64_t first, std::int64_t last) {
        step(begin_);
        sqlite3_bind_int64(remove_, 1, first);
        sqlite3_bind_int64(remove_, 2, last);
        step(remove_);
        step(commit_);
    }

private:
    std::string text(int column) const {
        return {static_cast<const char*>(sqlite3_column_blob(oldest_, column)),
                static_cast<std::size_t>(sqlite3_column_bytes(oldest_, column))};
    }
    void run(const char* sql) {
        if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
        return statement;
    }
    void step(sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(db_));
        sqlite3_reset(statement);
    }
    void two(sqlite3_stmt* statement, const std::string& key, const std::string& value) {
        sqlite3_bind_blob(statement, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
        sqlite3_bind_blob(statement, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
        step(statement);
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt *begin_ = nullptr, *put_ = nullptr, *append_ = nullptr, *commit_ = nullptr, *oldest_ = nullptr,
                 *remove_ = nullptr;
};

}  // namespace candor::bench
