#include "courier/retry.hpp"

#include "vectors.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

RetryState state_of(const json::Value& value) {
    const auto integer = [&](const char* key) {
        const json::Value* member = value.find(key);
        return member != nullptr ? member->integer() : 0;
    };
    const auto boolean = [&](const char* key) {
        const json::Value* member = value.find(key);
        return member != nullptr && member->boolean();
    };
    RetryState state;
    state.attempt = static_cast<std::int32_t>(integer("attempt"));
    state.wait_from = integer("from");
    state.not_before = integer("until");
    state.batch_limit = static_cast<std::int32_t>(integer("limit"));
    state.stopped = boolean("stopped");
    state.proven = boolean("proven");
    return state;
}

RetryState waiting(Instant from, Instant until) {
    RetryState state;
    state.wait_from = from;
    state.not_before = until;
    return state;
}

}  // namespace

TEST_CASE("conformance: retry") {
    const json::Array all = test::vectors("retry.json");
    REQUIRE(all.size() > 20);
    for (const json::Value& vector : all) {
        CAPTURE(vector.find("name")->text());
        const Instant now = vector.find("now")->integer();
        const RetryState next = next_state(
            state_of(*vector.find("state")), test::outcome(vector.find("outcome")->text()),
            test::optional_span(vector.find("retry_after")), static_cast<std::size_t>(vector.find("batch")->integer()),
            now, static_cast<std::uint32_t>(vector.find("random")->integer()));
        CHECK(write_retry_state(next) == write_retry_state(state_of(*vector.find("next"))));
        const json::Value& expected = *vector.find("wait");
        CHECK(wait(next, now) == (expected.is_null() ? kNever : expected.integer()));
    }
}

TEST_CASE("a wait passes with time") {
    const RetryState state = waiting(1000, 5000);
    CHECK(wait(state, 1000) == 4000);
    CHECK(wait(state, 4999) == 1);
    CHECK(wait(state, 5000) == 0);
    CHECK(wait(state, kNever) == 0);
    CHECK(wait(RetryState(), 0) == 0);
}

TEST_CASE("a clock put back costs at most the wait once more, a clock put forward nothing") {
    const Instant in_2035 = 2'050'000'000'000, in_2026 = 1'790'000'000'000;
    const RetryState state = waiting(in_2035, in_2035 + kHour);
    CHECK(wait(state, in_2026) == kHour);
    const RetryState moved = at(state, in_2026);
    CHECK(moved == waiting(in_2026, in_2026 + kHour));
    CHECK(wait(moved, in_2026 + kHour) == 0);
    CHECK(at(moved, in_2026 + 5) == moved);
    CHECK(wait(waiting(in_2026, in_2026 + kHour), in_2035) == 0);
}

TEST_CASE("no stored instant lies further ahead than the longest wait") {
    const Instant now = 1'790'000'000'000;
    CHECK(wait(waiting(now, kNever), now) == 24 * kHour);
    CHECK(wait(waiting(now - kHour, kNever), now) == 23 * kHour);
    CHECK(wait(waiting(0, kNever), now) == 0);
    CHECK(wait(waiting(kNever, kNever), now) == 0);
    CHECK(wait(waiting(kNever, 0), now) == 0);
    CHECK(wait(waiting(std::numeric_limits<Instant>::min(), kNever), now) == 0);
    RetryPolicy policy;
    policy.longest_retry_after = policy.unauthorized = policy.longest = kMinute;
    CHECK(wait(waiting(now, kNever), now, policy) == kMinute);
}

TEST_CASE("the state is written and read back") {
    RetryState state = waiting(1'790'000'000'000, 1'790'000'002'000);
    state.attempt = 7;
    state.batch_limit = 25;
    state.proven = true;
    CHECK(write_retry_state(state) ==
          R"({"attempt":7,"from":1790000000000,"until":1790000002000,"limit":25,"stopped":false,"proven":true})");
    CHECK(read_retry_state(write_retry_state(state)) == state);
    state.stopped = true;
    CHECK(read_retry_state(write_retry_state(state)) == state);
    CHECK(read_retry_state(write_retry_state(RetryState())) == RetryState());
}

TEST_CASE("a state that cannot be read is none") {
    for (const char* bytes :
         {"", "null", "{", "[]", "\xff", "{}", R"({"attempt":-1,"from":0,"until":0,"limit":0})",
          R"({"attempt":"1","from":0,"until":0,"limit":0})", R"({"attempt":1,"from":0,"until":0,"limit":99999})",
          R"({"attempt":1,"from":0,"until":0,"limit":0,"stopped":1})"}) {
        CAPTURE(bytes);
        CHECK(!read_retry_state(bytes));
    }
    CHECK(read_retry_state(R"({"attempt":1,"from":0,"until":0,"limit":0,"later":[1]})").has_value());
}
