// Whether the figures are true: against what can be computed without a simulation.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "fixture.hpp"

using namespace candor;
using namespace candor::simulate;
using testing::document;
using testing::run;

namespace {

using Bands = std::array<double, 3>;  // detractors, passives, promoters

const char* const kOnce =
    R"("triggers": [{"session": 1}], "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})";

// A third way of counting, beside base/nps and the report's own.
double score(const ScoreCounts& counts) {
    double points = 0, all = 0;
    for (int i = 0; i < 11; ++i) {
        const auto count = static_cast<double>(counts[static_cast<std::size_t>(i)]);
        points += i > 8 ? count : i < 7 ? -count : 0;
        all += count;
    }
    return 100 * points / all;
}

double score(const Bands& shares) { return 100 * (shares[2] - shares[0]) / (shares[0] + shares[1] + shares[2]); }

Bands times(const Bands& a, const Bands& b) { return {a[0] * b[0], a[1] * b[1], a[2] * b[2]}; }

bool near(double value, double wanted, double tolerance) { return std::abs(value - wanted) <= tolerance; }

// 20 % detractors, 30 % passives, 50 % promoters.
const std::string kOpinion = R"("opinion": [2, 2, 2, 2, 2, 5, 5, 10, 20, 30, 20])";
constexpr Bands kShares = {0.2, 0.3, 0.5};

}  // namespace

TEST_CASE("statistics: without bias the interval holds the truth as often as it promises") {
    // 400 simulations, of which 380 are expected to hold it; 4.4 is one standard deviation of that number. The
    // tolerance is three and a half, so that an interval of 90 % or of 99 % fails. The seeds are fixed: it holds, or it
    // does not.
    constexpr int kRuns = 400;
    const auto shared = document({kOnce});
    const double truth = score(kShares);
    int held = 0;
    double off = 0;
    for (int seed = 1; seed <= kRuns; ++seed) {
        const auto out =
            run(shared, kOpinion + R"(, "response": {"answer": 50, "dismiss": 20}, "visits": {"per_week": 10})",
                {.people = 400, .days = 10, .seed = static_cast<std::uint64_t>(seed)});
        const Nps& measured = out.report.surveys[0].measured;
        REQUIRE(measured.n > 100);
        held += measured.low <= truth && truth <= measured.high ? 1 : 0;
        off += (measured.score - truth) / kRuns;
    }
    CAPTURE(held, off);
    CHECK(held >= 365);
    CHECK(held <= 395);
    CHECK(near(off, 0, 1));  // on average it is right
}

