// Where storage and network happen: one I/O worker natively; on a platform without threads the host's own thread,
// inside candor_tick. Tasks run one after the other, in the order they were posted, with no lock of Candor's held.
#pragma once

#include <memory>

#include "base/shared.hpp"
#include "base/time.hpp"
#include "client/task.hpp"

namespace candor::client {

class Executor {
public:
    Executor();
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    // Any thread. Dropped after stop. Without threads the host is to call candor_tick then.
    void post(std::unique_ptr<Task> task);

    // The task runs `delay` ms from now by the system's clock; replaces the last alarm; kNever: none. Without threads
    // there are no alarms: the client asks the host to wake it.
    void set_alarm(Span delay, std::unique_ptr<Task> task);

    // Without threads: runs what was posted before this call. With threads: nothing.
    void run();

    // Without threads: whether tasks wait for the next run. With threads: false, the worker takes them by itself.
    bool waiting() const;

    // No task begins after this. Waits up to `limit` for the one that runs; false if it still does.
    bool stop(Span limit);

private:
    struct State;
    Shared<State> shared_;
};

}  // namespace candor::client
