// The shop's window and its loop, with Candor's card on top.
#pragma once

#include <SDL.h>

#include <memory>
#include <optional>
#include <string>

#include "candor/desktop.h"
#include "options.hpp"
#include "report.hpp"
#include "shop.hpp"

namespace shop {

class App {
public:
    explicit App(Options options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Until the window is closed or a signal comes. The program's exit code.
    int run();

private:
    template <typename Part, void (*destroy)(Part*)>
    struct Destroy {
        void operator()(Part* part) const { destroy(part); }
    };
    template <typename Part, void (*destroy)(Part*)>
    using Owned = std::unique_ptr<Part, Destroy<Part, destroy>>;

    bool open();
    bool open_window();
    bool start_client();
    bool load_document() const;
    void close();

    void wait(int64_t next_frame);
    void handle(const SDL_Event& event);
    void handle_window(const SDL_WindowEvent& event);
    void move(float x, float y);
    void click(const std::string& id);
    void scroll(int up);
    void buy();
    void add(const std::string& product);
    void sign_in(const std::string& person);
    void on_event(const candor_event& event);
    void explain();
    void draw();
    float scale() const { return options_.scale; }

    Options options_;
    State state_;
    Report report_;
    Owned<SDL_Window, SDL_DestroyWindow> window_;
    SDL_GLContext context_ = nullptr;
    Owned<candor_desktop_host, candor_desktop_host_destroy> host_;
    Owned<candor_desktop_renderer, candor_desktop_renderer_destroy> renderer_;
    Owned<candor_desktop_card, candor_desktop_card_destroy> card_;
    candor_client client_ = 0;
    std::optional<Picture> picture_;
    uint32_t signal_event_ = 0;
    bool running_ = true;
    bool dirty_ = true;
    bool screenshot_wanted_ = false;
    int64_t frames_ = 0;
};

// To be called before anything that makes threads: signals then reach the loop as events of SDL's.
void block_signals();

}  // namespace shop
