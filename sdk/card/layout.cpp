// The card as a tree of nodes. It is built in coordinates of its own, from the top left corner downwards, and set on
// the surface at the end.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/floats.hpp"
#include "base/text.hpp"
#include "card/card.hpp"
#include "card/frame.hpp"
#include "card/node.hpp"
#include "card/page.hpp"
#include "card/scroll.hpp"
#include "card/text_block.hpp"
#include "card/typing.hpp"
#include "survey/texts.hpp"

namespace candor::card {

namespace {

struct Font {
    float px;
    int weight;
};

constexpr Font kQuestion{17, 600}, kFollowUp{15, 600}, kStatement{15, 400}, kSmall{13, 400}, kNotice{12, 400},
    kButton{15, 600}, kCell{15, 600}, kChoice{15, 400};
constexpr float kFieldPadX = 12, kFieldPadY = 10;
constexpr std::size_t kLeastLines = 2;  // of the text box
constexpr float kMark = 28;             // the tick beside the thanks
constexpr float kChoiceGap = 6;

class Builder {
public:
    Builder(const View& view, const Ui& ui, const Options& options, const TextMeasurer& measurer,
            const TextEntry* entry, Card& card);
    void build();

private:
    // What is used by all parts stands in the program once: noinline, or each use is a copy; and used, where else its
    // parameters' parts would be loaded at each call.
    // `start` is the distance from the edge where reading begins.
    [[gnu::noinline]] Rect at(float start, float top, float width, float height) const;
    [[gnu::noinline]] Rect here(float width, float height) const { return at(frame_.pad, y_, width, height); }
    [[gnu::noinline]] const TextBlock& broken(std::string_view text, const Font& font, float width);
    [[gnu::noinline, gnu::used]] std::string_view keep(const String& text);
    // A node, one that shows a text in the middle of its height, and one that shows it where the content has come to.
    Node& add(const char* key, Role role, const Rect& rect);
    Node& add_cell(const char* kind, std::string_view name, Role role, const Rect& rect, int number);
    Node& add_group(const char* key, Role role, const Rect& rect);
    Node& put(const char* key, Role role, const Rect& rect, const TextBlock& block, Align align, std::uint32_t color);
    Node& paragraph(const char* key, Role role, std::string_view text, const Font& font, float width,
                    std::uint32_t color);
    void show(Node& node, const Rect& rect, const TextBlock& block, Align align, std::uint32_t color);
    [[gnu::noinline]] Placing placing(const Rect& rect, Align align, std::uint32_t color) const {
        return {rect.x, rect.y, rect.width, align, card_.direction, color, frame_.pixel_ratio};
    }
    std::string_view word(const char* key) const { return survey::interface_text(key, card_.locale); }
    const interview::QuestionTexts& texts_of(const survey::Question& question);
    bool turned() const { return card_.cells_direction != card_.direction; }
    // It was sent, and there is nothing to send.
    bool misses() const { return page_.needs_answer && ui_.missed == NodeId(page_.asked->id); }
    [[gnu::noinline]] float close_start() const;
    [[gnu::noinline, gnu::used]] float heading_width() const;

    void choose_locale();
    void heading(const char* key, const survey::Question& question, const Font& font, float width);
    void put_progress();
    void put_scale();
    Node& put_cell(const Grid& grid, int score);
    void put_labels(const Grid& grid);
    void put_choices();
    void put_choice(const survey::Choice& choice, int number);
    void put_statement();
    void put_text();
    void put_text_box();
    void put_error(Node& of, const char* text);
    void put_actions();
    void put_button(const char* key, bool enabled, bool primary);
    void put_status(const TextBlock& block, float top);
    void put_status_alone(float least_top);
    void put_status_beside();
    const TextBlock& status_text();
    void put_notice();
    void put_consent();
    [[gnu::noinline]] const TextBlock& row_text(std::string_view text, const Font& font);
    [[gnu::noinline]] float row_height(const TextBlock& text) const;
    [[gnu::noinline]] void show_row(Node& node, const TextBlock& text);
    void put_thanks();
    void put_close();

