// Shapes and text as the triangles of a candor_draw, so that the shop's own picture and the card go through one
// renderer.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "candor/candor.h"

namespace shop {

// R in the lowest byte, straight alpha.
using Color = uint32_t;

constexpr Color rgb(uint32_t hex) { return 0xff000000 | (hex & 0xff) << 16 | (hex & 0xff00) | (hex >> 16 & 0xff); }
Color with_alpha(Color color, float alpha);
Color mixed(Color a, Color b, float share_of_b);

using Rect = candor_rect;

constexpr bool contains(const Rect& rect, float x, float y) {
    return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}
constexpr Rect inset(const Rect& rect, float by) {
    return {rect.x + by, rect.y + by, rect.width - 2 * by, rect.height - 2 * by};
}

struct Type {
    float px = 15;
    int32_t weight = CANDOR_WEIGHT_REGULAR;
};

enum class Align { left, center, right };

class Canvas {
public:
    Canvas(const candor_text_host* text, float width, float height, float pixel_ratio);

    // Clear-edged shapes; the second colour, if given, is at the bottom.
    void rounded(const Rect& rect, float radius, Color color);
    void rounded(const Rect& rect, float radius, Color top, Color bottom);
    void outline(const Rect& rect, float radius, Color color, float width = 1);
    // What falls behind a shape: `blur` wide, moved down by `drop`.
    void shadow(const Rect& rect, float radius, float blur, float drop, Color color);

    float text_width(std::string_view text, Type type) const;
    float line_height(Type type) const;
    // One line, cut with an ellipsis where it would be wider than `rect`; in the middle of its height. Returns its
    // width.
    float text(const Rect& rect, std::string_view text, Type type, Color color, Align align = Align::left);

    // Valid until the canvas changes.
    candor_draw draw() const;

private:
    struct Point {
        float x, y;
    };
    std::vector<Point> path(const Rect& rect, float radius) const;
    // Triangles between two paths of equally many points, each with its colours.
    template <typename ColorOf>
    void ring(const std::vector<Point>& inner, const std::vector<Point>& outer, ColorOf inner_color,
              ColorOf outer_color);
    template <typename ColorAt>
    void fill(const Rect& rect, float radius, ColorAt color_at);
    uint16_t vertex(float x, float y, float u, float v, Color color);
    void triangle(uint16_t a, uint16_t b, uint16_t c);
    void use(int32_t run);
    candor_text_style style(Type type) const;
    candor_text_metrics metrics(Type type) const;
    std::string cut(std::string_view text, Type type, float width) const;
    void line(float x, float baseline, std::string_view text, Type type, float width, Color color);
    float snapped(float length) const;

    const candor_text_host* text_host_;
    float width_, height_, ratio_;
    std::vector<candor_vertex> vertices_;
    std::vector<uint16_t> indices_;
    std::vector<candor_draw_command> commands_;
    std::vector<candor_text_run> runs_;
    std::deque<std::string> texts_;  // of the runs: a deque does not move what it holds
};

}  // namespace shop
