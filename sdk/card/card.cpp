#include "card/card.hpp"

#include <algorithm>

#include "card/node.hpp"

namespace candor::card {

bool actionable(const Node& node) {
    constexpr unsigned kRoles = 1u << static_cast<unsigned>(Role::radio) | 1u << static_cast<unsigned>(Role::textbox) |
                                1u << static_cast<unsigned>(Role::button) |
                                1u << static_cast<unsigned>(Role::checkbox) | 1u << static_cast<unsigned>(Role::link);
    return (kRoles >> static_cast<unsigned>(node.role) & 1u) != 0;
}

Node& Card::add() {
    const std::size_t count = nodes.size();
    if (count == room) {
        room = 2 * count + 32;
        const std::span<Node> larger = memory.array<Node>(room);
        std::copy(nodes.begin(), nodes.end(), larger.begin());
        nodes = larger;
    }
    nodes = {nodes.data(), count + 1};
    return nodes[count] = Node();
}

Node* Card::cell(int number) const {
    for (Node& node : nodes) {
        if (number >= 0 && node.cell == number) return &node;
    }
    return nullptr;
}

const Node* Card::find(std::int32_t id) const {
    for (const Node& node : nodes) {
        if (node.id == id) return &node;
    }
    return nullptr;
}

const Node* Card::at(float x, float y) const {
    const Node* found = nullptr;
    for (const Node& node : nodes) {
        if (actionable(node) && node.rect.contains(x, y)) found = &node;
    }
    return found;
}

}  // namespace candor::card
