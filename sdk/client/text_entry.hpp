// Who draws and edits the text in the card's text box.
#pragma once

#include "card/card.hpp"

namespace candor::client {

#ifdef __EMSCRIPTEN__
constexpr const card::TextEntry* kTextEntry = nullptr;  // a page lays its own field over the box
#else
constexpr const card::TextEntry* kTextEntry = &card::kDrawnEntry;
#endif

}  // namespace candor::client
