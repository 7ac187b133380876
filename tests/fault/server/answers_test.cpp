// Each way in which a collector can fail: what is kept, what is sent again, and when.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "delivery.hpp"

using namespace candor;
using namespace candor::fault;

namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr Span kFirstWait = 2 * kSecond;   // the longest after one failure
constexpr Span kHostLimit = 36 * kSecond;  // by then an exchange counts as failed, whatever the host says
constexpr Span kUnauthorizedWait = 6 * kHour;

// All that was left is still there; it comes again when the wait is over and not before, with the same ids, and counts
// once.
void comes_again(App& app, FaultServer& server, Span wait) {
    const Kept kept = app.kept();
    CHECK(kept.ids == app.left);
    CHECK(kept.retry.not_before - app.host.now() == wait);
    const std::size_t before = server.requests().size();
    app.pass(wait - 1);
    CHECK(server.requests().size() == before);
    app.pass(1);
    const auto requests = server.requests();
    REQUIRE(requests.size() == before + 1);
    CHECK(requests.back().ids == app.left);
    CHECK(app.kept().ids.empty());
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
}

// The first request meets this behaviour, all others a sound collector.
void once(const Behaviour& behaviour, Span wait, bool early = false) {
    FaultServer server;
    server.next(behaviour, early);
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    comes_again(app, server, wait);
}

Behaviour says(const std::string& status, const std::string& body = "", const std::string& headers = kJson) {
    return [=](Exchange& exchange) { exchange.respond(status, body, headers); };
}

}  // namespace

TEST_CASE("nobody listens: all is kept, and tried again after at most two seconds") {
    const ClosedPort nobody;
    App app;
    app.leave_answers();
    app.start(nobody.url());
    app.client->settle();
    CHECK(app.kept().ids == app.left);
    CHECK(app.wait() == kFirstWait);
    app.pass(kFirstWait);
    CHECK(app.kept().ids == app.left);
    CHECK(app.wait() == 2 * kFirstWait);
}

TEST_CASE("a connection that breaks in the middle of the answer") {
    once(
        [](Exchange& exchange) {
            const std::string whole = acknowledgement(exchange.request.ids);
            exchange.write("HTTP/1.1 200 OK\r\n" + std::string(kJson) + "Content-Length: " +
                           std::to_string(whole.size()) + "\r\n\r\n" + whole.substr(0, whole.size() / 2));
            exchange.reset();
        },
        kFirstWait);
}

TEST_CASE("a connection that breaks while the request is on its way") {
    once([](Exchange& exchange) { exchange.reset(); }, kFirstWait, true);
}

TEST_CASE("a server that falls silent at any byte of its answer") {
    for (const char* where : {"at once", "in the status", "in the head", "after the head", "before the last byte"}) {
        CAPTURE(where);
        FaultServer server;
        server.next([where = std::string(where)](Exchange& exchange) {
            const std::string body = acknowledgement(exchange.request.ids);
            const std::string head = "HTTP/1.1 200 OK\r\n" + std::string(kJson) +
                                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
            const std::size_t said = where == "at once"          ? 0
                                     : where == "in the status"  ? 7
                                     : where == "in the head"    ? 30
                                     : where == "after the head" ? head.size()
                                                                 : head.size() + body.size() - 1;
            exchange.write((head + body).substr(0, said));
            exchange.stall();
        });
        App app;
        app.leave_answers();
        app.start(server.url());
        server.wait_for_stall();
        app.pass(kHostLimit);
        server.wait_for_end_of_stall();  // the connection was given up
        comes_again(app, server, kFirstWait);
    }
}

TEST_CASE("a server that never reads the request") {
    FaultServer server;
    server.next([](Exchange& exchange) { exchange.stall(); }, true);
    App app;
    app.leave_answers();
    app.start(server.url());
    server.wait_for_stall();
    app.pass(kHostLimit);
    comes_again(app, server, kFirstWait);
}

TEST_CASE("500 and 503 discard nothing") {
    once(says("500 Internal Server Error", "<html>oops</html>", "Content-Type: text/html\r\n"), kFirstWait);
    once(says("503 Service Unavailable", R"({"error":"storage"})"), kFirstWait);
}

TEST_CASE("429 and 503 wait as long as they say, in seconds or until a date, and at most a day") {
    once(says("429 Too Many Requests", "{}", "Retry-After: 120\r\n"), 120 * kSecond);
    once(says("503 Service Unavailable", "",
              "Date: Sun, 22 Nov 2026 09:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2026 10:30:00 GMT\r\n"),
         90 * kMinute);
    once(says("429 Too Many Requests", "", "Retry-After: 31536000\r\n"), kDay);
    once(says("503 Service Unavailable", "", "Retry-After: soon\r\n"), kFirstWait);
}

