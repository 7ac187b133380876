// Spanish. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleEs[] =
    "es\n"
    "¿Qué probabilidad hay de que recomiende {product} a un amigo o colega?\n"
    "Nada probable\n"
    "Extremadamente probable\n"
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
    "Encuesta";
// clang-format on

}  // namespace candor::survey
