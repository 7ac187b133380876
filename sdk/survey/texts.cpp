#include "survey/texts.hpp"

#include <algorithm>
#include <iterator>

#include "survey/locales/locale.hpp"

namespace candor::survey {
namespace {

char folded(char c) {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_tag(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return folded(x) == folded(y); });
}

// The tag without its last subtag; empty when there was one alone.
std::string_view shortened(std::string_view tag) {
    const std::size_t cut = tag.find_last_of("-_");
    return cut == std::string_view::npos ? std::string_view() : tag.substr(0, cut);
}

// The first of the range whose tag is the nearest to `locale`; `end` when none has anything to do with it.
template <class Iterator, class TagOf>
Iterator nearest(Iterator begin, Iterator end, std::string_view locale, const TagOf& tag_of) {
    for (; !locale.empty(); locale = shortened(locale)) {
        const auto found = std::find_if(begin, end, [&](const auto& item) { return same_tag(tag_of(item), locale); });
        if (found != end) return found;
    }
    return end;
}

std::string_view tag_of_locale(const Locale* locale) { return locale->nps.locale; }

const Locale* find_locale(std::string_view tag) {
    const auto found = nearest(locales_begin(), locales_end(), tag, tag_of_locale);
    return found == locales_end() ? nullptr : *found;
}

std::string_view line(std::string_view lines, std::size_t index) {
    for (; index > 0; --index) lines.remove_prefix(lines.find('\n') + 1);
    return lines.substr(0, lines.find('\n'));
}

template <std::size_t N>
bool one_of(std::string_view tag, const std::string_view (&tags)[N]) {
    return std::any_of(std::begin(tags), std::end(tags), [&](std::string_view t) { return same_tag(t, tag); });
}

}  // namespace

Localized localize(const LocalizedText& texts, std::string_view locale, std::string_view fallback) {
    const auto tag_of = [](const auto& entry) -> std::string_view { return entry.first; };
    auto found = nearest(texts.begin(), texts.end(), locale, tag_of);
    if (found == texts.end()) found = nearest(texts.begin(), texts.end(), fallback, tag_of);
    if (found == texts.end()) found = texts.begin();
    if (found == texts.end()) return {};
    return {found->first, found->second};
}

const NpsWording& nps_wording(std::string_view locale, std::string_view fallback) {
    const Locale* found = find_locale(locale);
    if (found == nullptr) found = find_locale(fallback);
    if (found == nullptr) found = *locales_begin();
    return found->nps;
}

std::string_view interface_text(std::string_view key, std::string_view locale) {
    const auto found = std::find(std::begin(kWordKeys), std::end(kWordKeys), key);
    if (found == std::end(kWordKeys)) return {};
    const Locale* language = find_locale(locale);
    if (language == nullptr) language = *locales_begin();
    return line(language->words, static_cast<std::size_t>(found - std::begin(kWordKeys)));
}

bool is_rtl(std::string_view locale) {
    static constexpr std::string_view kScripts[] = {"arab", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg", "mand"};
    static constexpr std::string_view kLanguages[] = {"ar",  "arc", "ckb", "dv", "fa", "he",  "iw", "ji",
                                                      "nqo", "ps",  "sd",  "ug", "ur", "syr", "yi"};
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

std::string fill(std::string_view text, const std::vector<std::pair<std::string_view, std::string_view>>& values) {
    std::string out;
    while (!text.empty()) {
        const auto here = std::find_if(values.begin(), values.end(), [&](const auto& value) {
            const std::size_t size = value.first.size();
            return text.front() == '{' && text.substr(1, size) == value.first && text.substr(size + 1, 1) == "}";
        });
        if (here == values.end()) {
            out += text.front();
            text.remove_prefix(1);
        } else {
            out += here->second;
            text.remove_prefix(here->first.size() + 2);
        }
    }
    return out;
}

}  // namespace candor::survey
