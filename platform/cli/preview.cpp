#include "cli/preview.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "cli/files.hpp"

namespace candor::cli {

namespace {

using interview::Given;
using interview::Interview;
using survey::Question;
using survey::QuestionType;
using survey::Survey;

// Looks at a question while the way to another is sought. Conditions can be written that would else keep it busy for
// years.
constexpr int kMostTries = 50'000;

// ---- which answers matter ----

class Deciding {
public:
    Deciding(const Survey& survey, const Question& question) : survey_(survey) { add_those_of(question); }

    bool has(const Question& question) const {
        return std::find(questions_.begin(), questions_.end(), &question) != questions_.end();
    }

private:
    // The recommendation score picks among wordings.
    void add_those_of(const Question& question) {
        if (question.text.by_band()) add(*interview::main_question(survey_));
        add_named(question.when);
    }

    void add_named(const survey::Branch& condition) {
        for (const survey::Branch& part : condition.of) add_named(part);
        for (const Question& question : survey_.questions) {
            if (!condition.question.empty() && question.id == condition.question) add(question);
        }
    }

    // A question can decide only where it is asked itself.
    void add(const Question& question) {
        if (has(question)) return;
        questions_.push_back(&question);
        add_those_of(question);
    }

    const Survey& survey_;
    std::vector<const Question*> questions_;
};

// ---- answers that somebody could give ----

// As somebody gives them who is content but not thrilled, and then downwards.
std::vector<Given> scores_of(const survey::Bounds& scale) {
    std::vector<Given> scores;
    for (int score = scale.most; score >= scale.least; --score) scores.push_back({score, {}});
    std::swap(scores[0], scores[1]);
    return scores;
}

// No condition asks that something was not chosen: of several choices all of them meet the most.
std::vector<Given> choices_of(const Question& question) {
    std::vector<Given> out;
    if (question.type == QuestionType::multiple) out.emplace_back();
    for (const survey::Choice& choice : question.choices) {
        if (question.type == QuestionType::single) out.emplace_back();
        out.back().choices.push_back(choice.id);
    }
    return out;
}

// At least one.
std::vector<Given> answers_to(const Question& question) {
    if (survey::is_scale(question.type)) return scores_of(survey::scale_of(question.type));
    if (survey::is_choice(question.type)) return choices_of(question);
    const bool must_be_written = question.type == QuestionType::text && !question.optional;
    return {{std::nullopt, must_be_written ? "…" : ""}};
}

// ---- the way to a question ----

// Goes through the survey as a person does, and takes back an answer after which the question cannot come any more.
class Way {
public:
    Way(const Survey& survey, const Question& target, std::optional<Band> band)
        : survey_(survey), target_(target), band_(band), deciding_(survey, target) {}

    std::optional<Interview> find() {
        Interview begun = interview::begin(survey_);
        begun.seed = interview::seed_of(survey_.id);
        if (!lead(begun)) return std::nullopt;
        return begun;
    }

    const Deciding& deciding() const { return deciding_; }

private:
    bool lead(Interview& interview) {
        const Question* now = interview::current(survey_, interview);
        if (now == &target_) return !band_ || interview::band(survey_, interview) == band_;
        if (!may_come(target_, interview)) return false;
        std::vector<Given> answers = answers_to(*now);
        if (!deciding_.has(*now)) answers.resize(1);
        for (const Given& given : answers) {
            Interview next = interview;
            if (interview::give(survey_, next, now->id, given) || !lead(next)) continue;
            interview = std::move(next);
            return true;
        }
        return false;
    }

    bool may_come(const Question& question, const Interview& interview) {
        if (--tries_ < 0 || &question < interview::current(survey_, interview)) return false;
        if (question.text.by_band()) {
            const std::optional<Band> given = interview::band(survey_, interview);
            if (!given && !may_come(*interview::main_question(survey_), interview)) return false;
            if (given && &question == &target_ && given != band_) return false;
            if (given && &question != &target_ && question.text.for_band(*given).empty()) return false;
        }
        return may_hold(question.when, interview);
    }

    // Holds, or depends on what may yet be asked.
    bool may_hold(const survey::Branch& condition, const Interview& interview) {
        const auto part_may = [&](const survey::Branch& part) { return may_hold(part, interview); };
        const auto& parts = condition.of;
        if (condition.kind == survey::BranchKind::any) return std::any_of(parts.begin(), parts.end(), part_may);
        if (condition.kind == survey::BranchKind::all) return std::all_of(parts.begin(), parts.end(), part_may);
        for (const Question& question : survey_.questions) {
            if (question.id != condition.question) continue;
            if (interview::find_answer(interview, question.id) == nullptr) return may_come(question, interview);
            Question on_it;
            on_it.when = condition;
            return interview::asked(survey_, interview, on_it);
        }
        return true;
    }

