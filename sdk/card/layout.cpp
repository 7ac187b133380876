// The card as a tree of nodes. It is built in coordinates of its own, from the top left corner downwards, and set on
// the surface at the end.
#include <algorithm>
#include <cmath>
#include <utility>

#include "card/card.hpp"
#include "card/frame.hpp"
#include "card/node.hpp"
#include "card/page.hpp"
#include "card/scroll.hpp"
#include "card/text_block.hpp"
#include "survey/texts.hpp"

namespace candor::card {

namespace {

constexpr float kQuestionPx = 17, kFollowUpPx = 15, kSmallPx = 13, kButtonPx = 15, kCellPx = 15;
constexpr int kRegular = 400, kBold = 600;
constexpr float kFieldPadX = 12, kFieldPadY = 10;
constexpr std::size_t kLeastLines = 2, kMostLines = 5;  // of the text box
constexpr float kMark = 28;                             // the tick beside the thanks

struct Button {
    std::string_view key;  // also of its word
    bool enabled = true;
    bool primary = false;
};

class Builder {
public:
    Builder(const View& view, const Ui& ui, const Options& options, const TextMeasurer& measurer);
    Card build();

private:
    // `start` is the distance from the edge where reading begins.
    Rect at(float start, float top, float width, float height) const;
    Node& add(std::string_view key, Role role, const Rect& rect);
    std::string_view word(std::string_view key) const { return survey::interface_text(key, card_.locale); }
    TextStyle style(float px, int weight) const { return TextStyle{px, weight, card_.direction}; }
    TextBlock broken(std::string_view text, float px, int weight, float width) const;
    Placing placing(const Rect& rect, Align align, std::uint32_t color) const;
    bool focused(std::string_view key) const { return ui_.focus == key; }

    interview::QuestionTexts texts_of(const survey::Question& question) const;
    void choose_locale();
    void heading(const char* key, const survey::Question& question, float px, float width);
    void put_scale();
    void put_cell(const Grid& grid, int score, const interview::QuestionTexts& texts);
    void put_labels(const Grid& grid, const interview::QuestionTexts& texts);
    void put_label(const char* key, const TextBlock& block, float start, float width, Align align);
    void put_text_box();
    void put_entered_text(Node& node, const TextBlock& block, const Rect& field);
    void put_caret(Node& node, std::size_t line) const;
    void put_actions();
    float put_button(const Button& button, float start);
    void put_alert();
    TextBlock status_text() const;
    void put_status(const TextBlock& block, float top);
    void put_status_alone(float least_top);
    void put_status_beside(const Rect& button, float start);
    void put_notice();
    void put_thanks();
    void put_close();
    float heading_width() const;

