// What is an event, and what is refused with which path.

#include "collector/event.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;

namespace {

constexpr std::size_t kMax = 4u << 20;

Result<Event> read_one(const std::string& event) {
    auto batch = parse_batch("[" + event + "]", kMax);
    REQUIRE(batch);
    REQUIRE(batch->events.size() == 1);
    return batch->events[0].event;
}

// An event made wrong in one place is refused, and names that place.
void check_refused(const std::string& event, std::string_view from, std::string_view to, const std::string& path) {
    const auto result = read_one(replaced(event, from, to));
    INFO(from << " -> " << to);
    REQUIRE_FALSE(result);
    CHECK(result.error().path == path);
    CHECK_FALSE(result.error().reason.empty());
}

}  // namespace

TEST_CASE("a response is read whole") {
    Answer answer;
    answer.comment = "fine\n\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7";
    answer.revision = 3;
    const auto event = read_one(response_event(answer));
    REQUIRE(event);
    CHECK(event->id == answer.event);
    CHECK(event->project == "shop");
    CHECK(event->time == answer.time);
    const auto& response = std::get<Response>(event->body);
    CHECK(response.submission == answer.submission);
    CHECK(response.revision == 3);
    CHECK(response.score == 9);
    CHECK(response.comment == answer.comment);
    CHECK(response.locale == "en");
    CHECK(response.complete);
    CHECK_FALSE(response.test);
}

TEST_CASE("answers of every type are read, and only the recommendation is the score") {
    Answer answer;
    const std::string event = response_event(answer);
    const std::string nps = R"({"question":"score","type":"nps","score":9})";
    const auto with = [&](const std::string& more) { return read_one(replaced(event, nps, more)); };
    const auto all = with(nps + R"(,{"question":"a","type":"csat","score":2},{"question":"b","type":"ces","score":7},)"
                                R"({"question":"c","type":"single","choices":["x"]},)"
                                R"({"question":"d","type":"multiple","choices":["x","other"],"text":"figs"})");
    REQUIRE(all);
    CHECK(std::get<Response>(all->body).score == 9);
    CHECK(std::get<Response>(all->body).comment == "figs");
    const auto without = with(R"({"question":"a","type":"csat","score":2})");
    REQUIRE(without);
    CHECK_FALSE(std::get<Response>(without->body).score);
}

TEST_CASE("answers that their type does not have are refused") {
    Answer answer;
    const std::string event = response_event(answer);
    const auto refused = [&](const std::string& to, const std::string& path) {
        check_refused(event, R"({"question":"score","type":"nps","score":9})", to, "data." + path);
    };
    refused(R"({"question":"a","type":"csat","score":6})", "answers[0].score");
    refused(R"({"question":"a","type":"csat","score":0})", "answers[0].score");
    refused(R"({"question":"a","type":"csat"})", "answers[0].score");
    refused(R"({"question":"a","type":"ces","score":8})", "answers[0].score");
    refused(R"({"question":"a","type":"single"})", "answers[0].choices");
    refused(R"({"question":"a","type":"single","choices":[]})", "answers[0].choices");
    refused(R"({"question":"a","type":"single","choices":["x","y"]})", "answers[0].choices");
    refused(R"({"question":"a","type":"multiple","choices":"x"})", "answers[0].choices");
    refused(R"({"question":"a","type":"multiple","choices":["x",7]})", "answers[0].choices");
    refused(R"({"question":"a","type":"multiple","choices":["x","x"]})", "answers[0].choices");
    refused(R"({"question":"a","type":"multiple","choices":["x"],"text":7})", "answers[0].text");
    refused(R"({"question":"a","type":"statement"})", "answers[0].type");
    refused("", "answers");
}

TEST_CASE("a later revision may have taken back what was answered") {
    Answer answer;
    answer.revision = 2;
    const auto event = read_one(replaced(response_event(answer), R"({"question":"score","type":"nps","score":9})", ""));
    REQUIRE(event);
    CHECK_FALSE(std::get<Response>(event->body).score);
}

