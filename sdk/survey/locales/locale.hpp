// What Candor says by itself in one language. Each language is a file of this folder, named by its tag: lines that
// begin with '#' are remarks, of which one says by whom they were reviewed, the others are the words in the order of
// `Line`. CMake's CANDOR_LOCALES names those that are built in, of itself all. A page builds in English alone and
// brings the others when somebody needs them (wasm/words.cpp).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace candor::survey {

// The lines of a language's words. The wording of the recommendation question is locked, so that scores are only pooled
// over one wording: other words are a new version.
enum class Line : std::size_t { question, low_label, high_label, first_word };

// From the first word on. "of_ten" has {score} and, for the end of the scale, 10; "progress" has {n} and {m}.
inline constexpr std::string_view kWordKeys =
    "send|skip|close|thanks|storing|failed|retry|placeholder|of_ten|required|card|next|back|later|progress|agree";

struct Language {
    std::string_view tag;
    std::string_view words;  // empty: they are not here yet
};

// English is the first: it is what all others fall back to, and its words are always here.
std::span<const Language> languages();

// Whether the words of a language that is to be used are here. Where they are not, whoever brings them is told.
bool request_words(const Language& language);

}  // namespace candor::survey
