#include "survey/locales/locale.hpp"

namespace candor::survey {

std::span<const Language> languages() {
    static constexpr Language kLanguages[] = {
#include "words.inc"
    };
    return kLanguages;
}

bool request_words(const Language&) { return true; }

}  // namespace candor::survey
