#include "simulate/simulate.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fixture.hpp"
#include "simulate/life.hpp"
#include "simulate/visits.hpp"

using namespace candor;
using namespace candor::simulate;
using testing::document;
using testing::population;
using testing::run;

namespace {

const char* const kSession =
    R"("triggers": [{"session": 1}], "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})";

std::int64_t sum_of(const List<std::int64_t>& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) sum += count;
    return sum;
}

// What must hold of any simulation.
void check_sums(const testing::Run& run) {
    const auto check = [&](const SurveyTally& tally) {
        CHECK(tally.prompts == tally.outcomes[0] + tally.outcomes[1] + tally.outcomes[2]);
        CHECK(tally.prompts == sum_of(tally.prompts_on));
        CHECK(sum_of(tally.people_by_prompts) == run.report.settings.people);
        CHECK(sum_of(tally.people_by_prompts) - tally.people_by_prompts[0] == sum(tally.asked));
        CHECK(tally.outcomes[0] == sum(tally.responses));
        std::int64_t responses = 0;
        for (const ScoreCounts& day : tally.responses_on) responses += sum(day);
        CHECK(responses == tally.outcomes[0]);
        CHECK(sum(tally.answered) <= sum(tally.asked));
        CHECK(tally.complete <= tally.outcomes[0]);
    };
    check(run.tally.all);
    std::int64_t prompts = 0;
    for (const SurveyTally& tally : run.tally.surveys) {
        check(tally);
        prompts += tally.prompts;
    }
    CHECK(prompts == run.tally.all.prompts);
    CHECK(sum(run.tally.people) == run.report.settings.people);
    std::int64_t people = 0;
    for (const SegmentTally& segment : run.tally.segments) people += sum(segment.people);
    CHECK(people == run.report.settings.people);
}

}  // namespace

TEST_CASE("simulate: the same seed gives the same bytes, another one other numbers") {
    const auto shared = document({kSession, R"("triggers": [{"event": "bought", "count": 2}], "delay": 5)"});
    const Population usual = default_population(*shared);
    const auto one = run(shared, usual, {.people = 500, .days = 90, .seed = 1});
    const auto again = run(shared, usual, {.people = 500, .days = 90, .seed = 1});
    const auto other = run(shared, usual, {.people = 500, .days = 90, .seed = 2});
    CHECK(one.json == again.json);
    CHECK(one.json != other.json);
    CHECK(one.tally.events != other.tally.events);
    CHECK(one.tally.all.prompts != other.tally.all.prompts);
    CHECK(one.tally.people != other.tally.people);
    check_sums(one);
    check_sums(other);
}

TEST_CASE("simulate: nobody's life depends on who else is simulated") {
    const auto shared = document({R"("triggers": [{"event": "bought"}])"});
    const auto prepared = decide::prepare(shared);
    const Population usual = default_population(*shared);
    const Settings settings{.people = 40, .days = 200, .seed = 3};
    const Crowd crowd(usual, *prepared);
    Tally one_by_one;
    for (std::uint64_t number = 40; number-- > 0;) {
        Diary diary(one_by_one, 1, usual.segments.size(), settings.days);
        Life life(crowd, *prepared, settings, diary);
        REQUIRE_FALSE(life.live(number));
    }
    const auto together = run(shared, usual, settings);
    CHECK(to_json(together.report, together.tally) ==
          to_json(report_of(*shared, usual, settings, one_by_one), one_by_one));
}

TEST_CASE("simulate: another document leaves the people's visits as they are") {
    const Settings settings{.people = 200, .days = 60, .seed = 4};
    const auto one = run(document({kSession}), "", settings);
    const auto other = run(document({R"("triggers": [{"session": 5}], "sample": {"percent": 10})"}), "", settings);
    CHECK(one.tally.visits == other.tally.visits);
    CHECK(one.tally.people == other.tally.people);
}

TEST_CASE("simulate: whoever comes is asked once, and all answer") {
    const auto out = run(document({kSession}), R"("visits": {"per_week": 7}, "response": {"answer": 100, "dismiss": 0,
        "comment": 100})",
                         {.people = 300, .days = 365, .seed = 5});
    check_sums(out);
    const SurveyReport& survey = out.report.surveys[0];
    CHECK(survey.burden.people == 300);
    CHECK(survey.burden.share == 100);
    CHECK(survey.burden.prompts == 300);
    CHECK(survey.burden.most == 1);
    CHECK(survey.responses == 300);
    CHECK(survey.complete == 300);
    CHECK(survey.comments == 300);
    CHECK(survey.response_rate == 100);
    CHECK(survey.measured.score == out.report.truth.score);
    CHECK(survey.selection->points == 0);
    CHECK(survey.non_response->points == 0);
    CHECK(survey.repeats == 0.0);
}

