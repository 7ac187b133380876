#include "paint/shapes.hpp"

#include <algorithm>
#include <cmath>

#include "base/floats.hpp"
#include "imgui_internal.h"

namespace candor::paint {

namespace {

constexpr int kQuarter = IM_DRAWLIST_ARCFAST_TABLE_SIZE / 4;

// The coarsest step whose chords stay within three tenths of a device pixel of the arc.
int step_for(float radius, float pixel) {
    constexpr float kStepsOfOne = 11.8f;  // where the radius is one pixel
    return std::clamp(static_cast<int>(kStepsOfOne * std::sqrt(pixel / radius)), 1, 4);
}

}  // namespace

std::uint32_t packed(std::uint32_t argb) {
    return (argb & 0xff00ff00u) | ((argb >> 16) & 0xffu) | ((argb & 0xffu) << 16);
}

card::Rect grown(const card::Rect& rect, float by) {
    return {rect.x - by, rect.y - by, larger(rect.width + 2 * by, 0.0f), larger(rect.height + 2 * by, 0.0f)};
}

void outline(ImDrawList& list, const card::Rect& rect, float radius, int step, Corners corners) {
    const ImVec2* circle = list._Data->ArcFastVtx;  // from the right, downwards
    for (int corner = 0; corner < 4; ++corner) {
        const bool right = corner == 1 || corner == 2, low = corner >= 2;
        const float r = low && corners == Corners::upper ? 0 : radius;
        const float x = right ? rect.x + rect.width - r : rect.x + r;
        const float y = low ? rect.y + rect.height - r : rect.y + r;
        const int first = (corner + 2) % 4 * kQuarter;
        const int points = r > 0 ? kQuarter : 0;
        for (int i = 0; i <= points; i += step) {
            const ImVec2& direction = circle[(first + i) % IM_DRAWLIST_ARCFAST_TABLE_SIZE];
            list._Path.push_back(ImVec2(x + direction.x * r, y + direction.y * r));
        }
    }
}

void quad(ImDrawList& list, const card::Rect& rect, std::uint32_t argb, float texture) {
    list.PrimReserve(6, 4);
    list.PrimRectUV(ImVec2(rect.x, rect.y), ImVec2(rect.x + rect.width, rect.y + rect.height), ImVec2(0, 0),
                    ImVec2(texture, texture), packed(argb));
}

float Brush::whole(float length) const { return larger(rounded(length / pixel), 1.0f) * pixel; }

void Brush::fill(const card::Rect& rect, float radius, std::uint32_t argb, Corners corners) const {
    if (rect.width <= 0 || rect.height <= 0) return;
    const float half = smaller(rect.width, rect.height) / 2;
    if (radius < 0.5f || half < 0.5f) {
        quad(list, rect, argb, 0);
        return;
    }
    radius = smaller(radius, half - 1);
    if (radius < 0.5f) radius = 0;
    outline(list, rect, radius, step_for(radius, pixel), corners);
    list.AddConvexPolyFilled(list._Path.Data, list._Path.Size, packed(argb));
    list._Path.Size = 0;
}

void Brush::bordered(const card::Rect& rect, float radius, std::uint32_t argb, std::uint32_t border,
                     float width) const {
    fill(rect, radius, border);
    fill(grown(rect, -width), radius - width, argb);
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
