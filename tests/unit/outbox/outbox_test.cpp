// The small values of the outbox; what stores do is in tests/contract.
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "outbox/store.hpp"

using namespace candor;
using namespace candor::outbox;

TEST_CASE("an event is due at its instant, and when it is held further ahead than any hold lasts") {
    const Instant now = 1'790'000'000'000;
    CHECK(is_due(0, now));
    CHECK(is_due(now, now));
    CHECK(!is_due(now + 1, now));
    CHECK(!is_due(now + kLongestHold, now));
    CHECK(is_due(now + kLongestHold + 1, now));
    CHECK(is_due(kNever, now));
    CHECK(is_due(kNever, kNever));
    CHECK(is_due(std::numeric_limits<Instant>::min(), now));
}

TEST_CASE("a state finds its records by key") {
    State state;
    CHECK(state.find("a") == nullptr);
    state.records = {{"a", "1"}, {"b", ""}, {"bb", "2"}};
    REQUIRE(state.find("b") != nullptr);
    CHECK(state.find("b")->empty());
    CHECK(*state.find("bb") == "2");
    CHECK(state.find("") == nullptr);
    CHECK(state.find("c") == nullptr);
    CHECK(state.find("ab") == nullptr);
}

TEST_CASE("answers and what only counts have room of their own, in rows and in bytes") {
    const candor::outbox::Bounds bounds;
    candor::outbox::Totals totals;
    totals.rows = totals.answer_rows = bounds.rows * 9 / 10 - 1;
    CHECK_FALSE(answers_fill(totals));
    totals.rows = ++totals.answer_rows;
    CHECK(answers_fill(totals));
    CHECK_FALSE(others_fill(totals));
    totals.rows += bounds.rows / 10 - 1;
    CHECK_FALSE(others_fill(totals));
    ++totals.rows;
    CHECK(others_fill(totals));
    totals = {};
    totals.bytes = totals.answer_bytes = bounds.bytes * 9 / 10;
    CHECK(answers_fill(totals));
    CHECK_FALSE(others_fill(totals));
    totals.bytes += bounds.bytes / 10;
    CHECK(others_fill(totals));
}

TEST_CASE("kinds have the names that the wire format gives them") {
    CHECK(kind_name(EventKind::answer) == "answer");
    CHECK(kind_name(EventKind::control) == "control");
    CHECK(kind_name(EventKind::exposure) == "exposure");
    CHECK(kind_name(EventKind::other) == "other");
    CHECK(kind_name(static_cast<EventKind>(99)) == "other");
}
