// candor_desktop_card and candor_desktop_host: what of SDL's events reaches the card, and when a frame is wanted.
#include <SDL.h>

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "candor/desktop.h"
#include "fake_candor.hpp"
#include "screen.hpp"

using desktop_test::Api;
using desktop_test::Screen;
using desktop_test::Window;
using Calls = std::vector<std::string>;

namespace {

struct DestroyText {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};
struct DestroyCard {
    void operator()(candor_desktop_card* card) const { candor_desktop_card_destroy(card); }
};
struct DestroyHost {
    void operator()(candor_desktop_host* host) const { candor_desktop_host_destroy(host); }
};

constexpr candor_client kClient = 1;

struct Rig {
    Rig() : window(Api::core33, 400, 300) {
        fake::state() = {};
        if (!window.ok()) return;
        text.reset(candor_desktop_text_create(nullptr, nullptr));
        candor_string why{};
        card.reset(candor_desktop_card_create(window.get(), text.get(), &why));
        INFO(std::string(why.data ? why.data : "", why.size));
        REQUIRE(card);
        window_id = SDL_GetWindowID(window.get());
    }

    void show(candor_role role, uint32_t states) {
        fake::State& state = fake::state();
        state.prompt = true;
        candor_node node{};
        node.role = role;
        node.states = states;
        node.rect = {20, 30, 100, 40};
        state.nodes = {node};
        layout();
        state.calls.clear();
    }

    void layout() const {
        candor_card ignored{};
        ignored.size = sizeof ignored;
        candor_desktop_card_layout(card.get(), kClient, &ignored);
    }

    bool give(SDL_Event event) const { return candor_desktop_card_event(card.get(), kClient, &event) != 0; }

    SDL_Event event(uint32_t type) const {
        SDL_Event event{};
        event.type = type;
        event.window.windowID = window_id;  // at the same place in all of these
        return event;
    }

    bool key(SDL_Keycode code, uint16_t modifiers = 0) const {
        SDL_Event down = event(SDL_KEYDOWN);
        down.key.keysym.sym = code;
        down.key.keysym.mod = modifiers;
        return give(down);
    }

    bool type(const char* what) const {
        SDL_Event typed = event(SDL_TEXTINPUT);
        SDL_strlcpy(typed.text.text, what, sizeof typed.text.text);
        return give(typed);
    }

    bool mouse(uint32_t type, int x, int y, uint8_t button = SDL_BUTTON_LEFT) const {
        SDL_Event made = event(type);
        if (type == SDL_MOUSEMOTION) {
            made.motion.x = x;
            made.motion.y = y;
        } else {
            made.button.button = button;
            made.button.x = x;
            made.button.y = y;
        }
        return give(made);
    }

    bool window_event(uint8_t which) const {
        SDL_Event made = event(SDL_WINDOWEVENT);
        made.window.event = which;
        return give(made);
    }

    static Calls calls() { return std::exchange(fake::state().calls, {}); }

    Window window;
    std::unique_ptr<candor_desktop_text, DestroyText> text;
    std::unique_ptr<candor_desktop_card, DestroyCard> card;
    uint32_t window_id = 0;
};

#define NEED_RIG(rig)                                \
    const Screen screen;                             \
    if (!screen.running()) SKIP("there is no Xvfb"); \
    Rig rig;                                         \
    if (!rig.window.ok()) SKIP("there is no OpenGL context")

}  // namespace

TEST_CASE("without a card nothing is taken from the host") {
    NEED_RIG(rig);
    CHECK_FALSE(rig.mouse(SDL_MOUSEBUTTONDOWN, 10, 10));
    CHECK_FALSE(rig.key(SDLK_TAB));
    CHECK_FALSE(rig.type("a"));
    CHECK(Rig::calls().empty());
}

TEST_CASE("keys stay the host's until the card has the focus") {
    NEED_RIG(rig);
    rig.show(CANDOR_ROLE_BUTTON, 0);
    for (const SDL_Keycode code : {SDLK_RETURN, SDLK_SPACE, SDLK_ESCAPE, SDLK_9, SDLK_LEFT, SDLK_BACKSPACE}) {
        CHECK_FALSE(rig.key(code));
    }
    CHECK_FALSE(rig.type("9"));
    CHECK_FALSE(rig.key(SDLK_TAB, KMOD_LALT));
    CHECK(Rig::calls().empty());
    CHECK(rig.key(SDLK_TAB));
    CHECK(rig.key(SDLK_TAB, KMOD_LSHIFT));
    CHECK(Rig::calls() == Calls{"key 0 0", "key 0 1"});
}

