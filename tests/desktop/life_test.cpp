// The card of a real client in a window: what it costs while it is still, and that nothing is left when it has gone.
#include <SDL.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "candor/candor.h"
#include "candor/desktop.h"
#include "gl_calls.hpp"
#include "screen.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CANDOR_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CANDOR_TEST_SANITIZED 1
#endif
#endif
#ifdef CANDOR_TEST_SANITIZED
// Declared here: not every compiler that has the sanitizer brings its header.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

using desktop_test::Api;
using desktop_test::gl_calls;
using desktop_test::Screen;
using desktop_test::Window;

namespace {

constexpr const char* kDocument =
    R"({"candor":1,"project":"life","revision":1,"product":"Life","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"wait":{"answered":90},"questions":[{"id":"score","type":"nps"},)"
    R"({"id":"reason","type":"text","text":"What is the main reason for your score?"},{"id":"thanks","type":"thanks"}]}]})";

// Bytes that this process has allocated and not given back.
std::size_t allocated() {
#ifdef CANDOR_TEST_SANITIZED
    return __sanitizer_get_current_allocated_bytes();
#else
    return mallinfo2().uordblks;
#endif
}

struct DestroyHost {
    void operator()(candor_desktop_host* host) const { candor_desktop_host_destroy(host); }
};
struct DestroyCard {
    void operator()(candor_desktop_card* card) const { candor_desktop_card_destroy(card); }
};

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "candor-life-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// The desktop's host with its text and its wake-ups, but for the network, which takes everything; a window, and the
// card.
class Life {
public:
    Life() : window_(Api::core33, 900, 700) {
        if (!window_.ok()) return;
        host_.reset(candor_desktop_host_create(nullptr, nullptr));
        REQUIRE(host_);
        card_.reset(candor_desktop_card_create(window_.get(), candor_desktop_host_text(host_.get()), nullptr));
        REQUIRE(card_);
        real_ = *candor_desktop_host_interface(host_.get());
        mine_ = real_;
        mine_.context = this;
        mine_.wake = [](void* self, candor_client client, std::int64_t delay) {
            Life& life = *static_cast<Life*>(self);
            ++life.wakes_;
            life.real_.wake(life.real_.context, client, delay);
        };
        http_.size = sizeof http_;
        http_.send = [](void*, std::uint32_t ticket, const candor_http_request*) {
            candor_http_response response{};
            response.size = sizeof response;
            response.status = 204;
            candor_http_done(ticket, &response);
        };
        mine_.http = &http_;
        start();
    }
    ~Life() {
        if (client_ != 0) candor_close(client_, 1000);
    }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    bool ok() const { return client_ != 0; }
    int wakes() const { return wakes_; }

    void show() {
        REQUIRE(candor_show(client_, candor_text("s"), 1) == CANDOR_OK);
        wait(CANDOR_EVENT_PROMPT_POSSIBLE);
        frame();
        wait(CANDOR_EVENT_SHOWN);
    }

    // As a person does: a tap on the score, some words, "send", and the card is closed.
    void answer(const std::string& words) {
        click("score/9");
        wait(CANDOR_EVENT_ANSWERED);
        frame();
        click("comment");
        type(words.c_str());
        frame();
        click("send");
        wait(CANDOR_EVENT_ANSWERED);
        frame();
        click("close");
        wait(CANDOR_EVENT_PROMPT_ENDED);
        frame();
    }

    // All that was said is stored and sent.
    void settle() {
        REQUIRE(candor_flush(client_, kLong) == CANDOR_OK);
        drain();
    }

    // One round of a host's loop: whether something was drawn.
    bool turn(std::int64_t* next_frame) {
        drain();
        const bool changed = candor_desktop_card_changed(card_.get(), client_, next_frame) != 0;
        if (changed) frame();
        return changed;
    }

private:
    static constexpr std::int64_t kLong = 60'000;  // ms; reached by a failure alone

    void start() {
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("life");
        config.endpoint = candor_text("https://collector.example/v1/events");
        config.wire = candor_text("cloudevents");
        config.storage_path = candor_text(folder_.path().c_str());
        config.host = &mine_;
        config.on_event = [](void* self, candor_client, const candor_event* event) {
            Life& life = *static_cast<Life*>(self);
            ++life.seen_.at(static_cast<std::size_t>(event->kind));
            if (event->kind == CANDOR_EVENT_ERROR) FAIL(std::string(event->text.data, event->text.size));
        };
        config.on_event_context = this;
        client_ = candor_start(&config, nullptr);
        REQUIRE(client_ != 0);
        REQUIRE(candor_load(client_, candor_text(kDocument)) == CANDOR_OK);
        wait(CANDOR_EVENT_READY);
    }

    void drain() const {
        for (SDL_Event event; SDL_PollEvent(&event) != 0;) {
        }
        candor_tick(client_);
    }

