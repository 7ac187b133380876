#include "card/card.hpp"

#include <algorithm>

#include "card/node.hpp"

namespace candor::card {

bool actionable(const Node& node) {
    return node.role == Role::radio || node.role == Role::textbox || node.role == Role::button;
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

Node* Card::cell(int score) const {
    for (Node& node : nodes) {
        if (node.score == score) return &node;
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
