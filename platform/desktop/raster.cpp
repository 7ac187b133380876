#include "desktop/raster.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "desktop/draw.hpp"

namespace candor::desktop {
namespace {

// Corners lie on a grid finer than the pixels, so that sides are whole numbers, and of two triangles with a side in
// common exactly one has each pixel.
constexpr int64_t kGrid = 256;
constexpr float kFarthest = 1e6F;  // pixels; the product of two such sides still fits

struct Color {
    float r = 0, g = 0, b = 0, a = 0;  // premultiplied
};

Color operator*(const Color& color, float by) { return {color.r * by, color.g * by, color.b * by, color.a * by}; }

Color operator+(const Color& one, const Color& other) {
    return {one.r + other.r, one.g + other.g, one.b + other.b, one.a + other.a};
}

// A run's picture, or none where shapes are plain.
struct Texture {
    int32_t width = 0, height = 0;
    std::vector<uint8_t> texels;

    Color texel(int32_t x, int32_t y) const {
        x = std::clamp(x, 0, width - 1);
        y = std::clamp(y, 0, height - 1);
        const uint8_t* at = &texels[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4];
        const auto part = [&](int i) { return static_cast<float>(at[i]) / 255; };
        return {part(0), part(1), part(2), part(3)};
    }

    // Between the four nearest.
    Color at(float u, float v) const {
        const float x = place(u, width), y = place(v, height);
        const float whole_x = std::floor(x), whole_y = std::floor(y);
        const float right = x - whole_x, below = y - whole_y;
        const auto i = static_cast<int32_t>(whole_x), j = static_cast<int32_t>(whole_y);
        const Color upper = texel(i, j) * (1 - right) + texel(i + 1, j) * right;
        const Color lower = texel(i, j + 1) * (1 - right) + texel(i + 1, j + 1) * right;
        return upper * (1 - below) + lower * below;
    }

private:
    static float place(float share, int32_t size) {
        return (share > 0 ? std::min(share, 1.0F) : 0) * static_cast<float>(size) - 0.5F;  // a NaN is no place
    }
};

struct Corner {
    int64_t x = 0, y = 0;  // on the grid
    float u = 0, v = 0;
    Color color;
};

struct Box {
    int32_t left = 0, top = 0, right = 0, bottom = 0;
};

// From a corner to the next; inside is where it is positive.
struct Side {
    int64_t dx, dy, value;  // value: at the pixel that is looked at
    bool owned;             // pixels that lie on it belong to this triangle

    Side(const Corner& from, const Corner& to, int64_t x, int64_t y)
        : dx(to.x - from.x),
          dy(to.y - from.y),
          value(dx * (y - from.y) - dy * (x - from.x)),
          owned(dy < 0 || (dy == 0 && dx > 0)) {}

    bool has() const { return value > 0 || (value == 0 && owned); }
    void right() { value -= dy * kGrid; }
    void down() { value += dx * kGrid; }
};

// Colour glyphs keep their colours, see candor_desktop_text_rasterise.
Color tinted(const Color& texel, const Color& tint) {
    const float least = std::min({texel.r, texel.g, texel.b});
    if (texel.a - least > 0.01F * texel.a) return texel * tint.a;
    return {texel.r * tint.r, texel.g * tint.g, texel.b * tint.b, texel.a * tint.a};
}

void blend(uint32_t& pixel, const Color& over) {
    const float kept = 1 - over.a;
    const auto channel = [&](int shift, float part) {
        const float sum = part * 255 + static_cast<float>(pixel >> shift & 0xff) * kept;
        return static_cast<uint32_t>(std::clamp(std::lround(sum), 0L, 255L)) << shift;
    };
    pixel = channel(24, over.a) | channel(16, over.r) | channel(8, over.g) | channel(0, over.b);
}

class Canvas {
public:
    Canvas(float ratio, float left, float top, const Pixels& pixels)
        : ratio_(ratio), left_(left), top_(top), pixels_(pixels) {}

    Box box_of(const candor_rect& clip) const {
        const auto pixel = [&](float at, int32_t most) {
            return at > 0 ? static_cast<int32_t>(std::min(std::round(at * ratio_), static_cast<float>(most))) : 0;
        };
        return {pixel(clip.x - left_, pixels_.width), pixel(clip.y - top_, pixels_.height),
                pixel(clip.x + clip.width - left_, pixels_.width), pixel(clip.y + clip.height - top_, pixels_.height)};
    }

    // Not where a place is no number, or far beyond what is drawn.
    void triangle(const std::array<const candor_vertex*, 3>& vertices, const Texture* texture, const Box& clip) const {
        std::array<Corner, 3> corners;
        for (size_t i = 0; i < 3; ++i) {
            const float x = (vertices[i]->x - left_) * ratio_, y = (vertices[i]->y - top_) * ratio_;
            if (!(std::abs(x) < kFarthest) || !(std::abs(y) < kFarthest)) return;
            corners[i] = corner_of(*vertices[i], x, y);
        }
        fill(corners, texture, clip);
    }

private:
    static Corner corner_of(const candor_vertex& vertex, float x, float y) {
        const auto part = [&](int shift) { return static_cast<float>(vertex.color >> shift & 0xff) / 255; };
        const float alpha = part(24);
        const auto on_grid = [](float at) {
            return std::llround(static_cast<double>(at) * static_cast<double>(kGrid));
        };
        return {on_grid(x), on_grid(y), vertex.u, vertex.v,
                Color{part(0) * alpha, part(8) * alpha, part(16) * alpha, alpha}};
    }

