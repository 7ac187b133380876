// candor_desktop_text: lines that fit, carets, and pictures that agree with them.
#include <pango/pangocairo.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "candor/desktop.h"

using Catch::Matchers::WithinAbs;

namespace {

struct Destroy {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

struct Picture {
    int32_t width = 0;
    int32_t height = 0;
    std::vector<uint8_t> pixels;

    const uint8_t* at(int x, int y) const {
        return pixels.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4;
    }
    bool inked(int x) const {
        for (int y = 0; y < height; ++y) {
            if (at(x, y)[3] > 40) return true;
        }
        return false;
    }
    bool blank() const { return left() == width; }
    int left() const {
        int x = 0;
        while (x < width && !inked(x)) ++x;
        return x;
    }
    int right() const {
        int x = width;
        while (x > 0 && !inked(x - 1)) --x;
        return x;
    }
    bool coloured() const {
        for (size_t i = 0; i < pixels.size(); i += 4) {
            if (pixels[i] != pixels[i + 3] || pixels[i + 1] != pixels[i + 3] || pixels[i + 2] != pixels[i + 3]) {
                return true;
            }
        }
        return false;
    }
};

class Text {
public:
    Text() : part_(candor_desktop_text_create(nullptr, nullptr)), host_(candor_desktop_text_interface(part_.get())) {
        REQUIRE(host_);
    }

    std::vector<candor_text_line> lines(const std::string& text, float max_width, float px = 16,
                                        int32_t direction = CANDOR_DIRECTION_LTR) const {
        const candor_text_style style = {px, 400, direction};
        std::vector<candor_text_line> lines(
            host_->lines(host_->context, {text.data(), text.size()}, &style, max_width, nullptr, 0));
        const size_t again =
            host_->lines(host_->context, {text.data(), text.size()}, &style, max_width, lines.data(), lines.size());
        REQUIRE(again == lines.size());
        return lines;
    }

    std::vector<std::string> broken(const std::string& text, float max_width) const {
        std::vector<std::string> parts;
        for (const auto& line : lines(text, max_width)) parts.push_back(text.substr(line.begin, line.end - line.begin));
        return parts;
    }

    float width(const std::string& text, float px = 16) const { return lines(text, 1e6F, px).at(0).width; }

    float caret(const std::string& line, size_t byte, int32_t direction = CANDOR_DIRECTION_LTR) const {
        const candor_text_style style = {16, 400, direction};
        return host_->caret(host_->context, {line.data(), line.size()}, &style, byte);
    }

    candor_text_metrics metrics(float px) const {
        const candor_text_style style = {px, 400, CANDOR_DIRECTION_LTR};
        candor_text_metrics metrics{};
        host_->metrics(host_->context, &style, &metrics);
        return metrics;
    }

    candor_text_run run(const std::string& text, float px = 16, float room = 4) const {
        const candor_text_metrics found = metrics(px);
        candor_text_run run{};
        run.key = 1;
        run.text = {text.data(), text.size()};
        run.style = {px, 400, CANDOR_DIRECTION_LTR};
        run.width = width(text, px) + 2 * room;
        run.height = found.ascent + found.descent;
        run.baseline = found.ascent;
        run.left = room;
        return run;
    }

    Picture picture(const std::string& text, float ratio, float px = 16) const {
        const candor_text_run wanted = run(text, px);
        Picture picture;
        REQUIRE(candor_desktop_text_extent(&wanted, ratio, &picture.width, &picture.height) == CANDOR_OK);
        picture.pixels.resize(static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 4);
        REQUIRE(candor_desktop_text_rasterise(part_.get(), &wanted, ratio, picture.pixels.data(),
                                              picture.pixels.size()) == CANDOR_OK);
        return picture;
    }

