// The types of questions on the card: what stands there, how it is used, and that it all finds its place.
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "card/card.hpp"
#include "fixture.hpp"

using namespace candor;
using card::Card;
using card::EffectKind;
using card::Key;
using card::Node;
using card::Rect;
using card::Role;
using card::Status;
using fixture::Desk;
using fixture::find_key;
using fixture::overlap;
using fixture::within;

namespace {

Desk desk_of_everything() {
    Desk desk;
    desk.document = fixture::everything();
    desk.interview = interview::begin(desk.document.surveys[0]);
    return desk;
}

// What can be used, by name, in reading order.
std::string controls(const Card& card) {
    std::string text;
    for (const Node& node : card.nodes) {
        if (node.role < Role::radiogroup || node.role == Role::status || node.key == "close") continue;
        text.append(text.empty() ? "" : " ").append(node.key);
        if (node.states & card::kChecked) text += "*";
        if (node.states & card::kDisabled) text += "-";
    }
    return text;
}

bool is_empty(const Rect& rect) { return rect.width <= 0 || rect.height <= 0; }

void press(Desk& desk, std::string_view key) {
    INFO(key);
    const Card card = desk.card();
    const Node* const node = find_key(card, key);
    REQUIRE(node != nullptr);
    // Where it is scrolled out of sight a screen reader still reaches it.
    is_empty(node->rect) ? desk.act(card::InputKind::press, key) : desk.tap(key);
    desk.stored();
}

// Through all questions, calling back at each thing to be seen.
template <class See>
void walk(Desk& desk, const See& see) {
    see("statement");
    press(desk, "next");
    see("satisfaction");
    press(desk, "score/5");
    see("one of several");
    press(desk, "choice/other");
    press(desk, "comment");
    desk.type("figs, and a good deal more of all that is sweet and can be eaten by hand");
    see("one of several, with words");
    press(desk, "send");
    press(desk, "choice/a");
    press(desk, "choice/other");
    see("several");
    desk.tap("send");
    see("several, on their way");
    desk.stored();
    see("effort");
    press(desk, "score/7");
    see("words");
    desk.tap("skip");
    desk.status = Status::failed;
    see("failed");
    desk.stored();
    see("thanks");
}

constexpr float kSlack = 1.01f;  // lines of a text stand within a pixel of their box

bool usable(const Node& node) {
    return node.role == Role::radio || node.role == Role::checkbox || node.role == Role::textbox ||
           node.role == Role::button || node.role == Role::link;
}

void check_places(const Desk& desk) {
    const Card card = desk.card();
    CHECK(within(card.rect, {0, 0, desk.options.width, desk.options.height}, kSlack));
    std::set<int> ids;
    for (const Node& a : card.nodes) {
        INFO(a.key);
        CHECK(ids.insert(a.id).second);
        CHECK((within(a.rect, card.rect, kSlack) || is_empty(a.rect)));
        for (const card::TextRun& run : a.runs) {
            const Rect line{run.x, run.baseline - run.ascent, run.width, run.ascent + run.descent};
            if (!card.window) CHECK((within(line, card.rect, kSlack) && within(line, a.rect, kSlack)));
        }
        if (!usable(a) || is_empty(a.rect)) continue;
        if (!card.window) CHECK((a.rect.width >= 24 && a.rect.height >= 24));
        for (const Node& b : card.nodes) {
            INFO(b.key);
            if (&a == &b || is_empty(b.rect)) continue;
            if (usable(b)) CHECK_FALSE(overlap(a.rect, b.rect));
            for (const card::TextRun& run : b.runs) {
                if (card.window) continue;  // half a line is drawn as half a line
                const Rect line{run.x, run.baseline - run.ascent, run.width, run.ascent + run.descent};
                CHECK_FALSE(overlap(a.rect, line));
            }
        }
    }
}

}  // namespace

