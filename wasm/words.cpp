// The languages of a page: English is built in, and the script brings another's words once a card needs them. This takes
// the place of sdk/survey/locales/registry.cpp.
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
candor_string wanted{};

}  // namespace

std::span<const Language> candor::survey::languages() { return known; }

bool candor::survey::has_words(const Language& language) {
    if (!language.words.empty()) return true;
    wanted = {language.tag.data(), language.tag.size()};
    return false;
}

// The tag of the language that was asked for last without its words being here; of no length: none.
EXPORT(wanted_words) const candor_string* wanted_words() { return &wanted; }

// Those of the wanted language, until the next one is wanted. They stay for as long as the page does: texts point into
// them.
EXPORT(add_words) void add_words(const candor_string* words) {
    for (Language& language : known) {
        if (language.tag.data() == wanted.data) language.words = *new candor::String(std::string_view(words->data, words->size));
    }
    wanted = {};
}
