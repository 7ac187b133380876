#include "outbox/sqlite_aside.hpp"

#include <filesystem>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace candor::outbox::sqlite {
namespace {

namespace fs = std::filesystem;

fs::path beside(const String& path, const char* ending) { return {path + ending}; }

std::error_code rename_durably(const String& path, const char* from, const char* to) {
    std::error_code error;
    fs::rename(beside(path, from), beside(path, to), error);
    return error ? error : sync_directory_of(path);
}

// With the database gone from its name nobody opens anything before this is done, and who has it open sees that it was
// moved. The log goes before the new one comes, which would else read it as its own.
std::error_code finish(const String& path) {
    std::error_code error;
    if (fs::exists(beside(path, "-wal"), error)) error = rename_durably(path, "-wal", ".damaged-wal");
    if (error) return error;
    fs::remove(beside(path, "-shm"), error);
    return error ? error : rename_durably(path, ".salvaged", "");
}

}  // namespace

String salvaging_name(const String& path) { return path + ".salvaging"; }
String damaged_name(const String& path) { return path + ".damaged"; }

std::error_code put_in_place(const String& path) {
    std::error_code error;
    fs::remove(beside(path, ".damaged-wal"), error);  // it belongs to an older one
    if (!error) error = rename_durably(path, ".salvaging", ".salvaged");
    if (!error) error = rename_durably(path, "", ".damaged");
    return error ? error : finish(path);
}

std::error_code finish_interrupted(const String& path) {
    std::error_code error;
    fs::remove(beside(path, ".salvaging"), error);
    if (error || !fs::exists(beside(path, ".salvaged"), error)) return error;
    // As long as the damaged one is in its place it may have taken more since.
    if (!fs::exists(fs::path(path), error)) return error ? error : finish(path);
    fs::remove(beside(path, ".salvaged"), error);
    return error;
}

bool remove_set_aside(const String& path) {
    std::error_code first, second;
    fs::remove(beside(path, ".damaged"), first);
    fs::remove(beside(path, ".damaged-wal"), second);
    return !first && !second;
}

std::error_code sync_directory_of(const String& path) {
#if defined(__unix__) || defined(__APPLE__)
    const fs::path file(path);
    const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return {errno, std::generic_category()};
    // Some file systems cannot, and say so: there is nothing more to be had of them.
    const int outcome = ::fsync(descriptor);
    const int code = outcome != 0 && errno != EINVAL ? errno : 0;
    ::close(descriptor);
    return {code, std::generic_category()};
#else
    (void)path;
    return {};
#endif
}

}  // namespace candor::outbox::sqlite
