// Database files as tests make them and look at them, past the store.
#pragma once

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "outbox/damage.hpp"
#include "sqlite_session.hpp"

namespace candor::contract {

// The totals are a record: what makes its checksum wrong, and what takes it away.
constexpr const char* kHarmTotals = "UPDATE records SET checksum = checksum + 1 WHERE key = x'0068656164'";
constexpr const char* kDropTotals = "DELETE FROM records WHERE key = x'0068656164'";

inline void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    char* said = nullptr;
    const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &said);
    INFO((said != nullptr ? said : ""));
    REQUIRE(code == SQLITE_OK);
    sqlite3_free(said);
    sqlite3_close(db);
}

inline std::string ask_sql(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    std::string value;
    const int code = sqlite3_exec(
        db, sql.c_str(),
        [](void* out, int, char** columns, char**) {
            *static_cast<std::string*>(out) += columns[0] != nullptr ? columns[0] : "null";
            return 0;
        },
        &value, nullptr);
    REQUIRE(code == SQLITE_OK);
    sqlite3_close(db);
    return value;
}

// Overwrites in place, as a disk would: who has the file open sees it.
inline void overwrite(const std::string& path, std::size_t at, const std::string& bytes) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
    REQUIRE(file.good());
}

inline outbox::Lost lost_of(Session& session) {
    const State state = session.read_keys({std::string(outbox::kDamagedRecord)});
    const String* record = state.find(outbox::kDamagedRecord);
    return record != nullptr ? outbox::read_lost(*record) : outbox::Lost{};
}

inline bool denied(Session& session) { return session.read_keys({"denied"}).find("denied") != nullptr; }

inline void deny(Session& session) {
    Change change;
    change.erase_everything = true;
    change.puts = {{"denied", "1"}};
    change.appends = {event("deletion", "{}", EventKind::control)};
    session.commit(change, outbox::Durability::full);
}

// Runs in a process of its own, whose limits and user may be changed. 0 is success.
inline int in_child(const std::function<int()>& body) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(body());
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

}  // namespace candor::contract
