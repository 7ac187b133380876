#include "client/executor.hpp"

#include <deque>
#include <utility>

#ifndef __EMSCRIPTEN__
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#endif

namespace candor::client {

#ifdef __EMSCRIPTEN__

struct Executor::Shared {
    std::deque<Task> tasks;
    Task wanted;
    bool stopped = false;
};

Executor::Executor(Task wanted) : shared_(std::make_shared<Shared>()) { shared_->wanted = std::move(wanted); }
Executor::~Executor() { stop(0); }

void Executor::post(Task task) {
    if (shared_->stopped) return;
    shared_->tasks.push_back(std::move(task));
    shared_->wanted();
}

bool Executor::waiting() const { return !shared_->tasks.empty(); }

void Executor::set_alarm(Span, Task) {}

void Executor::run() {
    const std::shared_ptr<Shared> shared = shared_;  // a task may end the client
    for (std::size_t left = shared->tasks.size(); left > 0 && !shared->tasks.empty(); --left) {
        const Task task = std::move(shared->tasks.front());
        shared->tasks.pop_front();
        task();
    }
}

bool Executor::stop(Span) {
    shared_->stopped = true;
    shared_->tasks.clear();
    return true;
}

#else

struct Executor::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Task> tasks;
    Task on_alarm;
    std::chrono::steady_clock::time_point alarm = std::chrono::steady_clock::time_point::max();
    bool stopping = false;
    bool finished = false;

    void work() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            if (!tasks.empty()) {
                Task task = std::move(tasks.front());
                tasks.pop_front();
                run_unlocked(lock, std::move(task));
            } else if (std::chrono::steady_clock::now() >= alarm) {
                alarm = std::chrono::steady_clock::time_point::max();
                run_unlocked(lock, std::exchange(on_alarm, nullptr));
            } else if (alarm == std::chrono::steady_clock::time_point::max()) {
                changed.wait(lock);
            } else {
                changed.wait_until(lock, alarm);
            }
        }
        std::deque<Task> dropped = std::move(tasks);
        dropped.push_back(std::exchange(on_alarm, nullptr));
        lock.unlock();
        dropped.clear();  // a task's captures may take locks of their own when they go
        lock.lock();
        finished = true;
        changed.notify_all();
    }

    static void run_unlocked(std::unique_lock<std::mutex>& lock, Task task) {
        lock.unlock();
        task();
        task = nullptr;  // its captures go before the lock is taken again
        lock.lock();
    }
};

Executor::Executor(Task) : shared_(std::make_shared<Shared>()) {
    // Detached and holding its own state: an end that does not wait for a host call that never returns stays safe.
    std::thread([shared = shared_] { shared->work(); }).detach();
}

Executor::~Executor() { stop(0); }

void Executor::post(Task task) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stopping) return;
    shared_->tasks.push_back(std::move(task));
    shared_->changed.notify_all();
}

void Executor::set_alarm(Span delay, Task task) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stopping) return;
    std::swap(shared_->on_alarm, task);
    constexpr Span kLongest = kDay;  // looked at anew then
    using Clock = std::chrono::steady_clock;
    shared_->alarm = delay == kNever ? Clock::time_point::max()
                                     : Clock::now() + std::chrono::milliseconds(delay < kLongest ? delay : kLongest);
    shared_->changed.notify_all();
}

void Executor::run() {}

bool Executor::waiting() const { return false; }

bool Executor::stop(Span limit) {
    std::unique_lock lock(shared_->mutex);
    shared_->stopping = true;
    shared_->changed.notify_all();
    const auto& shared = *shared_;
    return shared_->changed.wait_for(lock, std::chrono::milliseconds(limit), [&] { return shared.finished; });
}

#endif

}  // namespace candor::client
