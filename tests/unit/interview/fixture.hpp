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

}  // namespace fixture

// As values, where the tests go on with the one before.
namespace candor::interview {

inline Result<Interview> given(const survey::Survey& survey, Interview interview, std::string_view question,
                               const Given& given) {
    if (auto error = give(survey, interview, question, given)) return tl::unexpected<Error>(std::move(*error));
    return interview;
}

inline Result<Interview> answer_score(const survey::Survey& survey, const Interview& interview,
                                      std::string_view question, int score) {
    return given(survey, interview, question, {score, {}});
}

inline Result<Interview> answer_text(const survey::Survey& survey, const Interview& interview,
                                     std::string_view question, std::string_view text) {
    return given(survey, interview, question, {std::nullopt, text});
}

inline Result<Interview> read_back(const survey::Survey& survey, std::string_view bytes) {
    Interview interview;
    if (auto error = read(survey, bytes, interview)) return tl::unexpected<Error>(std::move(*error));
    return interview;
}

inline Interview gone_back(const survey::Survey& survey, Interview interview) {
    back(survey, interview);
    return interview;
}

}  // namespace candor::interview
