// Surveys of all types of questions, with conditions: one to tell stories of, and any at all.
#pragma once

#include <string>
#include <utility>

#include "fixture.hpp"

namespace fixture {

inline survey::Question question_of(const char* id, survey::QuestionType type) {
    survey::Question question;
    question.id = id;
    question.type = type;
    question.text.always = {{"en", std::string("About ") + id + "?"}, {"ar", "سؤال؟"}};
    if (survey::is_scale(type)) {
        question.low_label = {{"en", "Not at all"}, {"ar", "لا"}};
        question.high_label = {{"en", "Very much"}, {"ar", "نعم"}};
    }
    return question;
}

inline survey::Question choice_of(const char* id, survey::QuestionType type, bool other) {
    survey::Question question = question_of(id, type);
    question.choices = {{"a", {{"en", "Apples"}, {"ar", "تفاح"}}, false},
                        {"b", {{"en", "Bread"}, {"ar", "خبز"}}, false},
                        {"c", {{"en", "Cheese"}, {"ar", "جبن"}}, false}};
    if (other) question.choices.push_back({"other", {{"en", "Something else"}, {"ar", "شيء آخر"}}, true});
    return question;
}

inline survey::Branch answered_with(const char* question, const char* answer) {
    survey::Branch condition;
    condition.question = question;
    condition.test = survey::BranchTest::answer;
    condition.answer = answer;
    return condition;
}

inline survey::Branch scored(const char* question, int least, std::optional<int> most = {}) {
    survey::Branch condition;
    condition.question = question;
    condition.test = survey::BranchTest::range;
    condition.least = least;
    condition.most = most;
    return condition;
}

// A statement; satisfaction; which food (one), for the satisfied; what more (several), unless it is cheese; effort;
// words, for who writes of something else; thanks.
inline survey::Document everything() {
    using survey::QuestionType;
    survey::Document document = fixture::document();
    survey::Survey& survey = document.surveys[0];
    survey::Question hello = question_of("hello", QuestionType::statement);
    hello.link = {"https://acme.example/why", {{"en", "Why we ask"}}};
    survey::Question food = choice_of("food", QuestionType::single, true);
    food.when = scored("liked", 3);
    survey::Question more = choice_of("more", QuestionType::multiple, true);
    more.optional = true;
    more.when.kind = survey::BranchKind::any;
    more.when.of = {answered_with("food", "a"), answered_with("food", "b"), answered_with("food", "other")};
    survey::Question effort = question_of("effort", QuestionType::ces);
    effort.optional = true;
    survey::Question words = question_of("words", QuestionType::text);
    words.optional = true;
    words.when = answered_with("more", "other");
    survey.questions = {hello, question_of("liked", QuestionType::csat), food, more, effort, words, thanks_question()};
    return document;
}

}  // namespace fixture
