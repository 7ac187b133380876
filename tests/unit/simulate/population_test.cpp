#include "simulate/population.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "fixture.hpp"
#include "simulate/person.hpp"

using namespace candor;
using namespace candor::simulate;
using testing::document;
using testing::population;

namespace {

const char* const kTriggers = R"("triggers": [{"event": "bought"}, {"screen": "help"}, {"session": 3}])";

Error refused(std::string_view text) {
    const auto read = read_population(text, *document({kTriggers}));
    REQUIRE_FALSE(read);
    return read.error();
}

}  // namespace

TEST_CASE("population: the default one meets with what the triggers name, each once") {
    const auto shared = document({kTriggers, R"("triggers": [{"event": "bought", "count": 3}, {"event": "help"}])"});
    const Population made = default_population(*shared);
    REQUIRE(made.segments.size() == 3);
    for (const Segment& segment : made.segments) {
        REQUIRE(segment.happenings.size() == 3);
        CHECK(segment.happenings[0].name == "bought");
        CHECK_FALSE(segment.happenings[0].screen);
        CHECK(segment.happenings[1].name == "help");
        CHECK(segment.happenings[1].screen);
        CHECK_FALSE(segment.happenings[2].screen);
    }
    CHECK(default_population(*document({})).segments[0].happenings.empty());
}

TEST_CASE("population: it begins with the first survey that says when") {
    CHECK(utc_day(default_population(*document({kTriggers})).start) == "2026-01-01");
    const auto later = document({R"("starts": "2031-05-02", "triggers": [{"session": 1}])",
                                 R"("starts": "2029-05-02", "enabled": false, "triggers": [{"session": 1}])"});
    CHECK(utc_day(default_population(*later).start) == "2031-05-02");
}

TEST_CASE("population: all fields") {
    const auto shared = document({kTriggers});
    const Population read = population(R"(
        "description": "for people", "start": "2027-02-03", "newcomers": 40,
        "attributes": {"plan": [{"value": "free", "weight": 3}, {"value": "pro"}], "seats": {"from": 2, "to": 4},
                       "beta": true},
        "opinion": [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1],
        "visits": {"per_week": {"promoter": 5}, "spread": 0.1, "minutes": 3},
        "stay_days": 30, "events": {"bought": {"promoter": 1, "passive": 0.5, "detractor": 0.25}, "other": 2},
        "screens": {"help": 0}, "other_events": 7,
        "response": {"answer": {"detractor": 10}, "dismiss": 50, "comment": 5, "seconds": 4},
        "segments": [{"name": "a"}, {"name": "b", "share": 3, "description": "x", "response": {"answer": 50},
                      "attributes": {"plan": "pro"}, "events": {"bought": 9}, "opinion": {"mean": 9, "spread": 1}}])",
                                       *shared);
    CHECK(utc_day(read.start) == "2027-02-03");
    CHECK(read.newcomers == 40);
    REQUIRE(read.segments.size() == 2);
    const Segment& a = read.segments[0];
    CHECK(a.name == "a");
    CHECK(a.share == 1);
    REQUIRE(a.attributes.size() == 3);
    CHECK(a.attributes[0].weights == List<double>{3, 1});
    CHECK(a.attributes[1].from == 2);
    CHECK(a.attributes[1].to == 4);
    CHECK(a.attributes[2].values[0].boolean());
    CHECK(a.opinion[9] == 2);
    const double usual = default_population(*shared).segments[1].visits_per_week.of(Band::passive);
    CHECK(a.visits_per_week == Banded(usual, usual, 5));
    CHECK(a.visits_spread == 0.1);
    CHECK(a.visit_minutes == Banded(3));
    CHECK(a.stay_days == Banded(30));
    REQUIRE(a.happenings.size() == 3);
    CHECK(a.happenings[0].per_visit == Banded(0.25, 0.5, 1));
    CHECK(a.happenings[1].per_visit == Banded(0));
    CHECK(a.happenings[1].screen);
    CHECK(a.happenings[2].name == "other");
    CHECK(a.others_per_visit == Banded(7));
    CHECK(a.response.answer == Banded(10, 16, 24));
    CHECK(a.response.dismiss == Banded(50));
    CHECK(a.response.comment == Banded(5));
    CHECK(a.response.seconds == Banded(4));

    const Segment& b = read.segments[1];
    CHECK(b.share == 3);
    CHECK(b.response.answer == Banded(50));
    CHECK(b.response.dismiss == Banded(50));  // as the population says
    CHECK(b.happenings[0].per_visit == Banded(9));
    CHECK(b.attributes[0].values[0].text() == "pro");
    CHECK(b.attributes[1].to == 4);
    CHECK(b.opinion[9] == 1);
    CHECK(b.opinion[8] == b.opinion[10]);
}

