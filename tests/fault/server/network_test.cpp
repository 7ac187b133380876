// What the host tells of the network, and what goes out then.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "delivery.hpp"

using namespace candor;
using namespace candor::fault;

namespace {

void hint(App& app, std::int32_t network) {
    REQUIRE(candor_network(app.client->handle(), network) == CANDOR_OK);
    app.client->settle();
}

bool is_answer(const std::string& body) { return body.find("candor.response") != std::string::npos; }

Ids answers_of(const Kept& kept) {
    Ids answers;
    for (std::size_t i = 0; i < kept.ids.size(); ++i) {
        if (is_answer(kept.bodies[i])) answers.push_back(kept.ids[i]);
    }
    return answers;
}

}  // namespace

TEST_CASE("offline nothing is sent, whatever happens and however long") {
    FaultServer server;
    App app;
    app.client.emplace(app.host, test::Settings{.storage = app.folder.path(), .endpoint = server.url()});
    hint(app, CANDOR_NETWORK_OFFLINE);
    const std::size_t before = server.accepted();
    answer(*app.client, 9);
    app.client->settle();
    app.pass(2 * kDay);
    CHECK(candor_flush(app.client->handle(), 20'000) == CANDOR_OK);
    CHECK(server.accepted() == before);
    CHECK_FALSE(app.kept().ids.empty());
    SECTION("until it is back") {
        hint(app, CANDOR_NETWORK_FREE);
        CHECK(app.kept().ids.empty());
    }
    SECTION("in that run") {
        app.start(server.url());
        app.client->settle();
        CHECK(app.kept().ids.empty());
    }
}

TEST_CASE("a hint shortens no wait") {
    FaultServer server;
    server.next([](Exchange& e) { e.respond("503 Service Unavailable", "", "Retry-After: 3600\r\n"); });
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    for (int i = 0; i < 10; ++i) {
        hint(app, CANDOR_NETWORK_OFFLINE);
        hint(app, CANDOR_NETWORK_METERED);
        hint(app, CANDOR_NETWORK_FREE);
    }
    CHECK(server.requests().size() == 1);
    hint(app, CANDOR_NETWORK_OFFLINE);
    app.pass(kHour);
    CHECK(server.requests().size() == 1);
    hint(app, CANDOR_NETWORK_FREE);
    CHECK(server.requests().size() == 2);
}

TEST_CASE("on a network that costs, answers go out at once and counts wait for another, or a day") {
    FaultServer server;
    App app;
    app.leave_answers(2);
    const Ids answers = answers_of(app.kept());
    REQUIRE(answers.size() == 2);
    REQUIRE(app.left.size() > answers.size());
    const Instant oldest = app.host.now();  // or a little older
    // Told before anything could go: nothing does while consent is unknown.
    app.client.emplace(app.host, test::Settings{.storage = app.folder.path(),
                                                .endpoint = server.url(),
                                                .consent = CANDOR_CONSENT_UNKNOWN,
                                                .with_document = false});
    REQUIRE(candor_network(app.client->handle(), CANDOR_NETWORK_METERED) == CANDOR_OK);
    REQUIRE(candor_consent(app.client->handle(), CANDOR_CONSENT_GRANTED) == CANDOR_OK);
    app.client->settle();
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].ids == answers);
    CHECK(app.kept().ids.size() == app.left.size() - answers.size());
    CHECK(candor_flush(app.client->handle(), 20'000) == CANDOR_OK);  // all that may go has gone
    SECTION("another network") {
        hint(app, CANDOR_NETWORK_FREE);
        CHECK(server.requests().size() == 2);
    }
    SECTION("a day") {
        app.pass(kDay - (app.host.now() - oldest) - kMinute);
        CHECK(server.requests().size() == 1);
        app.pass(kMinute);
        app.pass(1);
        CHECK(server.requests().size() >= 2);
    }
    CHECK(app.kept().ids.empty());
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
}

TEST_CASE("who is forgotten on a network that costs is forgotten at once") {
    FaultServer server;
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    hint(app, CANDOR_NETWORK_METERED);
    REQUIRE(candor_forget(app.client->handle()) == CANDOR_OK);
    app.client->settle();
    CHECK(server.requests().back().body.find("candor.deletion") != std::string::npos);
    CHECK(app.kept().ids.empty());
}

TEST_CASE("what is no network is refused, and what is closed says so") {
    App app;
    app.start("");
    const candor_client handle = app.client->handle();
    CHECK(candor_network(handle, -1) == CANDOR_INVALID);
    CHECK(candor_network(handle, 3) == CANDOR_INVALID);
    app.stop();
    CHECK(candor_network(handle, CANDOR_NETWORK_FREE) == CANDOR_CLOSED);
}