TEST_CASE("Each type of question has its controls") {
    Desk desk = desk_of_everything();
    const auto shows = [&](const char* what) { CHECK(controls(desk.card()) == what); };
    shows("link next");
    CHECK(find_key(desk.card(), "link")->value == "https://acme.example/why");
    CHECK(find_key(desk.card(), "link")->name == "Why we ask");
    press(desk, "next");
    shows("scale score/1 score/2 score/3 score/4 score/5 back");
    CHECK(find_key(desk.card(), "score/4")->name == "4 out of 5");
    CHECK(find_key(desk.card(), "score/1")->description == "Not at all");
    press(desk, "score/4");
    shows("choices choice/a choice/b choice/c choice/other back");
    CHECK(find_key(desk.card(), "choices")->role == Role::radiogroup);
    CHECK(find_key(desk.card(), "choice/b")->role == Role::radio);
    CHECK(find_key(desk.card(), "choice/b")->name == "Bread");
    CHECK(find_key(desk.card(), "choice/b")->parent == find_key(desk.card(), "choices")->id);
    press(desk, "choice/other");
    shows("choices choice/a choice/b choice/c choice/other* comment send back");
    CHECK(find_key(desk.card(), "comment")->name == "Something else");
    press(desk, "choice/b");  // which needs no words, and goes on
    shows("choices choice/a choice/b choice/c choice/other send- skip back");
    CHECK(find_key(desk.card(), "choices")->role == Role::group);
    CHECK(find_key(desk.card(), "choice/a")->role == Role::checkbox);
    press(desk, "choice/c");
    press(desk, "choice/a");
    press(desk, "choice/c");
    shows("choices choice/a* choice/b choice/c choice/other send back");
    press(desk, "send");
    CHECK(interview::find_answer(desk.interview, "more")->choices == List<String>{"a"});
    shows("scale score/1 score/2 score/3 score/4 score/5 score/6 score/7 skip back");
    desk.tap("skip");
    shows("scale score/1- score/2- score/3- score/4- score/5- score/6- score/7-");
    desk.stored();
    CHECK(find_key(desk.card(), "thanks") != nullptr);
    CHECK(interview::find_answer(desk.interview, "food")->choices == List<String>{"b"});
}

TEST_CASE("What was written beside a choice that was taken back does not go out") {
    Desk desk = desk_of_everything();
    press(desk, "next");
    press(desk, "score/5");
    press(desk, "choice/a");
    press(desk, "choice/other");
    press(desk, "comment");
    desk.type("figs");
    CHECK(desk.interview.draft == "figs");
    press(desk, "choice/a");
    press(desk, "choice/other");  // taken back
    CHECK(controls(desk.card()).find("comment") == std::string::npos);
    press(desk, "send");
    const interview::Answer* answer = interview::find_answer(desk.interview, "more");
    REQUIRE(answer != nullptr);
    CHECK(answer->choices == List<String>{"a"});
    CHECK_FALSE(answer->text);
}

TEST_CASE("Back shows what was answered, and the same answer goes on") {
    Desk desk = desk_of_everything();
    press(desk, "next");
    press(desk, "score/4");
    press(desk, "choice/b");
    press(desk, "back");
    CHECK(controls(desk.card()) == "choices choice/a choice/b* choice/c choice/other back");
    press(desk, "back");
    CHECK(find_key(desk.card(), "score/4")->states & card::kChecked);
    press(desk, "score/4");
    CHECK(desk.interview.current == "more");
    press(desk, "back");
    press(desk, "back");
    press(desk, "score/1");
    CHECK(desk.interview.current == "effort");
    CHECK_FALSE(interview::find_answer(desk.interview, "food"));
}

TEST_CASE("Going back and forth loses neither what was sent nor what was begun") {
    Desk desk = desk_of_everything();
    press(desk, "next");
    press(desk, "score/4");
    press(desk, "choice/other");
    press(desk, "comment");
    desk.type("figs");
    press(desk, "send");
    press(desk, "choice/c");
    press(desk, "back");
    CHECK(controls(desk.card()) == "choices choice/a choice/b choice/c choice/other* comment send back");
    CHECK(find_key(desk.card(), "comment")->value == "figs");
    press(desk, "send");
    CHECK(controls(desk.card()) == "choices choice/a choice/b choice/c* choice/other send back");
    CHECK(interview::find_answer(desk.interview, "food")->text == "figs");
}

