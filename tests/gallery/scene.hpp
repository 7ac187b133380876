// A picture of the gallery, played: the card as somebody would have it before them.
#pragma once

#include <string>

#include "../unit/card/fixture.hpp"
#include "gallery.hpp"
#include "paint/paint.hpp"

namespace gallery {

struct Scene {
    fixture::Desk desk;
    card::Card card;
    paint::Picture painted;
};

// Played step by step. A step is a word and what it is about, a node's key but for `type` and `key`:
//   tap       pressed and let go, with the pointer gone afterwards; what is answered is stored at once
//   store     tapped; what is answered is still being stored
//   fail      tapped; it could not be stored
//   hover     the pointer stands on it
//   press     and its button is down
//   tab       the key, which moves the focus
//   key       another one: left, right, up, down
//   type      text
// Throws std::runtime_error at a step that cannot be taken.
Scene play(const Gallery& gallery, const Picture& picture, const card::TextMeasurer& text = fixture::measurer());

// All that there is to know of a card as a tree, one line a node: the same text on every machine where the card is the
// same to the last bit.
std::string tree_of(const card::Card& card);

// One line: the picture's name, and what its card and its triangles come to.
std::string print_of(const Picture& picture, const Scene& scene);

}  // namespace gallery
