// Input to the card. It changes focus, hover and caret, and says what the client is to do; it answers nothing by
// itself.
#include <utility>

#include "base/floats.hpp"
#include "card/card.hpp"
#include "card/node.hpp"
#include "card/page.hpp"
#include "card/typing.hpp"
#include "interview/interview.hpp"

namespace candor::card {

namespace {

class Controller {
public:
    Controller(const View& view, const Card& card, const TextEntry* entry, Handled& out)
        : view_(view),
          card_(card),
          entry_(entry),
          page_(page_of(view)),
          typed_(page_.typed),
          ui_(out.ui),
          effect_(out.effect) {
        if (entry_) ui_.caret = entry_->boundary(typed_, ui_.caret);
    }

    bool take(const Input& input);

private:
    bool pointer(const Input& input);
    bool key(const Input& input);
    bool key_on_radio(const Node& node, const Input& input);
    bool key_in_text(const Node& node, const Input& input);
    bool typed_text(const Input& input);
    bool digits(std::string_view text);
    bool action(const Input& input);
    bool scroll(float by);

    bool tab(bool backwards);
    bool is_chosen(const Node& node) const;
    int columns() const;

    void activate(const Node& node);
    void choose(const Node& node);
    void choose_score(const Node& node);
    void choose_one(const survey::Choice& choice);
    void toggle(const survey::Choice& toggled);
    const survey::Choice& choice_at(const Node& node) const;
    void pick(List<String>&& now);
    List<String> picked() const { return {page_.picked.data(), page_.picked.data() + page_.picked.size()}; }
    void effect(EffectKind kind, std::string_view text = {});
    void close();
    void send();
    void miss();
    void answer_text(std::string_view text);
    void focus(NodeId id, bool visible);
    void focus_cell(int score);
    void edit(const Node& node, const Input& input);
    void change(Edited& edited);

