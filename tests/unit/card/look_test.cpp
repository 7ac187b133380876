// What a survey's author chooses of its card, and what the card says of itself: where it stands, "ask me later", how
// far one is, and what is missing.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "card/text_block.hpp"
#include "fixture.hpp"

using namespace candor;
using card::Card;
using card::EffectKind;
using card::InputKind;
using card::Key;
using card::Layout;
using card::Node;
using fixture::Desk;
using fixture::find_key;

namespace {

Desk desk_with(const survey::Look& look, survey::Document document = fixture::document()) {
    Desk desk;
    desk.document = std::move(document);
    desk.document.surveys[0].look = look;
    desk.interview = interview::begin(desk.document.surveys[0]);
    return desk;
}

Desk modal() { return desk_with({.layout = survey::Layout::modal}); }

const Node& node(const Card& card, std::string_view key) {
    INFO(key);
    const Node* const found = find_key(card, key);
    REQUIRE(found != nullptr);
    return *found;
}

std::string focused(const Desk& desk) {
    const Card card = desk.card();
    for (const Node& one : card.nodes) {
        if (one.states & card::kFocused) return std::string(one.key);
    }
    return {};
}

// To the text that must be given.
Desk at_required_text() {
    Desk desk = desk_with({});
    for (survey::Question& question : desk.document.surveys[0].questions) question.optional = false;
    desk.tap("score/3");
    desk.stored();
    return desk;
}

}  // namespace

TEST_CASE("A modal card stands in the middle and dims the rest") {
    Desk desk = modal();
    const float width = GENERATE(320.0f, 390.0f, 519.0f, 520.0f, 1280.0f);
    desk.options.width = width;
    Card card = desk.card();
    CHECK(card.layout == Layout::modal);
    CHECK(card.backdrop == card::Rect{0, 0, width, 800});
    CHECK(std::abs(card.rect.x - (width - card.rect.width) / 2) <= 1);
    CHECK(std::abs(card.rect.y - (800 - card.rect.height) / 2) <= 1);
    CHECK(card.rect.width >= 280);
    CHECK(card.rect.width <= 480);
    desk.options.host_backdrop = true;
    CHECK(desk.card().backdrop.width == 0);
    desk.options.height = 200;
    card = desk.card();
    CHECK(card.window);
    CHECK(card.rect.y >= 12);
    CHECK(card.rect.y + card.rect.height <= 188);
}

TEST_CASE("A modal card keeps keys and pointer to itself") {
    Desk desk = modal();
    CHECK(desk.pointer(InputKind::pointer_down, 1, 1).used);
    CHECK(desk.pointer(InputKind::pointer_up, 1, 1).used);
    CHECK(desk.key(Key::left).used);
    CHECK(focused(desk).empty());
    CHECK(desk.key(Key::tab).used);
    const std::string first = focused(desk);
    CHECK(first == "score/0");
    CHECK(desk.key(Key::tab).used);
    CHECK(focused(desk) == "close");
    CHECK(desk.key(Key::tab).used);
    CHECK(focused(desk) == first);
    CHECK(desk.key(Key::tab, true).used);
    CHECK(focused(desk) == "close");
    desk.ui = {};
    CHECK(desk.key(Key::escape).used);
    CHECK(desk.effects.back().kind == EffectKind::close);
}

TEST_CASE("Another card leaves keys and pointer beside it to the host") {
    Desk desk;
    CHECK_FALSE(desk.pointer(InputKind::pointer_down, 1, 1).used);
    CHECK_FALSE(desk.key(Key::escape).used);
    desk.key(Key::tab);
    desk.key(Key::tab);
    CHECK(focused(desk) == "close");
    CHECK_FALSE(desk.key(Key::tab).used);
    CHECK(focused(desk).empty());
}

