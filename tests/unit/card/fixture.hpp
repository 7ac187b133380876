// A view of a survey that can be walked through, and a measurer whose every width is known.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "../interview/everything.hpp"
#include "card/card.hpp"
#include "interview/interview.hpp"
#include "survey/document.hpp"

namespace fixture {

// `slack`: places are rounded.
inline bool within(const card::Rect& inner, const card::Rect& outer, float slack = 0.01f) {
    return inner.x >= outer.x - slack && inner.y >= outer.y - slack &&
           inner.x + inner.width <= outer.x + outer.width + slack &&
           inner.y + inner.height <= outer.y + outer.height + slack;
}

inline bool overlap(const card::Rect& a, const card::Rect& b) {
    constexpr float kSlack = 0.01f;
    return a.x + kSlack < b.x + b.width && b.x + kSlack < a.x + a.width && a.y + kSlack < b.y + b.height &&
           b.y + kSlack < a.y + a.height;
}

// Half an em a code point; lines break at blanks, long words anywhere.
inline float width_of(std::string_view text, const card::TextStyle& style) {
    std::size_t points = 0;
    for (char c : text) points += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    return static_cast<float>(points) * style.px * 0.5f;
}

inline std::size_t fitting(std::string_view text, std::size_t from, const card::TextStyle& style, float max_width) {
    std::size_t end = from;
    while (end < text.size() && text[end] != '\n') {
        std::size_t next = end + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0u) == 0x80u) ++next;
        if (end > from && width_of(text.substr(from, next - from), style) > max_width) break;
        end = next;
    }
    return end;
}

inline std::vector<card::Line> break_lines(std::string_view text, const card::TextStyle& style, float max_width) {
    std::vector<card::Line> lines;
    std::size_t from = 0;
    for (;;) {
        std::size_t end = fitting(text, from, style, max_width);
        const bool rest = end < text.size() && text[end] != '\n';
        const std::size_t blank = text.substr(0, end + 1).rfind(' ');
        std::size_t next = end;
        if (rest && blank != std::string_view::npos && blank > from) {
            end = blank;
            next = blank + 1;
        }
        lines.push_back({from, end, width_of(text.substr(from, end - from), style)});
        if (next >= text.size()) return lines;
        from = text[next] == '\n' ? next + 1 : next;
    }
}

inline card::TextStyle style_of(const candor_text_style& style) {
    return {style.px, style.weight,
            style.direction == CANDOR_DIRECTION_RTL ? card::Direction::rtl : card::Direction::ltr};
}

inline std::size_t write_lines(const std::vector<card::Line>& found, card::Line* lines, std::size_t capacity) {
    std::copy_n(found.begin(), std::min(found.size(), capacity), lines);
    return found.size();
}

inline card::TextMeasurer measurer() {
    card::TextMeasurer measurer{};
    measurer.metrics = [](void*, const candor_text_style* style, candor_text_metrics* metrics) {
        *metrics = {style->px * 0.9f, style->px * 0.25f};
    };
    measurer.lines = [](void*, candor_string text, const candor_text_style* style, float max_width, card::Line* lines,
                        std::size_t capacity) {
        return write_lines(break_lines({text.data, text.size}, style_of(*style), max_width), lines, capacity);
    };
    measurer.caret = [](void*, candor_string line, const candor_text_style* style, std::size_t byte) {
        const std::string_view text(line.data, line.size);
        const float before = width_of(text.substr(0, byte), style_of(*style));
        return style->direction == CANDOR_DIRECTION_RTL ? width_of(text, style_of(*style)) - before : before;
    };
    return measurer;
}

// By its name: a cell's id tells of its question, too.
inline const card::Node* find_key(const card::Card& card, std::string_view key) {
    for (const card::Node& node : card.nodes) {
        if (node.key == key) return &node;
    }
    return nullptr;
}

