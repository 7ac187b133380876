#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "base/json.hpp"
#include "outbox/damage.hpp"
#include "test_host.hpp"

using namespace candor::test;

namespace {

void answer_card(TestClient& client, int score) {
    candor_answer_score(client.handle(), candor_text("score"), score);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_answer_text(client.handle(), candor_text("reason"), candor_text("because"));
    client.wait_for(CANDOR_EVENT_ANSWERED);
}

void answer(TestClient& client, int score) {
    client.show_purchase_survey();
    answer_card(client, score);
}

// Before that the network is sound: who waits for all to be sent would wait in vain.
void answer_while_it_hangs(TestHost& host, TestClient& client) {
    client.show_purchase_survey();
    client.settle();
    host.network = Network::hangs;
    answer_card(client, 9);
}

int responses(TestHost& host) {
    int count = 0;
    for (const std::string& body : host.collected())
        count += body.find("\"candor.response\"") != std::string::npos ? 1 : 0;
    return count;
}

// The reports of one reason: "kind count".
std::set<std::string> dropped_for(TestHost& host, const std::string& reason) {
    std::set<std::string> found;
    for (const std::string& body : host.collected()) {
        const auto event = candor::json::parse(body);
        REQUIRE(event.has_value());
        if (event->find("type")->text() != "candor.dropped") continue;
        const candor::json::Value* data = event->find("data");
        if (data->find("reason")->text() != reason) continue;
        found.insert(std::string(data->find("kind")->text()) + " " + std::to_string(data->find("count")->integer()));
    }
    return found;
}

void change_store(const std::string& folder, const candor::outbox::Change& change) {
    auto store = candor::outbox::sqlite_store(folder + "/shop.candor.db");
    REQUIRE(store.has_value());
    (*store)->transact(
        {}, [&](const candor::outbox::State&) { return change; },
        [](const candor::Result<void>& result) { REQUIRE(result.has_value()); });
}

// HTTP whose send does not return until it is let.
class StuckHttp {
public:
    StuckHttp() {
        http_.size = sizeof http_;
        http_.context = this;
        http_.send = [](void* context, std::uint32_t, const candor_http_request*) {
            static_cast<StuckHttp*>(context)->stick();
        };
    }
    const candor_http* raw() const { return &http_; }
    void wait_for_call() { wait_for(called_); }
    void let_it_return() {
        raise(let_);
        wait_for(returned_);
    }

private:
    candor_http http_{};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool called_ = false, let_ = false, returned_ = false;

    void stick() {
        raise(called_);
        wait_for(let_);
        raise(returned_);
    }
    void raise(bool& flag) {
        const std::lock_guard lock(mutex_);
        flag = true;
        changed_.notify_all();
    }
    void wait_for(const bool& flag) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return flag; });
    }
};

}  // namespace

TEST_CASE("what damage to the file has cost is told, reported once, and the rest goes out") {
    TestHost host;
    const TemporaryFolder folder;
    host.network = Network::down;
    {
        TestClient client(host, {.storage = folder.path()});
        answer(client, 9);
        client.settle();
    }
    candor::outbox::Change change;
    change.puts = {{std::string(candor::outbox::kDamagedRecord), "2 0 3 0"}};
    change_store(folder.path(), change);
    host.network = Network::collects;
    host.advance(3'600'000);
    TestClient client(host, {.storage = folder.path()});
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    client.settle();
    CHECK(responses(host) == 1);
    CHECK(dropped_for(host, "damaged") == std::set<std::string>{"answer 2", "exposure 3"});
    int reports = 0;
    for (const std::string& body : host.collected()) reports += body.find("\"damaged\"") != std::string::npos ? 1 : 0;
    CHECK(reports == 2);
}

TEST_CASE("a report of damage goes out where nothing else waits, and not where the person said no") {
    TestHost host;
    const TemporaryFolder folder;
    { TestClient client(host, {.storage = folder.path()}); }
    candor::outbox::Change change;
    change.puts = {{std::string(candor::outbox::kDamagedRecord), "0 0 0 1"}};
    const bool denied = GENERATE(false, true);
    if (denied) change.puts.push_back({"denied", "1"});
    change_store(folder.path(), change);
    TestClient client(host, {.storage = folder.path(), .with_document = false});
    if (!denied) client.wait_for(CANDOR_EVENT_DELIVERED);  // by itself, before anybody asks for it
    client.settle();
    client.settle();
    CHECK(dropped_for(host, "damaged").size() == (denied ? 0 : 1));
}

