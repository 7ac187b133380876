#include "cli/adjusted.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "card/card.hpp"

namespace candor::cli {
namespace {

constexpr std::uint32_t kRgb = 0xffffff;

std::string hex(std::uint32_t color) {
    char text[8];
    std::snprintf(text, sizeof text, "#%06x", color & kRgb);
    return text;
}

// Two digits behind the point, cut off: 4.49 is not 4.5.
std::string ratio(float contrast) {
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", std::floor(static_cast<double>(contrast) * 100) / 100);
    return text;
}

void compare(const char* path, const std::optional<std::uint32_t>& given, std::uint32_t drawn, std::uint32_t background,
             const char* what, List<survey::Finding>& findings) {
    if (!given || (*given & kRgb) == (drawn & kRgb)) return;
    findings.push_back({"theme_adjusted", survey::Severity::note, path,
                        joined({"on ", std::string_view(hex(background)), " ", std::string_view(hex(*given)),
                                " has a contrast of ", std::string_view(ratio(card::contrast(*given, background))),
                                ", too little for ", what, ": it is drawn as ", std::string_view(hex(drawn)), " (",
                                std::string_view(ratio(card::contrast(drawn, background))), ")"}),
                        "give one that stands out more, or accept the one that is drawn"});
}

}  // namespace

List<survey::Finding> adjusted_colors(const survey::Theme& theme) {
    List<survey::Finding> findings;
    for (const bool dark : {false, true}) {
        const survey::ThemeColors& given = dark ? theme.dark : theme.light;
        const card::Palette drawn = card::palette(theme, dark);
        compare(dark ? "theme.dark.accent" : "theme.light.accent", given.accent, drawn.accent, drawn.background,
                "shapes, which need 3", findings);
        compare(dark ? "theme.dark.text" : "theme.light.text", given.text, drawn.text, drawn.background,
                "text, which needs 4.5 here and on all shades of it", findings);
    }
    return findings;
}

}  // namespace candor::cli
