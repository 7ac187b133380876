#include "canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace shop {
namespace {

constexpr float kRoom = 3;  // on each side of a run, for glyphs that reach over their line

uint64_t hash(std::string_view text, const candor_text_style& style) {
    uint64_t value = 14695981039346656037ULL;
    const auto add = [&](const void* data, size_t size) {
        for (size_t i = 0; i < size; ++i) {
            value = (value ^ static_cast<const unsigned char*>(data)[i]) * 1099511628211ULL;
        }
    };
    add(text.data(), text.size());
    add(&style.px, sizeof style.px);
    add(&style.weight, sizeof style.weight);
    return value;
}

candor_string string_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Color mixed(Color a, Color b, float share_of_b) {
    Color result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const auto from = static_cast<float>(a >> shift & 0xff);
        const auto to = static_cast<float>(b >> shift & 0xff);
        result |= static_cast<uint32_t>(std::lround(from + (to - from) * std::clamp(share_of_b, 0.0F, 1.0F))) << shift;
    }
    return result;
}

Color with_alpha(Color color, float alpha) {
    return (color & 0xffffff) | static_cast<uint32_t>(std::lround(alpha * static_cast<float>(color >> 24))) << 24;
}

Canvas::Canvas(const candor_text_host* text, float width, float height, float pixel_ratio)
    : text_host_(text), width_(width), height_(height), ratio_(pixel_ratio) {}

float Canvas::snapped(float length) const { return std::round(length * ratio_) / ratio_; }

// ---- triangles

void Canvas::use(int32_t run) {
    if (!commands_.empty() && commands_.back().run == run) return;
    commands_.push_back({{0, 0, width_, height_}, run, static_cast<uint32_t>(indices_.size()), 0});
}

uint16_t Canvas::vertex(float x, float y, float u, float v, Color color) {
    vertices_.push_back({x, y, u, v, color});
    return static_cast<uint16_t>(vertices_.size() - 1);
}

void Canvas::triangle(uint16_t a, uint16_t b, uint16_t c) {
    indices_.insert(indices_.end(), {a, b, c});
    commands_.back().index_count += 3;
}

std::vector<Canvas::Point> Canvas::path(const Rect& rect, float radius) const {
    constexpr float kQuarter = std::numbers::pi_v<float> / 2;
    const float r = std::max(0.0F, std::min({radius, rect.width / 2, rect.height / 2}));
    constexpr int kSteps = 14;
    const std::array<Point, 4> centers = {Point{rect.x + rect.width - r, rect.y + rect.height - r},
                                          {rect.x + r, rect.y + rect.height - r},
                                          {rect.x + r, rect.y + r},
                                          {rect.x + rect.width - r, rect.y + r}};
    std::vector<Point> points;
    points.reserve(size_t{4} * (kSteps + 1));
    for (int corner = 0; corner < 4; ++corner) {
        for (int step = 0; step <= kSteps; ++step) {
            const float angle = kQuarter * (static_cast<float>(corner) + static_cast<float>(step) / kSteps);
            const Point& center = centers[static_cast<size_t>(corner)];
            points.push_back({center.x + r * std::cos(angle), center.y + r * std::sin(angle)});
        }
    }
    return points;
}

template <typename ColorOf>
void Canvas::ring(const std::vector<Point>& inner, const std::vector<Point>& outer, ColorOf inner_color,
                  ColorOf outer_color) {
    use(-1);
    const size_t count = inner.size();
    const auto first = static_cast<uint16_t>(vertices_.size());
    for (size_t i = 0; i < count; ++i) {
        vertex(inner[i].x, inner[i].y, 0, 0, inner_color(inner[i]));
        vertex(outer[i].x, outer[i].y, 0, 0, outer_color(outer[i]));
    }
    for (size_t i = 0; i < count; ++i) {
        const auto a = static_cast<uint16_t>(first + 2 * i);
        const auto b = static_cast<uint16_t>(first + 2 * ((i + 1) % count));
        triangle(a, static_cast<uint16_t>(a + 1), static_cast<uint16_t>(b + 1));
        triangle(a, static_cast<uint16_t>(b + 1), b);
    }
}

// Half a device pixel inside the edge is full, half a pixel outside is nothing.
template <typename ColorAt>
void Canvas::fill(const Rect& rect, float radius, ColorAt color_at) {
    const float half = 0.5F / ratio_;
    const auto inner = path(inset(rect, half), radius - half);
    const auto outer = path(inset(rect, -half), radius > 0 ? radius + half : 0);
    use(-1);
    const auto first = static_cast<uint16_t>(vertices_.size());
    for (const Point& point : inner) vertex(point.x, point.y, 0, 0, color_at(point));
    for (size_t i = 2; i < inner.size(); ++i) {
        triangle(first, static_cast<uint16_t>(first + i - 1), static_cast<uint16_t>(first + i));
    }
    const size_t count = inner.size();
    const auto edge = static_cast<uint16_t>(vertices_.size());
    for (const Point& point : outer) vertex(point.x, point.y, 0, 0, color_at(point) & 0xffffff);
    for (size_t i = 0; i < count; ++i) {
        const size_t next = (i + 1) % count;
        const auto a = static_cast<uint16_t>(first + i);
        const auto b = static_cast<uint16_t>(first + next);
        const auto c = static_cast<uint16_t>(edge + i);
        const auto d = static_cast<uint16_t>(edge + next);
        triangle(a, c, d);
        triangle(a, d, b);
    }
}

void Canvas::rounded(const Rect& rect, float radius, Color color) {
    fill(rect, radius, [&](const Point&) { return color; });
}

