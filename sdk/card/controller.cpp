// Input to the card. It changes focus, hover and caret, and says what the client is to do; it answers nothing by
// itself.
#include <algorithm>
#include <cmath>
#include <utility>

#include "card/card.hpp"
#include "card/edit.hpp"
#include "card/node.hpp"
#include "card/page.hpp"

namespace candor::card {

namespace {

class Controller {
public:
    Controller(const View& view, const Ui& ui, const Card& card)
        : view_(view), card_(card), page_(page_of(view)), ui_(ui), typed_(page_.typed) {
        ui_.caret = boundary_at_or_before(typed_, ui_.caret);
    }

    bool take(const Input& input);
    Handled result(const Ui& before, bool used);

private:
    bool pointer_move(const Input& input);
    bool pointer_down(const Input& input);
    bool pointer_up(const Input& input);
    bool pointer_leave();
    bool key(const Input& input);
    bool key_on_radio(const Node& node, const Input& input);
    bool key_in_text(const Node& node, const Input& input);
    bool typed_text(const Input& input);
    bool digits(std::string_view text);
    bool action(const Input& input);

    bool tab(bool backwards);
    std::size_t index_of_focus() const;
    std::string stop_in_scale() const;
    int columns() const;

    void activate(const Node& node);
    void choose(const Node& node);
    void close();
    void send();
    void answer_text(std::string_view text);
    void focus(std::string_view key, bool visible);
    void change(Edited edited);
    void move_caret(const Node& node, const Input& input);
    void move_caret_line(const Node& node, bool down);
    std::size_t caret_on(const Node& node, std::size_t line, float x) const;
    std::size_t caret_at(const Node& node, float x, float y) const;