    const View& view_;
    const Ui& ui_;
    const Options& options_;
    const TextMeasurer& measurer_;
    Page page_;
    Palette colors_;
    Frame frame_;
    Card card_;
    int parent_ = -1;
    float y_ = 0;
    float cells_bottom_ = 0;
};

Builder::Builder(const View& view, const Ui& ui, const Options& options, const TextMeasurer& measurer)
    : view_(view),
      ui_(ui),
      options_(options),
      measurer_(measurer),
      page_(page_of(view)),
      colors_(palette(view.document->theme, options.dark)) {
    choose_locale();
    frame_ = frame_of(options, view.document->theme, card_.direction);
}

// One language for the whole card, from the first question to the thanks: that of the scale, if the survey has one.
void Builder::choose_locale() {
    card_.locale = view_.locale.empty() ? view_.document->locale : view_.locale;
    const survey::Question* first = page_.text ? page_.text : page_.thanks;
    for (const survey::Question& question : view_.survey->questions) {
        if (question.type != survey::QuestionType::nps) continue;
        first = &question;
        break;
    }
    if (first) {
        const std::string locale = texts_of(*first).locale;
        if (!locale.empty()) card_.locale = locale;
    }
    card_.direction = survey::is_rtl(card_.locale) ? Direction::rtl : Direction::ltr;
}

interview::QuestionTexts Builder::texts_of(const survey::Question& question) const {
    return interview::texts(*view_.document, question, page_.score, view_.locale);
}

Rect Builder::at(float start, float top, float width, float height) const {
    const bool mirrored = card_.direction == Direction::rtl;
    return Rect{mirrored ? frame_.width - start - width : start, top, width, height};
}

Node& Builder::add(std::string_view key, Role role, const Rect& rect) {
    Node& node = card_.nodes.emplace_back();
    node.id = node_id(key);
    node.parent = parent_;
    node.role = role;
    node.rect = node.box = rect;
    node.key = key;
    if (focused(key)) node.states |= kFocused;
    return node;
}

TextBlock Builder::broken(std::string_view text, float px, int weight, float width) const {
    return break_text(measurer_, text, style(px, weight), width);
}

Placing Builder::placing(const Rect& rect, Align align, std::uint32_t color) const {
    return Placing{rect.x, rect.y, rect.width, align, color, frame_.pixel_ratio};
}

float Builder::heading_width() const {
    const float close_start = frame_.width - frame_.pad - (frame_.close - 12) / 2;
    return std::max(close_start - 12 - frame_.pad, 40.0f);
}

void Builder::heading(const char* key, const survey::Question& question, float px, float width) {
    const TextBlock block = broken(texts_of(question).text, px, kBold, width);
    Node& node = add(key, Role::heading, at(frame_.pad, y_, width, block.height()));
    node.name = block.text;
    node.question = question.id;
    node.text_px = px;
    node.runs = place_lines(block, placing(node.rect, Align::start, colors_.text));
    y_ += block.height();
}

void Builder::put_scale() {
    const interview::QuestionTexts texts = texts_of(*page_.scale);
    heading("question", *page_.scale, kQuestionPx, heading_width());
    y_ += 16;
    const Grid grid = grid_of(frame_);
    const float row = grid.cell_height + grid.gap;
    const float width = grid.pitch * static_cast<float>(grid.columns);
    card_.scale_rows = grid.rows;
    Node& group = add("scale", Role::radiogroup,
                      at(frame_.pad - grid.gap / 2, y_ - grid.gap / 2, width, row * static_cast<float>(grid.rows)));
    group.name = texts.text;
    group.question = page_.scale->id;
    if (page_.score) group.value = std::to_string(*page_.score);
    const int card = std::exchange(parent_, group.id);
    for (int score = 0; score < kScores; ++score) put_cell(grid, score, texts);
    parent_ = card;
    y_ += row * static_cast<float>(grid.rows) - grid.gap;
    cells_bottom_ = y_ + grid.gap / 2;
    put_labels(grid, texts);
}

void Builder::put_cell(const Grid& grid, int score, const interview::QuestionTexts& texts) {
    const float start = frame_.pad - grid.gap / 2 + grid.pitch * static_cast<float>(score % grid.columns);
    const float row = grid.cell_height + grid.gap;
    const int row_index = score / grid.columns;
    const float top = y_ - grid.gap / 2 + row * static_cast<float>(row_index);
    Node& node = add(score_key(score), Role::radio, at(start, top, grid.pitch, row));
    node.box = at(start + (grid.pitch - grid.cell_width) / 2, top + grid.gap / 2, grid.cell_width, grid.cell_height);
    node.value = std::to_string(score);
    node.name = survey::fill(word("of_ten"), {{"score", node.value}});
    node.question = page_.scale->id;
    node.text_px = kCellPx;
    if (score == 0) node.description = texts.low_label;
    if (score == kScores - 1) node.description = texts.high_label;
    const bool checked = page_.score == score;
    if (checked) node.states |= kChecked;
    if (!page_.can_choose) node.states |= kDisabled;
    const TextBlock digits = broken(node.value, kCellPx, kBold, 1000);
    Rect line = node.box;
    line.y += (line.height - digits.line_height) / 2;
    node.runs = place_lines(digits, placing(line, Align::center, checked ? colors_.on_accent : colors_.text), 0, 1);
}

void Builder::put_labels(const Grid& grid, const interview::QuestionTexts& texts) {
    y_ += 8;
    if (grid.rows > 1) {  // no cell stands above its label: the label says which it means
        const TextBlock low = broken("0 – " + texts.low_label, kSmallPx, kRegular, frame_.inner);
        put_label("low", low, frame_.pad, frame_.inner, Align::start);
        y_ += low.height() + 2;
        const TextBlock high = broken("10 – " + texts.high_label, kSmallPx, kRegular, frame_.inner);
        put_label("high", high, frame_.pad, frame_.inner, Align::start);
        y_ += high.height();
        return;
    }
    constexpr float kApart = 16;
    TextBlock low = broken(texts.low_label, kSmallPx, kRegular, frame_.inner);
    TextBlock high = broken(texts.high_label, kSmallPx, kRegular, frame_.inner);
    const bool fits =
        low.lines.size() == 1 && high.lines.size() == 1 && low.width + high.width + kApart <= frame_.inner;
    const float half = (frame_.inner - kApart) / 2;
    if (!fits) {
        low = broken(texts.low_label, kSmallPx, kRegular, half);
        high = broken(texts.high_label, kSmallPx, kRegular, half);
    }
    const float low_width = fits ? low.width : half;
    const float high_width = fits ? high.width : half;
    put_label("low", low, frame_.pad, low_width, Align::start);
    put_label("high", high, frame_.pad + frame_.inner - high_width, high_width, Align::end);
    y_ += std::max(low.height(), high.height());
}

void Builder::put_label(const char* key, const TextBlock& block, float start, float width, Align align) {
    Node& node = add(key, Role::text, at(start, y_, width, block.height()));
    node.name = block.text;
    node.question = page_.scale->id;
    node.text_px = kSmallPx;
    node.runs = place_lines(block, placing(node.rect, align, colors_.muted));
}

void Builder::put_text_box() {
    const interview::QuestionTexts texts = texts_of(*page_.text);
    const float width = frame_.inner - 2 * kFieldPadX;
    const bool empty = page_.typed.empty();
    const TextBlock block = broken(page_.typed, frame_.entry_px, kRegular, width);
    const std::size_t shown = std::clamp(block.lines.size(), kLeastLines, kMostLines);
    const float height = block.line_height * static_cast<float>(shown) + 2 * kFieldPadY;
    Node& node = add("comment", Role::textbox, at(frame_.pad, y_, frame_.inner, height));
    node.states |= kMultiline;
    if (!page_.can_type) node.states |= kDisabled;
    node.name = texts.text;
    node.value = page_.typed;
    node.description = texts.placeholder;
    node.question = page_.text->id;
    node.text_px = frame_.entry_px;
    y_ += height;
    if (options_.host_text_entry) return;
    const Rect field = at(frame_.pad + kFieldPadX, node.rect.y + kFieldPadY, width, height - 2 * kFieldPadY);
    put_entered_text(node, block, field);
    if (empty && !texts.placeholder.empty()) {
        const TextBlock hint = broken(texts.placeholder, frame_.entry_px, kRegular, width);
        node.runs = place_lines(hint, placing(field, Align::start, colors_.muted), 0, shown);
    }
}

// The last line that begins at or before the caret.
std::size_t line_of(const TextBlock& block, std::size_t caret) {
    std::size_t line = 0;
    while (line + 1 < block.lines.size() && block.lines[line + 1].begin <= caret) ++line;
    return line;
}

// At most kMostLines, among them the caret's.
void Builder::put_entered_text(Node& node, const TextBlock& block, const Rect& field) {
    const std::size_t caret_line = line_of(block, std::min(ui_.caret, block.text.size()));
    const std::size_t first = caret_line < kMostLines ? 0 : caret_line - kMostLines + 1;
    const std::uint32_t color = page_.can_type ? colors_.text : colors_.muted;
    node.runs = place_lines(block, placing(field, Align::start, color), first, kMostLines);
    const auto begin = block.lines.begin() + static_cast<std::ptrdiff_t>(first);
    node.lines.assign(begin, begin + static_cast<std::ptrdiff_t>(node.runs.size()));
    if (focused(node.key) && page_.can_type) put_caret(node, caret_line - first);
}

void Builder::put_caret(Node& node, std::size_t line) const {
    const TextRun& run = node.runs[line];
    const std::size_t byte = std::min(ui_.caret, node.lines[line].end) - node.lines[line].begin;
    const float offset = measurer_.caret(run.text, run.style, byte);
    const float width = std::max(1.5f, 1 / frame_.pixel_ratio);
    const float least = node.rect.x + kFieldPadX - width, most = node.rect.x + node.rect.width - kFieldPadX;
    const float x = std::isfinite(offset) ? std::clamp(run.x + offset, least, most) : least;
    node.caret = Rect{snap(x, frame_.pixel_ratio), run.baseline - run.ascent, width, run.ascent + run.descent};
}

// Returns where the button ends. A button that no longer fits goes to a row of its own.
float Builder::put_button(const Button& button, float start) {
    const float pad = button.primary ? 20 : 14;
    const TextBlock label = broken(word(button.key), kButtonPx, kBold, frame_.inner - 2 * pad);
    const float width =
        std::min(std::max(std::ceil(label.width) + 2 * pad, button.primary ? 96.0f : 64.0f), frame_.inner);
    const float height = std::max(frame_.control, label.height() + 12);
    if (start > frame_.pad && start + width > frame_.pad + frame_.inner) {
        start = frame_.pad;
        y_ += height + 8;
    }
    Node& node = add(button.key, Role::button, at(start, y_, width, height));
    node.name = label.text;
    node.question = page_.text ? page_.text->id : std::string();
    node.text_px = kButtonPx;
    if (button.primary) node.states |= kPrimary;
    if (!button.enabled) node.states |= kDisabled;
    Rect line = node.box;
    line.y += (line.height - label.height()) / 2;
    const std::uint32_t quiet = button.enabled ? colors_.text : colors_.muted;
    node.runs = place_lines(label, placing(line, Align::center, button.primary ? colors_.on_accent : quiet));
    return start + width;
}

void Builder::put_actions() {
    if (page_.shows_retry) put_alert();
    const bool retry_alone = page_.shows_retry && !page_.can_type;
    const bool sends = page_.text && !retry_alone;
    if (!sends && !page_.shows_retry) {
        const float labels_bottom = y_;
        // As low as the buttons will stand once a score is tapped: a second tap at the same spot, meant for the cell
        // that has moved up by then, must not land on them.
        y_ = std::max(y_, cells_bottom_ + frame_.control + 6);
        put_status_alone(labels_bottom + 4);
        return;
    }
    y_ += page_.shows_retry ? 10.0f : page_.text ? 12.0f : 0.0f;
    float end = frame_.pad - 8;
    if (sends) end = put_button({"send", page_.can_send, true}, end + 8);
    if (page_.shows_skip && !page_.shows_retry) end = put_button({"skip", page_.can_skip, false}, end + 8);
    if (page_.shows_retry) end = put_button({"retry", true, retry_alone}, end + 8);
    const Rect last = card_.nodes.back().rect;
    y_ = last.y + last.height;
    put_status_beside(last, end + 12);
}

void Builder::put_alert() {
    y_ += 12;
    const TextBlock block = broken(word("failed"), kSmallPx, kRegular, frame_.inner);
    Node& node = add("alert", Role::alert, at(frame_.pad, y_, frame_.inner, block.height()));
    node.name = block.text;
    node.text_px = kSmallPx;
    node.runs = place_lines(block, placing(node.rect, Align::start, colors_.error));
    y_ += block.height();
}

TextBlock Builder::status_text() const {
    const bool storing = view_.status == Status::storing;
    return broken(storing ? word("storing") : std::string_view(), kSmallPx, kRegular, frame_.inner);
}

// Also there while it has nothing to say: a live region must be, before it speaks.
void Builder::put_status(const TextBlock& block, float top) {
    const bool silent = block.text.empty();
    const float width = silent ? 0 : std::min(std::ceil(block.width), frame_.inner);
    const Rect rect = at(frame_.pad + frame_.inner - width, top, width, silent ? 0 : block.height());
    Node& node = add("status", Role::status, rect);
    node.name = block.text;
    node.text_px = kSmallPx;
    if (!silent) node.runs = place_lines(block, placing(rect, Align::end, colors_.muted));
}

void Builder::put_status_alone(float least_top) {
    const TextBlock block = status_text();
    const float top = std::max(least_top, y_ - block.height());
    put_status(block, top);
    if (!block.text.empty()) y_ = std::max(y_, top + block.height());
}

// Beside the last button, where there is room, so that nothing moves while a store takes its moment; below it
// otherwise.
void Builder::put_status_beside(const Rect& button, float start) {
    const TextBlock block = status_text();
    const bool beside = block.lines.size() == 1 && block.width <= frame_.pad + frame_.inner - start;
    put_status(block, beside ? button.y + (button.height - block.height()) / 2 : y_ + 6);
    if (!beside) y_ += 6 + block.height();
}

void Builder::put_notice() {
    const survey::Consent& consent = view_.document->consent;
    if (consent.mode == survey::ConsentMode::none || consent.text.empty()) return;
    y_ += 12;
    std::string text = survey::localize(consent.text, card_.locale, view_.document->locale).text;
    const TextBlock block = broken(text, kSmallPx - 1, kRegular, frame_.inner);
    Node& node = add("notice", Role::text, at(frame_.pad, y_, frame_.inner, block.height()));
    node.name = block.text;
    node.text_px = kSmallPx - 1;
    node.runs = place_lines(block, placing(node.rect, Align::start, colors_.muted));
    y_ += block.height();
}

void Builder::put_thanks() {
    std::string text = page_.thanks ? texts_of(*page_.thanks).text : std::string(word("thanks"));
    const float beside = kMark + 12;
    const float width = std::max(heading_width() - beside, 40.0f);
    const TextBlock block = broken(text, kQuestionPx, kBold, width);
    const float height = std::max(block.height(), kMark);
    Node& node = add("thanks", Role::heading, at(frame_.pad, y_, beside + width, height));
    node.box = at(frame_.pad, y_ + (std::min(height, block.line_height) - kMark) / 2, kMark, kMark);
    node.box.y = std::max(node.box.y, y_);
    node.name = block.text;
    node.text_px = kQuestionPx;
    if (page_.thanks) node.question = page_.thanks->id;
    const Rect lines = at(frame_.pad + beside, y_ + (height - block.height()) / 2, width, block.height());
    node.runs = place_lines(block, placing(lines, Align::start, colors_.text));
    y_ += height;
    Node& status = add("status", Role::status, at(frame_.pad, y_, 0, 0));
    status.name = block.text;
    status.text_px = kSmallPx;
}

void Builder::put_close() {
    // The cross, not its target, ends where the text ends; its middle is that of the first line.
    const float start =
        std::min(frame_.width - frame_.pad - 12 - (frame_.close - 12) / 2, frame_.width - frame_.close - 2);
    const float top = frame_.pad_top + 12 - frame_.close / 2;
    Node& node = add("close", Role::button, at(start, top, frame_.close, frame_.close));
    node.box = at(start + (frame_.close - 32) / 2, top + (frame_.close - 32) / 2, 32, 32);
    node.name = word("close");
    node.text_px = kButtonPx;
}

Card Builder::build() {
    card_.dark = options_.dark;
    card_.sheet = frame_.sheet;
    card_.radius = frame_.radius;
    card_.focus_visible = ui_.focus_visible;
    Node& dialog = add("card", Role::dialog, Rect{});
    dialog.name = word("card");
    parent_ = dialog.id;
    y_ = frame_.pad_top;
    if (page_.over) {
        put_thanks();
    } else {
        if (page_.scale) put_scale();
        if (page_.text) {
            if (page_.scale) y_ += 20;
            heading("follow-up", *page_.text, page_.scale ? kFollowUpPx : kQuestionPx,
                    page_.scale ? frame_.inner : heading_width());
            y_ += 8;
            put_text_box();
        }
        put_actions();
        put_notice();
    }
    put_close();
    set_on_surface(card_, frame_, y_ + frame_.pad_bottom, ui_);
    return std::move(card_);
}

}  // namespace

Card layout(const View& view, const Ui& ui, const Options& options, const TextMeasurer& text) {
    if (!is_complete(view) || !text.metrics || !text.lines || !text.caret) return Card{};
    return Builder(view, ui, options, text).build();
}

}  // namespace candor::card
