// The interview as bytes for the history, and back.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "interview/interview.hpp"

namespace candor::interview {

namespace {

using survey::Question;
using survey::Survey;

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostAnswers = 256;

constexpr json::Object::TextRule kName = {.min_bytes = 1, .max_bytes = 256};
constexpr json::Object::TextRule kCurrent = {.max_bytes = 256};
constexpr json::Object::TextRule kText = {.max_bytes = kMostTextBytes, .optional = true};

bool read_ids(json::Object& object, const char* key, List<String>& ids) {
    const json::Value* const list = object.array(key, false, survey::kMostChoices);
    if (list == nullptr) return false;
    for (const json::Value& id : list->array()) ids.push_back(id.text());
    return true;
}

// Gives an answer anew, so that what comes out obeys the same rules as what was typed.
void read_answer(json::Object& root, json::Object& object, const Survey& survey, Interview& interview) {
    String question;
    Given given;
    object.text("question", question, kName);
    if (object.has("score")) given.score = static_cast<int>(object.integer("score", 0, 10));
    const String* text = object.find_text("text", kText);
    const bool chosen = read_ids(object, "choices", given.choices);
    object.finish(root);
    if (!root.ok()) return;
    if (find_answer(interview, question) != nullptr) return root.refuse("answers", {"two for ", question});
    if (given.score.has_value() == (text != nullptr || chosen)) {
        return root.refuse("answers", {question, " needs a score, choices or a text"});
    }
    if (text != nullptr) given.text = *text;
    if (auto error = give(survey, interview, question, given)) root.refuse(std::move(*error));
}

// Puts the interview where it was, if its answers lead there.
void resume(json::Object& root, const Survey& survey, Interview& interview, String& current) {
    std::swap(interview.current, current);  // which now says where the answers lead
    if (interview.current.empty() && current.empty()) return;
    const String& wanted = interview.current;
    const Question* question = interview::current(survey, interview);
    if (question == nullptr) {
        root.refuse("current", {"the survey has no question ", wanted});
    } else if (!asked(survey, interview, *question)) {
        root.refuse("current", {wanted, " is not asked after these answers"});
    } else if (wanted != current && find_answer(interview, wanted) == nullptr) {
        root.refuse("current", {wanted, " comes after a question without an answer"});
    }
}

// What is begun must be about this survey; where it is not, it is no more than that.
void resume_draft(json::Object& root, const Survey& survey, Interview& interview) {
    root.text("draft", interview.draft, kText);
    root.text("drafted", interview.drafted, kText);
    List<String> picked;
    read_ids(root, "picked", picked);
    for (const Question& question : survey.questions) {
        if (!drafts(interview, question.id)) continue;
        for (const survey::Choice& choice : question.choices) {
            if (std::find(picked.begin(), picked.end(), choice.id) != picked.end()) {
                interview.picked.push_back(choice.id);
            }
        }
        return;
    }
    interview.draft.clear();
    interview.drafted.clear();
}

void write_ids(json::Writer& out, const char* key, const List<String>& ids) {
    if (ids.empty()) return;
    out.array(key);
    for (const String& id : ids) out.text(nullptr, id);
    out.end();
}

}  // namespace

String write(const Interview& interview) {
    json::Writer out;
    out.object().whole("version", kVersion).text("current", interview.current).array("answers");
    for (const Answer& answer : interview.answers) {
        out.object().text("question", answer.question);
        if (answer.score) out.whole("score", *answer.score);
        write_ids(out, "choices", answer.choices);
        if (answer.text) out.text("text", *answer.text);
        out.end();
    }
    out.end().text("draft", clip(interview.draft));
    if (!interview.drafted.empty()) out.text("drafted", interview.drafted);
    write_ids(out, "picked", interview.picked);
    if (!interview.wording.empty()) out.text("wording", interview.wording);
    return out.end().take();
}

Maybe<Error> read(const Survey& survey, std::string_view bytes, Interview& interview) {
    const Result<json::Value> parsed = json::parse(bytes);
    if (!parsed) return parsed.error();
    json::Object object(*parsed, json::Reading::field);
    object.integer("version", kVersion, kVersion);
    interview = begin(survey);
    String current;
    object.text("current", current, kCurrent);
    const json::Value* answers = object.array("answers", true, kMostAnswers);
    for (std::size_t i = 0; object.ok() && i < answers->array().size(); ++i) {
        json::Object item(object, "answers", i, answers->array()[i], json::Reading::field);
        read_answer(object, item, survey, interview);
    }
    if (object.ok()) resume(object, survey, interview, current);
    resume_draft(object, survey, interview);
    // It goes out as it is, so JSON it must be.
    const String* wording = object.find_text("wording", kText);
    if (wording != nullptr && json::parse(*wording)) interview.wording = *wording;
    return object.finish();
}

}  // namespace candor::interview
