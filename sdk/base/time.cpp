#include "base/time.hpp"

#include <algorithm>

namespace candor {

Span elapsed(Instant then, Instant now) {
    if (now <= then) return 0;
    // In unsigned numbers the difference always fits; as a span it may not.
    const auto difference = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(then);
    return static_cast<Span>(std::min(difference, static_cast<std::uint64_t>(kNever)));
}

Instant later(Instant instant, Span span) {
    if (instant == kNever) return kNever;
    if (span > 0 && instant > kNever - span) return kNever;
    constexpr Instant kFirst = std::numeric_limits<Instant>::min();
    if (span < 0 && instant < kFirst - span) return kFirst;
    return instant + span;
}

}  // namespace candor
