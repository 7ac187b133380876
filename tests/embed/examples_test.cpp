// The programs of demo/embed, run as anybody runs them: pictures are what draw_pixels makes of the same card, and the
// headless one is answered line by line.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <candor/candor.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "desktop/raster.hpp"
#include "screen.hpp"
#include "survey.h"
#include "triangles.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 800, kHeight = 600;

struct Ran {
    int code = -1;
    std::string said;
};

Ran run(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    Ran ran;
    std::array<char, 512> part = {};
    for (size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) ran.said.append(part.data(), got);
    const int status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

// One for each test, gone with it.
struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "candor-embed-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    fs::path path;
};

std::string said_to(const std::string& input, const std::string& arguments = "", int code = 0) {
    const Folder folder;
    const fs::path file = folder.path / "input";
    std::ofstream(file) << input;
    const Ran ran = run(std::string(CANDOR_HEADLESS) + " " + arguments + " <" + file.string());
    INFO(ran.said);
    CHECK(ran.code == code);
    return ran.said;
}

size_t count(const std::string& text, const std::string& part) {
    size_t found = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
    return found;
}

std::vector<uint8_t> read_ppm(const fs::path& file, int width, int height) {
    std::ifstream in(file, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    const std::string head = "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
    REQUIRE(all.substr(0, head.size()) == head);
    REQUIRE(all.size() == head.size() + static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
    return {all.begin() + static_cast<ptrdiff_t>(head.size()), all.end()};
}

// The examples' card over their background, rows of RGB.
std::vector<uint8_t> expected_picture(int ratio) {
    const std::unique_ptr<candor_desktop_text, void (*)(candor_desktop_text*)> text(
        candor_desktop_text_create(nullptr, nullptr), candor_desktop_text_destroy);
    candor_host host = {};
    host.size = sizeof host;
    host.text = candor_desktop_text_interface(text.get());
    candor::Options options;
    options.project = EMBED_PROJECT;
    options.host = &host;
    candor::Client client(options);
    REQUIRE(client.load(EMBED_DOCUMENT) == CANDOR_OK);
    REQUIRE(client.flush(20'000) == CANDOR_OK);
    client.tick();
    REQUIRE(client.show(EMBED_SURVEY) == CANDOR_OK);
    REQUIRE(client.flush(20'000) == CANDOR_OK);
    client.tick();
    candor_card_options surface = CANDOR_CARD_OPTIONS_INIT;
    surface.width = kWidth;
    surface.height = kHeight;
    surface.pixel_ratio = static_cast<float>(ratio);
    candor_draw draw = CANDOR_DRAW_INIT;
    REQUIRE(candor_card_draw(client.handle(), &surface, &draw) == CANDOR_OK);
    const auto width = static_cast<size_t>(kWidth * ratio);
    std::vector<uint32_t> pixels(width * static_cast<size_t>(kHeight * ratio), 0xff29384d);
    REQUIRE(candor::desktop::draw_pixels(text.get(), draw, surface.pixel_ratio, 0, 0,
                                         {pixels.data(), kWidth * ratio, kHeight * ratio, width}) == CANDOR_OK);
    std::vector<uint8_t> rgb;
    for (const uint32_t pixel : pixels) {
        for (const int shift : {16, 8, 0}) rgb.push_back(static_cast<uint8_t>(pixel >> shift & 0xff));
    }
    return rgb;
}

// Where the app of imgui_frame draws nothing of its own: right of its window, and below.
void check_same(const std::vector<uint8_t>& picture, int ratio, int left = 0, int top = 0) {
    const std::vector<uint8_t> expected = expected_picture(ratio);
    REQUIRE(picture.size() == expected.size());
    int most = 0;
    size_t white = 0;
    const auto width = static_cast<size_t>(kWidth * ratio);
    for (size_t i = 0; i < picture.size(); ++i) {
        const size_t x = i / 3 % width, y = i / 3 / width;
        if (x < static_cast<size_t>(left) && y < static_cast<size_t>(top)) continue;
        most = std::max(most, std::abs(picture[i] - expected[i]));
        white += picture[i] == 255;
    }
    CHECK(most <= 4);
    CHECK(white > 50'000);
}

}  // namespace

TEST_CASE("own_surface, imgui_frame and raw_triangles draw the same card") {
    const Folder folder;
    const auto picture = [&](const std::string& program, int ratio) {
        const fs::path file = folder.path / "picture.ppm";
        fs::remove(file);
        const Ran ran = run(program + " --picture " + file.string());
        INFO(ran.said);
        REQUIRE(ran.code == 0);
        CHECK(ran.said.empty());
        return read_ppm(file, kWidth * ratio, kHeight * ratio);
    };
    SECTION("raw_triangles") { check_same(picture(CANDOR_RAW_TRIANGLES, 2), 2); }
    SECTION("in a window") {
        const desktop_test::Screen screen;
        REQUIRE(screen.running());
        check_same(picture(CANDOR_OWN_SURFACE, 1), 1);
        const std::vector<uint8_t> drawn = picture(CANDOR_IMGUI_FRAME, 1);
        check_same(drawn, 1, 400, 200);
        const size_t at = (75 * kWidth + 100) * 3;  // in the title of the app's own window
        CHECK(drawn[at + 2] > drawn[at]);
        CHECK(drawn[at + 2] > 100);
    }
}

TEST_CASE("an example that cannot write its picture says so") {
    const Ran ran = run(std::string(CANDOR_RAW_TRIANGLES) + " --picture /nowhere/picture.ppm");
    CHECK(ran.code == 1);
    CHECK(count(ran.said, "the picture cannot be written") == 1);
}

TEST_CASE("headless asks, stores and thanks") {
    const std::string said = said_to("9\nMore of it\n");
    CHECK(count(said, "How likely are you to recommend Harbour Coffee") == 1);
    CHECK(count(said, "0: Not at all likely, 10: Extremely likely") == 1);
    CHECK(count(said, "(stored)") == 2);
    CHECK(count(said, "Thank you!") == 1);
}

TEST_CASE("headless takes no score that is none, goes back, is put off and closed") {
    std::string said = said_to("11\nx\n-1\n7\nback\n3\n\n");
    CHECK(count(said, "That is no answer to this question.") == 3);
    CHECK(count(said, "How likely are you") == 5);
    CHECK(count(said, "What should we do next?") == 2);
    CHECK(count(said_to("later\n"), "(put off)") == 1);
    CHECK(count(said_to("close\n"), "(dismissed)") == 1);
    CHECK(count(said_to(""), "(dismissed)") == 1);  // left
}

TEST_CASE("headless asks each type of question") {
    const std::string said = said_to("\n2\n9\n1\n1 3\n4\nAll of it\n", std::string(CANDOR_SOURCE_DIR) +
                                                                           "/demo/surveys/questions.json shop "
                                                                           "every-question");
    CHECK(count(said, "See https://") == 1);
    CHECK(count(said, "1: Very dissatisfied, 5: Very satisfied") == 1);
    CHECK(count(said, "1. ") >= 3);
    CHECK(count(said, "That is no answer to this question.") == 1);  // there is no ninth choice
    CHECK(count(said, "(stored)") >= 4);
    CHECK(count(said, "(dismissed)") == 0);
}

TEST_CASE("headless stores nothing before it was agreed, where that is asked") {
    const Folder folder;
    const fs::path file = folder.path / "document.json";
    std::ofstream(file) << R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "locale": "en",
        "consent": {"mode": "explicit", "policy": "1", "text": "I agree."},
        "surveys": [{"id": "s", "kind": "relationship", "triggers": [{"event": "e"}],
                     "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";
    const std::string said = said_to("9\nagree\n", file.string() + " p s");
    CHECK(count(said, "Nothing is stored before you say agree.") >= 1);
    CHECK(count(said, "(stored)") == 1);
    CHECK(count(said_to("9\nclose\n", file.string() + " p s"), "(stored)") == 0);
}

TEST_CASE("headless says why it cannot ask") {
    CHECK(count(said_to("", "/nowhere/document.json p s", 1), "cannot be read") == 1);
    CHECK(count(said_to("", std::string(CANDOR_SOURCE_DIR) + "/demo/surveys/questions.json shop nothing", 1),
                "there is no such survey") == 1);
    CHECK(count(said_to("", std::string(CANDOR_SOURCE_DIR) + "/demo/surveys/questions.json another every-question", 1),
                "the document is refused") == 1);
}