TEST_CASE("a wait outlasts a restart, and new events do not shorten it") {
    FaultServer server;
    server.next(says("503 Service Unavailable", "", "Retry-After: 3600\r\n"));
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    REQUIRE(server.requests().size() == 1);
    app.stop();
    {
        // With the shop's surveys, and somebody who answers.
        test::TestClient busy(app.host, {.storage = app.folder.path(), .endpoint = server.url()});
        busy.identify("somebody else");
        answer(busy, 3);
        for (int i = 0; i < 20; ++i) busy.track("purchase_completed");
        busy.settle();
    }
    CHECK(server.requests().size() == 1);
    app.start(server.url());
    app.client->settle();
    CHECK(server.requests().size() == 1);
    app.pass(app.wait());
    CHECK(server.requests().size() == 2);
    CHECK(app.kept().ids.empty());
}

TEST_CASE("against a 503 events that keep coming lead to as few requests as none would") {
    FaultServer server;
    server.always(says("503 Service Unavailable"));
    App app;
    test::TestClient client(app.host, {.storage = app.folder.path(), .endpoint = server.url()});
    answer(client, 9);
    for (int second = 0; second < 10; ++second) {
        for (int i = 0; i < 100; ++i) client.track("purchase_completed");
        client.settle();
        app.host.advance(kSecond);
    }
    // Tries at 0, 2 and 6 s, and those of the seconds that the answer itself took.
    CHECK(server.requests().size() <= 5);
    CHECK_FALSE(app.kept().ids.empty());
}

TEST_CASE("413 halves what is sent until it fits") {
    FaultServer server;
    server.always([](Exchange& exchange) {
        if (exchange.request.ids.size() > 2) return exchange.respond("413 Content Too Large", "{}", kJson);
        exchange.accept_all();
    });
    App app;
    app.leave_answers(3);
    REQUIRE(app.left.size() >= 6);
    app.start(server.url());
    app.deliver(30);
    CHECK(app.kept().ids.empty());
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
    const auto requests = server.requests();
    for (std::size_t i = 0; requests[i].ids.size() > 2; ++i)
        CHECK(requests[i + 1].ids.size() == requests[i].ids.size() / 2);
}

TEST_CASE("400 to one event of many: it alone is put aside, and that is told") {
    FaultServer server;
    App app;
    app.leave_answers(3);
    const std::string bad = app.left[app.left.size() / 2];
    server.always([bad](Exchange& exchange) {
        const Ids& ids = exchange.request.ids;
        if (std::find(ids.begin(), ids.end(), bad) != ids.end())
            return exchange.respond("400 Bad Request", "{}", kJson);
        exchange.accept_all();
    });
    app.start(server.url());
    app.deliver(60);
    CHECK(app.kept().ids.empty());
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == (id == bad ? 0 : 1));
    std::string sent;
    for (const Request& request : server.requests()) sent += request.body;
    CHECK(sent.find(R"("reason":"poisoned","count":1)") != std::string::npos);
}

TEST_CASE("a collector that refuses every batch empties nothing") {
    for (const char* status : {"400 Bad Request", "422 Unprocessable Content", "413 Content Too Large"}) {
        CAPTURE(status);
        FaultServer server;
        server.always(says(status, "{}"));
        App app;
        app.leave_answers(2);
        app.start(server.url());
        app.deliver(40);
        Ids kept = app.kept().ids;
        std::sort(kept.begin(), kept.end());
        Ids left = app.left;
        std::sort(left.begin(), left.end());
        CHECK(kept == left);
    }
}

TEST_CASE("401 and 403 wait for hours, and a portal's page of that status does not") {
    once(says("401 Unauthorized", "{}"), kUnauthorizedWait);
    once(says("403 Forbidden", "{}"), kUnauthorizedWait);
    once(says("403 Forbidden", "<html>", "Content-Type: text/html\r\n"), kFirstWait);
}

TEST_CASE("410 ends it for good, whatever the day and the run") {
    FaultServer server;
    server.next(says("410 Gone", "{}"));
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    CHECK(app.kept().ids == app.left);
    app.pass(80 * kDay);
    CHECK(server.requests().size() == 1);
    app.start(server.url());
    app.client->settle();
    app.pass(kDay);
    CHECK(server.requests().size() == 1);
    CHECK(app.kept().ids == app.left);
    // Who moves to another address or gets another key begins anew, there and not before.
    FaultServer other;
    SECTION("another address") { app.start(other.url()); }
    SECTION("another key") {
        app.start(server.url(), "another key");
        app.client->settle();
        CHECK(server.requests().size() == 2);
    }
    app.client->settle();
    CHECK(app.kept().ids.empty());
    CHECK_FALSE(app.kept().retry.stopped);
}

