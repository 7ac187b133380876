// The picture of `candor preview`, pixel by pixel, and the command itself.
#include <cairo.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/files.hpp"
#include "cli/preview.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

const std::string kSurveys = CANDOR_SOURCE_DIR "/demo/surveys/";

struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint32_t> pixels;

    explicit Picture(const fs::path& file) {
        cairo_surface_t* surface = cairo_image_surface_create_from_png(file.c_str());
        REQUIRE(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS);
        width = cairo_image_surface_get_width(surface);
        height = cairo_image_surface_get_height(surface);
        const unsigned char* data = cairo_image_surface_get_data(surface);
        for (int y = 0; y < height; ++y, data += cairo_image_surface_get_stride(surface)) {
            const auto* row = reinterpret_cast<const std::uint32_t*>(data);
            for (int x = 0; x < width; ++x) pixels.push_back(row[x] & 0xffffffu);
        }
        cairo_surface_destroy(surface);
    }

    std::uint32_t at(int x, int y) const { return pixels[static_cast<std::size_t>(y * width + x)]; }

    // How often each colour is within the card.
    std::map<std::uint32_t, int> colors(const Shown& card) const {
        std::map<std::uint32_t, int> out;
        for (int y = card.y; y < card.y + card.height; ++y) {
            for (int x = card.x; x < card.x + card.width; ++x) ++out[at(x, y)];
        }
        return out;
    }
};

struct Made {
    Pictured told;
    Picture picture;
};

Made made(const Directory& folder, PreviewOptions options) {
    options.picture = (folder.path / "out.png").string();
    const Pictured told = preview_picture(options);
    INFO(to_line(told.report));
    REQUIRE(told.report.exit == kGood);
    Made out{told, Picture(options.picture)};
    REQUIRE(out.picture.width == told.width);
    REQUIRE(out.picture.height == told.height);
    REQUIRE_FALSE(told.cards.empty());
    return out;
}

const Shown& card(const Made& made, const std::string& question, std::optional<Band> band = std::nullopt) {
    for (const Shown& shown : made.told.cards) {
        if (shown.question == question && (!band || shown.band == band)) return shown;
    }
    FAIL("there is no card of " << question);
    return made.told.cards.front();
}

double brightness(std::uint32_t color) {
    return (0.3 * (color >> 16 & 0xff) + 0.59 * (color >> 8 & 0xff) + 0.11 * (color & 0xff)) / 255;
}

// Of the colour that most of it has: the card's own.
std::uint32_t background(const Made& made, const Shown& shown) {
    const auto colors = made.picture.colors(shown);
    const auto most = std::max_element(colors.begin(), colors.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most->first;
}

// How many pixels are as dark as text.
int ink(const Made& made, const Shown& shown) {
    int dark = 0;
    for (const auto& [color, count] : made.picture.colors(shown)) dark += brightness(color) < 0.3 ? count : 0;
    return dark;
}

bool same_cards(const Made& a, const Made& b) {
    const Shown& one = a.told.cards.front();
    const Shown& other = b.told.cards.front();
    return a.picture.colors(one) == b.picture.colors(other);
}

const std::string kExplicit = R"({"candor": 1, "project": "p", "revision": 1, "product": "P",
    "consent": {"mode": "explicit", "policy": "2026-01", "text": {"en": "I agree that you keep my answer."}},
    "theme": {"light": {"accent": "#0050c8"}},
    "surveys": [{"id": "s", "kind": "transactional", "triggers": [{"event": "e"}],
        "wait": {"answered": 90, "dismissed": 30}, "questions": [{"id": "score", "type": "nps"},
        {"id": "never", "type": "text", "text": {"en": "Why?"},
         "when": {"all": [{"question": "score", "band": "passive"}, {"question": "score", "from": 9}]}},
        {"id": "thanks", "type": "thanks"}]}]})";

}  // namespace