void Canvas::rounded(const Rect& rect, float radius, Color top, Color bottom) {
    fill(rect, radius, [&](const Point& point) { return mixed(top, bottom, (point.y - rect.y) / rect.height); });
}

void Canvas::outline(const Rect& rect, float radius, Color color, float width) {
    const float half = 0.5F / ratio_;
    const std::array<float, 4> depths = {-half, half, width - half, width + half};
    const std::array<Color, 4> colors = {color & 0xffffff, color, color, color & 0xffffff};
    for (size_t i = 0; i + 1 < depths.size(); ++i) {
        const Color outer = colors[i];
        const Color inner = colors[i + 1];
        const auto constant = [](Color value) { return [value](const Point&) { return value; }; };
        ring(path(inset(rect, depths[i + 1]), radius - depths[i + 1]), path(inset(rect, depths[i]), radius - depths[i]),
             constant(inner), constant(outer));
    }
}

void Canvas::shadow(const Rect& rect, float radius, float blur, float drop, Color color) {
    constexpr int kSteps = 8;
    const Rect moved = {rect.x, rect.y + drop, rect.width, rect.height};
    const auto depth = [&](int step) { return blur * (1 - 2 * static_cast<float>(step) / kSteps) / 2; };
    // From nothing outside to full inside, along an S-shaped curve.
    const auto strength = [&](int step) {
        const float t = static_cast<float>(step) / kSteps;
        return with_alpha(color, t * t * (3 - 2 * t));
    };
    const auto at = [&](int step) {
        return path(inset(moved, -depth(step)), std::max(radius + depth(step), blur / 4));
    };
    for (int step = 0; step < kSteps; ++step) {
        const Color outer = strength(step);
        const Color inner = strength(step + 1);
        const auto constant = [](Color value) { return [value](const Point&) { return value; }; };
        ring(at(step + 1), at(step), constant(inner), constant(outer));
    }
    const auto core = at(kSteps);
    const auto first = static_cast<uint16_t>(vertices_.size());
    for (const Point& point : core) vertex(point.x, point.y, 0, 0, color);
    for (size_t i = 2; i < core.size(); ++i) {
        triangle(first, static_cast<uint16_t>(first + i - 1), static_cast<uint16_t>(first + i));
    }
}

// ---- text

candor_text_style Canvas::style(Type type) const { return {type.px, type.weight, CANDOR_DIRECTION_LTR}; }

candor_text_metrics Canvas::metrics(Type type) const {
    const candor_text_style wanted = style(type);
    candor_text_metrics metrics{};
    text_host_->metrics(text_host_->context, &wanted, &metrics);
    return metrics;
}

float Canvas::line_height(Type type) const {
    const candor_text_metrics found = metrics(type);
    return std::ceil(found.ascent + found.descent);
}

float Canvas::text_width(std::string_view text, Type type) const {
    const candor_text_style wanted = style(type);
    candor_text_line line{};
    text_host_->lines(text_host_->context, string_of(text), &wanted, 1e6F, &line, 1);
    return line.width;
}

std::string Canvas::cut(std::string_view text, Type type, float width) const {
    if (text_width(text, type) <= width) return std::string(text);
    const candor_text_style wanted = style(type);
    candor_text_line line{};
    const float room = std::max(1.0F, width - text_width("…", type));
    text_host_->lines(text_host_->context, string_of(text), &wanted, room, &line, 1);
    return std::string(text.substr(line.begin, line.end - line.begin)) + "…";
}

void Canvas::line(float x, float baseline, std::string_view text, Type type, float width, Color color) {
    if (text.empty()) return;
    const candor_text_metrics found = metrics(type);
    candor_text_run run{};
    texts_.emplace_back(text);
    run.text = string_of(texts_.back());
    run.style = style(type);
    run.key = hash(text, run.style);
    run.left = kRoom;
    run.width = std::ceil((width + 2 * kRoom) * ratio_) / ratio_;
    run.baseline = std::ceil(found.ascent * ratio_) / ratio_;
    run.height = run.baseline + std::ceil((found.descent + 1) * ratio_) / ratio_;
    runs_.push_back(run);
    use(static_cast<int32_t>(runs_.size() - 1));
    const float left = snapped(x - kRoom);
    const float top = snapped(baseline - run.baseline);
    const auto a = vertex(left, top, 0, 0, color);
    const auto b = vertex(left + run.width, top, 1, 0, color);
    const auto c = vertex(left + run.width, top + run.height, 1, 1, color);
    const auto d = vertex(left, top + run.height, 0, 1, color);
    triangle(a, b, c);
    triangle(a, c, d);
}

float Canvas::text(const Rect& rect, std::string_view text, Type type, Color color, Align align) {
    const std::string shown = cut(text, type, rect.width);
    const float width = text_width(shown, type);
    const candor_text_metrics found = metrics(type);
    const float free = rect.width - width;
    const float x = rect.x + (align == Align::left ? 0 : align == Align::center ? free / 2 : free);
    line(x, rect.y + (rect.height + found.ascent - found.descent) / 2, shown, type, width, color);
    return width;
}

candor_draw Canvas::draw() const {
    candor_draw draw{};
    draw.size = sizeof draw;
    draw.vertices = vertices_.data();
    draw.vertex_count = vertices_.size();
    draw.indices = indices_.data();
    draw.index_count = indices_.size();
    draw.commands = commands_.data();
    draw.command_count = commands_.size();
    draw.runs = runs_.data();
    draw.run_count = runs_.size();
    return draw;
}

}  // namespace shop
