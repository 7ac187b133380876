// What moves on the card, and for how long: it comes in, what is new on it is revealed while it grows or shrinks to its
// new size, and the cell that was chosen takes its colour. All follow one critically damped curve, which comes to rest
// and swings past nothing. Values: the time is the host's, handed in with each layout.
//
// Controls are where they stay from the first frame on; only the picture moves.
#pragma once

#include <cstdint>

#include "base/list.hpp"
#include "card/card.hpp"

namespace candor::card {

// What is remembered of the cards so far. Times in ms; negative: it is at rest.
struct Motion {
    std::int64_t appeared = -1, turned = -1, chose = -1;
    bool begun = false;
    NodeId page, chosen;
    Rect rect, from;  // of the last card, and of the one before the page was turned
    List<std::int32_t> nodes, old;
};

// The share of the way that is behind after so many milliseconds: 0 at first, 1 from when it is at rest. What lies in
// the future is at rest, so that a clock that is put back holds nothing up.
float settled(std::int64_t elapsed);

// Notes what is new on this card, and says where its parts are at `now`. A reader who wants little motion, and a host
// that tells no time (0), have everything at rest at once.
void animate(Motion& motion, Card& card, const Options& options);

}  // namespace candor::card
