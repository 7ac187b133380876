#include "client/host.hpp"

#include "client/system.hpp"

namespace candor::client {

std::optional<std::string> Host::check(const candor_host* host) {
    const candor_host given = sized_copy(host);
    if (!kSystemHasClock && (given.now == nullptr || given.monotonic == nullptr || given.random == nullptr)) {
        return "host.now, host.monotonic and host.random are required on this platform";
    }
    const candor_http http = sized_copy(given.http);
    if (given.http != nullptr && http.send == nullptr) return "host.http.send is required";
    const candor_store store = sized_copy(given.store);
    if (given.store != nullptr && store.transact == nullptr) return "host.store.transact is required";
    const candor_locks locks = sized_copy(given.locks);
    if (given.locks != nullptr && (locks.acquire == nullptr || locks.release == nullptr)) {
        return "host.locks.acquire and host.locks.release are required";
    }
    const candor_text_host text = sized_copy(given.text);
    if (given.text != nullptr && (text.metrics == nullptr || text.lines == nullptr)) {
        return "host.text.metrics and host.text.lines are required";
    }
    return std::nullopt;
}

Host::Host(const candor_host* host)
    : host_(sized_copy(host)),
      http_(sized_copy(host_.http)),
      store_(sized_copy(host_.store)),
      locks_(sized_copy(host_.locks)),
      text_(sized_copy(host_.text)),
      has_http_(host_.http != nullptr),
      has_store_(host_.store != nullptr),
      has_locks_(host_.locks != nullptr),
      has_text_(host_.text != nullptr) {}

Instant Host::now() const { return host_.now ? host_.now(host_.context) : system_now(); }

Span Host::monotonic() const { return host_.monotonic ? host_.monotonic(host_.context) : system_monotonic(); }

RandomBytes Host::random_bytes() const {
    RandomBytes bytes{};
    if (host_.random) {
        host_.random(host_.context, bytes.data(), bytes.size());
    } else {
        system_random(bytes.data(), bytes.size());
    }
    return bytes;
}

std::uint32_t Host::random_number() const {
    const RandomBytes bytes = random_bytes();
    std::uint32_t number = 0;
    memcpy(&number, bytes.data(), sizeof number);
    return number;
}

void Host::wake(candor_client client, Span delay) const {
    if (host_.wake) host_.wake(host_.context, client, delay);
}

}  // namespace candor::client
