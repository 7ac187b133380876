#include "client/host.hpp"

#include "client/system.hpp"

namespace candor::client {

// Each struct begins with its size. Not inlined: for a size that is known it would be a row of stores, many times.
[[gnu::noinline]] void copy_sized(void* to, std::size_t size, const void* from) {
    memset(to, 0, size);
    if (from == nullptr) return;
    std::size_t theirs = 0;
    memcpy(&theirs, from, sizeof theirs);
    memcpy(to, from, theirs < size ? theirs : size);
    memcpy(to, &size, sizeof size);
}

Host::Host(const candor_host* host) {
    copy_sized(&host_, sizeof host_, host);
    copy_sized(&http_, sizeof http_, host_.http);
    copy_sized(&store_, sizeof store_, host_.store);
    copy_sized(&locks_, sizeof locks_, host_.locks);
    copy_sized(&text_, sizeof text_, host_.text);
}

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
