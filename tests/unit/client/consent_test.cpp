#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>

#include "../../contract/map_host.hpp"
#include "test_host.hpp"

using namespace candor::test;

namespace {

std::string all_files(const std::string& folder) {
    std::string bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
}

void answer(TestClient& client, const char* comment) {
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 2);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_answer_text(client.handle(), candor_text("reason"), candor_text(comment));
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    client.settle();
}

// Storage that answers nothing until it opens.
struct SlowStore {
    candor::contract::MapHost map;
    candor_store forward = map.table();
    candor_store table = forward;
    std::promise<void> opens;
    std::shared_future<void> open;

    SlowStore() {
        table.context = this;
        table.transact = [](void* self, std::uint32_t ticket, const candor_store_request* request) {
            const SlowStore& store = *static_cast<SlowStore*>(self);
            store.open.wait();
            store.forward.transact(store.forward.context, ticket, request);
        };
        table.close = [](void* self) {
            const SlowStore& store = *static_cast<SlowStore*>(self);
            store.forward.close(store.forward.context);
        };
        hold();
    }
    // While nobody uses it.
    void hold() {
        opens = {};
        open = opens.get_future().share();
    }
};

}  // namespace

TEST_CASE("while consent is unknown nothing is stored, sent or asked, and what was done counts once it is given") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path(), .consent = CANDOR_CONSENT_UNKNOWN});
    client.identify("web-1");
    client.track("purchase_completed");
    client.settle();
    host.advance(2500);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(host.requests().empty());
    CHECK(candor_consent(client.handle(), CANDOR_CONSENT_GRANTED) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("denial erases everything, asks the collector to do the same, and outlasts a restart") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        client.identify("secret-person");
        answer(client, "secret-comment");
        CHECK(candor_consent(client.handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
        client.settle();
        client.track("purchase_completed");
        client.settle();
        host.advance(2500);
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    }
    const std::string bytes = all_files(folder.path());
    CHECK(bytes.find("secret-person") == std::string::npos);
    CHECK(bytes.find("secret-comment") == std::string::npos);
    std::string sent;
    for (const std::string& body : host.collected()) sent += body;
    CHECK(sent.find("candor.deletion") != std::string::npos);

    TestClient client(host, {.storage = folder.path(), .with_document = false});
    const std::string document = shop_document();
    candor_load(client.handle(), {document.data(), document.size()});
    client.track("purchase_completed");
    client.settle();
    host.advance(2500);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("who said no in an earlier run is not stored again, however early the app says who it is") {
    for (const bool signs_out : {false, true}) {
        CAPTURE(signs_out);
        TestHost host;
        SlowStore store;
        host.set_store(&store.table);
        store.opens.set_value();
        {
            TestClient client(host, {});
            CHECK(candor_consent(client.handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
            client.settle();
        }
        const auto before = store.map.data.records;
        REQUIRE(before.contains("denied"));
        store.hold();
        TestClient client(host, {.with_document = false});
        client.identify("secret-person");
        if (signs_out) candor_reset(client.handle());
        store.opens.set_value();
        client.settle();
        CHECK(store.map.data.records == before);
    }
}

TEST_CASE("a deletion request that could not go out waits, also when everything is forgotten once more") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    answer(client, "x");
    host.network = Network::down;
    CHECK(candor_forget(client.handle()) == CANDOR_OK);
    client.settle();
    CHECK(candor_forget(client.handle()) == CANDOR_OK);
    client.settle();
    host.network = Network::collects;
    host.advance(3'600'000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    std::string sent;
    for (const std::string& body : host.collected()) sent += body;
    CHECK(sent.find("candor.deletion") != std::string::npos);
    // A new install: the survey may be asked again.
    client.show_purchase_survey();
}

TEST_CASE("consent given after a denial of an earlier run takes the denial back") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        candor_consent(client.handle(), CANDOR_CONSENT_DENIED);
        client.settle();
    }
    {
        TestClient client(host, {.storage = folder.path(), .consent = CANDOR_CONSENT_GRANTED});
        client.identify("back-again");
        answer(client, "x");
    }
    std::string sent;
    for (const std::string& body : host.collected()) sent += body;
    CHECK(sent.find(R"("person":"back-again")") != std::string::npos);
    TestClient client(host, {.storage = folder.path()});
    CHECK(client.explain("").find("denied") == std::string::npos);
}

TEST_CASE("nothing but a deletion request goes out once consent is denied") {
    TestHost host;
    host.network = Network::down;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    answer(client, "kept back");
    client.settle();
    host.network = Network::collects;
    candor_consent(client.handle(), CANDOR_CONSENT_DENIED);
    host.advance(3'600'000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    REQUIRE(host.collected().size() == 1);
    CHECK(host.collected()[0].find("candor.deletion") != std::string::npos);
}

TEST_CASE("forgetting while consent is unknown erases what an earlier run stored") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        client.identify("secret-person");
        answer(client, "secret-comment");
    }
    REQUIRE(all_files(folder.path()).find("secret-person") != std::string::npos);
    TestClient client(host, {.storage = folder.path(), .consent = CANDOR_CONSENT_UNKNOWN});
    CHECK(candor_forget(client.handle()) == CANDOR_OK);
    client.settle();
    CHECK(all_files(folder.path()).find("secret-person") == std::string::npos);
    CHECK(all_files(folder.path()).find("secret-comment") == std::string::npos);
}

TEST_CASE("consent given at once leaves the history as it was, at every start") {
    TestHost host;
    const TemporaryFolder folder;
    for (int start = 1; start <= 4; ++start) {
        TestClient client(host, {.storage = folder.path(), .consent = CANDOR_CONSENT_UNKNOWN, .with_document = false});
        candor_consent(client.handle(), CANDOR_CONSENT_GRANTED);
        const std::string document = shop_document();
        REQUIRE(candor_load(client.handle(), {document.data(), document.size()}) == CANDOR_OK);
        client.track("purchase_completed");
        client.settle();
        client.close(0);
    }
    // Four purchases are four, not fifteen.
    const std::string bytes = all_files(folder.path());
    CHECK(bytes.find("\"count\":4") != std::string::npos);
    CHECK(bytes.find("\"count\":15") == std::string::npos);
    TestClient client(host, {.storage = folder.path()});
    CHECK(candor_consent(client.handle(), CANDOR_CONSENT_UNKNOWN) == CANDOR_INVALID);
}

namespace {

constexpr const char* kAsksFirst = R"({"candor": 1, "project": "shop", "revision": 1, "product": "Acme",
"consent": {"mode": "explicit", "policy": "2026-11", "text": "You may store what I answer."},
"surveys": [{"id": "s", "kind": "transactional", "triggers": [{"event": "ate"}], "wait": {"dismissed": 30}, "questions": [
 {"id": "score", "type": "nps"}, {"id": "reason", "type": "text", "text": "Why?"}, {"id": "thanks", "type": "thanks"}]}]})";

