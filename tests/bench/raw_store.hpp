// The reference of the durable benchmarks: a plain SQLite loop with prepared statements, which puts a history and
// appends an event in one durable commit.
#pragma once

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

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
    }
    ~RawStore() {
        for (sqlite3_stmt* statement : {begin_, put_, append_, commit_}) sqlite3_finalize(statement);
        sqlite3_close(db_);
    }

    void commit(const std::string& id, const std::string& body) {
        step(begin_);
        two(put_, "person/1", kHistory);
        two(append_, id, body);
        step(commit_);
    }

private:
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
    sqlite3_stmt *begin_ = nullptr, *put_ = nullptr, *append_ = nullptr, *commit_ = nullptr;
};

}  // namespace candor::bench