    static Box bounds_of(const std::array<Corner, 3>& corners, const Box& clip) {
        const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x});
        const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y});
        const auto pixel = [](int64_t at) { return static_cast<int32_t>(at >> 8); };  // rounded down
        return {std::max(clip.left, pixel(left)), std::max(clip.top, pixel(top)),
                std::min(clip.right, pixel(right) + 1), std::min(clip.bottom, pixel(bottom) + 1)};
    }

    void fill(std::array<Corner, 3>& corners, const Texture* texture, const Box& clip) const {
        auto& [a, b, c] = corners;
        int64_t area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        if (area == 0) return;
        if (area < 0) {
            std::swap(b, c);
            area = -area;
        }
        const Box box = bounds_of(corners, clip);
        if (box.left >= box.right || box.top >= box.bottom) return;
        const int64_t x = box.left * kGrid + kGrid / 2, y = box.top * kGrid + kGrid / 2;
        std::array<Side, 3> sides = {Side(b, c, x, y), Side(c, a, x, y), Side(a, b, x, y)};  // each faces its corner
        const float share = 1 / static_cast<float>(area);
        for (int32_t row = box.top; row < box.bottom; ++row) {
            std::array<Side, 3> at = sides;
            uint32_t* pixel = pixels_.row(row) + box.left;
            for (int32_t column = box.left; column < box.right; ++column, ++pixel) {
                if (at[0].has() && at[1].has() && at[2].has()) shade(*pixel, corners, at, share, texture);
                for (Side& side : at) side.right();
            }
            for (Side& side : sides) side.down();
        }
    }

    static void shade(uint32_t& pixel, const std::array<Corner, 3>& corners, const std::array<Side, 3>& sides,
                      float share, const Texture* texture) {
        Color tint;
        float u = 0;
        float v = 0;
        for (size_t i = 0; i < 3; ++i) {
            const float weight = static_cast<float>(sides[i].value) * share;
            tint = tint + corners[i].color * weight;
            u += corners[i].u * weight;
            v += corners[i].v * weight;
        }
        blend(pixel, texture ? tinted(texture->at(u, v), tint) : tint);
    }

    float ratio_, left_, top_;
    const Pixels& pixels_;
};

// Empty when it cannot be drawn.
Texture texture_of(const Rasterise& rasterise, const candor_text_run& run, float ratio) {
    Texture texture;
    if (candor_desktop_text_extent(&run, ratio, &texture.width, &texture.height) != CANDOR_OK) return {};
    texture.texels.resize(static_cast<size_t>(texture.width) * static_cast<size_t>(texture.height) * 4);
    const candor_status status = rasterise(run, ratio, texture.texels.data(), texture.texels.size());
    return status == CANDOR_OK ? texture : Texture{};
}

}  // namespace

candor_status draw_pixels(const Rasterise& rasterise, const candor_draw& draw, float pixel_ratio, float left, float top,
                          const Pixels& pixels) {
    const bool drawable = pixel_ratio > 0 && pixel_ratio <= 16 && std::isfinite(left) && std::isfinite(top);
    if (!rasterise || !drawable || !valid(draw) || !pixels.first) return CANDOR_INVALID;
    std::vector<Texture> textures;
    for (size_t i = 0; i < draw.run_count; ++i) textures.push_back(texture_of(rasterise, draw.runs[i], pixel_ratio));
    const Canvas canvas(pixel_ratio, left, top, pixels);
    candor_status status = CANDOR_OK;
    for (size_t i = 0; i < draw.command_count; ++i) {
        const candor_draw_command& command = draw.commands[i];
        const Texture* texture = command.run < 0 ? nullptr : &textures[static_cast<size_t>(command.run)];
        if (texture && texture->texels.empty()) {
            status = CANDOR_FAILED;
            continue;
        }
        const Box clip = canvas.box_of(command.clip);
        const uint16_t* index = draw.indices + command.first_index;
        for (uint32_t k = 0; k + 2 < command.index_count; k += 3, index += 3) {
            canvas.triangle({&draw.vertices[index[0]], &draw.vertices[index[1]], &draw.vertices[index[2]]}, texture,
                            clip);
        }
    }
    return status;
}

candor_status draw_pixels(candor_desktop_text* text, const candor_draw& draw, float pixel_ratio, float left, float top,
                          const Pixels& pixels) {
    if (!text) return CANDOR_INVALID;
    const Rasterise by_pango = [&](const candor_text_run& run, float ratio, uint8_t* rows, size_t capacity) {
        return candor_desktop_text_rasterise(text, &run, ratio, rows, capacity);
    };
    return draw_pixels(by_pango, draw, pixel_ratio, left, top, pixels);
}

}  // namespace candor::desktop
