#include "outbox/sqlite.hpp"

#include "base/text.hpp"

namespace candor::outbox::sqlite {

int Statement::prepare(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    statement_.reset(statement);
    return code;
}

Run::~Run() {
    sqlite3_reset(statement_);
    if (parameter_ != 0) sqlite3_clear_bindings(statement_);  // they point into what may go now
}

Run& Run::bytes(std::string_view value) {
    const char* data = value.data() != nullptr ? value.data() : "";  // null would be bound as NULL
    const int code = sqlite3_bind_blob64(statement_, ++parameter_, data, value.size(), SQLITE_STATIC);
    if (bound_ == SQLITE_OK) bound_ = code;
    return *this;
}

Run& Run::integer(std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, ++parameter_, value);
    if (bound_ == SQLITE_OK) bound_ = code;
    return *this;
}

int Run::step() { return bound_ == SQLITE_OK ? sqlite3_step(statement_) : bound_; }

int Run::finish() {
    int code = step();
    while (code == SQLITE_ROW) code = sqlite3_step(statement_);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

std::string_view Run::bytes_at(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string_view()
                           : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

std::int64_t Run::integer_at(int column) const { return sqlite3_column_int64(statement_, column); }

int execute(sqlite3* db, const char* sql) { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr); }

std::int64_t read_integer(sqlite3* db, const char* sql, int& code) {
    Statement statement;
    code = statement.prepare(db, sql);
    if (code != SQLITE_OK) return 0;
    Run run(statement);
    const int stepped = run.step();
    code = stepped == SQLITE_ROW ? SQLITE_OK : stepped;
    return stepped == SQLITE_ROW ? run.integer_at(0) : 0;
}

Error failure(sqlite3* db, int code, const String& path) {
    const char* said = db != nullptr && sqlite3_errcode(db) != SQLITE_OK ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    const String detail = String(said) + " (SQLite " + digits(code) + ")";
    switch (code & 0xff) {
        case SQLITE_FULL: return {path, "the disk is full: " + detail};
        case SQLITE_READONLY: return {path, "it may not be written: " + detail};
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return {path, "another process holds it for too long: " + detail};
        case SQLITE_CANTOPEN: return {path, "it cannot be opened or made: " + detail};
        case SQLITE_IOERR: return {path, "it could not be read or written: " + detail};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return {path, "it is damaged: " + detail};
        default: return {path, detail};
    }
}

bool is_damage(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }
bool is_busy(int code) { return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED; }

}  // namespace candor::outbox::sqlite