TEST_CASE("that a file was damaged is told as an error, while it runs, too") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    answer(client, 9);
    client.settle();
    for (const char* file : {"/shop.candor.db", "/shop.candor.db-wal"}) std::filesystem::remove(folder.path() + file);
    {
        // Another file in its place, which is damaged.
        std::FILE* const file = std::fopen((folder.path() + "/shop.candor.db").c_str(), "wb");
        REQUIRE(file != nullptr);
        for (int i = 0; i < 9000; ++i) std::fputc('g', file);
        std::fclose(file);
    }
    client.identify("somebody");
    const Event told = client.wait_for(CANDOR_EVENT_ERROR);
    CHECK(told.text.find("storage: ") == 0);
    CHECK(told.text.find(".damaged") != std::string::npos);
    client.settle();
    CHECK(client.count(CANDOR_EVENT_ERROR) == 0);
}

TEST_CASE("an event that became too old is dropped, and that is reported") {
    TestHost host;
    host.network = Network::down;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        answer(client, 9);
        client.settle();
    }
    host.network = Network::collects;
    host.advance(std::int64_t{91} * 24 * 3'600'000);
    TestClient client(host, {.storage = folder.path()});
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    client.settle();
    CHECK(responses(host) == 1);
    CHECK(dropped_for(host, "expired").size() == 1);
}

TEST_CASE("answers given while the collector is down arrive after a restart, once each") {
    TestHost host;
    host.network = Network::down;
    const TemporaryFolder folder;
    for (const char* person : {"a", "b", "c"}) {
        TestClient client(host, {.storage = folder.path()});
        client.identify(person);
        answer(client, 9);
        client.close(0);
    }
    CHECK(responses(host) == 0);
    host.network = Network::collects;
    host.advance(3'600'000);
    TestClient client(host, {.storage = folder.path()});
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    CHECK(responses(host) == 3);
}

TEST_CASE("a wait is not shortened by new events nor by a restart") {
    TestHost host;
    host.network = Network::down;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        answer(client, 9);
        client.settle();
        const std::size_t before = host.requests().size();
        CHECK(before >= 1);
        for (int i = 0; i < 50; ++i) client.track("purchase_completed");
        client.settle();
        client.settle();
        CHECK(host.requests().size() == before);
    }
    const std::size_t before = host.requests().size();
    TestClient client(host, {.storage = folder.path()});
    client.settle();
    CHECK(host.requests().size() <= before + 1);  // full jitter may have drawn a wait of nothing
}

TEST_CASE("a captive portal's page is no acknowledgement") {
    TestHost host;
    host.answer = [](const Request& request) {
        respond(request.ticket, 200, "<html>Log in to the hotel</html>", "text/html");
    };
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    answer(client, 9);
    client.settle();
    CHECK(client.count(CANDOR_EVENT_DELIVERED) == 0);
    host.answer = nullptr;
    host.advance(3'600'000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    CHECK(responses(host) == 1);
}

TEST_CASE("a request carries the key, the clock and a batch of CloudEvents") {
    TestHost host;
    TestClient client(host, {});
    answer(client, 9);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    const auto requests = host.requests();
    REQUIRE_FALSE(requests.empty());
    std::string headers;
    for (const auto& [name, value] : requests[0].headers) headers += name + ": " + value + "\n";
    CHECK(headers.find("Candor-Key: key\n") != std::string::npos);
    CHECK(headers.find("Candor-Sent-At: ") != std::string::npos);
    CHECK(headers.find("application/cloudevents-batch+json") != std::string::npos);
    CHECK(requests[0].url == "http://collector.test/v1/events");
}

TEST_CASE("close ends within its deadline while a server hangs, and what was not sent is kept") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        answer_while_it_hangs(host, client);
        const auto begin = std::chrono::steady_clock::now();
        client.close(200);
        // Not a measure of speed: without an end of its own the close would hang for as long as the server does.
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
        for (const Request& request : host.requests()) respond(request.ticket, 200, "{}");  // too late: harmless
    }
    host.network = Network::collects;
    TestClient client(host, {.storage = folder.path()});
    client.wait_for(CANDOR_EVENT_DELIVERED);
    client.settle();
    CHECK(responses(host) == 1);
}

