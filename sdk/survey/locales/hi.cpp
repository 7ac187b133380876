// Hindi. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleHi[] =
    "hi\n"
    "इसकी कितनी संभावना है कि आप किसी मित्र या सहकर्मी को {product} की सिफ़ारिश करेंगे?\n"
    "बिल्कुल संभावना नहीं\n"
    "अत्यधिक संभावना\n"
    "भेजें\n"
    "छोड़ें\n"
    "बंद करें\n"
    "धन्यवाद!\n"
    "सहेजा जा रहा है…\n"
    "आपका उत्तर सहेजा नहीं जा सका।\n"
    "फिर से कोशिश करें\n"
    "अपना उत्तर यहाँ लिखें\n"
    "10 में से {score}\n"
    "कृपया उत्तर लिखें।\n"
    "सर्वेक्षण";
// clang-format on

}  // namespace candor::survey
