// draw_pixels: what OpenGL makes of the same triangles, without it.
#include "desktop/raster.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "candor/desktop.h"
#include "drawing.hpp"
#include "screen.hpp"

using candor::desktop::draw_pixels;
using candor::desktop::Pixels;
using desktop_test::Api;
using desktop_test::DestroyText;
using desktop_test::Drawing;
using desktop_test::kHeight;
using desktop_test::kWidth;
using desktop_test::Screen;
using desktop_test::Window;

namespace {

using Text = std::unique_ptr<candor_desktop_text, DestroyText>;

constexpr uint32_t kBlack = 0xff000000;

struct Image {
    int32_t width, height;
    std::vector<uint32_t> pixels;

    explicit Image(uint32_t color = kBlack, int32_t w = kWidth, int32_t h = kHeight)
        : width(w), height(h), pixels(static_cast<size_t>(w) * static_cast<size_t>(h), color) {}
    uint32_t& at(int x, int y) {
        return pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
    }
    Pixels all() { return {pixels.data(), width, height, static_cast<size_t>(width)}; }
};

Text text_part() { return Text(candor_desktop_text_create(nullptr, nullptr)); }

candor_status drawn(Image& image, const Drawing& drawing, float ratio = 1, float left = 0, float top = 0) {
    const Text text = text_part();
    return draw_pixels(text.get(), drawing.draw(), ratio, left, top, image.all());
}

int part(uint32_t pixel, int shift) { return static_cast<int>(pixel >> shift & 0xff); }

bool near(uint32_t a, uint32_t b, int by) {
    for (const int shift : {0, 8, 16, 24}) {
        if (std::abs(part(a, shift) - part(b, shift)) > by) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("pixels: shapes come out where and as they should") {
    Image image(0xff0000ff);  // blue
    Drawing drawing = desktop_test::shapes();
    drawing.quad({190, 90, 500, 500}, 0xffffffff, -1, {0, 0, 1e9F, 1e9F});
    REQUIRE(drawn(image, drawing) == CANDOR_OK);
    CHECK(image.at(10, 10) == 0xffff0000);
    CHECK(image.at(49, 29) == 0xffff0000);
    CHECK(image.at(9, 11) == 0xff0000ff);
    CHECK(image.at(50, 11) == 0xff0000ff);
    CHECK(image.at(11, 30) == 0xff0000ff);
    CHECK(near(image.at(70, 20), 0xff80007f, 1));
    CHECK(image.at(120, 15) == 0xff00ff00);
    CHECK(image.at(119, 16) == 0xff0000ff);
    CHECK(image.at(130, 16) == 0xff0000ff);
    CHECK(image.at(121, 20) == 0xff0000ff);
    CHECK(image.at(20, 70) == 0xff0000ff);
    CHECK(image.at(70, 70) == 0xff0000ff);
    CHECK(image.at(kWidth - 1, kHeight - 1) == 0xffffffff);
}

TEST_CASE("pixels: each pixel of triangles with a side in common is drawn once") {
    // A fan of half transparent triangles around a middle that lies on no pixel.
    Drawing drawing;
    constexpr int kSpokes = 23;
    const candor_vertex middle{97.3F, 51.7F, 0, 0, 0x80ffffff};
    drawing.vertices.push_back(middle);
    for (int i = 0; i < kSpokes; ++i) {
        const double angle = 2 * 3.14159265358979 * i / kSpokes;
        drawing.vertices.push_back({middle.x + static_cast<float>(45 * std::cos(angle)),
                                    middle.y + static_cast<float>(45 * std::sin(angle)), 0, 0, 0x80ffffff});
        for (const int corner : {0, i + 1, i + 1 == kSpokes ? 1 : i + 2}) {
            drawing.indices.push_back(static_cast<uint16_t>(corner));
        }
    }
    drawing.commands.push_back({{0, 0, kWidth, kHeight}, -1, 0, static_cast<uint32_t>(drawing.indices.size())});
    Image image;
    REQUIRE(drawn(image, drawing) == CANDOR_OK);
    int inside = 0;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const uint32_t pixel = image.at(x, y);
            const double away =
                std::hypot(x + 0.5 - static_cast<double>(middle.x), y + 0.5 - static_cast<double>(middle.y));
            if (pixel != kBlack && pixel != 0xff808080) FAIL("drawn twice at " << x << ", " << y);
            if (away < 44) CHECK(pixel == 0xff808080);
            inside += pixel != kBlack;
        }
    }
    CHECK(inside > 6000);
}

TEST_CASE("pixels: colours run from corner to corner") {
    Drawing drawing;
    drawing.quad({0, 0, 100, 100}, 0xffffffff);
    drawing.vertices[1].color = drawing.vertices[2].color = 0x00ffffff;  // fades to the right
    Image image;
    REQUIRE(drawn(image, drawing) == CANDOR_OK);
    for (int x = 0; x < 100; ++x) CHECK(std::abs(part(image.at(x, 40), 8) - (255 - (255 * x + 127) / 100)) <= 2);
}

TEST_CASE("pixels: a part of the surface, at twice the pixels, is a part of the whole") {
    Drawing drawing;
    const std::string word = "Wort 👀";
    drawing.quad({10, 10, 40, 20}, 0xff0000ff);
    drawing.quad({60, 10, 80, 40}, 0xff00ff00, drawing.run(word, 1), {70, 0, 60, 50});
    Image whole(kBlack, 2 * kWidth, 2 * kHeight);
    Image cut(kBlack, 100, 60);
    REQUIRE(drawn(whole, drawing, 2) == CANDOR_OK);
    REQUIRE(drawn(cut, drawing, 2, 40, 5) == CANDOR_OK);
    int different = 0;
    int bright = 0;
    for (int y = 0; y < cut.height; ++y) {
        for (int x = 0; x < cut.width; ++x) {
            different += cut.at(x, y) != whole.at(x + 80, y + 10);
            bright += cut.at(x, y) != kBlack;
        }
    }
    CHECK(different == 0);
    CHECK(bright > 300);
}

TEST_CASE("pixels: what points outside is refused and draws nothing") {
    Drawing good;
    good.quad({0, 0, 50, 50}, 0xffffffff);
    const auto refused = [&](auto change) {
        Drawing bad = good;
        change(bad);
        Image image;
        const bool invalid = drawn(image, bad) == CANDOR_INVALID;
        return invalid && image.at(10, 10) == kBlack;
    };
    CHECK(refused([](Drawing& d) { d.indices[3] = 4; }));
    CHECK(refused([](Drawing& d) { d.commands[0].first_index = 1; }));
    CHECK(refused([](Drawing& d) { d.commands[0].run = 0; }));
    CHECK(refused([](Drawing& d) { d.commands[0].run = -2; }));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const float ratio : {0.0F, -1.0F, 17.0F, nan}) {
        Image image;
        CHECK(drawn(image, good, ratio) == CANDOR_INVALID);
        CHECK(image.at(10, 10) == kBlack);
    }
    Image image;
    CHECK(drawn(image, good, 1, nan) == CANDOR_INVALID);
    CHECK(draw_pixels(nullptr, good.draw(), 1, 0, 0, image.all()) == CANDOR_INVALID);

