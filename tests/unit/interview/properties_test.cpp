#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/utf8.hpp"
#include "fixture.hpp"
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
