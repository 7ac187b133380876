// How a fuzzer says what must hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace candor::fuzz {

inline void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

}  // namespace candor::fuzz