    void wait(candor_event_kind kind) {
        for (drain(); seen_.at(static_cast<std::size_t>(kind)) == 0; drain()) {
            SDL_Event event;
            REQUIRE(SDL_WaitEventTimeout(&event, static_cast<int>(kLong)) != 0);
        }
        --seen_.at(static_cast<std::size_t>(kind));
    }

    void frame() {
        window_.clear(1, 1, 1, 1);
        candor_desktop_card_draw(card_.get(), client_);
        SDL_GL_SwapWindow(window_.get());
        candor_desktop_card_presented(card_.get(), client_);
    }

    void click(std::string_view key) {
        candor_card layout = CANDOR_CARD_INIT;
        REQUIRE(candor_desktop_card_layout(card_.get(), client_, &layout) == CANDOR_OK);
        for (std::size_t i = 0; i < layout.node_count; ++i) {
            const candor_node& node = layout.nodes[i];
            if (std::string_view(node.key.data, node.key.size) != key) continue;
            const float x = node.rect.x + node.rect.width / 2, y = node.rect.y + node.rect.height / 2;
            for (const std::uint32_t type : {SDL_MOUSEBUTTONDOWN, SDL_MOUSEBUTTONUP}) {
                SDL_Event event{};
                event.type = type;
                event.button.windowID = SDL_GetWindowID(window_.get());
                event.button.button = SDL_BUTTON_LEFT;
                event.button.x = static_cast<int>(x);
                event.button.y = static_cast<int>(y);
                REQUIRE(candor_desktop_card_event(card_.get(), client_, &event) != 0);
            }
            return;
        }
        FAIL("no " << key);
    }

    void type(const char* text) {
        SDL_Event event{};
        event.type = SDL_TEXTINPUT;
        event.text.windowID = SDL_GetWindowID(window_.get());
        SDL_strlcpy(event.text.text, text, sizeof event.text.text);
        event.text.text[sizeof event.text.text - 1] = '\0';
        REQUIRE(candor_desktop_card_event(card_.get(), client_, &event) != 0);
    }

    const Folder folder_;
    Window window_;
    std::unique_ptr<candor_desktop_host, DestroyHost> host_;
    std::unique_ptr<candor_desktop_card, DestroyCard> card_;
    candor_host real_{}, mine_{};
    candor_http http_{};
    std::atomic<int> wakes_ = 0;
    candor_client client_ = 0;
    std::array<int, 16> seen_{};  // of each kind of event
};

#define NEED_LIFE()                                  \
    const Screen screen;                             \
    if (!screen.running()) SKIP("there is no Xvfb"); \
    Life life;                                       \
    if (!life.ok()) SKIP("there is no OpenGL context")

}  // namespace

TEST_CASE("a still card is not drawn, wakes nobody, and calls no OpenGL") {
    NEED_LIFE();
    life.show();
    life.settle();
    std::int64_t next_frame = 0;
    while (life.turn(&next_frame) || next_frame >= 0) {  // until what moves has come to rest
    }
    const std::uint64_t calls = gl_calls().all;
    const int wakes = life.wakes();
    REQUIRE(calls > 0);
    REQUIRE(wakes > 0);
    for (int i = 0; i < 1000; ++i) {
        REQUIRE_FALSE(life.turn(&next_frame));
        REQUIRE(next_frame == -1);
    }
    CHECK(gl_calls().all == calls);
    CHECK(life.wakes() == wakes);
}

// What stays: caches of the text part, of Pango and of the driver, each with a bound.
TEST_CASE("a thousand cards, answered and closed, leave no memory and no texture behind") {
    NEED_LIFE();
#ifdef CANDOR_TEST_SANITIZED
    constexpr int kFirst = 20, kLast = 60;
#else
    constexpr int kFirst = 100, kLast = 1000;
#endif
    constexpr std::size_t kSlack = std::size_t{64} << 10;
    constexpr std::uint64_t kMostTextures = 64;  // of a card's texts; those of the one before are kept for some frames
    std::size_t bytes = 0;
    std::uint64_t most_textures = 0;
    for (int cycle = 1; cycle <= kLast; ++cycle) {
        life.show();
        life.answer("Parcel " + std::to_string(cycle) + " came on the day that was promised.");
        life.settle();
        const desktop_test::GlCalls calls = gl_calls();
        most_textures = std::max(most_textures, calls.textures_made - calls.textures_deleted);
        if (cycle == kFirst) bytes = allocated();
    }
    const std::size_t last = allocated();
    INFO(bytes << " bytes after " << kFirst << ", " << last << " after " << kLast);
    INFO(most_textures << " textures at most, " << gl_calls().textures_made << " made");
    CHECK(last <= bytes + kSlack);
    CHECK(most_textures <= kMostTextures);
    CHECK(gl_calls().textures_made > most_textures);  // or nothing was let go
}
