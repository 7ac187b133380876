// Arabic.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleAr;
const Locale kLocaleAr = {
    {1, "ar", "ما مدى احتمال أن تنصح صديقًا أو زميلًا باستخدام {product}؟", "غير محتمل على الإطلاق", "محتمل للغاية",
     false, "ed033dac1abeb44e"},
    // clang-format off
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
    "استبيان"
    // clang-format on
};

}  // namespace candor::survey
