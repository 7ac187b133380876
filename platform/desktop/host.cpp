// HTTP, text and wake-ups as one candor_host.
#include <SDL_events.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "candor/desktop.h"
#include "desktop/failure.hpp"
#include "desktop/process.hpp"
#include "desktop/thread.hpp"

namespace candor::desktop {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kLongestDelay = 24LL * 60 * 60 * 1000;

// One type for the process: SDL has few of them.
uint32_t wake_event_type() {
    static const uint32_t type = SDL_RegisterEvents(1);
    if (type == static_cast<uint32_t>(-1)) throw std::runtime_error("SDL has no event types left");
    return type;
}

struct HttpDeleter {
    void operator()(candor_desktop_http* http) const { candor_desktop_http_destroy(http); }
};
struct TextDeleter {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

}  // namespace

// Pushes an SDL event when a client's wake-up is due. A thread of its own, not SDL's timer: that one may still run its
// callback after it was removed.
class Alarm {
public:
    explicit Alarm(uint32_t event_type) : event_type_(event_type), thread_(thread_without_signals([this] { run(); })) {}

    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    ~Alarm() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    void set(candor_client client, int64_t delay) {
        {
            const std::lock_guard lock(mutex_);
            const int64_t wait = delay < 0 ? 0 : delay < kLongestDelay ? delay : kLongestDelay;
            due_[client] = Clock::now() + std::chrono::milliseconds(wait);
        }
        changed_.notify_one();
    }

private:
    // The earliest of all; a client's entry goes when it was served.
    std::map<candor_client, Clock::time_point>::iterator earliest() {
        auto first = due_.begin();
        for (auto each = due_.begin(); each != due_.end(); ++each) {
            if (each->second < first->second) first = each;
        }
        return first;
    }

    bool push() const {
        if (SDL_HasEvent(event_type_)) return true;
        SDL_Event event{};
        event.type = event_type_;
        return SDL_PushEvent(&event) >= 0;
    }

    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (due_.empty()) {
                changed_.wait(lock);
                continue;
            }
            const auto next = earliest();
            if (next->second > Clock::now()) {
                const Clock::time_point until = next->second;
                changed_.wait_until(lock, until);
                continue;
            }
            const candor_client client = next->first;
            due_.erase(next);
            lock.unlock();
            const bool pushed = push();
            lock.lock();
            if (!pushed) due_.emplace(client, Clock::now() + std::chrono::milliseconds(20));
        }
    }

    const uint32_t event_type_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<candor_client, Clock::time_point> due_;
    bool stopping_ = false;
    std::thread thread_;
};

namespace {

void wake(void* context, candor_client client, int64_t delay) {
    try {
        static_cast<Alarm*>(context)->set(client, delay);
    } catch (...) {
        // Out of memory: the next event of any kind brings the tick.
    }
}

std::runtime_error failure(const char* part, candor_string why) {
    return std::runtime_error(std::string(part) + ": " + std::string(view_of(why)));
}

}  // namespace
}  // namespace candor::desktop

struct candor_desktop_host {
    explicit candor_desktop_host(uint32_t event_type) : type(event_type), alarm(event_type) {}

    const candor::desktop::Process process;
    uint32_t type;
    std::unique_ptr<candor_desktop_http, candor::desktop::HttpDeleter> http;
    std::unique_ptr<candor_desktop_text, candor::desktop::TextDeleter> text;
    candor::desktop::Alarm alarm;
    candor_host interface {};
};

candor_desktop_host* candor_desktop_host_create(const candor_desktop_host_options* options, candor_string* why) {
    using namespace candor::desktop;
    return create_or_tell(why, [&] {
        const candor_desktop_host_options wanted = read_options(options);
        auto host = std::make_unique<candor_desktop_host>(wake_event_type());
        candor_string reason{};
        host->http.reset(candor_desktop_http_create(wanted.http, &reason));
        if (!host->http) throw failure("HTTP", reason);
        host->text.reset(candor_desktop_text_create(wanted.text, &reason));
        if (!host->text) throw failure("text", reason);
        host->interface.size = sizeof(candor_host);
        host->interface.context = &host->alarm;
        host->interface.wake = wake;
        host->interface.http = candor_desktop_http_interface(host->http.get());
        host->interface.text = candor_desktop_text_interface(host->text.get());
        return host.release();
    });
}

void candor_desktop_host_destroy(candor_desktop_host* host) {
    if (host && !host->process.is_another()) delete host;  // a forked child has none of its threads to end
}

const candor_host* candor_desktop_host_interface(candor_desktop_host* host) {
    return host ? &host->interface : nullptr;
}

candor_desktop_text* candor_desktop_host_text(candor_desktop_host* host) { return host ? host->text.get() : nullptr; }

uint32_t candor_desktop_host_wake_event(const candor_desktop_host* host) { return host ? host->type : 0; }
