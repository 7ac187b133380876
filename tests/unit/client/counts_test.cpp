// What only counts waits to be stored: of whom it is, of what was known then, and what becomes of it when the store
// fails or all is erased.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "../../contract/map_host.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::contract::MapHost;

namespace {

void set(TestClient& client, const char* key, std::string_view value) {
    const candor_property attribute{candor_text(key), CANDOR_PROPERTY_TEXT, 0, 0, {value.data(), value.size()}};
    REQUIRE(candor_set_attributes(client.handle(), &attribute, 1) == CANDOR_OK);
}

void set_version(TestClient& client, const char* version) {
    candor_context context = CANDOR_CONTEXT_INIT;
    context.app_version = candor_text(version);
    REQUIRE(candor_set_context(client.handle(), &context) == CANDOR_OK);
}

// A host's storage whose next commits can be made to fail.
struct Storage {
    MapHost map;
    candor_store behind = map.table();
    candor_store table{};
    int failing = 0;

    explicit Storage(TestHost& host) {
        table.size = sizeof table;
        table.context = this;
        table.transact = [](void* self, std::uint32_t ticket, const candor_store_request* request) {
            Storage& storage = *static_cast<Storage*>(self);
            storage.map.fail_commit = storage.failing > 0;
            if (storage.failing > 0) --storage.failing;
            storage.behind.transact(storage.behind.context, ticket, request);
        };
        table.close = [](void*) {};
        host.set_store(&table);
    }

    std::string persons(const std::string& id = "") const {
        std::string all;
        for (const auto& [key, bytes] : map.data.records) all += key.rfind("person/" + id, 0) == 0 ? bytes : "";
        return all;
    }
    bool has(const char* text) const { return persons().find(text) != std::string::npos; }
};

struct App {
    TestHost host;
    Storage storage{host};
    TestClient client{host, {.with_document = false}};

    explicit App(const std::string& document) { load(document); }

    void load(const std::string& document) {
        client.load(document);
        client.settle();
    }
    void hide() {
        REQUIRE(candor_hidden(client.handle(), 1) == CANDOR_OK);
        client.settle();
    }
    void wait(std::int64_t ms) {
        host.advance(ms);
        candor_tick(client.handle());
        client.settle();
    }
};

const std::string kSixty = R"("kind": "transactional", "triggers": [{"event": "go", "count": 60}])";
const std::string kOnGo = R"("kind": "transactional", "triggers": [{"event": "go"}])";
const std::string kNobody = kOnGo + R"(, "sample": {"percent": 0})";

}  // namespace

TEST_CASE("a clock put back while counts wait begins no session") {
    App app(one_survey(kSixty));
    for (int i = 0; i < 20; ++i) app.client.track("go");
    app.host.set_wall_clock(app.host.now() - 2000);
    app.hide();
    CHECK(app.storage.has(R"("sessions":1,)"));
    CHECK(app.storage.has(R"("count":20)"));
}

TEST_CASE("what waits was counted by the document of then") {
    App app(one_survey(kSixty));
    app.client.track("go");
    app.load(one_survey(kOnGo, 2));
    CHECK_FALSE(app.client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("what waits was done by a person with the attributes of then") {
    App app(one_survey(kNobody + R"(, "population": {"attribute": "plan", "eq": "free"})"));
    set(app.client, "plan", "free");
    app.client.track("go");
    set(app.client, "plan", "pro");
    app.client.settle();
    REQUIRE(app.host.collected().size() == 1);
    CHECK(app.host.collected()[0].find(R"("moments":{"possible":1})") != std::string::npos);
}

TEST_CASE("what waits was done in the version of then") {
    App app(one_survey(R"("kind": "transactional", "triggers": [{"event": "go", "count": 60, "within": "version"}])"));
    set_version(app.client, "1.0");
    for (int i = 0; i < 5; ++i) app.client.track("go");
    set_version(app.client, "2.0");
    app.hide();
    CHECK(app.storage.has(R"("scope":"1.0")"));
    CHECK_FALSE(app.storage.has(R"("scope":"2.0")"));
}

TEST_CASE("what could not be stored is tried again, of whom it was alone") {
    App app(one_survey(kSixty));
    app.client.identify("ann");
    app.client.settle();
    for (int i = 0; i < 5; ++i) app.client.track("go");
    app.storage.failing = 1;
    SECTION("after a while") {
        app.hide();
        app.wait(10'000);
        CHECK(app.storage.has(R"("count":5)"));
    }
    SECTION("not by somebody else's name") {
        app.client.identify("bob");
        app.client.settle();
        app.wait(60'000);
        CHECK(app.storage.persons("bob").find(R"("count":)") == std::string::npos);
    }
    SECTION("not once all was erased") {
        REQUIRE(candor_hidden(app.client.handle(), 1) == CANDOR_OK);
        REQUIRE(candor_forget(app.client.handle()) == CANDOR_OK);
        app.client.settle();
        app.wait(60'000);
        CHECK_FALSE(app.storage.has(R"("count":5)"));
    }
}

TEST_CASE("before consent is known nobody is counted, and nobody is taken off the counts after it") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path(), .consent = CANDOR_CONSENT_UNKNOWN, .with_document = false});
    client.load(one_survey(kOnGo));
    client.track("go");
    client.settle();
    REQUIRE(candor_consent(client.handle(), CANDOR_CONSENT_GRANTED) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
    client.settle();
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find(R"("changes":{"shown":1},"moments":{"shown":1})") != std::string::npos);
    CHECK(all.find(":-1") == std::string::npos);
}

TEST_CASE("every event of a step has an id of its own") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    const std::string twice = one_survey(kNobody);
    const std::size_t at = twice.find(R"({"id": "s")");
    const std::string survey = twice.substr(at, twice.size() - at - 2);
    std::string text = twice.substr(0, at) + survey + ", " + survey + "]}";
    text.replace(text.rfind(R"("id": "s")"), 9, R"("id": "t")");
    client.load(text);
    client.settle();
    for (int i = 0; i < 60; ++i) {
        REQUIRE(candor_reset(client.handle()) == CANDOR_OK);
        client.track("go");
        client.settle();
    }
    CHECK(host.collected().size() == 120);
}

TEST_CASE("values go out as they are documented, whatever a page has journalled") {
    TestHost host;
    Storage storage(host);
    storage.map.data.journal = {{"1", R"({"kind":"event","name":"go","at":)" + std::to_string(host.now()) +
                                          R"(,"properties":{"item":{"deep":["secret",1]},"n":null,"total":2}})"}};
    TestClient client(host, {.with_document = false});
    client.load(one_survey(kOnGo + R"(, "include": {"properties": ["item", "n", "total"], "attributes": ["plan"]})"));
    client.settle();
    set(client, "plan", std::string(1000, 'y'));
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find(R"("properties":{"total":2})") != std::string::npos);
    CHECK(all.find(R"("attributes":{"plan":")" + std::string(500, 'y') + R"("})") != std::string::npos);
}
