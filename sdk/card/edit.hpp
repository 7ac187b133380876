// Editing of plain text by whole characters as people see them. Pure; positions are bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/string.hpp"

namespace candor::card {

// Boundaries of grapheme clusters, approximated: code points with the marks, variation selectors, skin tones and tags
// behind them, sequences held together by joiners, and flags (pairs of regional indicators).
std::size_t next_boundary(std::string_view text, std::size_t at);
std::size_t previous_boundary(std::string_view text, std::size_t at);
std::size_t boundary_at_or_before(std::string_view text, std::size_t at);

// The ends of the line between two newlines.
std::size_t line_begin(std::string_view text, std::size_t at);
std::size_t line_end(std::string_view text, std::size_t at);

// What may stand in an answer: newlines of all kinds become \n, tabs become blanks, other control characters go. Text
// that is not UTF-8 becomes empty.
String typable(std::string_view text);

struct Edited {
    String text;
    std::size_t caret = 0;
};

// Inserts what still fits into `limit` bytes, in whole characters.
Edited insert(std::string_view text, std::size_t caret, std::string_view typed, std::size_t limit);
Edited erase_before(std::string_view text, std::size_t caret);
Edited erase_after(std::string_view text, std::size_t caret);

}  // namespace candor::card
