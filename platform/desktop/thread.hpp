// A thread that leaves the host's signals to the host's threads.
#pragma once

#include <thread>
#include <utility>

#if !defined(_WIN32)
#include <csignal>
#endif

namespace candor::desktop {

// A thread inherits the mask of the one that makes it. With SIGPIPE blocked, too, a write to a connection that is gone
// cannot end the process. Throws std::system_error.
template <typename Body>
std::thread thread_without_signals(Body body) {
#if defined(_WIN32)
    return std::thread(std::move(body));
#else
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct Restore {
        const sigset_t& mask;
        ~Restore() { pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
    } const restore{before};
    return std::thread(std::move(body));
#endif
}

}  // namespace candor::desktop
