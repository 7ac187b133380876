// Spanish.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleEs;
const Locale kLocaleEs = {
    {1, "es", "¿Qué probabilidad hay de que recomiende {product} a un amigo o colega?", "Nada probable",
     "Extremadamente probable", false, "d6d6fcd86a51771a"},
    // clang-format off
    "Enviar\n"
    "Omitir\n"
    "Cerrar\n"
    "¡Gracias!\n"
    "Guardando…\n"
    "No se pudo guardar su respuesta.\n"
    "Reintentar\n"
    "Escriba aquí su respuesta\n"
    "{score} de 10\n"
    "Escriba una respuesta.\n"
    "Encuesta"
    // clang-format on
};

}  // namespace candor::survey
