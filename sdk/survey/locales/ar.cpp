// Arabic. No speaker of the language has reviewed it yet.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleAr[] =
    "ar\n"
    "ما مدى احتمال أن تنصح صديقًا أو زميلًا باستخدام {product}؟\n"
    "غير محتمل على الإطلاق\n"
    "محتمل للغاية\n"
    "إرسال\n"
    "تخطٍّ\n"
    "إغلاق\n"
    "شكرًا لك!\n"
    "جارٍ الحفظ…\n"
    "تعذّر حفظ إجابتك.\n"
    "أعد المحاولة\n"
    "اكتب إجابتك هنا\n"
    "{score} من 10\n"
    "يُرجى كتابة إجابة.\n"
    "استبيان";
// clang-format on

}  // namespace candor::survey