TEST_CASE("population: without segments all are of one kind") {
    const Population read = population("", *document({kTriggers}));
    REQUIRE(read.segments.size() == 1);
    CHECK(read.segments[0].happenings.size() == 2);
}

TEST_CASE("population: a curve far off the scale is its nearest score") {
    const auto shared = document({kTriggers});
    CHECK(population(R"("opinion": {"mean": 20, "spread": 0.1})", *shared).segments[0].opinion[10] == 1);
    CHECK(population(R"("opinion": {"mean": -10, "spread": 0.1})", *shared).segments[0].opinion[0] == 1);
}

TEST_CASE("population: what is wrong is named with its place") {
    const struct {
        const char* members;
        const char* path;
        const char* reason;
    } cases[] = {
        {R"("newcomer": 1)", "newcomer", "\"newcomers\""},
        {R"("newcomers": 101)", "newcomers", "must be a number from 0 to 100, is 101"},
        {R"("newcomers": "5")", "newcomers", "must be a number"},
        {R"("start": "tomorrow")", "start", "must be a date"},
        {R"("start": "1969-01-01")", "start", "1970 to 2999"},
        {R"("start": 5)", "start", "must be a text"},
        {R"("opinion": 9)", "opinion", "11 weights"},
        {R"("opinion": [1, 2])", "opinion", "11 weights, of the scores 0 to 10, has 2"},
        {R"("opinion": [0,0,0,0,0,0,0,0,0,0,0])", "opinion", "all weights are 0"},
        {R"("opinion": [0,0,0,0,-1,0,0,0,0,0,0])", "opinion[4]", "from 0"},
        {R"("opinion": [0,0,0,0,"x",0,0,0,0,0,0])", "opinion[4]", "from 0"},
        {R"("opinion": {"spread": 1})", "opinion.mean", "is missing"},
        {R"("opinion": {"mean": 8, "spread": 0})", "opinion.spread", "0.1"},
        {R"("opinion": {"mean": 8, "deviation": 1})", "opinion.deviation", "unknown key"},
        {R"("visits": {"per_week": 0})", "visits.per_week", "must be a number from 0.001 to 500, is 0"},
        {R"("visits": {"per_week": 1e308})", "visits.per_week", "to 500"},
        {R"("visits": {"per_week": {"promoters": 1}})", "visits.per_week.promoters", "\"promoter\""},
        {R"("visits": {"per_week": {"promoter": "x"}})", "visits.per_week.promoter", "must be a number"},
        {R"("visits": {"per_week": [1]})", "visits.per_week", "or an object with numbers"},
        {R"("visits": {"minutes": 241})", "visits.minutes", "240"},
        {R"("visits": {"spread": -1})", "visits.spread", "from 0 to 2"},
        {R"("visits": 3)", "visits", "must be an object"},
        {R"("stay_days": -1)", "stay_days", "from 0"},
        {R"("events": ["bought"])", "events", "must be an object"},
        {R"("events": {"bought": -1})", "events.bought", "must be a number from 0 to 100, is -1"},
        {R"("events": {"bought": null})", "events.bought", "must be a number"},
        {R"("events": {"": 1})", "events.", "names have from 1 to 200 bytes"},
        {R"("events": {"a\u0000b": 1})", "events.", "no control characters"},
        {R"("events": {"a\nb": 1})", "events.", "no control characters"},
        {R"("screens": {"help": {"promoter": 1, "each": 2}})", "screens.help.each", "unknown key"},
        {R"("other_events": 101)", "other_events", "100"},
        {R"("response": {"answer": 60, "dismiss": 41})", "response.dismiss", "more than 100 percent together"},
        {R"("response": {"answer": {"promoter": 99}})", "response.answer", "more than 100 percent together"},
        {R"("response": {"answers": 60})", "response.answers", "\"answer\""},
        {R"("response": {"seconds": 0})", "response.seconds", "0.1"},
        {R"("attributes": {"plan": null})", "attributes.plan", "must not be null"},
        {R"("attributes": {"plan": []})", "attributes.plan", "from 1 to 200 items"},
        {R"("attributes": {"plan": [{"weight": 1}]})", "attributes.plan[0].value", "is missing"},
        {R"("attributes": {"plan": [{"value": {}}]})", "attributes.plan[0].value", "must be a text, a number"},
        {R"("attributes": {"plan": [{"value": 1, "weight": -1}]})", "attributes.plan[0].weight", "from 0"},
        {R"("attributes": {"plan": [{"value": 1, "weight": 0}]})", "attributes.plan", "all weights are 0"},
        {R"("attributes": {"plan": ["free"]})", "attributes.plan[0]", "must be an object"},
        {R"("attributes": {"age": {"from": 5, "to": 4}})", "attributes.age.to", "less than"},
        {R"("attributes": {"age": {"from": 5}})", "attributes.age.to", "is missing"},
        {R"("attributes": {"age": {"from": 5.5, "to": 6}})", "attributes.age.from", "whole number"},
        {R"("segments": [])", "segments", "must not be empty"},
        {R"("segments": {})", "segments", "must be an array"},
        {R"("segments": [{}])", "segments[0].name", "is missing"},
        {R"("segments": [{"name": "a b"}])", "segments[0].name", "letters"},
        {R"("segments": [{"name": "a"}, {"name": "a"}])", "segments[1].name", "already"},
        {R"("segments": [{"name": "a", "share": 0}])", "segments", "all shares are 0"},
        {R"("segments": [{"name": "a", "share": -1}])", "segments[0].share", "from 0"},
        {R"("segments": [{"name": "a", "start": "2026-01-01"}])", "segments[0].start", "unknown key"},
        {R"("segments": [{"name": "a", "events": {"x": {"passive": -1}}}])", "segments[0].events.x.passive", "from 0"},
        {R"("segments": ["a"])", "segments[0]", "must be an object"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.members);
        const Error error = refused(std::string(R"({"population": 1, )") + each.members + "}");
        INFO(describe(error));
        CHECK(error.path.view().starts_with(each.path));
        CHECK(error.reason.find(each.reason) != String::npos);
    }
}

