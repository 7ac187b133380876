#include "outbox/sqlite_denial.hpp"

#include <cstdio>
#include <filesystem>

#include "outbox/damage.hpp"
#include "outbox/sqlite_aside.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace candor::outbox::sqlite {
namespace {

String name(const String& path) { return path + ".denied"; }

bool record_exists(sqlite3* db, int& code) {
    Statement find;
    code = find.prepare(db, "SELECT 1 FROM records WHERE key = ?");
    if (code != SQLITE_OK) return false;
    Run run(find);
    const int found = run.bytes(kDeniedRecord).step();
    if (found != SQLITE_ROW && found != SQLITE_DONE) code = found;
    return found == SQLITE_ROW;
}

bool agree(sqlite3* db, const String& path) {
    int code = SQLITE_OK;
    const bool record = record_exists(db, code);
    if (code != SQLITE_OK) return true;  // nothing is known, so nothing is done
    if (record == has_denial(path)) return true;
    if (record) return write_denial(path);
    std::error_code error;
    std::filesystem::remove(std::filesystem::path(name(path)), error);
    return !error;
}

}  // namespace

bool has_denial(const String& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::path(name(path)), error);
}

bool write_denial(const String& path) {
#if defined(__unix__) || defined(__APPLE__)
    const int descriptor = ::open(name(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    ::close(descriptor);
    return !sync_directory_of(path);
#else
    std::FILE* const file = std::fopen(name(path).c_str(), "wb");
    return file != nullptr && std::fclose(file) == 0;
#endif
}

int reconcile_denial(sqlite3* db, const String& path) {
    int code = SQLITE_OK;
    if (record_exists(db, code) == has_denial(path) || code != SQLITE_OK) return code;
    code = execute(db, "BEGIN IMMEDIATE");
    if (code != SQLITE_OK) return code;
    agree(db, path);  // what fails now is tried at the next start
    return execute(db, "ROLLBACK");
}

}  // namespace candor::outbox::sqlite
