#include "courier/courier.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace candor::courier {
namespace {

// A record that cannot be read is as good as none: the worst is one try too early.
RetryState stored(const outbox::State& state) {
    const String* bytes = state.find(kRecord);
    if (bytes == nullptr) return {};
    return read_retry_state(*bytes).value_or(RetryState());
}

void put_if_changed(outbox::Change& change, const RetryState& before, const RetryState& after) {
    if (before == after) return;
    outbox::Record& record = outbox::add(change.puts);
    record.key = kRecord;
    record.value = write_retry_state(after);
}

// While something is queued, but held: no longer than a hold may last.
Span until_due(const outbox::Totals& totals, Instant now) {
    if (totals.rows == 0) return kNever;
    return std::clamp<Span>(elapsed(now, totals.next_due), 1, outbox::kLongestHold);
}

bool failed_alone(const List<outbox::Event>& batch, const Acknowledgement& acknowledgement) {
    return batch.size() == 1 &&
           (acknowledgement.outcome == Outcome::poisoned || acknowledgement.outcome == Outcome::too_large);
}

bool is_drop_report(const outbox::Event& event) {
    const Result<json::Value> body = json::parse(event.body);
    const json::Value* type = body ? body->find("type") : nullptr;
    return type != nullptr && type->text() == "candor.dropped";
}

void count_dropped(List<Dropped>& all, const outbox::Event& event, std::string_view reason) {
    if (is_drop_report(event)) return;
    for (Dropped& dropped : all) {
        if (dropped.kind == event.kind && dropped.reason == reason) {
            ++dropped.count;
            return;
        }
    }
    all.push_back({event.kind, reason, 1});
}

const outbox::Event* find(const List<outbox::Event>& events, std::string_view id) {
    for (const outbox::Event& event : events) {
        if (event.id == id) return &event;
    }
    return nullptr;
}

// See settle in the header. Afterwards something must be accepted before an event is dropped again.
void put_aside(Settlement& settlement, const outbox::Event& event, bool proven) {
    settlement.change.removes.push_back(event.id);
    if (event.attempts > 0 && proven) {
        count_dropped(settlement.dropped, event, "poisoned");
        return;
    }
    outbox::Event& again = outbox::add(settlement.change.appends);
    again = event;
    again.attempts = 1;
}

// As it lies in the queue, if it still does: another sender may have put it aside and counted it, where no lock tells
// one of the other. What is not among the peeked stays, and is refused again.
void put_refused_aside(Settlement& settlement, const List<outbox::Event>& queue, const List<Refused>& refused) {
    for (const Refused& one : refused) {
        const outbox::Event* event = find(queue, one.id);
        if (event == nullptr) continue;
        settlement.change.removes.push_back(one.id);
        count_dropped(settlement.dropped, *event, "refused");
    }
}

}  // namespace

bool is_expired(const outbox::Event& event, Instant now) {
    return event.kind >= outbox::EventKind::exposure && elapsed(event.created_at, now) > kLongestAge &&
           !is_drop_report(event);
}

outbox::Request plan_request(Instant now, const Limits& limits) {
    outbox::Request request;
    request.reads.emplace_back(kRecord);
    request.now = now;
    request.peek_rows = limits.batch_rows;
    request.peek_bytes = limits.batch_bytes;
    return request;
}

Plan plan(const outbox::State& state, Instant now, const Limits& limits) {
    Plan plan;
    const RetryState before = stored(state);
    const RetryState retry = at(before, now);
    put_if_changed(plan.change, before, retry);
    plan.stopped = retry.stopped;
    plan.wait = wait(retry, now);
    if (plan.wait > 0) {
        if (state.totals.rows == 0) plan.wait = kNever;
        return plan;
    }
    std::size_t rows = std::min(state.queue.size(), limits.batch_rows);
    if (retry.batch_limit > 0) rows = std::min(rows, static_cast<std::size_t>(retry.batch_limit));
    for (std::size_t i = 0; i < rows; ++i) {
        const outbox::Event& event = state.queue[i];
        if (is_expired(event, now)) {
            plan.change.removes.push_back(event.id);
            count_dropped(plan.dropped, event, "expired");
        } else {
            outbox::add(plan.batch) = event;
        }
    }
    // Nothing but what expired: what is behind it comes next.
    if (plan.batch.empty()) plan.wait = state.queue.empty() ? until_due(state.totals, now) : 1;
    return plan;
}

outbox::Request settle_request(const List<outbox::Event>& batch, const Acknowledgement& acknowledgement, Instant now) {
    outbox::Request request;
    request.reads.emplace_back(kRecord);
    request.now = now;
    if (failed_alone(batch, acknowledgement) || !acknowledgement.refused.empty()) {
        // They were the first that were due; what has become due before them since then lies within one usual batch.
        request.peek_rows = Limits().batch_rows;
        request.peek_bytes = Limits().batch_bytes;
    }
    return request;
}

Settlement settle(const outbox::State& state, const List<outbox::Event>& batch, const Acknowledgement& acknowledgement,
                  Instant now, std::uint32_t random) {
    Settlement settlement;
    const RetryState before = stored(state);
    RetryState after =
        next_state(before, acknowledgement.outcome, acknowledgement.retry_after, batch.size(), now, random);
    settlement.change.removes = acknowledgement.accepted;
    if (!acknowledgement.accepted.empty()) after.proven = true;
    put_refused_aside(settlement, state.queue, acknowledgement.refused);
    if (failed_alone(batch, acknowledgement)) {
        // As it lies in the queue, if it still does: what was erased meanwhile must not come back.
        if (const outbox::Event* event = find(state.queue, batch.front().id)) {
            put_aside(settlement, *event, before.proven);
            after.proven = false;
        }
    }
    put_if_changed(settlement.change, before, after);
    settlement.wait = wait(after, now);
    return settlement;
}

}  // namespace candor::courier
