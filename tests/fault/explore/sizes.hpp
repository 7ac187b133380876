// How large the long tests are: what takes about a minute by default, all of it with CANDOR_FAULT_FULL=1 in the
// environment; smaller with sanitizers, where everything is slower and races are what is looked for.
#pragma once

#include <cstdlib>
#include <cstring>

namespace candor::fault {

#ifdef CANDOR_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

inline int sized(int usual, int full, int sanitized) {
    const char* asked = std::getenv("CANDOR_FAULT_FULL");
    if (asked != nullptr && std::strcmp(asked, "1") == 0) return full;
    return kSanitized ? sanitized : usual;
}

}  // namespace candor::fault