TEST_CASE("Back from a text under its scale leads before the scale") {
    Desk desk = desk_of_everything();
    survey::Survey& survey = desk.document.surveys[0];
    survey.questions = {fixture::choice_of("food", survey::QuestionType::single, false), fixture::nps_question(),
                        fixture::reason_question(), fixture::thanks_question()};
    desk.interview = interview::begin(survey);
    press(desk, "choice/a");
    press(desk, "score/9");
    CHECK(desk.interview.current == "reason");
    press(desk, "back");
    CHECK(desk.interview.current == "food");
}

TEST_CASE("By keyboard: one stop for radios, one for each checkbox, and arrows choose nothing") {
    Desk desk = desk_of_everything();
    const auto focus = [&] {
        for (const Node& node : desk.card().nodes) {
            if (node.states & card::kFocused) return std::string(node.key);
        }
        return std::string();
    };
    const auto tab_to = [&](const char* key) {
        for (int i = 0; i < 20 && focus() != key; ++i) desk.key(Key::tab);
        CHECK(focus() == key);
    };
    tab_to("link");
    CHECK(desk.key(Key::enter).effect.kind == EffectKind::open);
    CHECK(desk.effects.back().text == "https://acme.example/why");
    tab_to("next");
    desk.key(Key::enter);
    desk.stored();
    tab_to("score/1");
    desk.key(Key::end);
    CHECK(focus() == "score/5");
    desk.key(Key::right);
    CHECK(focus() == "score/5");
    desk.type("0");  // is no score here
    CHECK(focus() == "score/5");
    desk.type("3");
    CHECK(focus() == "score/3");
    desk.key(Key::enter);
    desk.stored();
    CHECK(interview::score(desk.document.surveys[0], desk.interview) == 3);
    CHECK(focus().empty());  // another question's cells are other nodes: held down, Enter answers no second one
    tab_to("choice/a");
    desk.key(Key::down);
    desk.key(Key::down);
    CHECK(focus() == "choice/c");
    CHECK(desk.interview.current == "food");
    desk.key(Key::tab);
    CHECK(focus() == "back");
    desk.key(Key::tab, true);
    CHECK(focus() == "choice/a");
    desk.key(Key::space);
    desk.stored();
    CHECK(desk.interview.current == "more");
    tab_to("choice/a");
    desk.key(Key::tab);
    CHECK(focus() == "choice/b");
    desk.key(Key::space);
    desk.key(Key::space);
    CHECK(desk.interview.picked.empty());
    desk.key(Key::space);
    CHECK(desk.interview.picked == List<String>{"b"});
    CHECK(desk.interview.current == "more");
    tab_to("send");
    desk.key(Key::enter);
    CHECK(desk.interview.current == "effort");
}

TEST_CASE("The cell pressed is the choice meant, in whatever order they stand") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        Desk desk = desk_of_everything();
        desk.document.surveys[0].questions[2].shuffle = true;
        desk.interview.seed = seed;
        press(desk, "next");
        press(desk, "score/4");
        press(desk, "choice/c");
        CHECK(interview::find_answer(desk.interview, "food")->choices == List<String>{"c"});
    }
}

TEST_CASE("Everything finds its place on all surfaces, in both directions, with short and long words") {
    for (const bool wordy : {false, true}) {
        for (const char* locale : {"en", "ar"}) {
            for (const float width : {280.0f, 320.0f, 390.0f, 520.0f, 1280.0f}) {
                for (const float height : {300.0f, 900.0f}) {
                    Desk desk = desk_of_everything();
                    if (wordy) {
                        const std::string words(90, 'w');
                        survey::Survey& survey = desk.document.surveys[0];
                        survey.questions[2].choices[1].text = {{"en", words + " " + words}, {"ar", words}};
                        survey.questions[3].choices[3].text = {{"en", "Another one and another one and one more"}};
                        survey.questions[1].high_label = {{"en", "So much that no words can ever say it all"}};
                        survey.questions[0].link.text = {{"en", words}};
                    }
                    desk.locale = locale;
                    desk.options.width = width;
                    desk.options.height = height;
                    walk(desk, [&](const char* what) {
                        INFO(what << " " << locale << " " << width << "x" << height << (wordy ? " wordy" : ""));
                        check_places(desk);
                    });
                }
            }
        }
    }
}

