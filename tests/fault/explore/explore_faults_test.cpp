// The exploration finds what it is there to find: each fault that other senders were seen with, put into the courier,
// breaks a promise within a few deeds.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/json.hpp"
#include "explorer.hpp"
#include "scenarios.hpp"

using namespace candor;
using namespace candor::courier;
using namespace candor::explore;
using outbox::Event;
using outbox::State;

namespace {

constexpr int kDepth = 11;

void breaks(const Scenario& scenario, const Sender& sender, const std::string& promise) {
    const Found found = explore_all(scenario, sender, kDepth);
    INFO(found.fault);
    CHECK(found.fault.find(promise) == 0);
}

void remove_all(outbox::Change& change, const List<Event>& batch) {
    change.removes.clear();
    for (const Event& event : batch) change.removes.push_back(event.id);
}

}  // namespace

TEST_CASE("explored with a fault: a busy server's batch is thrown away") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        if (read.outcome == Outcome::busy) remove_all(settled.change, batch);
        return settled;
    };
    breaks(one_sender(), sender, "removed, not taken, and not counted");
}

TEST_CASE("explored with a fault: what a server names is taken for all that was sent") {
    Sender sender = real_sender();
    sender.acknowledge = [](const List<Event>& batch, const HttpResponse& response, Instant now) {
        Acknowledgement read = candor_acknowledgement(batch, response, now);
        if (read.outcome != Outcome::partial) return read;
        read.accepted.clear();
        for (const Event& event : batch) read.accepted.push_back(event.id);
        return read;
    };
    breaks(one_sender(), sender, "removed as accepted, and the server never took it");
}

TEST_CASE("explored with a fault: any 200 acknowledges") {
    Sender sender = real_sender();
    sender.acknowledge = [](const List<Event>& batch, const HttpResponse& response, Instant now) {
        Acknowledgement read = candor_acknowledgement(batch, response, now);
        if (response.status != 200) return read;
        read.outcome = Outcome::delivered;
        read.accepted.clear();
        for (const Event& event : batch) read.accepted.push_back(event.id);
        return read;
    };
    breaks(one_sender(), sender, "removed as accepted, and the server never took it");
}

TEST_CASE("explored with a fault: a batch leaves the queue when it is sent") {
    Sender sender = real_sender();
    sender.plan = [](const State& state, Instant now) {
        Plan made = plan(state, now);
        remove_all(made.change, made.batch);
        return made;
    };
    breaks(one_sender(), sender, "planning changes the queue");
}

TEST_CASE("explored with a fault: how long to wait is kept in memory alone") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        settled.change.puts.clear();
        return settled;
    };
    breaks(one_sender(), sender, "sent before the wait was over");
}

TEST_CASE("explored with a fault: a new answer ends the wait") {
    Sender sender = real_sender();
    sender.event_ends_wait = true;
    breaks(one_sender(), sender, "sent before the wait was over");
}

TEST_CASE("explored with a fault: the server's wish is not heard") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Acknowledgement deaf = read;
        deaf.retry_after.reset();
        return settle(state, batch, deaf, now, random);
    };
    breaks(one_sender(), sender, "a wait that is too short");
}

TEST_CASE("explored with a fault: the lock is given back while the answer is awaited") {
    Sender sender = real_sender();
    sender.lock_outlasts_sending = false;
    breaks(one_sender(), sender, "two senders at once");
}

TEST_CASE("explored with a fault: a revision takes the place of the one before in two commits") {
    Sender sender = real_sender();
    sender.revision_in_one_commit = false;
    breaks(one_sender(), sender, "an accepted answer is neither queued nor at the server");
}

TEST_CASE("explored with a fault: each try has ids of its own") {
    Sender sender = real_sender();
    sender.request = [](const List<Event>& batch, Instant now) {
        HttpRequest request = candor_request(batch, {"http://collector.test/v1/events", "key"}, now);
        const std::size_t id = request.body.find("\"id\":\"");
        return request.body.insert(id + 6, "new-"), request;
    };
    breaks(one_sender(), sender, "what is sent is not what was queued");
}

TEST_CASE("explored with a fault: an event that fails is dropped at once") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        if (settled.change.appends.empty()) return settled;
        settled.change.appends.clear();
        settled.dropped = {{batch[0].kind, "poisoned", 1}};
        return settled;
    };
    breaks(poison(), sender, "dropped at its first failure");
}

TEST_CASE("explored with a fault: an event that failed twice is dropped though the server refuses everything") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        if (settled.change.appends.empty() || settled.change.appends[0].attempts < 1 || batch[0].attempts == 0) {
            return settled;
        }
        settled.change.appends.clear();
        settled.dropped = {{batch[0].kind, "poisoned", 1}};
        return settled;
    };
    Scenario scenario = poison();
    scenario.events.resize(1);
    scenario.queued = 1;
    breaks(scenario, sender, "dropped, and nothing was accepted meanwhile");
}

TEST_CASE("explored with a fault: what is dropped is not counted") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        settled.dropped.clear();
        return settled;
    };
    breaks(refusal(), sender, "removed, not taken, and not counted");
}

TEST_CASE("explored with a fault: an event that fails is queued anew, wherever it is by then") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        if (batch.size() == 1 && read.outcome == Outcome::too_large && settled.change.appends.empty() &&
            settled.dropped.empty()) {
            settled.change.appends.push_back(batch[0]);
        }
        return settled;
    };
    breaks(two_senders(), sender, "what had left the queue is back");
}

TEST_CASE("explored with a fault: a batch that fails is sent again as it was") {
    Sender sender = real_sender();
    sender.settle = [](const State& state, const List<Event>& batch, const Acknowledgement& read, Instant now,
                       std::uint32_t random) {
        Settlement settled = settle(state, batch, read, now, random);
        for (outbox::Record& record : settled.change.puts) {
            RetryState whole = *read_retry_state(record.value);
            whole.batch_limit = 0;
            record.value = write_retry_state(whole);
        }
        return settled;
    };
    breaks(poison(), sender, "the queue never drains");
}

TEST_CASE("explored with a fault: a wait is an instant and nothing else") {
    Sender sender = real_sender();
    sender.plan = [](const State& state, Instant now) {
        const String* bytes = state.find(kRecord);
        if (bytes == nullptr) return plan(state, now);
        const RetryState stored = *read_retry_state(*bytes);
        if (stored.not_before <= now) return plan(state, now);
        Plan waits;
        waits.wait = stored.not_before - now;
        return waits;
    };
    breaks(wrong_clock(), sender, "a wait of more than a day");
}

TEST_CASE("explored with a fault: nobody looks again for what is held") {
    Sender sender = real_sender();
    sender.plan = [](const State& state, Instant now) {
        Plan made = plan(state, now);
        if (made.batch.empty() && state.queue.empty()) made.wait = kNever;
        return made;
    };
    breaks(one_sender(), sender, "something is queued and nobody looks again");
}
