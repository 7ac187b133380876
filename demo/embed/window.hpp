// The window of an example, with OpenGL, and its picture as a file.
#pragma once

#include <SDL.h>
#include <SDL_opengl.h>

#include <string>
#include <vector>

#include "triangles.hpp"

namespace embed {

class Window {
public:
    explicit Window(const char* title) {
        if (SDL_Init(SDL_INIT_VIDEO) != 0) return;
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
        window_ = SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, 800, 600,
                                   SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
        if (window_) context_ = SDL_GL_CreateContext(window_);
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    ~Window() {
        if (context_) SDL_GL_DeleteContext(context_);
        if (window_) SDL_DestroyWindow(window_);
        SDL_Quit();
    }

    bool ok() const { return context_ != nullptr; }  // else SDL_GetError() says why
    SDL_Window* get() const { return window_; }
    SDL_GLContext context() const { return context_; }

    void clear() const {
        call<void(APIENTRY*)(GLfloat, GLfloat, GLfloat, GLfloat)>("glClearColor")(0.16F, 0.22F, 0.3F, 1);
        call<void(APIENTRY*)(GLbitfield)>("glClear")(GL_COLOR_BUFFER_BIT);
    }

    // What was drawn and not yet shown. False: it could not be written.
    bool write_picture(const std::string& file) const {
        int width = 0;
        int height = 0;
        SDL_GL_GetDrawableSize(window_, &width, &height);
        std::vector<uint8_t> upside_down(static_cast<size_t>(width) * static_cast<size_t>(height) * 4);
        call<void(APIENTRY*)(GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void*)>("glReadPixels")(
            0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, upside_down.data());
        Canvas canvas(width, height, {0, 0, 0});
        uint8_t* to = canvas.rgb.data();
        for (int y = height - 1; y >= 0; --y) {
            const uint8_t* from = &upside_down[static_cast<size_t>(y) * static_cast<size_t>(width) * 4];
            for (int x = 0; x < width; ++x, from += 4) to = std::copy(from, from + 3, to);
        }
        return write_ppm(file, canvas);
    }

private:
    template <typename Function>
    static Function call(const char* name) {
        return reinterpret_cast<Function>(SDL_GL_GetProcAddress(name));
    }

    SDL_Window* window_ = nullptr;
    SDL_GLContext context_ = nullptr;
};

// Of `--picture FILE`; empty: none is wanted, and the window stays until it is closed.
inline std::string picture_wanted(int count, char** words) {
    return count == 3 && std::string(words[1]) == "--picture" ? words[2] : "";
}

}  // namespace embed
