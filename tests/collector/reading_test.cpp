// Reading: who may, and what the numbers are.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "base/nps.hpp"
#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;
using Catch::Matchers::WithinAbs;

namespace {

constexpr const char* kReadPaths[] = {"/v1/summary", "/v1/responses.csv", "/v1/responses.jsonl"};

Collector untrusting() {
    Config config = config_of("");
    config.trust_loopback = false;
    return Collector(config);
}

}  // namespace

TEST_CASE("without trust in this machine, reading takes the read key and nothing else") {
    Collector collector = untrusting();
    for (const std::string path : kReadPaths) {
        INFO(path);
        CHECK(collector.get(path)->status == 401);
        CHECK(collector.get(path)->get_header_value("WWW-Authenticate") == "Bearer");
        CHECK(collector.get(path, {{"Authorization", std::string("Bearer ") + kReadKey}})->status == 200);
        CHECK(collector.get(path + "?key=" + kReadKey)->status == 200);
        CHECK(collector.get(path, {{"Authorization", "Bearer wrong"}})->status == 401);
        CHECK(collector.get(path, {{"Authorization", std::string("Bearer ") + kWriteKey}})->status == 401);
        CHECK(collector.get(path, {{"Candor-Key", kWriteKey}})->status == 401);
        CHECK(collector.get(path, {{"Candor-Key", kReadKey}})->status == 401);
        CHECK(collector.get(path + "?key=" + kWriteKey)->status == 401);
        CHECK(collector.get(path + "?key=")->status == 401);
        CHECK(collector.get(path, {{"REMOTE_ADDR", "127.0.0.1"}})->status == 401);
    }
}

TEST_CASE("a refusal says nothing of what there is") {
    Collector collector = untrusting();
    collector.take({response_event({})});
    const auto refused = collector.get("/v1/summary");
    CHECK_FALSE(refused->has_header("ETag"));
    CHECK(refused->body.find("post-purchase") == std::string::npos);
}

TEST_CASE("this machine may read, unless the name asked for is another's or a proxy stands between") {
    Collector collector;
    for (const char* path : kReadPaths) {
        INFO(path);
        CHECK(collector.get(path)->status == 200);
        CHECK(collector.get(path, {{"Host", "localhost:8080"}})->status == 200);
        CHECK(collector.get(path, {{"Host", "evil.example"}})->status == 401);
        CHECK(collector.get(path, {{"Host", "127.0.0.1.evil.example"}})->status == 401);
        CHECK(collector.get(path, {{"X-Forwarded-For", "10.1.2.3"}})->status == 401);
        CHECK(collector.get(path, {{"Forwarded", "for=10.1.2.3"}})->status == 401);
    }
}

TEST_CASE("no read key configured: an empty key opens nothing") {
    Config config = config_of("");
    config.trust_loopback = false;
    config.read_keys.clear();
    Collector collector(config);
    CHECK(collector.get("/v1/summary")->status == 401);
    CHECK(collector.get("/v1/summary?key=")->status == 401);
    CHECK(collector.get("/v1/summary", {{"Authorization", "Bearer "}})->status == 401);
}

TEST_CASE("the summary of six") {
    Collector collector;
    std::vector<std::string> events;
    for (int score : {9, 3, 7, 10, 9, 8}) {
        Answer answer;
        answer.score = score;
        answer.person = "person-" + std::to_string(events.size() % 5);  // one of them twice
        answer.complete = score != 3;
        if (score == 3) answer.comment = "slow";
        events.push_back(response_event(answer));
    }
    Answer preview;
    preview.test = true;
    preview.score = 0;
    preview.comment = "only looking";
    events.push_back(response_event(preview));
    events.push_back(exposure_event(R"({"possible":4,"sampled":3,"shown":2,"snoozed":1,"dismissed":2,"answered":5})"));
    events.push_back(exposure_event(R"({"shown":-1,"dismissed":1},"moments":{"shown":-1,"dismissed":1})"));
    events.push_back(exposure_event(R"({},"moments":{"possible":70,"shown":2})"));
    collector.take(events);

    const json::Value wave = collector.wave();
    CHECK(at(wave, "project").text() == "shop");
    CHECK(at(wave, "kind").text() == "transactional");
    CHECK(at(wave, "n").integer() == 6);
    const std::vector<std::int64_t> expected{0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 1};
    for (std::size_t score = 0; score < expected.size(); ++score) {
        CHECK(at(wave, "counts").array()[score].integer() == expected[score]);
    }
    CHECK(at(wave, "promoters").integer() == 3);
    CHECK(at(wave, "passives").integer() == 2);
    CHECK(at(wave, "detractors").integer() == 1);
    CHECK_THAT(at(wave, "nps").number(), WithinAbs(33.3333, 0.001));
    const Nps wanted = nps({0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 1});
    const json::Value& interval = at(wave, "interval");
    CHECK_THAT(at(interval, "low").number(), WithinAbs(wanted.low, 1e-9));
    CHECK_THAT(at(interval, "high").number(), WithinAbs(wanted.high, 1e-9));
    CHECK(at(interval, "level").number() == 0.95);
    CHECK(at(wave, "complete").integer() == 5);
    CHECK(at(wave, "partial").integer() == 1);
    CHECK(at(wave, "test").integer() == 1);
    CHECK(at(wave, "persons_answered").integer() == 5);
    CHECK(at(wave, "persons_shown").integer() == 10);
    CHECK(at(at(wave, "response_rate"), "rate").number() == 0.5);
    CHECK(at(at(wave, "exposures"), "shown").integer() == 1);
    CHECK(at(at(wave, "moments"), "possible").integer() == 70);
    CHECK(at(at(wave, "moments"), "shown").integer() == 1);
    CHECK(at(at(wave, "moments"), "answered").integer() == 0);
    REQUIRE(at(wave, "wordings").array().size() == 1);
    CHECK(at(at(wave, "wordings").array()[0], "hash").text() == "fedcba9876543210");
    CHECK(at(at(wave, "wordings").array()[0], "n").integer() == 6);
    REQUIRE(at(wave, "presentations").array().size() == 1);
    CHECK(at(at(wave, "presentations").array()[0], "painter").text() == "imgui");
    REQUIRE(at(wave, "comments").array().size() == 1);
    CHECK(at(at(wave, "comments").array()[0], "group").text() == "detractor");
}

