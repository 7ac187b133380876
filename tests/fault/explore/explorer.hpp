// All worlds that can be reached in so many deeds, each once.
#pragma once

#include <cstddef>
#include <string>

#include "world.hpp"

namespace candor::explore {

struct Found {
    std::size_t states = 0;
    std::size_t transitions = 0;
    unsigned milestones = 0;
    std::string fault;  // the promise that was broken, and how; empty: none
};

// Breadth first, so that a fault is told by the fewest deeds that lead to it. From each state it is also seen that
// everything is delivered once nothing goes wrong any more.
Found explore_all(const Scenario& scenario, const Sender& sender, int depth);

}  // namespace candor::explore
