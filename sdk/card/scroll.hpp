// The finished content set on the surface; where it is too high, cut, with the most wanted part in sight.
#pragma once

#include "card/card.hpp"
#include "card/frame.hpp"

namespace candor::card {

// Moves all nodes from the card's own coordinates to the surface's, aligns them to device pixels, and marks what the
// pointer is over. Of content that is higher than the surface allows the end is shown, where the answer is typed and
// sent, or, where the question is to be read first, its beginning; unless somebody has scrolled, or the keyboard has
// moved the focus elsewhere. The close button never goes out of sight.
void set_on_surface(Card& card, const Frame& frame, float content_height, const Ui& ui);

}  // namespace candor::card