TEST_CASE("simulate: nobody is asked whom the document spares") {
    for (const char* members :
         {R"("triggers": [{"session": 1}], "sample": {"percent": 0})",
          R"("triggers": [{"session": 1}], "enabled": false)", R"("triggers": [{"event": "never_told"}])",
          R"("triggers": [{"session": 1000000}])", R"("triggers": [{"session": 1}], "ends": "2020-01-01")"}) {
        CAPTURE(members);
        const auto out = run(document({members}), R"("start": "2026-01-01", "events": {"never_told": 0})",
                             {.people = 50, .days = 100, .seed = 6});
        check_sums(out);
        CHECK(out.tally.all.prompts == 0);
        CHECK(out.tally.visits > 0);
        const SurveyReport& survey = out.report.surveys[0];
        CHECK_FALSE(survey.selection);
        CHECK_FALSE(survey.asked_score);
        CHECK_FALSE(survey.precise_after);
        CHECK(survey.reach == 100);
        CHECK(json::parse(out.json));
    }
    // Without any survey, and without a day's worth of visits, it ends all the same.
    const auto none = run(document({}), "", {.people = 3, .days = 1, .seed = 6});
    CHECK(none.tally.all.prompts == 0);
}

TEST_CASE("simulate: the sample keeps to its percent") {
    const auto out = run(document({R"("triggers": [{"session": 1}], "sample": {"percent": 20},
        "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})"}),
                         R"("visits": {"per_week": 7})", {.people = 4000, .days = 60, .seed = 7});
    CHECK(std::abs(out.report.surveys[0].burden.share - 20) < 4 * 0.64);
}

TEST_CASE("simulate: a wait keeps its days, whatever the answers") {
    const auto out =
        run(document({R"("triggers": [{"session": 1}], "wait": {"answered": 90, "dismissed": 90, "shown": 90})"}),
            R"("newcomers": 0, "visits": {"per_week": 14})", {.people = 300, .days = 365, .seed = 8});
    check_sums(out);
    CHECK(out.report.all.most == 5);  // on the days 0, 90, 180, 270 and 360
    CHECK(out.report.all.median >= 4);
    CHECK(out.report.all.peak_day == 1);
}

TEST_CASE("simulate: shares of what becomes of prompts are as the population says") {
    const auto out = run(document({R"("triggers": [{"session": 1}])"}), R"("visits": {"per_week": 14},
        "response": {"answer": 25, "dismiss": 50, "comment": 40})",
                         {.people = 500, .days = 60, .seed = 9});
    check_sums(out);
    const auto prompts = static_cast<double>(out.tally.all.prompts);
    REQUIRE(prompts > 20'000);
    const auto share = [&](std::int64_t part) { return 100 * static_cast<double>(part) / prompts; };
    CHECK(std::abs(share(out.tally.all.outcomes[0]) - 25) < 1.5);
    CHECK(std::abs(share(out.tally.all.outcomes[1]) - 50) < 1.5);
    CHECK(std::abs(share(out.tally.all.outcomes[2]) - 25) < 1.5);
    CHECK(std::abs(share(out.tally.all.comments) - 10) < 1);
    CHECK(out.tally.all.complete == out.tally.all.outcomes[0]);
}

TEST_CASE("simulate: visits come as often, last as long and hold as much as the population says") {
    const auto shared = document({R"("triggers": [{"event": "bought"}])"});
    const auto prepared = decide::prepare(shared);
    const Population read = population(R"("newcomers": 0, "visits": {"per_week": 3, "spread": 0, "minutes": 5},
        "events": {"bought": 0.5, "unseen": 2}, "other_events": 10)",
                                       *shared);
    const Crowd crowd(read, *prepared);
    const Settings settings{.people = 1, .days = 700, .seed = 10};
    std::int64_t visits = 0, watched = 0, others = 0;
    Span length = 0;
    for (std::uint64_t number = 0; number < 200; ++number) {
        const Somebody somebody = draw(crowd, settings.seed, number);
        Visits all(crowd, somebody, settings);
        Visit visit;
        Instant before = read.start;
        while (all.next(visit)) {
            REQUIRE(visit.begins >= before);
            REQUIRE(visit.ends > visit.begins);
            const Span of_day = (visit.begins - read.start) % kDay;
            REQUIRE((of_day >= 7 * kHour && of_day < 23 * kHour));
            for (const Happened& happened : visit.happened) {
                REQUIRE((happened.at >= visit.begins && happened.at < visit.ends));
            }
            REQUIRE(std::is_sorted(visit.happened.begin(), visit.happened.end()));
            before = visit.ends;
            ++visits;
            watched += static_cast<std::int64_t>(visit.happened.size());
            others += visit.others;
            length += visit.ends - visit.begins;
        }
        REQUIRE(before < read.start + (settings.days + 1) * kDay);
    }
    const auto per_visit = [&](auto value) { return static_cast<double>(value) / static_cast<double>(visits); };
    CHECK(std::abs(static_cast<double>(visits) / (200 * 100) - 3) < 0.05);
    CHECK(std::abs(per_visit(watched) - 0.5) < 0.015);
    CHECK(std::abs(per_visit(others) - 12) < 0.1);
    CHECK(std::abs(per_visit(length) / kMinute - 5) < 0.1);
}