namespace {

const json::Value kNothing = json::Members{};

// How many responses had it; -1 when the score pools none that differ in it.
std::int64_t pooled(const json::Value& wave, std::string_view aspect, const json::Value& value) {
    const json::Value* const counts = at(wave, "pooled").find(aspect);
    if (counts == nullptr) return -1;
    for (const json::Value& count : counts->array()) {
        if (at(count, "value") == value) return at(count, "n").integer();
    }
    return 0;
}

std::string presented(std::string_view from, std::string_view to, const Answer& answer = {}) {
    return replaced(response_event(answer), from, to);
}

}  // namespace

TEST_CASE("a score says of each presentation that is pooled in it how many responses it stands for") {
    Collector collector;
    collector.take({response_event({}), response_event({}), response_event({})});
    CHECK(at(collector.wave(), "pooled") == kNothing);

    Answer preview;
    preview.test = true;
    Answer other;
    other.survey = "relationship";
    collector.take({presented(R"("painter":"imgui")", R"("painter":"host")", preview),
                    presented(R"("painter":"imgui")", R"("painter":"host")", other),
                    presented(R"("locale":"en"})", R"("locale":"de"})")});
    CHECK(at(collector.wave(), "pooled") == kNothing);  // nor another survey, a test or a translation

    collector.take({presented(R"("painter":"imgui")", R"("painter":"controls")"),
                    replaced(presented(R"("painter":"imgui")", R"("painter":"controls")"), "pointer", "keyboard"),
                    presented(R"("rows":1)", R"("rows":2)"), presented(R"("layout":"corner")", R"("layout":"sheet")"),
                    presented(R"("order":"ascending")", R"("order":"descending")"),
                    presented(R"("painter":"imgui",)", "")});
    const json::Value wave = collector.wave();
    CHECK(at(wave, "n").integer() == 10);
    CHECK(pooled(wave, "painter", "imgui") == 7);
    CHECK(pooled(wave, "painter", "controls") == 2);
    CHECK(pooled(wave, "painter", json::Value()) == 1);
    CHECK(pooled(wave, "input", "pointer") == 9);
    CHECK(pooled(wave, "input", "keyboard") == 1);
    CHECK(pooled(wave, "rows", "1") == 9);
    CHECK(pooled(wave, "rows", "2") == 1);
    CHECK(pooled(wave, "layout", "sheet") == 1);
    CHECK(pooled(wave, "order", "descending") == 1);
    CHECK(pooled(wave, "locale", "de") == -1);
    CHECK(at(at(at(wave, "pooled"), "painter").array()[0], "value").text() == "imgui");  // the most first
    CHECK(at(collector.wave("relationship"), "pooled") == kNothing);
}

TEST_CASE("nobody's score is no number") {
    Collector collector;
    collector.take({exposure_event(R"({"shown":2})")});
    const json::Value wave = collector.wave();
    CHECK(at(wave, "n").integer() == 0);
    CHECK(at(wave, "nps").is_null());
    CHECK(at(wave, "interval").is_null());
    CHECK(at(at(wave, "response_rate"), "rate").number() == 0.0);
}

