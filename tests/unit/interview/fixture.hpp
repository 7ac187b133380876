// A survey as the tests know it: the scale, a follow-up by band, thanks.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "interview/interview.hpp"
#include "survey/document.hpp"

namespace fixture {

using namespace candor;

inline survey::Question nps_question() {
    survey::Question question;
    question.id = "score";
    question.type = survey::QuestionType::nps;
    return question;
}

inline survey::Question reason_question() {
    survey::Question question;
    question.id = "reason";
    question.type = survey::QuestionType::text;
    question.optional = true;
    question.text.promoter = {{"en", "What do you like most about {product}?"}, {"ar", "ما أكثر ما يعجبك؟"}};
    question.text.passive = {{"en", "What would make it a 10 for you?"}, {"ar", "ما الذي ينقصنا؟"}};
    question.text.detractor = {{"en", "What went wrong?"}, {"ar", "ما الذي لم يعجبك؟"}};
    return question;
}

inline survey::Question thanks_question() {
    survey::Question question;
    question.id = "thanks";
    question.type = survey::QuestionType::thanks;
    question.text.always = {{"en", "Thank you! Your answer helps us."}, {"ar", "شكرًا لك!"}};
    return question;
}

inline survey::Document document() {
    survey::Document document;
    document.project = "shop";
    document.product = "Acme";
    document.locale = "en";
    survey::Survey survey;
    survey.id = "post-purchase";
    survey.wave = "1";
    survey.questions = {nps_question(), reason_question(), thanks_question()};
    document.surveys.push_back(survey);
    return document;
}

// As values, where the tests go on with the one before.

inline Result<interview::Interview> read_back(const survey::Survey& survey, std::string_view bytes) {
    interview::Interview interview;
    if (auto error = interview::read(survey, bytes, interview)) return tl::unexpected<Error>(std::move(*error));
    return interview;
}

inline interview::Interview gone_back(const survey::Survey& survey, interview::Interview interview) {
    interview::back(survey, interview);
    return interview;
}

}  // namespace fixture
