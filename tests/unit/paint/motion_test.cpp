// What is on its way, as it is drawn.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "../card/fixture.hpp"
#include "card/motion.hpp"
#include "paint/paint.hpp"

using namespace candor;
using fixture::Desk;
using paint::Picture;

namespace {

Picture painted(const card::Card& card) {
    paint::Painter painter;
    return painter.paint(card, card.colors, 1);
}

std::uint32_t alpha(const paint::Vertex& vertex) { return vertex.color >> 24; }

// A card whose score was tapped so many milliseconds ago, with what follows it.
card::Card revealed(std::int64_t ms, survey::Layout layout = survey::Layout::corner) {
    Desk desk;
    desk.document.surveys[0].look.layout = layout;
    card::Motion motion;
    const auto look = [&](std::int64_t time) {
        desk.options.frame_time = time;
        card::Card card = desk.card();
        card::animate(motion, card, desk.options);
        return card;
    };
    look(1000);
    look(2000);
    desk.tap("score/9");
    desk.stored();
    look(3000);
    return look(3000 + ms);
}

struct Edges {
    float top = 1e9f;
};

// Of all that is drawn in this colour.
Edges edges_of(const Picture& picture, std::uint32_t argb) {
    const std::uint32_t rgb = (argb >> 16 & 0xffu) | (argb & 0xff00u) | (argb & 0xffu) << 16;
    Edges edges;
    for (const paint::Vertex& vertex : picture.vertices) {
        if ((vertex.color & 0xffffffu) != rgb || alpha(vertex) != 255) continue;
        edges.top = std::min(edges.top, vertex.y);
    }
    return edges;
}

}  // namespace

TEST_CASE("At rest a card is drawn as one that knows of no motion") {
    Desk desk;
    desk.tap("score/9");
    desk.stored();
    CHECK(painted(revealed(1000)).revision == painted(desk.card()).revision);
    CHECK(painted(revealed(100)).revision != painted(desk.card()).revision);
}

#ifndef __EMSCRIPTEN__  // a page's style sheet does it
TEST_CASE("A card comes in from nothing and from below") {
    Desk desk;
    card::Card card = desk.card();
    const Picture there = painted(card);
    card.pose.entrance = 0;
    for (const paint::Vertex& vertex : painted(card).vertices) REQUIRE(alpha(vertex) == 0);
    card.pose.entrance = 0.5f;
    const Picture half = painted(card);
    REQUIRE(half.vertices.size() == there.vertices.size());
    for (std::size_t i = 0; i < there.vertices.size(); ++i) {
        CHECK(half.vertices[i].y == there.vertices[i].y + 8);
        CHECK(half.vertices[i].x == there.vertices[i].x);
        CHECK(alpha(half.vertices[i]) <= (alpha(there.vertices[i]) + 1) / 2);
    }
}

TEST_CASE("What a modal card dims comes in where it stays") {
    Desk desk;
    desk.document.surveys[0].look.layout = survey::Layout::modal;
    card::Card card = desk.card();
    card.pose.entrance = 0.5f;
    const Picture half = painted(card);
    CHECK(half.vertices[0].y == 0);
    CHECK(alpha(half.vertices[0]) == 64);
    CHECK(half.commands[0].clip == card::Rect{0, 0, 1280, 800});
}
#endif

TEST_CASE("A card grows from where it was, and what stands on it keeps its distance to the upper edge") {
    for (const survey::Layout layout : {survey::Layout::corner, survey::Layout::modal}) {
        const card::Card now = revealed(0, layout);
        const Picture first = painted(now);
        const Edges begun = edges_of(first, now.colors.background);
        CHECK(std::abs(begun.top - now.pose.from.y) < 2.5f);
        // What is below its lower edge is cut.
        const std::span<paint::Command> clips = first.commands;
        CHECK(std::any_of(clips.begin(), clips.end(),
                          [&](const auto& command) { return command.clip == now.pose.from; }));
        const card::Card then = revealed(60, layout);
        const Edges under_way = edges_of(painted(then), then.colors.background);
        CHECK(under_way.top < begun.top);
        CHECK(under_way.top > then.rect.y + 1);
        const Edges end = edges_of(painted(revealed(1000, layout)), then.colors.background);
        CHECK(std::abs(end.top - then.rect.y) < 2.5f);
    }
}

TEST_CASE("What is new comes out of the card's own colour, and never out of another") {
    card::Card now = revealed(0);
    now.pose.choice = 1;
    const Picture picture = painted(now);
    const Picture picture_at_rest = painted(revealed(1000));
    // The field's border is on the picture at rest and not yet here; what hides it is its colour, not that it lets
    // through.
    const auto borders = [&](const Picture& drawn) {
        const std::uint32_t argb = now.colors.cell_border;
        const std::uint32_t rgb = (argb >> 16 & 0xffu) | (argb & 0xff00u) | (argb & 0xffu) << 16;
        return std::count_if(drawn.vertices.begin(), drawn.vertices.end(),
                             [&](const paint::Vertex& vertex) { return (vertex.color & 0xffffffu) == rgb; });
    };
    CHECK(borders(picture_at_rest) > borders(picture));
    CHECK(borders(picture) > 0);
    const Picture& later = picture_at_rest;
    REQUIRE(later.vertices.size() == picture.vertices.size());
    for (std::size_t i = 0; i < picture.vertices.size(); ++i) {
        REQUIRE(alpha(picture.vertices[i]) == alpha(later.vertices[i]));
    }
}

TEST_CASE("A card in a page has no shadow") {
    Desk desk;
    desk.document.surveys[0].look.layout = survey::Layout::inline_;
    const std::size_t on_the_page = painted(desk.card()).vertices.size();
    desk.options.slot_width = 480;
    const card::Card card = desk.card();
    const Picture picture = painted(card);
    CHECK(picture.vertices.size() < on_the_page);
    for (const paint::Vertex& vertex : picture.vertices) {
        REQUIRE(vertex.x > -2);
        REQUIRE(vertex.x < card.rect.width + 2);
    }
}
