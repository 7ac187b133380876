// Small facts about nodes that layout and controller share.
#pragma once

#include "card/card.hpp"

namespace candor::card {

constexpr int kScores = 11;  // 0 to 10

constexpr NodeId kClose("close");

bool actionable(const Node& node);

}  // namespace candor::card