TEST_CASE("A card stands in the host's slot, as high as it needs to be, and nowhere else without one") {
    Desk desk = desk_with({.layout = survey::Layout::inline_});
    CHECK(desk.card().layout == Layout::corner);
    desk.options.width = 400;
    CHECK(desk.card().layout == Layout::sheet);
    const float slot = GENERATE(280.0f, 400.0f, 560.0f, 900.0f);
    desk.options.slot_width = slot;
    desk.options.height = 130;  // of the page, which scrolls
    const Card card = desk.card();
    CHECK(card.layout == Layout::inline_);
    CHECK(card.rect.y == 0);
    CHECK(card.rect.width == std::min(slot, 560.0f));
    CHECK(std::abs(card.rect.x - (slot - card.rect.width) / 2) <= 1);
    CHECK_FALSE(card.window);
    CHECK(card.scale_rows == (slot < 520 ? 2 : 1));
    desk.options.slot_width = std::numeric_limits<float>::quiet_NaN();
    CHECK(desk.card().layout == Layout::sheet);
}

TEST_CASE("A slot is for those who are to stand in it") {
    Desk desk = desk_with({.layout = GENERATE(survey::Layout::corner, survey::Layout::modal)});
    desk.options.slot_width = 400;
    CHECK(desk.card().layout != Layout::inline_);
}

TEST_CASE("It can be put off until something is answered") {
    Desk desk = desk_with({.later = true});
    const Card before = desk.card();
    CHECK(node(before, "later").name == "Ask me later");
    CHECK_FALSE(find_key(Desk().card(), "later"));
    desk.tap("later");
    REQUIRE(desk.effects.size() == 1);
    CHECK(desk.effects[0].kind == EffectKind::later);
    desk.tap("score/4");
    CHECK_FALSE(find_key(desk.card(), "later"));
    desk.stored();
    CHECK_FALSE(find_key(desk.card(), "later"));
}

TEST_CASE("How far one is stands above the second of three questions and all after it") {
    Desk desk = desk_with({}, fixture::everything());
    CHECK_FALSE(find_key(desk.card(), "progress"));
    desk.tap("next");
    desk.stored();
    const Card card = desk.card();
    const Node& progress = node(card, "progress");
    CHECK(progress.name.starts_with("Question 2 of "));
    CHECK(&progress < &node(card, "question"));
    desk.locale = "de";
    CHECK(node(desk.card(), "progress").name.starts_with("Question 2 of "));  // its questions are English
    Desk short_one;
    short_one.tap("score/4");
    short_one.stored();
    CHECK_FALSE(find_key(short_one.card(), "progress"));
}

TEST_CASE("Sent without the answer that is needed it says so, at the field, until there is one") {
    Desk desk = at_required_text();
    const Card before = desk.card();
    CHECK_FALSE(find_key(before, "required"));
    CHECK_FALSE(node(before, "send").states & card::kDisabled);
    const std::string hint(node(before, "comment").description);
    const std::size_t effects = desk.effects.size();
    desk.tap("send");
    CHECK(desk.effects.size() == effects);
    const Card card = desk.card();
    CHECK(focused(desk) == "comment");
    CHECK(node(card, "comment").states & card::kInvalid);
    CHECK(node(card, "comment").description == "Please answer before you go on.");
    CHECK(node(card, "required").role == card::Role::alert);
    CHECK(node(card, "required").name == node(card, "comment").description);
    desk.type(" ");
    CHECK(find_key(desk.card(), "required"));  // a blank is no answer
    desk.type("x");
    const Card after = desk.card();
    CHECK_FALSE(find_key(after, "required"));
    CHECK_FALSE(node(after, "comment").states & card::kInvalid);
    CHECK(node(after, "comment").description == hint);
    desk.tap("send");
    CHECK(desk.effects.back().kind == EffectKind::answer_text);
}

TEST_CASE("The keys that send say what is missing, too, and a page that was gone to says nothing of it") {
    Desk desk = at_required_text();
    desk.tap("comment");
    desk.key(Key::enter, false, true);
    CHECK(find_key(desk.card(), "required"));
    desk.ui.missed = card::NodeId("another");
    CHECK_FALSE(find_key(desk.card(), "required"));
}

TEST_CASE("What can be skipped is not asked for") {
    Desk desk;
    desk.tap("score/9");
    desk.stored();
    CHECK(node(desk.card(), "send").states & card::kDisabled);
    desk.act(InputKind::press, "send");
    CHECK_FALSE(find_key(desk.card(), "required"));
}

