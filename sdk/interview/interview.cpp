#include "interview/interview.hpp"

#include <algorithm>
#include <utility>

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

std::string path_of(std::string_view question) { return "answer." + std::string(question); }

Result<const Question*> answerable(const Survey& survey, const Interview& interview, std::string_view id,
                                   QuestionType type) {
    const Question* question = find_question(survey, id);
    if (!question) return fail(path_of(id), "the survey has no such question");
    if (question->type != type) {
        return fail(path_of(id), type == QuestionType::nps ? "takes no score" : "takes no text");
    }
    if (!asked(interview, *question)) return fail(path_of(id), "is not asked after this score");
    return question;
}

// The answers in the order of the questions, without those to questions that are no longer asked.
void settle(const Survey& survey, Interview& interview) {
    std::vector<Answer> kept;
    for (const Question& question : survey.questions) {
        const Answer* answer = find_answer(interview, question.id);
        if (answer && asked(interview, question)) kept.push_back(*answer);
    }
    interview.answers = std::move(kept);
    const Question* question = next(survey, interview);
    interview.current = question ? question->id : std::string();
}

Interview with_answer(const Survey& survey, Interview interview, Answer answer) {
    auto same = [&](const Answer& other) { return other.question == answer.question; };
    auto place = std::find_if(interview.answers.begin(), interview.answers.end(), same);
    if (place == interview.answers.end()) {
        interview.answers.push_back(std::move(answer));
    } else {
        *place = std::move(answer);
    }
    settle(survey, interview);
    return interview;
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

Result<Interview> answer_score(const Survey& survey, const Interview& interview, std::string_view question, int score) {
    Result<const Question*> found = answerable(survey, interview, question, QuestionType::nps);
    if (!found) return tl::unexpected<Error>(found.error());
    if (score < 0 || score > 10) {
        return fail(path_of(question), "must be from 0 to 10, is " + std::to_string(score));
    }
    return with_answer(survey, interview, Answer{(*found)->id, score, std::nullopt});
}

Result<Interview> answer_text(const Survey& survey, const Interview& interview, std::string_view question,
                              std::string_view text) {
    Result<const Question*> found = answerable(survey, interview, question, QuestionType::text);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!is_utf8(text)) return fail(path_of(question), "is not UTF-8");
    const bool empty = blank(text);
    if (empty && !(*found)->optional) return fail(path_of(question), "must not be empty");
    Interview result = interview;
    if (result.current == question) result.draft.clear();
    return with_answer(survey, std::move(result), Answer{(*found)->id, std::nullopt, empty ? "" : clip(text)});
}

Interview back(const Survey& survey, const Interview& interview) {
    Interview result = interview;
    const Question* before = nullptr;
    for (const Question& question : survey.questions) {
        if (question.id == interview.current) break;
        if (question.type != QuestionType::thanks && asked(interview, question)) before = &question;
    }
    if (!before) return result;
    result.current = before->id;
    const Answer* answer = find_answer(interview, before->id);
    if (before->type == QuestionType::text && answer && answer->text) result.draft = *answer->text;
    return result;
}

const Question* current(const Survey& survey, const Interview& interview) {
    return find_question(survey, interview.current);
}

const Answer* find_answer(const Interview& interview, std::string_view question) {
    for (const Answer& answer : interview.answers) {
        if (answer.question == question) return &answer;
    }
    return nullptr;
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

std::string clip(std::string_view text) {
    if (is_utf8(text)) return std::string(utf8_prefix(text, kMostTextBytes));
    // Each bad byte becomes U+FFFD; what is good stays as it is.
    std::string result;
    for (std::size_t i = 0; i < text.size() && result.size() < kMostTextBytes;) {
        std::size_t length = 1;
        while (length < 4 && i + length <= text.size() && !is_utf8(text.substr(i, length))) ++length;
        const bool good = i + length <= text.size() && is_utf8(text.substr(i, length));
        result += good ? text.substr(i, length) : std::string_view("\xEF\xBF\xBD");
        i += good ? length : 1;
    }
    return std::string(utf8_prefix(result, kMostTextBytes));
}

}  // namespace candor::interview
