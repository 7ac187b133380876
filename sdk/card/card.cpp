#include "card/card.hpp"

#include "card/node.hpp"

namespace candor::card {

int node_id(std::string_view key) {
    std::uint32_t hash = 2166136261u;
    for (char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return static_cast<int>(hash & 0x7fffffffu);
}

bool actionable(const Node& node) {
    return node.role == Role::radio || node.role == Role::textbox || node.role == Role::button;
}

std::string score_key(int score) { return "score/" + std::to_string(score); }

std::optional<int> score_of(std::string_view key) {
    constexpr std::string_view kPrefix = "score/";
    if (key.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
    int score = 0;
    for (char c : key.substr(kPrefix.size())) score = score * 10 + (c - '0');
    return score;
}

const Node* Card::find(std::string_view key) const {
    for (const Node& node : nodes) {
        if (node.key == key) return &node;
    }
    return nullptr;
}

const Node* Card::find(int id) const {
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
