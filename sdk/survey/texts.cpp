#include "survey/texts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "survey/locales/locale.hpp"

namespace candor::survey {
namespace {

char folded(char c) {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The tag without its last subtag; empty when there was one alone.
std::string_view shortened(std::string_view tag) {
    const std::size_t cut = tag.find_last_of("-_");
    return cut == std::string_view::npos ? std::string_view() : tag.substr(0, cut);
}

// The first of the items whose tag is the nearest to `locale`; null when none has anything to do with it.
template <class T, class TagOf>
const T* nearest(const T* items, std::size_t count, std::string_view locale, const TagOf& tag_of) {
    for (; !locale.empty(); locale = shortened(locale)) {
        for (std::size_t i = 0; i < count; ++i) {
            if (same_tag(tag_of(items[i]), locale)) return &items[i];
        }
    }
    return nullptr;
}

const Language& language_of(std::string_view locale, std::string_view fallback) {
    const std::span<const Language> all = languages();
    const auto tag_of = [](const Language& language) { return language.tag; };
    const Language* found = nearest(all.data(), all.size(), locale, tag_of);
    if (found == nullptr) found = nearest(all.data(), all.size(), fallback, tag_of);
    return found != nullptr && request_words(*found) ? *found : all.front();
}

std::string_view line_of(const Language& language, std::size_t line) {
    std::string_view words = language.words;
    for (; line > 0; --line) take_part(words, '\n');
    return take_part(words, '\n');
}

std::string_view line_of(const Language& language, Line line) {
    return line_of(language, static_cast<std::size_t>(line));
}

bool one_of(std::string_view tag, std::string_view tags) {
    while (!tags.empty()) {
        if (same_tag(tag, take_part(tags, '|'))) return true;
    }
    return false;
}

}  // namespace

bool same_tag(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return folded(x) == folded(y); });
}

const LocaleText* find_text(const LocalizedText& texts, std::string_view locale, std::string_view fallback) {
    const auto tag_of = [](const LocaleText& text) { return std::string_view(text.first); };
    const LocaleText* found = nearest(texts.data(), texts.size(), locale, tag_of);
    if (found == nullptr) found = nearest(texts.data(), texts.size(), fallback, tag_of);
    if (found == nullptr && !texts.empty()) found = &texts.front();
    return found;
}

Localized localize(const LocalizedText& texts, std::string_view locale, std::string_view fallback) {
    const LocaleText* found = find_text(texts, locale, fallback);
    return found != nullptr ? Localized{found->first, found->second} : Localized();
}

NpsWording nps_wording(std::string_view locale, std::string_view fallback) {
    const Language& language = language_of(locale, fallback);
    return {language.tag, line_of(language, Line::question), line_of(language, Line::low_label),
            line_of(language, Line::high_label)};
}

std::string_view interface_text(std::string_view key, std::string_view locale) {
    const std::size_t word = find_part(kWordKeys, '|', key);
    if (word == kNoPart) return {};
    return line_of(language_of(locale, {}), static_cast<std::size_t>(Line::first_word) + word);
}

bool is_rtl(std::string_view locale) {
    constexpr std::string_view kScripts = "arab|hebr|syrc|thaa|nkoo|adlm|rohg|mand";
    constexpr std::string_view kLanguages = "ar|arc|ckb|dv|fa|he|iw|ji|nqo|ps|sd|ug|ur|syr|yi";
    const std::size_t language_end = std::min(locale.find_first_of("-_"), locale.size());
    // A script says it outright: ur-Latn runs to the right, pa-Arab to the left. It is the only subtag of four letters.
    for (std::size_t begin = language_end; begin < locale.size();) {
        const std::size_t end = std::min(locale.find_first_of("-_", begin + 1), locale.size());
        const std::string_view subtag = locale.substr(begin + 1, end - begin - 1);
        if (subtag.size() == 1) break;  // extensions follow
        if (subtag.size() == 4 && (subtag[0] < '0' || subtag[0] > '9')) return one_of(subtag, kScripts);
        begin = end;
    }
    return one_of(locale.substr(0, language_end), kLanguages);
}

String fill(std::string_view text, std::initializer_list<NamedValue> values) {
    String out;
    while (!text.empty()) {
        const NamedValue* here = values.begin();
        while (here != values.end() && !(text.front() == '{' && text.substr(1, here->name.size()) == here->name &&
                                         text.substr(here->name.size() + 1, 1) == "}")) {
            ++here;
        }
        if (here == values.end()) {
            out += text.front();
            text.remove_prefix(1);
        } else {
            out += here->value;
            text.remove_prefix(here->name.size() + 2);
        }
    }
    return out;
}

}  // namespace candor::survey