TEST_CASE("a wait was for one address alone") {
    FaultServer server;
    FaultServer other;
    server.next(says("503 Service Unavailable", "", "Retry-After: 3600\r\n"));
    App app;
    app.leave_answers();
    app.start(server.url());
    app.client->settle();
    app.start(other.url());
    app.client->settle();
    CHECK(other.requests().size() == 1);
    CHECK(app.kept().ids.empty());
}

TEST_CASE("a captive portal's page is no acknowledgement") {
    once(says("200 OK", "<html>Log in to the hotel</html>", "Content-Type: text/html\r\n"), kFirstWait);
    once(says("200 OK", R"({"logged_in":false})"), kFirstWait);
    once(says("204 No Content"), kFirstWait);
}

TEST_CASE("an acknowledgement that was cut short") {
    once(
        [](Exchange& exchange) {
            const std::string whole = acknowledgement(exchange.request.ids);
            exchange.respond("200 OK", whole.substr(0, whole.size() - 20), kJson);
        },
        kFirstWait);
}

TEST_CASE("an acknowledgement of events that were never sent") {
    once(says("200 OK", acknowledgement({"018f0000-0000-7000-8000-000000000000"})), kFirstWait);
}

TEST_CASE("an acknowledgement that is buried in a body without end") {
    once(
        [](Exchange& exchange) {
            const std::string whole = acknowledgement(exchange.request.ids);
            exchange.respond("200 OK", whole.substr(0, whole.size() - 1) + std::string(3 << 20, ' ') + "}", kJson);
        },
        kFirstWait);
}

TEST_CASE("an acknowledgement that comes twice answers no other request") {
    FaultServer server;
    App app;
    app.leave_answers(2);
    server.next([](Exchange& exchange) {
        const std::string first = acknowledgement({exchange.request.ids.front()});
        const std::string whole = "HTTP/1.1 200 OK\r\n" + std::string(kJson) +
                                  "Content-Length: " + std::to_string(first.size()) + "\r\n\r\n" + first;
        exchange.write(whole + whole);
    });
    app.start(server.url());
    app.client->settle();
    CHECK(app.kept().ids.empty());
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].ids == Ids(app.left.begin() + 1, app.left.end()));
}

TEST_CASE("a part of the batch is acknowledged: the rest follows at once, on the same connection") {
    FaultServer server;
    App app;
    app.leave_answers(2);
    server.next([](Exchange& exchange) { exchange.accept({exchange.request.ids.front()}); });
    app.start(server.url());
    app.client->settle();
    CHECK(app.kept().ids.empty());
    CHECK(server.requests().size() == 2);
    CHECK(server.accepted() == 1);
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
}

TEST_CASE("no redirect is followed, be it to the same host or another") {
    FaultServer elsewhere;
    for (const char* status :
         {"301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"}) {
        CAPTURE(status);
        once([&](Exchange& e) { e.respond(status, "", "Location: /v2/events\r\n"); }, kFirstWait);
        once([&](Exchange& e) { e.respond(status, "", "Location: " + elsewhere.url() + "\r\n"); }, kFirstWait);
    }
    CHECK(elsewhere.accepted() == 0);
}

TEST_CASE("batches go out as gzip, to a server that does not take it as they are, and to no one if so wished") {
    SECTION("as gzip") {
        FaultServer server;
        App app;
        app.leave_answers();
        app.start(server.url());
        app.client->settle();
        REQUIRE(server.requests().size() == 1);
        CHECK(server.requests()[0].packed);
        CHECK(server.requests()[0].ids == app.left);
    }
    SECTION("as they are, once and for all") {
        for (const char* status : {"415 Unsupported Media Type", "400 Bad Request", "422 Unprocessable Content"}) {
            CAPTURE(status);
            FaultServer server;
            server.always([status](Exchange& exchange) {
                if (exchange.request.packed) return exchange.respond(status, "{}", kJson);
                exchange.accept_all();
            });
            for (const bool again : {false, true}) {
                App app;
                app.leave_answers();
                std::vector<int> before;  // the first app may have made the same ids
                for (const std::string& id : app.left) before.push_back(server.times_taken(id));
                app.start(server.url());
                app.client->settle();
                CHECK(app.kept().ids.empty());
                CHECK(app.kept().retry == courier::RetryState{.proven = true});
                const auto requests = server.requests();
                REQUIRE(requests.size() == (again ? 3 : 2));
                CHECK(requests[0].packed);
                CHECK_FALSE(requests.back().packed);
                CHECK(requests.back().ids == app.left);
                for (std::size_t i = 0; i < app.left.size(); ++i)
                    CHECK(server.times_taken(app.left[i]) == before[i] + 1);
            }
        }
    }
    SECTION("never") {
        FaultServer server;
        App app({.plain = true});
        app.leave_answers();
        app.start(server.url());
        app.client->settle();
        REQUIRE(server.requests().size() == 1);
        CHECK_FALSE(server.requests()[0].packed);
    }
}
