#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace shop {
namespace {

// One line, whatever the text holds.
std::string flat(candor_string text) {
    std::string line(text.data ? text.data : "", text.size);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return line;
}

const char* name_of(candor_event_kind kind) {
    switch (kind) {
        case CANDOR_EVENT_READY: return "ready";
        case CANDOR_EVENT_PROMPT_POSSIBLE: return "possible";
        case CANDOR_EVENT_SHOWN: return "shown";
        case CANDOR_EVENT_ANSWERED: return "answered";
        case CANDOR_EVENT_DISMISSED: return "dismissed";
        case CANDOR_EVENT_PROMPT_CHANGED: return "changed";
        case CANDOR_EVENT_PROMPT_ENDED: return "ended";
        case CANDOR_EVENT_ERROR: return "error";
        case CANDOR_EVENT_LOG: return "log";
        case CANDOR_EVENT_DELIVERED: return "delivered";
        case CANDOR_EVENT_DECIDED: return "decided";
        case CANDOR_EVENT_LINK: return "link";
        case CANDOR_EVENT_SNOOZED: return "snoozed";
        default: return "unknown";
    }
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

void Report::say(const std::string& line) const { print(line + "\n"); }

void Report::event(const candor_event& event) const {
    std::string line = std::string("event ") + name_of(event.kind);
    if (event.survey.size > 0) line += " " + flat(event.survey);
    if (event.kind == CANDOR_EVENT_DELIVERED) line += " " + std::to_string(event.count);
    const bool tells = event.kind == CANDOR_EVENT_ERROR || event.kind == CANDOR_EVENT_LOG ||
                       event.kind == CANDOR_EVENT_LINK ||
                       (event.kind == CANDOR_EVENT_DECIDED && event.survey.size == 0);
    if (tells) line += " " + flat(event.text);
    say(line);
}

void Report::explain(const std::string& json) const { say("explain " + flat({json.data(), json.size()})); }

std::string Report::place(const Rect& rect, float scale) {
    const auto whole = [&](float length) { return std::to_string(std::lround(length * scale)); };
    return whole(rect.x) + " " + whole(rect.y) + " " + whole(rect.width) + " " + whole(rect.height);
}

void Report::card(const candor_card* card) {
    std::string text = "frame none\n";
    if (card) {
        text = "frame card " + place(card->rect, scale_) + "\n";
        for (size_t i = 0; i < card->node_count; ++i) {
            const candor_node& node = card->nodes[i];
            if (node.key.size > 0) text += "node " + flat(node.key) + " " + place(node.rect, scale_) + "\n";
        }
    }
    if (text == card_ || (!card && card_.empty())) return;
    card_ = text;
    print(text);
}

void Report::buttons(const std::vector<Button>& buttons) {
    std::string text;
    for (const Button& button : buttons) text += "button " + button.id + " " + place(button.rect, scale_) + "\n";
    if (text == buttons_) return;
    buttons_ = text;
    print(text);
}

void Report::window(const Rect& rect) {
    const std::string text = "window " + place(rect, 1);
    if (text == window_) return;
    window_ = text;
    say(text);
}

}  // namespace shop
