#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostTextBytes = 500;
constexpr std::uint32_t kMostLabelBytes = 100;
constexpr std::uint32_t kMostChoiceBytes = 200;
constexpr std::uint32_t kMostPlaceholderBytes = 200;
constexpr std::uint32_t kMostUrlBytes = 1000;
constexpr std::uint32_t kMostConditions = 20;  // of one list
constexpr std::uint32_t kMostScore = 10;

// Names that later versions may give to conditions; other unknown keys are decoration.
constexpr const char* kLaterConditions = "next|unless|only";

// ---- conditions ----

// They are made of each other.
extern const RecordOf<Branch> kBranch;
extern const ItemsOf<Branch> kBranches;

constexpr Field kBandTest[] = {
    row::choice("band", CANDOR_AT(Branch, band), "detractor|passive|promoter"),  // in the order of Band
};
constexpr Field kRangeTest[] = {
    row::size("from", CANDOR_AT(Branch, least), kMostScore),
    row::size("to", CANDOR_AT(Branch, most), kMostScore),
};
constexpr Field kAnswerTest[] = {
    row::identifier("answer", CANDOR_AT(Branch, answer), 64),
};
constexpr Record kTests[] = {kBandTest, kRangeTest, kAnswerTest};  // in the order of Test

constexpr Field kTest[] = {
    row::identifier("question", CANDOR_AT(Branch, question), 64),
    row::by_key(CANDOR_AT(Branch, test), kTests),
};
constexpr Field kAny[] = {row::list("any", CANDOR_AT(Branch, of), kBranches, kMostConditions, kFromOne)};
constexpr Field kAll[] = {row::list("all", CANDOR_AT(Branch, of), kBranches, kMostConditions, kFromOne)};
constexpr Record kBranchKinds[] = {kTest, kAny, kAll};  // in the order of BranchKind

constexpr Field kBranchFields[] = {
    row::by_key(CANDOR_AT(Branch, kind), kBranchKinds),
};
constinit const RecordOf<Branch> kBranch(kBranchFields, kRules);
constinit const ItemsOf<Branch> kBranches(kBranch);

// ---- what a question has, by its type ----

constexpr Field kBandFields[] = {
    row::localized("promoter", CANDOR_AT(BandedText, promoter), kMostTextBytes),
    row::localized("passive", CANDOR_AT(BandedText, passive), kMostTextBytes),
    row::localized("detractor", CANDOR_AT(BandedText, detractor), kMostTextBytes),
};
constexpr RecordOf<BandedText> kBands(kBandFields, kRules | kUndescribed);

constexpr Field kOwnText = row::banded("text", CANDOR_AT(Question, text), kBands, kMostTextBytes, kRequired);
constexpr Field kOptional = row::flag("optional", CANDOR_AT(Question, optional));
constexpr Field kPlaceholder = row::localized("placeholder", CANDOR_AT(Question, placeholder), kMostPlaceholderBytes);

constexpr Field kChoiceFields[] = {
    row::identifier("id", CANDOR_AT(Choice, id), 64, kRequired),
    row::localized("text", CANDOR_AT(Choice, text), kMostChoiceBytes, kRequired),
    row::flag("other", CANDOR_AT(Choice, other)),
    row::later("when|next|unless|only"),
};
constexpr RecordOf<Choice> kChoice(kChoiceFields);

String id_of_choice(const void* choice) { return static_cast<const Choice*>(choice)->id; }

constexpr ItemsOf<Choice> kChoices(kChoice, 0, id_of_choice);

void check_choices(json::Object& object, Question& question) {
    const List<Choice>& choices = question.choices;
    if (choices.size() < 2) object.refuse("choices", "must be two at least");
    for (std::size_t i = 0; i + 1 < choices.size(); ++i) {
        if (choices[i].other) object.refuse(joined({"choices[", i, "].other"}), "must be the last choice's");
    }
}

void check_link(json::Object& object, Link& link) {
    constexpr std::string_view kScheme = "https://";
    const std::string_view url = link.url;
    const bool plain = url.find_first_of(" \"<>\\^`{|}\x7f") == String::npos;
    if (!link.url.starts_with(kScheme) || link.url.size() == kScheme.size() || !plain) {
        object.refuse("url", "must be an address that begins with https://");
    }
}

constexpr Field kLinkFields[] = {
    row::text("url", CANDOR_AT(Link, url), kMostUrlBytes, kRequired | kFromOne | kOneLine),
    row::localized("text", CANDOR_AT(Link, text), kMostLabelBytes, kRequired),
    row::check<Link, check_link>(),
};
constexpr RecordOf<Link> kLink(kLinkFields);

