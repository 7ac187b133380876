#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "card/card.hpp"

using namespace candor;
using card::contrast;

TEST_CASE("Contrast is WCAG's") {
    CHECK(contrast(0xff000000, 0xffffffff) > 20.99f);
    CHECK(contrast(0xffffffff, 0xffffffff) == 1);
    CHECK(contrast(0xff777777, 0xffffffff) < 4.5f);  // the usual example: 4.48
    CHECK(contrast(0xff777777, 0xffffffff) > 4.4f);
    CHECK(contrast(0xff767676, 0xffffffff) > 4.5f);
}

TEST_CASE("The defaults are calm, and the theme's colours are taken where they can be read") {
    CHECK(card::palette({}, false).background == 0xffffffff);
    CHECK(card::palette({}, false).accent == 0xff4f46e5);
    survey::Theme theme;
    theme.light.accent = 0xaa0055;
    theme.light.background = 0xfffaf0;
    CHECK(card::palette(theme, false).accent == 0xffaa0055);
    CHECK(card::palette(theme, false).background == 0xfffffaf0);
    CHECK(card::palette(theme, true).accent == card::palette({}, true).accent);
}

TEST_CASE("Whatever the theme, text can be read and controls found") {
    constexpr std::uint32_t kColors[] = {0xffffff, 0x000000, 0x777777, 0x767676, 0xff0000, 0x00ff00, 0x0000ff,
                                         0xffff00, 0x4f46e5, 0x808000, 0xfafafa, 0x101010, 0xff8800, 0x999999};
    for (bool dark : {false, true}) {
        for (std::uint32_t background : kColors) {
            for (std::uint32_t accent : kColors) {
                for (std::uint32_t text : {0xffffffu, 0x000000u, 0x777777u, 0xff0000u}) {
                    survey::Theme theme;
                    (dark ? theme.dark : theme.light) = {accent, background, text};
                    const card::Palette p = card::palette(theme, dark);
                    INFO(std::hex << dark << " " << background << " " << accent << " " << text);
                    CHECK(contrast(p.text, p.background) >= 4.5f);
                    CHECK(contrast(p.muted, p.background) >= 4.5f);
                    CHECK(contrast(p.error, p.background) >= 4.5f);
                    CHECK(contrast(p.on_accent, p.accent) >= 4.5f);
                    CHECK(contrast(p.accent, p.background) >= 3.0f);
                    CHECK(contrast(p.focus, p.background) >= 3.0f);
                    CHECK(contrast(p.cell_border, p.background) >= 3.0f);
                    CHECK(contrast(p.text, p.cell) >= 4.5f);
                    CHECK(contrast(p.text, p.cell_hover) >= 4.5f);
                    CHECK(contrast(p.muted, p.field) >= 4.5f);
                }
            }
        }
    }
}
