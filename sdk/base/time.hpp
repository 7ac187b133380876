// Instants and spans. Instants are UTC milliseconds since 1970 in 64 bits, never time_t; spans are milliseconds.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/string.hpp"

namespace candor {

using Instant = std::int64_t;
using Span = std::int64_t;

constexpr Span kSecond = 1000;
constexpr Span kMinute = 60 * kSecond;
constexpr Span kHour = 60 * kMinute;
constexpr Span kDay = 24 * kHour;
constexpr Instant kNever = std::numeric_limits<Instant>::max();

// max(0, now - then): a clock set back adds nothing. Saturates.
Span elapsed(Instant then, Instant now);

// instant + span without overflow; kNever stays kNever.
Instant later(Instant instant, Span span);

// "2026-11-22T07:00:00.000Z", for any 64-bit instant in the years 0 to 9999; clamped outside.
String rfc3339(Instant instant);

// "2026-11-22" in UTC.
String utc_day(Instant instant);

// The instant of "2026-11-22" (midnight UTC), "2026-11-22T07:00:00Z", "…T07:00:00.123+05:30"; nothing for other text.
// Digits of the second beyond the third are dropped; a leap second is the next minute's beginning.
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace candor
