#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "everything.hpp"
#include "interview/interview.hpp"

using namespace candor;
using namespace candor::interview;

namespace {

const survey::Document kDocument = fixture::document();
const survey::Survey& kSurvey = kDocument.surveys[0];

Interview any_step(const Interview& interview) {
    const auto question = *rc::gen::element<std::string>("score", "reason", "thanks", "none");
    switch (*rc::gen::inRange(0, 3)) {
        case 0: return answer_score(kSurvey, interview, question, *rc::gen::inRange(-2, 13)).value_or(interview);
        case 1:
            return answer_text(kSurvey, interview, question, *rc::gen::arbitrary<std::string>()).value_or(interview);
        default: return gone_back(kSurvey, interview);
    }
}

}  // namespace

TEST_CASE("Any walk keeps the interview sound, and it survives being written") {
    CHECK(rc::check([] {
        Interview interview = begin(kSurvey);
        const int steps = *rc::gen::inRange(0, 30);
        for (int i = 0; i < steps; ++i) {
            interview = any_step(interview);
            RC_ASSERT(current(kSurvey, interview));
            RC_ASSERT(interview.answers.size() <= 2u);
            const Result<Interview> again = read_back(kSurvey, write(interview));
            RC_ASSERT(again.has_value());
            RC_ASSERT(*again == interview);
        }
    }));
}

namespace {

// ---- any survey ----

std::string id_at(int index) { return "q" + std::to_string(index); }

survey::Branch any_condition(const survey::Survey& survey, int depth) {
    survey::Branch condition;
    if (depth > 0 && *rc::gen::inRange(0, 3) == 0) {
        condition.kind = *rc::gen::element(survey::BranchKind::any, survey::BranchKind::all);
        for (int i = *rc::gen::inRange(1, 4); i > 0; --i) condition.of.push_back(any_condition(survey, depth - 1));
        return condition;
    }
    const survey::Question& about = survey.questions[*rc::gen::inRange<std::size_t>(0, survey.questions.size())];
    const survey::Bounds bounds = survey::scale_of(about.type);
    condition.question = about.id;
    if (survey::is_choice(about.type)) {
        condition.test = survey::BranchTest::answer;
        condition.answer = about.choices[*rc::gen::inRange<std::size_t>(0, about.choices.size())].id;
    } else if (about.type == survey::QuestionType::nps && *rc::gen::arbitrary<bool>()) {
        condition.band = *rc::gen::element(Band::detractor, Band::passive, Band::promoter);
    } else if (survey::is_scale(about.type)) {
        condition.test = survey::BranchTest::range;
        condition.least = *rc::gen::inRange(bounds.least, bounds.most + 1);
        if (*rc::gen::arbitrary<bool>()) condition.most = *rc::gen::inRange(*condition.least, bounds.most + 1);
    } else {
        condition.question.clear();  // of a text nothing can be asked
    }
    return condition;
}

survey::Survey any_survey() {
    using survey::QuestionType;
    survey::Survey survey;
    bool scored = false;
    for (int i = 0, count = *rc::gen::inRange(1, 12); i < count; ++i) {
        QuestionType type =
            *rc::gen::element(QuestionType::nps, QuestionType::text, QuestionType::csat, QuestionType::ces,
                              QuestionType::single, QuestionType::multiple, QuestionType::statement);
        if (type == QuestionType::nps && scored) type = QuestionType::csat;
        const std::string id = id_at(i);
        survey::Question question = survey::is_choice(type)
                                        ? fixture::choice_of(id.c_str(), type, *rc::gen::arbitrary<bool>())
                                        : fixture::question_of(id.c_str(), type);
        question.optional = *rc::gen::arbitrary<bool>();
        if (scored && *rc::gen::inRange(0, 3) == 0) {
            question.text.always.clear();
            question.text.promoter = {{"en", "Why so high?"}};
        }
        if (i > 0 && *rc::gen::arbitrary<bool>()) question.when = any_condition(survey, 2);
        survey.questions.push_back(question);
        scored = scored || type == QuestionType::nps;
    }
    survey.questions.push_back(fixture::thanks_question());
    return survey;
}

Given any_answer() {
    Given given;
    if (*rc::gen::arbitrary<bool>()) given.score = *rc::gen::inRange(-1, 12);
    if (*rc::gen::arbitrary<bool>()) {
        const auto ids =
            *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "c", "other", "x"));
        for (const std::string& id : ids) given.choices.emplace_back(id);
    }
    return given;
}