struct Explicit {
    TestHost host;
    TemporaryFolder folder;
    std::optional<TestClient> client;

    explicit Explicit(const char* document = kAsksFirst) : text(document) { start(); }
    void start() {
        client.emplace(host, Settings{.storage = folder.path(), .with_document = false});
        REQUIRE(candor_load(client->handle(), candor_text(text)) == CANDOR_OK);
        client->wait_for(CANDOR_EVENT_READY);
    }
    void show() {
        client->track("ate");
        client->wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        candor_presented(client->handle());
        client->wait_for(CANDOR_EVENT_SHOWN);
    }
    void answer() {
        REQUIRE(candor_answer_score(client->handle(), candor_text("score"), 2) == CANDOR_OK);
        REQUIRE(candor_answer_text(client->handle(), candor_text("reason"), candor_text("secret-comment")) ==
                CANDOR_OK);
        client->settle();
    }
    candor_prompt prompt() {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client->handle(), &prompt) == CANDOR_OK);
        return prompt;
    }
    std::string sent() {
        std::string all;
        for (const std::string& body : host.collected()) all += body;
        return all;
    }
    const char* text;
};

}  // namespace

TEST_CASE("before the tick nothing of an answer is on the disk or sent, and the tick stores it with the policy") {
    Explicit asked;
    asked.show();
    CHECK(asked.prompt().agreement == CANDOR_AGREEMENT_WANTED);
    const candor_string notice = asked.prompt().notice;  // until the next call
    CHECK(std::string(notice.data, notice.size) == "You may store what I answer.");
    asked.answer();
    CHECK(asked.prompt().status == CANDOR_PROMPT_UNAGREED);
    asked.host.advance(10'000);
    asked.client->settle();
    CHECK(all_files(asked.folder.path()).find("secret-comment") == std::string::npos);
    CHECK(all_files(asked.folder.path()).find("\"score\",\"score\":2") == std::string::npos);
    CHECK(asked.sent().find("candor.response") == std::string::npos);
    CHECK_FALSE(asked.client->came(CANDOR_EVENT_ANSWERED));

    REQUIRE(candor_agree(asked.client->handle()) == CANDOR_OK);
    asked.client->wait_for(CANDOR_EVENT_ANSWERED);
    CHECK(asked.prompt().status == CANDOR_PROMPT_DONE);
    CHECK(asked.prompt().agreement == CANDOR_AGREEMENT_GIVEN);
    asked.client->settle();
    CHECK(asked.sent().find("secret-comment") != std::string::npos);
    CHECK(asked.sent().find(R"("consent":{"mode":"explicit","policy":"2026-11"})") != std::string::npos);
    CHECK(candor_agree(asked.client->handle()) == CANDOR_OK);  // once more is nothing new
}

TEST_CASE("closed without the tick it is forgotten, and counts as dismissed") {
    Explicit asked;
    asked.show();
    asked.answer();
    candor_dismiss(asked.client->handle());
    asked.client->wait_for(CANDOR_EVENT_DISMISSED);
    asked.client->settle();
    CHECK(asked.sent().find("candor.response") == std::string::npos);
    CHECK(asked.sent().find("\"dismissed\":1") != std::string::npos);
    CHECK(all_files(asked.folder.path()).find("secret-comment") == std::string::npos);
    asked.client->track("ate");
    asked.client->settle();
    CHECK_FALSE(asked.client->came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("a restart before the tick begins anew, and after it, it goes on") {
    for (const bool agreed : {false, true}) {
        CAPTURE(agreed);
        Explicit asked;
        asked.show();
        REQUIRE(candor_answer_score(asked.client->handle(), candor_text("score"), 2) == CANDOR_OK);
        if (agreed) candor_agree(asked.client->handle());
        asked.client->settle();
        asked.client->close();
        asked.client.reset();
        asked.start();
        asked.client->wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        CHECK(asked.client->question() == (agreed ? "reason" : "score"));
        CHECK(asked.prompt().agreement == (agreed ? CANDOR_AGREEMENT_GIVEN : CANDOR_AGREEMENT_WANTED));
    }
}

TEST_CASE("ticked first, each answer is stored as it comes, and where no box is, there is nothing to tick") {
    Explicit asked;
    asked.show();
    REQUIRE(candor_agree(asked.client->handle()) == CANDOR_OK);
    asked.client->settle();
    CHECK(asked.sent().find("candor.response") == std::string::npos);
    candor_answer_score(asked.client->handle(), candor_text("score"), 2);
    asked.client->wait_for(CANDOR_EVENT_ANSWERED);
    asked.client->close();

    TestHost host;
    const TemporaryFolder folder;
    TestClient other(host, {.storage = folder.path()});
    CHECK(candor_agree(other.handle()) == CANDOR_NO_PROMPT);
    other.show_purchase_survey();
    CHECK(candor_agree(other.handle()) == CANDOR_OK);
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    REQUIRE(candor_prompt_get(other.handle(), &prompt) == CANDOR_OK);
    CHECK(prompt.agreement == CANDOR_AGREEMENT_UNNEEDED);
}