TEST_CASE("picture: a card for each question, side by side, none beyond the edge or over another") {
    const Directory folder;
    const Made shop = made(folder, {.file = kSurveys + "shop.json"});
    const std::vector<Shown>& cards = shop.told.cards;
    REQUIRE(cards.size() == 10);
    CHECK(cards[0].survey == "relationship");
    CHECK(cards[9].survey == "post-purchase");
    CHECK(cards[9].type == "thanks");
    CHECK(shop.told.width == 2 * 40 + 3 * 528 + 2 * 28);  // three of them, with what a card keeps from the edge
    for (std::size_t i = 0; i < cards.size(); ++i) {
        CHECK(cards[i].reached);
        CHECK(cards[i].width == 528);
        CHECK((cards[i].x >= 0 && cards[i].x + cards[i].width <= shop.told.width));
        CHECK((cards[i].y >= 0 && cards[i].y + cards[i].height <= shop.told.height));
        for (std::size_t k = 0; k < i; ++k) {
            const bool beside = cards[k].x + cards[k].width <= cards[i].x || cards[i].x + cards[i].width <= cards[k].x;
            const bool below = cards[k].y + cards[k].height <= cards[i].y || cards[i].y + cards[i].height <= cards[k].y;
            CHECK((beside || below));
        }
    }
    CHECK(made(folder, {.file = kSurveys + "shop.json", .survey = "post-purchase"}).told.cards.size() == 5);
}

TEST_CASE("picture: the card is drawn, with its text and with what was chosen on it") {
    const Directory folder;
    const Made shop = made(folder, {.file = kSurveys + "shop.json", .survey = "post-purchase"});
    constexpr std::uint32_t kAccent = 0x2563eb;  // the document's
    const auto accents = [&](const Shown& shown) { return shop.picture.colors(shown)[kAccent]; };
    CHECK(accents(card(shop, "score")) == 0);
    const int chosen = accents(card(shop, "reason", Band::promoter));
    CHECK(chosen > 1000);  // a cell
    CHECK(accents(card(shop, "reason", Band::detractor)) > 1000);
    for (const Shown& shown : shop.told.cards) {
        INFO(shown.question);
        CHECK(background(shop, shown) == 0xffffff);
        CHECK(ink(shop, shown) > 300);
    }
    // A 6 stands left of a 9.
    const auto middle = [&](const Shown& shown) {
        long sum = 0;
        for (int y = shown.y; y < shown.y + shown.height / 2; ++y) {
            for (int x = 0; x < shown.width; ++x) sum += shop.picture.at(shown.x + x, y) == kAccent ? x : 0;
        }
        return static_cast<double>(sum) / chosen;
    };
    CHECK(middle(card(shop, "reason", Band::detractor)) + 60 < middle(card(shop, "reason", Band::promoter)));
}

TEST_CASE("picture: light and dark") {
    const Directory folder;
    const PreviewOptions options{.file = kSurveys + "questions.json"};
    PreviewOptions dark = options;
    dark.dark = true;
    const Made a = made(folder, options);
    const Made b = made(folder, dark);
    REQUIRE(a.told.cards.size() == 7);
    REQUIRE(b.told.cards.size() == 7);
    CHECK(a.told.height == b.told.height);
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(brightness(background(a, a.told.cards[i])) > 0.9);
        CHECK(brightness(background(b, b.told.cards[i])) < 0.2);
    }
    CHECK(brightness(a.picture.at(2, 2)) > 0.9);
    CHECK(brightness(b.picture.at(2, 2)) < 0.2);
}

TEST_CASE("picture: the reader's language") {
    const Directory folder;
    const auto in = [&](const char* locale) {
        return made(folder, {.file = kSurveys + "questions.json", .locale = locale});
    };
    const Made english = in("en");
    CHECK(same_cards(english, in("")));
    CHECK(same_cards(english, in("en-GB")));
    CHECK_FALSE(same_cards(english, in("de")));
    CHECK_FALSE(same_cards(in("de"), in("ar")));
}