TEST_CASE("population: texts that are no population") {
    CHECK(refused("").path.empty());
    CHECK(refused("[]").reason.find("must be an object") != String::npos);
    CHECK(refused("{}").path == "population");
    CHECK(refused(R"({"population": 2})").path == "population");
    CHECK(refused(R"({"population": 1, "population": 1})").reason.find("line 1") != String::npos);
    CHECK(refused("{\"population\": 1, \"description\": \"\xff\"}").reason.find("UTF-8") != String::npos);
    CHECK(refused(std::string(100, '[')).reason.find("line 1") != String::npos);
    CHECK_FALSE(refused(std::string(5'000'000, ' ')).reason.empty());
    std::string many = R"({"population": 1, "segments": [)";
    for (int i = 0; i < 51; ++i) many += std::string(i > 0 ? "," : "") + R"({"name": "s)" + std::to_string(i) + "\"}";
    CHECK(refused(many + "]}").reason.find("at most 50 items") != String::npos);
    std::string names = R"({"population": 1, "events": {)";
    for (int i = 0; i < 201; ++i) names += std::string(i > 0 ? "," : "") + "\"e" + std::to_string(i) + "\": 1";
    CHECK(refused(names + "}}").reason.find("at most 200 members") != String::npos);
    CHECK(refused(R"({"population": 1, "events": {")" + std::string(201, 'x') + R"(": 1}})").reason.find("200 bytes") !=
          String::npos);
}

