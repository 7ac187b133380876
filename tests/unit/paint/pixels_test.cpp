// What the triangles come to, pixel by pixel.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "../card/fixture.hpp"
#include "raster.hpp"

using namespace candor;
using fixture::Desk;
using raster::Color;
using raster::Image;

namespace {

const Color kPage{0.9f, 0.9f, 0.9f, 1};

Image drawn(const Desk& desk) {
    const float ratio = desk.options.pixel_ratio;
    paint::Painter painter;
    const paint::Picture picture = painter.paint(desk.card(), card::palette({}, desk.options.dark), ratio);
    Image image(static_cast<int>(desk.options.width * ratio), static_cast<int>(desk.options.height * ratio), kPage);
    raster::draw(image, picture, ratio, [](std::int32_t, float, float) { return Color{0, 0, 0, 0}; });
    return image;
}

bool near(const Color& a, std::uint32_t argb) {
    auto part = [&](int shift) { return static_cast<float>((argb >> shift) & 0xffu) / 255; };
    return std::abs(a.r - part(16)) < 0.01f && std::abs(a.g - part(8)) < 0.01f && std::abs(a.b - part(0)) < 0.01f;
}

Desk small_desk(float ratio) {
    Desk desk;
    desk.options = {560, 300, ratio, false, false, false};
    return desk;
}

}  // namespace

TEST_CASE("A cell has a sharp border of one pixel, and nothing chosen is filled") {
    for (float ratio : {1.0f, 2.0f}) {
        const Desk desk = small_desk(ratio);
        const Image image = drawn(desk);
        const card::Palette palette = card::palette({}, false);
        const card::Rect box = desk.card().find("score/5")->box;
        const int y = static_cast<int>((box.y + box.height / 2) * ratio);
        const int left = static_cast<int>(std::lround(box.x * ratio)), wide = static_cast<int>(ratio);
        INFO(ratio);
        CHECK(near(image.at(left - 1, y), palette.background));
        CHECK(near(image.at(left, y), palette.cell_border));
        CHECK(near(image.at(left + wide - 1, y), palette.cell_border));
        CHECK(near(image.at(left + wide, y), palette.cell));
    }
}

TEST_CASE("The chosen cell is filled with the accent, and only that one") {
    Desk desk = small_desk(1);
    desk.options.height = 500;
    desk.tap("score/8");
    desk.stored();
    desk.ui = {};
    const Image image = drawn(desk);
    const card::Palette palette = card::palette({}, false);
    for (int score = 0; score <= 10; ++score) {
        const card::Rect box = desk.card().find("score/" + std::to_string(score))->box;
        const Color& middle =
            image.at(static_cast<int>(box.x + box.width / 2), static_cast<int>(box.y + box.height / 2));
        CHECK(near(middle, score == 8 ? palette.accent : palette.cell));
    }
}

TEST_CASE("The shadow fades without an edge") {
    Desk desk = small_desk(2);
    desk.options.width = 700;
    desk.options.height = 420;
    const card::Card card = desk.card();
    const Image image = drawn(desk);
    const int y = static_cast<int>((card.rect.y + card.rect.height / 2) * 2);
    const int edge = static_cast<int>(card.rect.x * 2);
    float before = image.at(edge - 2, y).r;
    CHECK(before < kPage.r - 0.01f);
    for (int x = edge - 3; x > edge - 2 * static_cast<int>(card::kShadowReach); --x) {
        const float now = image.at(x, y).r;
        INFO(x);
        CHECK(now >= before - 0.001f);
        CHECK(now - before < 0.02f);
        before = now;
    }
    CHECK(std::abs(before - kPage.r) < 0.002f);
}

TEST_CASE("Nothing is drawn beyond the shadow's reach") {
    Desk desk = small_desk(1);
    desk.options.width = 900;
    desk.options.height = 600;
    const card::Rect rect = desk.card().rect;
    const Image image = drawn(desk);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const auto px = static_cast<float>(x), py = static_cast<float>(y);
            const bool far = px < rect.x - card::kShadowReach || py < rect.y - card::kShadowReach;
            if (far && image.at(x, y).r != kPage.r) FAIL_CHECK("drawn at " << x << ", " << y);
        }
    }
}

TEST_CASE("Corners are round on a card, and square below on a sheet") {
    const card::Palette palette = card::palette({}, false);
    Desk desk = small_desk(2);
    card::Rect rect = desk.card().rect;
    Image image = drawn(desk);
    CHECK_FALSE(near(image.at(static_cast<int>(rect.x * 2), static_cast<int>(rect.y * 2)), palette.background));
    desk.options.width = 390;
    image = drawn(desk);
    CHECK(near(image.at(1, image.height - 2), palette.background));
    CHECK_FALSE(near(image.at(0, static_cast<int>(desk.card().rect.y * 2)), palette.background));
}
