// The window of `candor preview`, on a screen of the test's own.
#include <SDL.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "cli/preview_window.hpp"
#include "directory.hpp"
#include "screen.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
using desktop_test::Screen;

namespace {

std::string text_of(candor_string text) { return {text.data ? text.data : "", text.size}; }

struct Rig {
    explicit Rig(const PreviewOptions& options) : previewed(read_for_preview(options)), window(previewed, options) {
        REQUIRE(previewed.report.exit == kGood);
        problem = window.open();
    }

    // Goes on until it is so; what is waited for comes as an event of its own.
    bool until(const std::function<bool()>& so) {
        for (int i = 0; i < 200; ++i) {
            if (so()) return true;
            if (!window.step(1000)) return so();
        }
        return so();
    }

    candor_prompt prompt() const {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        return candor_prompt_get(window.client(), &prompt) == CANDOR_OK ? prompt : candor_prompt{};
    }
    std::string question() const { return text_of(prompt().question); }
    bool asks(const std::string& id) {
        return until([&] { return question() == id && prompt().status == CANDOR_PROMPT_ASKING; });
    }

    static void push(SDL_Event event) {
        event.window.windowID = 1;  // at the same place in all of these
        REQUIRE(SDL_PushEvent(&event) == 1);
    }

    static void key(SDL_Keycode code, Uint16 modifiers = 0) {
        SDL_Event event{};
        event.type = SDL_KEYDOWN;
        event.key.keysym.sym = code;
        event.key.keysym.mod = modifiers;
        push(event);
    }

    static void type(const char* what) {
        SDL_Event event{};
        event.type = SDL_TEXTINPUT;
        SDL_strlcpy(event.text.text, what, sizeof event.text.text);
        push(event);
    }

    // The node of that name, as it stands on the card.
    candor_node node(const std::string& name) const {
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = 800;
        options.height = 720;
        options.pixel_ratio = 1;
        candor_card card = CANDOR_CARD_INIT;
        REQUIRE(candor_card_layout(window.client(), &options, &card) == CANDOR_OK);
        const candor_node* end = card.nodes + card.node_count;
        const candor_node* found =
            std::find_if(card.nodes, end, [&](const candor_node& each) { return text_of(each.key) == name; });
        INFO(name);
        REQUIRE(found != end);
        return *found;
    }

    // In the middle of it.
    void click(const std::string& name) const {
        const candor_rect rect = node(name).rect;
        SDL_Event event{};
        for (const Uint32 what : {SDL_MOUSEBUTTONDOWN, SDL_MOUSEBUTTONUP}) {
            event.type = what;
            event.button.button = SDL_BUTTON_LEFT;
            event.button.x = static_cast<Sint32>(rect.x + rect.width / 2);
            event.button.y = static_cast<Sint32>(rect.y + rect.height / 2);
            push(event);
        }
    }

    Previewed previewed;
    PreviewWindow window;
    std::string problem;
};

#define NEED_RIG(rig, ...)                           \
    const Screen screen;                             \
    if (!screen.running()) SKIP("there is no Xvfb"); \
    Rig rig(__VA_ARGS__);                            \
    INFO(rig.problem);                               \
    REQUIRE(rig.problem.empty())

const std::string kSurveys = CANDOR_SOURCE_DIR "/demo/surveys/";

}  // namespace

TEST_CASE("window: a survey is answered from the first question to the thanks") {
    NEED_RIG(rig, {.file = kSurveys + "shop.json", .survey = "post-purchase"});
    REQUIRE(rig.asks("score"));
    CHECK(rig.prompt().preview == 1);
    rig.click("score/9");
    REQUIRE(rig.asks("reason"));
    CHECK(text_of(rig.prompt().text).starts_with("Great!"));
    rig.click("comment");
    rig.type("Figs");
    REQUIRE(rig.until([&] { return text_of(rig.node("comment").value) == "Figs"; }));
    rig.click("send");
    REQUIRE(rig.until([&] { return rig.prompt().status == CANDOR_PROMPT_DONE; }));
    CHECK(rig.question() == "thanks");
    CHECK(rig.window.said().empty());
    rig.click("close");
    REQUIRE(rig.until([&] { return rig.prompt().size == 0 && !rig.window.said().empty(); }));
    CHECK(rig.window.said() == "The card has gone. F5 shows it again.");
    rig.key(SDLK_F5);
    REQUIRE(rig.asks("score"));
    CHECK(rig.prompt().score == -1);
    CHECK(rig.window.said().empty());
}

TEST_CASE("window: keys lead from survey to survey, change the scheme and end it") {
    NEED_RIG(rig, {.file = kSurveys + "shop.json", .locale = "de"});
    REQUIRE(rig.asks("score"));
    CHECK(rig.window.survey() == "relationship");
    CHECK(text_of(rig.prompt().locale) == "de");
    const auto shows = [&](const std::string& survey) {
        return rig.until([&] { return rig.window.survey() == survey && text_of(rig.prompt().survey) == survey; });
    };
    rig.key(SDLK_PAGEDOWN);
    REQUIRE(shows("post-purchase"));
    rig.click("score/3");
    REQUIRE(rig.asks("reason"));
    rig.key(SDLK_F6);  // of another colour, and at the same question
    rig.key(SDLK_PAGEDOWN);
    REQUIRE(shows("relationship"));
    rig.key(SDLK_PAGEUP);
    REQUIRE(shows("post-purchase"));
    REQUIRE(rig.asks("score"));
    rig.key(SDLK_q);
    rig.key(SDLK_q, KMOD_LCTRL);
    bool open = true;
    rig.until([&] { return !(open = open && rig.window.step(0)); });
    CHECK_FALSE(open);
}

TEST_CASE("window: what the rules would ask by themselves is not asked") {
    const Directory folder;
    const std::string eager = folder.file("eager.json", R"({"candor": 1, "project": "p", "revision": 1, "product": "P",
        "surveys": [{"id": "first", "kind": "transactional", "triggers": [{"session": 1}],
                     "wait": {"answered": 90, "dismissed": 30},
                     "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]},
                    {"id": "second", "kind": "transactional", "triggers": [{"event": "e"}],
                     "wait": {"answered": 90, "dismissed": 30},
                     "questions": [{"id": "effort", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})");
    NEED_RIG(rig, {.file = eager, .survey = "second"});
    REQUIRE(rig.asks("effort"));
    rig.click("close");
    REQUIRE(rig.until([&] { return rig.prompt().size == 0 && !rig.window.said().empty(); }));
    // Whatever was to be decided has been, once all that was said is stored.
    candor_flush(rig.window.client(), 5000);
    for (int i = 0; i < 5; ++i) rig.window.step(0);
    CHECK(rig.prompt().size == 0);
    candor_string why{};
    REQUIRE(candor_explain(rig.window.client(), candor_text("first"), &why) == CANDOR_OK);
    INFO(text_of(why));
    CHECK(text_of(why).find("busy") != std::string::npos);
}
