// The little of SQLite's interface that the store needs: a connection that closes itself, and prepared statements that
// are reset whatever came of them. Nothing here touches a setting of the process: a host may use SQLite for itself.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/string.hpp"

namespace candor::outbox::sqlite {

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// A prepared statement. Used through Run.
class Statement {
public:
    // SQLITE_OK, or SQLite's code.
    int prepare(sqlite3* db, const char* sql);
    sqlite3_stmt* get() const { return statement_.get(); }

private:
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One run of a statement, from binding to reset. What is bound must live as long.
class Run {
public:
    explicit Run(const Statement& statement) : statement_(statement.get()) {}
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // In the order of the SQL's parameters.
    Run& bytes(std::string_view value);
    Run& integer(std::int64_t value);

    // SQLITE_ROW, SQLITE_DONE, or an error.
    int step();
    // Runs to the end: SQLITE_OK or an error.
    int finish();

    std::string_view bytes_at(int column) const;  // until the next step
    std::int64_t integer_at(int column) const;

private:
    sqlite3_stmt* statement_;
    int parameter_ = 0;
    int bound_ = SQLITE_OK;
};

int execute(sqlite3* db, const char* sql);

// The first column of the first row; nothing on an error, which `code` then tells.
std::int64_t read_integer(sqlite3* db, const char* sql, int& code);

// What went wrong last on this connection, in words, naming the file.
Error failure(sqlite3* db, int code, const String& path);

// The file's content is not what SQLite wrote.
bool is_damage(int code);
bool is_busy(int code);

}  // namespace candor::outbox::sqlite
