#include "paint/shapes.hpp"

#include <algorithm>
#include <cmath>

namespace candor::paint {

std::uint32_t packed(std::uint32_t argb) {
    return (argb & 0xff00ff00u) | ((argb >> 16) & 0xffu) | ((argb & 0xffu) << 16);
}

std::uint32_t blend(std::uint32_t from, std::uint32_t to, float share) {
    std::uint32_t result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const auto a = static_cast<float>((from >> shift) & 0xffu), b = static_cast<float>((to >> shift) & 0xffu);
        result |= static_cast<std::uint32_t>(std::lround(a + (b - a) * share)) << shift;
    }
    return result;
}

card::Rect grown(const card::Rect& rect, float by) {
    return {rect.x - by, rect.y - by, std::max(rect.width + 2 * by, 0.0f), std::max(rect.height + 2 * by, 0.0f)};
}

float Brush::whole(float length) const { return std::max(std::round(length / pixel), 1.0f) * pixel; }

void Brush::fill(const card::Rect& rect, float radius, std::uint32_t argb, ImDrawFlags corners) const {
    if (rect.width <= 0 || rect.height <= 0) return;
    const ImVec2 low(rect.x, rect.y), high(rect.x + rect.width, rect.y + rect.height);
    list.AddRectFilled(low, high, packed(argb), std::clamp(radius, 0.0f, std::min(rect.width, rect.height) / 2),
                       corners);
}

void Brush::bordered(const card::Rect& rect, float radius, std::uint32_t argb, std::uint32_t border, float width,
                     ImDrawFlags corners) const {
    fill(rect, radius, border, corners);
    fill(grown(rect, -width), radius - width, argb, corners);
}

void Brush::line(float x1, float y1, float x2, float y2, float width, std::uint32_t argb) const {
    const float dx = x2 - x1, dy = y2 - y1;
    const float length = std::sqrt(dx * dx + dy * dy);
    if (length <= 0) return;
    const float nx = -dy / length * width / 2, ny = dx / length * width / 2;
    // Clockwise: the fringe lies outside.
    const ImVec2 corners[] = {{x1 - nx, y1 - ny}, {x2 - nx, y2 - ny}, {x2 + nx, y2 + ny}, {x1 + nx, y1 + ny}};
    list.AddConvexPolyFilled(corners, 4, packed(argb));
}

}  // namespace candor::paint
