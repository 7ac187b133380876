#include "card/changes.hpp"

namespace candor::card {

namespace {

constexpr std::span<const Node> kNone;

std::span<const Node> nodes_of(const Card* card) { return card ? std::span<const Node>(card->nodes) : kNone; }

const Node* find(const Card* card, std::int32_t id) { return card ? card->find(id) : nullptr; }

std::uint32_t difference(const Node& before, const Node& after) {
    // To whoever holds the old one it is another control, which happens to have its name.
    if (before.role != after.role) return kRemoved | kAdded;
    std::uint32_t what = 0;
    if (before.name != after.name) what |= kName;
    if (before.value != after.value) what |= kValue;
    if (before.description != after.description) what |= kDescription;
    if (before.states != after.states) what |= kStates;
    if (before.rect != after.rect || before.parent != after.parent) what |= kPlace;
    return what;
}

const Node* focused(const Card* card) {
    for (const Node& node : nodes_of(card)) {
        if ((node.states & kFocused) != 0) return &node;
    }
    return nullptr;
}

// A card that appears says what it is and what it asks, since the focus does not go there. Later its live regions
// speak, each when it has something else to say than before.
std::string_view announcement(Arena& memory, const Card* before, const Card* after) {
    std::string_view said;
    const auto say = [&](std::string_view text) {
        if (!text.empty()) said = said.empty() ? memory.keep(text) : memory.joined({said, "\n", text});
    };
    bool headed = before != nullptr;
    for (const Node& node : nodes_of(after)) {
        const bool heads = !headed && node.role == Role::heading;
        headed |= heads;
        const Node* const was = find(before, node.id);
        const bool news = !was || was->name != node.name;
        // What a card that appears has as its status stands in its heading, too.
        const bool speaks = news && (node.role == Role::alert || (before && node.role == Role::status));
        if (heads || speaks || (!before && node.role == Role::dialog)) say(node.name);
    }
    return said;
}

}  // namespace

Changes changes(Arena& memory, const Card* before, const Card* after, bool same_prompt) {
    if (before && before->nodes.empty()) before = nullptr;
    if (after && after->nodes.empty()) after = nullptr;
    Changes out;
    const std::span<NodeChange> room = memory.array<NodeChange>(nodes_of(before).size() + nodes_of(after).size());
    std::size_t count = 0;
    const auto tell = [&](std::int32_t node, std::uint32_t what) {
        if (what != 0) room[count++] = {node, what};
    };
    for (const Node& node : nodes_of(before)) {
        if (!find(after, node.id)) tell(node.id, kRemoved);
    }
    for (const Node& node : nodes_of(after)) {
        const Node* const was = find(before, node.id);
        tell(node.id, was ? difference(*was, node) : kAdded);
    }
    out.nodes = room.first(count);
    const Node* const now = focused(after);
    const Node* const then = focused(before);
    if (now) out.focus = now->id;
    out.focus_moved = now ? !then || then->id != now->id : then != nullptr;
    out.announcement = announcement(memory, same_prompt ? before : nullptr, after);
    return out;
}

}  // namespace candor::card
