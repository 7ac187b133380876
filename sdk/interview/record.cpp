// The interview as bytes for the history, and back.
#include <utility>

#include "base/utf8.hpp"
#include "interview/interview.hpp"

namespace candor::interview {

namespace {

using survey::Question;
using survey::Survey;

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostAnswers = 256;

Result<Answer> read_answer(const json::Value& value, std::string path) {
    json::Object object(value, std::move(path), json::Reading::field);
    Answer answer;
    answer.question = object.text("question", {.min_bytes = 1, .max_bytes = 256});
    if (object.has("score")) answer.score = static_cast<int>(object.integer("score", 0, 10));
    if (object.has("text")) answer.text = object.text("text", {.max_bytes = kMostTextBytes});
    if (std::optional<Error> error = object.finish()) return tl::unexpected<Error>(*error);
    return answer;
}

// Gives every answer anew, so that what comes out obeys the same rules as what was typed.
Result<Interview> give(const Survey& survey, const Interview& interview, const Answer& answer) {
    if (find_answer(interview, answer.question)) return fail("answers", "two for " + answer.question);
    if (answer.score.has_value() == answer.text.has_value()) {
        return fail("answers", answer.question + " needs either a score or a text");
    }
    return answer.score ? answer_score(survey, interview, answer.question, *answer.score)
                        : answer_text(survey, interview, answer.question, *answer.text);
}

Result<Interview> resume(const Survey& survey, const Interview& interview, std::string current, std::string draft) {
    Interview wanted = interview;
    wanted.current = std::move(current);
    wanted.draft = std::move(draft);
    const bool at_the_end = wanted.current.empty() && interview.current.empty();
    if (at_the_end) return wanted;
    const Question* question = interview::current(survey, wanted);
    if (!question) return fail("current", "the survey has no question " + wanted.current);
    if (!asked(wanted, *question)) return fail("current", wanted.current + " is not asked after this score");
    const bool open = wanted.current == interview.current || find_answer(wanted, wanted.current);
    if (!open) return fail("current", wanted.current + " comes after a question without an answer");
    return wanted;
}

}  // namespace

std::string write(const Interview& interview) {
    json::Value answers{json::Array{}};
    for (const Answer& answer : interview.answers) {
        json::Value item{json::Members{}};
        item.set("question", answer.question);
        if (answer.score) item.set("score", *answer.score);
        if (answer.text) item.set("text", *answer.text);
        answers.push(std::move(item));
    }
    json::Value value{json::Members{}};
    value.set("version", kVersion);
    value.set("current", interview.current);
    value.set("answers", std::move(answers));
    value.set("draft", clip(interview.draft));
    return json::dump(value);
}

Result<Interview> read(const Survey& survey, std::string_view bytes) {
    Result<json::Value> parsed = json::parse(bytes);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    json::Object object(*parsed, "", json::Reading::field);
    object.integer("version", kVersion, kVersion);
    std::string current = object.text("current", {.max_bytes = 256});
    std::string draft = object.text("draft", {.max_bytes = kMostTextBytes}, "");
    const json::Value* answers = object.array("answers", true, kMostAnswers);
    if (std::optional<Error> error = object.finish()) return tl::unexpected<Error>(*error);

    Interview interview = begin(survey);
    for (std::size_t i = 0; i < answers->array().size(); ++i) {
        Result<Answer> answer = read_answer(answers->array()[i], "answers[" + std::to_string(i) + "]");
        if (!answer) return tl::unexpected<Error>(answer.error());
        Result<Interview> given = give(survey, interview, *answer);
        if (!given) return given;
        interview = std::move(*given);
    }
    return resume(survey, interview, std::move(current), std::move(draft));
}

}  // namespace candor::interview
