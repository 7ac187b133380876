// Which process something was made in. A forked child has a copy of it, but none of its threads.
#pragma once

#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace candor::desktop {

#if defined(_WIN32)
struct Process {
    static bool is_another() { return false; }
};
#else
class Process {
public:
    bool is_another() const { return getpid() != maker_; }

private:
    const pid_t maker_ = getpid();
};
#endif

}  // namespace candor::desktop
