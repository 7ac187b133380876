#include "interview/interview.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/worded.hpp"

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
        if (question.type != QuestionType::thanks && !find_answer(interview, question.id) &&
            asked(survey, interview, question)) {
            return &question;
        }
    }
    return find_thanks(survey);
}

bool contains(const List<String>& ids, std::string_view id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// `unanswered`: what a test of a question without an answer comes to.
bool holds(const Interview& interview, const survey::Branch& condition, bool unanswered) {
    if (condition.kind != survey::BranchKind::test) {
        const bool any = condition.kind == survey::BranchKind::any;
        for (const survey::Branch& part : condition.of) {
            if (holds(interview, part, unanswered) == any) return any;
        }
        return !any;
    }
    if (condition.question.empty()) return true;
    const Answer* const answer = find_answer(interview, condition.question);
    if (answer == nullptr) return unanswered;
    if (condition.test == survey::BranchTest::answer) return contains(answer->choices, condition.answer);
    if (!answer->score) return false;
    if (condition.test == survey::BranchTest::band) return band_of(*answer->score) == condition.band;
    return *answer->score >= *condition.least && (!condition.most || *answer->score <= *condition.most);
}

Maybe<Error> refused(std::string_view question, Parts reason) {
    return Error{joined({"answer.", question}), worded(reason)};
}

std::size_t place_of(const List<Answer>& answers, std::string_view question) {
    std::size_t place = 0;
    while (place < answers.size() && answers[place].question != question) ++place;
    return place;
}

// The answers in the order of the questions, without those to questions that are no longer asked: each goes before it
// is asked whether a later question, which may depend on it, still is.
void settle(const Survey& survey, Interview& interview) {
    List<Answer>& answers = interview.answers;
    std::size_t kept = 0;
    for (const Question& question : survey.questions) {
        const std::size_t place = place_of(answers, question.id);
        if (place == answers.size()) continue;
        if (!asked(survey, interview, question)) {
            answers.erase(&answers[place]);
        } else {
            if (place != kept) std::swap(answers[place], answers[kept]);
            ++kept;
        }
    }
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

namespace {

bool asked(const Survey& survey, const Interview& interview, const Question& question, bool unanswered) {
    if (!holds(interview, question.when, unanswered)) return false;
    if (question.type == QuestionType::thanks || !question.text.by_band()) return true;
    const std::optional<Band> given = band(survey, interview);
    return given ? !question.text.for_band(*given).empty() : unanswered;
}

}  // namespace

bool asked(const Survey& survey, const Interview& interview, const Question& question) {
    return asked(survey, interview, question, false);
}

Progress progress(const Survey& survey, const Interview& interview, const Question& question) {
    Progress out;
    bool ahead = false;
    for (const Question& one : survey.questions) {
        if (one.type == QuestionType::thanks || !asked(survey, interview, one, ahead)) continue;
        ++out.count;
        if (&one != &question) continue;
        out.number = out.count;
        ahead = true;
    }
    return out;
}

namespace {

Maybe<Error> take_score(const Question& question, const Given& given, Answer& answer) {
    const survey::Bounds bounds = survey::scale_of(question.type);
    if (!given.score) return std::nullopt;
    if (bounds.most < 0) return refused(question.id, {"takes no score"});
    if (!bounds.contain(*given.score)) {
        return refused(question.id, {"must be from ", bounds.least, " to ", bounds.most, ", is ", *given.score});
    }
    answer.score = given.score;
    return std::nullopt;
}

Maybe<Error> take_choices(const Question& question, const Given& given, Answer& answer) {
    for (const survey::Choice& choice : question.choices) {
        if (contains(given.choices, choice.id)) answer.choices.push_back(choice.id);
    }
    // Unknown ones and those that are there twice are among the given alone.
    if (answer.choices.size() < given.choices.size()) return refused(question.id, {"has no such choice, or one twice"});
    if (question.type == QuestionType::single && answer.choices.size() > 1) {
        return refused(question.id, {"takes one choice"});
    }
    return std::nullopt;
}

// Whether there is something to write.
bool takes_text(const Question& question, const Answer& answer) {
    if (question.type == QuestionType::text) return true;
    return !answer.choices.empty() && question.choices.back().other &&
           answer.choices.back() == question.choices.back().id;
}

Maybe<Error> take_text(const Question& question, const Given& given, Answer& answer) {
    if (!is_utf8(given.text)) return refused(question.id, {"is not UTF-8"});
    if (blank(given.text)) return std::nullopt;
    if (!takes_text(question, answer)) return refused(question.id, {"takes no text"});
    answer.text = clip(given.text);
    return std::nullopt;
}

}  // namespace

Maybe<Error> give(const Survey& survey, Interview& interview, std::string_view id, const Given& given) {
    const Question* question = find_question(survey, id);
    if (question == nullptr || question->type == QuestionType::thanks) {
        return refused(id, {"the survey has no such question"});
    }
    if (!asked(survey, interview, *question)) return refused(id, {"is not asked after these answers"});
    Answer answer;
    answer.question = id;
    for (const auto take : {take_score, take_choices, take_text}) {
        if (auto error = take(*question, given, answer)) return error;
    }
    if (!answer.given()) {
        if (!question->optional && question->type != QuestionType::statement) return refused(id, {"must not be empty"});
        answer.text.emplace();
    }
    if (drafts(interview, id)) {
        interview.draft.clear();
        interview.picked.clear();
        interview.drafted.clear();
    }
    const std::size_t place = place_of(interview.answers, id);
    if (place == interview.answers.size()) interview.answers.emplace_back();
    interview.answers[place] = std::move(answer);
    settle(survey, interview);
    return std::nullopt;
}

const Question* before(const Survey& survey, const Interview& interview, std::string_view id) {
    const Question* before = nullptr;
    for (const Question& question : survey.questions) {
        if (question.id == id) break;
        if (question.type != QuestionType::thanks && asked(survey, interview, question)) before = &question;
    }
    return before;
}

void back_from(const Survey& survey, Interview& interview, std::string_view id) {
    const Question* const question = before(survey, interview, id);
    if (question == nullptr) return;
    if (interview.drafted.empty()) interview.drafted = interview.current;
    interview.current = question->id;
    // What was begun on another question is not forgotten for what was answered on this one.
    if (!interview.draft.empty() || !interview.picked.empty()) return;
    const Answer* const answer = find_answer(interview, question->id);
    if (answer == nullptr || !(question->type == QuestionType::text || survey::is_choice(question->type))) return;
    interview.drafted = question->id;
    interview.draft = answer->text.value_or(String());
    interview.picked = answer->choices;
}

void back(const Survey& survey, Interview& interview) { back_from(survey, interview, interview.current); }

bool drafts(const Interview& interview, std::string_view question) {
    return (interview.drafted.empty() ? interview.current : interview.drafted) == question;
}

const Question* current(const Survey& survey, const Interview& interview) {
    return find_question(survey, interview.current);
}

const Answer* find_answer(const Interview& interview, std::string_view question) {
    const std::size_t place = place_of(interview.answers, question);
    return place < interview.answers.size() ? &interview.answers[place] : nullptr;
}

const Question* main_question(const Survey& survey) {
    // The less it says, the later it comes.
    const auto rank = [](QuestionType type) {
        return type == QuestionType::nps ? 3 : survey::is_scale(type) ? 2 : survey::is_choice(type) ? 1 : 0;
    };
    const Question* found = nullptr;
    int highest = 0;
    for (const Question& question : survey.questions) {
        if (rank(question.type) <= highest) continue;
        highest = rank(question.type);
        found = &question;
    }
    return found;
}

std::optional<int> score(const Survey& survey, const Interview& interview) {
    const Question* const question = main_question(survey);
    const Answer* const answer = question ? find_answer(interview, question->id) : nullptr;
    return answer ? answer->score : std::nullopt;
}

std::optional<Band> band(const Survey& survey, const Interview& interview) {
    const std::optional<int> given = score(survey, interview);
    if (!given || main_question(survey)->type != QuestionType::nps) return std::nullopt;
    return band_of(*given);
}

bool answered(const Interview& interview) {
    return std::any_of(interview.answers.begin(), interview.answers.end(), [](const Answer& a) { return a.given(); });
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

std::uint32_t seed_of(std::string_view name) {
    std::uint32_t hash = 2166136261u;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

Order order_of(const Question& question, std::uint32_t seed) {
    Order order{};
    std::size_t count = std::min(question.choices.size(), order.size());
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint8_t>(i);
    if (!question.shuffle) return order;
    if (count > 0 && question.choices[count - 1].other) --count;  // stays where it is
    std::uint32_t chance = seed ^ seed_of(question.id);
    for (std::size_t left = count; left > 1; --left) {
        // One round of MurmurHash3's last step over a counter: each bit of the seed moves all that is drawn.
        std::uint32_t drawn = chance += 0x9e3779b9u;
        drawn = (drawn ^ drawn >> 16) * 0x85ebca6bu;
        drawn = (drawn ^ drawn >> 13) * 0xc2b2ae35u;
        drawn ^= drawn >> 16;
        std::swap(order[left - 1], order[drawn % left]);
    }
    return order;
}

}  // namespace candor::interview