TEST_CASE("population: people are drawn by their shares, with their attributes") {
    const auto shared = document({kTriggers});
    const auto prepared = decide::prepare(shared);
    const Population read = population(R"("newcomers": 25, "visits": {"per_week": 2, "spread": 0.5},
        "opinion": [0, 0, 0, 0, 0, 0, 1, 0, 0, 3, 0],
        "segments": [{"name": "a", "attributes": {"plan": [{"value": "free", "weight": 3}, {"value": 7}],
                      "seats": {"from": 2, "to": 4}, "beta": true}}, {"name": "b", "share": 3}])",
                                       *shared);
    const Crowd crowd(read, *prepared);
    constexpr int kMany = 40'000;
    int a = 0, free = 0, promoters = 0, newcomers = 0;
    double visits = 0;
    std::map<std::int64_t, int> seats;
    std::map<std::string, int> ids;
    for (int i = 0; i < kMany; ++i) {
        const Somebody somebody = draw(crowd, 5, static_cast<std::uint64_t>(i));
        ++ids[std::string(somebody.id)];
        newcomers += somebody.newcomer ? 1 : 0;
        promoters += somebody.opinion == 9 ? 1 : 0;
        REQUIRE((somebody.opinion == 9 || somebody.opinion == 6));
        visits += somebody.visits_per_week;
        if (somebody.segment != 0) {
            REQUIRE(somebody.attributes.empty());
            continue;
        }
        ++a;
        REQUIRE(somebody.attributes.size() == 3);
        free += somebody.attributes[0].second.text() == "free" ? 1 : 0;
        ++seats[somebody.attributes[1].second.integer()];
        REQUIRE(somebody.attributes[2].second.boolean());
    }
    const auto about = [](int value, double wanted, double many) {
        return std::abs(value - wanted * many) <= 4 * std::sqrt(many * wanted * (1 - wanted));
    };
    CHECK(ids.size() == kMany);
    CHECK(about(a, 0.25, kMany));
    CHECK(about(free, 0.75, a));
    CHECK(about(promoters, 0.75, kMany));
    CHECK(about(newcomers, 0.25, kMany));
    CHECK(std::abs(visits / kMany - 2) < 0.03);
    REQUIRE(seats.size() == 3);
    for (const auto& [seat, count] : seats) CHECK(about(count, 1.0 / 3, a));
}

namespace {

std::string read_file(const char* path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The indented block that follows a line.
std::string block_after(const std::string& text, const std::string& line) {
    std::size_t at = text.find("\n" + line + "\n");
    REQUIRE(at != std::string::npos);
    at = text.find("\n    {", at) + 1;
    return text.substr(at, text.find("\n\n", at) - at);
}

const char* const kEverything = R"({"population": 1, "description": "d", "start": "2027-02-03", "newcomers": 40,
    "attributes": {"plan": [{"value": "free", "weight": 3}, {"value": 7}], "seats": {"from": 2, "to": 4}, "b": true},
    "opinion": [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1], "visits": {"per_week": {"promoter": 5}, "spread": 0.1, "minutes": 3},
    "stay_days": 30, "events": {"bought": {"promoter": 1, "passive": 0.5}, "other": 2}, "screens": {"help": 0.1},
    "other_events": 7, "response": {"answer": {"detractor": 10}, "dismiss": 50, "comment": 5, "seconds": 4},
    "segments": [{"name": "a"}, {"name": "b", "share": 3, "opinion": {"mean": 9, "spread": 1}}]})";

}  // namespace

TEST_CASE("population: the documentation's example is one") {
    const std::string text = block_after(read_file(CANDOR_SOURCE_DIR "/docs/simulate.md"), "## The population");
    const auto read = read_population(text, *document({kTriggers}));
    INFO(text);
    REQUIRE(read);
    REQUIRE(read->segments.size() == 2);
    CHECK(read->segments[0].visits_per_week == Banded(1, 2, 3));
    CHECK(read->segments[1].attributes[0].values[0].text() == "pro");
}

