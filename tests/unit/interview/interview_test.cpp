#include "interview/interview.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "fixture.hpp"

using namespace candor;
using namespace candor::interview;

namespace {

const survey::Document kDocument = fixture::document();
const survey::Survey& kSurvey = kDocument.surveys[0];

std::string answers(const survey::Survey& survey, const Interview& interview) {
    json::Writer out;
    out.object();
    write_answers(out, survey, interview);
    return out.end().take();
}

std::string wording(const survey::Survey& survey) { return interview::wording(kDocument, survey, "en"); }

Interview scored(int score) { return *answer_score(kSurvey, begin(kSurvey), "score", score); }

}  // namespace

TEST_CASE("From the score to the reason to thanks") {
    Interview interview = begin(kSurvey);
    CHECK(interview.current == "score");
    CHECK(interview.answers.empty());
    interview = *answer_score(kSurvey, interview, "score", 9);
    CHECK(interview.current == "reason");
    CHECK_FALSE(complete(kSurvey, interview));
    interview = *answer_text(kSurvey, interview, "reason", "quick");
    CHECK(interview.current == "thanks");
    CHECK(complete(kSurvey, interview));
    CHECK(score(kSurvey, interview) == 9);
    CHECK(find_answer(interview, "reason")->text == "quick");
}

TEST_CASE("A score answered anew keeps the text, and the wording follows the band") {
    Interview interview = scored(9);
    interview.draft = "half a thou";
    interview = *answer_score(kSurvey, interview, "score", 2);
    CHECK(interview.draft == "half a thou");
    CHECK(interview.current == "reason");
    CHECK(interview.answers.size() == 1);
    const survey::Question& reason = kSurvey.questions[1];
    const auto asked_after = [&](int score) { return texts({kDocument, kSurvey, scored(score), "en"}, reason).text; };
    CHECK(texts({kDocument, kSurvey, interview, "en"}, reason).text == "What went wrong?");
    CHECK(asked_after(8) == "What would make it a 10 for you?");
    CHECK(asked_after(10) == "What do you like most about Acme?");
    interview = *answer_text(kSurvey, interview, "reason", "late");
    CHECK(interview.draft.empty());
    interview = *answer_score(kSurvey, interview, "score", 10);
    CHECK(interview.current == "thanks");
    CHECK(find_answer(interview, "reason")->text == "late");
}

TEST_CASE("A question without a wording for the band is not asked, and its answer goes") {
    survey::Survey survey = kSurvey;
    survey.questions[1].text.promoter.clear();
    Interview interview = *answer_score(survey, begin(survey), "score", 3);
    interview = *answer_text(survey, interview, "reason", "late");
    interview = *answer_score(survey, interview, "score", 9);
    CHECK(interview.current == "thanks");
    CHECK_FALSE(find_answer(interview, "reason"));
    CHECK_FALSE(answer_text(survey, interview, "reason", "x"));
}

TEST_CASE("What cannot be an answer is refused, and says why") {
    const Interview interview = scored(5);
    CHECK(answer_score(kSurvey, interview, "score", 11).error().path == "answer.score");
    CHECK(answer_score(kSurvey, interview, "score", -1).error().reason == "must be from 0 to 10, is -1");
    CHECK_FALSE(answer_score(kSurvey, interview, "nobody", 5));
    CHECK_FALSE(answer_score(kSurvey, interview, "reason", 5));
    CHECK_FALSE(answer_score(kSurvey, interview, "thanks", 5));
    CHECK_FALSE(answer_text(kSurvey, interview, "score", "five"));
    CHECK_FALSE(answer_text(kSurvey, interview, "reason", "\xff"));
    CHECK_FALSE(answer_text(kSurvey, begin(kSurvey), "reason", "before the score"));
    survey::Survey required = kSurvey;
    required.questions[1].optional = false;
    CHECK_FALSE(answer_text(required, interview, "reason", ""));
    CHECK_FALSE(answer_text(required, interview, "reason", " \n"));
}

TEST_CASE("Blanks alone are a skip, and too much is cut between code points") {
    CHECK(find_answer(*answer_text(kSurvey, scored(5), "reason", "  "), "reason")->text == "");
    const std::string much = std::string(kMostTextBytes - 1, 'a') + "€";
    CHECK(find_answer(*answer_text(kSurvey, scored(5), "reason", much), "reason")->text ==
          std::string(kMostTextBytes - 1, 'a'));
    CHECK(clip("a\xff"
               "b\xe2\x82") ==
          "a\uFFFD"
          "b\uFFFD\uFFFD");
    CHECK(clip(std::string(5000, '\xff')).size() <= kMostTextBytes);
}

TEST_CASE("Back goes to the question before, with its text, and stops at the first") {
    Interview interview = *answer_text(kSurvey, scored(9), "reason", "quick");
    interview = gone_back(kSurvey, interview);
    CHECK(interview.current == "reason");
    CHECK(interview.draft == "quick");
    interview = gone_back(kSurvey, interview);
    CHECK(interview.current == "score");
    CHECK(gone_back(kSurvey, interview) == interview);
    CHECK(answer_score(kSurvey, interview, "score", 8)->current == "thanks");
}

TEST_CASE("The answers and the wording as the wire has them") {
    const Interview interview = *answer_text(kSurvey, scored(9), "reason", "quick");
    CHECK(
        answers(kSurvey, interview) ==
        R"({"answers":[{"question":"score","type":"nps","score":9},{"question":"reason","type":"text","text":"quick"}]})");
    CHECK(answers(kSurvey, *answer_text(kSurvey, scored(0), "reason", "")) ==
          R"({"answers":[{"question":"score","type":"nps","score":0}]})");
    CHECK(answers(kSurvey, begin(kSurvey)) == R"({"answers":[]})");

    CHECK(wording(kSurvey) == R"({"id":"nps","version":1,"locale":"en","hash":"fb165d609bbeed49"})");
    survey::Survey own = kSurvey;
    own.questions[0].text.always = {{"en", "Would you come back?"}};
    CHECK(wording(own).starts_with(R"({"id":"custom","version":0,"locale":"en","hash":")"));
    CHECK(wording(own).find("fb165d609bbeed49") == std::string::npos);
    own = kSurvey;
    own.questions[0].high_label = {{"en", "Surely"}};
    CHECK(wording(own).starts_with(R"({"id":"custom","version":0,"locale":"en","hash":")"));
}

TEST_CASE("The scale speaks the person's language, with the product's name") {
    const survey::Question& question = kSurvey.questions[0];
    const Interview interview = begin(kSurvey);
    const auto read_in = [&](std::string_view locale, const survey::Question& asked) {
        return texts({kDocument, kSurvey, interview, locale}, asked);
    };
    CHECK(read_in("en", question).text.find("Acme") != std::string::npos);
    CHECK(read_in("de-AT", question).locale == "de");
    CHECK(read_in("", question).locale == "en");
    CHECK_FALSE(read_in("de", question).low_label.empty());
    survey::Question own = question;
    own.low_label = {{"en", "No"}};
    CHECK(read_in("en", own).low_label == "No");
}
