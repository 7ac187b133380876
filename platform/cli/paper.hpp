// A picture of pixels: shapes, lines of text, and pictures on it, by Cairo and Pango. Lengths are logical pixels, and
// colours 0xAARRGGBB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/svg.hpp"

namespace candor::cli {

struct Ink {
    double px = 14;
    int weight = 400;
    std::uint32_t color = 0xff000000u;
};

// Rows from the top, 0xAARRGGBB, premultiplied.
struct Bitmap {
    int width = 0, height = 0;
    std::vector<std::uint32_t> pixels;

    Bitmap(int w, int h, std::uint32_t color)
        : width(w), height(h), pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), color) {}
};

class Paper {
public:
    static constexpr int kMost = 32'767;  // device pixels, each way: what Cairo takes

    // `scale` device pixels to a logical one.
    Paper(int width, int height, int scale, std::uint32_t color);
    ~Paper();
    Paper(const Paper&) = delete;
    Paper& operator=(const Paper&) = delete;

    // One line from `at`, the left end of its upper edge, no longer than `width`: then it ends in an ellipsis. Returns
    // how long it is.
    double text(Point at, double width, std::string_view text, const Ink& ink);
    // Device pixel on device pixel, with round corners.
    void picture(Point at, const Bitmap& bitmap, double radius);
    void outline(const Box& box, double radius, std::uint32_t color);

    Result<std::string> png();

private:
    struct Tools;
    std::unique_ptr<Tools> tools_;
    int scale_;
};

}  // namespace candor::cli
