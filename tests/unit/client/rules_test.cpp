// What the rules see of the host: properties, attributes, context, keys, and what goes out of them.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>

#include "../../contract/map_host.hpp"
#include "base/json.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::contract::MapHost;

namespace {

constexpr std::int64_t kStart = 1'795'334'400'000;  // 2026-11-22T08:00:00Z, a Sunday

const std::string kOnGo = R"("kind": "transactional", "triggers": [{"event": "go"}])";

candor_property number(const char* key, double value) {
    candor_property property{};
    property.key = candor_text(key);
    property.kind = CANDOR_PROPERTY_NUMBER;
    property.number = value;
    return property;
}

void set(TestClient& client, const char* key, double value) {
    const candor_property attribute = number(key, value);
    REQUIRE(candor_set_attributes(client.handle(), &attribute, 1) == CANDOR_OK);
}

// The data of the last response that the collector has.
candor::json::Value response(TestHost& host) {
    candor::json::Value last;
    for (const std::string& body : host.collected()) {
        const auto event = candor::json::parse(body);
        if (event->find("type")->text() == "candor.response") last = *event->find("data");
    }
    return last;
}

void answer(TestClient& client) {
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
}

}  // namespace

TEST_CASE("an event's properties are what its trigger filters by") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(
        R"("kind": "transactional", "triggers": [{"event": "go", "where": {"property": "total", "gte": 100}}])"));
    const candor_property small = number("total", 99), large = number("total", 100);
    candor_track(client.handle(), candor_text("go"), &small, 1);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    candor_track(client.handle(), candor_text("go"), &large, 1);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("an attribute that is told after the trigger makes the survey due") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo + R"(, "targeting": {"attribute": "orders", "gte": 3})"));
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    CHECK(client.explain("s").find("attribute \\\"orders\\\" is not known; gte 3") != std::string::npos);
    set(client, "orders", 2);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    set(client, "orders", 3);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("attributes are the person's: another one has none") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo + R"(, "population": {"attribute": "orders", "gte": 3})"));
    set(client, "orders", 3);
    client.identify("bob");
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("quiet hours are those of the clock on the wall") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo + R"(, "pacing": {"quiet_hours": {"from": "07:00", "to": "09:00"}})"));
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));  // it is 08:00 in UTC, as long as nothing else is known
    const candor_offset tokyo{0, 540};
    candor_context context = CANDOR_CONTEXT_INIT;
    context.offsets = &tokyo;
    context.offset_count = 1;
    REQUIRE(candor_set_context(client.handle(), &context) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("whoever types is not asked until the keys have rested") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo + R"(, "pacing": {"idle_seconds": 5})"));
    client.settle();
    CHECK(candor_typed(client.handle()) == CANDOR_OK);
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    host.advance(4000);
    CHECK(candor_typed(client.handle()) == CANDOR_OK);
    host.advance(4000);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    host.advance(1000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("arm, inclusion and wave go out with the response") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.identify("ann");  // whose turn does not come in the last hours of a wave, when no session begins any more
    client.load(one_survey(R"("kind": "relationship", "starts": "2026-11-01", "every": {"days": 7},
        "triggers": [{"event": "never"}], "targeting": {"attribute": "mood", "eq": "happy"}, "control": {"percent": 100},
        "sample": {"percent": 100}, "expires": 86400)"));
    client.settle();
    // The turn comes somewhere in the week; the control share is asked at the start of a session.
    for (int day = 0; day < 8 && !client.came(CANDOR_EVENT_PROMPT_POSSIBLE); ++day) {
        host.advance(24 * 3'600'000);
        client.track("anything");
    }
    answer(client);
    const auto data = response(host);
    CHECK(data.find("touchpoint")->text() == "$control");
    CHECK((data.find("wave")->text() == "3" || data.find("wave")->text() == "4"));
    const candor::json::Value& sampling = *data.find("sampling");
    CHECK(sampling.find("control")->number() == 100);
    CHECK(sampling.find("arm")->text() == "control");
    CHECK_FALSE(sampling.find("would_target")->boolean());
}

TEST_CASE("what is counted within a session is counted where its start stands in the journal") {
    TestHost host;
    MapHost map;
    const candor_store table = map.table();
    host.set_store(&table);
    const auto entry = [](const char* kind, std::int64_t at, const char* more) {
        return R"({"kind":")" + std::string(kind) + R"(","name":"go","at":)" + std::to_string(at) + more + "}";
    };
    const std::int64_t hour = 3'600'000;
    const std::string session = R"({"kind":"session","starts":[)" + std::to_string(kStart - 2 * hour) + "," +
                                std::to_string(kStart - hour) + R"(],"last":)" + std::to_string(kStart - hour + 1) +
                                "}";
    const std::string text = one_survey(R"("kind": "transactional", "expires": 86400,
        "triggers": [{"event": "go", "count": 2, "within": "session", "where": {"property": "n", "eq": 1}}])");
    SECTION("one in each of two sessions") {
        map.data.journal = {{"1", entry("event", kStart - 2 * hour, R"(,"properties":{"n":1})")},
                            {"2", entry("event", kStart - hour, R"(,"properties":{"n":1})")},
                            {"session", session}};
        TestClient client(host, {.with_document = false});
        client.load(text);
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    }
    SECTION("two in one") {
        map.data.journal = {{"1", entry("event", kStart - hour, R"(,"properties":{"n":1})")},
                            {"2", entry("event", kStart - hour + 1, R"(,"properties":{"n":1})")},
                            {"session", session}};
        TestClient client(host, {.with_document = false});
        client.load(text);
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    }
    SECTION("two in one, of which the filter leaves one") {
        map.data.journal = {{"1", entry("event", kStart - hour, R"(,"properties":{"n":1})")},
                            {"2", entry("event", kStart - hour + 1, R"(,"properties":{"n":2})")},
                            {"session", session}};
        TestClient client(host, {.with_document = false});
        client.load(text);
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    }
}

TEST_CASE("what the loader has counted is sent as it wrote it, and not counted again") {
    TestHost host;
    MapHost map;
    const candor_store table = map.table();
    host.set_store(&table);
    const std::string at = std::to_string(kStart - 1000);
    const std::string event =
        R"({"specversion":"1.0","id":"0b0e7a5c-1111-4222-8333-944445555666","data":{"changes":{"possible":1}}})";
    map.data.journal = {
        {"1", R"({"kind":"event","name":"go","at":)" + at + R"(,"counted":{"s.1#0":)" + event + "}}"},
        {"2", R"({"kind":"event","name":"go","at":)" + at + R"(,"counted":{"s.1#0":{"id":""}}})"},
        {"3", R"({"kind":"event","name":"go","at":)" + at + R"(,"counted":7})"},
        {"4", R"({"kind":"event","name":"go","at":)" + at + "}"},
    };
    TestClient client(host, {.with_document = false});
    client.load(one_survey(R"("kind": "transactional", "triggers": [{"event": "go"}], "sample": {"percent": 0})"));
    client.settle();
    std::vector<std::string> sent;
    for (const std::string& body : host.collected()) sent.push_back(body);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0] == event);
    // The three of which nothing stands there, or nothing that could be sent.
    CHECK(sent[1].find(R"("moments":{"possible":3})") != std::string::npos);
    // The person is known to have come so far: the loader has said so, or this has.
    CHECK(sent[1].find(R"("changes":{})") != std::string::npos);
}

TEST_CASE("what only counts is stored once in 30 s, or when somebody could miss it") {
    TestHost host;
    MapHost map;
    const candor_store table = map.table();
    host.set_store(&table);
    TestClient client(host, {.with_document = false});
    client.load(one_survey(R"("kind": "transactional", "triggers": [{"event": "go", "count": 60}])"));
    client.settle();
    const auto stored = [&] {
        std::string all;
        for (const auto& [key, bytes] : map.data.records) all += key.rfind("person/", 0) == 0 ? bytes : "";
        const std::size_t at = all.find(R"("count":)");
        return at == std::string::npos ? 0 : std::stoi(all.substr(at + 8));
    };
    const int before = map.commits;
    for (int i = 0; i < 29; ++i) {
        client.track("go");
        host.advance(1000);
        candor_tick(client.handle());
    }
    CHECK(map.commits == before);
    // Not by client.settle(), which stores what waits.
    const auto stores = [&] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (map.commits == before && std::chrono::steady_clock::now() < end) candor_tick(client.handle());
        return map.commits != before;
    };
    SECTION("after 30 s") {
        CHECK(stored() == 0);
        host.advance(1000);
        REQUIRE(stores());
        CHECK(stored() == 29);
    }
    SECTION("before the app goes") {
        candor_hidden(client.handle(), 1);
        REQUIRE(stores());
        CHECK(stored() == 29);
    }
    SECTION("before it is closed") {
        client.close();
        CHECK(stored() == 29);
    }
    SECTION("of whom they were, before another signs in") {
        client.identify("ann");
        client.settle();
        CHECK(stored() == 29);
        client.track("go");
        client.identify("bob");
        client.settle();
        CHECK(map.data.records.at("person/ann").find(R"("count":30)") != std::string::npos);
        CHECK(map.data.records.at("person/bob").find(R"("count":)") == std::string::npos);
    }
    SECTION("of whom they were, before they sign out") {
        client.identify("ann");
        client.settle();
        client.track("go");
        REQUIRE(candor_reset(client.handle()) == CANDOR_OK);
        client.settle();
        CHECK(map.data.records.at("person/ann").find(R"("count":30)") != std::string::npos);
    }
    SECTION("with what opens something") {
        for (int i = 0; i < 31; ++i) client.track("go");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        CHECK(stored() == 60);
    }
    SECTION("what is erased comes back with nothing") {
        candor_forget(client.handle());
        client.settle();
        host.advance(60'000);
        client.settle();
        CHECK(stored() == 0);
    }
}

namespace {

std::string members(const candor::json::Value& value) { return candor::json::dump(value).c_str(); }

candor_property text_of(const char* key, std::string_view value) {
    return {candor_text(key), CANDOR_PROPERTY_TEXT, 0, 0, {value.data(), value.size()}};
}
}  // namespace

TEST_CASE("what the document includes of the event and the person goes out with the response, and nothing else") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path(), .with_document = false});
        client.load(one_survey(R"("kind": "transactional", "triggers": [{"event": "go"}],
            "include": {"properties": ["item", "total", "nowhere"], "attributes": ["plan"]})"));
        const candor_property attributes[] = {text_of("plan", "pro"), text_of("secret", "s3cr3t")};
        REQUIRE(candor_set_attributes(client.handle(), attributes, 2) == CANDOR_OK);
        const std::string long_text = std::string(499, 'x') + "é";  // whose last letter begins at the last byte
        const candor_property properties[] = {text_of("item", long_text), number("total", 12.5),
                                              text_of("card", "4111")};
        REQUIRE(candor_track(client.handle(), candor_text("go"), properties, 3) == CANDOR_OK);
        answer(client);
    }
    const auto data = response(host);
    CHECK(members(*data.find("properties")) == R"({"item":")" + std::string(499, 'x') + R"(","total":12.5})");
    CHECK(members(*data.find("attributes")) == R"({"plan":"pro"})");
    for (const std::string& body : host.collected()) {
        CHECK(body.find("s3cr3t") == std::string::npos);
        CHECK(body.find("4111") == std::string::npos);
    }
}

