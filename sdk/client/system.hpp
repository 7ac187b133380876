// What the operating system gives where the host injects nothing: clocks, chance, and locks between processes. A web
// build has none of these: there the host must.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/string.hpp"
#include "base/time.hpp"

namespace candor::client {

#ifdef __EMSCRIPTEN__
constexpr bool kSystemHasClock = false;
constexpr bool kSystemHasFiles = false;
#else
constexpr bool kSystemHasClock = true;
constexpr bool kSystemHasFiles = true;
#endif

Instant system_now();
Span system_monotonic();
void system_random(std::uint8_t* bytes, std::size_t count);

// A forked child has a copy of all clients, whose locks may be held for good by threads that it has not, and whose
// files and connections are its parent's. Nothing of it is to be touched there. `watch_for_forks` is called before the
// first client starts: who forks before that has nothing to lose.
#ifdef __EMSCRIPTEN__
constexpr bool in_forked_child() { return false; }
inline void watch_for_forks() {}
#else
bool in_forked_child();
void watch_for_forks();
#endif

#ifdef __EMSCRIPTEN__
struct FileLock {
    static std::optional<FileLock> try_lock(const String&) { return {}; }
};
#else
// A lock file. Held until the object goes or the process ends, however it ends, also when a forked child lives on.
class FileLock {
public:
    // Nothing when somebody else holds it, in this process or another, or when the file cannot be made.
    static std::optional<FileLock> try_lock(const String& path);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int file);
    int file_ = -1;
    int owner_ = 0;  // process
};
#endif

}  // namespace candor::client
