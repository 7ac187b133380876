// A candor_draw as pixels in memory, for pictures on a machine without a screen or OpenGL. What comes out is what the
// renderer's shaders make of it, but for the rounding of colours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "candor/desktop.h"

namespace candor::desktop {

// Rows from the top, each pixel 0xAARRGGBB, premultiplied: what Cairo calls ARGB32. `stride` is in pixels.
struct Pixels {
    uint32_t* first = nullptr;
    int32_t width = 0, height = 0;
    size_t stride = 0;

    uint32_t* row(int32_t y) const { return first + static_cast<size_t>(y) * stride; }
};

// Makes a run's picture, as candor_desktop_text_rasterise does.
using Rasterise =
    std::function<candor_status(const candor_text_run& run, float pixel_ratio, uint8_t* pixels, size_t capacity)>;

// Draws over what is there. `left` and `top` are the place on the draw's surface, in logical pixels, of the first
// pixel's corner; text is sharp where they fall between device pixels. CANDOR_INVALID, and nothing drawn, when an
// index, a run or a command points outside its array, or the ratio is no ratio; CANDOR_FAILED when a run could not be
// drawn, and the others were.
candor_status draw_pixels(const Rasterise& rasterise, const candor_draw& draw, float pixel_ratio, float left, float top,
                          const Pixels& pixels);
candor_status draw_pixels(candor_desktop_text* text, const candor_draw& draw, float pixel_ratio, float left, float top,
                          const Pixels& pixels);

}  // namespace candor::desktop