// An answer that the question takes, more often than chance alone would find one.
Given fitting_answer(const survey::Question& question) {
    Given given;
    const survey::Bounds bounds = survey::scale_of(question.type);
    if (survey::is_scale(question.type)) given.score = *rc::gen::inRange(bounds.least, bounds.most + 1);
    if (survey::is_choice(question.type)) given.choices = {*rc::gen::element<std::string>("a", "b", "c")};
    if (question.type == survey::QuestionType::text) given.text = "words";
    return given;
}

bool as_in_survey(const survey::Survey& survey, const Interview& interview) {
    std::size_t found = 0;
    for (const survey::Question& question : survey.questions) {
        if (found < interview.answers.size() && interview.answers[found].question == question.id) ++found;
    }
    return found == interview.answers.size();
}

// What holds after each step, whatever it was.
void check_invariants(const survey::Survey& survey, const Interview& interview) {
    const survey::Question* const now = current(survey, interview);
    RC_ASSERT(now != nullptr);
    RC_ASSERT(asked(survey, interview, *now));
    RC_ASSERT(as_in_survey(survey, interview));
    for (const survey::Question& question : survey.questions) {
        const Answer* const answer = find_answer(interview, question.id);
        if (answer == nullptr) continue;
        RC_ASSERT(asked(survey, interview, question));
        RC_ASSERT(answer->given() || question.optional || question.type == survey::QuestionType::statement);
        if (answer->score) RC_ASSERT(survey::scale_of(question.type).contain(*answer->score));
        if (question.type == survey::QuestionType::single) RC_ASSERT(answer->choices.size() <= 1u);
    }
    // Where there is something left to ask, the current question is no later than that.
    if (now->type == survey::QuestionType::thanks) RC_ASSERT(complete(survey, interview));
    const Result<Interview> again = read_back(survey, write(interview));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == interview);
}

}  // namespace

TEST_CASE("Any walk through any survey keeps the interview sound, and it survives being written") {
    CHECK(rc::check([] {
        const survey::Survey survey = any_survey();
        Interview interview = begin(survey);
        for (int steps = *rc::gen::inRange(0, 25); steps > 0; --steps) {
            const Interview before = interview;
            const survey::Question& question =
                survey.questions[*rc::gen::inRange<std::size_t>(0, survey.questions.size())];
            switch (*rc::gen::inRange(0, 4)) {
                case 0:
                    if (give(survey, interview, question.id, any_answer())) RC_ASSERT(interview == before);
                    break;
                case 1:
                    if (give(survey, interview, question.id, fitting_answer(question))) RC_ASSERT(interview == before);
                    break;
                case 2: back(survey, interview); break;
                default:
                    if (const survey::Question* now = current(survey, interview)) {
                        (void)give(survey, interview, now->id, fitting_answer(*now));
                    }
            }
            check_invariants(survey, interview);
        }
    }));
}

TEST_CASE("Answering whatever is asked always comes to an end") {
    CHECK(rc::check([] {
        const survey::Survey survey = any_survey();
        Interview interview = begin(survey);
        std::size_t steps = 0;
        while (!complete(survey, interview)) {
            const survey::Question& now = *current(survey, interview);
            RC_ASSERT(!give(survey, interview, now.id, fitting_answer(now)));
            RC_ASSERT(++steps < survey.questions.size());
        }
        RC_ASSERT(interview.current == "thanks");
    }));
}

TEST_CASE("Any order has each choice once") {
    CHECK(rc::check([](std::uint32_t seed, bool other) {
        survey::Question question = fixture::choice_of("q", survey::QuestionType::multiple, other);
        question.shuffle = true;
        Order order = order_of(question, seed);
        if (other) RC_ASSERT(order[3] == 3);
        std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(question.choices.size()));
        for (std::size_t i = 0; i < question.choices.size(); ++i) RC_ASSERT(order[i] == i);
    }));
}

TEST_CASE("Any bytes are read or refused") {
    CHECK(rc::check([](const std::string& bytes) { (void)read_back(kSurvey, bytes); }));
    CHECK(rc::check([] {
        std::string bytes = write(*answer_score(kSurvey, begin(kSurvey), "score", 9));
        const std::size_t at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::arbitrary<char>();
        const Result<Interview> result = read_back(kSurvey, bytes);
        if (result) RC_ASSERT(current(kSurvey, *result));
    }));
}

TEST_CASE("What is clipped is well-formed, and what was well-formed stays") {
    CHECK(rc::check([](const std::string& text) {
        const std::string clipped = clip(text);
        RC_ASSERT(is_utf8(clipped));
        RC_ASSERT(clipped.size() <= kMostTextBytes);
        if (is_utf8(text) && text.size() <= kMostTextBytes) RC_ASSERT(clipped == text);
    }));
}
