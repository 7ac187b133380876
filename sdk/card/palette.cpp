// Colours. The author's theme sets the tone; what must be read or found keeps its contrast, whatever the theme says.
#include "base/floats.hpp"
#include "card/card.hpp"

namespace candor::card {

namespace {

constexpr float kReadable = 4.5f;  // WCAG 1.4.3
constexpr float kFindable = 3.0f;  // WCAG 1.4.11
constexpr std::uint32_t kOpaque = 0xff000000u;
constexpr std::uint32_t kWhite = 0xffffffffu;
constexpr std::uint32_t kBlack = 0xff000000u;

float channel(std::uint32_t color, int shift) { return static_cast<float>((color >> shift) & 0xffu); }

// The power of 2.4 by the fifth root, to more digits than the result holds: so that no power function is linked. Newton
// comes down to the root from 1; no value here is below 0.09.
float linear(float value) {
    const float c = value / 255.0f;
    if (c <= 0.04045f) return c / 12.92f;
    const double base = static_cast<double>((c + 0.055f) / 1.055f);
    double root = 1;
    for (int i = 0; i < 8; ++i) root = (4 * root + base / (root * root * root * root)) / 5;
    return static_cast<float>(base * base * root * root);
}

float luminance(std::uint32_t color) {
    return 0.2126f * linear(channel(color, 16)) + 0.7152f * linear(channel(color, 8)) +
           0.0722f * linear(channel(color, 0));
}

std::uint32_t extreme_against(std::uint32_t background) {
    return contrast(kWhite, background) >= contrast(kBlack, background) ? kWhite : kBlack;
}

// The colour, moved towards `target` no further than is needed to stand out by that much.
std::uint32_t stand_out(std::uint32_t color, std::uint32_t background, std::uint32_t target, float least) {
    for (int step = 0; step <= 40; ++step) {
        const std::uint32_t moved = blend(color, target, static_cast<float>(step) / 40.0f);
        if (contrast(moved, background) >= least) return moved;
    }
    return target;
}

// A shade of `from` towards `to`, no stronger than lets the ink be read on it.
std::uint32_t shade(std::uint32_t from, std::uint32_t to, float share, std::uint32_t ink) {
    for (int step = 8; step > 0; --step) {
        const std::uint32_t mixed = blend(from, to, share * static_cast<float>(step) / 8);
        if (contrast(ink, mixed) >= kReadable) return mixed;
    }
    return from;
}

std::uint32_t on(std::uint32_t accent) {
    constexpr std::uint32_t kInk = 0xff16161du;
    for (std::uint32_t color : {kWhite, kInk}) {
        if (contrast(color, accent) >= kReadable) return color;
    }
    return kBlack;  // where white has less than 4.5, black has more than 4.6
}

std::uint32_t chosen(const std::optional<std::uint32_t>& color, std::uint32_t otherwise) {
    return kOpaque | color.value_or(otherwise);
}

}  // namespace

std::uint32_t blend(std::uint32_t from, std::uint32_t to, float share) {
    std::uint32_t result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const float value = channel(from, shift) + (channel(to, shift) - channel(from, shift)) * share;
        result |= static_cast<std::uint32_t>(rounded(value)) << shift;
    }
    return result;
}

float contrast(std::uint32_t a, std::uint32_t b) {
    const float la = luminance(a), lb = luminance(b);
    return (larger(la, lb) + 0.05f) / (smaller(la, lb) + 0.05f);
}

Palette palette(const survey::Theme& theme, bool dark) {
    const survey::ThemeColors& colors = dark ? theme.dark : theme.light;
    Palette p{};
    p.background = chosen(colors.background, dark ? 0x1b1b21 : 0xffffff);
    const std::uint32_t extreme = extreme_against(p.background);
    // Headroom, so that text drawn on a cell or field, a shade away, can be read too.
    p.text = stand_out(chosen(colors.text, dark ? 0xf3f3f6 : 0x1a1a22), p.background, extreme, kReadable + 0.7f);
    p.muted = stand_out(blend(p.text, p.background, 0.38f), p.background, p.text, kReadable + 0.35f);
    p.border = blend(p.background, p.text, dark ? 0.14f : 0.09f);
    p.cell =
        shade(p.background, p.text, dark ? 0.05f : 0.0f, p.muted);  // more than its ink, which is the text's colour
    p.field = p.cell;
    p.cell_border = stand_out(blend(p.background, p.text, 0.34f), p.background, p.text, kFindable + 0.05f);
    p.accent = stand_out(chosen(colors.accent, dark ? 0x8b8cf9 : 0x4f46e5), p.background, extreme, kFindable);
    p.on_accent = on(p.accent);
    p.cell_hover = shade(p.cell, p.accent, dark ? 0.16f : 0.08f, p.text);
    p.focus = p.accent;
    p.error = stand_out(dark ? 0xfff97066 : 0xffb42318, p.background, extreme, kReadable + 0.2f);
    p.shadow = dark ? 0x66000000u : 0x2e101028u;
    return p;
}

// Of eleven scores 0 to 6 are red, 7 and 8 amber.
std::uint32_t tint(const Palette& colors, float share) {
    const std::uint32_t hue = share <= 0.61f ? 0xffe5484du : share <= 0.81f ? 0xffe8a50cu : 0xff30a46cu;
    return shade(colors.cell, hue, 0.3f, colors.text);
}

}  // namespace candor::card
