// What Candor says by itself in one language. Each language is one text in a file of its own, and `registry.cpp` lists
// those that are built in: a build may define CANDOR_LOCALES to fewer.
#pragma once

#include <cstddef>
#include <string_view>

namespace candor::survey {

// The lines of a language's text. The wording of the recommendation question is locked, so that scores are only pooled
// over one wording: other words are a new version.
enum class Line : std::size_t { locale, question, low_label, high_label, first_word };

// From the first word on. "of_ten" has {score}.
inline constexpr std::string_view kWordKeys =
    "send|skip|close|thanks|storing|failed|retry|placeholder|of_ten|required|card";

extern const char kLocaleEn[], kLocaleDe[], kLocaleFr[], kLocaleEs[], kLocaleAr[], kLocaleHi[], kLocaleJa[];

// English is the first: it is what all others fall back to.
extern const char* const kLocales[];
extern const std::size_t kLocaleCount;

std::string_view line_of(std::string_view language, Line line);

}  // namespace candor::survey
