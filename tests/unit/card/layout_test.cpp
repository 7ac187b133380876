#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "card/card.hpp"
#include "fixture.hpp"

using namespace candor;
using card::Card;
using card::Node;
using card::Rect;
using card::Role;
using card::Status;
using fixture::Desk;
using fixture::overlap;
using fixture::within;

namespace {

const char* name_of(Role role) {
    constexpr const char* kNames[] = {"dialog", "heading", "text",  "radiogroup", "radio", "textbox",
                                      "button", "status",  "alert", "checkbox",   "link",  "group"};
    return kNames[static_cast<int>(role)];
}

std::string states_of(const Node& node) {
    constexpr std::pair<card::States, const char*> kNames[] = {
        {card::kChecked, " checked"}, {card::kDisabled, " disabled"}, {card::kFocused, " focused"},
        {card::kHovered, " hovered"}, {card::kPressed, " pressed"},   {card::kPrimary, " primary"}};
    std::string text;
    for (const auto& [state, name] : kNames) {
        if (node.states & state) text += name;
    }
    return text;
}

// The tree in words, the cells of the scale on one line each only where they differ from their neighbours.
std::string tree(const Card& card) {
    std::string text;
    for (const Node& node : card.nodes) {
        if (node.role == Role::radio && states_of(node).empty()) continue;
        if (node.role == Role::status && node.name.empty()) continue;
        text += name_of(node.role);
        text.append(" ").append(node.key).append(states_of(node)).append(": ").append(node.name);
        if (node.role == Role::textbox) text.append(" = ").append(node.value);
        text += "\n";
    }
    return text;
}

// Walks a desk through all that can be seen, and calls back at each.
template <class See>
void in_all_states(Desk desk, See see) {
    see(desk, "asking");
    desk.tap("score/9");
    see(desk, "storing the score");
    desk.stored();
    see(desk, "follow-up");
    desk.status = Status::failed;
    see(desk, "failed score");
    desk.stored();
    desk.tap("comment");
    desk.type("A few words\nand a rather long line that must surely be broken somewhere along its way to the end");
    see(desk, "typed");
    desk.tap("send");
    see(desk, "storing the text");
    desk.status = Status::failed;
    see(desk, "failed text");
    desk.stored();
    see(desk, "thanks");
}

template <class See>
void on_all_surfaces(See see) {
    for (const char* locale : {"en", "ar"}) {
        for (float width : {280.0f, 320.0f, 390.0f, 519.0f, 520.0f, 768.0f, 1280.0f}) {
            for (float height : {300.0f, 900.0f}) {
                for (float ratio : {1.0f, 1.5f, 2.0f}) {
                    Desk desk;
                    desk.locale = locale;
                    desk.options = {width, height, ratio, false, false, false};
                    in_all_states(desk, [&](const Desk& now, const char* state) {
                        INFO(locale << " " << width << "x" << height << " @" << ratio << " " << state);
                        see(now, now.card());
                    });
                }
            }
        }
    }
}

bool is_empty(const Rect& rect) { return rect.width <= 0 || rect.height <= 0; }

bool actionable(const Node& node) {
    return node.role == Role::radio || node.role == Role::button || node.role == Role::textbox;
}

Rect rect_of(const Card& card, std::string_view key) {
    const Node* node = card.find(key);
    REQUIRE(node);
    return node->rect;
}

}  // namespace

TEST_CASE("A fresh card asks, and preselects nothing") {
    const Card card = Desk().card();
    CHECK(tree(card) == "dialog card: " + std::string(survey::interface_text("card", "en")) +
                            "\n"
                            "heading question: How likely are you to recommend Acme to a friend or colleague?\n"
                            "radiogroup scale: How likely are you to recommend Acme to a friend or colleague?\n"
                            "text low: Not at all likely\n"
                            "text high: Extremely likely\n"
                            "button close: Close\n");
    for (const Node& node : card.nodes) CHECK_FALSE(node.states & (card::kChecked | card::kFocused | card::kHovered));
    CHECK(card.find("score/9")->name == "9 out of 10");
    CHECK(card.find("score/10")->value == "10");
    CHECK(card.find("score/0")->parent == card.find("scale")->id);
    CHECK(card.find("scale")->parent == card.find("card")->id);
}