TEST_CASE("a focused control gets keys and digits, once") {
    NEED_RIG(rig);
    rig.show(CANDOR_ROLE_RADIO, CANDOR_STATE_FOCUSED);
    for (const SDL_Keycode code : {SDLK_RETURN, SDLK_KP_ENTER, SDLK_SPACE, SDLK_ESCAPE, SDLK_LEFT, SDLK_RIGHT, SDLK_UP,
                                   SDLK_DOWN, SDLK_HOME, SDLK_END, SDLK_BACKSPACE, SDLK_DELETE}) {
        CHECK(rig.key(code));
    }
    CHECK(Rig::calls() == Calls{"key 1 0", "key 1 0", "key 2 0", "key 3 0", "key 4 0", "key 5 0", "key 6 0", "key 7 0",
                                "key 8 0", "key 9 0", "key 10 0", "key 11 0"});
    SDL_StartTextInput();
    CHECK_FALSE(rig.key(SDLK_7));  // comes as text, too
    CHECK(rig.type("7"));
    CHECK_FALSE(rig.type(" "));  // came as a key
    CHECK(Rig::calls() == Calls{"text 7"});
    SDL_StopTextInput();
    CHECK(rig.key(SDLK_7));
    CHECK(rig.key(SDLK_KP_0));
    CHECK_FALSE(rig.key(SDLK_F1));
    CHECK(Rig::calls() == Calls{"text 7", "text 0"});
    fake::state().uses_input = false;
    CHECK_FALSE(rig.key(SDLK_RETURN));
    CHECK_FALSE(rig.type("x"));
}

TEST_CASE("a text box gets text, paste and its keys") {
    NEED_RIG(rig);
    rig.show(CANDOR_ROLE_TEXTBOX, CANDOR_STATE_FOCUSED);
    CHECK(rig.type("ü 👍"));
    CHECK(rig.type(" "));
    CHECK_FALSE(rig.key(SDLK_SPACE));
    CHECK_FALSE(rig.key(SDLK_a));
    CHECK(rig.key(SDLK_RETURN, KMOD_LCTRL));
    CHECK(Rig::calls() == Calls{"text ü 👍", "text  ", "key 1 2"});
    SDL_SetClipboardText("pasted\ntext");
    CHECK(rig.key(SDLK_v, KMOD_LCTRL));
    CHECK(rig.key(SDLK_INSERT, KMOD_RSHIFT));
    CHECK_FALSE(rig.key(SDLK_v));
    CHECK(Rig::calls() == Calls{"text pasted\ntext", "text pasted\ntext"});
}

TEST_CASE("what an input method composes reaches a text box, with its caret in bytes") {
    NEED_RIG(rig);
    const auto compose = [&](const char* text, int32_t caret) {
        SDL_Event edited = rig.event(SDL_TEXTEDITING);
        SDL_strlcpy(edited.edit.text, text, sizeof edited.edit.text);
        edited.edit.start = caret;
        return rig.give(edited);
    };
    rig.show(CANDOR_ROLE_BUTTON, CANDOR_STATE_FOCUSED);
    CHECK_FALSE(compose("に", 1));
    CHECK(Rig::calls().empty());
    rig.show(CANDOR_ROLE_TEXTBOX, CANDOR_STATE_FOCUSED);
    CHECK(compose("にほn", 2));
    CHECK(compose("にほn", 0));
    CHECK(compose("にほn", -1));
    CHECK(compose("にほn", 99));
    CHECK(compose("", 0));
    CHECK(Rig::calls() ==
          Calls{"compose 6 にほn", "compose 0 にほn", "compose 7 にほn", "compose 7 にほn", "compose 0 "});
#if SDL_VERSION_ATLEAST(2, 0, 22)
    SDL_Event edited = rig.event(SDL_TEXTEDITING_EXT);
    edited.editExt.text = SDL_strdup("日本");
    edited.editExt.start = 2;
    CHECK(rig.give(edited));
    CHECK(Rig::calls() == Calls{"compose 6 日本"});
#endif
}

TEST_CASE("text input is on for a text box, and left as it was") {
    NEED_RIG(rig);
    for (const bool before : {false, true}) {
        before ? SDL_StartTextInput() : SDL_StopTextInput();
        rig.show(CANDOR_ROLE_TEXTBOX, CANDOR_STATE_FOCUSED);
        CHECK(SDL_IsTextInputActive() == SDL_TRUE);
        rig.show(CANDOR_ROLE_TEXTBOX, 0);
        CHECK((SDL_IsTextInputActive() == SDL_TRUE) == before);
        rig.show(CANDOR_ROLE_TEXTBOX, CANDOR_STATE_FOCUSED);
        fake::state().prompt = false;  // it went, focus and all
        rig.layout();
        CHECK((SDL_IsTextInputActive() == SDL_TRUE) == before);
    }
}

