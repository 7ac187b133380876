// What arrives by each wire over a real socket, and what stays queued when the answer was none: the client as an app
// links it, with its SQLite and libcurl, against a sink on this machine. No answer of the sink but the right one may
// empty the queue, and the right one does, whatever came before.
#include <stdlib.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "candor/candor.h"
#include "candor/desktop.h"
#include "local_server.hpp"

namespace json = candor::json;
using desktop_test::answer;
using desktop_test::Connection;
using desktop_test::LocalServer;

namespace {

constexpr std::int64_t kLong = 60'000;  // reached by a failure alone

constexpr const char* kDocument =
    R"({"candor":1,"project":"shop","revision":1,"product":"Shop","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"wait":{"answered":90},"questions":[{"id":"score","type":"nps"},)"
    R"({"id":"reason","type":"text","optional":true,"text":"Why?"},{"id":"thanks","type":"thanks"}]}]})";

// Takes down what comes, and answers by what it was told.
class Sink {
public:
    explicit Sink(std::string reply)
        : reply_(std::move(reply)), server_([this](Connection& connection) { serve(connection); }) {}

    std::string url() const { return server_.url("/in"); }
    void say(std::string reply) {
        const std::lock_guard lock(mutex_);
        reply_ = std::move(reply);
    }
    std::vector<Connection::Request> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    // Blocks until so many requests have come.
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return came_.wait_for(lock, std::chrono::milliseconds(kLong), [&] { return requests_.size() >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::string reply_;
    std::vector<Connection::Request> requests_;
    LocalServer server_;  // last: its threads use the others

    void serve(Connection& connection) {
        for (;;) {
            Connection::Request request = connection.read_request();
            if (request.head.empty()) return;
            std::string reply;
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(std::move(request));
                reply = reply_;
            }
            came_.notify_all();
            if (!connection.write(reply) || reply.find("Connection: close") != std::string::npos) return;
        }
    }
};

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-wires-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// An app whose clock is set by hand, so that no wait of the courier's takes time.
class App {
public:
    App(const Folder& folder, const std::string& endpoint, const char* wire) : http_(create()) {
        host_.size = sizeof host_;
        host_.context = this;
        host_.now = [](void* self) { return static_cast<App*>(self)->clock(); };
        host_.monotonic = host_.now;
        host_.wake = [](void* self, candor_client, std::int64_t delay) {
            if (delay == 0) static_cast<App*>(self)->wake_up();
        };
        host_.http = candor_desktop_http_interface(http_.get());
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("shop");
        config.endpoint = candor_text(endpoint.c_str());
        config.write_key = candor_text("key-1");
        config.storage_path = candor_text(folder.path().c_str());
        config.wire = candor_text(wire);
        config.log_level = 2;
        config.on_event = on_event;
        config.on_event_context = this;
        config.host = &host_;
        client_ = candor_start(&config, nullptr);
        REQUIRE(client_ != 0);
        REQUIRE(candor_load(client_, candor_text(kDocument)) == CANDOR_OK);
        wait_for(CANDOR_EVENT_READY);
    }
    ~App() { candor_close(client_, 0); }
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    void show(const char* person) {
        candor_identify(client_, candor_text(person));
        candor_track(client_, candor_text("go"), nullptr, 0);
        wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        candor_presented(client_);
        wait_for(CANDOR_EVENT_SHOWN);
    }
    void answer_with(int score, const char* reason) {
        candor_answer_score(client_, candor_text("score"), score);
        wait_for(CANDOR_EVENT_ANSWERED);
        candor_answer_text(client_, candor_text("reason"), candor_text(reason));
        wait_for(CANDOR_EVENT_ANSWERED);
        candor_dismiss(client_);
        wait_for(CANDOR_EVENT_PROMPT_ENDED);
    }
    void dismiss() {
        candor_dismiss(client_);
        wait_for(CANDOR_EVENT_DISMISSED);
    }
    // Sends all that waits. The clock jumps over the courier's waits only, when no exchange is under way: that one
    // would count as given up, and be made again.
    bool drain() {
        for (int i = 0; i < 20; ++i) {
            if (candor_flush(client_, kLong) == CANDOR_OK) return true;
            advance(24 * 3'600'000);
        }
        return false;
    }
    void advance(std::int64_t span) {
        {
            const std::lock_guard lock(mutex_);
            clock_ += span;
        }
        candor_tick(client_);
    }
    std::int64_t delivered() {
        candor_tick(client_);
        return delivered_;
    }
    // The courier has told why the last exchange brought nothing.
    void wait_for_reason() { wait_for(CANDOR_EVENT_LOG); }

private:
    struct Destroy {
        void operator()(candor_desktop_http* http) const { candor_desktop_http_destroy(http); }
    };
    static candor_desktop_http* create() { return candor_desktop_http_create(nullptr, nullptr); }

