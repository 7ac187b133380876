#include "card/typing.hpp"

#include <algorithm>
#include <cmath>

#include "interview/interview.hpp"

namespace candor::card {

namespace {

// ---- shown ----

// The last line that begins at or before the caret.
std::size_t line_of(std::span<const Line> lines, std::size_t caret) {
    std::size_t line = 0;
    while (line + 1 < lines.size() && lines[line + 1].begin <= caret) ++line;
    return line;
}

// Where a caret before that byte of the text stands on the run of that line.
float place_of(const TextMeasurer& measurer, const Placing& field, const TextRun& run, const Line& line,
               std::size_t byte) {
    const candor_text_style style = host_style(run.style);
    const candor_string text{run.text.data(), run.text.size()};
    const std::size_t inside = std::clamp(byte, line.begin, line.end) - line.begin;
    const float offset = measurer.caret ? measurer.caret(measurer.context, text, &style, inside) : 0;
    const float x =
        std::isfinite(offset) ? std::clamp(run.x + offset, field.left, field.left + field.width) : field.left;
    return snap(x, field.pixel_ratio);
}

Rect caret_of(const TextMeasurer& measurer, const Entered& entered, const TextRun& run, const Line& line) {
    const float width = std::max(1.5f, 1 / entered.placing.pixel_ratio);
    const float x = place_of(measurer, entered.placing, run, line, entered.typed.caret);
    return {x, run.baseline - run.ascent, width, run.ascent + run.descent};
}

// Below what of the composed text stands on the line; empty where nothing does.
Rect underline_of(const TextMeasurer& measurer, const Entered& entered, const TextRun& run, const Line& line) {
    const std::size_t from = std::max(entered.typed.composed_from, line.begin),
                      to = std::min(entered.typed.composed_to, line.end);
    if (from >= to) return {};
    const float ratio = entered.placing.pixel_ratio;
    const float a = place_of(measurer, entered.placing, run, line, from);
    const float b = place_of(measurer, entered.placing, run, line, to);
    return {std::min(a, b), snap(run.baseline + run.descent / 2, ratio), std::abs(b - a), std::max(1.0f, 1 / ratio)};
}

void put_ink(Arena& memory, const TextMeasurer& measurer, const Entered& entered, std::size_t line, Node& node) {
    node.ink = memory.array<Rect>(1 + node.runs.size());
    node.ink[0] = caret_of(measurer, entered, node.runs[line], node.lines[line]);
    std::size_t count = 1;
    for (std::size_t i = 0; i < node.runs.size(); ++i) {
        const Rect below = underline_of(measurer, entered, node.runs[i], node.lines[i]);
        if (below.width > 0) node.ink[count++] = below;
    }
    node.ink = node.ink.first(count);
    // A click or an arrow means a place in the text, which these lines are not.
    if (entered.typed.composed_from < entered.typed.composed_to) node.lines = {};
}

void look(Arena& memory, const View& view, const Ui& ui, Typed& typed) {
    typed.caret = ui.caret;
    typed.has_caret = ui.focus == NodeId("comment");
#ifdef __EMSCRIPTEN__
    static_cast<void>(memory), static_cast<void>(view);
#else
    if (!typed.has_caret || view.composing.empty()) return;
    const std::size_t from = boundary_at_or_before(typed.text, ui.caret);
    const Edited whole = insert(typed.text, from, typable(view.composing), interview::kMostTextBytes);
    const std::size_t inside = boundary_at_or_before(view.composing, view.composing_caret);
    typed = {memory.keep(whole.text), std::min(from + inside, whole.caret), true, from, whole.caret};
#endif
}

// At most kMostLines, among them the caret's.
void show(Arena& memory, const TextMeasurer& measurer, const Entered& entered, Node& node) {
    const TextBlock& block = entered.block;
    const std::size_t caret_line = line_of(block.lines, std::min(entered.typed.caret, block.text.size()));
    const std::size_t first = caret_line < kMostLines ? 0 : caret_line - kMostLines + 1;
    node.runs = place_lines(memory, block, entered.placing, first, kMostLines);
    node.lines = block.lines.subspan(first, node.runs.size());
    if (entered.typed.has_caret) put_ink(memory, measurer, entered, caret_line - first, node);
}

// ---- edited ----

struct Typing {
    const Card& card;
    const Node& node;
    std::string_view text;
    std::size_t caret;

