// The languages of a page: English is built in, and the script brings another's words once a card needs them. This
// takes the place of sdk/survey/locales/registry.cpp.
#include <span>
#include <string_view>

#include "base/string.hpp"
#include "host.hpp"
#include "survey/locales/locale.hpp"

namespace {

using candor::survey::Language;

Language known[] = {
#include "words.inc"
};
std::string_view wanted;

}  // namespace

std::span<const Language> candor::survey::languages() { return known; }

bool candor::survey::request_words(const Language& language) {
    if (!language.words.empty()) return true;
    wanted = language.tag;
    return false;
}

// The tag of the language whose words were requested since the last call and are not here; of no length: none.
EXPORT(wanted_words) const candor_string* wanted_words() {
    static candor_string told;
    told = {wanted.data(), wanted.size()};
    wanted = {};
    return &told;
}

// They stay for as long as the page does: texts point into them.
EXPORT(add_words) void add_words(const candor_string* tag, const candor_string* words) {
    for (Language& language : known) {
        if (language.tag != std::string_view(tag->data, tag->size) || !language.words.empty()) continue;
        language.words = *new candor::String(std::string_view(words->data, words->size));
    }
}
