// What a collector shows of itself before a byte of an answer goes to it.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "certificates.hpp"
#include "delivery.hpp"

using namespace candor;
using namespace candor::fault;

namespace {

struct Trusting {
    Authority authority;
    test::TemporaryFolder folder;
    std::string file = folder.path() + "/authority.pem";

    Trusting() { std::ofstream(file) << authority.certificate(); }
};

}  // namespace

TEST_CASE("over TLS a batch arrives, and HTTP/2 was offered") {
    const Trusting trusting;
    FaultServer server(trusting.authority.tls());
    App app({.ca_file = trusting.file});
    app.leave_answers();
    app.start(server.url("127.0.0.1", "https"));
    app.client->settle();
    CHECK(app.kept().ids.empty());
    CHECK(server.requests().size() == 1);
    CHECK(http2_was_offered());
}

TEST_CASE("a certificate that is not good is not spoken to, and nothing is lost") {
    const Trusting trusting;
    const std::pair<const char*, CertificateWish> kinds[] = {
        {"nobody vouches for it", {.vouched_for = false}},
        {"of another host", {.host = "127.0.0.2"}},
        {"expired", {.from_days = -5, .to_days = -1}},
        {"of tomorrow", {.from_days = 1, .to_days = 5}},
    };
    for (const auto& [kind, wish] : kinds) {
        CAPTURE(kind);
        FaultServer server(trusting.authority.tls(wish));
        App app({.ca_file = trusting.file});
        app.leave_answers();
        app.start(server.url("127.0.0.1", "https"));
        app.client->settle();
        CHECK(server.accepted() == 1);
        CHECK(server.requests().empty());
        CHECK(app.kept().ids == app.left);
        CHECK(app.wait() == 2 * kSecond);
    }
}

TEST_CASE("nobody is led from https to http") {
    const Trusting trusting;
    FaultServer plain;
    FaultServer server(trusting.authority.tls());
    server.next([&](Exchange& exchange) {
        exchange.respond("307 Temporary Redirect", "", "Location: " + plain.url() + "\r\n");
    });
    App app({.ca_file = trusting.file});
    app.leave_answers();
    app.start(server.url("127.0.0.1", "https"));
    app.client->settle();
    CHECK(plain.accepted() == 0);
    CHECK(app.kept().ids == app.left);
    app.pass(app.wait());
    CHECK(app.kept().ids.empty());
}

TEST_CASE("a forked child says no good-bye on its parent's connection") {
    const Trusting trusting;
    FaultServer server(trusting.authority.tls());
    App app({.ca_file = trusting.file});
    const auto deliver = [&] {
        app.leave_answers();
        app.start(server.url("127.0.0.1", "https"));
        app.client->settle();
        app.stop();
        CHECK(app.kept().ids.empty());
    };
    deliver();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        candor_desktop_http_destroy(app.http.get());
        _exit(0);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    app.host.advance(100 * kDay);  // until the same person is asked again
    deliver();
    CHECK(server.requests().size() == 2);
    CHECK(server.accepted() == 1);
}
