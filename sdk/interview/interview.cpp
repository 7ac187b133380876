#include "interview/interview.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::interview {

namespace {

using survey::Question;
using survey::QuestionType;
using survey::Survey;

const Question* find_question(const Survey& survey, std::string_view id) {
    for (const Question& question : survey.questions) {
        if (question.id == id) return &question;
    }
    return nullptr;
}

const Question* find_thanks(const Survey& survey) {
    for (const Question& question : survey.questions) {
        if (question.type == QuestionType::thanks) return &question;
    }
    return nullptr;
}

// What comes next when these answers are given: the first question that is asked and has none.
const Question* next(const Survey& survey, const Interview& interview) {
    for (const Question& question : survey.questions) {
        if (question.type != QuestionType::thanks && asked(interview, question) &&
            !find_answer(interview, question.id)) {
            return &question;
        }
    }
    return find_thanks(survey);
}

std::optional<Error> refused(std::string_view question, Parts reason) {
    return Error{joined({"answer.", question}), joined(reason)};
}

std::size_t place_of(const List<Answer>& answers, std::string_view question) {
    std::size_t place = 0;
    while (place < answers.size() && answers[place].question != question) ++place;
    return place;
}

Answer& answer_to(const Question& question, List<Answer>& answers) {
    const std::size_t place = place_of(answers, question.id);
    if (place == answers.size()) answers.emplace_back().question = question.id;
    return answers[place];
}

// The answers in the order of the questions, without those to questions that are no longer asked.
void settle(const Survey& survey, Interview& interview) {
    List<Answer>& answers = interview.answers;
    std::size_t kept = 0;
    for (const Question& question : survey.questions) {
        const std::size_t place = place_of(answers, question.id);
        if (place == answers.size() || !asked(interview, question)) continue;
        if (place != kept) std::swap(answers[place], answers[kept]);
        ++kept;
    }
    while (answers.size() > kept) answers.pop_back();
    const Question* question = next(survey, interview);
    interview.current = question ? question->id : String();
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

Interview begin(const Survey& survey) {
    Interview interview;
    settle(survey, interview);
    return interview;
}

bool asked(const Interview& interview, const Question& question) {
    if (question.type != QuestionType::text || !question.text.banded()) return true;
    std::optional<int> given = score(interview);
    return given && !question.text.for_band(band_of(*given)).empty();
}

std::optional<Error> give(const Survey& survey, Interview& interview, std::string_view id, const Given& given) {
    const bool scored = given.score.has_value();
    const Question* question = find_question(survey, id);
    if (question == nullptr) return refused(id, {"the survey has no such question"});
    if (question->type != (scored ? QuestionType::nps : QuestionType::text)) {
        return refused(id, {scored ? "takes no score" : "takes no text"});
    }
    if (!asked(interview, *question)) return refused(id, {"is not asked after this score"});
    if (scored) {
        if (*given.score < 0 || *given.score > 10) return refused(id, {"must be from 0 to 10, is ", *given.score});
        answer_to(*question, interview.answers).score = given.score;
    } else {
        if (!is_utf8(given.text)) return refused(id, {"is not UTF-8"});
        const bool empty = blank(given.text);
        if (empty && !question->optional) return refused(id, {"must not be empty"});
        if (interview.current == id) interview.draft.clear();
        answer_to(*question, interview.answers).text = empty ? String() : clip(given.text);
    }
    settle(survey, interview);
    return std::nullopt;
}

void back(const Survey& survey, Interview& interview) {
    const Question* before = nullptr;
    for (const Question& question : survey.questions) {
        if (question.id == interview.current) break;
        if (question.type != QuestionType::thanks && asked(interview, question)) before = &question;
    }
    if (!before) return;
    interview.current = before->id;
    const Answer* answer = find_answer(interview, before->id);
    if (before->type == QuestionType::text && answer && answer->text) interview.draft = *answer->text;
}

const Question* current(const Survey& survey, const Interview& interview) {
    return find_question(survey, interview.current);
}

const Answer* find_answer(const Interview& interview, std::string_view question) {
    const std::size_t place = place_of(interview.answers, question);
    return place < interview.answers.size() ? &interview.answers[place] : nullptr;
}

std::optional<int> score(const Interview& interview) {
    for (const Answer& answer : interview.answers) {
        if (answer.score) return answer.score;
    }
    return std::nullopt;
}

bool complete(const Survey& survey, const Interview& interview) {
    const Question* question = next(survey, interview);
    return !question || question->type == QuestionType::thanks;
}

String clip(std::string_view text) {
    // Each bad byte becomes U+FFFD; what is good stays as it is.
    String result;
    while (!text.empty() && result.size() < kMostTextBytes) {
        const std::size_t length = utf8_sequence(text);
        result += length > 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD");
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    result.resize(utf8_prefix(result, kMostTextBytes).size());
    return result;
}

}  // namespace candor::interview
