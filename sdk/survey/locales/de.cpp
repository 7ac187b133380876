// German. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleDe[] =
    "de\n"
    "Wie wahrscheinlich ist es, dass Sie {product} im Freundes- oder Kollegenkreis weiterempfehlen?\n"
    "Überhaupt nicht wahrscheinlich\n"
    "Äußerst wahrscheinlich\n"
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
    "Umfrage";
// clang-format on

}  // namespace candor::survey
