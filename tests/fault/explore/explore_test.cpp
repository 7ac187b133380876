// Everything that can happen, and what must hold whatever happens. EXPLORE_DEPTH says how deep the build goes.
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstdlib>

#include "explorer.hpp"
#include "scenarios.hpp"

using namespace candor;
using namespace candor::explore;

namespace {

// CANDOR_EXPLORE_DEPTH in the environment goes deeper.
int depth_of(int deeper) {
    const char* asked = std::getenv("CANDOR_EXPLORE_DEPTH");
    return (asked != nullptr ? std::atoi(asked) : EXPLORE_DEPTH) + deeper;
}

// `deeper` than EXPLORE_DEPTH, where less can happen at a time. `milestones`: what the exploration must have come by.
void holds(const char* name, const Scenario& scenario, int deeper, unsigned milestones) {
    const int depth = depth_of(deeper);
    const Found found = explore_all(scenario, real_sender(), depth);
    std::printf("explored %s: %zu states in %zu transitions, %d deep\n", name, found.states, found.transitions, depth);
    INFO(found.fault);
    CHECK(found.fault.empty());
    if (depth >= 12) CHECK((found.milestones & milestones) == milestones);
}

}  // namespace

TEST_CASE("explored: one sender of two processes, answers and revisions at any time") {
    holds("one sender", one_sender(), 0, kTakenTwice | kTakenLate | kReplacedUnderWay);
}

TEST_CASE("explored: two senders, where no lock tells one of the other") {
    holds("two senders", two_senders(), 0, kTakenTwice | kTakenLate | kReplacedUnderWay);
}

TEST_CASE("explored: an event that the server cannot read") {
    holds("poison", poison(), 4, kTakenTwice | kMovedToEnd | kPoisonDropped);
}

TEST_CASE("explored: an event that the server cannot read, and two senders") {
    holds("poison between two", poison_between_two(), 1, kTakenTwice | kMovedToEnd);
}

TEST_CASE("explored: events that the server names as refused") {
    holds("refusal", refusal(), 4, kTakenTwice | kRefusedCounted);
}

TEST_CASE("explored: events that the server names as refused, and two senders") {
    holds("refusal between two", refusal_between_two(), 1, kTakenTwice | kRefusedCounted);
}

TEST_CASE("explored: a clock that is put back, and one that was in another decade") {
    holds("wrong clock", wrong_clock(), 0, kTakenTwice | kClockMovedWait);
}