constexpr Field kNps[] = {
    row::localized("text", CANDOR_AT(Question, text.always), kMostTextBytes),
    row::localized("low", CANDOR_AT(Question, low_label), kMostLabelBytes),
    row::localized("high", CANDOR_AT(Question, high_label), kMostLabelBytes),
    kOptional,
};
constexpr Field kScale[] = {
    kOwnText,
    row::localized("low", CANDOR_AT(Question, low_label), kMostLabelBytes, kRequired),
    row::localized("high", CANDOR_AT(Question, high_label), kMostLabelBytes, kRequired),
    kOptional,
};
constexpr Field kText[] = {kOwnText, kPlaceholder, kOptional};
constexpr Field kChoiceOf[] = {
    kOwnText,
    row::list("choices", CANDOR_AT(Question, choices), kChoices, kMostChoices, kRequired),
    row::check<Question, check_choices>(),
    row::flag("shuffle", CANDOR_AT(Question, shuffle)),
    kPlaceholder,
    kOptional,
};
constexpr Field kStatement[] = {kOwnText, row::object("link", CANDOR_AT(Question, link), kLink)};
constexpr Field kThanks[] = {row::banded("text", CANDOR_AT(Question, text), kBands, kMostTextBytes)};
// In the order of QuestionType.
constexpr Record kTypes[] = {kNps, kText, kThanks, kScale, kScale, kChoiceOf, kChoiceOf, kStatement};

// Text questions may be skipped unless they say otherwise.
void set_optional(json::Object&, Question& question) { question.optional = question.type == QuestionType::text; }

constexpr Field kQuestionFields[] = {
    row::identifier("id", CANDOR_AT(Question, id), 64, kRequired),
    row::choice("type", CANDOR_AT(Question, type), kTypeNames, kRequired),
    row::check<Question, set_optional>(),
    row::by_kind(CANDOR_AT(Question, type), kTypes),
    row::object("when", CANDOR_AT(Question, when), kBranch),
    row::later(kLaterConditions),
};
constexpr RecordOf<Question> kQuestion(kQuestionFields);

String id_of(const void* question) { return static_cast<const Question*>(question)->id; }

// ---- the questions as a whole ----

bool has_choice(const Question& question, const String& id) {
    for (const Choice& choice : question.choices) {
        if (choice.id == id) return true;
    }
    return false;
}

// What is wrong with asking this of that question, and by which key; null: nothing.
const char* fault_of(const Branch& condition, const Question& question, const char*& key) {
    const Bounds bounds = scale_of(question.type);
    switch (condition.test) {
        case BranchTest::band:
            key = "band";
            return question.type == QuestionType::nps ? nullptr : R"(is of an "nps" question alone)";
        case BranchTest::range:
            key = "from";
            if (!is_scale(question.type)) return "is of a scale alone";
            if (!bounds.contain(*condition.least)) return "is not on the scale";
            key = "to";
            if (!condition.most) return nullptr;
            if (!bounds.contain(*condition.most)) return "is not on the scale";
            return *condition.most < *condition.least ? R"(must not be less than "from")" : nullptr;
        case BranchTest::answer:
            key = "answer";
            return has_choice(question, condition.answer) ? nullptr : "is no choice of that question";
    }
    return nullptr;
}

// A condition of the question at `index`.
void check_branch(json::Object& object, const List<Question>& questions, std::size_t index, const Branch& condition,
                  const String& path) {
    const char* const list = condition.kind == BranchKind::any ? ".any[" : ".all[";
    for (std::size_t i = 0; i < condition.of.size(); ++i) {
        check_branch(object, questions, index, condition.of[i], joined({path, list, i, "]"}));
    }
    if (condition.question.empty()) return;
    for (std::size_t i = 0; i < index; ++i) {
        if (questions[i].id != condition.question) continue;
        const char* key = "";
        const char* const fault = fault_of(condition, questions[i], key);
        if (fault != nullptr) object.refuse(joined({path, ".", key}), fault);
        return;
    }
    object.refuse(joined({path, ".question"}), "names no earlier question");
}

}  // namespace

constinit const ItemsOf<Question> kQuestions(kQuestion, 0, id_of);

void check_questions(json::Object& object, Survey& survey) {
    const List<Question>& questions = survey.questions;
    bool scored = false, counts = false;
    for (std::size_t i = 0; i < questions.size() && object.ok(); ++i) {
        const Question& question = questions[i];
        const String path = joined({"questions[", i, "]"});
        const auto refuse = [&](const char* key, const char* reason) { object.refuse(joined({path, key}), reason); };
        const bool nps = question.type == QuestionType::nps;
        const bool last = i + 1 == questions.size();
        if (last != (question.type == QuestionType::thanks)) refuse(".type", R"(one "thanks" must stand last)");
        if (last && question.when.given()) refuse(".when", R"("thanks" is always said)");
        if (nps && scored) refuse(".type", R"(one "nps" may be asked)");
        if (question.text.by_band() && !scored) refuse(".text", R"(depends on a score that no "nps" before it gives)");
        check_branch(object, questions, i, question.when, joined({path, ".when"}));
        scored = scored || nps;
        counts = counts || is_scale(question.type) || is_choice(question.type);
    }
    if (!counts) object.refuse("questions", "must have a scale or a choice, and a \"thanks\"");
}

}  // namespace candor::survey
