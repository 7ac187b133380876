// Text broken into lines, and the lines placed.
#pragma once

#include "card/card.hpp"

namespace candor::card {

struct TextBlock {
    std::string_view text;
    TextStyle style;
    std::span<Line> lines;  // at least one
    float ascent = 0, descent = 0;
    float line_height = 0;
    float width = 0;  // of the widest line
    float height() const { return line_height * static_cast<float>(lines.size()); }
};

candor_text_style host_style(const TextStyle& style);

// In which the text runs: that of its first letter, as far as it has one.
Direction direction_of(std::string_view text, Direction otherwise);

// The block, its text and lines are kept in `memory`. Where a measurer is wrong (lines beyond the text, no lines at
// all) it is corrected, so that nothing else need care.
const TextBlock& break_text(Arena& memory, const TextMeasurer& measurer, std::string_view text, const TextStyle& style,
                            float max_width);

enum class Align { start, center, end };

struct Placing {
    float left = 0, top = 0, width = 0;
    Align align = Align::start;
    Direction direction = Direction::ltr;  // of what the lines stand in
    std::uint32_t color = 0;
    float pixel_ratio = 1;
};

// One run a line, `first` to `first + count`; baselines on whole pixels.
std::span<TextRun> place_lines(Arena& memory, const TextBlock& block, const Placing& placing, std::size_t first,
                               std::size_t count);

// To the nearest device pixel. Asked for everywhere, and worth one copy only.
[[gnu::noinline]] float snap(float value, float pixel_ratio);

}  // namespace candor::card