TEST_CASE("In Arabic the mark stands at the right, and the text beside it") {
    Desk desk = desk_of_everything();
    desk.locale = "ar";
    press(desk, "next");
    press(desk, "score/4");
    const Card card = desk.card();
    CHECK(card.direction == card::Direction::rtl);
    const Node& node = *find_key(card, "choice/a");
    CHECK(node.name == "تفاح");
    const card::TextRun& run = node.runs[0];
    CHECK(run.x + run.width < node.box.x + node.box.width - 30);
    CHECK(run.x + run.width > node.box.x + node.box.width - 60);
}

TEST_CASE("A card that is too high begins at its question, and is scrolled") {
    Desk desk = desk_of_everything();
    desk.options.height = 260;
    press(desk, "next");
    press(desk, "score/4");
    press(desk, "choice/a");
    REQUIRE(desk.interview.current == "more");
    REQUIRE(desk.card().window);
    const auto seen = [&](const char* key) { return !is_empty(find_key(desk.card(), key)->rect); };
    CHECK(seen("choice/a"));
    CHECK_FALSE(seen("send"));
    CHECK(desk.scroll(40).redraw);
    CHECK(desk.card().scrolled == 40);
    desk.scroll(1e6f);
    CHECK(seen("send"));
    CHECK_FALSE(seen("choice/a"));
    CHECK(desk.scroll(10).used);  // nothing is left, and yet the page behind does not scroll
    CHECK_FALSE(desk.scroll(10).redraw);
    desk.tap("skip");
    desk.stored();
    CHECK(desk.card().scrolled == 0);  // of another question nothing was scrolled
    desk.options.height = 800;
    CHECK_FALSE(desk.scroll(10).used);
}

TEST_CASE("Where a box must be ticked it stands on each page, and thanks wait for it") {
    Desk desk;
    desk.document.consent = {survey::ConsentMode::explicit_, "2026-01", {{"en", "You may store what I answer."}}};
    desk.agreement = card::Agreement::wanted;
    const auto box = [&] { return *find_key(desk.card(), "consent"); };
    const card::Card first = desk.card();  // whose texts the node has
    CHECK(find_key(first, "consent")->role == Role::checkbox);
    CHECK(find_key(first, "consent")->name == "You may store what I answer.");
    CHECK_FALSE(box().states & (card::kChecked | card::kDisabled | card::kInvalid));
    CHECK(find_key(desk.card(), "notice") == nullptr);
    desk.tap("score/9");
    desk.status = Status::asking;  // nothing is stored, so nothing is waited for
    CHECK(find_key(desk.card(), "comment") != nullptr);
    desk.tap("skip");
    desk.status = Status::asking;
    CHECK(find_key(desk.card(), "thanks") == nullptr);
    CHECK(box().states & card::kInvalid);
    check_places(desk);
    CHECK(desk.tap("consent").effect.kind == EffectKind::agree);
    desk.status = Status::storing;
    CHECK((box().states & card::kChecked && box().states & card::kDisabled));
    CHECK(desk.tap("consent").effect.kind == EffectKind::none);
    desk.status = Status::done;
    CHECK(find_key(desk.card(), "thanks") != nullptr);
    CHECK(find_key(desk.card(), "consent") == nullptr);
}

TEST_CASE("The box is a stop of the keyboard's, and finds its place everywhere") {
    for (const float width : {280.0f, 390.0f, 1280.0f}) {
        for (const char* locale : {"en", "ar"}) {
            Desk desk = desk_of_everything();
            desk.document.consent = {
                survey::ConsentMode::explicit_,
                "1",
                {{"en", "I agree that Acme stores what I answer here for as long as it needs it."}}};
            desk.agreement = card::Agreement::wanted;
            desk.options.width = width;
            desk.locale = locale;
            int stops = 0;
            for (int i = 0; i < 20 && !(find_key(desk.card(), "consent")->states & card::kFocused); ++i, ++stops) {
                desk.key(Key::tab);
            }
            CHECK(stops < 5);
            CHECK(desk.key(Key::space).effect.kind == EffectKind::agree);
            desk.stored();
            desk.agreement = card::Agreement::wanted;
            walk(desk, [&](const char* what) {
                INFO(what << " " << locale << " " << width);
                check_places(desk);
            });
        }
    }
}