TEST_CASE("every malformed field of a response is named") {
    Answer answer;
    answer.comment = "fine";
    const std::string event = response_event(answer);
    const std::string submission = "\"" + answer.submission + "\"";
    REQUIRE(read_one(event));

    check_refused(event, R"("specversion":"1.0",)", "", "specversion");
    check_refused(event, R"("1.0")", R"("0.3")", "specversion");
    check_refused(event, answer.event, "x", "id");
    check_refused(event, "\"" + answer.event + "\"", "7", "id");
    check_refused(event, "candor:shop", "shop", "source");
    check_refused(event, "candor:shop", "candor:", "source");
    check_refused(event, "candor:shop", "candor:a b", "source");
    check_refused(event, "candor.response", "candor.unheard", "type");
    check_refused(event, R"("time":"2026-11-22)", R"("time":"2026-02-30)", "time");
    check_refused(event, R"("time":"2026-11-22)", R"("time":"soon)", "time");
    check_refused(event, "2026-11-22T06:59:00.000Z", "2026-11-22", "time");
    check_refused(event, "2026-11-22T06:59:00.000Z", "2026-11-22T06:59:00.000", "time");
    check_refused(event, "application/json", "text/xml", "datacontenttype");
    check_refused(event, R"("data":{)", R"("data_":{)", "data");

    check_refused(event, submission, "null", "data.submission");
    check_refused(event, submission, R"("00000000-0000-4000-8000-000000000000")", "data.submission");
    check_refused(event, R"("revision":1)", R"("revision":0)", "data.revision");
    check_refused(event, R"("revision":1)", R"("revision":1.5)", "data.revision");
    check_refused(event, R"("revision":1)", R"("revision":"1")", "data.revision");
    check_refused(event, R"("person":"web-1")", R"("person":"")", "data.person");
    check_refused(event, R"("person":"web-1")", "\"person\":\"" + std::string(1025, 'x') + "\"", "data.person");
    check_refused(event, R"("survey":"post-purchase")", R"("survey":["a"])", "data.survey");
    check_refused(event, R"("transactional")", R"("other")", "data.kind");
    check_refused(event, R"("wave":"1")", R"("wave":1)", "data.wave");
    check_refused(event, R"("touchpoint":"purchase_completed",)", "", "data.touchpoint");
    check_refused(event, R"("document":{"revision":7)", R"("document":{"revision":"7")", "data.document.revision");
    check_refused(event, R"("wording":{"id":"nps",)", R"("wording":{)", "data.wording.id");
    check_refused(event, R"("version":1)", R"("version":-1)", "data.wording.version");
    check_refused(event, R"("rows":1)", R"("rows":"one")", "data.presentation.rows");
    check_refused(event, R"("painter":"imgui")", R"("painter":"oil")", "data.presentation.painter");
    check_refused(event, R"("percent":100)", R"("percent":100.5)", "data.sampling.percent");
    check_refused(event, R"("score":9)", R"("score":11)", "data.answers[0].score");
    check_refused(event, R"("score":9)", R"("score":-1)", "data.answers[0].score");
    check_refused(event, R"("score":9)", R"("score":8.5)", "data.answers[0].score");
    check_refused(event, R"("score":9)", R"("score":null)", "data.answers[0].score");
    check_refused(event, R"(,"score":9)", "", "data.answers[0].score");
    check_refused(event, R"("type":"text")", R"("type":"stars")", "data.answers[1].type");
    check_refused(event, R"("text":"fine")", R"("text":5)", "data.answers[1].text");
    check_refused(event, R"("question":"reason")", R"("question":"score")", "data.answers[1].question");
    check_refused(event, R"("type":"text","text":"fine")", R"("type":"nps","score":3)", "data.answers[1].type");
    check_refused(event, R"("complete":true)", R"("complete":"yes")", "data.complete");
    check_refused(event, R"("complete":true,)", "", "data.complete");
    check_refused(event, R"("seconds":12.5)", R"("seconds":-1)", "data.seconds");
    check_refused(event, R"("platform":"web")", R"("platform":{})", "data.platform");
    check_refused(event, R"("mode":"none")", R"("mode":1)", "data.consent.mode");
    check_refused(event, R"("test":false)", R"("test":"no")", "data.test");
}