TEST_CASE("population: whatever becomes of a text, it is refused or it can be lived in") {
    const auto shared = document({kTriggers});
    const auto prepared = decide::prepare(shared);
    const std::string whole = kEverything;
    REQUIRE(read_population(whole, *shared));
    const std::string pieces[] = {"\"",   "{",      "}",     "[",      "]",      ",",    ":",
                                  "0",    "-1",     "1e308", "-1e308", "1e-308", "null", "9007199254740993",
                                  "true", "\"\"",   "\xff",  "100",    "500",    "0.5",  "3",
                                  "1",    "\\u0000"};
    Random random(1, 0, Stream::traits);
    const auto below = [&](std::size_t most) { return static_cast<std::size_t>(random.next() % most); };
    int lived = 0;
    for (int i = 0; i < 6000; ++i) {
        std::string text = whole;
        for (std::size_t changes = 1 + below(2); changes > 0; --changes) {
            // What stands between two marks, or a few letters.
            const std::size_t at = below(text.size());
            const std::size_t begin = below(4) > 0 ? text.find_first_of(":,[{", at) : at;
            if (begin == std::string::npos) continue;
            const std::size_t end = text.find_first_of(",]}", begin + 1);
            const bool value = end != std::string::npos && begin != at;
            const std::size_t length = value ? end - begin - 1 : std::min<std::size_t>(below(4), text.size() - at);
            text.replace(value ? begin + 1 : at, length, pieces[below(std::size(pieces))]);
        }
        const auto read = read_population(text, *shared);
        if (!read) {
            REQUIRE_FALSE(read.error().reason.empty());
            continue;
        }
        ++lived;
        INFO(text);
        const Settings settings{.people = 3, .days = 2, .seed = 1};
        const auto tally = simulate::simulate(*prepared, *read, settings);
        REQUIRE(tally);
        REQUIRE(sum(tally->people) == 3);
        REQUIRE(json::parse(to_json(report_of(*shared, *read, settings, *tally), *tally)));
    }
    CHECK(lived > 200);
}

TEST_CASE("population: the most of everything is still a population") {
    const auto shared = document({kTriggers});
    const auto out = testing::run(shared, R"("newcomers": 100, "start": "2999-12-31",
        "visits": {"per_week": 500, "spread": 2, "minutes": 240}, "events": {"bought": 100}, "screens": {"help": 100},
        "other_events": 100, "stay_days": 36500, "response": {"answer": 100, "dismiss": 0, "seconds": 3600})",
                                  {.people = 4, .days = 30, .seed = 1});
    CHECK(out.tally.all.prompts > 0);
    CHECK(out.tally.events > 10'000);
    const auto least = testing::run(shared, R"("newcomers": 0, "start": "1970-01-01",
        "visits": {"per_week": 0.001, "spread": 2, "minutes": 0.01}, "events": {"bought": 0.0001}, "other_events": 0,
        "stay_days": 0.0001, "response": {"answer": 0, "dismiss": 0, "seconds": 0.1})",
                                    {.people = 1000, .days = 3650, .seed = 1});
    CHECK(sum(least.tally.people) == 1000);
}

TEST_CASE("population: of itself some people meet each condition, and others do not") {
    const auto shared = testing::document({R"("triggers": [{"session": 1}], "pacing": {"prompts": 1},
        "population": {"all": [{"context": "country", "in": ["DE", "AT"]}, {"attribute": "seats", "gte": 5},
                               {"context": "app_version", "semver_gte": "2.0"}]},
        "targeting": {"any": [{"attribute": "beta", "eq": true}, {"attribute": "note", "contains": "x"}]})"});
    const auto out = testing::run(shared, "", {.people = 3000, .days = 30, .seed = 1});
    const double asked = out.report.surveys[0].burden.share;
    CHECK(asked > 5);
    CHECK(asked < 60);
}

TEST_CASE("population: context is drawn as attributes are, and is what conditions see") {
    const auto shared = testing::document({R"("triggers": [{"session": 1}],
        "population": {"context": "country", "eq": "DE"})"});
    const auto share = [&](const char* context) {
        const auto out =
            testing::run(shared, std::string(R"("visits": {"per_week": 14}, "newcomers": 0, "context": )") + context,
                         {.people = 2000, .days = 14, .seed = 1});
        return out.report.surveys[0].burden.share;
    };
    CHECK(share(R"({"country": "FR"})") == 0);
    CHECK(share(R"({"country": "DE"})") > 99);
    const double some = share(R"({"country": [{"value": "DE", "weight": 3}, {"value": "FR"}]})");
    CHECK(some > 70);
    CHECK(some < 80);
    for (const char* wrong : {R"({"mood": "x"})", R"({"country": 7})", R"({"country": {"from": 1, "to": 2}})"}) {
        CHECK_FALSE(read_population(R"({"population": 1, "context": )" + std::string(wrong) + "}", *shared));
    }
}
