// Small facts about nodes that layout and controller share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "card/card.hpp"

namespace candor::card {

constexpr int kScores = 11;  // 0 to 10

int node_id(std::string_view key);

bool actionable(const Node& node);

std::string score_key(int score);                   // "score/9"
std::optional<int> score_of(std::string_view key);  // of a key that score_key made

}  // namespace candor::card
