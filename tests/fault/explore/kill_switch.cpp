#include "kill_switch.hpp"

#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace candor::fault {
namespace {

std::atomic<long> done{0};
std::atomic<long> last{0};

void count() {
    const long number = ++done;
    const long end = last.load();
    if (end != 0 && number >= end) kill(getpid(), SIGKILL);
}

sqlite3_vfs* system_files() {
    static sqlite3_vfs* const kFiles = sqlite3_vfs_find(nullptr);
    return kFiles;
}

// SQLite makes room for it; the system's own lies behind.
struct File {
    sqlite3_file base;

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    count();
    return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    count();
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
    count();
    return real(file)->pMethods->xSync(real(file), flags);
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int control_file(sqlite3_file* file, int what, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
// The log's locks: between the last write and the end of this one a commit stands, and nobody was told.
int lock_shared(sqlite3_file* file, int offset, int number, int flags) {
    count();
    return real(file)->pMethods->xShmLock(real(file), offset, number, flags);
}
void barrier_shared(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods kMethods = {
        2,           close_file,     read_file,    write_file,   truncate_file, sync_file,       size_of_file,
        lock_file,   unlock_file,    check_lock,   control_file, sector_size,   characteristics, map_shared,
        lock_shared, barrier_shared, unmap_shared, nullptr,      nullptr,
    };
    const int code = system_files()->xOpen(system_files(), name, real(file), flags, out);
    file->pMethods = real(file)->pMethods != nullptr ? &kMethods : nullptr;
    return code;
}

}  // namespace

void install_kill_switch() {
    static sqlite3_vfs layer = *system_files();
    layer.zName = "kill-switch";
    layer.szOsFile = static_cast<int>(sizeof(File)) + system_files()->szOsFile;
    layer.xOpen = open_file;
    if (sqlite3_vfs_register(&layer, 1) == SQLITE_OK) return;
    std::fprintf(stderr, "the kill switch cannot be installed\n");
    std::exit(1);
}

void kill_before(long operation) { last = operation == 0 ? 0 : done + operation; }

long operations() { return done; }

}  // namespace candor::fault
