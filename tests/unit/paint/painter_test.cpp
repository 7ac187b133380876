#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "../card/fixture.hpp"
#include "paint/paint.hpp"

using namespace candor;
using fixture::Desk;
using paint::Picture;

namespace {

Picture painted(const Desk& desk, paint::RunColor run_color = paint::RunColor::white) {
    paint::Painter painter;
    return painter.paint(desk.card(), card::palette(desk.document.theme, desk.options.dark), desk.options.pixel_ratio,
                         run_color);
}

void check_sound(const Picture& picture) {
    REQUIRE(!picture.vertices.empty());
    CHECK(picture.vertices.size() <= 65535);
    for (std::uint16_t index : picture.indices) REQUIRE(index < picture.vertices.size());
    std::uint32_t next = 0;
    for (const paint::Command& command : picture.commands) {
        CHECK(command.first_index == next);
        CHECK(command.index_count > 0);
        CHECK(command.index_count % 3 == 0);
        next = command.first_index + command.index_count;
        CHECK(command.clip.x >= 0);
        CHECK(command.clip.y >= 0);
        CHECK(command.clip.width >= 0);
        CHECK(command.clip.height >= 0);
        CHECK(command.run >= -1);
        CHECK(command.run < static_cast<std::int32_t>(picture.runs.size()));
    }
    CHECK(next == picture.indices.size());
}

const paint::Run* run_of(const Picture& picture, std::string_view text) {
    for (const paint::Run& run : picture.runs) {
        if (run.text == text) return &run;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("Indices, commands and clips are sound in all states") {
    for (float width : {280.0f, 390.0f, 1280.0f}) {
        for (float height : {150.0f, 800.0f}) {
            for (float ratio : {1.0f, 1.5f, 3.0f}) {
                Desk desk;
                desk.options = {width, height, ratio, ratio > 2, false, false};
                INFO(width << "x" << height << " @" << ratio);
                check_sound(painted(desk));
                desk.tap("score/9");
                check_sound(painted(desk));
                desk.stored();
                desk.tap("comment");
                desk.type("Words\nand more");
                check_sound(painted(desk));
                desk.tap("send");
                desk.status = card::Status::failed;
                check_sound(painted(desk));
                desk.stored();
                check_sound(painted(desk));
            }
        }
    }
}

TEST_CASE("The same card is the same picture, also from a painter that has painted others") {
    Desk desk;
    paint::Painter painter;
    const card::Palette palette = card::palette({}, false);
    const Picture first = painter.paint(desk.card(), palette, 2);
    Desk other;
    other.tap("score/3");
    CHECK(painter.paint(other.card(), palette, 2).revision != first.revision);
    CHECK(painter.paint(desk.card(), palette, 1).revision != first.revision);
    const Picture again = painter.paint(desk.card(), palette, 2);
    CHECK(again.revision == first.revision);
    CHECK(again.vertices.size() == first.vertices.size());
    CHECK(std::equal(again.indices.begin(), again.indices.end(), first.indices.begin(), first.indices.end()));
}

TEST_CASE("What can be seen changes the revision") {
    Desk desk;
    std::set<std::uint64_t> seen{painted(desk).revision};
    desk.key(card::Key::tab);
    CHECK(seen.insert(painted(desk).revision).second);
    desk.key(card::Key::right);
    CHECK(seen.insert(painted(desk).revision).second);
    const card::Rect cell = desk.card().find("score/8")->rect;
    desk.pointer(card::InputKind::pointer_move, cell.x + 4, cell.y + 4);
    CHECK(seen.insert(painted(desk).revision).second);
    desk.pointer(card::InputKind::pointer_down, cell.x + 4, cell.y + 4);
    CHECK(seen.insert(painted(desk).revision).second);
    desk.options.dark = true;
    CHECK(seen.insert(painted(desk).revision).second);
}

TEST_CASE("Runs are textures of whole pixels, shared where they are the same") {
    Desk desk;
    desk.options.pixel_ratio = 1.5f;
    const Picture picture = painted(desk);
    std::set<std::uint64_t> keys;
    for (const paint::Run& run : picture.runs) {
        INFO(run.text);
        CHECK(keys.insert(run.key).second);
        for (float length : {run.width, run.height, run.baseline, run.left}) {
            CHECK(std::abs(length * 1.5f - std::round(length * 1.5f)) < 0.01f);
        }
        CHECK(run.left > 0);
        CHECK(run.baseline < run.height);
        CHECK(run.color == 0xffffffff);
    }
    for (const paint::Command& command : picture.commands) {
        if (command.run < 0) continue;
        const paint::Run& run = picture.runs[static_cast<std::size_t>(command.run)];
        const paint::Vertex& low = picture.vertices[picture.indices[command.first_index]];
        const paint::Vertex& high = picture.vertices[picture.indices[command.first_index + 2]];
        CHECK(std::abs(high.x - low.x - run.width) < 0.01f);
        CHECK(std::abs(high.y - low.y - run.height) < 0.01f);
        CHECK(std::abs(low.x * 1.5f - std::round(low.x * 1.5f)) < 0.01f);
        CHECK(low.u == 0);
        CHECK(high.v == 1);
    }
    REQUIRE(run_of(picture, "10"));
}

TEST_CASE("A run's key stays when only its place or its tint changes") {
    Desk desk;
    const std::uint64_t before = run_of(painted(desk), "9")->key;
    desk.tap("score/9");
    desk.stored();
    CHECK(run_of(painted(desk), "9")->key == before);
}

TEST_CASE("A line with emoji is rasterised in its colour, and not tinted, where the host knows of it") {
    Desk desk;
    desk.document.surveys[0].questions[0].text.always = {{"en", "Happy? 😀"}};
    CHECK(run_of(painted(desk), "Happy? 😀")->color == 0xffffffff);
    const Picture picture = painted(desk, paint::RunColor::own);
    CHECK(run_of(picture, "10")->color == 0xffffffff);
    const paint::Run* run = run_of(picture, "Happy? 😀");
    REQUIRE(run);
    CHECK(run->color == card::palette({}, false).text);
    for (const paint::Command& command : picture.commands) {
        if (command.run < 0 || &picture.runs[static_cast<std::size_t>(command.run)] != run) continue;
        CHECK(picture.vertices[picture.indices[command.first_index]].color == 0xffffffff);
    }
}

TEST_CASE("Few changes of texture: shapes first, then each line once") {
    const Picture picture = painted(Desk());
    CHECK(picture.commands.front().run == -1);
    CHECK(picture.commands.size() == picture.runs.size() + 1);
}

TEST_CASE("An empty card, an odd ratio, and a card of any size paint without a crash") {
    paint::Painter painter;
    const card::Palette palette = card::palette({}, false);
    CHECK(painter.paint({}, palette, 1).vertices.empty());
    for (float ratio : {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN(), 1e9f})
        check_sound(painter.paint(Desk().card(), palette, ratio));
    card::Card crowd = Desk().card();
    const card::Node cell = *crowd.find("score/3");
    for (int i = 0; i < 20000; ++i) crowd.add() = cell;
    check_sound(painter.paint(crowd, palette, 1));
}