    // What is no number is nowhere; a run that cannot be drawn is told, and the rest is there.
    Drawing odd = good;
    odd.vertices[0].x = nan;
    odd.quad({100, 0, 50, 50}, 0xffffffff, -1, {nan, 0, 200, 100});
    odd.quad({100, 50, 1e30F, 50}, 0xffffffff);
    const std::string word = "word";
    odd.quad({0, 0, 50, 50}, 0xff0000ff, odd.run(word, 1));
    odd.runs[0].width = 0;
    odd.quad({60, 0, 20, 20}, 0xff0000ff);
    CHECK(drawn(image, odd) == CANDOR_FAILED);
    CHECK(image.at(10, 5) == kBlack);
    CHECK(image.at(110, 60) == kBlack);
    CHECK(image.at(70, 10) == 0xffff0000);
}

TEST_CASE("pixels: the same as by OpenGL") {
    const Screen screen;
    if (!screen.running()) SKIP("there is no Xvfb");
    const Window window(Api::core33, kWidth, kHeight);
    if (!window.ok()) SKIP("no such context here");
    const Text text = text_part();
    Drawing drawing;
    const std::string letters = "Ägypten";
    const std::string emoji = "a👀❤️";
    drawing.quad({3.5F, 4.25F, 60.3F, 31.8F}, 0xc0305080);
    drawing.vertices[2].color = 0x20f0a010;
    drawing.quad({30, 20, 80, 40}, 0xff2060ff, drawing.run(letters, 1));
    drawing.quad({110, 40, 80, 40}, 0xb000ff00, drawing.run(emoji, 2), {115, 45, 60, 30});
    window.clear(0.25F, 0.5F, 0.75F, 1);
    candor_string why{};
    candor_desktop_renderer* renderer = candor_desktop_renderer_create(text.get(), &why);
    INFO(std::string(why.data ? why.data : "", why.size));
    REQUIRE(renderer);
    const candor_draw draw = drawing.draw();
    const candor_desktop_view view = {sizeof view, kWidth, kHeight, kWidth, kHeight};
    REQUIRE(candor_desktop_renderer_draw(renderer, &draw, &view) == CANDOR_OK);
    const std::vector<uint8_t> rgba = window.pixels();
    candor_desktop_renderer_destroy(renderer);

    Image image(0xff4080bf);
    REQUIRE(draw_pixels(text.get(), draw, 1, 0, 0, image.all()) == CANDOR_OK);
    int different = 0;
    int changed = 0;
    for (size_t i = 0; i < image.pixels.size(); ++i) {
        const uint8_t* from = &rgba[i * 4];
        const uint32_t theirs =
            0xff000000u | static_cast<uint32_t>(from[0]) << 16 | static_cast<uint32_t>(from[1]) << 8 | from[2];
        different += !near(theirs, image.pixels[i], 3);
        changed += !near(theirs, 0xff4080bf, 3);
    }
    CHECK(changed > 3000);
    CHECK(different == 0);
}
