// An engine in sixty lines: triangles with a colour and a place in a picture, on a canvas in memory, and the canvas as
// a file. What any engine has.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace embed {

struct Color {
    float r = 0, g = 0, b = 0, a = 0;
};

inline Color operator*(const Color& color, float by) {
    return {color.r * by, color.g * by, color.b * by, color.a * by};
}
inline Color operator+(const Color& one, const Color& other) {
    return {one.r + other.r, one.g + other.g, one.b + other.b, one.a + other.a};
}

// Of four bytes, R lowest.
inline Color color_of(uint32_t packed) {
    const auto part = [&](int shift) { return static_cast<float>(packed >> shift & 0xff) / 255; };
    return {part(0), part(8), part(16), part(24)};
}

struct Corner {
    float x, y, u, v;
    Color color;
};

struct Clip {
    int left, top, right, bottom;
};

struct Canvas {
    int width, height;
    std::vector<uint8_t> rgb;

    Canvas(int w, int h, const std::array<uint8_t, 3>& color) : width(w), height(h) {
        for (int i = 0; i < w * h; ++i) rgb.insert(rgb.end(), color.begin(), color.end());
    }

    // `color` is premultiplied.
    void blend(int x, int y, const Color& color) {
        uint8_t* pixel = &rgb[static_cast<size_t>(y * width + x) * 3];
        const float parts[] = {color.r, color.g, color.b};
        for (const float part : parts) {
            const float sum = part * 255 + static_cast<float>(*pixel) * (1 - color.a);
            *pixel++ = static_cast<uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
        }
    }
};

// `shade(color, u, v)` gives the premultiplied colour of a pixel. Corners lie on a grid of 256ths of a pixel, so that
// of two triangles with a side in common exactly one has each pixel.
template <typename Shade>
void fill(Canvas& canvas, const Clip& clip, std::array<Corner, 3> corners, Shade shade) {
    struct Point {
        int64_t x, y;
    };
    const auto grid = [](float at) { return std::llround(static_cast<double>(at) * 256); };
    const auto point = [&](const Corner& corner) { return Point{grid(corner.x), grid(corner.y)}; };
    const auto side = [](const Point& a, const Point& b, const Point& at) {
        return (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x);
    };
    int64_t area = side(point(corners[0]), point(corners[1]), point(corners[2]));
    if (area < 0) std::swap(corners[1], corners[2]);
    const Point a = point(corners[0]), b = point(corners[1]), c = point(corners[2]);
    const auto has = [&](const Point& from, const Point& to, int64_t value) {
        return value > 0 || (value == 0 && (to.y < from.y || (to.y == from.y && to.x > from.x)));
    };
    if ((area = std::abs(area)) == 0) return;
    const auto [left, right] = std::minmax({a.x, b.x, c.x});
    const auto [top, bottom] = std::minmax({a.y, b.y, c.y});
    for (int y = std::max<int>(clip.top, static_cast<int>(top >> 8)); y < clip.bottom && y * 256 <= bottom; ++y) {
        for (int x = std::max<int>(clip.left, static_cast<int>(left >> 8)); x < clip.right && x * 256 <= right; ++x) {
            const Point at{x * 256 + 128, y * 256 + 128};
            const int64_t of_a = side(b, c, at), of_b = side(c, a, at), of_c = side(a, b, at);
            if (!has(b, c, of_a) || !has(c, a, of_b) || !has(a, b, of_c)) continue;
            const float whole = static_cast<float>(area);
            const float wa = static_cast<float>(of_a) / whole, wb = static_cast<float>(of_b) / whole,
                        wc = static_cast<float>(of_c) / whole;
            const Color color = corners[0].color * wa + corners[1].color * wb + corners[2].color * wc;
            canvas.blend(x, y,
                         shade(color, corners[0].u * wa + corners[1].u * wb + corners[2].u * wc,
                               corners[0].v * wa + corners[1].v * wb + corners[2].v * wc));
        }
    }
}

// As a PPM file. False: it could not be written whole.
inline bool write_ppm(const std::string& file, const Canvas& canvas) {
    std::FILE* out = std::fopen(file.c_str(), "wb");
    if (!out) return false;
    const bool head = std::fprintf(out, "P6\n%d %d\n255\n", canvas.width, canvas.height) > 0;
    const bool body = std::fwrite(canvas.rgb.data(), 1, canvas.rgb.size(), out) == canvas.rgb.size();
    return std::fclose(out) == 0 && head && body;
}

}  // namespace embed
