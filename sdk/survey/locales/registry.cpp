#include <iterator>

#include "survey/locales/locale.hpp"

#ifndef CANDOR_LOCALES
#define CANDOR_LOCALES(X) X(De) X(Fr) X(Es) X(Ar) X(Hi) X(Ja)
#endif

namespace candor::survey {

#define CANDOR_NAME(tag) kLocale##tag,
const char* const kLocales[] = {kLocaleEn, CANDOR_LOCALES(CANDOR_NAME)};
#undef CANDOR_NAME

const std::size_t kLocaleCount = std::size(kLocales);

}  // namespace candor::survey
