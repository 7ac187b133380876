#include "survey/texts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
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

namespace {

// U+202A to U+202E and U+2066 to U+2069: they would turn the direction of the words around a value, too.
bool turns(std::string_view text) {
    if (text.size() < 3 || text[0] != '\xE2') return false;
    const int second = text[1] & 0xff, third = text[2] & 0xff;
    return (second == 0x80 && third >= 0xAA && third <= 0xAE) || (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

void append_given(String& out, std::string_view value) {
    const std::string_view shown = utf8_prefix(value, kMostGivenBytes);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const char c = shown[i];
        if (turns(shown.substr(i))) {
            i += 2;
        } else {
            out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
        }
    }
    if (shown.size() < value.size()) out += "…";
}

// Whether it is one of the names that stand for something.
bool append_named(String& out, std::string_view name, std::initializer_list<NamedValue> values,
                  std::span<const NamedText> given) {
    for (const NamedValue& value : values) {
        if (value.name != name) continue;
        out += value.value;
        return true;
    }
    if (!name.starts_with("attribute.") && !name.starts_with("property.")) return false;
    std::string_view otherwise = name;
    const std::string_view wanted = take_part(otherwise, '|');
    for (const NamedText& text : given) {
        if (text.name != wanted || text.value.view().find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
        append_given(out, text.value);
        return true;
    }
    out += otherwise;
    return true;
}

}  // namespace

String fill(std::string_view text, std::initializer_list<NamedValue> values, std::span<const NamedText> given) {
    String out;
    while (!text.empty()) {
        const std::string_view name = text.substr(1, text.find('}', 1) - 1);
        const bool named = text.front() == '{' && name.size() + 1 < text.size() &&
                           name.find('{') == std::string_view::npos && append_named(out, name, values, given);
        if (!named) out += text.front();
        text.remove_prefix(named ? name.size() + 2 : 1);
    }
    return out;
}

}  // namespace candor::survey
