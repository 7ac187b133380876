// Mutex and condition of the client. On the web there is one thread, and they are nothing.
#pragma once

#ifndef __EMSCRIPTEN__
#include <condition_variable>
#include <mutex>
#endif

namespace candor::client {

#ifdef __EMSCRIPTEN__

constexpr bool kThreaded = false;
struct Mutex {
    void lock() {}
    void unlock() {}
};
struct Lock {
    explicit Lock(Mutex&) {}
};
struct Condition {
    void notify_all() {}
};

#else

constexpr bool kThreaded = true;
using Mutex = std::mutex;
using Lock = std::lock_guard<std::mutex>;
using Condition = std::condition_variable;

#endif

}  // namespace candor::client