    const Survey& survey_;
    const Question& target_;
    std::optional<Band> band_;
    Deciding deciding_;
    int tries_ = kMostTries;
};

// "score 9", "reasons late + cold"
std::string in_words(const interview::Answer& answer) {
    std::string out(answer.question);
    out += answer.score ? " " + std::to_string(*answer.score) : "";
    for (std::size_t i = 0; i < answer.choices.size(); ++i) {
        out += i == 0 ? " " : " + ";
        out += answer.choices[i].view();
    }
    return out;
}

std::string decided_by(const Survey& survey, const Interview& interview, const Deciding& deciding) {
    std::string out;
    for (const Question& question : survey.questions) {
        const interview::Answer* answer = interview::find_answer(interview, question.id);
        if (answer == nullptr || !answer->given() || !deciding.has(question)) continue;
        out += (out.empty() ? "" : ", ") + in_words(*answer);
    }
    return out;
}

Scene scene_of(const Survey& survey, const Question& question, std::optional<Band> band) {
    Scene scene{&survey, &question, band, std::nullopt, {}};
    Way way(survey, question, band);
    scene.interview = way.find();
    if (scene.interview) scene.after = decided_by(survey, *scene.interview, way.deciding());
    return scene;
}

// The surveys wanted, or an error.
std::optional<Error> choose(const survey::Document& document, const PreviewOptions& options,
                            std::vector<const Survey*>& out) {
    for (const Survey& survey : document.surveys) {
        if (options.survey.empty() || survey.id == options.survey) out.push_back(&survey);
    }
    if (!out.empty()) return std::nullopt;
    return Error{options.file, options.survey.empty() ? String("has no survey")
                                                      : joined({"has no survey ", std::string_view(options.survey)})};
}

const char* band_name(Band band) {
    return band == Band::promoter ? "promoter" : band == Band::passive ? "passive" : "detractor";
}

}  // namespace

std::vector<Scene> scenes_of(const Survey& survey) {
    std::vector<Scene> scenes;
    for (const Question& question : survey.questions) {
        if (!question.text.by_band()) {
            scenes.push_back(scene_of(survey, question, std::nullopt));
            continue;
        }
        for (const Band band : {Band::promoter, Band::passive, Band::detractor}) {
            // Without a text of theirs a band is not asked; thanked is everybody.
            const bool said = question.type == QuestionType::thanks || !question.text.for_band(band).empty();
            if (said) scenes.push_back(scene_of(survey, question, band));
        }
    }
    return scenes;
}

const char* readers_of(Band band) {
    return band == Band::promoter ? "promoters, 9–10" : band == Band::passive ? "passives, 7–8" : "detractors, 0–6";
}

Previewed read_for_preview(const PreviewOptions& options) {
    Previewed out;
    auto text = read_file(options.file);
    if (!text) {
        out.report = unusable(options.file, text.error().reason);
        return out;
    }
    out.text = *std::move(text);
    Error fault;
    out.document = survey::read_document(out.text, json::Reading::tools, {}, fault);
    if (out.document == nullptr) {
        out.report = refused(options.file, out.text, fault);
    } else if (const auto missing = choose(*out.document, options, out.surveys)) {
        out.report = unusable(options.file, missing->reason);
    } else {
        out.report.file = options.file;
        out.report.surveys = out.surveys.size();
    }
    return out;
}

json::Value to_json(const Pictured& pictured) {
    json::Value out = to_json(pictured.report);
    if (pictured.report.exit != kGood) return out;
    const auto whole = [](int number) { return static_cast<std::int64_t>(number); };
    json::Value cards{json::Array{}};
    for (const Shown& shown : pictured.cards) {
        json::Value card{json::Members{}};
        card.set("survey", shown.survey).set("wave", shown.wave).set("question", shown.question);
        card.set("type", shown.type);
        if (shown.band) card.set("band", band_name(*shown.band));
        card.set("reached", shown.reached).set("x", whole(shown.x)).set("y", whole(shown.y));
        card.set("width", whole(shown.width)).set("height", whole(shown.height));
        cards.push(std::move(card));
    }
    out.set("picture", pictured.picture).set("width", whole(pictured.width)).set("height", whole(pictured.height));
    return std::move(out.set("cards", std::move(cards)));
}

}  // namespace candor::cli
