// The host interface of candor.h as the client uses it: copied, completed with the system's own clock and chance where
// the platform has them, and safe to call for what was not given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "candor/candor.h"

namespace candor::client {

// What a function hands out until the thread calls it again. A page has one thread, and no end at which to clean up:
// there the destructors of thread_local variables would be code that never runs.
#ifdef __EMSCRIPTEN__
#define CANDOR_KEPT [[clang::no_destroy]] static
#else
#define CANDOR_KEPT static thread_local
#endif

// Copies a struct of the API whatever version of it the caller was built with: what its size does not cover is zero.
// All zero when `from` is null.
void copy_sized(void* to, std::size_t size, const void* from);
template <class T>
T sized_copy(const T* from) {
    T copy;
    copy_sized(&copy, sizeof copy, from);
    return copy;
}

// Writes a struct of the API back no further than the caller's version of it reaches.
template <class T>
void sized_write(const T& value, T* to) {
    const std::size_t theirs = to->size;
    memcpy(to, &value, theirs < sizeof(T) ? theirs : sizeof(T));
    to->size = theirs;
}

// On a page wasm/src/packet.ts writes them: where there is no text there is no size.
#ifdef __EMSCRIPTEN__
inline std::string_view view(candor_string s) { return {s.data, s.size}; }
#else
inline std::string_view view(candor_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
#endif
inline candor_string borrow(std::string_view s) { return {s.data(), s.size()}; }

class Host {
public:
    // `host` may be null.
    explicit Host(const candor_host* host);
    // What the platform has no default for and was not given; null: nothing.
    const char* missing() const;

    Instant now() const;
    Span monotonic() const;
    RandomBytes random_bytes() const;
    std::uint32_t random_number() const;
    void wake(candor_client client, Span delay) const;

    const candor_http* http() const { return given(http_); }
    const candor_store* store() const { return given(store_); }
    const candor_locks* locks() const { return given(locks_); }
    const candor_text_host* text() const { return given(text_); }

private:
    template <class Part>
    static const Part* given(const Part& part) {
        return part.size != 0 ? &part : nullptr;
    }

    candor_host host_;
    candor_http http_;
    candor_store store_;
    candor_locks locks_;
    candor_text_host text_;
};

}  // namespace candor::client
