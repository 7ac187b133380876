#include "screen.hpp"

#include <SDL_opengl.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

// What a GL driver and the X libraries keep to the end, LeakSanitizer cannot tell from a leak: the driver is unloaded
// by then. The parts that need no screen are watched for leaks in the other tests.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace desktop_test {

namespace {

// In the child: becomes Xvfb, which goes when the test goes and writes its display's number to `display`.
[[noreturn]] void become_xvfb(int display) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_RDWR);
    for (int each = 0; each < 3; ++each) dup2(nowhere, each);
    dup2(display, 3);
    execlp("Xvfb", "Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "+extension", "GLX",
           static_cast<char*>(nullptr));
    _exit(127);
}

}  // namespace

Screen::Screen() {
    int display[2];
    if (pipe(display) != 0) return;
    pid_ = fork();
    if (pid_ == 0) become_xvfb(display[1]);
    close(display[1]);
    std::string number;
    for (char c = 0; pid_ > 0 && read(display[0], &c, 1) == 1 && c != '\n';) number += c;
    close(display[0]);
    if (number.empty()) {
        if (pid_ > 0) waitpid(pid_, nullptr, 0);
        pid_ = -1;
        return;
    }
    setenv("DISPLAY", (":" + number).c_str(), 1);
    setenv("SDL_VIDEODRIVER", "x11", 1);
    setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1);
}

Screen::~Screen() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

namespace {

void ask_for(Api api) {
    const bool es = api == Api::es20 || api == Api::es30;
    const bool three = api == Api::core33 || api == Api::es30;
    // Mesa gives the newest it has; these make it give the oldest.
    api == Api::legacy21 ? setenv("MESA_GL_VERSION_OVERRIDE", "2.1", 1) : unsetenv("MESA_GL_VERSION_OVERRIDE");
    api == Api::es20 ? setenv("MESA_GLES_VERSION_OVERRIDE", "2.0", 1) : unsetenv("MESA_GLES_VERSION_OVERRIDE");
    SDL_GL_ResetAttributes();
    if (es) SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_ES);
    if (api == Api::core33) SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, three ? 3 : 2);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, api == Api::core33 ? 3 : api == Api::legacy21 ? 1 : 0);
}

}  // namespace

Window::Window(Api api, int width, int height) : width_(width), height_(height) {
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return;
    ask_for(api);
    window_ = SDL_CreateWindow("test", 0, 0, width, height, SDL_WINDOW_OPENGL);
    if (window_) context_ = SDL_GL_CreateContext(window_);
}

Window::~Window() {
    if (context_) SDL_GL_DeleteContext(context_);
    if (window_) SDL_DestroyWindow(window_);
    SDL_Quit();
}

std::string Window::version() const {
    const auto get = gl<const GLubyte*(APIENTRY*)(GLenum)>("glGetString");
    return reinterpret_cast<const char*>(get(GL_VERSION));
}

void Window::clear(float r, float g, float b, float a) const {
    gl<void(APIENTRY*)(GLfloat, GLfloat, GLfloat, GLfloat)>("glClearColor")(r, g, b, a);
    gl<void(APIENTRY*)(GLbitfield)>("glClear")(GL_COLOR_BUFFER_BIT);
}

std::vector<uint8_t> Window::pixels() const {
    const auto row = static_cast<size_t>(width_) * 4;
    std::vector<uint8_t> upside_down(row * static_cast<size_t>(height_));
    gl<void(APIENTRY*)(GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void*)>("glReadPixels")(
        0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, upside_down.data());
    std::vector<uint8_t> pixels;
    for (int y = height_ - 1; y >= 0; --y) {
        const auto from = upside_down.begin() + static_cast<ptrdiff_t>(row) * y;
        pixels.insert(pixels.end(), from, from + static_cast<ptrdiff_t>(row));
    }
    return pixels;
}

}  // namespace desktop_test
