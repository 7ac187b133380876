// A screen of the test's own, a window on it and an OpenGL context, also where there is no display.
#pragma once

#include <SDL.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace desktop_test {

// Xvfb for the test's process; DISPLAY points to it from then on.
class Screen {
public:
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    bool running() const { return pid_ > 0; }

private:
    pid_t pid_ = -1;
};

enum class Api { core33, legacy21, es20, es30 };

// A window with a context of that kind; `ok` is false where the driver has none.
class Window {
public:
    Window(Api api, int width, int height);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    bool ok() const { return context_ != nullptr; }
    SDL_Window* get() const { return window_; }
    std::string version() const;
    void clear(float r, float g, float b, float a) const;
    // RGBA rows from the top.
    std::vector<uint8_t> pixels() const;

private:
    SDL_Window* window_ = nullptr;
    SDL_GLContext context_ = nullptr;
    int width_, height_;
};

template <typename Function>
Function gl(const char* name) {
    return reinterpret_cast<Function>(SDL_GL_GetProcAddress(name));
}

}  // namespace desktop_test
