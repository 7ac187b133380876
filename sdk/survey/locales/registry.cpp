#include <iterator>

#include "survey/locales/locale.hpp"

#ifndef CANDOR_LOCALES
#define CANDOR_LOCALES(X) X(De) X(Fr) X(Es) X(Ar) X(Hi) X(Ja)
#endif

namespace candor::survey {

extern const Locale kLocaleEn;
#define CANDOR_DECLARE(tag) extern const Locale kLocale##tag;
CANDOR_LOCALES(CANDOR_DECLARE)
#undef CANDOR_DECLARE

namespace {
#define CANDOR_ADDRESS(tag) &kLocale##tag,
constexpr const Locale* kLocales[] = {&kLocaleEn, CANDOR_LOCALES(CANDOR_ADDRESS)};
#undef CANDOR_ADDRESS
}  // namespace

const Locale* const* locales_begin() { return std::begin(kLocales); }
const Locale* const* locales_end() { return std::end(kLocales); }

}  // namespace candor::survey