TEST_CASE("A tapped score is stored and reveals the follow-up, still revisable") {
    Desk desk;
    desk.tap("score/9");
    desk.ui = {};
    const std::string head = "dialog card: " + std::string(survey::interface_text("card", "en")) +
                             "\n"
                             "heading question: How likely are you to recommend Acme to a friend or colleague?\n"
                             "radiogroup scale: How likely are you to recommend Acme to a friend or colleague?\n";
    const std::string labels = "text low: Not at all likely\ntext high: Extremely likely\n";
    const Card storing = desk.card();
    CHECK(storing.find("score/9")->states == (card::kChecked | card::kDisabled));
    CHECK(storing.find("status")->name == survey::interface_text("storing", "en"));
    CHECK_FALSE(storing.find("comment")->states & card::kDisabled);
    CHECK(storing.find("skip")->states == card::kDisabled);

    desk.stored();
    CHECK(tree(desk.card()) == head + "radio score/9 checked: 9 out of 10\n" + labels +
                                   "heading follow-up: What do you like most about Acme?\n"
                                   "textbox comment: What do you like most about Acme? = \n"
                                   "button send disabled primary: Send\n"
                                   "button skip: Skip\n"
                                   "button close: Close\n");
    desk.tap("score/3");
    desk.stored();
    desk.ui = {};
    CHECK(tree(desk.card()) == head + "radio score/3 checked: 3 out of 10\n" + labels +
                                   "heading follow-up: What went wrong?\n"
                                   "textbox comment: What went wrong? = \n"
                                   "button send disabled primary: Send\n"
                                   "button skip: Skip\n"
                                   "button close: Close\n");
}

TEST_CASE("Thanks only after the commit, and a failure is said, and the text kept") {
    Desk desk;
    desk.tap("score/2");
    desk.stored();
    desk.act(card::InputKind::set_value, "comment", "Too slow");
    desk.tap("send");
    Card card = desk.card();
    CHECK_FALSE(card.find("thanks"));
    CHECK(card.find("comment")->value == "Too slow");
    CHECK(card.find("comment")->states & card::kDisabled);
    CHECK(card.find("status")->name == survey::interface_text("storing", "en"));

    desk.status = Status::failed;
    card = desk.card();
    CHECK_FALSE(card.find("thanks"));
    CHECK(card.find("comment")->value == "Too slow");
    CHECK(card.find("alert")->name == survey::interface_text("failed", "en"));
    CHECK(card.find("retry")->states & card::kPrimary);
    CHECK_FALSE(card.find("send"));

    desk.tap("retry");
    CHECK(desk.effects.back().kind == card::EffectKind::retry);
    desk.stored();
    desk.ui = {};
    CHECK(tree(desk.card()) == "dialog card: " + std::string(survey::interface_text("card", "en")) +
                                   "\n"
                                   "heading thanks: Thank you! Your answer helps us.\n"
                                   "status status: Thank you! Your answer helps us.\n"
                                   "button close: Close\n");
}

TEST_CASE("A skipped follow-up waits for the store, too") {
    Desk desk;
    desk.tap("score/7");
    desk.stored();
    desk.tap("skip");
    CHECK_FALSE(desk.card().find("thanks"));
    desk.stored();
    CHECK(desk.card().find("thanks"));
}

TEST_CASE("The card stands at the bottom right, in Arabic at the bottom left with 0 at the right") {
    Desk desk;
    Card card = desk.card();
    CHECK(card.rect.x + card.rect.width == 1280 - 24);
    CHECK(card.rect.y + card.rect.height == 800 - 24);
    CHECK(rect_of(card, "score/0").x < rect_of(card, "score/10").x);
    CHECK(rect_of(card, "low").x < rect_of(card, "high").x);
    CHECK(rect_of(card, "close").x > rect_of(card, "question").x);

    desk.locale = "ar";
    card = desk.card();
    CHECK(card.direction == card::Direction::rtl);
    CHECK(card.rect.x == 24);
    CHECK(rect_of(card, "score/0").x > rect_of(card, "score/10").x);
    CHECK(rect_of(card, "low").x > rect_of(card, "high").x);
    CHECK(rect_of(card, "close").x < rect_of(card, "question").x);
    for (const card::TextRun& run : card.find("question")->runs) {
        CHECK(run.style.direction == card::Direction::rtl);
        CHECK(std::abs(run.x + run.width - (card.rect.x + card.rect.width - 24)) < 0.01f);
    }
}

