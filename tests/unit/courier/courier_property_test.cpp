#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "courier/courier.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

Outcome any_outcome() { return static_cast<Outcome>(*rc::gen::inRange(0, static_cast<int>(Outcome::gone) + 1)); }

Instant any_instant() {
    return *rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000),
                           rc::gen::element<std::int64_t>(0, kNever, std::numeric_limits<std::int64_t>::min()));
}

RetryState any_state() {
    RetryState state;
    state.attempt = *rc::gen::inRange(0, 100);
    state.wait_from = any_instant();
    state.not_before = any_instant();
    state.batch_limit = *rc::gen::inRange(0, 1024);
    state.stopped = *rc::gen::inRange(0, 10) == 0;
    state.proven = *rc::gen::arbitrary<bool>();
    return state;
}

std::optional<Span> any_retry_after() {
    if (*rc::gen::arbitrary<bool>()) return {};
    return *rc::gen::oneOf(rc::gen::arbitrary<Span>(), rc::gen::inRange<Span>(0, 48 * kHour));
}

List<outbox::Event> some_batch() {
    List<outbox::Event> batch;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
        batch.push_back({"id" + std::to_string(i), "{}", outbox::EventKind::answer, 0, 0, 0});
    }
    return batch;
}

// Bytes, and texts that look more and more like an answer.
std::string any_body() {
    const auto sound = *rc::gen::element<std::string>(
        R"({"accepted":["id1","id2","stranger"],"rejected":[{"index":0,"id":"id3","reason":"x"}]})", R"({"status":1})",
        R"({"status":"Ok","quota_limited":["events"]})", R"({"status":1,"quota_limited":[],"accepted":["id9"]})",
        " <!DOCTYPE html><html>");
    switch (*rc::gen::inRange(0, 4)) {
        case 0: return *rc::gen::arbitrary<std::string>();
        case 1:
            return sound.substr(
                0, static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(sound.size()) + 1)));
        case 2: {
            std::string changed = sound;
            for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
                changed[static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(sound.size())))] =
                    *rc::gen::arbitrary<char>();
            }
            return changed;
        }
        default: {
            std::string text = "{\"accepted\":[";
            for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
                text += *rc::gen::element<std::string>("\"id1\",", "\"id9\",", "null,", "[[[", "{},", "1,", "\"\",");
            }
            return text + "\"id2\"]}";
        }
    }
}

HttpResponse any_response() {
    HttpResponse response;
    response.status = *rc::gen::element(0, 200, 200, 200, 204, 302, 400, 401, 410, 413, 429, 500, -1);
    response.redirected = *rc::gen::inRange(0, 10) == 0;
    if (*rc::gen::arbitrary<bool>()) {
        response.headers.emplace_back("Content-Type",
                                      *rc::gen::element<std::string>("application/json", "text/html", ""));
    }
    if (*rc::gen::arbitrary<bool>()) response.headers.emplace_back("Retry-After", *rc::gen::arbitrary<std::string>());
    response.body = any_body();
    return response;
}

const Wire& any_wire() {
    return *find_wire(*rc::gen::element<std::string>("candor", "cloudevents", "cloudevents-binary", "posthog"));
}

bool holds(const List<outbox::Event>& batch, const std::string& id) {
    return std::any_of(batch.begin(), batch.end(), [&](const auto& e) { return e.id == id; });
}

}  // namespace

TEST_CASE("the wait is never above the policy's longest, and never below what the server wishes") {
    CHECK(rc::check("next_state", [] {
        const RetryPolicy policy;
        const RetryState state = any_state();
        const Outcome outcome = any_outcome();
        const auto retry_after = any_retry_after();
        const Instant now = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000);
        const RetryState next = next_state(state, outcome, retry_after, *rc::gen::inRange<std::size_t>(0, 2000), now,
                                           *rc::gen::arbitrary<std::uint32_t>());
        const Span wished = std::clamp<Span>(retry_after.value_or(0), 0, policy.longest_retry_after);
        const Span longest = outcome == Outcome::unauthorized ? policy.unauthorized : policy.longest;
        RC_ASSERT(next.stopped == (state.stopped || outcome == Outcome::gone));
        RC_ASSERT(next.batch_limit >= 0);
        if (next.stopped) {
            RC_ASSERT(wait(next, now) == kNever);
        } else {
            RC_ASSERT(wait(next, now) >= wished);
            RC_ASSERT(wait(next, now) <= std::max(wished, longest));
        }
        RC_ASSERT(read_retry_state(write_retry_state(next)) == next);
    }));
}