TEST_CASE("statistics: the bias of those who do not answer is what their chances make it") {
    const Bands answer = {0.10, 0.20, 0.40};
    const auto out = run(document({kOnce}), kOpinion + R"(, "visits": {"per_week": 14}, "newcomers": 0,
        "response": {"answer": {"detractor": 10, "passive": 20, "promoter": 40}, "dismiss": 30})",
                         {.people = 60'000, .days = 14, .seed = 1});
    const SurveyReport& survey = out.report.surveys[0];
    const SurveyTally& tally = out.tally.surveys[0];
    REQUIRE(survey.burden.people > 59'900);  // all but those who never came

    // Exactly what follows from the people, counted in another way.
    CHECK(near(survey.non_response->points, score(tally.answered) - score(tally.asked), 1e-9));
    CHECK(near(survey.selection->points, score(tally.asked) - score(out.tally.people), 1e-9));
    CHECK(near(survey.measured.score, score(tally.responses), 1e-9));
    CHECK(near(*survey.repeats, 0, 1e-9));
    const double all = survey.selection->points + survey.non_response->points + *survey.repeats;
    CHECK(near(survey.measured.score, out.report.truth.score + all, 1e-9));

    // And as large as the chances say, without any simulation: from +30 to +64.3.
    const double wanted = score(times(kShares, answer)) - score(kShares);
    CAPTURE(wanted, survey.non_response->points, survey.non_response->chance);
    CHECK(near(wanted, 34.2857, 1e-3));
    CHECK(near(survey.non_response->points, wanted, 1.2));
    CHECK(near(survey.selection->points, 0, 0.1));
    CHECK(survey.non_response->points > 20 * survey.non_response->chance);

    // The other way round it has the other sign.
    const auto other = run(document({kOnce}), kOpinion + R"(, "visits": {"per_week": 14}, "newcomers": 0,
        "response": {"answer": {"detractor": 40, "passive": 20, "promoter": 10}, "dismiss": 30})",
                           {.people = 60'000, .days = 14, .seed = 1});
    const double lower = score(times(kShares, {0.40, 0.20, 0.10})) - score(kShares);
    CHECK(near(other.report.surveys[0].non_response->points, lower, 1.5));
    CHECK(lower < -30);
}

TEST_CASE("statistics: the bias of whom the trigger selects is what their behaviour makes it") {
    // Visits come by Poisson's law, three a week; a visit meets the trigger with the chance 1 - e^-m. So somebody is
    // asked within four weeks with the chance 1 - exp(-12 (1 - e^-m)).
    const Bands happen = {0.01, 0.04, 0.2};
    Bands asked;
    for (std::size_t i = 0; i < 3; ++i) asked[i] = 1 - std::exp(-12 * (1 - std::exp(-happen[i])));
    const auto out = run(
        document(
            {R"("triggers": [{"event": "delighted"}], "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})"}),
        kOpinion + R"(, "visits": {"per_week": 3, "spread": 0}, "newcomers": 0,
        "events": {"delighted": {"detractor": 0.01, "passive": 0.04, "promoter": 0.2}},
        "response": {"answer": 40, "dismiss": 30})",
        {.people = 60'000, .days = 28, .seed = 2});
    const SurveyReport& survey = out.report.surveys[0];
    const double share = times(kShares, asked)[0] + times(kShares, asked)[1] + times(kShares, asked)[2];
    CHECK(near(survey.burden.share, 100 * share, 0.8));
    const double wanted = score(times(kShares, asked)) - score(kShares);
    CAPTURE(wanted, survey.selection->points, survey.selection->chance);
    CHECK(wanted > 40);
    CHECK(near(survey.selection->points, wanted, 1));
    CHECK(survey.selection->points > 20 * survey.selection->chance);
    CHECK(near(survey.non_response->points, 0, survey.non_response->chance * 2));

    // The report names it.
    const auto read = json::parse(out.json);
    REQUIRE(read);
    const json::Value& bias = *read->find("surveys")->array()[0].find("bias");
    CHECK(bias.find("selection")->find("points")->number() == survey.selection->points);
    CHECK(bias.find("non_response")->find("points")->number() == survey.non_response->points);
    CHECK(near(bias.find("all")->number(), survey.measured.score - out.report.truth.score, 1e-9));
}

TEST_CASE("statistics: those who answer several times weigh more") {
    const auto out =
        run(document({R"("triggers": [{"session": 1}], "wait": {"answered": 7})"}),
            kOpinion + R"(, "visits": {"per_week": {"detractor": 0.5, "passive": 1, "promoter": 7}, "spread": 0},
        "newcomers": 0, "response": {"answer": 90, "dismiss": 0})",
            {.people = 3'000, .days = 120, .seed = 3});
    const SurveyReport& survey = out.report.surveys[0];
    CHECK(near(survey.selection->points, 0, 0.5));
    CHECK(near(survey.non_response->points, 0, 0.5));
    CHECK(*survey.repeats > 15);
    CHECK(near(survey.measured.score,
               out.report.truth.score + survey.selection->points + survey.non_response->points + *survey.repeats,
               1e-9));
}

TEST_CASE("statistics: what chance alone does is told as large as it is") {
    // Asked by lot, and answered by lot: both are chance, and 19 of 20 times within what the report says of chance.
    int selected = 0, answered = 0;
    constexpr int kRuns = 200;
    const auto shared = document({R"("triggers": [{"session": 1}], "sample": {"percent": 30},
        "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})"});
    for (int seed = 1; seed <= kRuns; ++seed) {
        const auto out = run(shared, kOpinion + R"(, "visits": {"per_week": 14}, "newcomers": 0,
            "response": {"answer": 50, "dismiss": 20})",
                             {.people = 300, .days = 4, .seed = static_cast<std::uint64_t>(seed)});
        const SurveyReport& survey = out.report.surveys[0];
        REQUIRE(survey.non_response);
        selected += std::abs(survey.selection->points) <= survey.selection->chance ? 1 : 0;
        answered += std::abs(survey.non_response->points) <= survey.non_response->chance ? 1 : 0;
    }
    CAPTURE(selected, answered);
    CHECK(selected >= 180);  // 190 expected, 3.1 is one standard deviation
    CHECK(selected < 200);
    CHECK(answered >= 180);
    CHECK(answered < 200);
}

TEST_CASE("statistics: the days until the score is precise") {
    const auto out = run(document({kOnce}), kOpinion + R"(, "newcomers": 100, "visits": {"per_week": 7},
        "response": {"answer": 50, "dismiss": 20})",
                         {.people = 6'000, .days = 100, .seed = 4});
    const SurveyReport& survey = out.report.surveys[0];
    const SurveyTally& tally = out.tally.surveys[0];
    REQUIRE(survey.precise_after);
    // Counted anew: the first day on which the interval is narrow enough.
    ScoreCounts counts = {};
    std::int64_t day = 0;
    while (true) {
        for (std::size_t i = 0; i < 11; ++i) counts[i] += tally.responses_on[static_cast<std::size_t>(day)][i];
        ++day;
        if (nps(counts).high - nps(counts).low <= 10) break;
    }
    CHECK(*survey.precise_after == day);
    CHECK_FALSE(survey.precise_about);
    // 50 newcomers a day of 60, half of whom answer, and some 930 responses: about 31 days.
    CHECK(near(static_cast<double>(day), 32, 6));

    const auto few = run(document({kOnce}), kOpinion + R"(, "newcomers": 100, "visits": {"per_week": 7},
        "response": {"answer": 50, "dismiss": 20})",
                         {.people = 600, .days = 100, .seed = 4});
    CHECK_FALSE(few.report.surveys[0].precise_after);
    REQUIRE(few.report.surveys[0].precise_about);
    CHECK(near(*few.report.surveys[0].precise_about, 320, 60));

    // All of one mind: what widens the interval then is its three made-up answers alone.
    const auto one = run(document({kOnce}), R"("opinion": [1,0,0,0,0,0,0,0,0,0,0], "newcomers": 100,
        "visits": {"per_week": 7}, "response": {"answer": 100, "dismiss": 0})",
                         {.people = 12, .days = 100, .seed = 4});
    CHECK_FALSE(one.report.surveys[0].precise_after);
    CHECK(*one.report.surveys[0].precise_about > 100);
}

namespace {

// 40 % are happy, and think 9 or 10 three times of four; the others think so one time of four.
const std::string kMoods = R"("newcomers": 0, "visits": {"per_week": 14}, "response": {"answer": 50, "dismiss": 20},
    "segments": [
        {"name": "happy", "share": 40, "attributes": {"mood": "happy"}, "opinion": [0, 0, 0, 0, 0, 1, 1, 1, 2, 9, 6]},
        {"name": "others", "share": 60, "attributes": {"mood": "so so"}, "opinion": [1, 1, 1, 1, 1, 1, 1, 4, 4, 3, 2]}])";
constexpr double kHappy = 100 * (15.0 - 2.0) / 20, kOthers = 100 * (5.0 - 7.0) / 20;
constexpr double kAll = 0.4 * kHappy + 0.6 * kOthers;

const char* const kHappyOnly = R"("triggers": [{"session": 1}], "pacing": {"until_answered": true, "prompts": 1},
    "targeting": {"attribute": "mood", "eq": "happy"}, "control": {"percent": 20})";

}  // namespace

TEST_CASE("statistics: a survey of happy people alone names its bias, and the control share measures it") {
    const auto out = run(document({kHappyOnly}), kMoods, {.people = 60'000, .days = 14, .seed = 1});
    const SurveyReport& survey = out.report.surveys[0];
    CHECK(near(out.report.truth.score, kAll, 1));
    // Asked are four fifths of the happy, and a fifth of everybody.
    const double asked = (0.4 * kHappy + 0.2 * 0.6 * kOthers) / (0.4 + 0.2 * 0.6);
    CHECK(near(survey.selection->points, asked - kAll, 1.5));
    CHECK(std::abs(survey.non_response->points) < 1.5);

    REQUIRE(survey.control);
    CHECK(near(survey.control->targeted.score, kHappy, 2));
    CHECK(near(survey.control->control.score, kAll, 2));  // what nobody would know without it
    CHECK(near(survey.control->moved.points, kHappy - kAll, 3));
    CHECK(survey.control->moved.chance < 3);
    CHECK(out.json.find("\"moved\"") != String::npos);
}

TEST_CASE("statistics: without a control share there is nothing to say of it") {
    const auto out = run(document({kOnce}), kMoods, {.people = 2'000, .days = 14, .seed = 1});
    CHECK_FALSE(out.report.surveys[0].control);
    CHECK(out.json.find("\"control\":null") != String::npos);
}

TEST_CASE("statistics: the interval of the control share's difference holds the true one as often as it promises") {
    constexpr int kRuns = 300;  // 285 expected, 3.8 is one standard deviation; the tolerance is three and a half
    const auto shared = document({kHappyOnly});
    int held = 0, truth = 0;
    for (int seed = 1; seed <= kRuns; ++seed) {
        const auto out = run(shared, kMoods, {.people = 1500, .days = 10, .seed = static_cast<std::uint64_t>(seed)});
        const ControlReport& control = *out.report.surveys[0].control;
        held += std::abs(control.moved.points - (kHappy - kAll)) <= control.moved.chance ? 1 : 0;
        truth += control.control.low <= kAll && kAll <= control.control.high ? 1 : 0;
    }
    CAPTURE(held, truth);
    CHECK(held >= 271);
    CHECK(held <= 299);
    CHECK(truth >= 271);
    CHECK(truth <= 299);
}

TEST_CASE("statistics: waves, budgets and waits bound how often somebody is asked") {
    const auto shared = document({R"("triggers": [{"session": 1}], "starts": "2026-01-01", "every": {"days": 30},
        "pacing": {"until_answered": true, "prompts": 2})"});
    const auto out =
        run(shared, R"("newcomers": 0, "visits": {"per_week": 14})", {.people = 500, .days = 90, .seed = 1});
    CHECK(out.report.all.most <= 6);   // two in each of three waves
    CHECK(out.report.all.mean > 1.5);  // and most of them happen
    const auto& by_day = out.tally.all.prompts_on;
    std::int64_t most = 0;
    for (const std::int64_t prompts : by_day) most = std::max(most, prompts);
    CHECK(most < out.report.all.prompts / 20);  // turns are spread over the wave
}
