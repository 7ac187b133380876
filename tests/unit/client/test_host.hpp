// A host for tests: a clock that is set by hand, HTTP that a test answers, and waiting that ends when something
// happened and not when time has passed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candor/candor.h"

namespace candor::test {

// A directory that goes with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

struct Request {
    std::uint32_t ticket = 0;
    std::string method, url, body;
    std::vector<std::pair<std::string, std::string>> headers;
    bool may_gzip = false;
};

struct Event {
    candor_event_kind kind = 0;
    std::string survey, text;
    std::int64_t count = 0;
};

enum class Network {
    down,     // every exchange fails at once
    hangs,    // no exchange is ever answered
    collects  // a collector that accepts everything, once per id
};

class TestHost {
public:
    TestHost();
    const candor_host* raw() const { return &host_; }
    // Storage of the host's own, as a page's is.
    void set_store(const candor_store* store) { host_.store = store; }
    void set_locks(const candor_locks* locks) { host_.locks = locks; }
    // HTTP of the host's own, in place of the network below. Null: none.
    void set_http(const candor_http* http) { host_.http = http; }
    // The courier's draws are the longest that there are from now on: each wait is as long as it may be.
    void wait_longest();

    // 2026-11-22T08:00:00Z at first; the monotonic clock moves along.
    void advance(std::int64_t ms);
    void set_wall_clock(std::int64_t instant) { wall_ = instant; }
    std::int64_t now() const { return wall_; }

    std::atomic<Network> network{Network::collects};
    // A test's own answer, in place of the network's.
    std::function<void(const Request&)> answer;

    std::vector<Request> requests();
    // The collector's view: the bodies of events by id, in order of arrival; how often each came.
    std::vector<std::string> collected();
    int times_received(std::string_view id);

    // Blocks until woken; false if `ms` passed first.
    bool wait_for_wake(std::int64_t ms);
    void wake();

private:
    candor_host host_{};
    candor_http http_{};
    candor_text_host text_{};
    std::atomic<std::int64_t> wall_{1'795'334'400'000};
    std::atomic<std::int64_t> monotonic_{1'000'000};
    std::atomic<std::uint32_t> drawn_{0};
    std::mutex mutex_;
    std::condition_variable woken_;
    bool wake_ = false;
    std::vector<Request> requests_;
    std::vector<std::pair<std::string, std::string>> collected_;  // id, body
    std::vector<std::string> received_;                           // ids, each time

    void collect(const Request& request);
    static void send(void* context, std::uint32_t ticket, const candor_http_request* request);
};

void respond(std::uint32_t ticket, int status, std::string_view body, std::string_view type = "application/json");

// The shop of the demos: a relationship survey after the third session, a transactional one after a purchase.
std::string shop_document();

// One survey with these members beside its id, "s", and its questions: the recommendation, "score", and the thanks.
std::string one_survey(const std::string& members, int revision = 1);

struct Settings {
    std::string project = "shop";
    std::string storage = {};
    std::string endpoint = "http://collector.test/v1/events";
    std::int32_t consent = CANDOR_CONSENT_BY_DOCUMENT;
    bool with_document = true;
    std::string document_url = {};
    std::string wire = {};
    std::string write_key = "key";
};

class TestClient {
public:
    TestClient(TestHost& host, const Settings& settings);
    ~TestClient();
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    candor_client handle() const { return handle_; }

    // Ticks until an event of that kind came (it is taken), failing the test if nothing happens for long.
    Event wait_for(candor_event_kind kind);
    // Ticks until all that was said is stored, then says whether an event of that kind came; it stays.
    bool came(candor_event_kind kind);
    int count(candor_event_kind kind);
    void settle();

    void load(const std::string& document);
    void track(const char* name) { candor_track(handle_, candor_text(name), nullptr, 0); }
    void identify(const char* person) { candor_identify(handle_, candor_text(person)); }
    // The purchase, its delay, the prompt, its first frame.
    void show_purchase_survey();
    std::string question();
    std::string explain(const char* survey);
    void close(std::int64_t deadline = 2000);

private:
    TestHost& host_;
    candor_client handle_ = 0;
    std::deque<Event> events_;

    static void on_event(void* context, candor_client client, const candor_event* event);
};

}  // namespace candor::test
