#include "outbox/sqlite_lock.hpp"

#include "outbox/sqlite_file.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

namespace candor::outbox::sqlite {

OpenLock::OpenLock(const String& path) {
    const std::filesystem::path file(path);
    const std::filesystem::path directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    descriptor_ = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) return;  // opening the database will say why
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyMilliseconds);
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)) {
        if (std::chrono::steady_clock::now() > deadline) {
            timed_out_ = true;
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

OpenLock::~OpenLock() {
    if (descriptor_ < 0) return;
    if (!timed_out_) ::flock(descriptor_, LOCK_UN);  // a forked child may have the descriptor, too
    ::close(descriptor_);
}

}  // namespace candor::outbox::sqlite

#else

namespace candor::outbox::sqlite {

OpenLock::OpenLock(const String&) {}
OpenLock::~OpenLock() = default;

}  // namespace candor::outbox::sqlite

#endif
