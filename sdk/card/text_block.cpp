#include "card/text_block.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace candor::card {

namespace {

constexpr float kLeading = 1.4f;  // line height to type size

float finite(float value) { return std::isfinite(value) ? std::clamp(value, 0.0f, 1e5f) : 0.0f; }

std::vector<Line> sound(std::vector<Line> lines, std::size_t size) {
    std::size_t from = 0;
    for (Line& line : lines) {
        line.begin = std::clamp(line.begin, from, size);
        line.end = std::clamp(line.end, line.begin, size);
        line.width = finite(line.width);
        from = line.end;
    }
    if (lines.empty()) lines.push_back(Line{0, size, 0});
    return lines;
}

float left_of(const Placing& placing, Direction direction, float line_width) {
    const float room = placing.width - line_width;
    if (placing.align == Align::center) return placing.left + room / 2;
    const bool right = (placing.align == Align::end) != (direction == Direction::rtl);
    return placing.left + (right ? room : 0);
}

}  // namespace

float snap(float value, float pixel_ratio) { return std::round(value * pixel_ratio) / pixel_ratio; }

TextBlock break_text(const TextMeasurer& measurer, std::string_view text, const TextStyle& style, float max_width) {
    TextBlock block;
    block.lines = sound(measurer.lines(text, style, std::max(max_width, 1.0f)), text.size());
    block.text = text;
    block.style = style;
    block.metrics = measurer.metrics(style);
    block.metrics.ascent = finite(block.metrics.ascent);
    block.metrics.descent = finite(block.metrics.descent);
    // Scripts that stack marks have high lines: never less than the font asks for.
    block.line_height = std::ceil(std::max(style.px * kLeading, block.metrics.ascent + block.metrics.descent));
    for (const Line& line : block.lines) block.width = std::max(block.width, line.width);
    return block;
}

std::vector<TextRun> place_lines(const TextBlock& block, const Placing& placing, std::size_t first, std::size_t count) {
    std::vector<TextRun> runs;
    const float ink = block.metrics.ascent + block.metrics.descent;
    const float to_baseline = (block.line_height - ink) / 2 + block.metrics.ascent;
    const std::size_t last = std::min(block.lines.size(), first + count);
    for (std::size_t i = first; i < last; ++i) {
        const Line& line = block.lines[i];
        TextRun& run = runs.emplace_back();
        run.text = block.text.substr(line.begin, line.end - line.begin);
        run.style = block.style;
        run.x = left_of(placing, block.style.direction, line.width);
        run.baseline =
            snap(placing.top + static_cast<float>(i - first) * block.line_height + to_baseline, placing.pixel_ratio);
        run.width = line.width;
        run.ascent = block.metrics.ascent;
        run.descent = block.metrics.descent;
        run.color = placing.color;
    }
    return runs;
}

std::vector<TextRun> place_lines(const TextBlock& block, const Placing& placing) {
    return place_lines(block, placing, 0, block.lines.size());
}

}  // namespace candor::card