TEST_CASE("a rate that cannot be known yet is none") {
    Collector collector;
    collector.take({response_event({})});
    CHECK(at(at(collector.wave(), "response_rate"), "rate").is_null());
    CHECK(at(at(collector.wave(), "response_rate"), "answered").integer() == 1);
    // A difference whose first half is still on its way.
    collector.take({exposure_event(R"({"shown":-5})")});
    CHECK(at(collector.wave(), "persons_shown").integer() == 0);
}

TEST_CASE("waves and surveys are kept apart") {
    Collector collector;
    Answer one;
    Answer two;
    two.survey = "relationship";
    two.score = 0;
    collector.take({response_event(one), response_event(two)});
    CHECK(at(collector.wave(), "nps").number() == 100);
    CHECK(at(collector.wave("relationship"), "nps").number() == -100);
}

TEST_CASE("comments: the newest first, as many as asked for") {
    Collector collector;
    for (int i = 0; i < 25; ++i) {
        Answer answer;
        answer.comment = "comment " + std::to_string(i);
        answer.time = kNow - kHour + i * kMinute;
        collector.take({response_event(answer)});
    }
    CHECK(at(collector.wave(), "comments").array().size() == 20);
    CHECK(at(at(collector.wave(), "comments").array()[0], "text").text() == "comment 24");
    const json::Value three = json_of(collector.get("/v1/summary?limit=3"));
    CHECK(at(at(three, "surveys").array()[0], "comments").array().size() == 3);
    for (const char* limit : {"-1", "x", "501", "", "1.5"}) {
        CHECK(collector.get(std::string("/v1/summary?limit=") + limit)->status == 400);
    }
}

TEST_CASE("the answer's instant is corrected by the difference of the clocks") {
    Collector collector;
    Answer answer;
    answer.time = kNow + 10 * kDay - kHour;  // the sender's clock is ten days ahead
    const auto result = collector.client().Post(
        "/v1/events", {{"Candor-Key", kWriteKey}, {"Candor-Sent-At", std::to_string(kNow + 10 * kDay)}},
        batch_of({response_event(answer)}), kBatchType);
    REQUIRE(result);
    REQUIRE(result->status == 200);
    CHECK(at(collector.wave(), "last_answer").text() == rfc3339(kNow - kHour));
    const json::Value row = json_of(collector.get("/v1/responses.jsonl"));
    CHECK(at(row, "time").text() == rfc3339(answer.time));
    CHECK(at(row, "sent_at").text() == rfc3339(kNow + 10 * kDay));
    CHECK(at(row, "received_at").text() == rfc3339(kNow));
    CHECK(at(row, "answered_at").text() == rfc3339(kNow - kHour));
}

TEST_CASE("dropped events are summed by reason") {
    Collector collector;
    for (int count : {3, 4}) {
        collector.take({event_of(
            "candor.dropped", R"({"kind":"exposure","reason":"queue_full","count":)" + std::to_string(count) + "}")});
    }
    const json::Value summary = json_of(collector.get("/v1/summary"));
    REQUIRE(at(summary, "dropped").array().size() == 1);
    CHECK(at(at(summary, "dropped").array()[0], "count").integer() == 7);
}

TEST_CASE("a poll costs nothing while nothing changes") {
    Collector collector;
    collector.take({response_event({})});
    const std::string tag = collector.get("/v1/summary")->get_header_value("ETag");
    REQUIRE_FALSE(tag.empty());
    const auto same = collector.get("/v1/summary", {{"If-None-Match", tag}});
    CHECK(same->status == 304);
    CHECK(same->body.empty());
    collector.take({response_event({})});
    const auto changed = collector.get("/v1/summary", {{"If-None-Match", tag}});
    CHECK(changed->status == 200);
    CHECK(changed->get_header_value("ETag") != tag);
}

TEST_CASE("the page and its parts come with a strict policy, and without any data") {
    Collector collector = untrusting();
    collector.take({response_event({})});
    for (const char* path : {"/", "/style.css", "/app.js", "/icon.svg"}) {
        const auto result = collector.get(path);
        INFO(path);
        REQUIRE(result->status == 200);
        CHECK(result->body.size() > 100);
        CHECK(result->body.find("post-purchase") == std::string::npos);
        const std::string policy = result->get_header_value("Content-Security-Policy");
        CHECK(policy.find("default-src 'self'") == 0);
        CHECK(policy.find("unsafe") == std::string::npos);
    }
    const std::string page = collector.get("/")->body;
    for (const char* inline_part : {"<style", "style=", "onclick", "<script>", "http://", "https://"}) {
        CHECK(page.find(inline_part) == std::string::npos);
    }
    CHECK(collector.get("/appxjs")->status == 404);
    CHECK(collector.get("/../database")->status == 404);
    CHECK(collector.get("/v1/events")->status == 405);
}
