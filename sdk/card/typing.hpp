// Text entry in a box that the card draws by itself: the lines around the caret, and what keys and clicks do to them.
#pragma once

#include "card/card.hpp"
#include "card/edit.hpp"
#include "card/text_block.hpp"

namespace candor::card {

constexpr std::size_t kMostLines = 5;  // of the text box

// A text box as it is laid out.
struct Entered {
    const TextBlock& block;
    Placing placing;  // of the first line
    std::size_t caret = 0;
    bool has_caret = false;
    std::size_t composed_from = 0, composed_to = 0;
};

// A text with what is being composed at its caret.
struct Composed {
    std::string_view text;
    std::size_t caret = 0;
    std::size_t from = 0, to = 0;
};

struct TextEntry {
    Composed (*compose)(Arena& memory, const View& view, std::string_view typed, std::size_t caret);
    // Puts the lines on the node, and the caret.
    void (*show)(Arena& memory, const TextMeasurer& measurer, const Entered& entered, Node& node);
    // Text and caret after a key, typed text or a click.
    Edited (*edit)(const Card& card, const Node& node, std::string_view text, std::size_t caret, const Input& input);
    std::size_t (*boundary)(std::string_view text, std::size_t at);
};

}  // namespace candor::card
