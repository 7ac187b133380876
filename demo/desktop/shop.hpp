// The shop itself: what it sells, what happens when one presses something, and how it looks. Knows nothing of surveys
// but what it is told of why somebody is asked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "canvas.hpp"
#include "why.hpp"

namespace shop {

struct Product {
    std::string_view id;
    std::string_view name;
    std::string_view detail;
    std::string_view picture;
    int32_t cents;
    uint32_t tint;  // behind the picture
};

std::span<const Product> products();
std::string price(int64_t cents);

struct State {
    std::vector<std::string> persons;
    std::string person;  // empty: a guest
    std::vector<size_t> cart;
    int order = 1041;
    std::string status = "Free delivery today, roasted on Tuesday";
    std::vector<Reason> reasons;  // of each survey, when last decided
    bool shows_rules = false;     // all of them, in place of the shelf
    size_t first_line = 0;        // of those
    int64_t delivered = 0;
    bool dark = false;
    std::string hovered;  // ids of buttons
    std::string pressed;
};

// What the basket costs; when it is empty, the product of the week.
int64_t total(const State& state);

struct Button {
    std::string id;  // "buy", "add/mug", "person/desktop-1", "guest", "why"
    Rect rect;
};

struct Picture {
    Canvas canvas;
    std::vector<Button> buttons;
    size_t hidden_lines = 0;  // of the rules, for want of room
};

Picture paint(const State& state, const candor_text_host* text, float width, float height, float pixel_ratio);

}  // namespace shop
