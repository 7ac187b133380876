// Text entry in a box that the card draws by itself: the lines around the caret, and what keys and clicks do to them.
#pragma once

#include "card/card.hpp"
#include "card/edit.hpp"
#include "card/text_block.hpp"

namespace candor::card {

constexpr std::size_t kMostLines = 5;  // of the text box

// What stands in a text box: what was typed, and at its caret what is being composed.
struct Typed {
    std::string_view text;
    std::size_t caret = 0;
    bool has_caret = false;
    std::size_t composed_from = 0, composed_to = 0;
};

// A text box as it is laid out.
struct Entered {
    const TextBlock& block;
    Placing placing;  // of the first line
    const Typed& typed;
};

struct TextEntry {
    // Of a box that takes text: where its caret is, and what is composed there.
    void (*look)(Arena& memory, const View& view, const Ui& ui, Typed& typed);
    // Puts the lines on the node, and the caret.
    void (*show)(Arena& memory, const TextMeasurer& measurer, const Entered& entered, Node& node);
    // Text and caret after a key, typed text or a click.
    Edited (*edit)(const Card& card, const Node& node, std::string_view text, std::size_t caret, const Input& input);
    std::size_t (*boundary)(std::string_view text, std::size_t at);
};

}  // namespace candor::card
