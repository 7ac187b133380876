// Rounds of the courier over a memory store and a made-up collector.
#include "courier/courier.hpp"

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <set>

#include "base/json.hpp"

using namespace candor;
using namespace candor::courier;
using outbox::Event;
using outbox::EventKind;

namespace {

using Ids = List<String>;

Event event(const std::string& id, EventKind kind = EventKind::answer, Instant hold_until = 0) {
    return {id, "{\"id\":\"" + id + "\",\"type\":\"candor.response\"}", kind, 1'790'000'000'000, hold_until, 0};
}

Ids ids(const List<Event>& events) {
    Ids out;
    for (const Event& e : events) out.push_back(e.id);
    return out;
}

std::string all_accepted(const Ids& batch) {
    json::Value accepted{json::Array{}};
    for (const String& id : batch) accepted.push(id);
    json::Value answer{json::Members{}};
    answer.set("accepted", accepted);
    return json::dump(answer);
}

// A store with its courier, and a clock that moves when told to.
class Round {
public:
    Instant now = 1'790'000'000'000;
    std::uint32_t random = 0xffffffff;
    List<Dropped> dropped;
    std::int64_t withheld = 0;

    void append(List<Event> events) {
        outbox::Change change;
        change.appends = std::move(events);
        commit({}, [&](const outbox::State&) { return change; });
    }

    Plan plan_now(const Limits& limits = {}) {
        Plan made;
        commit(plan_request(now, limits), [&](const outbox::State& state) {
            made = plan(state, now, limits);
            return made.change;
        });
        dropped.append(made.dropped.begin(), made.dropped.end());
        return made;
    }

    Plan plan_where_it_costs() {
        Plan made;
        commit(plan_metered_request(now), [&](const outbox::State& state) {
            made = plan_metered(state, now, withheld);
            return made.change;
        });
        return made;
    }

    Span settle_with(const List<Event>& batch, const HttpResponse& response) {
        const Acknowledgement read = candor_acknowledgement(batch, response, now);
        Settlement settled;
        commit(settle_request(batch, read, now), [&](const outbox::State& state) {
            settled = settle(state, batch, read, now, random);
            return settled.change;
        });
        dropped.append(settled.dropped.begin(), settled.dropped.end());
        return settled.wait;
    }

    // Sends until nothing is left or `rounds` are over, waiting as told; what was sent in each round.
    std::vector<Ids> deliver(int rounds, const std::function<HttpResponse(const Ids&)>& collector,
                             const Limits& limits = {}) {
        std::vector<Ids> sent;
        for (int i = 0; i < rounds; ++i) {
            const Plan made = plan_now(limits);
            if (made.wait == kNever) return sent;
            if (made.batch.empty()) {
                now += made.wait;
                continue;
            }
            sent.push_back(ids(made.batch));
            settle_with(made.batch, collector(sent.back()));
        }
        return sent;
    }

    Ids queued() {
        Ids out;
        outbox::Request request;
        request.now = kNever;
        request.peek_rows = 100'000;
        request.peek_bytes = 1u << 30;
        commit(request, [&](const outbox::State& state) {
            out = ids(state.queue);
            return outbox::Change();
        });
        return out;
    }

