// Small facts about nodes that layout and controller share.
#pragma once

#include "card/card.hpp"

namespace candor::card {

constexpr NodeId kClose("close");

constexpr float kChoiceMark = 18;  // the circle or the square before a choice, on its middle line
constexpr float kChoicePad = 12;   // before it

bool actionable(const Node& node);

}  // namespace candor::card
