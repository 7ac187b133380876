#include <catch2/catch_test_macros.hpp>
#include <string>

#include "card/card.hpp"
#include "fixture.hpp"

using namespace candor;
using card::EffectKind;
using card::InputKind;
using card::Key;
using card::Status;
using fixture::Desk;

namespace {

Desk at_follow_up(const char* locale = "en") {
    Desk desk;
    desk.locale = locale;
    desk.tap("score/9");
    desk.stored();
    desk.effects.clear();
    desk.ui = {};
    return desk;
}

Desk typing(const char* locale = "en") {
    Desk desk = at_follow_up(locale);
    desk.tap("comment");
    return desk;
}

}  // namespace

TEST_CASE("A tap on a score answers it, once") {
    Desk desk;
    const card::Handled handled = desk.tap("score/9");
    CHECK(handled.effect.kind == EffectKind::answer_score);
    CHECK(handled.effect.score == 9);
    CHECK(handled.effect.question == "score");
    CHECK(handled.used);
    CHECK(handled.redraw);
    desk.stored();
    CHECK(desk.tap("score/9").effect.kind == EffectKind::none);
    CHECK(desk.tap("score/8").effect.score == 8);
}

TEST_CASE("Only down and up on the same cell is a press") {
    Desk desk;
    const card::Card card = desk.card();
    const card::Rect from = card.find("score/3")->rect, to = card.find("score/4")->rect;
    desk.pointer(InputKind::pointer_down, from.x + 5, from.y + 5);
    CHECK(desk.card().find("score/3")->states & card::kPressed);
    desk.pointer(InputKind::pointer_move, to.x + 5, to.y + 5);
    CHECK_FALSE(desk.card().find("score/3")->states & card::kPressed);
    CHECK(desk.pointer(InputKind::pointer_up, to.x + 5, to.y + 5).effect.kind == EffectKind::none);
    CHECK(desk.pointer(InputKind::pointer_up, to.x + 5, to.y + 5).effect.kind == EffectKind::none);
    desk.pointer(InputKind::pointer_down, from.x + 5, from.y + 5);
    desk.pointer(InputKind::pointer_leave, 0, 0);
    CHECK(desk.pointer(InputKind::pointer_up, from.x + 5, from.y + 5).effect.kind == EffectKind::none);
    CHECK(desk.effects.empty());
}

TEST_CASE("Hover shows, and asks for a new picture only when it changes") {
    Desk desk;
    const card::Rect cell = desk.card().find("score/3")->rect;
    CHECK(desk.pointer(InputKind::pointer_move, cell.x + 5, cell.y + 5).redraw);
    CHECK(desk.card().find("score/3")->states & card::kHovered);
    CHECK_FALSE(desk.pointer(InputKind::pointer_move, cell.x + 6, cell.y + 6).redraw);
    CHECK_FALSE(desk.pointer(InputKind::pointer_move, 5, 5).used);
    CHECK(desk.ui.hover.empty());
}

TEST_CASE("Outside of the card the pointer is the host's, and takes the focus away") {
    Desk desk = typing();
    CHECK(desk.ui.focus == "comment");
    CHECK_FALSE(desk.pointer(InputKind::pointer_down, 3, 3).used);
    CHECK(desk.ui.focus.empty());
}

TEST_CASE("Tab goes through the card, the scale being one stop, and out of it") {
    Desk desk = at_follow_up();
    CHECK(desk.key(Key::tab).used);
    CHECK(desk.ui.focus == "score/9");
    desk.key(Key::tab);
    CHECK(desk.ui.focus == "comment");
    desk.key(Key::tab);
    CHECK(desk.ui.focus == "skip");
    desk.key(Key::tab);
    CHECK(desk.ui.focus == "close");
    CHECK_FALSE(desk.key(Key::tab).used);
    CHECK(desk.ui.focus.empty());
    desk.key(Key::tab, true);
    CHECK(desk.ui.focus == "close");
    desk.key(Key::tab, true);
    CHECK(desk.ui.focus == "skip");
    desk.tap("comment");
    desk.type("x");
    desk.key(Key::tab);
    CHECK(desk.ui.focus == "send");

    Desk fresh;
    fresh.key(Key::tab);
    CHECK(fresh.ui.focus == "score/0");
    CHECK(fresh.ui.focus_visible);
}

