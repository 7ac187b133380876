// Which events go out where the network costs.
#include <algorithm>

#include "courier/courier.hpp"

namespace candor::courier {
namespace {

// One that was created in the future was so by a clock that has since been put back: it waits no longer.
bool waits_for_free(const outbox::Event& event, Instant now) {
    const bool urgent = event.kind == outbox::EventKind::answer || event.kind == outbox::EventKind::control;
    return !urgent && event.created_at <= now && now - event.created_at < kLongestSaving;
}

}  // namespace

// Answers may lie behind all that only counts, of which there is at most a tenth of the queue: so much more is looked
// at than goes out at a time.
outbox::Request plan_metered_request(Instant now, const Limits& limits) {
    outbox::Request request = plan_request(now, limits);
    request.peek_rows += static_cast<std::size_t>(outbox::Bounds().rows / 10);
    request.peek_bytes += static_cast<std::size_t>(outbox::Bounds().bytes / 10);
    return request;
}

Plan plan_metered(const outbox::State& state, Instant now, std::int64_t& withheld, const Limits& limits) {
    withheld = 0;
    Plan plan = courier::plan(state, now, limits);  // as many as the retry state allows, whichever they are
    if (plan.batch.empty()) return plan;
    const std::size_t rows = plan.batch.size();
    plan.batch.clear();
    plan.wait = kNever;
    std::size_t bytes = 0;
    for (const outbox::Event& event : state.queue) {
        if (is_expired(event, now)) continue;
        if (waits_for_free(event, now)) {
            ++withheld;
            plan.wait = std::min(plan.wait, event.created_at + kLongestSaving - now);
            continue;
        }
        bytes += event.body.size();
        if (plan.batch.size() < rows && (plan.batch.empty() || bytes <= limits.batch_bytes)) {
            outbox::add(plan.batch) = event;
        }
    }
    // Some are held for the open card.
    const bool all_seen = state.totals.rows <= static_cast<std::int64_t>(state.queue.size());
    if (!all_seen) plan.wait = std::min(plan.wait, outbox::kLongestHold);
    return plan;
}

}  // namespace candor::courier