TEST_CASE("A box that must be ticked says so once all is answered") {
    Desk desk;
    desk.document.consent = {survey::ConsentMode::explicit_, "1", {{"en", "I agree."}}};
    desk.agreement = card::Agreement::wanted;
    CHECK_FALSE(find_key(desk.card(), "required"));
    desk.tap("score/9");
    desk.stored();
    desk.tap("skip");
    desk.status = card::Status::asking;
    const Card card = desk.card();
    CHECK(node(card, "consent").states & card::kInvalid);
    CHECK(node(card, "consent").description == "Tick the box to send your answer.");
    CHECK(node(card, "required").name == node(card, "consent").description);
    desk.tap("consent");
    CHECK_FALSE(find_key(desk.card(), "required"));
}

TEST_CASE("A scale begins on the left in Arabic where its author says so, and arrows go by what is seen") {
    Desk desk = desk_with({.scale_start = survey::ScaleStart::left});
    desk.locale = "ar";
    const Card card = desk.card();
    REQUIRE(card.direction == card::Direction::rtl);
    CHECK(card.cells_direction == card::Direction::ltr);
    CHECK(node(card, "score/0").rect.x < node(card, "score/10").rect.x);
    CHECK(node(card, "low").rect.x < node(card, "high").rect.x);
    CHECK(node(card, "low").runs[0].x < node(card, "score/1").rect.x);
    desk.key(Key::tab);
    desk.key(Key::right);
    CHECK(focused(desk) == "score/1");
    desk.options.width = 320;
    const Card narrow = desk.card();
    CHECK(node(narrow, "score/0").rect.x < node(narrow, "score/5").rect.x);
    CHECK(node(narrow, "score/6").rect.x == node(narrow, "score/0").rect.x);
    desk.document.surveys[0].look = {};
    const Card mirrored = desk.card();
    CHECK(node(mirrored, "score/0").rect.x > node(mirrored, "score/5").rect.x);
}

TEST_CASE("Cells are all alike unless their author wants them coloured") {
    for (const Node& one : Desk().card().nodes) CHECK(one.tint == 0);
    const Desk desk = desk_with({.scale_colors = true});
    const Card card = desk.card();
    const auto tint = [&](int score) { return card.cell(score)->tint; };
    CHECK(tint(0) == tint(6));
    CHECK(tint(6) != tint(7));
    CHECK(tint(7) == tint(8));
    CHECK(tint(8) != tint(9));
    CHECK(tint(9) == tint(10));
    for (const bool dark : {false, true}) {
        const card::Palette colors = card::palette({}, dark);
        for (const float share : {0.0f, 0.7f, 1.0f})
            CHECK(card::contrast(colors.text, card::tint(colors, share)) >= 4.5f);
    }
}

TEST_CASE("A text runs in the direction of its first letter") {
    using card::Direction;
    const auto of = [](std::string_view text) { return card::direction_of(text, Direction::rtl); };
    for (const char* text : {"a", "Z", "… 12 a ש", "é", "Ж", "한", "日", "ไ", "ह", "ա"}) {
        INFO(text);
        CHECK(of(text) == Direction::ltr);
    }
    for (const char* text : {"ש", "ا a", "12: ا", "۱ ب", "٣ب", "ﷺ", "ࠀ", "ߊ", "𐤀", "𞤀"}) {
        INFO(text);
        CHECK(card::direction_of(text, Direction::ltr) == Direction::rtl);
    }
    for (const char* text : {"", "12", "…?!", "٣", "۴", "👍", "「"}) {
        INFO(text);
        CHECK(card::direction_of(text, Direction::rtl) == Direction::rtl);
        CHECK(card::direction_of(text, Direction::ltr) == Direction::ltr);
    }
}

TEST_CASE("An English question on a Hebrew card runs to the right, and begins where the card's lines begin") {
    Desk desk;
    desk.locale = "he";
    desk.tap("score/4");
    desk.stored();
    const Card card = desk.card();
    REQUIRE(card.direction == card::Direction::rtl);
    const card::TextRun& heading = node(card, "question").runs[0];
    const card::TextRun& follow_up = node(card, "follow-up").runs[0];
    CHECK(heading.style.direction == card::Direction::rtl);
    CHECK(follow_up.style.direction == card::Direction::ltr);
    CHECK(std::abs(heading.x + heading.width - (follow_up.x + follow_up.width)) < 1);
}
