// The renderer asks SDL for its functions: it is answered from here, with ones that count and then call the real ones.
#include "gl_calls.hpp"

#include <SDL.h>
#include <dlfcn.h>

#include <cstring>
#include <type_traits>

#include "desktop/gl.hpp"

namespace desktop_test {
namespace {

GlCalls calls;

void count(const char* name, GLsizei textures) {
    ++calls.all;
    if (std::strcmp(name, "glGenTextures") == 0) calls.textures_made += static_cast<std::uint64_t>(textures);
    if (std::strcmp(name, "glDeleteTextures") == 0) calls.textures_deleted += static_cast<std::uint64_t>(textures);
}

GLsizei textures_of() { return 0; }
template <class First, class... Rest>
GLsizei textures_of(First first, Rest...) {
    if constexpr (std::is_same_v<First, GLsizei>) return first;
    return 0;
}

template <int which, class Function>
struct Counted;

template <int which, class Result, class... Arguments>
struct Counted<which, Result(APIENTRY*)(Arguments...)> {
    static inline Result(APIENTRY* real)(Arguments...) = nullptr;
    static inline const char* name = nullptr;
    static Result APIENTRY call(Arguments... arguments) {
        count(name, textures_of(arguments...));
        return real(arguments...);
    }
    static void* in_place_of(void* found, const char* asked) {
        real = reinterpret_cast<Result(APIENTRY*)(Arguments...)>(found);
        name = asked;
        return reinterpret_cast<void*>(&call);
    }
};

struct Function {
    const char* name;
    void* (*in_place_of)(void* found, const char* asked);
};

#define CANDOR_COUNTED(result, function, ...) \
    {"gl" #function, &Counted<__COUNTER__, result(APIENTRY*)(__VA_ARGS__)>::in_place_of},
constexpr Function kFunctions[] = {CANDOR_GL_FUNCTIONS(CANDOR_COUNTED) CANDOR_GL_OPTIONAL_FUNCTIONS(CANDOR_COUNTED)};
#undef CANDOR_COUNTED

void* counted(void* found, const char* name) {
    for (const Function& function : kFunctions) {
        if (std::strcmp(name, function.name) == 0) return function.in_place_of(found, function.name);
    }
    return found;
}

}  // namespace

GlCalls gl_calls() { return calls; }

}  // namespace desktop_test

extern "C" void* SDLCALL SDL_GL_GetProcAddress(const char* name) {
    using Find = void*(SDLCALL*)(const char*);
    static const Find find = reinterpret_cast<Find>(dlsym(RTLD_NEXT, "SDL_GL_GetProcAddress"));
    void* const found = find(name);
    return found == nullptr ? nullptr : desktop_test::counted(found, name);
}
