// SQLite with errors as values: a connection, and prepared statements that are the only way to hand it data.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace candor::collector {

// One prepared statement. Not for two threads at once; must not outlive its connection.
class Statement {
public:
    // Binds the values to ?1, ?2, … and forgets those of the run before.
    template <class... Values>
    Statement& bind(const Values&... values) {
        sqlite3_reset(handle_.get());
        sqlite3_clear_bindings(handle_.get());
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }

    // Whether there is a row to read now.
    Result<bool> step();

    // Runs it to its end, for statements without rows.
    Result<void> run();

    // Whether it has a row.
    Result<bool> exists();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;

private:
    friend class Connection;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };

    explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

    void bind_one(int index, std::int64_t value);
    void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
    void bind_one(int index, bool value) { bind_one(index, std::int64_t{value ? 1 : 0}); }
    // The text must live until the statement is bound anew or gone.
    void bind_one(int index, const std::string& value);
    template <class T>
    void bind_one(int index, const std::optional<T>& value) {
        if (value) bind_one(index, *value);
    }

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Connection {
public:
    enum class Mode { write, read };

    // In `write` the file is made when it is not there.
    static Result<Connection> open(const std::string& path, Mode mode);

    // `sql` is the program's own text, never data.
    Result<Statement> prepare(const char* sql);
    Result<void> run(const char* sql);  // any number of statements, without rows

    // Rows changed by the last insert, update or delete.
    std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };

    explicit Connection(sqlite3* handle) : handle_(handle) {}

    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace candor::collector
