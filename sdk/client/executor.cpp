#include "client/executor.hpp"

#include <utility>

#include "base/list.hpp"
#include "base/shared.hpp"
#include "client/sync.hpp"

#ifndef __EMSCRIPTEN__
#include <chrono>
#include <thread>
#endif

namespace candor::client {
namespace {

using Tasks = List<std::unique_ptr<Task>>;

void run_task(Task& task) { task.run(*task.client, task); }

}  // namespace

#ifdef __EMSCRIPTEN__

struct Executor::State {
    Tasks tasks;
    bool stopped = false;
};

Executor::Executor() : shared_(make_shared<State>()) {}
Executor::~Executor() { stop(0); }

void Executor::post(std::unique_ptr<Task> task) {
    if (!shared_->stopped) shared_->tasks.push_back(std::move(task));
}

bool Executor::waiting() const { return !shared_->tasks.empty(); }

void Executor::set_alarm(Span, std::unique_ptr<Task>) {}

void Executor::run() {
    const Shared<State> shared = shared_;  // a task may end the client
    Tasks tasks;
    tasks.swap(shared->tasks);
    for (const std::unique_ptr<Task>& task : tasks) {
        if (!shared->stopped) run_task(*task);
    }
}

bool Executor::stop(Span) {
    shared_->stopped = true;
    Tasks dropped;
    dropped.swap(shared_->tasks);
    return true;
}

#else

struct Executor::State {
    std::mutex mutex;
    std::condition_variable changed;
    Tasks tasks;
    std::unique_ptr<Task> on_alarm;
    std::chrono::steady_clock::time_point alarm = std::chrono::steady_clock::time_point::max();
    bool stopping = false;
    bool finished = false;

    void work() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            if (!tasks.empty()) {
                run_all(lock, std::exchange(tasks, {}));
            } else if (std::chrono::steady_clock::now() >= alarm) {
                alarm = std::chrono::steady_clock::time_point::max();
                run_unlocked(lock, std::exchange(on_alarm, nullptr));
            } else if (alarm == std::chrono::steady_clock::time_point::max()) {
                changed.wait(lock);
            } else {
                changed.wait_until(lock, alarm);
            }
        }
        Tasks dropped = std::move(tasks);
        dropped.push_back(std::exchange(on_alarm, nullptr));
        lock.unlock();
        dropped.clear();  // what tasks hold may take locks of its own when it goes
        lock.lock();
        finished = true;
        changed.notify_all();
    }

    void run_all(std::unique_lock<std::mutex>& lock, Tasks taken) const {
        for (std::unique_ptr<Task>& task : taken) {
            if (stopping) break;
            run_unlocked(lock, std::move(task));
        }
        lock.unlock();
        taken.clear();
        lock.lock();
    }

    static void run_unlocked(std::unique_lock<std::mutex>& lock, std::unique_ptr<Task> task) {
        lock.unlock();
        if (task != nullptr) run_task(*task);
        task.reset();  // what it holds goes before the lock is taken again
        lock.lock();
    }
};

Executor::Executor() : shared_(make_shared<State>()) {
    // Detached and holding its own state: an end that does not wait for a host call that never returns stays safe.
    std::thread([shared = shared_] { shared->work(); }).detach();
}

Executor::~Executor() { stop(0); }

void Executor::post(std::unique_ptr<Task> task) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stopping) return;
    shared_->tasks.push_back(std::move(task));
    shared_->changed.notify_all();
}

void Executor::set_alarm(Span delay, std::unique_ptr<Task> task) {
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