    const View& view_;
    const Ui& ui_;
    const TextMeasurer& measurer_;
    const TextEntry* entry_;
    Card& card_;
    Page page_;
    Frame frame_;
    const survey::Question* texts_question_ = nullptr;
    interview::QuestionTexts texts_;  // of that question
    std::int32_t parent_ = -1;        // of the nodes that are added now
    std::string_view question_;       // which they belong to
    float y_ = 0;
    float x_ = 0;  // where the next button may begin
    float cells_bottom_ = 0;
};

Builder::Builder(const View& view, const Ui& ui, const Options& options, const TextMeasurer& measurer,
                 const TextEntry* entry, Card& card)
    : view_(view),
      ui_(ui),
      measurer_(measurer),
      entry_(options.host_text_entry ? nullptr : entry),
      card_(card),
      page_(page_of(view)) {
    choose_locale();
    const survey::Look& look = view.survey->look;
    card_.cells_direction = look.scale_start == survey::ScaleStart::left ? Direction::ltr : card_.direction;
    frame_ = frame_of(options, view.document->theme, look.layout, card_.direction);
    card_.colors = palette(view.document->theme, options.dark);
    card_.dark = options.dark;
    card_.layout = frame_.layout;
    if (frame_.layout == Layout::modal && !options.host_backdrop) {
        card_.backdrop = {0, 0, frame_.surface_width, frame_.surface_height};
    }
    card_.radius = frame_.radius;
    card_.focus_visible = ui.focus_visible;
}

// One language for the whole card, from the first question to the thanks: that of the main one, if the survey has it.
void Builder::choose_locale() {
    const survey::Question* first = interview::main_question(*view_.survey);
    if (!first) first = page_.asked ? page_.asked : page_.thanks;
    if (first) card_.locale = keep(texts_of(*first).locale);
    if (card_.locale.empty()) card_.locale = card_.memory.keep(view_.locale);
    if (card_.locale.empty()) card_.locale = keep(view_.document->locale);
    card_.direction = survey::is_rtl(card_.locale) ? Direction::rtl : Direction::ltr;
}

const interview::QuestionTexts& Builder::texts_of(const survey::Question& question) {
    if (texts_question_ != &question) {
        texts_question_ = &question;
        texts_ = interview::texts(view_.reader(), question);
    }
    return texts_;
}

// ---- nodes ----

Rect Builder::at(float start, float top, float width, float height) const {
    const bool mirrored = card_.direction == Direction::rtl;
    return Rect{mirrored ? frame_.width - start - width : start, top, width, height};
}

const TextBlock& Builder::broken(std::string_view text, const Font& font, float width) {
    const TextStyle style{font.px, font.weight, direction_of(text, card_.direction)};
    return break_text(card_.memory, measurer_, text, style, width);
}

std::string_view Builder::keep(const String& text) { return card_.memory.keep(text); }

Node& Builder::add(const char* key, Role role, const Rect& rect) {
    Node& node = card_.add();
    node.key = key;
    node.id = NodeId(node.key);
    node.parent = parent_;
    node.role = role;
    node.rect = node.box = rect;
    node.question = question_;
    if (ui_.focus == node.id) node.states |= kFocused;
    return node;
}

// A cell of a question; of two questions no two are the same node, or the focus would stay on the second one's.
Node& Builder::add_cell(const char* kind, std::string_view name, Role role, const Rect& rect, int number) {
    const std::string_view key = card_.memory.joined({kind, name});
    Node& node = add(key.data(), role, rect);
    node.cell = number;
    const survey::Question* const own = page_.scale ? page_.scale : page_.choice;
    if (own != interview::main_question(*view_.survey)) {
        node.id = NodeId(card_.memory.joined({question_, "/", key}));
    }
    if (!page_.can_choose) node.states |= kDisabled;
    node.states &= ~std::uint32_t{kFocused};
    if (ui_.focus == node.id) node.states |= kFocused;
    return node;
}

void Builder::show(Node& node, const Rect& rect, const TextBlock& block, Align align, std::uint32_t color) {
    Rect lines = rect;
    lines.y += (rect.height - block.height()) / 2;
    node.runs = place_lines(card_.memory, block, placing(lines, align, color), 0, block.lines.size());
}

Node& Builder::put(const char* key, Role role, const Rect& rect, const TextBlock& block, Align align,
                   std::uint32_t color) {
    Node& node = add(key, role, rect);
    node.name = block.text;
    node.text_px = block.style.px;
    show(node, rect, block, align, color);
    return node;
}

Node& Builder::paragraph(const char* key, Role role, std::string_view text, const Font& font, float width,
                         std::uint32_t color) {
    const TextBlock& block = broken(text, font, width);
    Node& node = put(key, role, here(width, block.height()), block, Align::start, color);
    y_ += block.height();
    return node;
}

// ---- questions ----

float Builder::close_start() const {
    const float side = frame_.close;
    return smaller(frame_.width - frame_.pad - 12 - (side - 12) / 2, frame_.width - side - 2);
}

float Builder::heading_width() const { return larger(close_start() - 1 - frame_.pad, 40.0f); }

void Builder::heading(const char* key, const survey::Question& question, const Font& font, float width) {
    question_ = keep(question.id);
    paragraph(key, Role::heading, texts_of(question).text, font, width, card_.colors.text);
}

Node& Builder::add_group(const char* key, Role role, const Rect& rect) {
    const std::string_view name = card_.nodes.back().name;
    Node& group = add(key, role, rect);
    group.name = name;
    return group;
}

// Before the question, so that it is read out before it.
void Builder::put_progress() {
    const interview::Progress& progress = page_.progress;
    if (progress.count == 0) return;
    const String number = digits(progress.number), count = digits(progress.count);
    paragraph("progress", Role::text, survey::fill(word("progress"), {{"n", number}, {"m", count}}), kNotice,
              heading_width(), card_.colors.muted);
    y_ += 4;
}

void Builder::put_scale() {
    heading("question", *page_.scale, kQuestion, heading_width());
    y_ += 16;
    const survey::Bounds bounds = survey::scale_of(page_.scale->type);
    card_.first_cell = bounds.least;
    card_.last_cell = bounds.most;
    const Grid grid = grid_of(frame_, bounds.most - bounds.least + 1);
    const float half_gap = grid.gap / 2, row = grid.cell_height + grid.gap;
    const float height = row * static_cast<float>(grid.rows);
    card_.scale_rows = grid.rows;
    Node& group =
        add_group("scale", Role::radiogroup,
                  at(frame_.pad - half_gap, y_ - half_gap, grid.pitch * static_cast<float>(grid.columns), height));
    if (page_.score) group.value = keep(digits(*page_.score));
    const std::int32_t card = std::exchange(parent_, group.id);
    // "{score} out of 10": what stands before the score, and what after it.
    String of(word("of_ten"));
    if (bounds.most != 10) of.replace(of.find("10"), 2, digits(bounds.most));
    std::string_view before = of, after = of;
    before.remove_suffix(before.size() - before.find('{'));
    after.remove_prefix(after.find('}') + 1);
    for (int score = bounds.least; score <= bounds.most; ++score) {
        Node& node = put_cell(grid, score);
        node.name = card_.memory.joined({before, node.value, after});
    }
    card_.cell(bounds.least)->description = keep(texts_.low_label);
    card_.cell(bounds.most)->description = keep(texts_.high_label);
    parent_ = card;
    y_ += height - grid.gap;
    cells_bottom_ = y_ + half_gap;
    put_labels(grid);
    question_ = {};
}

Node& Builder::put_cell(const Grid& grid, int score) {
    const float half_gap = grid.gap / 2, row = grid.cell_height + grid.gap;
    const int place = score - card_.first_cell;
    const int line = place / grid.columns;
    int column = place % grid.columns;
    if (turned()) column = grid.columns - 1 - column;
    const float start = frame_.pad - half_gap + grid.pitch * static_cast<float>(column);
    const float top = y_ - half_gap + row * static_cast<float>(line);
    const TextBlock& label = broken(digits(score), kCell, 1000);
    Node& node = add_cell("score/", label.text, Role::radio, at(start, top, grid.pitch, row), score);
    node.box = at(start + (grid.pitch - grid.cell_width) / 2, top + half_gap, grid.cell_width, grid.cell_height);
    node.value = label.text;
    node.text_px = kCell.px;
    if (view_.survey->look.scale_colors) {
        node.tint =
            tint(card_.colors, static_cast<float>(place) / static_cast<float>(card_.last_cell - card_.first_cell));
    }
    const bool checked = page_.score == score;
    if (checked) node.states |= kChecked;
    show(node, node.box, label, Align::center, checked ? card_.colors.on_accent : card_.colors.text);
    return node;
}

void Builder::put_labels(const Grid& grid) {
    const std::uint32_t color = card_.colors.muted;
    const float inner = frame_.inner;
    const std::string_view low_text = texts_.low_label, high_text = texts_.high_label;
    y_ += 8;
    if (grid.rows > 1) {  // no cell stands above its label: the label says which it means
        paragraph("low", Role::text, card_.memory.joined({digits(card_.first_cell), " – ", low_text}), kSmall, inner,
                  color);
        y_ += 2;
        paragraph("high", Role::text, card_.memory.joined({digits(card_.last_cell), " – ", high_text}), kSmall, inner,
                  color);
        return;
    }
    constexpr float kApart = 16;
    const TextBlock* low = &broken(low_text, kSmall, inner);
    const TextBlock* high = &broken(high_text, kSmall, inner);
    float low_width = low->width, high_width = high->width;
    if (low->lines.size() > 1 || high->lines.size() > 1 || low_width + high_width + kApart > inner) {
        low_width = high_width = (inner - kApart) / 2;
        low = &broken(low_text, kSmall, low_width);
        high = &broken(high_text, kSmall, low_width);
    }
    const auto put_label = [&](const char* key, const TextBlock& label, float width, bool at_end) {
        const float start = frame_.pad + (at_end ? inner - width : 0);
        put(key, Role::text, at(start, y_, width, label.height()), label, at_end ? Align::end : Align::start, color);
    };
    put_label("low", *low, low_width, turned());
    put_label("high", *high, high_width, !turned());
    y_ += larger(low->height(), high->height());
}

// One below the other, each as wide as the card.
void Builder::put_choices() {
    heading("question", *page_.choice, kQuestion, heading_width());
    y_ += 14;
    const bool one = page_.choice->type == survey::QuestionType::single;
    const float top = y_;
    const std::size_t group = card_.nodes.size();
    const std::int32_t card =
        std::exchange(parent_, add_group("choices", one ? Role::radiogroup : Role::group, here(frame_.inner, 0)).id);
    const interview::Order order = interview::order_of(*page_.choice, view_.interview->seed);
    card_.last_cell = static_cast<int>(page_.choice->choices.size()) - 1;
    for (int i = 0; i <= card_.last_cell; ++i) {
        if (i > 0) y_ += kChoiceGap;
        put_choice(page_.choice->choices[order[static_cast<std::size_t>(i)]], i);
    }
    parent_ = card;
    card_.nodes[group].rect.height = card_.nodes[group].box.height = y_ - top;
    if (page_.has_box) {
        y_ += kChoiceGap;
        put_text_box();
    }
    if (misses()) put_error(card_.nodes[group], "required");
}

// What is wrong, and with which node.
void Builder::put_error(Node& of, const char* text) {
    of.states |= kInvalid;
    of.description = word(text);
    const std::string_view said = of.description;  // where it is may change with the next node
    y_ += 6;
    paragraph("required", Role::alert, said, kSmall, frame_.inner, card_.colors.error).question = {};
}

// A row is as wide as the card; its mark stands before its text.
constexpr float kRowStart = kChoicePad + kChoiceMark + 10;

const TextBlock& Builder::row_text(std::string_view text, const Font& font) {
    return broken(text, font, frame_.inner - kRowStart - kChoicePad);
}

float Builder::row_height(const TextBlock& text) const { return larger(frame_.control, text.height() + 16); }

void Builder::show_row(Node& node, const TextBlock& text) {
    node.name = text.text;
    node.text_px = text.style.px;
    show(node, at(frame_.pad + kRowStart, y_, frame_.inner - kRowStart - kChoicePad, node.rect.height), text,
         Align::start, card_.colors.text);
    y_ += node.rect.height;
}

void Builder::put_choice(const survey::Choice& choice, int number) {
    const TextBlock& text = row_text(interview::text_of(view_.reader(), choice), kChoice);
    const bool one = page_.choice->type == survey::QuestionType::single;
    Node& node = add_cell("choice/", choice.id, one ? Role::radio : Role::checkbox,
                          here(frame_.inner, row_height(text)), number);
    node.value = keep(choice.id);
    if (page_.is_picked(choice.id)) node.states |= kChecked;
    show_row(node, text);
}

void Builder::put_statement() {
    heading("question", *page_.statement, kStatement, heading_width());
    if (page_.statement->link.url.empty()) return;
    y_ += 8;
    const float width = heading_width();  // it may stand beside the close button, too
    const TextBlock& text = broken(texts_.link, kButton, width);
    const float height = larger(frame_.control, text.height());
    Node& node = put("link", Role::link, here(smaller(std::ceil(text.width), width), height), text, Align::start,
                     card_.colors.text);
    node.value = keep(page_.statement->link.url);
    y_ += height;
}

void Builder::put_text() {
    if (page_.scale) y_ += 20;
    heading("follow-up", *page_.text, page_.scale ? kFollowUp : kQuestion,
            page_.scale ? frame_.inner : heading_width());
    y_ += 8;
    put_text_box();
}

void Builder::put_text_box() {
    const interview::QuestionTexts& texts = texts_of(*page_.asked);
    const Font font{frame_.entry_px, 400};
    const float width = frame_.inner - 2 * kFieldPadX;
    const std::string_view name = card_.nodes.back().name;
    Typed typed{page_.typed};
    if (entry_ && page_.can_type) entry_->look(card_.memory, view_, ui_, typed);
    const TextStyle style{font.px, font.weight, card_.direction};  // in which its caret moves
    const TextBlock& block = break_text(card_.memory, measurer_, typed.text, style, width);
    const std::size_t shown = std::clamp(block.lines.size(), page_.text ? kLeastLines : 1, kMostLines);
    const float height = block.line_height * static_cast<float>(shown) + 2 * kFieldPadY;
    Node& node = add("comment", Role::textbox, here(frame_.inner, height));
    node.states |= page_.can_type ? kMultiline : kMultiline | kDisabled;
    node.name = name;
    node.value = card_.memory.keep(page_.typed);
    node.description = keep(texts.placeholder);
    node.text_px = frame_.entry_px;
    if (entry_) {
        const Rect field = at(frame_.pad + kFieldPadX, y_ + kFieldPadY, width, 0);
        const Placing muted = placing(field, Align::start, card_.colors.muted);
        Placing placed = muted;
        if (page_.can_type) placed.color = card_.colors.text;
        entry_->show(card_.memory, measurer_, {block, placed, typed}, node);
        if (block.text.empty() && !node.description.empty()) {
            node.runs = place_lines(card_.memory, broken(node.description, font, width), muted, 0, shown);
        }
    }
    y_ += height;
    if (page_.text && misses()) put_error(node, "required");
}

// ---- what may be done ----

// A button that no longer fits goes to a row of its own.
void Builder::put_button(const char* key, bool enabled, bool primary) {
    const float pad = primary ? 20 : 14;
    const TextBlock& label = broken(word(key), kButton, frame_.inner - 2 * pad);
    const float width = smaller(larger(std::ceil(label.width) + 2 * pad, primary ? 96.0f : 64.0f), frame_.inner);
    const float height = larger(frame_.control, label.height() + 12);
    if (x_ > frame_.pad && x_ + width > frame_.pad + frame_.inner) {
        x_ = frame_.pad;
        y_ += height + 8;
    }
    std::uint32_t color = enabled ? card_.colors.text : card_.colors.muted;
    if (primary) color = card_.colors.on_accent;
    // What has no edge to be seen begins where its text does.
    if (!primary && x_ == frame_.pad) x_ -= smaller(pad, frame_.pad - 4);
    Node& node = put(key, Role::button, at(x_, y_, width, height), label, Align::center, color);
    if (primary) node.states |= kPrimary;
    if (!enabled) node.states |= kDisabled;
    x_ += width + 8;
}

void Builder::put_actions() {
    const bool retry = page_.shows_retry;
    const bool sends = page_.shows_send && !(retry && page_.sent);
    const bool skips = page_.shows_skip && !retry;
    const bool backs = page_.shows_back && !page_.sent;
    if (!sends && !retry && !skips && !backs && !page_.shows_later) {
        const float labels_bottom = y_;
        // As low as the buttons will stand once a score is tapped: a second tap at the same spot, meant for the cell
        // that has moved up by then, must not land on them.
        y_ = larger(y_, cells_bottom_ + frame_.control + 6);
        put_status_alone(labels_bottom + 4);
        return;
    }
    if (retry) {
        y_ += 12;
        paragraph("alert", Role::alert, word("failed"), kSmall, frame_.inner, card_.colors.error).question = {};
    }
    y_ += retry ? 10.0f : 12.0f;
    x_ = frame_.pad;
    if (sends) put_button(page_.statement ? "next" : "send", page_.can_send, true);
    if (skips) put_button("skip", page_.can_skip, false);
    if (retry) put_button("retry", true, !sends);
    if (backs) put_button("back", page_.can_back, false);
    if (page_.shows_later) put_button("later", true, false);
    put_status_beside();
}

const TextBlock& Builder::status_text() {
    question_ = {};
    return broken(view_.status == Status::storing ? word("storing") : std::string_view(), kSmall, frame_.inner);
}

// Also there while it has nothing to say: a live region must be, before it speaks.
void Builder::put_status(const TextBlock& block, float top) {
    float width = 0, height = 0;
    if (!block.text.empty()) {
        width = smaller(std::ceil(block.width), frame_.inner);
        height = block.height();
    }
    Node& node = put("status", Role::status, at(frame_.pad + frame_.inner - width, top, width, height), block,
                     Align::end, card_.colors.muted);
    if (block.text.empty()) node.runs = {};
}

void Builder::put_status_alone(float least_top) {
    const TextBlock& block = status_text();
    const float top = larger(least_top, y_ - block.height());
    put_status(block, top);
    if (!block.text.empty()) y_ = larger(y_, top + block.height());
}

// Beside the last button, where there is room, so that nothing moves while a store takes its moment; below it
// otherwise.
void Builder::put_status_beside() {
    const Rect button = card_.nodes.back().rect;
    const TextBlock& block = status_text();
    y_ = button.y + button.height;
    const bool beside = block.lines.size() == 1 && block.width <= frame_.pad + frame_.inner - (x_ + 4);
    put_status(block, beside ? button.y + (button.height - block.height()) / 2 : y_ + 6);
    if (!beside) y_ += 6 + block.height();
}

void Builder::put_notice() {
    const survey::Consent& consent = view_.document->consent;
    if (consent.mode != survey::ConsentMode::notice || consent.text.empty()) return;
    y_ += 12;
    paragraph("notice", Role::text, survey::localize(consent.text, card_.locale, view_.document->locale).text, kNotice,
              frame_.inner, card_.colors.muted);
}

// The box before whose tick nothing is stored. Once ticked it stays so: what is stored cannot be unstored by it.
void Builder::put_consent() {
    if (view_.agreement == Agreement::unneeded) return;
    y_ += 12;
    const survey::Consent& consent = view_.document->consent;
    const TextBlock& text = row_text(survey::localize(consent.text, card_.locale, view_.document->locale).text, kSmall);
    Node& node = add("consent", Role::checkbox, here(frame_.inner, row_height(text)));
    if (view_.agreement == Agreement::given) node.states |= kChecked;
    if (!page_.can_agree) node.states |= kDisabled;
    show_row(node, text);
    node.question = {};
    if (page_.waits_for_agreement) put_error(node, "agree");
}

void Builder::put_thanks() {
    const float beside = kMark + 12;
    const float width = larger(heading_width() - beside, 40.0f);
    if (page_.thanks) question_ = keep(page_.thanks->id);
    const TextBlock& block =
        broken(page_.thanks ? std::string_view(texts_of(*page_.thanks).text) : word("thanks"), kQuestion, width);
    const float height = larger(block.height(), kMark);
    Node& node = add("thanks", Role::heading, here(beside + width, height));
    node.box = here(kMark, kMark);
    node.box.y += larger((smaller(height, block.line_height) - kMark) / 2, 0.0f);
    node.name = block.text;
    node.text_px = kQuestion.px;
    show(node, at(frame_.pad + beside, y_, width, height), block, Align::start, card_.colors.text);
    y_ += height;
    question_ = {};
    Node& status = add("status", Role::status, here(0, 0));
    status.name = block.text;
    status.text_px = kSmall.px;
}

void Builder::put_close() {
    // The cross, not its target, ends where the text ends; its middle is that of the first line, or of the mark.
    constexpr float kSide = 32;
    const float side = frame_.close, inset = (side - kSide) / 2;
    const float middle = page_.over ? kMark / 2 : page_.progress.count > 0 ? 9 : 12;
    const float top = frame_.pad_top + middle - side / 2;
    Node& node = add("close", Role::button, at(close_start(), top, side, side));
    node.box = at(close_start() + inset, top + inset, kSide, kSide);
    node.name = word("close");
    node.text_px = kButton.px;
}

void Builder::build() {
    Node& dialog = add("card", Role::dialog, Rect{});
    dialog.name = word("card");
    parent_ = dialog.id;
    y_ = frame_.pad_top;
    if (page_.over) {
        put_thanks();
    } else {
        put_progress();
        if (page_.scale) put_scale();
        if (page_.choice) put_choices();
        if (page_.statement) put_statement();
        if (page_.text) put_text();
        put_consent();
        put_actions();
        put_notice();
    }
    put_close();
    if (page_.asked) card_.page = NodeId(page_.asked->id);
    card_.from_top = !page_.has_box && !page_.shows_retry;
    set_on_surface(card_, frame_, y_ + frame_.pad_bottom, ui_);
}

}  // namespace

Card layout(const View& view, const Ui& ui, const Options& options, const TextMeasurer& text, const TextEntry* entry) {
    Card card;
    if (is_complete(view) && text.metrics && text.lines) Builder(view, ui, options, text, entry, card).build();
    return card;
}

}  // namespace candor::card
