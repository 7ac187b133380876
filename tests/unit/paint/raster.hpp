// A small software rasteriser for the painter's triangles, so that tests can look at pixels.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "paint/paint.hpp"

namespace raster {

using candor::paint::Command;
using candor::paint::Picture;
using candor::paint::Vertex;

struct Color {
    float r = 0, g = 0, b = 0, a = 1;
};

// Premultiplied, sampled at (u, v) in 0..1 of a run.
using Sampler = std::function<Color(std::int32_t run, float u, float v)>;

struct Image {
    int width = 0, height = 0;
    std::vector<Color> pixels;

    Image(int w, int h, Color color) : width(w), height(h), pixels(static_cast<std::size_t>(w * h), color) {}
    Color& at(int x, int y) { return pixels[static_cast<std::size_t>(y * width + x)]; }
    const Color& at(int x, int y) const { return pixels[static_cast<std::size_t>(y * width + x)]; }
};

inline Color color_of(const Vertex& vertex) {
    auto channel = [&](int shift) { return static_cast<float>((vertex.color >> shift) & 0xffu) / 255.0f; };
    return {channel(0), channel(8), channel(16), channel(24)};
}

// The top-left rule: an edge shared by two triangles belongs to one of them.
inline bool owns(float edge, float dx, float dy) { return edge > 0 || (edge == 0 && (dy < 0 || (dy == 0 && dx > 0))); }

inline void blend(Color& under, const Color& tint, const Color& texel) {
    const float alpha = tint.a * texel.a;
    under.r = tint.r * texel.r * tint.a + under.r * (1 - alpha);
    under.g = tint.g * texel.g * tint.a + under.g * (1 - alpha);
    under.b = tint.b * texel.b * tint.a + under.b * (1 - alpha);
}

struct Box {
    int left, top, right, bottom;
};

inline Box clip_box(const Image& image, const Command& command, float ratio) {
    auto whole = [&](float v) { return static_cast<int>(std::lround(std::clamp(v * ratio, -1e6f, 1e6f))); };
    return {std::max(whole(command.clip.x), 0), std::max(whole(command.clip.y), 0),
            std::min(whole(command.clip.x + command.clip.width), image.width),
            std::min(whole(command.clip.y + command.clip.height), image.height)};
}

inline void triangle(Image& image, std::array<Vertex, 3> v, const Command& command, float ratio,
                     const Sampler& sampler) {
    for (Vertex& vertex : v) {
        vertex.x *= ratio;
        vertex.y *= ratio;
    }
    float area = (v[1].x - v[0].x) * (v[2].y - v[0].y) - (v[1].y - v[0].y) * (v[2].x - v[0].x);
    if (area == 0) return;
    if (area < 0) {
        std::swap(v[1], v[2]);
        area = -area;
    }
    const Box clip = clip_box(image, command, ratio);
    const auto [min_x, max_x] = std::minmax({v[0].x, v[1].x, v[2].x});
    const auto [min_y, max_y] = std::minmax({v[0].y, v[1].y, v[2].y});
    const int left = std::max(clip.left, static_cast<int>(std::floor(min_x)));
    const int right = std::min(clip.right, static_cast<int>(std::ceil(max_x)) + 1);
    const int top = std::max(clip.top, static_cast<int>(std::floor(min_y)));
    const int bottom = std::min(clip.bottom, static_cast<int>(std::ceil(max_y)) + 1);
    const std::array<Color, 3> colors{color_of(v[0]), color_of(v[1]), color_of(v[2])};
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            const float px = static_cast<float>(x) + 0.5f, py = static_cast<float>(y) + 0.5f;
            std::array<float, 3> weight{};
            bool inside = true;
            for (std::size_t i = 0; i < 3 && inside; ++i) {
                const Vertex &a = v[(i + 1) % 3], &b = v[(i + 2) % 3];
                const float dx = b.x - a.x, dy = b.y - a.y;
                const float edge = dx * (py - a.y) - dy * (px - a.x);
                inside = owns(edge, dx, dy);
                weight[i] = edge / area;
            }
            if (!inside) continue;
            Color tint{0, 0, 0, 0};
            float u = 0, w = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                tint.r += colors[i].r * weight[i];
                tint.g += colors[i].g * weight[i];
                tint.b += colors[i].b * weight[i];
                tint.a += colors[i].a * weight[i];
                u += v[i].u * weight[i];
                w += v[i].v * weight[i];
            }
            blend(image.at(x, y), tint, command.run < 0 ? Color{1, 1, 1, 1} : sampler(command.run, u, w));
        }
    }
}

inline void draw(Image& image, const Picture& picture, float ratio, const Sampler& sampler) {
    for (const Command& command : picture.commands) {
        for (std::uint32_t i = 0; i + 2 < command.index_count; i += 3) {
            std::array<Vertex, 3> corners{};
            for (std::uint32_t k = 0; k < 3; ++k) {
                corners[k] = picture.vertices[picture.indices[command.first_index + i + k]];
            }
            triangle(image, corners, command, ratio, sampler);
        }
    }
}

}  // namespace raster