TEST_CASE("every malformed field of the other events is named") {
    const std::string exposure = exposure_event(R"({"shown":-1,"answered":1})");
    REQUIRE(read_one(exposure));
    check_refused(exposure, "2026-11-22\",\"changes", "2026-13-01\",\"changes", "data.day");
    check_refused(exposure, "2026-11-22\",\"changes", "2026-11-22T00:00:00Z\",\"changes", "data.day");
    check_refused(exposure, R"("shown":-1)", R"("seen":-1)", "data.changes.seen");
    check_refused(exposure, R"("shown":-1)", R"("shown":0.5)", "data.changes.shown");
    check_refused(exposure, R"("shown":-1)", R"("shown":9007199254740993)", "data.changes.shown");
    check_refused(exposure, R"({"shown":-1,"answered":1})", "7", "data.changes");
    const std::string moments = exposure_event(R"({},"moments":{"possible":5000})");
    REQUIRE(read_one(moments));
    check_refused(moments, R"("possible":5000)", R"("possible":1000001)", "data.moments.possible");
    check_refused(moments, R"("possible":5000)", R"("met":5)", "data.moments.met");
    check_refused(moments, R"({"possible":5000})", "[]", "data.moments");

    const std::string dropped = event_of("candor.dropped", R"({"kind":"exposure","reason":"queue_full","count":3})");
    REQUIRE(read_one(dropped));
    check_refused(dropped, R"("count":3)", R"("count":0)", "data.count");
    check_refused(dropped, R"("queue_full")", R"("")", "data.reason");
    check_refused(dropped, R"("exposure")", "3", "data.kind");

    const std::string id = new_id();
    const std::string deletion = deletion_event(id);
    REQUIRE(read_one(deletion));
    check_refused(deletion, "\"" + id + "\"", "\"" + id + "\",5", "data.submissions[1]");
    check_refused(deletion, "[\"" + id + "\"]", "{}", "data.submissions");
}

TEST_CASE("things that are no object at all are rejected one by one") {
    const auto batch = parse_batch(R"([1, null, "x", [], {}, {"id": 5}])", kMax);
    REQUIRE(batch);
    REQUIRE(batch->events.size() == 6);
    for (const auto& reading : batch->events) {
        CHECK_FALSE(reading.event);
        CHECK_FALSE(reading.id);
    }
}

TEST_CASE("what is no batch is refused whole") {
    for (const char* body :
         {"", " ", "{", "{}", "null", "[", "[1,]", "[] []", "\xff", "[\"\xc3(\"]", "[\"\xed\xa0\x80\"]"}) {
        INFO(body);
        CHECK_FALSE(parse_batch(body, kMax));
    }
    CHECK_FALSE(parse_batch(std::string(200000, '['), kMax));
    CHECK_FALSE(parse_batch(R"([{"id": 1, "id": 2}])", kMax));
    CHECK_FALSE(parse_envelope("[]", kMax));
    CHECK_FALSE(parse_envelope(R"({"key": 5, "events": []})", kMax));
    CHECK_FALSE(parse_envelope(R"({"key": "k", "sent_at": "noon", "events": []})", kMax));
    CHECK_FALSE(parse_envelope(R"({"key": "k"})", kMax));
}

TEST_CASE("equal presentations are equal text whatever the order of their keys") {
    const Answer answer;
    const std::string event = response_event(answer);
    const auto one = read_one(event);
    const auto other =
        read_one(replaced(event, R"({"rows":1,"order":"ascending",)", R"({"order":"ascending","rows":1,)"));
    REQUIRE(one);
    REQUIRE(other);
    CHECK(std::get<Response>(one->body).presentation == std::get<Response>(other->body).presentation);
}
