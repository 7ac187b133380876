// Counts the OpenGL calls of the desktop's renderer in a program that links gl_calls.cpp.
#pragma once

#include <cstdint>

namespace desktop_test {

struct GlCalls {
    std::uint64_t all = 0;
    std::uint64_t textures_made = 0, textures_deleted = 0;
};

GlCalls gl_calls();

}  // namespace desktop_test
