#include <algorithm>
#include <utility>

#include "survey/read.hpp"

namespace candor::survey {
namespace {

// Names that later versions give to conditions on a question; other unknown keys are decoration.
constexpr std::string_view kLaterRules[] = {"when", "next"};

Question read_question(json::Object& object, const ReadContext& context) {
    Question question;
    read_description(object);
    question.id = object.text("id", {.min_bytes = 1, .max_bytes = 64, .identifier = true});
    question.type = static_cast<QuestionType>(object.choice("type", {"nps", "text", "thanks"}));
    if (question.type == QuestionType::nps) {
        question.text.always = read_localized(object, "text", false, 500, context);
        question.low_label = read_localized(object, "low", false, 100, context);
        question.high_label = read_localized(object, "high", false, 100, context);
    } else {
        question.text = read_banded(object, "text", question.type == QuestionType::text, 500, context);
    }
    if (question.type == QuestionType::text) {
        question.placeholder = read_localized(object, "placeholder", false, 200, context);
        question.optional = object.boolean("optional", true);
    }
    return question;
}

// The one order that this version runs.
std::optional<std::size_t> first_out_of_order(const std::vector<Question>& questions) {
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const bool last = i + 1 == questions.size();
        const QuestionType wanted = i == 0 ? QuestionType::nps : last ? QuestionType::thanks : QuestionType::text;
        if (questions[i].type != wanted) return i;
    }
    return std::nullopt;
}

}  // namespace

void read_questions(json::Object& object, Survey& survey, const ReadContext& context) {
    const json::Value* list = object.array("questions", true, 20);
    if (list == nullptr) return;
    const std::string path = object.path_of("questions");
    if (list->array().size() < 2) object.refuse("questions", R"(must be an "nps" question at least, and a "thanks")");
    for (const json::Value& value : list->array()) {
        json::Object item(value, item_path(path, survey.questions.size()), context.reading);
        Question question = read_question(item, context);
        refuse_later_rules(item, value, kLaterRules);
        const auto same = [&](const Question& other) { return other.id == question.id; };
        if (std::any_of(survey.questions.begin(), survey.questions.end(), same)) {
            item.refuse("id", "another question is \"" + question.id + "\" already");
        }
        if (auto error = item.finish()) object.refuse(std::move(*error));
        survey.questions.push_back(std::move(question));
    }
    if (!object.ok()) return;
    if (const auto wrong = first_out_of_order(survey.questions)) {
        object.refuse(Error{item_path(path, *wrong) + ".type",
                            R"(the order must be one "nps", any number of "text", one "thanks")"});
    }
}

}  // namespace candor::survey
