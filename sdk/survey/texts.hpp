// Texts by locale, the locked wording of the recommendation question, and the interface's own words.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candor::survey {

// BCP 47 tag -> text, in the order of the document.
using LocalizedText = std::vector<std::pair<std::string, std::string>>;

// A text and the locale it is in.
struct Localized {
    std::string locale;
    std::string text;
};

// The best match for `locale`: itself, then with subtags taken off from the right (pt-BR, pt), then `fallback`
// likewise, then the first there is. Tags compare without regard to case. Empty text when there is none at all.
Localized localize(const LocalizedText& texts, std::string_view locale, std::string_view fallback);

// The locked NPS item: versioned data, so that scores are only pooled over one wording.
struct NpsWording {
    int version;
    std::string_view locale;
    std::string_view question;    // with {product}
    std::string_view low_label;   // for 0
    std::string_view high_label;  // for 10
    bool reviewed;                // by a speaker of the language
    std::string_view hash;        // 16 hex digits over question and labels, computed once and held by a test
};

const NpsWording& nps_wording(std::string_view locale, std::string_view fallback);

// The interface's own words: "send", "skip", "close", "thanks", "storing", "failed", "retry", "placeholder", "of_ten"
// ("{score} out of 10"), "required", "card" (the dialog's name). Falls back to English.
std::string_view interface_text(std::string_view key, std::string_view locale);

// "rtl" languages: ar, he, fa, ur and the like.
bool is_rtl(std::string_view locale);

// Replaces {name} by the value. Values are inserted as they are, and never scanned again. Unknown names stay.
std::string fill(std::string_view text, const std::vector<std::pair<std::string_view, std::string_view>>& values);

}  // namespace candor::survey
