#include "faulty_disk.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace candor::fault {
namespace {

// ---- what strikes when ----

struct Armed {
    Fault fault = Fault::none;
    long at = 0;
    long done = 0;
    bool struck = false;
    bool dead = false;
    std::function<void()> on_death;
};
Armed armed;

bool kills(Fault fault) {
    return fault == Fault::torn || fault == Fault::power_cut || fault == Fault::power_cut_reordered;
}

enum class Deed { fine, fails, half };

Deed next(bool writes) {
    if (armed.fault == Fault::none) return Deed::fine;
    if (armed.dead) return Deed::fails;
    if (armed.struck && armed.fault == Fault::full) return writes ? Deed::fails : Deed::fine;
    if (armed.struck || ++armed.done != armed.at) return Deed::fine;
    armed.struck = true;
    if (kills(armed.fault)) {
        armed.dead = true;
        if (armed.on_death) armed.on_death();
    }
    if (armed.fault == Fault::full && !writes) return Deed::fine;  // the next that writes
    return armed.fault == Fault::torn && writes ? Deed::half : Deed::fails;
}

bool fails(bool writes) { return next(writes) != Deed::fine; }

// ---- what the disk has ----

struct Piece {
    sqlite3_int64 at = 0;
    std::string bytes;
    bool truncates = false;  // to `at`
};

// By inode, so that it stays the same file under another name.
struct Disk {
    int descriptor = -1;
    std::string synced;
    std::vector<Piece> pending;
};
std::map<ino_t, Disk> disks;

std::string content(int descriptor) {
    struct stat about {};
    fstat(descriptor, &about);
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    const ssize_t got = pread(descriptor, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

Disk* watch(const char* path) {
    const int descriptor = ::open(path, O_RDWR | O_CLOEXEC);
    struct stat about {};
    if (descriptor < 0 || fstat(descriptor, &about) != 0) return nullptr;
    Disk& disk = disks[about.st_ino];
    if (disk.descriptor >= 0) {
        // Kept open until all is over: to close it would end SQLite's locks on the file.
        static std::vector<int> kept;
        kept.push_back(descriptor);
        return &disk;
    }
    disk.descriptor = descriptor;
    disk.synced = content(descriptor);
    return &disk;
}

void lay_over(const Piece& piece, std::string& bytes) {
    const auto at = static_cast<std::size_t>(piece.at);
    if (piece.truncates) {
        bytes.resize(at);
        return;
    }
    if (bytes.size() < at + piece.bytes.size()) bytes.resize(at + piece.bytes.size());
    bytes.replace(at, piece.bytes.size(), piece.bytes);
}

void lose_unsynced(bool reordered) {
    for (auto& [inode, disk] : disks) {
        std::string bytes = disk.synced;
        for (std::size_t i = 0; reordered && i < disk.pending.size(); i += 2) lay_over(disk.pending[i], bytes);
        if (ftruncate(disk.descriptor, 0) != 0 || pwrite(disk.descriptor, bytes.data(), bytes.size(), 0) < 0) {
            std::fprintf(stderr, "the disk cannot be put back\n");
            std::abort();
        }
    }
}

// ---- SQLite's files ----

sqlite3_vfs* system_files() {
    static sqlite3_vfs* const kFiles = sqlite3_vfs_find(nullptr);
    return kFiles;
}

struct File {
    sqlite3_file base;
    Disk* disk;

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

Disk* disk_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->disk; }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return fails(false) ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), to, size, at);
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    const Deed deed = next(true);
    if (deed == Deed::fails) return armed.fault == Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    const int done = deed == Deed::half ? size / 2 : size;
    if (Disk* disk = disk_of(file)) {
        disk->pending.push_back({at, std::string(static_cast<const char*>(from), static_cast<std::size_t>(done))});
    }
    const int code = real(file)->pMethods->xWrite(real(file), from, done, at);
    return deed == Deed::half ? SQLITE_IOERR_WRITE : code;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (fails(true)) return SQLITE_IOERR_TRUNCATE;
    if (Disk* disk = disk_of(file)) disk->pending.push_back({size, {}, true});
    return real(file)->pMethods->xTruncate(real(file), size);
}

// The disk is told here, and need not be told for real.
int sync_file(sqlite3_file* file, int) {
    if (fails(true)) return SQLITE_IOERR_FSYNC;
    if (Disk* disk = disk_of(file)) {
        disk->synced = content(disk->descriptor);
        disk->pending.clear();
    }
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    return fails(false) ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int control_file(sqlite3_file* file, int what, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file*) { return 0; }  // none of the promises that spare a sync
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    if (fails(false)) return SQLITE_IOERR_SHMMAP;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int number, int flags) {
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
    file->pMethods = nullptr;
    if (fails(false)) return SQLITE_CANTOPEN;
    const int code = system_files()->xOpen(system_files(), name, real(file), flags, out);
    file->pMethods = real(file)->pMethods != nullptr ? &kMethods : nullptr;
    reinterpret_cast<File*>(file)->disk = code == SQLITE_OK && name != nullptr ? watch(name) : nullptr;
    return code;
}

int delete_file(sqlite3_vfs*, const char* name, int) {
    return fails(true) ? SQLITE_IOERR_DELETE : system_files()->xDelete(system_files(), name, 0);
}

template <class Function>
Function* system_call(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool system_fails() {
    if (!fails(true)) return false;
    errno = armed.fault == Fault::full ? ENOSPC : EIO;
    return true;
}

}  // namespace

void install_faulty_disk() {
    static sqlite3_vfs layer = *system_files();
    layer.zName = "faulty-disk";
    layer.szOsFile = static_cast<int>(sizeof(File)) + system_files()->szOsFile;
    layer.xOpen = open_file;
    layer.xDelete = delete_file;
    if (sqlite3_vfs_register(&layer, 1) == SQLITE_OK) return;
    std::fprintf(stderr, "the faulty disk cannot be installed\n");
    std::exit(1);
}

void arm(Fault fault, long operation, std::function<void()> on_death) {
    armed = Armed{fault, operation, 0, false, false, std::move(on_death)};
}

bool disarm() {
    const bool struck = armed.struck;
    const Fault fault = armed.fault;
    armed = {};
    if (struck && (fault == Fault::power_cut || fault == Fault::power_cut_reordered)) {
        lose_unsynced(fault == Fault::power_cut_reordered);
    }
    for (auto& [inode, disk] : disks) ::close(disk.descriptor);
    disks.clear();
    return struck;
}

}  // namespace candor::fault

extern "C" int rename(const char* from, const char* to) noexcept {
    static auto* const kReal = candor::fault::system_call<int(const char*, const char*)>("rename");
    return candor::fault::system_fails() ? -1 : kReal(from, to);
}

extern "C" int remove(const char* path) noexcept {
    static auto* const kReal = candor::fault::system_call<int(const char*)>("remove");
    return candor::fault::system_fails() ? -1 : kReal(path);
}

extern "C" int fsync(int) { return candor::fault::system_fails() ? -1 : 0; }