    const View& view_;
    const Card& card_;
    const TextEntry* entry_;
    const Page page_;
    const std::string_view typed_;
    Ui& ui_;
    Effect& effect_;
};

constexpr NodeId kSend("send"), kNext("next"), kSkip("skip"), kBack("back"), kLater("later"), kRetry("retry"),
    kConsent("consent");

bool enabled(const Node& node) { return !(node.states & kDisabled); }

bool Controller::take(const Input& input) {
    if (input.kind != InputKind::text && input.kind != InputKind::pointer_move) ui_.one_typed = false;
    switch (input.kind) {
        case InputKind::key: return key(input);
        case InputKind::text: return typed_text(input);
        case InputKind::press:
        case InputKind::focus:
        case InputKind::blur:
        case InputKind::set_value: return action(input);
        case InputKind::scroll: return scroll(input.y);
        default: return pointer(input);
    }
}

// ---- pointer ----

bool Controller::pointer(const Input& input) {
    if (input.kind == InputKind::pointer_leave) {
        ui_.hover = ui_.pressed = NodeId();
        return false;
    }
    const bool inside = card_.layout == Layout::modal || card_.rect.contains(input.x, input.y);
    const Node* node = card_.at(input.x, input.y);
    if (node && !enabled(*node)) node = nullptr;
    const NodeId id = node ? node->id : NodeId();
    ui_.hover = id;
    if (input.kind == InputKind::pointer_down) {
        if (node) ui_.pressed = id;
        if (node || !inside) focus(id, false);
        if (node && node->role == Role::textbox) edit(*node, input);
    } else if (input.kind == InputKind::pointer_up) {
        const NodeId pressed = std::exchange(ui_.pressed, {});
        if (node && id == pressed) activate(*node);
        return !pressed.empty() || inside;
    }
    return inside;
}

// Of a card that is all in sight there is nothing to scroll.
bool Controller::scroll(float by) {
    const float to = clamped(card_.scrolled + by, 0.0f, card_.most_scrolled);
    if (to == card_.scrolled) return card_.most_scrolled > 0;
    ui_.scrolled = to;
    ui_.scrolled_page = card_.page;
    ui_.focus_visible = false;
    return true;
}

// ---- keys ----

bool Controller::key(const Input& input) {
    if (input.key == Key::tab) return tab(input.shift);
    const bool modal = card_.layout == Layout::modal;
    const Node* node = card_.find(ui_.focus);
    if (input.key == Key::escape && (node || modal)) {
        close();
        return true;
    }
    if (!node) return modal;
    if (node->role == Role::textbox) return key_in_text(*node, input);
    if (input.key == Key::space || input.key == Key::enter) {
        if (enabled(*node)) activate(*node);
        return true;
    }
    return node->role == Role::radio && key_on_radio(*node, input);
}

bool Controller::is_chosen(const Node& node) const { return node.role == Role::radio && (node.states & kChecked) != 0; }

// A scale is one stop, and so is a single choice, where the first cell stands: the chosen cell, else the one that has
// the focus, else the first. After the last stop the host's are next, but for a modal card, which begins anew.
bool Controller::tab(bool backwards) {
    const Node* const first = card_.cell(card_.first_cell);
    const Node* from = card_.find(ui_.focus);
    if (from && from->role == Role::radio) from = first;
    const Node* stop = nullptr;
    for (const Node& node : card_.nodes) {
        if (!actionable(node) || !enabled(node)) continue;
        if (node.role == Role::radio && &node != first) continue;
        if (backwards && (!from || &node < from)) stop = &node;
        if (!backwards && !stop && (!from || &node > from)) stop = &node;
    }
    if (!stop) {
        focus({}, false);
        return card_.layout == Layout::modal && from && tab(backwards);
    }
    if (stop == first && stop->role == Role::radio) {
        for (const Node& node : card_.nodes) {
            if (is_chosen(node)) stop = &node;
        }
    }
    focus(stop->id, true);
    if (stop->role == Role::textbox) ui_.caret = typed_.size();
    return true;
}

int Controller::columns() const {
    const Node* first = card_.cell(card_.first_cell);
    int count = 0;
    for (const Node& node : card_.nodes) count += node.cell >= 0 && node.box.y == first->box.y;
    return count;
}

bool Controller::key_on_radio(const Node& node, const Input& input) {
    const int forward = card_.cells_direction == Direction::rtl ? -1 : 1;
    const int row = card_.scale_rows > 1 ? columns() : 1;
    int to = node.cell;
    switch (input.key) {
        case Key::left: to -= forward; break;
        case Key::right: to += forward; break;
        case Key::up: to -= row; break;
        case Key::down: to += row; break;
        case Key::home: to = card_.first_cell; break;
        case Key::end: to = card_.last_cell; break;
        default: return false;
    }
    focus_cell(to);
    return true;
}

// ---- text ----

bool Controller::typed_text(const Input& input) {
    const Node* node = card_.find(ui_.focus);
    if (!node) return false;
    if (node->role == Role::radio && page_.scale) return digits(input.text);
    if (node->role != Role::textbox) return input.text == " ";  // its key has done the work
    edit(*node, input);
    return true;
}

// Digits move the focus and choose nothing: 1 then 0 is 10. European, Arabic and Persian ones.
bool Controller::digits(std::string_view text) {
    bool used = text == " ";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte_at = [&](std::size_t at) {
            return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
        };
        const int lead = byte_at(i), next = byte_at(i + 1);
        int digit = lead - '0';
        if (lead == 0xD9) digit = next - 0xA0;
        if (lead == 0xDB) digit = next - 0xB0;
        if (digit < 0 || digit > 9) continue;
        const bool ten = ui_.one_typed && digit == 0;
        focus_cell(ten ? 10 : digit);
        ui_.one_typed = digit == 1;
        used = true;
    }
    return used;
}

bool Controller::key_in_text(const Node& node, const Input& input) {
    if (!enabled(node)) return false;
    if (input.key == Key::enter && input.control) {
        send();
    } else if (input.key != Key::space) {  // which comes as text, too
        edit(node, input);
    }
    return true;
}

void Controller::edit(const Node& node, const Input& input) {
    if (!entry_ || !enabled(node)) return;
    Edited edited = entry_->edit(card_, node, typed_, ui_.caret, input);
    change(edited);
}

void Controller::change(Edited& edited) {
    ui_.caret = edited.caret;
    if (edited.text == typed_) return;
    effect(EffectKind::draft, edited.text);
    effect_.choices = picked();
}

// ---- what an assistive technology or a mirrored control asks ----

bool Controller::action(const Input& input) {
    const Node* node = card_.find(input.node);
    if (!node || !actionable(*node)) return false;
    const bool focused = ui_.focus == node->id;
    const bool text = node->role == Role::textbox;
    if (input.kind == InputKind::focus) {
        focus(node->id, ui_.pressed != node->id);
        if (!focused && text) ui_.caret = typed_.size();
        return true;
    }
    if (input.kind == InputKind::blur) {
        if (focused) focus({}, false);
        return true;
    }
    if (!enabled(*node)) return false;
    if (input.kind == InputKind::press) {
        ui_.pressed = {};
        activate(*node);
        return true;
    }
    if (!text) return false;
    Edited set{interview::clip(typable(input.text))};
    set.caret = set.text.size();
    change(set);
    return true;
}

// ---- effects ----

void Controller::focus(NodeId id, bool visible) {
    ui_.focus_visible = visible && !id.empty();
    ui_.focus = id;
    ui_.one_typed = false;
}

void Controller::focus_cell(int score) {
    const Node* node = card_.cell(score);
    if (node) focus(node->id, true);
}

// About what is asked.
void Controller::effect(EffectKind kind, std::string_view text) {
    effect_.kind = kind;
    effect_.question = page_.asked->id;
    effect_.text = text;
}

void Controller::activate(const Node& node) {
    if (node.cell >= 0) choose(node);
    if (node.role == Role::textbox) focus(node.id, ui_.focus_visible);
    if (node.role == Role::link) effect(EffectKind::open, node.value);
    if (node.id == kClose) close();
    if (node.id == kSend) send();
    if (node.id == kNext && page_.can_send) answer_text({});
    if (node.id == kSkip && page_.can_skip) answer_text({});
    if (node.id == kBack && page_.can_back) {
        effect(EffectKind::back);
        if (page_.scale) effect_.question = page_.scale->id;
    }
    if (node.id == kLater) effect_.kind = EffectKind::later;
    if (node.id == kRetry) effect_.kind = EffectKind::retry;
    if (node.id == kConsent && page_.can_agree) effect_.kind = EffectKind::agree;
}

void Controller::choose(const Node& node) {
    if (!page_.can_choose) return;
    if (page_.scale) return choose_score(node);
    const survey::Choice& choice = choice_at(node);
    if (node.role == Role::radio) return choose_one(choice);
    toggle(choice);
}

// Once more what was chosen is nothing new, but for a question that was gone back to: there it goes on.
void Controller::choose_score(const Node& node) {
    const bool again = page_.score == node.cell && view_.status != Status::failed;
    if (again && page_.scale != interview::current(*view_.survey, *view_.interview)) return;
    effect_.kind = EffectKind::answer_score;
    effect_.question = page_.scale->id;
    effect_.score = node.cell;
}

const survey::Choice& Controller::choice_at(const Node& node) const {
    const interview::Order order = interview::order_of(*page_.choice, view_.interview->seed);
    return page_.choice->choices[order[static_cast<std::size_t>(node.cell)]];
}

void Controller::choose_one(const survey::Choice& choice) {
    if (choice.other) return pick({choice.id});
    effect(EffectKind::answer_choices);
    effect_.choices = {choice.id};
}

void Controller::toggle(const survey::Choice& toggled) {
    List<String> now;
    for (const survey::Choice& choice : page_.choice->choices) {
        if (page_.is_picked(choice.id) != (&choice == &toggled)) now.push_back(choice.id);
    }
    pick(std::move(now));
}

void Controller::pick(List<String>&& now) {
    effect(EffectKind::draft, typed_);
    effect_.choices = std::move(now);
}

void Controller::send() {
    if (!page_.can_send) return;
    if (page_.needs_answer) return miss();
    answer_text(typed_);
    if (!page_.choice) return;
    effect_.kind = EffectKind::answer_choices;
    effect_.choices = picked();
    if (!page_.has_box) effect_.text.clear();  // of a choice that was taken back
}

// The focus goes to what lacks the answer.
void Controller::miss() {
    ui_.missed = card_.page;
    for (const Node& node : card_.nodes) {
        if (page_.text ? node.role == Role::textbox : node.cell == 0) return focus(node.id, true);
    }
}

void Controller::answer_text(std::string_view text) { effect(EffectKind::answer_text, text); }

void Controller::close() {
    effect_.kind = page_.over ? EffectKind::finish : EffectKind::close;
    focus({}, false);
    ui_.pressed = {};
}

}  // namespace

Handled handle(const View& view, const Ui& ui, const Card& card, const Input& input, const TextEntry* entry) {
    Handled handled;
    handled.ui = ui;
    if (!is_complete(view) || card.nodes.empty()) return handled;
    handled.used = Controller(view, card, entry, handled).take(input);
    Ui seen = handled.ui;
    seen.one_typed = ui.one_typed;
    handled.redraw = handled.effect.kind != EffectKind::none || seen != ui;
    return handled;
}

}  // namespace candor::card
