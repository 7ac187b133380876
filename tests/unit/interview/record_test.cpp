#include <catch2/catch_test_macros.hpp>
#include <string>

#include "fixture.hpp"
#include "interview/interview.hpp"

using namespace candor;
using namespace candor::interview;

namespace {

const survey::Document kDocument = fixture::document();
const survey::Survey& kSurvey = kDocument.surveys[0];

std::string reason_for(std::string_view bytes) {
    const Result<Interview> result = read_back(kSurvey, bytes);
    return result ? "accepted" : describe(result.error());
}

}  // namespace

TEST_CASE("An interview comes back as it was, at any point") {
    Interview interview = begin(kSurvey);
    CHECK(*read_back(kSurvey, write(interview)) == interview);
    interview = *answer_score(kSurvey, interview, "score", 0);
    interview.draft = "half \"a\" thought 😀\n";
    CHECK(*read_back(kSurvey, write(interview)) == interview);
    interview = *answer_text(kSurvey, interview, "reason", "");
    CHECK(*read_back(kSurvey, write(interview)) == interview);
    interview = gone_back(kSurvey, interview);
    CHECK(*read_back(kSurvey, write(interview)) == interview);
    survey::Survey bare = kSurvey;
    bare.questions.pop_back();
    CHECK(*read_back(bare, write(begin(bare))) == begin(bare));
    bare.questions.pop_back();
    const Interview over = *answer_score(bare, begin(bare), "score", 4);
    CHECK(*read_back(bare, write(over)) == over);
}

TEST_CASE("The wording of the score comes back with it, unless it could not go out as it is") {
    Interview interview = *answer_score(kSurvey, begin(kSurvey), "score", 9);
    interview.wording = wording(kDocument, kSurvey, "ar");
    CHECK(read_back(kSurvey, write(interview))->wording == interview.wording);
    for (const char* bad : {"{", "{}}", "nothing", "\xff"}) {
        interview.wording = bad;
        CHECK(read_back(kSurvey, write(interview))->wording.empty());
    }
}

TEST_CASE("An interview that no longer fits the survey is an error") {
    const std::string bytes = write(*answer_score(kSurvey, begin(kSurvey), "score", 9));
    survey::Survey other = kSurvey;
    other.questions[0].id = "rating";
    CHECK_FALSE(read_back(other, bytes));
    other = kSurvey;
    other.questions[1].id = "why";
    CHECK_FALSE(read_back(other, bytes));
}

TEST_CASE("Hostile bytes are refused with a reason") {
    CHECK(reason_for(R"({"version":1,"current":"score","answers":[]})") == "accepted");
    for (
        const char* bytes : {
            "",
            "{",
            "null",
            "[]",
            "\xff\xfe",
            "{\"version\":2,\"current\":\"score\",\"answers\":[]}",
            R"({"version":1,"current":"thanks","answers":[]})",
            R"({"version":1,"current":"reason","answers":[]})",
            R"({"version":1,"current":"","answers":[]})",
            R"({"version":1,"current":"score","answers":{}})",
            R"({"version":1,"current":"score","answers":[7]})",
            R"({"version":1,"current":"score","answers":[{"question":"score","score":11}]})",
            R"({"version":1,"current":"score","answers":[{"question":"score","score":9.5}]})",
            R"({"version":1,"current":"score","answers":[{"question":"score"}]})",
            R"({"version":1,"current":"score","answers":[{"question":"score","text":"9"}]})",
            R"({"version":1,"current":"score","answers":[{"question":"score","score":9,"text":"9"}]})",
            R"({"version":1,"current":"reason","answers":[{"question":"score","score":9},{"question":"score","score":8}]})",
            R"({"version":1,"current":"reason","answers":[{"question":"reason","text":"x"}]})",
            R"({"version":1,"current":7,"answers":[]})",
            R"({"version":1,"current":"score","answers":[],"draft":5})",
        }) {
        INFO(bytes);
        CHECK(reason_for(bytes) != "accepted");
        CHECK_FALSE(reason_for(bytes).empty());
    }
    CHECK_FALSE(read_back(kSurvey,
                          R"({"version":1,"current":"score","answers":[],"draft":")" + std::string(9000, 'a') + "\"}"));
}
