// The demo shop's own parts that need no window: its picture, its options, and the line that says why.
#include "shop.hpp"

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "candor/desktop.h"
#include "options.hpp"
#include "why.hpp"

namespace {

struct Destroy {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

bool overlap(const shop::Rect& a, const shop::Rect& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

std::string problem_of(std::vector<const char*> words) {
    words.insert(words.begin(), "shop");
    std::string problem;
    const auto options = shop::parse_options(static_cast<int>(words.size()), words.data(), problem);
    CHECK(options.has_value() == problem.empty());
    return problem;
}

}  // namespace

TEST_CASE("the shop fits its window, and each button can be pressed") {
    const std::unique_ptr<candor_desktop_text, Destroy> text(candor_desktop_text_create(nullptr, nullptr));
    const candor_text_host* host = candor_desktop_text_interface(text.get());
    shop::State state;
    state.persons = {"maria.magdalena.of.the.long.name@example.com", "desktop-1", "desktop-2"};
    state.person = "desktop-1";
    for (const bool dark : {false, true}) {
        for (const auto& [width, height] :
             {std::pair{320.0F, 240.0F}, {480.0F, 640.0F}, {900.0F, 620.0F}, {1120.0F, 800.0F}, {2560.0F, 1440.0F}}) {
            INFO(width << "x" << height);
            state.dark = dark;
            state.shows_rules = width == 900;
            const shop::Picture picture = shop::paint(state, host, width, height, 1.5F);
            std::set<std::string> names;
            for (const shop::Button& button : picture.buttons) {
                INFO(button.id);
                CHECK(names.insert(button.id).second);
                CHECK(button.rect.x >= 0);
                CHECK(button.rect.y >= 0);
                CHECK(button.rect.x + button.rect.width <= width);
                CHECK(button.rect.y + button.rect.height <= height);
                for (const shop::Button& other : picture.buttons) {
                    CHECK((&button == &other || !overlap(button.rect, other.rect)));
                }
            }
            CHECK(names.contains("buy"));
            CHECK(names.contains("guest"));
            CHECK(names.contains("person/desktop-1"));
            const candor_draw draw = picture.canvas.draw();
            CHECK(draw.vertex_count < 65536);
            size_t drawn = 0;
            for (size_t i = 0; i < draw.command_count; ++i) drawn += draw.commands[i].index_count;
            CHECK(drawn == draw.index_count);
        }
    }
}

TEST_CASE("all rules stand in place of the shelf, and those that find no room can be scrolled to") {
    const std::unique_ptr<candor_desktop_text, Destroy> text(candor_desktop_text_create(nullptr, nullptr));
    shop::State state;
    shop::Reason reason{"after", "chosen", true, {}};
    for (int i = 0; i < 60; ++i) reason.rules.push_back({"rule " + std::to_string(i), "says so", i % 2 == 0});
    state.reasons = {reason};
    state.shows_rules = true;
    const auto paint = [&] { return shop::paint(state, candor_desktop_text_interface(text.get()), 1120, 800, 1); };
    const auto shows = [](const shop::Picture& picture, std::string_view words) {
        const candor_draw draw = picture.canvas.draw();
        for (size_t i = 0; i < draw.run_count; ++i) {
            if (std::string_view(draw.runs[i].text.data, draw.runs[i].text.size) == words) return true;
        }
        return false;
    };
    const shop::Picture top = paint();
    CHECK(shows(top, "after"));
    CHECK(shows(top, "rule 0"));
    CHECK_FALSE(shows(top, "rule 59"));
    CHECK_FALSE(shows(top, shop::products()[0].name));
    CHECK(top.hidden_lines > 20);
    state.first_line = top.hidden_lines;
    const shop::Picture end = paint();
    CHECK_FALSE(shows(end, "after"));
    CHECK(shows(end, "rule 59"));
    state.first_line = 1000;
    CHECK(shows(paint(), "rule 59"));
}

TEST_CASE("prices and the basket") {
    CHECK(shop::price(4200) == "€42");
    CHECK(shop::price(1350) == "€13.50");
    shop::State state;
    CHECK(shop::total(state) > 0);
    state.cart = {0, 0};
    CHECK(shop::total(state) == 2 * shop::products()[0].cents);
}

TEST_CASE("options are read, or refused with a reason") {
    const char* words[] = {"shop", "--person", "desktop-1", "--dark", "--size", "800x600", "--scale", "1.5", "--trace"};
    std::string problem;
    const auto options = shop::parse_options(9, words, problem);
    REQUIRE(options);
    CHECK(options->person == "desktop-1");
    CHECK(options->dark);
    CHECK(options->trace);
    CHECK(options->width == 800);
    CHECK(options->height == 600);
    CHECK(options->scale == 1.5F);
    CHECK(problem_of({"--what"}).find("--what") != std::string::npos);
    CHECK(problem_of({"--person"}).find("--person") != std::string::npos);
    for (const char* size : {"", "x", "800", "800x", "x600", "800x600x", "10x10", "99999x99999", "-800x600"}) {
        CHECK_FALSE(problem_of({"--size", size}).empty());
    }
    for (const char* scale : {"", "two", "0", "-1", "1.5x", "1e9", "nan"}) {
        CHECK_FALSE(problem_of({"--scale", scale}).empty());
    }
}

TEST_CASE("why reads what explain says, and nothing it cannot") {
    const auto reasons = shop::reasons_of(R"({"now": 5, "chosen": null, "surveys": [
        {"survey": "a", "verdict": "block", "because": "sample", "text": "not in the \"10 %\"",
         "rules": [{"rule": "delay", "verdict": "pass", "text": "no"}, {"rule": "sample", "verdict": "block"}]},
        {"survey": "b", "verdict": "pass", "text": "ok \u00fc\ud83d\udc4d"}]})");
    CHECK(shop::summary_of(reasons) == "a: not in the \"10 %\"   ·   b: ok ü👍");
    REQUIRE(reasons.size() == 2);
    CHECK(reasons[1].passes);
    REQUIRE(reasons[0].rules.size() == 2);
    CHECK(reasons[0].rules[0].name == "delay");
    CHECK(reasons[0].rules[0].text == "no");
    CHECK(reasons[0].rules[0].passes);
    CHECK_FALSE(reasons[0].rules[1].passes);
    CHECK(shop::summary_of(shop::reasons_of(R"({"surveys": [1, {"rules": 7}, {"survey": 2}]})")).size() < 30);
    for (const char* text : {"", "{}", "[[[[", "\"", "{\"surveys\":[{\"survey\":\"", "{\"surveys\":7}",
                             "{\"surveys\":[{\"survey\":\"\\u12", "}}}}", "\\", "{\"surveys\":[{\"survey\":\"\\"}) {
        CHECK(shop::reasons_of(text).empty());
    }
}
