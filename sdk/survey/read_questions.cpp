#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostTextBytes = 500;
constexpr std::uint32_t kMostLabelBytes = 100;
constexpr std::uint32_t kMostPlaceholderBytes = 200;

constexpr Field kBandFields[] = {
    row::localized("promoter", CANDOR_AT(BandedText, promoter), kMostTextBytes),
    row::localized("passive", CANDOR_AT(BandedText, passive), kMostTextBytes),
    row::localized("detractor", CANDOR_AT(BandedText, detractor), kMostTextBytes),
};
constexpr RecordOf<BandedText> kBands(kBandFields, kRules | kUndescribed);

constexpr Field kNps[] = {
    row::localized("text", CANDOR_AT(Question, text.always), kMostTextBytes),
    row::localized("low", CANDOR_AT(Question, low_label), kMostLabelBytes),
    row::localized("high", CANDOR_AT(Question, high_label), kMostLabelBytes),
};
constexpr Field kText[] = {
    row::banded("text", CANDOR_AT(Question, text), kBands, kMostTextBytes, kRequired),
    row::localized("placeholder", CANDOR_AT(Question, placeholder), kMostPlaceholderBytes),
    row::flag("optional", CANDOR_AT(Question, optional)),
};
constexpr Field kThanks[] = {
    row::banded("text", CANDOR_AT(Question, text), kBands, kMostTextBytes),
};
constexpr Record kTypes[] = {kNps, kText, kThanks};  // in the order of QuestionType

// Text questions may be skipped unless they say otherwise.
void set_optional(json::Object&, Question& question) { question.optional = question.type == QuestionType::text; }

constexpr Field kQuestionFields[] = {
    row::identifier("id", CANDOR_AT(Question, id), 64, kRequired),
    row::choice("type", CANDOR_AT(Question, type), "nps|text|thanks", kRequired),
    row::check<Question, set_optional>(),
    row::by_kind(CANDOR_AT(Question, type), kTypes),
    // Names that later versions give to conditions on a question; other unknown keys are decoration.
    row::later("when|next"),
};
constexpr RecordOf<Question> kQuestion(kQuestionFields);

String id_of(const void* question) { return static_cast<const Question*>(question)->id; }

// The one order that this version runs.
QuestionType type_at(std::size_t index, std::size_t count) {
    if (index == 0) return QuestionType::nps;
    return index + 1 == count ? QuestionType::thanks : QuestionType::text;
}

}  // namespace

constinit const ItemsOf<Question> kQuestions(kQuestion, 0, id_of, "another question is \"", "\" already");

void check_questions(json::Object& object, Survey& survey) {
    const List<Question>& questions = survey.questions;
    if (questions.size() < 2) object.refuse("questions", R"(must be an "nps" question at least, and a "thanks")");
    for (std::size_t i = 0; i < questions.size() && object.ok(); ++i) {
        if (questions[i].type == type_at(i, questions.size())) continue;
        object.refuse(joined({"questions[", i, "].type"}),
                      R"(the order must be one "nps", any number of "text", one "thanks")");
    }
}

}  // namespace candor::survey