TEST_CASE("whatever the clock does, a wait ends after at most the longest wait") {
    CHECK(rc::check("wait", [] {
        RetryState state = any_state();
        state.stopped = false;
        const Instant now = any_instant();
        const Span left = wait(state, now);
        RC_ASSERT(left >= 0);
        RC_ASSERT(left <= 24 * kHour);
        const RetryState moved = at(state, now);
        RC_ASSERT(moved.wait_from <= now);
        RC_ASSERT(wait(moved, now) == left);
        RC_ASSERT(at(moved, now) == moved);
        RC_ASSERT(wait(moved, later(now, left)) == 0);
    }));
}

TEST_CASE("no response acknowledges an event that was not sent, or one twice") {
    CHECK(rc::check("acknowledgement", [] {
        const auto batch = some_batch();
        const HttpResponse response = any_response();
        const Acknowledgement read = any_wire().acknowledgement(batch, response, 1'790'000'000'000);
        List<String> named = read.accepted;
        for (const Refused& refused : read.refused) named.push_back(refused.id);
        for (const std::string& id : named) RC_ASSERT(holds(batch, id));
        std::sort(named.begin(), named.end());
        RC_ASSERT(std::adjacent_find(named.begin(), named.end()) == named.end());
        if (read.outcome == Outcome::delivered) RC_ASSERT(named.size() == batch.size());
        if (response.status != 200 && response.status != 204) RC_ASSERT(named.empty());
        if (response.redirected) RC_ASSERT(named.empty());
        const String* type = response.header("content-type");
        if (type != nullptr && *type == "text/html") RC_ASSERT(named.empty());
    }));
}

TEST_CASE("settling removes only what was named, and never more than the batch") {
    CHECK(rc::check("settle", [] {
        const auto batch = some_batch();
        const Acknowledgement read = any_wire().acknowledgement(batch, any_response(), 1'790'000'000'000);
        outbox::State state;
        state.queue = batch;
        if (*rc::gen::arbitrary<bool>()) state.records = {{"courier", write_retry_state(any_state())}};
        const Settlement settled = settle(state, batch, read, 1'790'000'000'000, *rc::gen::arbitrary<std::uint32_t>());
        std::size_t dropped = 0;
        for (const Dropped& one : settled.dropped) dropped += static_cast<std::size_t>(one.count);
        const std::size_t gone = settled.change.removes.size() - settled.change.appends.size();
        RC_ASSERT(gone == read.accepted.size() + dropped);
        RC_ASSERT(!settled.change.erase_everything);
        RC_ASSERT(settled.change.erases.empty());
    }));
}

TEST_CASE("any bytes as a date or a wish do no harm") {
    CHECK(rc::check("parse", [] {
        const std::string text = *rc::gen::arbitrary<std::string>();
        const auto span = parse_retry_after(text, any_instant());
        if (span) RC_ASSERT(*span >= 0);
        parse_http_date(text, any_instant());
        read_retry_state(text);
    }));
}

TEST_CASE("any bytes as an event make one request on every wire, with a key that is no second header") {
    CHECK(rc::check("request", [] {
        List<outbox::Event> batch = some_batch();
        for (outbox::Event& event : batch) {
            event.body = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                                         rc::gen::element<std::string>(
                                             R"({"id":"1","data":{"answers":[7,{"score":null}]}})", "[]",
                                             R"({"data":{"answers":{"a":1},"person":4,"submission":[]},"type":true})"));
        }
        const Target target{"https://x.example/", *rc::gen::arbitrary<std::string>()};
        const HttpRequest request = any_wire().request(batch, target, 1'790'000'000'000);
        RC_ASSERT(request.method == "POST");
        for (const auto& [name, value] : request.headers) {
            RC_ASSERT(name.find('\n') == String::npos);
            RC_ASSERT(value.find('\n') == String::npos);
        }
    }));
}