    const View& view_;
    const Card& card_;
    Page page_;
    Ui ui_;
    std::string_view typed_;
    Effect effect_;
};

bool enabled(const Node& node) { return !(node.states & kDisabled); }

bool Controller::take(const Input& input) {
    if (input.kind != InputKind::text && input.kind != InputKind::pointer_move) ui_.pending_digit.clear();
    switch (input.kind) {
        case InputKind::pointer_move: return pointer_move(input);
        case InputKind::pointer_down: return pointer_down(input);
        case InputKind::pointer_up: return pointer_up(input);
        case InputKind::pointer_leave: return pointer_leave();
        case InputKind::key: return key(input);
        case InputKind::text: return typed_text(input);
        case InputKind::press:
        case InputKind::focus:
        case InputKind::blur:
        case InputKind::set_value: return action(input);
    }
    return false;
}

Handled Controller::result(const Ui& before, bool used) {
    Handled handled;
    handled.used = used;
    handled.redraw = effect_.kind != EffectKind::none || before.focus != ui_.focus || before.hover != ui_.hover ||
                     before.pressed != ui_.pressed || before.focus_visible != ui_.focus_visible ||
                     before.caret != ui_.caret;
    handled.ui = std::move(ui_);
    handled.effect = std::move(effect_);
    return handled;
}

// ---- pointer ----

bool Controller::pointer_move(const Input& input) {
    const Node* node = card_.at(input.x, input.y);
    ui_.hover = node && enabled(*node) ? node->key : std::string();
    return card_.rect.contains(input.x, input.y);
}

bool Controller::pointer_down(const Input& input) {
    pointer_move(input);
    if (!card_.rect.contains(input.x, input.y)) {
        focus("", false);
        return false;
    }
    const Node* node = card_.at(input.x, input.y);
    if (!node || !enabled(*node)) return true;
    ui_.pressed = node->key;
    focus(node->key, false);
    if (node->role == Role::textbox) ui_.caret = caret_at(*node, input.x, input.y);
    return true;
}

bool Controller::pointer_up(const Input& input) {
    pointer_move(input);
    const std::string pressed = std::exchange(ui_.pressed, {});
    const Node* node = card_.at(input.x, input.y);
    if (node && enabled(*node) && node->key == pressed) activate(*node);
    return !pressed.empty() || card_.rect.contains(input.x, input.y);
}

bool Controller::pointer_leave() {
    ui_.hover.clear();
    ui_.pressed.clear();
    return false;
}

// ---- keys ----

bool Controller::key(const Input& input) {
    if (input.key == Key::tab) return tab(input.shift);
    const Node* node = card_.find(ui_.focus);
    if (ui_.focus.empty() || !node) return false;
    if (input.key == Key::escape) {
        close();
        return true;
    }
    if (node->role == Role::radio) return key_on_radio(*node, input);
    if (node->role == Role::textbox) return key_in_text(*node, input);
    if (input.key != Key::space && input.key != Key::enter) return false;
    if (enabled(*node)) activate(*node);
    return true;
}

// The scale is one stop: its chosen cell, else the one that has the focus, else the first.
std::string Controller::stop_in_scale() const {
    if (page_.score) return score_key(*page_.score);
    return score_of(ui_.focus) ? ui_.focus : score_key(0);
}

std::size_t Controller::index_of_focus() const {
    const std::string key = score_of(ui_.focus) ? score_key(0) : ui_.focus;
    auto same = [&](const Node& node) { return node.key == key; };
    const auto found = std::find_if(card_.nodes.begin(), card_.nodes.end(), same);
    return static_cast<std::size_t>(found - card_.nodes.begin());
}

bool Controller::tab(bool backwards) {
    const std::size_t from = ui_.focus.empty() ? card_.nodes.size() : index_of_focus();
    const bool outside = from == card_.nodes.size();
    const Node* stop = nullptr;
    for (std::size_t i = 0; i < card_.nodes.size(); ++i) {
        const Node& node = card_.nodes[i];
        const bool inner_cell = node.role == Role::radio && node.key != score_key(0);
        if (!actionable(node) || !enabled(node) || inner_cell) continue;
        if (backwards && (outside || i < from)) stop = &node;
        if (!backwards && !stop && (outside || i > from)) stop = &node;
    }
    if (!stop) {
        focus("", false);
        return false;
    }
    focus(stop->role == Role::radio ? stop_in_scale() : stop->key, true);
    if (stop->role == Role::textbox) ui_.caret = typed_.size();
    return true;
}

int Controller::columns() const {
    const Node* first = card_.find(score_key(0));
    return static_cast<int>(std::count_if(card_.nodes.begin(), card_.nodes.end(), [&](const Node& node) {
        return node.role == Role::radio && first && node.box.y == first->box.y;
    }));
}

bool Controller::key_on_radio(const Node& node, const Input& input) {
    const int score = score_of(node.key).value_or(0);
    const int forward = card_.direction == Direction::rtl ? -1 : 1;
    const int row = card_.scale_rows > 1 ? columns() : 1;
    int to = 0;
    switch (input.key) {
        case Key::left: to = score - forward; break;
        case Key::right: to = score + forward; break;
        case Key::up: to = score - row; break;
        case Key::down: to = score + row; break;
        case Key::home: to = 0; break;
        case Key::end: to = kScores - 1; break;
        case Key::space:
        case Key::enter:
            if (enabled(node)) activate(node);
            return true;
        default: return false;
    }
    if (to >= 0 && to < kScores) focus(score_key(to), true);
    return true;
}

// ---- text ----

bool Controller::typed_text(const Input& input) {
    const Node* node = ui_.focus.empty() ? nullptr : card_.find(ui_.focus);
    if (!node) return false;
    if (node->role == Role::radio) return digits(input.text);
    if (node->role != Role::textbox) return input.text == " ";  // its key has done the work
    if (enabled(*node)) change(insert(typed_, ui_.caret, typable(input.text), interview::kMostTextBytes));
    return true;
}

// Digits move the focus and choose nothing: 1 then 0 is 10. European, Arabic and Persian ones.
bool Controller::digits(std::string_view text) {
    bool used = text == " ";
    for (std::size_t i = 0; i < text.size(); ++i) {
        int digit = -1;
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
        if (byte >= '0' && byte <= '9') digit = byte - '0';
        if (byte == 0xD9 && next >= 0xA0 && next <= 0xA9) digit = static_cast<int>(next - 0xA0);
        if (byte == 0xDB && next >= 0xB0 && next <= 0xB9) digit = static_cast<int>(next - 0xB0);
        if (digit < 0) continue;
        const bool ten = ui_.pending_digit == "1" && digit == 0;
        ui_.pending_digit = digit == 1 ? "1" : "";
        std::string pending = ui_.pending_digit;
        focus(score_key(ten ? 10 : digit), true);
        ui_.pending_digit = std::move(pending);
        used = true;
    }
    return used;
}

bool Controller::key_in_text(const Node& node, const Input& input) {
    if (!enabled(node)) return false;
    switch (input.key) {
        case Key::enter:
            if (input.control) {
                send();
            } else {
                change(insert(typed_, ui_.caret, "\n", interview::kMostTextBytes));
            }
            return true;
        case Key::backspace: change(erase_before(typed_, ui_.caret)); return true;
        case Key::delete_: change(erase_after(typed_, ui_.caret)); return true;
        case Key::space: return true;  // comes as text, too
        default: move_caret(node, input); return true;
    }
}

void Controller::change(Edited edited) {
    ui_.caret = edited.caret;
    if (edited.text == typed_) return;
    effect_.kind = EffectKind::draft;
    effect_.question = page_.text->id;
    effect_.text = std::move(edited.text);
}

void Controller::move_caret(const Node& node, const Input& input) {
    const bool rtl = card_.direction == Direction::rtl;
    const bool back = input.key == (rtl ? Key::right : Key::left);
    switch (input.key) {
        case Key::left:
        case Key::right:
            ui_.caret = back ? previous_boundary(typed_, ui_.caret) : next_boundary(typed_, ui_.caret);
            break;
        case Key::home: ui_.caret = input.control ? 0 : line_begin(typed_, ui_.caret); break;
        case Key::end: ui_.caret = input.control ? typed_.size() : line_end(typed_, ui_.caret); break;
        case Key::up: move_caret_line(node, false); break;
        case Key::down: move_caret_line(node, true); break;
        default: break;
    }
}

// The caret's place within a line is reckoned from its share of the line's bytes: there is no measuring here.
float share_of(const Line& line, std::size_t caret) {
    const std::size_t length = line.end - line.begin;
    const std::size_t inside = std::clamp(caret, line.begin, line.end) - line.begin;
    return length == 0 ? 0.0f : static_cast<float>(inside) / static_cast<float>(length);
}

std::size_t Controller::caret_on(const Node& node, std::size_t line, float x) const {
    const Line& target = node.lines[line];
    const TextRun& run = node.runs[line];
    float share = run.width > 0 ? std::clamp((x - run.x) / run.width, 0.0f, 1.0f) : 0.0f;
    if (card_.direction == Direction::rtl) share = 1 - share;
    const auto length = static_cast<float>(target.end - target.begin);
    const std::size_t byte = target.begin + static_cast<std::size_t>(std::lround(share * length));
    const std::size_t before = boundary_at_or_before(typed_, std::min(byte, target.end));
    const std::size_t after = std::min(next_boundary(typed_, before), target.end);
    return byte - before > after - byte && after >= byte ? after : before;
}

std::size_t Controller::caret_at(const Node& node, float x, float y) const {
    if (node.lines.empty() || node.lines.size() != node.runs.size()) return typed_.size();
    std::size_t line = 0;
    while (line + 1 < node.runs.size() && y > node.runs[line].baseline + node.runs[line].descent) ++line;
    return caret_on(node, line, x);
}

void Controller::move_caret_line(const Node& node, bool down) {
    if (node.lines.empty() || node.lines.size() != node.runs.size()) return;
    std::size_t line = 0;
    while (line + 1 < node.lines.size() && node.lines[line + 1].begin <= ui_.caret) ++line;
    const Line& current = node.lines[line];
    if (down && line + 1 == node.lines.size()) {
        ui_.caret = next_boundary(typed_, current.end);
    } else if (!down && line == 0) {
        ui_.caret = previous_boundary(typed_, current.begin);
    } else {
        float share = share_of(current, ui_.caret);
        if (card_.direction == Direction::rtl) share = 1 - share;
        const TextRun& run = node.runs[line];
        ui_.caret = caret_on(node, down ? line + 1 : line - 1, run.x + share * run.width);
    }
}

// ---- what an assistive technology or a mirrored control asks ----

bool Controller::action(const Input& input) {
    const Node* node = card_.find(input.node);
    if (!node || !actionable(*node)) return false;
    switch (input.kind) {
        case InputKind::focus: {
            const bool entered = ui_.focus != node->key;
            focus(node->key, ui_.pressed != node->key);
            if (entered && node->role == Role::textbox) ui_.caret = typed_.size();
            return true;
        }
        case InputKind::blur:
            if (ui_.focus == node->key) focus("", false);
            return true;
        case InputKind::press:
            if (!enabled(*node)) return false;
            activate(*node);
            return true;
        default: break;
    }
    if (node->role != Role::textbox || !enabled(*node)) return false;
    const std::string text = interview::clip(typable(input.text));
    change(Edited{text, text.size()});
    return true;
}

// ---- effects ----

void Controller::focus(std::string_view key, bool visible) {
    ui_.focus_visible = visible && !key.empty();
    ui_.focus = key;
    ui_.pending_digit.clear();
}

void Controller::activate(const Node& node) {
    if (node.role == Role::radio) choose(node);
    if (node.role == Role::textbox) focus(node.key, ui_.focus_visible);
    if (node.key == "close") close();
    if (node.key == "send") send();
    if (node.key == "skip" && page_.can_skip) answer_text({});
    if (node.key == "retry") effect_.kind = EffectKind::retry;
}

void Controller::choose(const Node& node) {
    const int score = score_of(node.key).value_or(0);
    const bool nothing_new = page_.score == score && view_.status != Status::failed;
    if (!page_.can_choose || nothing_new) return;
    effect_.kind = EffectKind::answer_score;
    effect_.question = page_.scale->id;
    effect_.score = score;
}

void Controller::send() {
    if (page_.can_send) answer_text(typed_);
}

void Controller::answer_text(std::string_view text) {
    effect_.kind = EffectKind::answer_text;
    effect_.question = page_.text->id;
    effect_.text = text;
}

void Controller::close() {
    effect_.kind = page_.over ? EffectKind::finish : EffectKind::close;
    focus("", false);
    ui_.pressed.clear();
}

}  // namespace

Handled handle(const View& view, const Ui& ui, const Card& card, const Input& input) {
    if (!is_complete(view) || card.nodes.empty()) return Handled{ui, {}, false, false};
    Controller controller(view, ui, card);
    const bool used = controller.take(input);
    return controller.result(ui, used);
}

}  // namespace candor::card