TEST_CASE("simulate: who leaves is not asked later") {
    const auto out =
        run(document({R"("triggers": [{"session": 1}], "wait": {"answered": 30, "dismissed": 30, "shown": 30})"}),
            R"("newcomers": 0, "stay_days": 20, "visits": {"per_week": 10})", {.people = 300, .days = 300, .seed = 11});
    std::int64_t late = 0;
    for (std::size_t day = 200; day < 300; ++day) late += out.tally.all.prompts_on[day];
    CHECK(late <= 3);  // one of e^10 stays that long
    CHECK(out.tally.all.prompts > 250);
}

namespace {

// The client's way with moments, taken literally: every moment is told, one a minute while somebody is there, and after
// each everything is decided, as it is whenever the last decision said that it could turn.
class ToldOneByOne {
public:
    ToldOneByOne(const Shared<const survey::Document>& document, const Population& population, const Settings& settings)
        : document_(document),
          prepared_(decide::prepare(document)),
          population_(population),
          settings_(settings),
          crowd_(population, *prepared_),
          prompts(static_cast<std::size_t>(settings.days) * document->surveys.size()) {
        for (std::int64_t number = 0; number < settings.people; ++number) live(static_cast<std::uint64_t>(number));
    }

private:
    Shared<const survey::Document> document_;
    Shared<const decide::Prepared> prepared_;
    const Population& population_;
    const Settings& settings_;
    Crowd crowd_;
    Somebody somebody_;
    history::Person person_;
    decide::Situation situation_;
    std::optional<Random> chance_;
    Instant alarm_ = kNever;
    // The card, if one is open.
    const survey::Survey* showing_ = nullptr;
    Outcome outcome_ = Outcome::left_alone;
    Instant closes_ = kNever;
    Instant leaves_ = 0;

public:
    std::vector<std::int64_t> prompts;  // by day and survey
    std::int64_t answers = 0, dismissals = 0, comments = 0, second_prompts = 0;

private:
    void live(std::uint64_t number) {
        somebody_ = draw(crowd_, settings_.seed, number);
        chance_.emplace(settings_.seed, number, Stream::responses);
        person_ = {};
        person_.id = somebody_.id;
        person_.anonymous = false;
        situation_ = {};
        leaves_ = 0;
        Visits visits(crowd_, somebody_, settings_);
        Visit visit;
        while (visits.next(visit)) attend(visit);
    }

    void attend(const Visit& visit) {
        const Span late = leaves_ > visit.begins ? leaves_ - visit.begins : 0;
        leaves_ = visit.ends + late;
        const std::int64_t before = total();
        alarm_ = kNever;
        std::size_t next = 0;
        for (Instant minute = visit.begins; minute < visit.ends; minute += kMinute) {
            for (; next < visit.happened.size() && visit.happened[next].at < minute; ++next) tell(visit, next, late);
            tell(decide::MomentKind::call, {}, minute + late);
        }
        for (; next < visit.happened.size(); ++next) tell(visit, next, late);
        while (turn(leaves_)) {
        }
        if (showing_ != nullptr) close(leaves_);  // nobody is there any more who could be asked
        history::called(person_, leaves_);
        second_prompts += total() - before > 1 ? 1 : 0;
    }

    void tell(const Visit& visit, std::size_t index, Span late) {
        const Happened& happened = visit.happened[index];
        const Watched& watched = crowd_.kinds()[somebody_.segment].watched[happened.watched];
        tell(watched.kind, watched.name, happened.at + late);
    }

    void tell(decide::MomentKind kind, std::string_view name, Instant at) {
        while (turn(at)) {
        }
        fold(kind, name, at);
    }

    void fold(decide::MomentKind kind, std::string_view name, Instant at) {
        situation_.now = at;
        decide::fold(*prepared_, person_, {kind, name, at, at}, situation_);
        const auto decision = decide::decide(*prepared_, person_, situation_);
        alarm_ = decision.next;
        if (decision.chosen) show(decision.chosen->survey, at);
    }

    // The next thing that happens by itself, if it does by then.
    bool turn(Instant until) {
        const Instant at = std::min(alarm_, showing_ != nullptr ? closes_ : kNever);
        if (at > until) return false;
        if (showing_ != nullptr && closes_ == at) close(at);
        fold(decide::MomentKind::time, {}, at);
        return true;
    }

