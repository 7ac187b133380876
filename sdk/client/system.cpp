#include "client/system.hpp"

#include <utility>

#ifndef __EMSCRIPTEN__
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <random>
#endif

namespace candor::client {

#ifdef __EMSCRIPTEN__

// Host::missing tells of a host without these, so nobody gets here.
Instant system_now() { return 0; }
Span system_monotonic() { return 0; }
void system_random(std::uint8_t* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bytes[i] = 0;
}
#else

Instant system_now() {
    using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Span system_monotonic() {
    using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::steady_clock;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void system_random(std::uint8_t* bytes, std::size_t count) {
    // getentropy gives 256 bytes at most at a time and fails only where the kernel has no source at all.
    while (count > 0) {
        const std::size_t part = count < 256 ? count : 256;
        if (getentropy(bytes, part) != 0) {
            std::random_device device;
            for (std::size_t i = 0; i < part; ++i) bytes[i] = static_cast<std::uint8_t>(device());
        }
        bytes += part;
        count -= part;
    }
}

namespace {

std::atomic<bool> forked{false};

// The lock files that are held now, for a child to close: as long as it had them open, its parent's end would release
// nothing. More than there is room for are released by the parent all the same, when it gives them back in order.
constexpr int kNoFile = -1;
struct HeldFile {
    std::atomic<int> file{kNoFile};
};
HeldFile held_files[16];

void note(int from, int to) {
    for (HeldFile& held : held_files) {
        int expected = from;
        if (held.file.compare_exchange_strong(expected, to)) return;
    }
}

// Between fork and exec, so nothing but what a signal handler may do.
void on_fork_in_child() {
    forked.store(true);
    for (HeldFile& held : held_files) {
        const int file = held.file.exchange(kNoFile);
        if (file != kNoFile) close(file);
    }
}

}  // namespace

bool in_forked_child() { return forked.load(std::memory_order_relaxed); }

void watch_for_forks() {
    static std::once_flag once;
    std::call_once(once, [] { pthread_atfork(nullptr, nullptr, on_fork_in_child); });
}

std::optional<FileLock> FileLock::try_lock(const String& path) {
    watch_for_forks();
    // flock belongs to the open file, so that two clients of one process exclude each other too, and closing some other
    // descriptor of the file releases nothing.
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return std::nullopt;
    note(kNoFile, file);
    int outcome = 0;
    do {
        outcome = flock(file, LOCK_EX | LOCK_NB);
    } while (outcome != 0 && errno == EINTR);
    if (outcome != 0) {
        note(file, kNoFile);
        close(file);
        return std::nullopt;
    }
    return FileLock(file);
}

FileLock::~FileLock() {
    if (file_ < 0 || owner_ != getpid()) return;  // a forked child has closed its parent's already
    note(file_, kNoFile);
    flock(file_, LOCK_UN);  // a child that was forked before may have it open
    close(file_);
}

FileLock::FileLock(int file) : file_(file), owner_(getpid()) {}
FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)), owner_(other.owner_) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(owner_, other.owner_);
    return *this;
}

#endif

}  // namespace candor::client