TEST_CASE("picture: a small screen has a card as wide as that, and twice the pixels are twice the size") {
    const Directory folder;
    PreviewOptions options{.file = kSurveys + "shop.json", .survey = "post-purchase", .width = 320};
    const Made phone = made(folder, options);
    for (const Shown& shown : phone.told.cards) {
        CHECK(shown.width == 320);
        // Down to the lower edge and from side to side it is the card.
        const int middle = shown.y + shown.height - 30;
        CHECK(phone.picture.at(shown.x + 4, middle) == 0xffffff);
        CHECK(phone.picture.at(shown.x + shown.width - 5, middle) == 0xffffff);
        CHECK(phone.picture.at(shown.x + shown.width / 2, shown.y + shown.height - 2) == 0xffffff);
    }
    options.scale = 2;
    const Made twice = made(folder, options);
    CHECK(twice.told.width == 2 * phone.told.width);
    CHECK(std::abs(twice.told.height - 2 * phone.told.height) < 20);
    CHECK(twice.told.cards[0].width == 640);
    CHECK(background(twice, twice.told.cards[0]) == 0xffffff);
}

TEST_CASE("picture: consent is asked on each card but the last, and what nobody gets to has none") {
    const Directory folder;
    const Made all = made(folder, {.file = folder.file("explicit.json", kExplicit)});
    REQUIRE(all.told.cards.size() == 3);
    CHECK(card(all, "score").reached);
    CHECK_FALSE(card(all, "never").reached);
    CHECK(background(all, card(all, "never")) == all.picture.at(card(all, "never").x + 100, card(all, "never").y + 8));
    CHECK(to_json(all.told).find("cards")->array()[1].find("reached")->boolean() == false);
    // The thanks are there, ticked with the accent, and no question.
    CHECK(card(all, "thanks").height < 150);
    CHECK(all.picture.colors(card(all, "thanks"))[0x0050c8] > 300);
    std::string without = kExplicit;
    without.replace(without.find("\"consent\""), without.find("\"theme\"") - without.find("\"consent\""), "");
    const Made none = made(folder, {.file = folder.file("none.json", without)});
    CHECK(ink(none, card(none, "score")) + 200 < ink(all, card(all, "score")));  // what is agreed to
}

TEST_CASE("picture: what cannot be written is told, and nothing is lost") {
    const Directory folder;
    const std::string source = folder.file("x.json", kExplicit);
    const Pictured over = preview_picture({.file = source, .picture = source});
    CHECK(over.report.exit == kUnreadable);
    CHECK(over.report.reason == "is a source itself; choose another file for the picture");
    CHECK(read_file(source).value() == kExplicit);
    CHECK(preview_picture({.file = source, .picture = (folder.path / "none" / "x.png").string()}).report.exit ==
          kUnreadable);

    // Two hundred surveys are more than a picture can hold.
    std::string many = kExplicit;
    const std::size_t at = many.find("{\"id\": \"s\"");
    const std::string survey = many.substr(at, many.size() - at - 2);
    for (int i = 0; i < 199; ++i) {
        many.insert(at, "{\"id\": \"s" + std::to_string(i) + survey.substr(9) + ", ");
    }
    const std::string file = folder.file("many.json", many);
    REQUIRE(check_file(file).exit == kGood);
    const std::string picture = (folder.path / "many.png").string();
    const Pictured large = preview_picture({.file = file, .picture = picture, .width = 400});
    CHECK(large.report.exit == kUnreadable);
    CHECK(large.report.reason == "would be larger than a picture can be; choose one of the surveys");
    CHECK_FALSE(fs::exists(picture));
    const Pictured one = preview_picture({.file = file, .picture = picture, .survey = "s7", .width = 400});
    INFO(to_line(one.report));
    CHECK(one.report.exit == kGood);
}

