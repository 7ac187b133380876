#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

// Names that later versions give to conditions on a question; other unknown keys are decoration.
constexpr std::string_view kLaterRules = "when|next";

void read_question(json::Object& object, const ReadContext& context, Question& question) {
    read_description(object);
    object.text("id", question.id, kIdentifier);
    question.type = static_cast<QuestionType>(object.choice("type", "nps|text|thanks"));
    if (question.type == QuestionType::nps) {
        read_localized(object, "text", false, 500, context, question.text.always);
        read_localized(object, "low", false, 100, context, question.low_label);
        read_localized(object, "high", false, 100, context, question.high_label);
    } else {
        read_banded(object, "text", question.type == QuestionType::text, 500, context, question.text);
    }
    if (question.type == QuestionType::text) {
        read_localized(object, "placeholder", false, 200, context, question.placeholder);
        question.optional = object.boolean("optional", true);
    }
}

bool id_is_taken(const std::vector<Question>& questions, std::size_t index) {
    for (std::size_t i = 0; i < index; ++i) {
        if (questions[i].id == questions[index].id) return true;
    }
    return false;
}

// The one order that this version runs.
QuestionType type_at(std::size_t index, std::size_t count) {
    if (index == 0) return QuestionType::nps;
    return index + 1 == count ? QuestionType::thanks : QuestionType::text;
}

}  // namespace

void read_questions(json::Object& object, Survey& survey, const ReadContext& context) {
    const json::Value* list = object.array("questions", true, 20);
    if (list == nullptr) return;
    const json::Array& values = list->array();
    std::vector<Question>& questions = survey.questions;
    questions = std::vector<Question>(values.size());
    if (values.size() < 2) object.refuse("questions", R"(must be an "nps" question at least, and a "thanks")");
    for (std::size_t i = 0; i < values.size(); ++i) {
        json::Object item(object, "questions", i, values[i], context.reading);
        read_question(item, context, questions[i]);
        refuse_later_rules(item, values[i], kLaterRules);
        if (id_is_taken(questions, i)) {
            item.refuse("id", {"another question is \"", questions[i].id, "\" already"});
        }
        item.finish(object);
    }
    for (std::size_t i = 0; i < questions.size() && object.ok(); ++i) {
        if (questions[i].type == type_at(i, questions.size())) continue;
        json::Object item(object, "questions", i, values[i], json::Reading::field);
        item.refuse("type", R"(the order must be one "nps", any number of "text", one "thanks")");
        item.finish(object);
    }
}

}  // namespace candor::survey