TEST_CASE("The language and the corner stay, though the thanks are not translated") {
    Desk desk;
    desk.locale = "ar";
    desk.document.surveys[0].questions[2].text.always = {{"en", "Thanks!"}};
    desk.tap("score/9");
    desk.stored();
    desk.tap("skip");
    desk.stored();
    REQUIRE(desk.card().find("thanks"));
    CHECK(desk.card().direction == card::Direction::rtl);
    CHECK(desk.card().rect.x == 24);
}

TEST_CASE("A narrow surface gets a sheet of its whole width, and rows of thumb-sized cells") {
    Desk desk;
    desk.options.width = 390;
    CHECK(desk.card().layout == card::Layout::sheet);
    CHECK(desk.card().scale_rows == 2);
    CHECK(desk.card().rect.width == 390);
    CHECK(desk.card().rect.y + desk.card().rect.height == 800);
    for (float width : {280.0f, 320.0f, 340.0f, 390.0f, 519.0f}) {
        desk.options.width = width;
        const Card card = desk.card();
        CHECK(card.scale_rows == 2);
        CHECK(rect_of(card, "score/5").y == rect_of(card, "score/0").y);
        CHECK(rect_of(card, "score/6").y > rect_of(card, "score/5").y);
        for (const Node& node : card.nodes) {
            if (!actionable(node)) continue;
            INFO(width << " " << node.key);
            CHECK(node.rect.width >= 44);
            CHECK(node.rect.height >= 44);
        }
        CHECK(card.find("low")->name == "0 – Not at all likely");
        CHECK(card.find("high")->name == "10 – Extremely likely");
    }
}

TEST_CASE("Everything lies inside the card, apart, and large enough, and nothing is cut") {
    on_all_surfaces([](const Desk& desk, const Card& card) {
        const Rect surface{0, 0, desk.options.width, desk.options.height};
        REQUIRE(!card.nodes.empty());
        CHECK(within(card.rect, surface));
        std::set<int> ids;
        for (const Node& node : card.nodes) {
            INFO(node.key);
            CHECK(ids.insert(node.id).second);
            CHECK(node.id >= 0);
            CHECK((within(node.rect, card.rect) || is_empty(node.rect)));
            if (card.window) continue;
            for (const card::TextRun& run : node.runs) {
                const Rect line{run.x, run.baseline - run.ascent, run.width, run.ascent + run.descent};
                CHECK(within(line, card.rect));
                CHECK(within(line, {node.rect.x - 1, node.rect.y - 1, node.rect.width + 2, node.rect.height + 2}));
            }
            if (!actionable(node)) continue;
            CHECK(node.rect.width >= 24);
            CHECK(node.rect.height >= 24);
            CHECK(within(node.box, node.rect));
        }
        for (const Node& a : card.nodes) {
            for (const Node& b : card.nodes) {
                if (&a == &b || !actionable(a) || !actionable(b) || is_empty(a.rect) || is_empty(b.rect)) continue;
                INFO(a.key << " and " << b.key);
                CHECK_FALSE(overlap(a.rect, b.rect));
            }
        }
    });
}

TEST_CASE("Cells are equal, to the pixel, and stand on pixels") {
    on_all_surfaces([](const Desk& desk, const Card& card) {
        const float ratio = desk.options.pixel_ratio;
        const Node* first = card.find("score/0");
        if (!first) return;
        for (int score = 0; score <= 10; ++score) {
            const Rect& box = card.find("score/" + std::to_string(score))->box;
            CHECK(std::abs(box.width - first->box.width) < 0.01f);
            CHECK(std::abs(box.height - first->box.height) < 0.01f);
            for (float edge : {box.x, box.y, box.width}) {
                CHECK(std::abs(edge * ratio - std::round(edge * ratio)) < 0.01f);
            }
        }
    });
}

TEST_CASE("Send, skip, retry and close can always be reached, on surfaces of any height") {
    for (float height : {120.0f, 180.0f, 240.0f, 300.0f}) {
        Desk desk;
        desk.options.height = height;
        in_all_states(desk, [&](const Desk& now, const char* state) {
            INFO(height << " " << state);
            const Card card = now.card();
            for (const char* key : {"close", "send", "skip", "retry"}) {
                const Node* node = card.find(key);
                if (!node) continue;
                INFO(key);
                CHECK(node->rect.height >= 24);
            }
        });
    }
}

TEST_CASE("On a low surface the keyboard brings what it reaches into sight") {
    Desk desk;
    desk.options.height = 230;
    desk.tap("score/9");
    desk.stored();
    CHECK(is_empty(rect_of(desk.card(), "score/9")));
    desk.key(card::Key::tab, true);
    while (desk.ui.focus != "score/9") desk.key(card::Key::tab, true);
    CHECK(rect_of(desk.card(), "score/9").height >= 40);
}

