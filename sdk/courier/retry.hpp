// When to send next, as a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/string.hpp"
#include "base/time.hpp"

namespace candor::courier {

// What an exchange came to, as far as retrying is concerned.
enum class Outcome {
    delivered,     // all of the batch was acknowledged or put aside
    partial,       // some of it was neither: send the rest
    unreachable,   // no answer, or one that is no acknowledgement (a captive portal, HTML, a redirect)
    busy,          // 408, 425, 429, 5xx
    too_large,     // 413: halve the batch
    poisoned,      // 400, 422: halve the batch until one event is left, then put it aside
    unauthorized,  // 401, 403: wait long
    gone,          // 410: the project has ended, stop
};

// Persisted between runs, so that a restart shortens no wait.
struct RetryState {
    std::int32_t attempt = 0;      // failures in a row
    Instant wait_from = 0;         // when the wait was set
    Instant not_before = 0;        // when the next try may be
    std::int32_t batch_limit = 0;  // events in the next batch at most; 0: the usual number
    bool stopped = false;
    bool proven = false;  // something was accepted since an event last failed alone

    bool operator==(const RetryState&) const = default;
};

struct RetryPolicy {
    Span first = 2 * kSecond;  // doubling from here,
    Span longest = kHour;      // to here, full jitter
    Span unauthorized = 6 * kHour;
    Span longest_retry_after = 24 * kHour;
};

// `random` is uniform in 0..2^32-1. `retry_after`: the server's wish, as a span from now.
RetryState next_state(const RetryState& state, Outcome outcome, std::optional<Span> retry_after, std::size_t batch_size,
                      Instant now, std::uint32_t random, const RetryPolicy& policy = {});

// The state with a wait that was set by a clock since put back moved to now, so that it costs at most one full wait. To
// be written back when it differs.
RetryState at(const RetryState& state, Instant now, const RetryPolicy& policy = {});

// How long until the next try may be; 0: now; kNever when stopped. An instant that lies further ahead than the longest
// wait of the policy was set by a clock that has since been put back: it then counts from now, at most once the longest
// wait.
Span wait(const RetryState& state, Instant now, const RetryPolicy& policy = {});

// An HTTP date in any of its three forms (RFC 9110, 5.6.7); `now` places the two-digit year of the old one.
std::optional<Instant> parse_http_date(std::string_view value, Instant now);

// "120" or an HTTP date, as a span from `now`; nothing for what is neither.
std::optional<Span> parse_retry_after(std::string_view value, Instant now);

String write_retry_state(const RetryState& state);
std::optional<RetryState> read_retry_state(std::string_view bytes);  // nothing when it cannot be read

}  // namespace candor::courier
