#include "card/text_block.hpp"

#include <algorithm>
#include <cmath>

#include "base/floats.hpp"

namespace candor::card {

namespace {

constexpr float kLeading = 1.4f;  // line height to type size
constexpr std::size_t kFewLines = 16;

[[gnu::noinline]] float finite(float value) { return std::isfinite(value) ? clamped(value, 0.0f, 1e5f) : 0.0f; }

// A host's mistake must not become a read past the text.
void mend(TextBlock& block) {
    std::size_t from = 0;
    for (Line& line : block.lines) {
        line.end = std::clamp(line.end, from, block.text.size());
        line.begin = std::clamp(line.begin, from, line.end);
        line.width = finite(line.width);
        from = line.end;
        block.width = larger(block.width, line.width);
    }
}

float left_of(const Placing& placing, float line_width) {
    const float room = placing.width - line_width;
    if (placing.align == Align::center) return placing.left + room / 2;
    const bool right = (placing.align == Align::end) != (placing.direction == Direction::rtl);
    return placing.left + (right ? room : 0);
}

}  // namespace

float snap(float value, float pixel_ratio) { return rounded(value * pixel_ratio) / pixel_ratio; }

// By lead bytes: Hebrew to Arabic Extended-A, their presentation forms, and the right-to-left parts of the planes
// beyond. Digits, signs, and what stands between letters say nothing.
Direction direction_of(std::string_view text, Direction otherwise) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int lead = text[i] & 0xff, second = i + 1 < text.size() ? text[i + 1] & 0xff : 0;
        const int letter = lead | 0x20;
        if (letter >= 'a' && letter <= 'z') return Direction::ltr;
        if (lead < 0xC3 || lead == 0xE2 || (lead == 0xE3 && second == 0x80)) continue;
        if (lead == 0xF0 && second == 0x9F) continue;  // pictures
        if (lead == 0xD9 && second >= 0xA0 && second <= 0xA9) continue;
        if (lead == 0xDB && second >= 0xB0 && second <= 0xB9) continue;
        const bool rtl = (lead == 0xD6 && second >= 0x90) || (lead >= 0xD7 && lead <= 0xDF) ||
                         (lead == 0xE0 && second >= 0xA0 && second < 0xA4) ||
                         (lead == 0xEF && second >= 0xAC && second < 0xBC) ||
                         (lead == 0xF0 && (second == 0x9E || second == 0x90));
        return rtl ? Direction::rtl : Direction::ltr;
    }
    return otherwise;
}

candor_text_style host_style(const TextStyle& style) {
    return {style.px, style.weight, style.direction == Direction::rtl ? CANDOR_DIRECTION_RTL : CANDOR_DIRECTION_LTR};
}

const TextBlock& break_text(Arena& memory, const TextMeasurer& measurer, std::string_view text, const TextStyle& style,
                            float max_width) {
    const candor_text_style asked = host_style(style);
    TextBlock& block = memory.array<TextBlock>(1).front();
    block.text = memory.keep(text);
    block.style = style;
    const candor_string given{block.text.data(), block.text.size()};
    const auto ask = [&](std::size_t room) {
        block.lines = memory.array<Line>(room);
        return measurer.lines(measurer.context, given, &asked, larger(max_width, 1.0f), block.lines.data(), room);
    };
    std::size_t count = ask(kFewLines);
    if (count > kFewLines) count = std::min(count, ask(count));
    if (count == 0) block.lines[count++] = {0, text.size(), 0};
    block.lines = block.lines.first(count);
    mend(block);
    candor_text_metrics metrics{};
    measurer.metrics(measurer.context, &asked, &metrics);
    block.ascent = finite(metrics.ascent);
    block.descent = finite(metrics.descent);
    // Scripts that stack marks have high lines: never less than the font asks for.
    block.line_height = std::ceil(larger(style.px * kLeading, block.ascent + block.descent));
    return block;
}

std::span<TextRun> place_lines(Arena& memory, const TextBlock& block, const Placing& placing, std::size_t first,
                               std::size_t count) {
    const std::span<Line> lines = block.lines.subspan(first, std::min(count, block.lines.size() - first));
    const std::span<TextRun> runs = memory.array<TextRun>(lines.size());
    const float to_baseline = (block.line_height - (block.ascent + block.descent)) / 2 + block.ascent;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& line = lines[i];
        TextRun& run = runs[i];
        run.text = block.text.substr(line.begin, line.end - line.begin);
        run.style = block.style;
        run.x = left_of(placing, line.width);
        run.baseline = snap(placing.top + static_cast<float>(i) * block.line_height + to_baseline, placing.pixel_ratio);
        run.width = line.width;
        run.ascent = block.ascent;
        run.descent = block.descent;
        run.color = placing.color;
    }
    return runs;
}

}  // namespace candor::card
