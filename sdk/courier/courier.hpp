// The courier: which events go out next, and what an answer means for the queue. It owns no socket and no timer.
//
// One round, told as steps that the client runs:
//   1. transact(plan_request(now), …): the step calls plan(state, now), keeps the Plan and returns its `change`
//      -> a batch to send now, or the span to wait.
//   2. the client sends candor_request(batch) through the host.
//   3. transact(settle_request(batch, acknowledgement, now), …): the step calls settle(…), appends one candor.dropped
//   event to its `change` for each
//      of its `dropped`, and returns it: what was acknowledged goes, what was put aside is counted, and the next retry
//      state is written, in one commit.
// A crash between 2 and 3 sends the same events with the same ids once more; the collector counts them once. A batch
// that was planned before an erase_everything must not be settled after it: its retry state and counts would outlive
// the erasure.
#pragma once

#include <string>

#include "base/list.hpp"
#include "courier/retry.hpp"
#include "courier/wire.hpp"
#include "outbox/store.hpp"

namespace candor::courier {

struct Limits {
    std::size_t batch_rows = kBatchRows;
    std::size_t batch_bytes = 256u << 10;
};

// What left the queue without being delivered, summed up by kind and reason: the data of one candor.dropped event.
struct Dropped {
    outbox::EventKind kind = outbox::EventKind::other;
    // "refused": the collector named it as rejected; "poisoned": it failed alone, twice; "expired": it became too old
    std::string_view reason;
    std::int64_t count = 0;

    bool operator==(const Dropped&) const = default;
};

// What only counts is of no use when it comes later than this. Answers, deletion requests and reports of what was
// dropped never become too old.
constexpr Span kLongestAge = 90 * kDay;
bool is_expired(const outbox::Event& event, Instant now);

struct Plan {
    List<outbox::Event> batch;  // empty: nothing to send now
    Span wait = kNever;         // until it is worth planning again; kNever: when an event is appended
    bool stopped = false;       // the collector said 410
    outbox::Change change;      // to be returned by the step; empty unless the clock was found put back
    List<Dropped> dropped;      // to be appended to `change` as events, as with a settlement
};

struct Settlement {
    outbox::Change change;  // to be returned by the step
    List<Dropped> dropped;  // to be appended to `change` as events, whose id, time and source are the client's
    Span wait = 0;          // until the next try may be; kNever: stopped
};

// The record under which the retry state lies.
inline constexpr std::string_view kRecord = "courier";

// Of what it sees it takes out what has become too old: nothing older is ever sent.
outbox::Request plan_request(Instant now, const Limits& limits = {});
Plan plan(const outbox::State& state, Instant now, const Limits& limits = {});

// The same where the network costs: answers and control events go at once, others wait for a network that costs
// nothing, at most kLongestSaving. `withheld`: how many do. (Of their own, for a page has no bytes for them.)
constexpr Span kLongestSaving = kDay;
outbox::Request plan_metered_request(Instant now, const Limits& limits = {});
Plan plan_metered(const outbox::State& state, Instant now, std::int64_t& withheld, const Limits& limits = {});

outbox::Request settle_request(const List<outbox::Event>& batch, const Acknowledgement& acknowledgement, Instant now);

// An event that fails alone (400, 422, 413) goes to the end of the queue, so that it holds up no other; it is dropped
// when it fails alone again and the collector has accepted something in between. A collector that refuses everything
// therefore empties nothing. A refused candor.dropped is not reported by another: that would never end.
Settlement settle(const outbox::State& state, const List<outbox::Event>& batch, const Acknowledgement& acknowledgement,
                  Instant now, std::uint32_t random);

}  // namespace candor::courier
