// Texts by locale, the locked wording of the recommendation question, and the interface's own words.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

#include "base/list.hpp"
#include "base/string.hpp"

namespace candor::survey {

// BCP 47 tag -> text, in the order of the document.
using LocaleText = std::pair<String, String>;
using LocalizedText = List<LocaleText>;

// Tags are compared without regard to case, and to whether '-' or '_' stands between their parts.
bool same_tag(std::string_view a, std::string_view b);

// The best match for `locale`: itself, then with subtags taken off from the right (pt-BR, pt), then `fallback`
// likewise, then the first there is. Null when there is none at all.
const LocaleText* find_text(const LocalizedText& texts, std::string_view locale, std::string_view fallback);

// A text and the locale it is in; both are empty when there is none.
struct Localized {
    String locale;
    String text;
};
Localized localize(const LocalizedText& texts, std::string_view locale, std::string_view fallback);

// The locked NPS item: versioned data, so that scores are only pooled over one wording.
constexpr int kNpsVersion = 1;  // of every language's

struct NpsWording {
    std::string_view locale;
    std::string_view question;    // with {product}
    std::string_view low_label;   // for 0
    std::string_view high_label;  // for 10
};

NpsWording nps_wording(std::string_view locale, std::string_view fallback);

// The interface's own words: "send", "skip", "close", "thanks", "storing", "failed", "retry", "placeholder", "of_ten"
// ("{score} out of 10"), "required", "card" (the dialog's name), "next", "back", "later", "progress" ("Question {n} of
// {m}"), "agree". Falls back to English.
std::string_view interface_text(std::string_view key, std::string_view locale);

// "rtl" languages: ar, he, fa, ur and the like.
bool is_rtl(std::string_view locale);

// A value that the app gave, by the name that a text may call it by: "attribute.plan", "property.item".
struct NamedText {
    String name;
    String value;
};

struct NamedValue {
    std::string_view name;
    std::string_view value;
};

constexpr std::size_t kMostGivenBytes = 100;  // of a given value; what is longer ends in an ellipsis

// Replaces {name} by the value, which is never scanned again. {attribute.plan|your plan} is what was given under that
// name, and where that is nothing or blank, what stands after the bar (or nothing). Given values become one line:
// control characters blanks, and marks that turn the direction of what follows are left out. Other names stay as they
// are.
String fill(std::string_view text, std::initializer_list<NamedValue> values, std::span<const NamedText> given = {});

}  // namespace candor::survey
