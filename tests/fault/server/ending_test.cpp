// Ends: of a flush, of a client, of a process, while a server keeps silent; and what a second process does meanwhile.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <thread>

#include "../explore/process.hpp"
#include "delivery.hpp"

using namespace candor;
using namespace candor::fault;

namespace {

constexpr Span kHostLimit = 36 * kSecond;

// An app whose first batch met a server that keeps silent.
struct Silenced {
    FaultServer server;
    App app;

    Silenced() {
        server.next([](Exchange& exchange) { exchange.stall(); });
        app.leave_answers();
        app.start(server.url());
        server.wait_for_stall();
    }
    candor_client handle() const { return app.client->handle(); }
    void check_counted_once() {
        for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
        CHECK(app.kept().ids.empty());
    }
};

// Lives until the object goes.
class Child {
public:
    template <class Body>
    explicit Child(Body body) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        id_ = fork();
        REQUIRE(id_ >= 0);
        if (id_ == 0) {
            close(ends[1]);
            const char said = body() ? 'y' : 'n';
            char end = 0;
            while (read(ends[0], &end, 1) > 0) {
            }
            _exit(said == 'y' ? 0 : 1);
        }
        close(ends[0]);
        hold_ = ends[1];
    }
    ~Child() {
        if (id_ > 0) wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Lets it end; its exit status, or minus the signal.
    int wait() {
        close(hold_);
        int status = 0;
        waitpid(id_, &status, 0);
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t id_ = 0;
    int hold_ = -1;
};

}  // namespace

TEST_CASE("a flush that met silence ends in time, and stops nobody from sending later") {
    Silenced silenced;
    CHECK(candor_flush(silenced.handle(), 20) == CANDOR_TIMEOUT);
    CHECK(candor_flush(silenced.handle(), 0) == CANDOR_TIMEOUT);
    CHECK(candor_flush(silenced.handle(), -1) == CANDOR_TIMEOUT);
    silenced.app.pass(kHostLimit);
    silenced.app.pass(silenced.app.wait());
    silenced.check_counted_once();
    CHECK(candor_flush(silenced.handle(), 20'000) == CANDOR_OK);
}

TEST_CASE("a close that met silence ends, gives the connection up, and nothing runs after it") {
    Silenced silenced;
    const candor_client handle = silenced.handle();
    CHECK(candor_close(handle, 20) == CANDOR_OK);
    CHECK(silenced.app.given_up == 1);
    silenced.server.wait_for_end_of_stall();
    CHECK(candor_close(handle, 20) == CANDOR_CLOSED);
    CHECK(candor_tick(handle) == CANDOR_CLOSED);
    CHECK(candor_flush(handle, 20) == CANDOR_CLOSED);
    silenced.app.host.advance(kDay);
    CHECK(silenced.app.kept().ids == silenced.app.left);
    silenced.app.start(silenced.server.url());
    silenced.app.client->settle();
    silenced.check_counted_once();
}

TEST_CASE("a close by several threads at once is one") {
    Silenced silenced;
    const candor_client handle = silenced.handle();
    std::vector<std::thread> threads;
    std::atomic<int> closed = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] { closed += candor_close(handle, 20) == CANDOR_OK ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(closed == 1);
}

TEST_CASE("a process ends though a server keeps silent and nothing was closed") {
    FaultServer server;
    server.next([](Exchange& exchange) { exchange.stall(); });
    App app;
    app.leave_answers();
    Process process(SENDER_PROGRAM, {app.folder.path(), server.url()});
    server.wait_for_stall();
    process.write_line("leave");
    CHECK(process.wait() == 0);
    app.start(server.url());
    app.client->settle();
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
}

TEST_CASE("two processes on one storage send nothing twice") {
    Silenced first;
    Process second(SENDER_PROGRAM, {first.app.folder.path(), first.server.url()});
    // It comes back at once: another one is sending.
    second.write_line("flush 60000");
    CHECK(second.read_line() == std::to_string(CANDOR_TIMEOUT));
    CHECK(first.server.requests().size() == 1);
    first.app.pass(kHostLimit);
    first.app.pass(first.app.wait());
    first.check_counted_once();
    CHECK(first.server.requests().size() == 2);
}

TEST_CASE("who reads the database meanwhile makes nothing go out twice") {
    FaultServer server;
    App app;
    app.leave_answers(2);
    sqlite3* reader = nullptr;
    const std::string file = app.folder.path() + "/shop.candor.db";
    REQUIRE(sqlite3_open_v2(file.c_str(), &reader, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
    // A snapshot that stays open.
    sqlite3_stmt* rows = nullptr;
    REQUIRE(sqlite3_prepare_v2(reader, "SELECT id FROM queue", -1, &rows, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(rows) == SQLITE_ROW);
    app.start(server.url());
    app.client->settle();
    app.pass(kHour);
    CHECK(app.kept().ids.empty());
    CHECK(server.requests().size() == 1);
    for (const std::string& id : app.left) CHECK(server.times_taken(id) == 1);
    sqlite3_finalize(rows);
    sqlite3_close(reader);
}

TEST_CASE("in a forked child all calls do nothing, and the parent sends on") {
    Silenced silenced;
    const candor_client handle = silenced.handle();
    {
        Child child([&] {
            candor_config config = CANDOR_CONFIG_INIT;
            config.project = candor_text("shop");
            candor_string why{};
            const bool none = candor_start(&config, &why) == 0 && why.size > 0;
            candor_http_response late{};
            late.size = sizeof late;
            for (std::uint32_t ticket = 1; ticket < 10; ++ticket) candor_http_done(ticket, &late);
            const bool closed = candor_track(handle, candor_text("purchase_completed"), nullptr, 0) == CANDOR_CLOSED &&
                                candor_tick(handle) == CANDOR_CLOSED && candor_flush(handle, 60'000) == CANDOR_CLOSED &&
                                candor_forget(handle) == CANDOR_CLOSED && candor_close(handle, 60'000) == CANDOR_CLOSED;
            candor_desktop_http_destroy(silenced.app.http.get());
            return none && closed;
        });
        CHECK(child.wait() == 0);
    }
    CHECK(silenced.server.requests().size() == 1);
    CHECK(silenced.server.accepted() == 1);
    silenced.app.pass(kHostLimit);
    silenced.app.pass(silenced.app.wait());
    silenced.check_counted_once();
}

TEST_CASE("a forked child that lives on holds no lock of its parent's") {
    Silenced silenced;
    SECTION("when the client is closed") {
        Child child([] { return true; });
        silenced.app.start(silenced.server.url());
        silenced.app.client->settle();
        silenced.check_counted_once();
    }
    SECTION("when the parent ends without a word") {
        silenced.app.stop();
        FaultServer other;
        other.next([](Exchange& exchange) { exchange.stall(); });
        Process parent(SENDER_PROGRAM, {silenced.app.folder.path(), other.url()});
        other.wait_for_stall();
        parent.write_line("fork");
        REQUIRE(parent.read_line() == "forked");
        parent.kill();
        silenced.app.start(silenced.server.url());
        silenced.app.client->settle();
        silenced.check_counted_once();
    }
}
