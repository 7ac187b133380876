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
    // `head`: as before the change, and then as after it.
    int apply(const Change& change, Head& head) const;
    int write_head(const Head& head) const;

private:
    sqlite3* db_ = nullptr;
    Statement begin_, commit_, rollback_;
    Statement get_, scan_, put_, erase_;
    Statement peek_, next_due_, append_, find_, oldest_, follow_, remove_, remove_all_, mark_, ends_;

    int get(const String& key, List<Record>& out) const;
    int scan(std::string_view prefix, List<Record>& out) const;
    int peek(const Request& request, const Head& head, List<Event>& out) const;
    int read_next_due(const Head& head, Totals& totals) const;
    int erase(const String& key) const;
    int append(const Event& event, Head& head) const;
    int find(std::string_view id, std::int64_t& seq) const;
    int remove_run(const List<String>& ids, std::size_t& next, Head& head) const;
    int follow(const List<String>& ids, std::size_t& next, Totals& totals, std::int64_t& last) const;
    int is_oldest(std::int64_t seq, const Head& head, bool& oldest) const;
    int remove(std::int64_t first, std::int64_t last) const;
    int tidy(Head& head) const;
    int clear(Head& head) const;
    int delete_removed(Head& head) const;
    int write_mark(const Head& head) const;
};

}  // namespace candor::outbox::sqlite
