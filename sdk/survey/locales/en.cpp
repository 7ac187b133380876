// English.
#include "survey/locales/locale.hpp"

namespace candor::survey {

extern const Locale kLocaleEn;
const Locale kLocaleEn = {
    {1, "en", "How likely are you to recommend {product} to a friend or colleague?", "Not at all likely",
     "Extremely likely", true, "fb165d609bbeed49"},
    // clang-format off
    "Send\n"
    "Skip\n"
    "Close\n"
    "Thank you!\n"
    "Saving…\n"
    "Your answer could not be saved.\n"
    "Try again\n"
    "Write your answer here\n"
    "{score} out of 10\n"
    "Please write an answer.\n"
    "Survey"
    // clang-format on
};

}  // namespace candor::survey
