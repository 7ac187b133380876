// Where storage and network happen: one I/O worker natively; on a platform without threads the host's own thread,
// inside candor_tick. Tasks run one after the other, in the order they were posted, with no lock of Candor's held.
#pragma once

#include <memory>

#include "base/time.hpp"
#include "client/callback.hpp"

namespace candor::client {

class Executor {
public:
    using Task = Callback<void()>;

    // Without threads `wanted` is called whenever a task was posted: the host is to call candor_tick.
    explicit Executor(Task wanted);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

#ifdef __EMSCRIPTEN__
    static constexpr bool kThreaded = false;
#else
    static constexpr bool kThreaded = true;
#endif

    // Any thread. Dropped after stop.
    void post(Task task);

    // The task runs `delay` ms from now by the system's clock; replaces the last alarm; kNever: none. Without threads
    // there are no alarms: the client asks the host to wake it.
    void set_alarm(Span delay, Task task);

    // Without threads: runs what was posted before this call. With threads: nothing.
    void run();

    // Without threads: whether tasks wait for the next run. With threads: false, the worker takes them by itself.
    bool waiting() const;

    // No task begins after this. Waits up to `limit` for the one that runs; false if it still does.
    bool stop(Span limit);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace candor::client
