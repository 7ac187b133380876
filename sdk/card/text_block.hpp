// Text broken into lines, and the lines placed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "card/card.hpp"

namespace candor::card {

struct TextBlock {
    std::string text;
    TextStyle style;
    std::vector<Line> lines;  // at least one
    Metrics metrics;
    float line_height = 0;
    float width = 0;  // of the widest line
    float height() const { return line_height * static_cast<float>(lines.size()); }
};

// Where a measurer is wrong (lines beyond the text, no lines at all) it is corrected, so that nothing else need care.
TextBlock break_text(const TextMeasurer& measurer, std::string_view text, const TextStyle& style, float max_width);

enum class Align { start, center, end };

struct Placing {
    float left = 0, top = 0, width = 0;
    Align align = Align::start;
    std::uint32_t color = 0;
    float pixel_ratio = 1;
};

// One run a line, `first` to `first + count`; baselines on whole pixels.
std::vector<TextRun> place_lines(const TextBlock& block, const Placing& placing, std::size_t first, std::size_t count);
std::vector<TextRun> place_lines(const TextBlock& block, const Placing& placing);

float snap(float value, float pixel_ratio);  // to the nearest device pixel

}  // namespace candor::card
