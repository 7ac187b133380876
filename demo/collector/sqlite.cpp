#include "collector/sqlite.hpp"

namespace candor::collector {
namespace {

constexpr int kBusyTimeout = 5000;  // ms, while another process writes

tl::unexpected<Error> failure(sqlite3* handle) {
    return fail("database", handle ? sqlite3_errmsg(handle) : "out of memory");
}

}  // namespace

Result<bool> Statement::step() {
    const int outcome = sqlite3_step(handle_.get());
    if (outcome == SQLITE_ROW) return true;
    if (outcome == SQLITE_DONE) return false;
    auto error = failure(sqlite3_db_handle(handle_.get()));
    sqlite3_reset(handle_.get());
    return error;
}

Result<void> Statement::run() {
    const auto row = step();
    sqlite3_reset(handle_.get());
    if (!row) return tl::unexpected(row.error());
    return {};
}

Result<bool> Statement::exists() {
    auto row = step();
    // An unfinished read would hold on to an old state of the file.
    sqlite3_reset(handle_.get());
    return row;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return bytes ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

void Statement::bind_one(int index, std::int64_t value) { sqlite3_bind_int64(handle_.get(), index, value); }

void Statement::bind_one(int index, const std::string& value) {
    sqlite3_bind_text64(handle_.get(), index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

Result<Connection> Connection::open(const std::string& path, Mode mode) {
    const int flags = mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int outcome = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_FULLMUTEX, nullptr);
    Connection connection(handle);
    if (outcome != SQLITE_OK) return fail(path, handle ? sqlite3_errmsg(handle) : "out of memory");
    sqlite3_busy_timeout(handle, kBusyTimeout);
    return connection;
}

Result<Statement> Connection::prepare(const char* sql) {
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(handle_.get(), sql, -1, &handle, nullptr) != SQLITE_OK) {
        return failure(handle_.get());
    }
    return Statement(handle);
}

Result<void> Connection::run(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure(handle_.get());
    }
    return {};
}

}  // namespace candor::collector