TEST_CASE("the pointer reaches the card in logical pixels") {
    NEED_RIG(rig);
    candor_desktop_card_options options{};
    options.size = sizeof options;
    options.scale = 2;
    options.scheme = CANDOR_SCHEME_DARK;
    candor_desktop_card_configure(rig.card.get(), &options);
    rig.show(CANDOR_ROLE_BUTTON, 0);
    CHECK(fake::state().options.width == 200);
    CHECK(fake::state().options.height == 150);
    CHECK(fake::state().options.pixel_ratio == 2);
    CHECK(fake::state().options.scheme == CANDOR_SCHEME_DARK);
    CHECK(rig.mouse(SDL_MOUSEMOTION, 100, 60));
    CHECK(rig.mouse(SDL_MOUSEBUTTONDOWN, 100, 60));
    CHECK(rig.mouse(SDL_MOUSEBUTTONUP, 102, 62));
    CHECK_FALSE(rig.mouse(SDL_MOUSEBUTTONDOWN, 100, 60, SDL_BUTTON_RIGHT));
    CHECK_FALSE(rig.window_event(SDL_WINDOWEVENT_LEAVE));
    CHECK(Rig::calls() == Calls{"move 50 30", "down 50 30", "up 51 31", "leave 0 0"});
    fake::state().uses_input = false;  // beside the card
    CHECK_FALSE(rig.mouse(SDL_MOUSEBUTTONDOWN, 1, 1));
    SDL_Event elsewhere = rig.event(SDL_MOUSEBUTTONDOWN);
    elsewhere.button.windowID = rig.window_id + 1;
    elsewhere.button.button = SDL_BUTTON_LEFT;
    Rig::calls();
    CHECK_FALSE(rig.give(elsewhere));
    CHECK(Rig::calls().empty());
}

TEST_CASE("a window out of sight is hidden") {
    NEED_RIG(rig);
    rig.window_event(SDL_WINDOWEVENT_MINIMIZED);
    rig.window_event(SDL_WINDOWEVENT_RESTORED);
    CHECK(Rig::calls() == Calls{"hidden 1", "hidden 0"});
}

TEST_CASE("a still card wants no frame, and its first one is reported once") {
    NEED_RIG(rig);
    candor_desktop_card* card = rig.card.get();
    int64_t next = 0;
    CHECK_FALSE(candor_desktop_card_changed(card, kClient, &next));
    CHECK(next == -1);
    CHECK(candor_desktop_card_draw(card, kClient) == CANDOR_NO_PROMPT);
    candor_desktop_card_presented(card, kClient);
    CHECK(Rig::calls().empty());

    rig.show(CANDOR_ROLE_BUTTON, 0);
    fake::state().draw.revision = 5;
    fake::state().next_frame = 400;
    CHECK(candor_desktop_card_changed(card, kClient, &next));
    CHECK(next == 400);
    CHECK(candor_desktop_card_draw(card, kClient) == CANDOR_OK);
    CHECK_FALSE(candor_desktop_card_changed(card, kClient, nullptr));
    candor_desktop_card_presented(card, kClient);
    candor_desktop_card_presented(card, kClient);
    CHECK(Rig::calls() == Calls{"presented"});

    fake::state().draw.revision = 6;
    CHECK(candor_desktop_card_changed(card, kClient, nullptr));
    candor_desktop_card_draw(card, kClient);
    fake::state().submission = "s-2";  // another prompt
    candor_desktop_card_presented(card, kClient);
    CHECK(Rig::calls() == Calls{"presented"});

    fake::state().prompt = false;
    CHECK(candor_desktop_card_changed(card, kClient, nullptr));
    CHECK_FALSE(candor_desktop_card_changed(card, kClient, nullptr));
}

TEST_CASE("a wake-up comes as an event, the latest wish counts") {
    NEED_RIG(rig);
    const std::unique_ptr<candor_desktop_host, DestroyHost> host(candor_desktop_host_create(nullptr, nullptr));
    REQUIRE(host);
    const candor_host* interface = candor_desktop_host_interface(host.get());
    REQUIRE(interface->http);
    REQUIRE(interface->text);
    REQUIRE(interface->wake);
    const uint32_t type = candor_desktop_host_wake_event(host.get());
    const auto wait = [&] {
        SDL_Event event;
        do {
            REQUIRE(SDL_WaitEvent(&event));
        } while (event.type != type);
    };
    interface->wake(interface->context, 1, 0);
    wait();
    interface->wake(interface->context, 1, 3'600'000);
    interface->wake(interface->context, 1, 5);
    wait();
    interface->wake(interface->context, 1, 3'600'000);
    interface->wake(interface->context, 2, 5);  // another client of the same host
    wait();
    interface->wake(interface->context, 1, 0);
    wait();
    interface->wake(interface->context, 1, 3'600'000);  // and the end does not wait for it
}