namespace {

struct Ran {
    int exit = -1;
    std::string out, err;
};

// The command, without a screen.
Ran run(const Directory& folder, const std::string& arguments, const std::string& program = CANDOR_PROGRAM) {
    const std::string out = (folder.path / "stdout").string(), err = (folder.path / "stderr").string();
    const std::string command = "env -u DISPLAY -u WAYLAND_DISPLAY -u SDL_VIDEODRIVER ASAN_OPTIONS=detect_leaks=0 " +
                                program + " preview " + arguments + " >" + out + " 2>" + err + " </dev/null";
    const int status = std::system(command.c_str());
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), read_file(out).value(), read_file(err).value()};
}

}  // namespace

TEST_CASE("preview: the command's exit codes and what it says") {
    const Directory folder;
    const std::string shop = kSurveys + "shop.json";
    const std::string picture = (folder.path / "shop.png").string();
    const Ran good = run(folder, shop + " --picture " + picture + " --scheme dark --width 390 --locale de");
    CHECK(good.exit == 0);
    CHECK(good.out == picture + "\n");
    CHECK(good.err.empty());
    CHECK(brightness(Picture(picture).at(2, 2)) < 0.2);

    const Ran json = run(folder, shop + " --picture " + picture + " --json --survey post-purchase --scale 2");
    CHECK(json.exit == 0);
    const auto told = json::parse(json.out);
    REQUIRE(told);
    CHECK(told->find("picture")->text() == picture);
    CHECK(told->find("width")->integer() == Picture(picture).width);
    REQUIRE(told->find("cards")->array().size() == 5);
    const json::Value& second = told->find("cards")->array()[1];
    CHECK(second.find("question")->text() == "reason");
    CHECK(second.find("band")->text() == "promoter");
    CHECK(second.find("width")->integer() == 2 * 528);

    const std::string odd = folder.file("odd.json", kExplicit);
    const Ran never = run(folder, odd + " --picture " + picture);
    CHECK(never.exit == 0);
    CHECK(never.err == odd + ": s, never: no answers lead to this question\n");

    const std::string broken = folder.file("broken.json", "{\"candor\": 1,\n \"surveys\": 7}");
    for (const std::string& way : {" --picture " + (folder.path / "none.png").string(), std::string()}) {
        const Ran refused = run(folder, broken + way);
        CHECK(refused.exit == 1);
        CHECK(refused.out.empty());
        CHECK(refused.err == to_line(check_file(broken)) + "\n");
    }
    CHECK_FALSE(fs::exists(folder.path / "none.png"));

    for (const char* wrong : {"--scheme pink", "--scale 3", "--width 100", "--width x", "--json", "--survey nope"}) {
        INFO(wrong);
        CHECK(run(folder, shop + " " + wrong).exit == 2);
    }
    CHECK(run(folder, "").exit == 2);
    CHECK(run(folder, "--help").exit == 0);
}

TEST_CASE("preview: without a display it says what there is instead") {
    const Directory folder;
    const Ran ran = run(folder, kSurveys + "shop.json");
    CHECK(ran.exit == 2);
    CHECK(ran.err.find("preview: no window can be opened: ") != std::string::npos);
    CHECK(ran.err.find("; --picture FILE.png draws the cards into a file\n") != std::string::npos);
}

TEST_CASE("preview: a build without the desktop's part says so") {
    const Directory folder;
    const fs::path alone = folder.path / "candor";
    fs::copy_file(CANDOR_PROGRAM, alone);
    const std::string picture = (folder.path / "x.png").string();
    const Ran ran = run(folder, kSurveys + "shop.json --picture " + picture, alone.string());
    CHECK(ran.exit == 2);
    CHECK(ran.err.starts_with("preview: this build of candor has no desktop part, which draws the cards"));
    CHECK_FALSE(fs::exists(picture));
    // And one that is no program is named.
    folder.file("candor-preview", "");
    CHECK(run(folder, "x.json", alone.string()).err ==
          "preview: " + (folder.path / "candor-preview").string() + ": Permission denied\n");
}