TEST_CASE("A second tap at the same spot answers nothing, though the card has grown") {
    for (float width : {280.0f, 340.0f, 390.0f, 768.0f}) {
        for (int score = 0; score <= 10; ++score) {
            for (float at : {0.1f, 0.5f, 0.95f}) {
                Desk desk;
                desk.options.width = width;
                const Rect cell = rect_of(desk.card(), "score/" + std::to_string(score));
                const float x = cell.x + cell.width / 2, y = cell.y + cell.height * at;
                desk.tap_at(x, y);
                desk.stored();
                desk.tap_at(x, y);
                INFO(width << " " << score << " " << at);
                REQUIRE(!desk.effects.empty());
                const Card card = desk.card();
                const Node* hit = card.at(x, y);
                CHECK((!hit || hit->role != Role::button));
                for (const card::Effect& effect : desk.effects) CHECK(effect.kind == card::EffectKind::answer_score);
            }
        }
    }
}

TEST_CASE("Long texts wrap and the card grows") {
    Desk desk;
    const float before = desk.card().rect.height;
    std::string question;
    for (int i = 0; i < 30; ++i) question += "very long words ";
    desk.document.surveys[0].questions[0].text.always = {{"en", question}};
    desk.document.surveys[0].questions[0].low_label = {
        {"en", "not even if somebody paid me a really good deal for doing it"}};
    const Card card = desk.card();
    CHECK(card.rect.height > before);
    std::string shown;
    for (const card::TextRun& run : card.find("question")->runs) shown.append(run.text).append(" ");
    CHECK(shown.substr(0, question.size()) == question);
    CHECK(card.find("low")->runs.size() > 1);
}

TEST_CASE("A text box grows to five lines, then shows those around the caret") {
    Desk desk;
    desk.tap("score/9");
    desk.stored();
    desk.key(card::Key::tab);
    desk.ui.focus = "comment";
    for (int i = 0; i < 9; ++i) {
        desk.type(std::to_string(i));
        desk.key(card::Key::enter);
    }
    const Card card = desk.card();
    const Node* comment = card.find("comment");
    REQUIRE(comment->runs.size() == 5);
    CHECK(comment->runs[3].text == "8");
    REQUIRE(comment->ink.size() == 1);
    CHECK(within(comment->ink[0], comment->rect));
    CHECK(comment->value == "0\n1\n2\n3\n4\n5\n6\n7\n8\n");
}

#ifndef __EMSCRIPTEN__  // a page's field composes by itself

namespace {

// At the text box, with "ab" in it and the caret between the two.
Desk writing() {
    Desk desk;
    desk.tap("score/9");
    desk.stored();
    desk.act(card::InputKind::focus, "comment");
    desk.type("ab");
    desk.key(card::Key::left);
    return desk;
}

std::string shown(const Node& box) {
    std::string text;
    for (const card::TextRun& run : box.runs) text.append(run.text).append("|");
    return text;
}

}  // namespace

TEST_CASE("What an input method composes is seen at the caret, underlined, and is no part of the answer") {
    Desk desk = writing();
    desk.options.pixel_ratio = 2;  // where letters of the measurer's end on pixels
    desk.composing = "日本";
    desk.composing_caret = 3;
    const Card card = desk.card();
    const Node& box = *card.find("comment");
    CHECK(shown(box) == "a日本b|");
    CHECK(box.value == "ab");
    REQUIRE(box.ink.size() == 2);
    const float letter = box.text_px / 2;  // of the measurer's, every one as wide
    const card::TextRun& run = box.runs[0];
    CHECK(box.ink[0].x == run.x + 2 * letter);
    CHECK(box.ink[1].x == run.x + letter);
    CHECK(box.ink[1].width == 2 * letter);
    CHECK(box.ink[1].y > run.baseline);
    CHECK(within(box.ink[1], box.rect));
    CHECK(desk.interview.draft == "ab");
    desk.composing.clear();
    CHECK(shown(*desk.card().find("comment")) == "ab|");
}