    void show(std::size_t index, Instant now) {
        showing_ = &document_->surveys[index];
        record().shown = now;
        forget_delay();
        situation_.prompt_open = true;
        const auto day = std::min<std::int64_t>((now - population_.start) / kDay, settings_.days - 1);
        ++prompts[static_cast<std::size_t>(day) * document_->surveys.size() + index];
        const Response& response = population_.segments[somebody_.segment].response;
        const double met = chance_->unit() * 100;
        const double seconds = response.seconds.of(somebody_.band) * chance_->exponential();
        const double answer = response.answer.of(somebody_.band);
        const double dismiss = response.dismiss.of(somebody_.band);
        outcome_ = met < answer ? Outcome::answered : met < answer + dismiss ? Outcome::dismissed : Outcome::left_alone;
        closes_ = kNever;
        if (outcome_ == Outcome::left_alone) return;
        closes_ = now + std::max<Span>(kSecond, static_cast<Span>(seconds * 1000));
        leaves_ = std::max(leaves_, closes_);
    }

    void close(Instant now) {
        if (outcome_ == Outcome::answered) {
            record().answered = now;
            ++answers;
            const double comment = population_.segments[somebody_.segment].response.comment.of(somebody_.band);
            comments += chance_->unit() * 100 < comment ? 1 : 0;
        }
        if (outcome_ == Outcome::dismissed) {
            record().dismissed = now;
            ++dismissals;
        }
        forget_delay();
        showing_ = nullptr;
        situation_.prompt_open = false;
    }

    history::SurveyRecord& record() { return history::record_of(person_, showing_->id, showing_->wave); }
    void forget_delay() {
        person_.pending.erase_if([&](const history::Pending& p) { return p.survey == showing_->id; });
    }
    std::int64_t total() const {
        std::int64_t sum = 0;
        for (const std::int64_t count : prompts) sum += count;
        return sum;
    }
};

}  // namespace

TEST_CASE("simulate: what is skipped would have changed nothing") {
    const auto shared = document({
        R"("triggers": [{"event": "bought", "count": 3}], "delay": 30, "wait": {"shown": 7})",
        R"("triggers": [{"screen": "help"}, {"event": "bought"}], "delay": 300, "expires": 900, "wait": {"shown": 2})",
        R"("triggers": [{"session": 4}], "wait": {"shown": 30, "dismissed": 9}, "sample": {"percent": 60})",
        R"("triggers": [{"event": "searched"}], "delay": 2, "expires": 86400, "sample": {"percent": 50, "by": "occasion"})",
        R"("triggers": [{"event": "searched", "count": 20}], "wait": {"shown": 1, "answered": 3}, "starts": "2026-02-01",
           "ends": "2026-03-20T11:00:00Z")",
    });
    const Settings settings{.people = 8, .days = 80, .seed = 12};
    std::int64_t second_prompts = 0;
    for (const char* response : {R"("answer": 0, "dismiss": 0)", R"("answer": 40, "dismiss": 30, "seconds": 60)",
                                 R"("answer": 50, "dismiss": 50, "seconds": 3600)"}) {
        for (const char* minutes : {"6", "50"}) {
            CAPTURE(response, minutes);
            const std::string text = R"("start": "2026-01-01", "visits": {"per_week": 20, "minutes": )" +
                                     std::string(minutes) + R"(}, "events": {"bought": 0.3, "searched": 1},
                "screens": {"help": 0.5}, "response": {)" +
                                     response + "}";
            const Population read = population(text, *shared);
            const auto out = run(shared, read, settings);
            check_sums(out);
            const ToldOneByOne wanted(shared, read, settings);
            std::vector<std::int64_t> seen;
            for (std::size_t day = 0; day < 80; ++day) {
                for (const SurveyTally& tally : out.tally.surveys) seen.push_back(tally.prompts_on[day]);
            }
            CHECK(seen == wanted.prompts);
            CHECK(out.tally.all.outcomes[0] == wanted.answers);
            CHECK(out.tally.all.outcomes[1] == wanted.dismissals);
            CHECK(out.tally.all.comments == wanted.comments);
            for (const SurveyTally& tally : out.tally.surveys) CHECK(tally.prompts > 5);
            second_prompts += wanted.second_prompts;
        }
    }
    CHECK(second_prompts > 100);  // visits in which one prompt had ended and another came
}

TEST_CASE("simulate: progress is told") {
    const auto prepared = decide::prepare(document({kSession}));
    const Population usual = default_population(prepared->document());
    std::vector<std::int64_t> told;
    const Progress progress{
        [](void* context, std::int64_t people) { static_cast<std::vector<std::int64_t>*>(context)->push_back(people); },
        &told};
    REQUIRE(simulate::simulate(*prepared, usual, {.people = 35, .days = 2, .seed = 1}, progress));
    CHECK(told == std::vector<std::int64_t>{10, 20, 30});
}
