// English.
#include "survey/locales/locale.hpp"

namespace candor::survey {

// clang-format off
const char kLocaleEn[] =
    "en\n"
    "How likely are you to recommend {product} to a friend or colleague?\n"
    "Not at all likely\n"
    "Extremely likely\n"
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
    "Survey";
// clang-format on

}  // namespace candor::survey