TEST_CASE("Arrows, Home, End and digits move the focus and choose nothing") {
    Desk desk;
    desk.key(Key::tab);
    desk.key(Key::right);
    CHECK(desk.ui.focus == "score/1");
    desk.key(Key::down);
    CHECK(desk.ui.focus == "score/2");
    desk.key(Key::left);
    desk.key(Key::up);
    desk.key(Key::left);
    CHECK(desk.ui.focus == "score/0");
    desk.key(Key::end);
    CHECK(desk.ui.focus == "score/10");
    desk.key(Key::right);
    CHECK(desk.ui.focus == "score/10");
    desk.key(Key::home);
    CHECK(desk.ui.focus == "score/0");
    desk.type("7");
    CHECK(desk.ui.focus == "score/7");
    desk.type("1");
    CHECK(desk.ui.focus == "score/1");
    desk.type("0");
    CHECK(desk.ui.focus == "score/10");
    desk.type("0");
    CHECK(desk.ui.focus == "score/0");
    desk.type("1");
    desk.key(Key::right);
    desk.type("0");
    CHECK(desk.ui.focus == "score/0");
    desk.type("10");
    CHECK(desk.ui.focus == "score/10");
    desk.type("٣");
    CHECK(desk.ui.focus == "score/3");
    CHECK_FALSE(desk.type("x").used);
    CHECK(desk.effects.empty());
    CHECK_FALSE(interview::score(desk.document.surveys[0], desk.interview));
    desk.key(Key::space);
    CHECK(interview::score(desk.document.surveys[0], desk.interview) == 3);
}

TEST_CASE("The Space that also comes as text answers once") {
    Desk desk;
    desk.key(Key::tab);
    desk.type("4");
    desk.key(Key::space);
    CHECK(desk.type(" ").effect.kind == EffectKind::none);
    CHECK(desk.effects.size() == 1);
    Desk enter;
    enter.key(Key::tab);
    enter.key(Key::enter);
    CHECK(interview::score(enter.document.surveys[0], enter.interview) == 0);
}

TEST_CASE("Arrows follow what is seen: in Arabic the right one leads to lower scores") {
    Desk desk;
    desk.locale = "ar";
    desk.key(Key::tab);
    desk.type("5");
    desk.key(Key::right);
    CHECK(desk.ui.focus == "score/4");
    desk.key(Key::left);
    desk.key(Key::left);
    CHECK(desk.ui.focus == "score/6");
}

TEST_CASE("In two rows, up and down lead to the other row") {
    Desk desk;
    desk.options.width = 320;
    desk.key(Key::tab);
    desk.type("3");
    desk.key(Key::down);
    CHECK(desk.ui.focus == "score/9");
    desk.key(Key::up);
    CHECK(desk.ui.focus == "score/3");
    desk.key(Key::up);
    CHECK(desk.ui.focus == "score/3");
    desk.type("5");
    desk.key(Key::down);
    CHECK(desk.ui.focus == "score/5");
}

TEST_CASE("Escape closes only from inside, and after thanks it ends") {
    Desk desk;
    CHECK_FALSE(desk.key(Key::escape).used);
    CHECK(desk.effects.empty());
    desk.key(Key::tab);
    CHECK(desk.key(Key::escape).effect.kind == EffectKind::close);
    CHECK(desk.ui.focus.empty());

    Desk done = at_follow_up();
    done.tap("skip");
    done.stored();
    CHECK(done.tap("close").effect.kind == EffectKind::finish);
    Desk busy = at_follow_up();
    busy.status = Status::storing;
    CHECK(busy.tap("close").effect.kind == EffectKind::close);
}

TEST_CASE("Keys without focus are the host's") {
    Desk desk;
    for (Key key : {Key::enter, Key::space, Key::left, Key::backspace, Key::home}) CHECK_FALSE(desk.key(key).used);
    CHECK_FALSE(desk.type("9").used);
    CHECK(desk.effects.empty());
}

TEST_CASE("Text is typed, corrected and sent") {
    Desk desk = typing();
    desk.type("Helo 👩‍👧");
    CHECK(desk.interview.draft == "Helo 👩‍👧");
    desk.key(Key::backspace);
    desk.key(Key::left);
    desk.key(Key::left);
    desk.type("l");
    CHECK(desk.interview.draft == "Hello ");
    desk.key(Key::home);
    desk.key(Key::delete_);
    desk.type("h");
    desk.key(Key::end);
    desk.key(Key::enter);
    desk.type("there\r\nall");
    CHECK(desk.interview.draft == "hello \nthere\nall");
    desk.key(Key::home);
    desk.type("> ");
    CHECK(desk.interview.draft == "hello \nthere\n> all");
    desk.key(Key::home, false, true);
    desk.type("* ");
    CHECK(desk.interview.draft == "* hello \nthere\n> all");
    const card::Handled sent = desk.key(Key::enter, false, true);
    CHECK(sent.effect.kind == EffectKind::answer_text);
    CHECK(sent.effect.text == "* hello \nthere\n> all");
    CHECK(sent.effect.question == "reason");
}

