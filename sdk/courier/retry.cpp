#include "courier/retry.hpp"

#include <algorithm>

#include "base/json_writer.hpp"

namespace candor::courier {
namespace {

constexpr std::int32_t kUnlimited = 0;
constexpr std::int32_t kLargestLimit = 1024;  // a limit that has grown past it is none
constexpr std::int32_t kMostAttempts = 1'000'000;
constexpr Span kLargestSpan = 1LL << 30;  // twelve days: more than any policy wants, and safe to multiply

// Uniform in low..high, both included.
Span between(Span low, Span high, std::uint32_t random) {
    low = std::clamp<Span>(low, 0, kLargestSpan);
    high = std::clamp<Span>(high, low, kLargestSpan);
    const auto width = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<Span>((width * random) >> 32);
}

Span backoff(std::int32_t attempt, std::uint32_t random, const RetryPolicy& policy) {
    const Span longest = std::clamp<Span>(policy.longest, 0, kLargestSpan);
    Span most = std::clamp<Span>(policy.first, 1, kLargestSpan);
    for (std::int32_t i = 0; i < attempt && most < longest; ++i) most *= 2;
    return between(0, std::min(most, longest), random);
}

std::int32_t half(std::size_t batch_size) {
    return static_cast<std::int32_t>(std::clamp<std::size_t>(batch_size / 2, 1, kLargestLimit));
}

std::int32_t grown(std::int32_t limit) {
    return limit == kUnlimited || limit >= kLargestLimit / 2 ? kUnlimited : limit * 2;
}

bool is_progress(Outcome outcome) { return outcome == Outcome::delivered || outcome == Outcome::partial; }

Span longest_wait(const RetryPolicy& policy) {
    return std::max({policy.longest, policy.unauthorized, policy.longest_retry_after});
}

}  // namespace

RetryState next_state(const RetryState& state, Outcome outcome, std::optional<Span> retry_after, std::size_t batch_size,
                      Instant now, std::uint32_t random, const RetryPolicy& policy) {
    RetryState next = state;
    Span span = 0;
    if (is_progress(outcome)) {
        next.attempt = 0;
        next.batch_limit = grown(state.batch_limit);
    } else {
        span = outcome == Outcome::unauthorized ? between(policy.unauthorized / 2, policy.unauthorized, random)
                                                : backoff(state.attempt, random, policy);
        next.attempt = std::min(state.attempt + 1, kMostAttempts);
    }
    if (outcome == Outcome::too_large || outcome == Outcome::poisoned) next.batch_limit = half(batch_size);
    if (outcome == Outcome::gone) next.stopped = true;
    if (retry_after) span = std::max(span, std::min(*retry_after, policy.longest_retry_after));

    next.wait_from = span > 0 ? now : 0;
    next.not_before = span > 0 ? later(now, span) : 0;
    return next;
}

RetryState at(const RetryState& state, Instant now, const RetryPolicy& policy) {
    RetryState moved = state;
    const Span span = std::min(elapsed(state.wait_from, state.not_before), longest_wait(policy));
    moved.wait_from = std::min(state.wait_from, now);
    moved.not_before = later(moved.wait_from, span);
    return moved;
}

Span wait(const RetryState& state, Instant now, const RetryPolicy& policy) {
    return state.stopped ? kNever : elapsed(now, at(state, now, policy).not_before);
}

String write_retry_state(const RetryState& state) {
    json::Writer out;
    out.object().whole("attempt", state.attempt).whole("from", state.wait_from).whole("until", state.not_before);
    out.whole("limit", state.batch_limit).boolean("stopped", state.stopped).boolean("proven", state.proven).end();
    return out.take();
}

std::optional<RetryState> read_retry_state(std::string_view bytes) {
    const Result<json::Value> value = json::parse(bytes);
    if (!value) return {};
    constexpr Instant kEarliest = std::numeric_limits<Instant>::min();
    json::Object object(*value, "", json::Reading::field);
    RetryState state;
    state.attempt = static_cast<std::int32_t>(object.integer("attempt", 0, kMostAttempts));
    state.wait_from = object.integer("from", kEarliest, kNever);
    state.not_before = object.integer("until", kEarliest, kNever);
    state.batch_limit = static_cast<std::int32_t>(object.integer("limit", 0, kLargestLimit));
    state.stopped = object.boolean("stopped", false);
    state.proven = object.boolean("proven", false);
    return object.ok() ? std::optional(state) : std::nullopt;
}

}  // namespace candor::courier
