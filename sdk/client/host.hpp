// The host interface of candor.h as the client uses it: copied, completed with the system's own clock and chance where
// the platform has them, and safe to call for what was not given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "candor/candor.h"

namespace candor::client {

// Copies a struct of the API whatever version of it the caller was built with: what its size does not cover is zero.
template <class T>
T sized_copy(const T* from) {
    T copy{};
    if (from != nullptr) {
        const std::size_t size = from->size < sizeof(T) ? from->size : sizeof(T);
        memcpy(&copy, from, size);
        copy.size = sizeof(T);
    }
    return copy;
}

// Writes a struct of the API back no further than the caller's version of it reaches.
template <class T>
void sized_write(const T& value, T* to) {
    const std::size_t theirs = to->size;
    memcpy(to, &value, theirs < sizeof(T) ? theirs : sizeof(T));
    to->size = theirs;
}

inline std::string_view view(candor_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
inline candor_string borrow(std::string_view s) { return {s.data(), s.size()}; }

class Host {
public:
    // `host` may be null. Fails, with what is missing, where the platform has no default for it.
    static std::optional<std::string> check(const candor_host* host);
    explicit Host(const candor_host* host);

    Instant now() const;
    Span monotonic() const;
    RandomBytes random_bytes() const;
    std::uint32_t random_number() const;
    void wake(candor_client client, Span delay) const;

    const candor_http* http() const { return has_http_ ? &http_ : nullptr; }
    const candor_store* store() const { return has_store_ ? &store_ : nullptr; }
    const candor_locks* locks() const { return has_locks_ ? &locks_ : nullptr; }
    const candor_text_host* text() const { return has_text_ ? &text_ : nullptr; }

private:
    candor_host host_{};
    candor_http http_{};
    candor_store store_{};
    candor_locks locks_{};
    candor_text_host text_{};
    bool has_http_ = false, has_store_ = false, has_locks_ = false, has_text_ = false;
};

}  // namespace candor::client
