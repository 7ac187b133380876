// German.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleDe;
const Locale kLocaleDe = {
    {1, "de", "Wie wahrscheinlich ist es, dass Sie {product} im Freundes- oder Kollegenkreis weiterempfehlen?",
     "Überhaupt nicht wahrscheinlich", "Äußerst wahrscheinlich", false, "53fa371a0f012b44"},
    // clang-format off
    "Senden\n"
    "Überspringen\n"
    "Schließen\n"
    "Vielen Dank!\n"
    "Wird gespeichert …\n"
    "Ihre Antwort konnte nicht gespeichert werden.\n"
    "Erneut versuchen\n"
    "Hier ist Platz für Ihre Antwort\n"
    "{score} von 10\n"
    "Bitte schreiben Sie eine Antwort.\n"
    "Umfrage"
    // clang-format on
};

}  // namespace candor::survey
