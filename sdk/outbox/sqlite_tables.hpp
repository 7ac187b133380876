// A transaction's reading and writing, as prepared statements on one connection. Each function returns SQLITE_OK or
// SQLite's code; a row that is not as it was written is SQLITE_CORRUPT. When a transaction begins and ends is
// sqlite_store.cpp's.
#pragma once

#include "outbox/sqlite.hpp"
#include "outbox/sqlite_format.hpp"
#include "outbox/store.hpp"

namespace candor::outbox::sqlite {

class Tables {
public:
    int prepare(sqlite3* db);

    int begin() const { return Run(begin_).finish(); }
    int commit() const { return Run(commit_).finish(); }
    int rollback() const { return Run(rollback_).finish(); }

    int read_head(Head& head) const;
    // What the request names; `head` is what read_head gives.
    int read(const Request& request, const Head& head, State& state) const;
    int apply(const Change& change, const Head& before) const;
    int write_head(const Head& head) const;

private:
    sqlite3* db_ = nullptr;
    Statement begin_, commit_, rollback_;
    Statement get_, scan_, put_, erase_;
    Statement peek_, last_, append_, find_, follow_, remove_, next_due_;

    int get(const String& key, List<Record>& out) const;
    int read_next_due(Totals& totals) const;
    int scan(std::string_view prefix, List<Record>& out) const;
    int peek(const Request& request, List<Event>& out) const;
    int erase(const String& key) const;
    int put(const Record& record, std::int64_t revision) const;
    int append(const List<Event>& events, Totals& totals) const;
    int append(const Event& event, std::int64_t seq) const;
    int remove_run(const List<String>& ids, std::size_t& next, Totals& totals) const;
    int follow(const List<String>& ids, std::size_t& next, Totals& totals, std::int64_t& last) const;
};

}  // namespace candor::outbox::sqlite