// The client in small: it carries effects out, and its store answers when it is told to.
struct Desk {
    survey::Document document = fixture::document();
    interview::Interview interview = interview::begin(document.surveys[0]);
    card::Status status = card::Status::asking;
    card::Agreement agreement = card::Agreement::unneeded;
    card::Ui ui;
    card::Options options{1280, 800, 1, false, false, false};
    std::string locale = "en";
    std::string composing;
    std::size_t composing_caret = 0;
    card::TextMeasurer text = measurer();
    std::vector<card::Effect> effects;

    card::View view() const {
        card::View view{&document, &document.surveys[0], &interview, status, locale, false, agreement, {}};
#ifndef __EMSCRIPTEN__
        view.composing = composing;
        view.composing_caret = composing_caret;
#endif
        return view;
    }
    card::Card card() const { return card::layout(view(), ui, options, text, &card::kDrawnEntry); }

    card::Handled take(const card::Input& input) {
        card::Handled handled = card::handle(view(), ui, card(), input, &card::kDrawnEntry);
        ui = handled.ui;
        if (handled.effect.kind != card::EffectKind::none) carry_out(handled.effect);
        return handled;
    }

    void carry_out(const card::Effect& effect) {
        effects.push_back(effect);
        const survey::Survey& survey = document.surveys[0];
        Result<interview::Interview> next = interview;
        if (effect.kind == card::EffectKind::answer_score) {
            next = interview::answer_score(survey, interview, effect.question, effect.score);
        } else if (effect.kind == card::EffectKind::answer_text) {
            next = interview::answer_text(survey, interview, effect.question, effect.text);
        } else if (effect.kind == card::EffectKind::answer_choices) {
            next = interview::given(survey, interview, effect.question, {std::nullopt, effect.text, effect.choices});
        } else if (effect.kind == card::EffectKind::draft) {
            interview.draft = effect.text;
            interview.picked = effect.choices;
            interview.drafted = effect.question;
            return;
        } else if (effect.kind == card::EffectKind::agree) {
            agreement = card::Agreement::given;
        } else if (effect.kind == card::EffectKind::back) {
            interview::back_from(survey, interview, effect.question);
            return;
        } else if (effect.kind != card::EffectKind::retry) {
            return;
        }
        if (next) interview = *next;
        status = card::Status::storing;
    }

    void stored() {
        status = interview::complete(document.surveys[0], interview) ? card::Status::done : card::Status::asking;
    }

    card::Handled key(card::Key key, bool shift = false, bool control = false) {
        card::Input input;
        input.kind = card::InputKind::key;
        input.key = key;
        input.shift = shift;
        input.control = control;
        return take(input);
    }
    card::Handled type(std::string_view text_typed) {
        card::Input input;
        input.kind = card::InputKind::text;
        input.text = text_typed;
        return take(input);
    }
    card::Handled pointer(card::InputKind kind, float x, float y) {
        card::Input input;
        input.kind = kind;
        input.x = x;
        input.y = y;
        return take(input);
    }
    card::Handled scroll(float by) {
        card::Input input;
        input.kind = card::InputKind::scroll;
        input.y = by;
        return take(input);
    }
    card::Handled tap_at(float x, float y) {
        pointer(card::InputKind::pointer_down, x, y);
        return pointer(card::InputKind::pointer_up, x, y);
    }
    card::Handled tap(std::string_view key_of_node) {
        const card::Card now = card();
        const card::Node* node = find_key(now, key_of_node);
        if (!node) return {};
        return tap_at(node->rect.x + node->rect.width / 2, node->rect.y + node->rect.height / 2);
    }
    card::Handled act(card::InputKind kind, std::string_view key_of_node, std::string_view value = {}) {
        const card::Card now = card();
        const card::Node* node = find_key(now, key_of_node);
        card::Input input;
        input.kind = kind;
        input.node = node ? node->id : -1;
        input.text = value;
        return take(input);
    }
};

}  // namespace fixture
