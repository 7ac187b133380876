// What Candor says by itself in one language. Each language is a file of its own, and `registry.cpp` lists those that
// are built in: a build may define CANDOR_LOCALES to fewer.
#pragma once

#include <string_view>

#include "survey/texts.hpp"

namespace candor::survey {

struct Locale {
    NpsWording nps;
    std::string_view words;  // one a line, in the order of kWordKeys
};

// "of_ten" has {score}.
inline constexpr std::string_view kWordKeys[] = {"send",  "skip",        "close",  "thanks",   "storing", "failed",
                                                 "retry", "placeholder", "of_ten", "required", "card"};

// English is the first: it is what all others fall back to.
const Locale* const* locales_begin();
const Locale* const* locales_end();

}  // namespace candor::survey
