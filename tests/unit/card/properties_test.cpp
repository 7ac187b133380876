#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/utf8.hpp"
#include "card/card.hpp"
#include "fixture.hpp"

using namespace candor;
using card::EffectKind;
using card::InputKind;
using card::Key;
using fixture::Desk;

namespace {

// Evenly, also in the first cases of a run, which would otherwise be small.
int between(int least, int past) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, past)); }

// `text` is what the input looks at.
card::Input any_input(const card::Card& card, std::string& text) {
    card::Input input;
    input.kind = static_cast<InputKind>(between(0, 11));
    input.key = static_cast<Key>(between(0, 12));
    input.shift = *rc::gen::arbitrary<bool>();
    input.control = *rc::gen::arbitrary<bool>();
    text = *rc::gen::oneOf(
        rc::gen::arbitrary<std::string>(),
        rc::gen::element<std::string>("1", "0", "7", " ", "a", "👩‍👧", "\n", "e\u0301", "مرحبا"));
    input.text = text;
    const auto count = static_cast<int>(card.nodes.size());
    const card::Node& node = card.nodes[static_cast<std::size_t>(between(0, count))];
    input.node = between(0, 8) == 0 ? *rc::gen::arbitrary<int>() : node.id;
    input.x = node.rect.x + node.rect.width / 2;
    input.y = node.rect.y + node.rect.height / 2;
    if (between(0, 8) == 0) input.x = *rc::gen::arbitrary<float>();
    return input;
}

Desk any_desk(bool everything = false) {
    Desk desk;
    if (everything) {
        desk.document = fixture::everything();
        desk.interview = interview::begin(desk.document.surveys[0]);
        desk.document.surveys[0].questions[2].shuffle = *rc::gen::arbitrary<bool>();
        desk.interview.seed = *rc::gen::arbitrary<std::uint32_t>();
    }
    desk.options.width = static_cast<float>(between(100, 1600));
    desk.options.height = static_cast<float>(between(100, 1200));
    desk.options.pixel_ratio = *rc::gen::element(1.0f, 1.25f, 2.0f, 3.0f);
    desk.options.host_text_entry = *rc::gen::arbitrary<bool>();
    desk.locale = *rc::gen::element<std::string>("en", "ar", "de", "xx");
    return desk;
}

bool is_press(const card::Input& input) {
    const bool key = input.kind == InputKind::key &&
                     (input.key == Key::space || input.key == Key::enter || input.key == Key::escape);
    return key || input.kind == InputKind::press || input.kind == InputKind::pointer_up;
}

}  // namespace

TEST_CASE("No input but a press answers, none crashes, and the draft stays well-formed") {
    CHECK(rc::check([] {
        Desk desk = any_desk(*rc::gen::arbitrary<bool>());
        const int steps = between(1, 60);
        for (int i = 0; i < steps; ++i) {
            std::string text;
            const card::Input input = any_input(desk.card(), text);
            const card::Handled handled = desk.take(input);
            const EffectKind kind = handled.effect.kind;
            if (kind != EffectKind::none && kind != EffectKind::draft) RC_ASSERT(is_press(input));
            RC_ASSERT(is_utf8(desk.interview.draft));
            RC_ASSERT(desk.interview.draft.size() <= interview::kMostTextBytes);
            RC_ASSERT(handled.ui.focus.empty() || desk.card().find("card"));
            const int store = between(0, 6);
            if (store == 0) desk.stored();
            if (store == 1 && desk.status == card::Status::storing) desk.status = card::Status::failed;
        }
    }));
}

TEST_CASE("An answer is given only to what was pressed") {
    CHECK(rc::check([] {
        Desk desk = any_desk();
        desk.options.height += 500;
        const int score = between(0, 11);
        const card::Card card = desk.card();
        const card::Node* node = card.find("score/" + std::to_string(score));
        const card::Rect& rect = node->rect;
        const float x = rect.x + rect.width * static_cast<float>(between(1, 100)) / 101;
        const float y = rect.y + rect.height * static_cast<float>(between(1, 100)) / 101;
        desk.tap_at(x, y);
        RC_ASSERT(interview::score(desk.document.surveys[0], desk.interview) == score);
    }));
}

TEST_CASE("Whatever is pressed, the survey takes what the card answers") {
    CHECK(rc::check([] {
        Desk desk = any_desk(true);
        const survey::Survey& survey = desk.document.surveys[0];
        for (int steps = between(1, 60); steps > 0; --steps) {
            const card::Card card = desk.card();
            const card::Node& node =
                card.nodes[static_cast<std::size_t>(between(0, static_cast<int>(card.nodes.size())))];
            card::Input input;
            input.kind = InputKind::press;
            input.node = node.id;
            if (node.role == card::Role::textbox) {
                input.kind = InputKind::set_value;
                input.text = "words";
            }
            const interview::Interview before = desk.interview;
            const card::Handled handled = desk.take(input);
            const card::Effect& effect = handled.effect;
            interview::Interview now = before;
            if (effect.kind == EffectKind::answer_score) {
                RC_ASSERT(!interview::give(survey, now, effect.question, {effect.score, {}}));
            } else if (effect.kind == EffectKind::answer_choices) {
                RC_ASSERT(!interview::give(survey, now, effect.question, {{}, effect.text, effect.choices}));
                // What is seen on the pressed node is what is meant by it.
                if (node.cell >= 0) RC_ASSERT(effect.choices == List<String>{String(node.value)});
            } else if (effect.kind == EffectKind::answer_text) {
                RC_ASSERT(!interview::give(survey, now, effect.question, {{}, effect.text}));
            }
            RC_ASSERT(*interview::read_back(survey, interview::write(desk.interview)) == [&] {
                interview::Interview unseeded = desk.interview;
                unseeded.seed = 0;
                return unseeded;
            }());
            if (between(0, 2) == 0) desk.stored();
        }
    }));
}

TEST_CASE("The layout is a function of its arguments") {
    CHECK(rc::check([] {
        const Desk desk = any_desk();
        const card::Card a = desk.card(), b = desk.card();
        RC_ASSERT(a.nodes.size() == b.nodes.size());
        for (std::size_t i = 0; i < a.nodes.size(); ++i) RC_ASSERT(a.nodes[i].rect == b.nodes[i].rect);
    }));
}