    bool rtl() const { return card.direction == Direction::rtl; }
    bool has_lines() const { return !node.lines.empty() && node.lines.size() == node.runs.size(); }
    std::size_t caret_on(std::size_t line, float x) const;
    std::size_t caret_at(float x, float y) const;
    std::size_t caret_beyond(bool down) const;
    std::size_t moved(const Input& input) const;
    Edited key(const Input& input) const;
};

// The caret's place within a line is reckoned from its share of the line's bytes: there is no measuring here.
float share_of(const Line& line, std::size_t caret) {
    const std::size_t length = line.end - line.begin;
    const std::size_t inside = std::clamp(caret, line.begin, line.end) - line.begin;
    return length == 0 ? 0.0f : static_cast<float>(inside) / static_cast<float>(length);
}

std::size_t Typing::caret_on(std::size_t line, float x) const {
    const Line& target = node.lines[line];
    const TextRun& run = node.runs[line];
    float share = run.width > 0 ? std::clamp((x - run.x) / run.width, 0.0f, 1.0f) : 0.0f;
    if (rtl()) share = 1 - share;
    const auto length = static_cast<float>(target.end - target.begin);
    const std::size_t byte = target.begin + static_cast<std::size_t>(std::lround(share * length));
    const std::size_t before = boundary_at_or_before(text, std::min(byte, target.end));
    const std::size_t after = std::min(next_boundary(text, before), target.end);
    return byte - before > after - byte && after >= byte ? after : before;
}

std::size_t Typing::caret_at(float x, float y) const {
    if (!has_lines()) return caret;
    std::size_t line = 0;
    while (line + 1 < node.runs.size() && y > node.runs[line].baseline + node.runs[line].descent) ++line;
    return caret_on(line, x);
}

// On the line above or below.
std::size_t Typing::caret_beyond(bool down) const {
    if (!has_lines()) return caret;
    const std::size_t line = line_of(node.lines, caret);
    const Line& current = node.lines[line];
    if (down && line + 1 == node.lines.size()) return next_boundary(text, current.end);
    if (!down && line == 0) return previous_boundary(text, current.begin);
    float share = share_of(current, caret);
    if (rtl()) share = 1 - share;
    const TextRun& run = node.runs[line];
    return caret_on(down ? line + 1 : line - 1, run.x + share * run.width);
}

std::size_t Typing::moved(const Input& input) const {
    const bool back = input.key == (rtl() ? Key::right : Key::left);
    switch (input.key) {
        case Key::left:
        case Key::right: return back ? previous_boundary(text, caret) : next_boundary(text, caret);
        case Key::home: return input.control ? 0 : line_begin(text, caret);
        case Key::end: return input.control ? text.size() : line_end(text, caret);
        case Key::up: return caret_beyond(false);
        case Key::down: return caret_beyond(true);
        default: return caret;
    }
}

Edited Typing::key(const Input& input) const {
    switch (input.key) {
        case Key::enter: return insert(text, caret, "\n", interview::kMostTextBytes);
        case Key::backspace: return erase_before(text, caret);
        case Key::delete_: return erase_after(text, caret);
        default: return {String(text), moved(input)};
    }
}

Edited edit(const Card& card, const Node& node, std::string_view text, std::size_t caret, const Input& input) {
    const Typing typing{card, node, text, caret};
    if (input.kind == InputKind::key) return typing.key(input);
    if (input.kind == InputKind::text) return insert(text, caret, typable(input.text), interview::kMostTextBytes);
    return {String(text), typing.caret_at(input.x, input.y)};
}

}  // namespace

const TextEntry kDrawnEntry{look, show, edit, boundary_at_or_before};

}  // namespace candor::card