TEST_CASE("without include neither properties nor attributes go out") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo));
    const candor_property properties[] = {text_of("item", "beans")};
    REQUIRE(candor_track(client.handle(), candor_text("go"), properties, 1) == CANDOR_OK);
    answer(client);
    CHECK(response(host).find("properties") == nullptr);
    CHECK(response(host).find("attributes") == nullptr);
}

TEST_CASE("a text names a property of the event, also after a restart, and it does not go out for that") {
    TestHost host;
    const TemporaryFolder folder;
    const std::string text =
        R"({"candor": 1, "project": "shop", "revision": 1, "product": "Shop", "surveys": [{"id": "s",
        "kind": "transactional", "triggers": [{"event": "go"}], "questions": [
        {"id": "score", "type": "csat", "text": "How do you like {property.item|it}?",
         "low": "not at all", "high": "a lot"},
        {"id": "thanks", "type": "thanks"}]}]})";
    const auto asked = [&](TestClient& client) {
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
        client.settle();
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
        return std::string(prompt.text.data, prompt.text.size);
    };
    SECTION("at once, and in the run after") {
        {
            TestClient client(host, {.storage = folder.path(), .with_document = false});
            client.load(text);
            const candor_property properties[] = {text_of("item", "the beans")};
            REQUIRE(candor_track(client.handle(), candor_text("go"), properties, 1) == CANDOR_OK);
            CHECK(asked(client) == "How do you like the beans?");
        }
        TestClient client(host, {.storage = folder.path(), .with_document = false});
        client.load(text);
        CHECK(asked(client) == "How do you like the beans?");
        REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 5) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_ANSWERED);
        client.settle();
        CHECK(response(host).find("properties") == nullptr);
    }
    SECTION("of an event without it") {
        TestClient client(host, {.with_document = false});
        client.load(text);
        client.track("go");
        CHECK(asked(client) == "How do you like it?");
    }
}
