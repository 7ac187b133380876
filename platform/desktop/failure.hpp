// How the parts report that they could not be made, and the small conversions that all of them need.
#pragma once

#include <cstddef>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include "candor/candor.h"

namespace candor::desktop {

inline std::string_view view_of(candor_string text) {
    return text.data ? std::string_view(text.data, text.size) : std::string_view();
}

inline candor_string string_of(std::string_view text) { return {text.data(), text.size()}; }

// A struct of the API that knows its size and is else zero.
template <typename Struct>
Struct sized() {
    Struct value{};
    value.size = sizeof value;
    return value;
}

// What the caller's struct is too short to hold keeps its default.
template <typename Options>
Options read_options(const Options* given) {
    auto options = sized<Options>();
    if (!given || given->size <= sizeof(size_t)) return options;
    const size_t size = given->size < sizeof(Options) ? given->size : sizeof(Options);
    std::memcpy(&options, given, size);
    options.size = sizeof(Options);
    return options;
}

// Keeps the reason for this thread and points `why` to it.
inline void tell_why(candor_string* why, std::string_view reason) {
    if (!why) return;
    static thread_local std::string kept;
    kept.assign(reason);
    *why = string_of(kept);
}

// Runs `make`; an exception or an empty result becomes NULL and a reason.
template <typename Make>
auto create_or_tell(candor_string* why, Make make) noexcept -> decltype(make()) {
    try {
        tell_why(why, "");
        return make();
    } catch (const std::exception& problem) {
        try {
            tell_why(why, problem.what());
        } catch (...) {
            if (why) *why = candor_text("out of memory");
        }
    } catch (...) {
        if (why) *why = candor_text("unknown failure");
    }
    return nullptr;
}

}  // namespace candor::desktop
