#include "letters.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "candor/desktop.h"

namespace gallery {

namespace {

constexpr std::string_view kGlyphs[] = {
#include "glyphs.inc"
};
constexpr int kColumns = 5, kRows = 9, kBaseline = 7;  // of a glyph; with the gap behind it a letter is six cells wide
constexpr float kCellsOfEm = 12;

int whole(float length) { return static_cast<int>(std::lround(length)); }

// Of what stands in a row, in rows of so many.
std::size_t place(int column, int row, int columns) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
}

bool is_ascii_word(char32_t point) {
    return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

std::vector<char32_t> points_of(std::string_view text) {
    std::vector<char32_t> points;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0u) != 0x80u) {
            points.push_back(byte < 0x80u   ? byte
                             : byte < 0xE0u ? byte & 0x1Fu
                             : byte < 0xF0u ? byte & 0x0Fu
                                            : byte & 7u);
        } else if (!points.empty()) {
            points.back() = points.back() << 6u | (byte & 0x3Fu);
        }
    }
    return points;
}

// From left to right. Words and numbers in Latin letters keep their direction, and the blanks between them.
void turn_around(std::vector<char32_t>& points) {
    std::reverse(points.begin(), points.end());
    for (auto from = points.begin(); from != points.end();) {
        from = std::find_if(from, points.end(), is_ascii_word);
        auto to = from;
        for (auto at = from; at != points.end() && (is_ascii_word(*at) || *at == ' '); ++at) {
            if (is_ascii_word(*at)) to = at + 1;
        }
        std::reverse(from, to);
        from = to;
    }
}

bool is_lit(char32_t point, int column, int row) {
    if (point <= ' ') return false;
    if (point < 0x7Fu) return kGlyphs[point - '!'][place(column, row, kColumns + 1)] == '#';
    if (row >= kBaseline) return false;
    if (row == 0 || row == kBaseline - 1 || column == 0 || column == kColumns - 1) return true;
    return (point >> static_cast<unsigned>((row - 1) * (kColumns - 2) + column - 1) & 1u) != 0;
}

// White on nothing, in whole pixels: such pictures stay small, and no rounding can blur them.
class Sheet {
public:
    Sheet(int width, int height, std::uint8_t* pixels) : width_(width), height_(height), pixels_(pixels) {}

    void fill(int left, int top, int width, int height) {
        for (int y = std::max(top, 0); y < std::min(top + height, height_); ++y) {
            for (int x = std::max(left, 0); x < std::min(left + width, width_); ++x) {
                std::fill_n(pixels_ + place(x, y, width_) * 4, 4, std::uint8_t{255});
            }
        }
    }

private:
    int width_, height_;
    std::uint8_t* pixels_;
};

}  // namespace

candor_status rasterise(const candor_text_run& run, float pixel_ratio, std::uint8_t* pixels, std::size_t capacity) {
    std::int32_t width = 0, height = 0;
    const candor_status status = candor_desktop_text_extent(&run, pixel_ratio, &width, &height);
    if (status != CANDOR_OK) return status;
    if (capacity < static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4) return CANDOR_INVALID;
    std::vector<char32_t> points = points_of({run.text.data, run.text.size});
    if (run.style.direction == CANDOR_DIRECTION_RTL) turn_around(points);
    std::fill_n(pixels, static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, std::uint8_t{0});
    Sheet sheet(width, height, pixels);
    const float em = run.style.px * pixel_ratio;
    const int cell = std::max(static_cast<int>(em / kCellsOfEm), 1);
    const int bold = run.style.weight >= 600 ? (cell + 1) / 2 : 0;
    const int top = whole(run.baseline * pixel_ratio) - kBaseline * cell;
    float middle = run.left * pixel_ratio + em / 4;
    for (const char32_t point : points) {
        const int left = whole(middle - static_cast<float>(kColumns * cell + bold) / 2);
        for (int row = 0; row < kRows; ++row) {
            for (int column = 0; column < kColumns; ++column) {
                if (!is_lit(point, column, row)) continue;
                sheet.fill(left + column * cell, top + row * cell, cell + bold, cell);
            }
        }
        middle += em / 2;
    }
    return CANDOR_OK;
}

}  // namespace gallery
