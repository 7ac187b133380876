// A picture made by hand, to be drawn in one way or the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candor/desktop.h"
#include "desktop/draw.hpp"

namespace desktop_test {

constexpr int kWidth = 200;
constexpr int kHeight = 100;

struct DestroyText {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

// Rectangles and runs as a candor_draw.
class Drawing {
public:
    void quad(candor_rect rect, uint32_t color, int32_t run = -1, candor_rect clip = {0, 0, kWidth, kHeight}) {
        const auto first = static_cast<uint16_t>(vertices.size());
        const float right = rect.x + rect.width;
        const float bottom = rect.y + rect.height;
        vertices.insert(vertices.end(), {{rect.x, rect.y, 0, 0, color},
                                         {right, rect.y, 1, 0, color},
                                         {right, bottom, 1, 1, color},
                                         {rect.x, bottom, 0, 1, color}});
        commands.push_back({clip, run, static_cast<uint32_t>(indices.size()), 6});
        for (const int corner : {0, 1, 2, 0, 2, 3}) indices.push_back(static_cast<uint16_t>(first + corner));
    }

    int32_t run(const std::string& text, uint64_t key, float px = 24) {
        candor_text_run run{};
        run.key = key;
        run.text = {text.data(), text.size()};
        run.style = {px, 600, CANDOR_DIRECTION_LTR};
        run.width = 80;
        run.height = 40;
        run.baseline = 30;
        run.left = 2;
        runs.push_back(run);
        return static_cast<int32_t>(runs.size() - 1);
    }

    candor_draw draw() const { return candor::desktop::draw_of(vertices, indices, commands, runs); }

    std::vector<candor_vertex> vertices;
    std::vector<uint16_t> indices;
    std::vector<candor_draw_command> commands;
    std::vector<candor_text_run> runs;
};

// To be drawn over blue.
inline Drawing shapes() {
    Drawing drawing;
    drawing.quad({10, 10, 40, 20}, 0xff0000ff);                         // red
    drawing.quad({60, 10, 40, 20}, 0x800000ff);                         // half of it, over blue
    drawing.quad({110, 10, 40, 20}, 0xff00ff00, -1, {120, 15, 10, 5});  // green, clipped
    drawing.quad({10, 60, 40, 20}, 0xff00ff00, -1, {0, 0, 5, 5});       // clipped away
    drawing.quad({60, 60, 40, 20}, 0x00ffffff);                         // nothing
    return drawing;
}

}  // namespace desktop_test