TEST_CASE("close ends though a call to the host does not, and what that call needs outlives it") {
    StuckHttp http;
    TestHost host;
    host.set_http(http.raw());
    TestClient client(
        host, {.storage = {}, .endpoint = "", .with_document = false, .document_url = "http://shop.test/shop.json"});
    http.wait_for_call();
    client.close(20);
    CHECK(candor_flush(client.handle(), 20) == CANDOR_CLOSED);
    http.let_it_return();
}

TEST_CASE("flush says when something is left and leaves the client usable") {
    TestHost host;
    TestClient client(host, {});
    answer_while_it_hangs(host, client);
    CHECK(candor_flush(client.handle(), 50) == CANDOR_TIMEOUT);
    host.network = Network::collects;
    for (const Request& request : host.requests()) respond(request.ticket, 503, "");
    client.settle();  // the courier waits now
    host.advance(3'600'000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    CHECK(candor_flush(client.handle(), 20'000) == CANDOR_OK);
}

TEST_CASE("an event the collector refuses is told, counted and not sent again") {
    TestHost host;
    std::set<std::string> refused;
    host.answer = [&](const Request& request) {
        const auto batch = candor::json::parse(request.body);
        candor::json::Value accepted{candor::json::Array{}}, rejected{candor::json::Array{}};
        for (const auto& event : batch->array()) {
            const std::string id = event.find("id")->text();
            if (event.find("type")->text() == "candor.response") {
                refused.insert(id);
                rejected.push(candor::json::Value(candor::json::Members{}).set("id", id).set("reason", "no"));
            } else {
                accepted.push(id);
            }
        }
        respond(request.ticket, 200,
                candor::json::dump(
                    candor::json::Value(candor::json::Members{}).set("accepted", accepted).set("rejected", rejected)));
    };
    TestClient client(host, {});
    answer(client, 9);
    client.settle();
    client.settle();
    CHECK(refused.size() == 1);
    CHECK(client.wait_for(CANDOR_EVENT_ERROR).text.find("refused") != std::string::npos);
    std::string sent;
    for (const Request& request : host.requests()) sent += request.body;
    CHECK(sent.find("candor.dropped") != std::string::npos);
    CHECK(sent.find(*refused.begin()) == sent.rfind(*refused.begin()));
}

TEST_CASE("without an endpoint everything is kept and nothing is sent") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path(), .endpoint = ""});
        answer(client, 9);
        CHECK(candor_flush(client.handle(), 20'000) == CANDOR_OK);
    }
    CHECK(host.requests().empty());
    TestClient client(host, {.storage = folder.path()});
    client.wait_for(CANDOR_EVENT_DELIVERED);
    CHECK(responses(host) == 1);
}

TEST_CASE("the document comes from its address, once, and the last good one outlasts an outage") {
    TestHost host;
    const TemporaryFolder folder;
    const Settings settings{
        .storage = folder.path(), .endpoint = "", .with_document = false, .document_url = "http://shop.test/shop.json"};
    host.answer = [](const Request& request) {
        const candor_header header{candor_text("ETag"), candor_text("\"v1\"")};
        const std::string document = shop_document();
        candor_http_response response{};
        response.size = sizeof response;
        response.status = 200;
        response.headers = &header;
        response.header_count = 1;
        response.body = {document.data(), document.size()};
        candor_http_done(request.ticket, &response);
    };
    {
        TestClient client(host, settings);
        client.wait_for(CANDOR_EVENT_READY);
        client.settle();
    }
    CHECK(host.requests().size() == 1);
    host.answer = nullptr;
    host.network = Network::down;
    TestClient client(host, settings);
    client.wait_for(CANDOR_EVENT_READY);
    client.wait_for(CANDOR_EVENT_ERROR);
    const Request again = host.requests().back();
    CHECK(again.method == "GET");
    REQUIRE(again.headers.size() == 1);
    CHECK(again.headers[0].first == "If-None-Match");
    CHECK(again.headers[0].second == "\"v1\"");
    client.show_purchase_survey();
}

TEST_CASE("an exchange that is answered as if it were a lock still waits for its answer") {
    TestHost host;
    const TemporaryFolder folder;
    const Settings settings{
        .storage = folder.path(), .endpoint = "", .with_document = false, .document_url = "http://shop.test/shop.json"};
    host.answer = [](const Request& request) {
        candor_lock_done(request.ticket, CANDOR_OK);
        respond(request.ticket, 200, shop_document());
    };
    TestClient client(host, settings);
    client.wait_for(CANDOR_EVENT_READY);
}
