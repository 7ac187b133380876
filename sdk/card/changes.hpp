// What became of a card's nodes from one layout to the next, for a host that keeps a tree of its own of them: a bridge
// to a platform's accessibility. A page's mirror finds that out by itself.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "card/card.hpp"

namespace candor::card {

enum Changed : std::uint32_t {  // numbers of candor.h
    kAdded = 1,
    kRemoved = 2,
    kName = 4,
    kValue = 8,
    kDescription = 16,
    kStates = 32,
    kPlace = 64
};

struct NodeChange {
    std::int32_t node = 0;
    std::uint32_t what = 0;
};

struct Changes {
    std::span<NodeChange> nodes;  // those that went first, then in reading order
    std::int32_t focus = -1;
    bool focus_moved = false;
    std::string_view announcement;  // what is to be said without the focus moving
};

// Null: there is no card. Nodes of two prompts may be the same, but the second one's card appears anew. What is
// returned stands in `memory`, and in nothing of the two.
Changes changes(Arena& memory, const Card* before, const Card* after, bool same_prompt);

}  // namespace candor::card
