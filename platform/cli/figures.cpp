#include "cli/figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace candor::cli {

std::string thousands(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
    return digits;
}

std::string fixed(double number, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, number);
    std::string out = text;
    const bool zero = out.find_first_not_of("-0.") == std::string::npos;
    return zero && out.starts_with('-') ? out.substr(1) : out;
}

std::string points(double score) {
    std::string out = fixed(score, 1);
    return out.starts_with('-') || out == "0.0" ? out : "+" + out;
}

std::string percent(double percent) { return fixed(percent, 1) + " %"; }

std::string rate(double number) {
    if (number >= 99.95) return thousands(std::llround(number));
    return fixed(number, number >= 9.995 ? 1 : 2);
}

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    return std::string(text.substr(0, most - 1)) + "…";
}

}  // namespace candor::cli