    candor_desktop_text* part() const { return part_.get(); }

private:
    std::unique_ptr<candor_desktop_text, Destroy> part_;
    const candor_text_host* host_;
};

const std::string kArabic = "ما مدى احتمال أن توصي بنا لصديق أو زميل؟";
const std::string kHindi = "आप किसी मित्र को हमारी सिफ़ारिश करने की कितनी संभावना रखते हैं?";
const std::string kThai = "คุณมีแนวโน้มที่จะแนะนำเราให้เพื่อนหรือเพื่อนร่วมงานมากน้อยเพียงใด";
const std::string kJapanese = "友人や同僚に勧める可能性はどのくらいありますか？";
const std::string kFamily = "👨‍👩‍👧‍👦";
const std::string kFlag = "🏳️‍🌈";
const std::string kEnglish = "How likely are you to recommend the shop to a friend or colleague?";

const std::vector<std::string> kAll = {kEnglish, kArabic, kHindi, kThai, kJapanese, kFamily + kFlag + "👍🏽 ok"};

}  // namespace

TEST_CASE("no line is wider than it may be, and none of the text is lost") {
    const Text text;
    for (const std::string& each : kAll) {
        for (const float width : {30.0F, 77.5F, 160.0F, 333.3F, 2000.0F}) {
            for (const int32_t direction : {CANDOR_DIRECTION_LTR, CANDOR_DIRECTION_RTL}) {
                INFO(each << " in " << width);
                size_t before = 0;
                for (const candor_text_line& line : text.lines(each, width, 16, direction)) {
                    CHECK(line.width <= width);
                    CHECK(line.end >= line.begin);
                    const std::string left_out = each.substr(before, line.begin - before);
                    CHECK(left_out.find_first_not_of(' ') == std::string::npos);
                    before = line.end;
                }
                CHECK(before == each.size());
            }
        }
    }
}

TEST_CASE("scripts without blanks are broken, too") {
    const Text text;
    CHECK(text.lines(kThai, 150).size() > 2);
    CHECK(text.lines(kJapanese, 150).size() > 2);
}

TEST_CASE("a word that is too long is broken between characters") {
    const Text text;
    const std::string word(400, 'w');
    const auto lines = text.lines("a " + word + " z", 120);
    CHECK(lines.size() > 20);
    for (const auto& line : lines) CHECK(line.width <= 120);
    // A sequence of one sign is never taken apart: it stays whole, though it is too wide.
    for (const auto& line : text.lines(kFamily + kFamily, 3)) CHECK(line.end - line.begin == kFamily.size());
}

TEST_CASE("newlines, blanks and nothing") {
    const Text text;
    using Lines = std::vector<std::string>;
    CHECK(text.broken("", 100) == Lines{""});
    CHECK(text.broken("\n", 100) == Lines{"", ""});
    CHECK(text.broken("a\nb\r\nc\rd\xe2\x80\xa9"
                      "e",
                      100) == Lines{"a", "b", "c", "d", "e"});
    CHECK(text.broken("a\n\nb", 100) == Lines{"a", "", "b"});
    CHECK(text.broken("a  \nb ", 100) == Lines{"a  ", "b "});
    const float room = text.width("first") + 1;
    CHECK(text.broken("first   second", room).front() == "first");
    CHECK(text.lines("first" + std::string(500, ' '), room).size() == 1);
    CHECK(text.width("") == 0);
}

TEST_CASE("capacity is kept, and all lines are counted") {
    const Text text;
    const candor_text_host* host = candor_desktop_text_interface(text.part());
    const candor_text_style style = {16, 400, CANDOR_DIRECTION_LTR};
    candor_text_line lines[2] = {{77, 77, 77}, {77, 77, 77}};
    CHECK(host->lines(host->context, candor_text("a\nb\nc"), &style, 100, lines, 1) == 3);
    CHECK(lines[0].end == 1);
    CHECK(lines[1].begin == 77);
}

TEST_CASE("what is remembered of lines is what is measured anew") {
    const std::vector<std::string> pieces = {"a",
                                             "W",
                                             "fi",
                                             " ",
                                             " ",
                                             "\n",
                                             "-",
                                             "\xd8\xb3\xd9\x84",
                                             "\xe0\xa4\x95\xe0\xa5\x8d",
                                             "\xe3\x81\x82",
                                             "\xf0\x9f\x98\x80",
                                             "\xcc\x81"};
    std::mt19937 random(7);
    const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
    const Text remembering;
    for (int text = 0; text < 6; ++text) {
        std::string typed;
        for (int step = 0; step < 60; ++step) {
            // As somebody types: mostly at the end. The same text comes in other sizes and directions, too.
            const std::string& piece = pieces[below(pieces.size())];
            if (below(8) == 0)
                typed.insert(0, piece);
            else
                typed += piece;
            const float px = below(2) ? 16 : 17.5F;
            const int32_t direction = below(2) ? CANDOR_DIRECTION_LTR : CANDOR_DIRECTION_RTL;
            const auto known = remembering.lines(typed, 90, px, direction);
            if (step % 6 != 0) continue;
            const auto anew = Text().lines(typed, 90, px, direction);
            REQUIRE(std::equal(known.begin(), known.end(), anew.begin(), anew.end(),
                               [](const auto& one, const auto& other) {
                                   return one.begin == other.begin && one.end == other.end && one.width == other.width;
                               }));
        }
    }
}

TEST_CASE("what is typed at the end of a long text leaves its earlier lines as they are") {
    const Text text;
    for (const std::string& each : kAll) {
        std::string typed;
        std::vector<candor_text_line> before;
        for (int step = 0; step < 30; ++step) {
            typed += each.substr(0, each.find(' ', each.size() / 2)) + " ";
            const auto lines = text.lines(typed, 160);
            const size_t settled = before.size() - std::min<size_t>(before.size(), 2);
            INFO(typed);
            REQUIRE(lines.size() > settled);
            for (size_t i = 0; i < settled; ++i) {
                CHECK(lines[i].begin == before[i].begin);
                CHECK(lines[i].end == before[i].end);
                CHECK(lines[i].width == before[i].width);
            }
            before = lines;
        }
        CHECK(before.size() > 10);
    }
}

TEST_CASE("text and numbers that make no sense do no harm") {
    const Text text;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<std::string> bad = {"\xff\xfe",
                                          "a\xc3",
                                          std::string("a\0b", 3),
                                          "\xed\xa0\x80",
                                          "\x01\x02\x7f",
                                          std::string(50, '\t'),
                                          "\xe2\x80\xae"
                                          "abc",
                                          std::string(20'000, 'x')};
    for (const std::string& each : bad) {
        for (const float width : {-1.0F, 0.0F, 50.0F, nan, infinity}) {
            for (const float px : {-5.0F, 0.0F, 16.0F, nan, infinity}) {
                const auto lines = text.lines(each.substr(0, 200), width, px);
                CHECK_FALSE(lines.empty());
                for (const auto& line : lines) CHECK((line.begin <= line.end && line.end <= each.size()));
            }
        }
        CHECK(std::isfinite(text.caret(each, each.size() + 9)));
    }
    CHECK(text.lines(bad.back(), 200).size() > 100);
    CHECK(text.width(std::string("a\0b", 3)) == text.width("a b"));
    CHECK(text.width(std::string(1000, 'a'), 1e9F) > 0);
}

TEST_CASE("the caret goes from the line's one end to the other") {
    const Text text;
    CHECK(text.caret("hello", 0) == 0);
    CHECK_THAT(text.caret("hello", 5), WithinAbs(text.width("hello"), 0.1));
    CHECK(text.caret("hello", 3) > text.caret("hello", 2));
    CHECK_THAT(text.caret("hello ", 6), WithinAbs(text.width("hello "), 0.1));
    CHECK(text.caret("hello", 99) == text.caret("hello", 5));
    CHECK(text.caret("", 0) == 0);
    CHECK(text.caret("é", 1) == text.caret("é", 0));  // inside of a character: before it
    const float width = text.width(kArabic);
    CHECK_THAT(text.caret(kArabic, 0, CANDOR_DIRECTION_RTL), WithinAbs(width, 0.5));
    CHECK_THAT(text.caret(kArabic, kArabic.size(), CANDOR_DIRECTION_RTL), WithinAbs(0, 0.5));
}

TEST_CASE("metrics hold what letters need") {
    const Text text;
    const candor_text_metrics small = text.metrics(10);
    const candor_text_metrics large = text.metrics(20);
    CHECK(small.ascent > 5);
    CHECK(small.descent > 1);
    CHECK_THAT(large.ascent, WithinAbs(2 * small.ascent, 0.1));
}

TEST_CASE("every script has ink, and no font is missing") {
    const Text text;
    for (const std::string& each : kAll) {
        for (const float ratio : {1.0F, 2.0F}) {
            INFO(each);
            CHECK_FALSE(text.picture(each, ratio).blank());
        }
    }
    // What no font has is drawn as a box with the number in it: Pango counts such glyphs.
    PangoFontMap* fonts = pango_cairo_font_map_new();
    PangoContext* context = pango_font_map_create_context(fonts);
    for (const std::string& each : kAll) {
        INFO(each);
        PangoLayout* layout = pango_layout_new(context);
        pango_layout_set_text(layout, each.data(), static_cast<int>(each.size()));
        CHECK(pango_layout_get_unknown_glyphs_count(layout) == 0);
        g_object_unref(layout);
    }
    g_object_unref(context);
    g_object_unref(fonts);
    // Different letters give different pictures; boxes of one width would not.
    CHECK(text.picture("字", 2).pixels != text.picture("国", 2).pixels);
    CHECK(text.picture("ก", 2).pixels != text.picture("ข", 2).pixels);
}

TEST_CASE("the picture is as wide as the line, at every ratio") {
    const Text text;
    for (const std::string& each :
         {kEnglish, kHindi, kJapanese, std::string("HHHHHHHHHHHHHHHHHHHH"), std::string("WAVE To AVAVA fi ffi")}) {
        const Picture reference = text.picture(each, 4);
        const float left = static_cast<float>(reference.left()) / 4;
        const float right = static_cast<float>(reference.right()) / 4;
        CHECK(right - left <= text.width(each) + 2);
        CHECK(right - left >= text.width(each) - 5);
        for (const float ratio : {1.0F, 1.25F, 1.5F, 2.0F, 3.0F}) {
            INFO(each << " at " << ratio);
            const Picture picture = text.picture(each, ratio);
            CHECK_THAT(static_cast<float>(picture.left()) / ratio, WithinAbs(left, 0.4 + 1 / ratio));
            CHECK_THAT(static_cast<float>(picture.right()) / ratio, WithinAbs(right, 0.4 + 1 / ratio));
        }
    }
}

TEST_CASE("text is white, colour glyphs are marked as such, all is premultiplied") {
    const Text text;
    CHECK_FALSE(text.picture(kEnglish, 1).coloured());
    CHECK_FALSE(text.picture(kArabic, 2).coloured());
    const Picture eyes = text.picture("👀", 2, 40);  // mostly white
    REQUIRE(eyes.coloured());
    for (size_t i = 0; i < eyes.pixels.size(); i += 4) {
        const int a = eyes.pixels[i + 3];
        const int least = std::min({eyes.pixels[i], eyes.pixels[i + 1], eyes.pixels[i + 2]});
        CHECK(std::max({eyes.pixels[i], eyes.pixels[i + 1], eyes.pixels[i + 2]}) <= a);
        if (a > 0) CHECK((a - least) * 50 >= a);
    }
    const Picture mixed = text.picture("HH👀", 2, 40);
    CHECK(mixed.coloured());
    const uint8_t* stem = nullptr;
    for (int x = 0; x < mixed.width / 3 && !stem; ++x) {
        if (mixed.at(x, mixed.height / 2)[3] == 255) stem = mixed.at(x, mixed.height / 2);
    }
    REQUIRE(stem);
    CHECK((stem[0] == 255 && stem[1] == 255 && stem[2] == 255));
}

TEST_CASE("runs that cannot be drawn are refused") {
    const Text text;
    const std::string word = "word";
    std::vector<uint8_t> pixels(1 << 20);
    const auto refused = [&](candor_text_run run, float ratio, size_t capacity) {
        return candor_desktop_text_rasterise(text.part(), &run, ratio, pixels.data(), capacity) == CANDOR_INVALID;
    };
    const candor_text_run good = text.run(word);
    CHECK_FALSE(refused(good, 1, pixels.size()));
    CHECK(refused(good, 1, 16));
    CHECK(refused(good, 0, pixels.size()));
    CHECK(refused(good, -1, pixels.size()));
    CHECK(refused(good, std::numeric_limits<float>::quiet_NaN(), pixels.size()));
    for (const float bad : {0.0F, -3.0F, std::numeric_limits<float>::infinity()}) {
        candor_text_run run = good;
        run.width = bad;
        CHECK(refused(run, 1, pixels.size()));
        run = good;
        run.height = bad;
        CHECK(refused(run, 1, pixels.size()));
    }
    candor_text_run run = good;
    run.baseline = std::numeric_limits<float>::quiet_NaN();
    CHECK(refused(run, 1, pixels.size()));
    run = good;
    run.width = 900'000;  // larger than any picture: made smaller, not refused
    int32_t width = 0;
    int32_t height = 0;
    CHECK(candor_desktop_text_extent(&run, 2, &width, &height) == CANDOR_OK);
    CHECK(width == 8192);
    CHECK(candor_desktop_text_rasterise(nullptr, &good, 1, pixels.data(), pixels.size()) == CANDOR_INVALID);
    CHECK(candor_desktop_text_extent(nullptr, 1, &width, &height) == CANDOR_INVALID);
    candor_desktop_text_destroy(nullptr);
}