TEST_CASE("What is composed over two lines has a line below each part, and the box grows with it") {
    Desk desk = writing();
    const float height = desk.card().find("comment")->rect.height;
    desk.composing = std::string(60, 'x') + " " + std::string(60, 'y') + " " + std::string(60, 'z');
    desk.composing_caret = desk.composing.size();
    const Card card = desk.card();
    const Node& box = *card.find("comment");
    REQUIRE(box.runs.size() > 2);
    CHECK(box.ink.size() == box.runs.size() + 1);
    CHECK(box.rect.height > height);
    for (const card::Rect& stroke : box.ink) CHECK(within(stroke, box.rect));
    // A place in these lines is none in the text: the caret stays, and nothing is lost.
    desk.tap_at(box.rect.x + 60, box.rect.y + 20);
    desk.key(card::Key::up);
    desk.composing.clear();
    desk.type("!");
    CHECK(desk.interview.draft == "a!b");
}

TEST_CASE("Without a box that has the focus nothing composed is seen, and hostile text does no harm") {
    Desk desk = writing();
    desk.composing = "q";
    desk.act(card::InputKind::blur, "comment");
    CHECK(shown(*desk.card().find("comment")) == "ab|");
    desk.act(card::InputKind::focus, "comment");
    desk.composing = "\xff\xfe";
    desk.composing_caret = 77;
    CHECK(desk.card().find("comment")->ink.size() == 1);
    desk.composing = "e\u0301";
    desk.composing_caret = 1;  // within what is seen as one
    const Card card = desk.card();
    CHECK(card.find("comment")->ink[0].x == card.find("comment")->ink[1].x);
    desk.composing = std::string(interview::kMostTextBytes, 'x');
    CHECK(desk.card().find("comment")->value == "ab");
    desk.options.host_text_entry = true;
    CHECK(desk.card().find("comment")->ink.empty());
}

#endif

TEST_CASE("With text entry of the host's own the box is empty, and has no caret") {
    Desk desk;
    desk.options.host_text_entry = true;
    desk.tap("score/9");
    desk.stored();
    desk.act(card::InputKind::focus, "comment");
    desk.act(card::InputKind::set_value, "comment", "hello");
    const Card card = desk.card();
    CHECK(card.find("comment")->value == "hello");
    CHECK(card.find("comment")->runs.empty());
    CHECK(card.find("comment")->ink.empty());
}

TEST_CASE("A consent notice is a line on the card") {
    Desk desk;
    desk.document.consent.mode = survey::ConsentMode::notice;
    desk.document.consent.text = {{"en", "We keep your answer for a year."}};
    CHECK(desk.card().find("notice")->name == "We keep your answer for a year.");
}

TEST_CASE("Odd surfaces, measurers and surveys give a card, or none, and never a crash") {
    Desk desk;
    for (float bad :
         {0.0f, -5.0f, 1e30f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        desk.options = {bad, bad, bad, true, false, false};
        for (const Node& node : desk.card().nodes) CHECK(std::isfinite(node.rect.x + node.rect.y + node.rect.width));
    }
    desk.options = {800, 600, 1, false, false, false};
    desk.text.lines = [](void*, candor_string, const candor_text_style*, float, card::Line* lines,
                         std::size_t capacity) {
        return fixture::write_lines({{900, 3, -1}, {5, 1000000, std::numeric_limits<float>::quiet_NaN()}}, lines,
                                    capacity);
    };
    desk.text.caret = [](void*, candor_string, const candor_text_style*, std::size_t) {
        return std::numeric_limits<float>::quiet_NaN();
    };
    desk.text.metrics = [](void*, const candor_text_style*, candor_text_metrics* metrics) {
        *metrics = {std::numeric_limits<float>::quiet_NaN(), -3};
    };
    in_all_states(desk, [](const Desk& now, const char*) { CHECK(!now.card().nodes.empty()); });
    desk.text.lines = nullptr;
    CHECK(desk.card().nodes.empty());
    CHECK(card::layout({}, {}, {}, fixture::measurer(), nullptr).nodes.empty());

    Desk bare;
    bare.document.surveys[0].questions.clear();
    bare.interview = interview::begin(bare.document.surveys[0]);
    CHECK(bare.card().find("close"));
    bare.document.surveys[0].questions = {fixture::nps_question()};
    bare.interview = interview::begin(bare.document.surveys[0]);
    bare.tap("score/4");
    CHECK_FALSE(bare.card().find("thanks"));
    bare.stored();
    CHECK(bare.card().find("thanks")->name == survey::interface_text("thanks", "en"));
}

TEST_CASE("An unreachable score is never shown as chosen") {
    Desk desk;
    desk.interview.current = "no such question";
    CHECK(desk.card().find("close"));
}
