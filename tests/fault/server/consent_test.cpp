// Consent that is withdrawn, and what is then left anywhere: on the disk byte by byte, and at the real collector.
#include <httplib.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "collector/server.hpp"
#include "delivery.hpp"

using namespace candor;
using namespace candor::fault;

namespace {

constexpr const char* kPerson = "secret-person-7261";
constexpr const char* kSent = "secret-comment-that-was-sent";
constexpr const char* kUnsent = "secret-comment-that-was-not";

// The database, its log and its index: each that is there.
std::string all_bytes(const App& app) {
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(app.folder.path())) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
}

bool holds(const std::string& bytes, const char* text) { return bytes.find(text) != std::string::npos; }

struct Collecting {
    App app;
    test::TemporaryFolder folder;
    std::unique_ptr<collector::Server> server;

    Collecting() {
        collector::Config config;
        config.database = folder.path() + "/collector.db";
        config.write_keys = {"key"};
        config.now = [this] { return app.host.now(); };
        auto started = collector::Server::start(config);
        REQUIRE(started);
        server = std::move(*started);
        open();
    }
    void open() { app.client.emplace(app.host, test::Settings{.storage = app.folder.path(), .endpoint = url()}); }
    std::string url() const { return server->address() + "/v1/events"; }
    std::string responses() const {
        httplib::Client client(server->address());
        const auto answer = client.Get("/v1/responses.jsonl");
        REQUIRE(answer);
        REQUIRE(answer->status == 200);
        return answer->body;
    }
    // One that the collector has, and one that it will never have.
    void answer_twice() {
        app.client->identify(kPerson);
        answer(*app.client, 2, kSent);
        candor_dismiss(app.client->handle());
        app.client->settle();
        REQUIRE(holds(responses(), kSent));
        REQUIRE(candor_network(app.client->handle(), CANDOR_NETWORK_OFFLINE) == CANDOR_OK);
        app.host.advance(91 * kDay);
        answer(*app.client, 3, kUnsent);
        candor_dismiss(app.client->handle());
        app.client->settle();
        for (const char* text : {kPerson, kUnsent}) REQUIRE(holds(all_bytes(app), text));
    }
};

}  // namespace

TEST_CASE("what is on its way when consent is withdrawn is given up, and a request to delete alone goes out") {
    FaultServer server;
    server.next([](Exchange& exchange) { exchange.stall(); });
    App app;
    app.leave_answers();
    app.start(server.url());
    server.wait_for_stall();
    REQUIRE(candor_consent(app.client->handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
    app.client->settle();
    CHECK(app.given_up == 1);
    server.wait_for_end_of_stall();
    app.pass(kDay);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].ids == app.left);
    REQUIRE(requests[1].ids.size() == 1);
    CHECK(requests[1].has("application/cloudevents-batch+json"));
    CHECK(holds(requests[1].body, "candor.deletion"));
    CHECK(app.kept().ids.empty());
}

TEST_CASE("who is forgotten leaves no byte in the database, its log or its index, and nothing at the collector") {
    for (const bool denies : {false, true}) {
        CAPTURE(denies);
        Collecting collecting;
        App& app = collecting.app;
        collecting.answer_twice();
        const candor_client client = app.client->handle();
        if (denies) {
            REQUIRE(candor_consent(client, CANDOR_CONSENT_DENIED) == CANDOR_OK);
        } else {
            REQUIRE(candor_forget(client) == CANDOR_OK);
        }
        app.client->settle();
        // While the client still has the files open.
        std::string bytes = all_bytes(app);
        REQUIRE_FALSE(bytes.empty());
        for (const char* text : {kPerson, kSent, kUnsent, "because"}) CHECK_FALSE(holds(bytes, text));
        CHECK(holds(bytes, "candor.deletion"));
        CHECK(holds(collecting.responses(), kSent));

        REQUIRE(candor_network(client, CANDOR_NETWORK_FREE) == CANDOR_OK);
        app.client->settle();
        CHECK(app.kept().ids.empty());
        CHECK_FALSE(holds(collecting.responses(), kSent));
        CHECK_FALSE(holds(collecting.responses(), kPerson));
        CHECK_FALSE(holds(collecting.responses(), kUnsent));
        app.client->close(0);
        bytes = all_bytes(app);
        for (const char* text : {kPerson, kSent, kUnsent}) CHECK_FALSE(holds(bytes, text));
    }
}

TEST_CASE("a request to delete is made once, also of a collector that said it is gone") {
    FaultServer server;
    server.always([](Exchange& exchange) { exchange.respond("410 Gone", "{}"); });
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    REQUIRE(candor_forget(app.client->handle()) == CANDOR_OK);
    app.client->settle();
    app.pass(kDay);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(holds(requests[1].body, "candor.deletion"));
}

TEST_CASE("a deletion that met an outage and a restart still reaches the collector") {
    Collecting collecting;
    App& app = collecting.app;
    collecting.answer_twice();
    REQUIRE(candor_consent(app.client->handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
    app.client->settle();
    app.stop();
    CHECK(holds(collecting.responses(), kSent));
    app.start(collecting.url());
    app.client->settle();
    CHECK(app.kept().ids.empty());
    CHECK_FALSE(holds(collecting.responses(), kSent));
}