    std::mutex mutex_;
    std::condition_variable woken_;
    bool wake_ = false;
    std::int64_t clock_ = 1'795'334'400'000;
    std::multiset<candor_event_kind> seen_;
    std::int64_t delivered_ = 0;
    candor_host host_{};
    std::unique_ptr<candor_desktop_http, Destroy> http_;
    candor_client client_ = 0;

    std::int64_t clock() {
        const std::lock_guard lock(mutex_);
        return clock_;
    }
    void wake_up() {
        const std::lock_guard lock(mutex_);
        wake_ = true;
        woken_.notify_all();
    }
    static void on_event(void* context, candor_client, const candor_event* event) {
        App& self = *static_cast<App*>(context);
        const std::string text(event->text.data != nullptr ? event->text.data : "", event->text.size);
        // Of the log only what the courier says of an exchange.
        if (event->kind == CANDOR_EVENT_LOG && !text.starts_with("delivery: ")) return;
        if (event->kind == CANDOR_EVENT_ERROR) FAIL_CHECK(text);
        if (event->kind == CANDOR_EVENT_DELIVERED) self.delivered_ += event->count;
        self.seen_.insert(event->kind);
    }
    void wait_for(candor_event_kind kind) {
        for (;;) {
            candor_tick(client_);
            const auto found = seen_.find(kind);
            if (found != seen_.end()) {
                seen_.erase(found);
                return;
            }
            std::unique_lock lock(mutex_);
            const bool woken = woken_.wait_for(lock, std::chrono::milliseconds(kLong), [this] { return wake_; });
            wake_ = false;
            if (!woken) FAIL("nothing happens, waiting for event " << kind);
        }
    }
};

json::Value read(const std::string& text) {
    const auto value = json::parse(text);
    CAPTURE(text);
    REQUIRE(value.has_value());
    return *value;
}

std::string header(const Connection::Request& request, const std::string& name) {
    const std::size_t at = request.head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "(none)";
    const std::size_t begin = at + name.size() + 4;
    return request.head.substr(begin, request.head.find("\r\n", begin) - begin);
}

std::string text(const json::Value& value, const char* key) {
    return value.find(key) != nullptr ? std::string(value.find(key)->text().view()) : std::string("(none)");
}

// What a sink of the kind would have kept: each id once, with the type or name of the event.
struct Kept {
    std::string id, name, person;
    std::int64_t score = -1;
};

struct Kind {
    const char* wire;
    std::string good;
    std::vector<std::string> bad;
    std::function<std::vector<Kept>(const Connection::Request&)> read_request;
};

std::int64_t score_of(const json::Value& data) {
    const json::Value* answers = data.find("answers");
    if (answers == nullptr || answers->array().empty()) return -1;
    const json::Value* score = answers->array()[0].find("score");
    return score != nullptr ? score->integer() : -1;
}

Kept kept_of(const json::Value& event) {
    const json::Value& data = *event.find("data");
    return {text(event, "id"), text(event, "type"), text(data, "person"), score_of(data)};
}

std::vector<Kept> read_batch(const Connection::Request& request) {
    CHECK(header(request, "Content-Type") == "application/cloudevents-batch+json");
    CHECK(header(request, "Authorization") == "Bearer key-1");
    std::vector<Kept> kept;
    const json::Value body = read(request.body);
    for (const json::Value& event : body.array()) {
        CHECK(text(event, "specversion") == "1.0");
        kept.push_back(kept_of(event));
    }
    return kept;
}

std::vector<Kept> read_binary(const Connection::Request& request) {
    CHECK(header(request, "Content-Type") == "application/json");
    CHECK(header(request, "Authorization") == "Bearer key-1");
    CHECK(header(request, "ce-specversion") == "1.0");
    CHECK(header(request, "ce-source") == "candor:shop");
    const json::Value data = read(request.body);
    return {{header(request, "ce-id"), header(request, "ce-type"), text(data, "person"), score_of(data)}};
}

std::vector<Kept> read_posthog(const Connection::Request& request) {
    CHECK(header(request, "Content-Type") == "application/json");
    CHECK(header(request, "Authorization") == "(none)");
    const json::Value body = read(request.body);
    CHECK(text(body, "api_key") == "key-1");
    CHECK(text(body, "sent_at").size() == 24);
    std::vector<Kept> kept;
    for (const json::Value& event : body.find("batch")->array()) {
        const json::Value& properties = *event.find("properties");
        CHECK(text(properties, "$lib") == "candor");
        CHECK(text(event, "timestamp").size() == 24);
        const json::Value* score = properties.find("$survey_response_score");
        kept.push_back({text(event, "uuid"), text(event, "event"), text(event, "distinct_id"),
                        score != nullptr ? score->integer() : -1});
    }
    return kept;
}

std::vector<std::string> bad_of_all() {
    return {answer("<html>Welcome to the hotel</html>", "Content-Type: text/html\r\n"),
            answer("", "Location: /elsewhere\r\n", "302 Found"), answer("", "", "503 Service Unavailable"),
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"status\":1}"};
}

std::vector<Kind> kinds() {
    const std::string taken = answer("", "", "202 Accepted");
    std::vector<Kind> all = {
        {"cloudevents", taken, bad_of_all(), read_batch},
        {"cloudevents-binary", taken, bad_of_all(), read_binary},
        {"posthog", answer(R"({"status":1})", "Content-Type: application/json\r\n"), bad_of_all(), read_posthog}};
    all[2].bad.push_back(answer(R"({"status":1,"quota_limited":["events"]})", "Content-Type: application/json\r\n"));
    all[2].bad.push_back(taken);
    return all;
}

std::set<std::string> ids_of(Sink& sink, const Kind& kind) {
    std::set<std::string> ids;
    for (const Connection::Request& request : sink.requests()) {
        for (const Kept& kept : kind.read_request(request)) ids.insert(kept.id);
    }
    return ids;
}

}  // namespace

TEST_CASE("over a socket each wire brings the answer once, and who was shown and dismissed only where it is wanted") {
    for (const Kind& kind : kinds()) {
        CAPTURE(kind.wire);
        Sink sink(kind.good);
        const Folder folder;
        App app(folder, sink.url(), kind.wire);
        app.show("ann");
        app.answer_with(9, "because");
        app.show("bob");
        app.dismiss();
        REQUIRE(app.drain());

        std::set<std::string> ids;
        std::multiset<std::string> names;
        std::vector<Kept> answers;
        for (const Connection::Request& request : sink.requests()) {
            for (const Kept& kept : kind.read_request(request)) {
                CHECK(ids.insert(kept.id).second);  // nothing failed: nothing came twice
                names.insert(kept.name);
                if (kept.name == "candor.response" || kept.name == "survey sent") answers.push_back(kept);
                if (kept.name == "survey dismissed") CHECK(kept.person == "bob");
            }
        }
        REQUIRE_FALSE(answers.empty());
        CHECK(answers.back().person == "ann");
        CHECK(answers.back().score == 9);
        const bool names_persons = std::string(kind.wire) == "posthog";
        CHECK(names.count("survey shown") == (names_persons ? 2 : 0));
        CHECK(names.count("survey dismissed") == (names_persons ? 1 : 0));
        CHECK(names.count("candor.prompt") == 0);
        CHECK(app.delivered() == static_cast<std::int64_t>(ids.size()));
    }
}

TEST_CASE("over a socket no page, redirect, fault, broken answer or full quota loses an answer") {
    for (const Kind& kind : kinds()) {
        for (std::size_t i = 0; i < kind.bad.size(); ++i) {
            CAPTURE(kind.wire, i, kind.bad[i]);
            Sink sink(kind.bad[i]);
            const Folder folder;
            std::set<std::string> tried;
            {
                App app(folder, sink.url(), kind.wire);
                app.show("ann");
                app.answer_with(3, "because");
                app.wait_for_reason();
                REQUIRE(sink.wait_for(1));
                CHECK(app.delivered() == 0);
                tried = ids_of(sink, kind);
            }
            sink.say(kind.good);
            App app(folder, sink.url(), kind.wire);
            REQUIRE(app.drain());
            // What was tried before the restart comes again under the same ids, and is now taken.
            const auto all = ids_of(sink, kind);
            for (const std::string& id : tried) CHECK(all.contains(id));
            bool answered = false;
            for (const Connection::Request& request : sink.requests()) {
                for (const Kept& kept : kind.read_request(request)) {
                    answered |= kept.score == 3 && kept.person == "ann";
                }
            }
            CHECK(answered);
            CHECK(app.delivered() >= 1);
        }
    }
}
