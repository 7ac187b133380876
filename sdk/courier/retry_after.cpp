#include <algorithm>

#include "base/text.hpp"
#include "courier/retry.hpp"

namespace candor::courier {

std::optional<Span> parse_retry_after(std::string_view value, Instant now) {
    const std::string_view text = trimmed(value);
    if (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        constexpr Span kMost = 1LL << 40;  // seconds; what is longer is as good as that
        Span seconds = 0;
        for (char c : text) seconds = std::min(seconds * 10 + (c - '0'), kMost);
        return seconds * kSecond;
    }
    const auto date = parse_http_date(text, now);
    return date ? std::optional<Span>(elapsed(now, *date)) : std::nullopt;
}

}  // namespace candor::courier