    void commit(outbox::Request request, outbox::Step step) {
        store_->transact(std::move(request), std::move(step), [](const Result<void>& r) { REQUIRE(r.has_value()); });
    }

private:
    std::unique_ptr<outbox::Store> store_ = outbox::memory_store();
};

HttpResponse answer(int status, std::string body = "") {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

HttpResponse sound_collector(const Ids& batch) { return answer(200, all_accepted(batch)); }

// 400 for any batch with one of the bad events in it.
std::function<HttpResponse(const Ids&)> choking_on(std::set<std::string> bad) {
    return [bad](const Ids& batch) {
        for (const String& id : batch) {
            if (bad.count(id) != 0) return answer(400, R"({"error":"no batch"})");
        }
        return sound_collector(batch);
    };
}

List<Event> events(int count) {
    List<Event> out;
    for (int i = 0; i < count; ++i) out.push_back(event("e" + std::to_string(i)));
    return out;
}

}  // namespace

TEST_CASE("an empty queue waits for an event, a queue is sent in batches, oldest first") {
    Round round;
    CHECK(round.plan_now().wait == kNever);
    round.append(events(5));
    Limits limits;
    limits.batch_rows = 2;
    const auto sent = round.deliver(10, sound_collector, limits);
    CHECK(sent == std::vector<Ids>{{"e0", "e1"}, {"e2", "e3"}, {"e4"}});
    CHECK(round.queued().empty());
    CHECK(round.plan_now().wait == kNever);
}

TEST_CASE("a held event is waited for no longer than it is held") {
    Round round;
    round.append({event("held", EventKind::answer, round.now + 3000)});
    const Plan made = round.plan_now();
    CHECK(made.batch.empty());
    CHECK(made.wait == 3000);
    round.now += 3000;
    CHECK(ids(round.plan_now().batch) == Ids{"held"});
    round.now -= 2 * kHour;  // the clock is put back: the hold is then absurd, and the event due
    CHECK(ids(round.plan_now().batch) == Ids{"held"});
}

TEST_CASE("failures wait, new events shorten no wait, and nothing is lost") {
    Round round;
    round.append(events(3));
    const Plan first = round.plan_now();
    CHECK(round.settle_with(first.batch, answer(503)) == 2000);
    CHECK(round.plan_now().batch.empty());
    round.append({event("new")});
    CHECK(round.plan_now().wait == 2000);
    round.now += 1999;
    CHECK(round.plan_now().wait == 1);
    round.now += 1;
    CHECK(ids(round.plan_now().batch) == Ids{"e0", "e1", "e2", "new"});
}

TEST_CASE("what the server wishes is kept over a restart, and a clock put back moves it once") {
    Round round;
    round.append(events(1));
    HttpResponse response = answer(429);
    response.headers = {{"Retry-After", "3600"}};
    CHECK(round.settle_with(round.plan_now().batch, response) == kHour);
    round.now -= 365 * kDay;
    CHECK(round.plan_now().wait == kHour);
    round.now += kHour / 2;
    CHECK(round.plan_now().wait == kHour / 2);
    round.now += kHour / 2;
    CHECK(round.plan_now().batch.size() == 1);
}

TEST_CASE("a thousand failed uploads of any kind empty nothing") {
    for (int status : {0, 200, 302, 400, 401, 403, 404, 408, 413, 422, 429, 500, 503}) {
        CAPTURE(status);
        Round round;
        round.append(events(7));
        round.deliver(2000, [&](const Ids&) { return answer(status, "<html>"); });
        Ids left = round.queued();
        std::sort(left.begin(), left.end());
        CHECK(left == Ids{"e0", "e1", "e2", "e3", "e4", "e5", "e6"});
        CHECK(round.dropped.empty());
    }
}

TEST_CASE("a collector that breaks after having worked empties nothing either") {
    Round round;
    round.append(events(3));
    round.deliver(5, sound_collector);
    round.append(events(20));
    round.deliver(3000, [](const Ids&) { return answer(400); });
    CHECK(round.queued().size() == 20);
    CHECK(round.dropped.empty());
}

TEST_CASE("a poisoned event holds up no other, and is put aside in the end, counted") {
    Round round;
    auto all = events(40);
    all[13].kind = EventKind::exposure;
    round.append(all);
    round.deliver(400, choking_on({"e13"}));
    CHECK(round.queued().empty());
    CHECK(round.dropped == List<Dropped>{{EventKind::exposure, "poisoned", 1}});
}

TEST_CASE("a poisoned event alone in the queue is kept until something proves that the collector works") {
    Round round;
    round.append({event("bad")});
    const auto collector = choking_on({"bad"});
    CHECK(round.deliver(100, collector).size() > 40);
    CHECK(round.queued() == Ids{"bad"});
    round.append({event("good")});
    round.deliver(100, collector);
    CHECK(round.queued().empty());
    CHECK(round.dropped == List<Dropped>{{EventKind::answer, "poisoned", 1}});
}

TEST_CASE("several poisoned events, one of them the head of the queue") {
    Round round;
    round.append(events(30));
    const auto collector = choking_on({"e0", "e1", "e29"});
    std::set<std::string> delivered;
    for (int i = 0; i < 30; ++i) {
        round.append({event("new" + std::to_string(i))});
        round.deliver(60, [&](const Ids& batch) {
            const HttpResponse response = collector(batch);
            if (response.status == 200) delivered.insert(batch.begin(), batch.end());
            return response;
        });
    }
    CHECK(delivered.size() == 27 + 30);
    CHECK(round.queued().empty());
    std::int64_t count = 0;
    for (const Dropped& one : round.dropped) count += one.count;
    CHECK(count == 3);
}

TEST_CASE("a batch too large is halved until it fits, and grows again") {
    Round round;
    round.append(events(100));
    std::size_t largest_taken = 0;
    const auto sent = round.deliver(500, [&](const Ids& batch) {
        if (batch.size() > 30) return answer(413);
        largest_taken = std::max(largest_taken, batch.size());
        return sound_collector(batch);
    });
    CHECK(round.queued().empty());
    CHECK(largest_taken == 25);
    CHECK(sent[0].size() == 100);
    CHECK(sent[1].size() == 50);
    CHECK(sent[2].size() == 25);
    CHECK(round.dropped.empty());
}

TEST_CASE("what the collector rejects goes, counted by kind") {
    Round round;
    round.append({event("a"), event("b"), event("c", EventKind::exposure), event("d")});
    round.settle_with(round.plan_now().batch,
                      answer(200, R"({"accepted":["d"],"rejected":[{"id":"a"},{"id":"b"},{"id":"c"}]})"));
    CHECK(round.queued().empty());
    CHECK(round.dropped == List<Dropped>{{EventKind::answer, "refused", 2}, {EventKind::exposure, "refused", 1}});
}

TEST_CASE("a rejected report of drops is not reported again") {
    Round round;
    Event report = event("report", EventKind::control);
    report.body = R"({"id":"report","type":"candor.dropped","data":{"kind":"answer","reason":"refused","count":2}})";
    round.append({report});
    round.settle_with(round.plan_now().batch, answer(200, R"({"accepted":[],"rejected":[{"id":"report"}]})"));
    CHECK(round.queued().empty());
    CHECK(round.dropped.empty());
}

TEST_CASE("what is not named stays and is sent again at once") {
    Round round;
    round.append(events(3));
    CHECK(round.settle_with(round.plan_now().batch, answer(200, R"({"accepted":["e1"]})")) == 0);
    CHECK(ids(round.plan_now().batch) == Ids{"e0", "e2"});
}

TEST_CASE("an event that was erased while it was on its way does not come back") {
    Round round;
    round.append(events(1));
    const Plan made = round.plan_now();
    round.commit({}, [](const outbox::State&) {
        outbox::Change change;
        change.erase_everything = true;
        return change;
    });
    round.settle_with(made.batch, answer(400));
    CHECK(round.queued().empty());
}

TEST_CASE("after 410 nothing is sent any more and the queue stays") {
    Round round;
    round.append(events(2));
    CHECK(round.settle_with(round.plan_now().batch, answer(410)) == kNever);
    round.now += 400 * kDay;
    const Plan made = round.plan_now();
    CHECK(made.stopped);
    CHECK(made.batch.empty());
    CHECK(made.wait == kNever);
    CHECK(round.queued().size() == 2);
}

TEST_CASE("success writes no record when there is nothing new to remember") {
    Round round;
    round.append(events(static_cast<int>(2 * kBatchRows)));
    round.settle_with(round.plan_now().batch, sound_collector(ids(round.plan_now().batch)));
    const Plan made = round.plan_now();
    CHECK(made.change.puts.empty());
    const Acknowledgement read = candor_acknowledgement(made.batch, sound_collector(ids(made.batch)), round.now);
    round.commit(settle_request(made.batch, read, round.now), [&](const outbox::State& state) {
        const Settlement settled = settle(state, made.batch, read, round.now, 0);
        CHECK(settled.change.puts.empty());
        CHECK(settled.change.removes.size() == kBatchRows);
        return settled.change;
    });
}

TEST_CASE("a record that cannot be read is as good as none") {
    Round round;
    round.append(events(1));
    round.commit({}, [](const outbox::State&) {
        outbox::Change change;
        change.puts = {{"courier", "\xff rubbish"}};
        return change;
    });
    CHECK(round.plan_now().batch.size() == 1);
    round.settle_with(round.plan_now().batch, answer(500));
    CHECK(round.plan_now().wait == 2000);
}

TEST_CASE("where the network costs, an answer goes out past all that only counts") {
    Round round;
    List<Event> counts;
    for (int i = 0; i < 900; ++i) counts.push_back(event("c" + std::to_string(i), EventKind::exposure));
    for (Event& one : counts) one.created_at = round.now;
    round.append(counts);
    round.append({event("answer"), event("deletion", EventKind::control)});
    const Plan made = round.plan_where_it_costs();
    CHECK(ids(made.batch) == Ids{"answer", "deletion"});
    CHECK(round.withheld == 900);
    round.settle_with(made.batch, sound_collector(ids(made.batch)));
    CHECK(round.plan_where_it_costs().batch.empty());
    CHECK(round.plan_where_it_costs().wait == kDay);
    round.now += kDay - 1;
    CHECK(round.plan_where_it_costs().wait == 1);
    round.now += 1;
    CHECK(round.plan_where_it_costs().batch.size() == Limits().batch_rows);
    round.now -= 2 * kDay;  // the clock is put back: they were created in the future, and wait no longer
    CHECK(round.plan_where_it_costs().batch.size() == Limits().batch_rows);
    CHECK(round.plan_now().batch.size() == Limits().batch_rows);
}

TEST_CASE("where the network costs, a batch is no larger than elsewhere, and one that is held is waited for") {
    Round round;
    List<Event> answers;
    for (int i = 0; i < 8; ++i) {
        answers.push_back(event("a" + std::to_string(i)));
        answers.back().body = std::string(100 << 10, 'x');
    }
    round.append(answers);
    CHECK(round.plan_where_it_costs().batch.size() == 2);
    Round open_card;
    Event count = event("c", EventKind::exposure);
    count.created_at = open_card.now;
    open_card.append({count, event("held", EventKind::answer, open_card.now + 3000)});
    CHECK(open_card.plan_where_it_costs().batch.empty());
    CHECK(open_card.plan_where_it_costs().wait <= outbox::kLongestHold);
}

TEST_CASE("where the network costs, what is too old is not sent either") {
    Round round;
    List<Event> counts;
    for (int i = 0; i < 250; ++i) counts.push_back(event("c" + std::to_string(i), EventKind::exposure));
    round.now += 91 * kDay;
    for (int i = 0; i < 5; ++i) counts[static_cast<std::size_t>(i)].created_at = round.now;
    round.append(counts);
    CHECK(round.plan_where_it_costs().batch.empty());
}

TEST_CASE("what only counts is dropped after 90 days, counted by kind, and answers, requests and reports are not") {
    Round round;
    Event report = event("report", EventKind::other);
    report.body = R"({"id":"report","type":"candor.dropped"})";
    round.append({event("answer"), event("deletion", EventKind::control), event("x1", EventKind::exposure),
                  event("x2", EventKind::exposure), event("other", EventKind::other), report});
    const List<Event> kept{event("answer"), event("deletion", EventKind::control), report};
    SECTION("not a moment earlier") {
        round.now += 90 * kDay;
        CHECK(round.plan_now().batch.size() == 6);
        CHECK(round.dropped.empty());
    }
    SECTION("then") {
        round.now += 90 * kDay + 1;
        CHECK(ids(round.plan_now().batch) == ids(kept));
        CHECK(round.dropped == List<Dropped>{{EventKind::exposure, "expired", 2}, {EventKind::other, "expired", 1}});
        CHECK(round.queued() == ids(kept));
        CHECK(ids(round.plan_now().batch) == ids(kept));
        CHECK(round.dropped.size() == 2);
    }
    SECTION("by a clock that was set back nothing becomes old") {
        round.now = 0;
        CHECK(round.plan_now().batch.size() == 6);
    }
    SECTION("however long the wait after a failure was, nothing older goes out") {
        round.settle_with(round.plan_now().batch, answer(503));
        round.now += 200 * kDay;
        CHECK(ids(round.plan_now().batch) == ids(kept));
    }
}

TEST_CASE("where all that is seen is too old the next are looked at soon") {
    Round round;
    List<Event> all;
    for (int i = 0; i < 250; ++i) all.push_back(event("x" + std::to_string(i), EventKind::exposure));
    all.push_back(event("answer"));
    round.append(all);
    round.now += 91 * kDay;
    const auto sent = round.deliver(10, sound_collector);
    CHECK(sent == std::vector<Ids>{{"answer"}});
    std::int64_t dropped = 0;
    for (const Dropped& one : round.dropped) dropped += one.count;
    CHECK(dropped == 250);
}
