// French.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleFr;
const Locale kLocaleFr = {
    {1, "fr", "Quelle est la probabilité que vous recommandiez {product} à un ami ou à un collègue\u00A0?",
     "Pas du tout probable", "Extrêmement probable", false, "74403069115e8733"},
    // clang-format off
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
    "Enquête"
    // clang-format on
};

}  // namespace candor::survey
