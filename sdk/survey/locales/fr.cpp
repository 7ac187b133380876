// French. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleFr[] =
    "fr\n"
    "Quelle est la probabilité que vous recommandiez {product} à un ami ou à un collègue\u00A0?\n"
    "Pas du tout probable\n"
    "Extrêmement probable\n"
    "Envoyer\n"
    "Passer\n"
    "Fermer\n"
    "Merci\u00A0!\n"
    "Enregistrement…\n"
    "Votre réponse n’a pas pu être enregistrée.\n"
    "Réessayer\n"
    "Écrivez votre réponse ici\n"
    "{score} sur 10\n"
    "Veuillez écrire une réponse.\n"
    "Enquête";
// clang-format on

}  // namespace candor::survey