TEST_CASE("Up and down move between the lines that are seen") {
    Desk desk = typing();
    desk.type("aaaa\nbbbb\ncccc");
    desk.key(Key::up);
    desk.type("1");
    CHECK(desk.interview.draft == "aaaa\nbbbb1\ncccc");
    desk.key(Key::home, false, true);
    desk.key(Key::down);
    desk.type("2");
    CHECK(desk.interview.draft == "aaaa\n2bbbb1\ncccc");
}

TEST_CASE("A click in the text box places the caret") {
    Desk desk = typing();
    desk.type("aaaa\nbbbb");
    const card::Card card = desk.card();
    const card::Node* comment = card.find("comment");
    REQUIRE(comment->runs.size() == 2);
    const card::TextRun& first = comment->runs[0];
    desk.tap_at(first.x + first.width / 2, first.baseline - 2);
    desk.type("|");
    CHECK(desk.interview.draft == "aa|aa\nbbbb");
    CHECK(desk.ui.focus == "comment");
}

TEST_CASE("Left and right follow what is seen in Arabic, too") {
    Desk desk = typing("ar");
    desk.type("أب");
    desk.key(Key::right);
    desk.type("x");
    CHECK(desk.interview.draft == "أxب");
}

TEST_CASE("Nothing is sent that is blank, and nothing skipped that was typed") {
    Desk desk = typing();
    desk.key(Key::enter, false, true);
    CHECK(desk.effects.empty());
    desk.type("  ");
    CHECK(desk.card().find("send")->states & card::kDisabled);
    desk.type("x");
    CHECK_FALSE(desk.card().find("send")->states & card::kDisabled);
    CHECK_FALSE(desk.card().find("skip"));
}

TEST_CASE("A required follow-up has no skip") {
    Desk desk;
    desk.document.surveys[0].questions[1].optional = false;
    desk.tap("score/1");
    desk.stored();
    CHECK_FALSE(desk.card().find("skip"));
}

TEST_CASE("While a score is stored, typing goes on, and nothing else is answered") {
    Desk desk;
    desk.tap("score/9");
    desk.effects.clear();
    desk.tap("comment");
    desk.type("kept");
    CHECK(desk.interview.draft == "kept");
    desk.tap("score/3");
    desk.tap("send");
    desk.key(Key::enter, false, true);
    desk.act(InputKind::press, "score/3");
    desk.act(InputKind::press, "send");
    for (const card::Effect& effect : desk.effects) CHECK(effect.kind == EffectKind::draft);
    desk.stored();
    CHECK(desk.card().find("comment")->value == "kept");
}

TEST_CASE("Text longer than an answer may be is cut between characters") {
    Desk desk = typing();
    const std::string much(5000, 'a');
    desk.type(much);
    CHECK(desk.interview.draft.size() == interview::kMostTextBytes);
    desk.act(InputKind::set_value, "comment", std::string(3999, 'b') + "€€");
    CHECK(desk.interview.draft.size() == 3999);
}

TEST_CASE("Assistive technology presses, focuses and sets by node") {
    Desk desk;
    CHECK(desk.act(InputKind::focus, "score/6").used);
    CHECK(desk.card().find("score/6")->states & card::kFocused);
    CHECK(desk.effects.empty());
    desk.act(InputKind::press, "score/6");
    CHECK(interview::score(desk.document.surveys[0], desk.interview) == 6);
    desk.stored();
    desk.act(InputKind::set_value, "comment", "by voice");
    CHECK(desk.interview.draft == "by voice");
    CHECK(desk.act(InputKind::set_value, "comment", "by voice").effect.kind == EffectKind::none);
    desk.act(InputKind::blur, "score/6");
    CHECK(desk.ui.focus.empty());
    desk.act(InputKind::set_value, "score/2", "2");
    CHECK(interview::score(desk.document.surveys[0], desk.interview) == 6);
    CHECK(desk.act(InputKind::press, "send").effect.text == "by voice");
    card::Input unknown;
    unknown.kind = InputKind::press;
    unknown.node = 12345;
    CHECK_FALSE(desk.take(unknown).used);
    CHECK_FALSE(desk.act(InputKind::press, "question").used);
}

TEST_CASE("After a failure the same score may be answered again") {
    Desk desk;
    desk.tap("score/5");
    desk.status = Status::failed;
    CHECK(desk.tap("score/5").effect.kind == EffectKind::answer_score);
}

TEST_CASE("An incomplete view takes nothing") { CHECK_FALSE(card::handle({}, {}, {}, {}, nullptr).used); }
