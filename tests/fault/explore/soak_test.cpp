// A great many events through a server that fails one request in five, each time in another way: in the end each has
// arrived, what could not be is counted, and the process is no larger than at the beginning.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "../../contract/scratch.hpp"
#include "base/json.hpp"
#include "candor/candor.h"
#include "outbox/store.hpp"
#include "sizes.hpp"

using namespace candor;
using namespace candor::fault;
using contract::Scratch;

namespace {

constexpr Instant kBegin = 1'795'334'400'000;
constexpr int kPoisonEvery = 5000;
constexpr int kAtOnce = 1000;  // events of a commit
constexpr std::int64_t kMostQueued = 5000;
// What SQLite's two caches and the allocator may still take after a fifth of the way.
constexpr std::int64_t kAllowedGrowth = 4 << 20;

const std::string kIdBegins = "0193523c-0000-7abc-8abc-";
constexpr const char* kDocument =
    R"({"candor":1,"project":"shop","revision":1,"product":"Shop","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"wait":{"answered":90},"questions":[{"id":"score","type":"nps"},{"id":"thanks","type":"thanks"}]}]})";

bool is_poison(int number) { return number % kPoisonEvery == kPoisonEvery / 2; }

outbox::Event event_of(int number, Instant now) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%012x", static_cast<unsigned>(number));
    outbox::Event event;
    event.id = kIdBegins + digits;
    event.body =
        R"({"specversion":"1.0","id":")" + kIdBegins + digits +
        R"(","source":"candor:shop","type":"candor.response","time":"2026-11-22T07:00:00.000Z","data":{"text":")" +
        std::string(static_cast<std::size_t>(number % 400), 'x') + "\"}}";
    event.kind = number % 3 == 0 ? outbox::EventKind::exposure : outbox::EventKind::answer;
    event.created_at = now;  // what only counts becomes too old within the years that pass here
    return event;
}

candor_string lend(std::string_view text) { return {text.data(), text.size()}; }

void respond(std::uint32_t ticket, int status, const std::string& body, const char* type = "application/json",
             const char* retry_after = nullptr) {
    const candor_header headers[] = {{candor_text("Content-Type"), candor_text(type)},
                                     {candor_text("Retry-After"), candor_text(retry_after)}};
    candor_http_response response{};
    response.size = sizeof response;
    response.status = status;
    response.headers = headers;
    response.header_count = retry_after != nullptr ? 2 : 1;
    response.body = lend(body);
    if (status == 0) response.error = candor_text("connection reset");
    candor_http_done(ticket, &response);
}

// Fails one request in five. What it has taken it knows by number, so that it grows with nothing.
class Server {
public:
    Server(int events, unsigned seed) : taken_(static_cast<std::size_t>(events)), random_(seed) {}

    void serve(std::uint32_t ticket, std::string_view body) {
        const std::lock_guard lock(mutex_);
        ++requests_;
        const auto batch = json::parse(body);
        if (!batch) return void(++broken_);
        if (std::any_of(batch->array().begin(), batch->array().end(),
                        [&](const json::Value& e) { return poisoned(e); })) {
            return respond(ticket, 400, "{}");
        }
        if (chance(5) != 0) return respond(ticket, 200, taken(*batch, batch->array().size()));
        ++failures_;
        fail(ticket, *batch);
    }

    std::size_t distinct() const { return static_cast<std::size_t>(std::count(taken_.begin(), taken_.end(), 1)); }
    long requests() const { return requests_; }
    long failures() const { return failures_; }
    long twice() const { return twice_; }
    long broken() const { return broken_; }
    std::int64_t put_aside() const { return put_aside_; }
    long answers() const { return answers_; }

private:
    std::mutex mutex_;
    std::vector<char> taken_;
    std::mt19937 random_;
    long requests_ = 0, failures_ = 0, twice_ = 0, broken_ = 0, answers_ = 0;
    std::int64_t put_aside_ = 0;
    std::set<std::string> own_;  // ids of the client's own events, which are few

    unsigned chance(unsigned of) { return std::uniform_int_distribution<unsigned>(0, of - 1)(random_); }

    // Its number; -1: the client made it.
    static int number_of(const json::Value& event) {
        const std::string_view id = event.find("id")->text();
        if (!id.starts_with(kIdBegins)) return -1;
        return static_cast<int>(std::stol(std::string(id.substr(kIdBegins.size())), nullptr, 16));
    }
    static bool poisoned(const json::Value& event) {
        const int number = number_of(event);
        return number >= 0 && is_poison(number);
    }

    void take(const json::Value& event) {
        const int number = number_of(event);
        if (number >= 0) {
            char& taken = taken_[static_cast<std::size_t>(number)];
            twice_ += taken;
            taken = 1;
            return;
        }
        if (!own_.insert(std::string(event.find("id")->text().view())).second) return;
        if (event.find("type")->text() == "candor.response") ++answers_;
        if (event.find("type")->text() != "candor.dropped") return;
        const json::Value& data = *event.find("data");
        // The client's own counts find no room beside so many others: that is not what is put aside.
        if (data.find("reason")->text() == "poisoned") put_aside_ += data.find("count")->integer();
    }

    // What it says after it has taken the first so many.
    std::string taken(const json::Value& batch, std::size_t count) {
        std::string accepted;
        for (std::size_t i = 0; i < count; ++i) {
            const json::Value& event = batch.array()[i];
            take(event);
            accepted += (accepted.empty() ? "\"" : ",\"") + std::string(event.find("id")->text().view()) + "\"";
        }
        return R"({"accepted":[)" + accepted + R"(],"rejected":[]})";
    }

    void fail(std::uint32_t ticket, const json::Value& batch) {
        const std::size_t all = batch.array().size();
        switch (chance(all > 1 ? 12 : 10)) {
            case 0: return respond(ticket, 0, "");
            case 1: return taken(batch, all), respond(ticket, 0, "");
            case 2: return respond(ticket, 503, "{}");
            case 3: return respond(ticket, 429, "{}", "application/json", "100");
            case 4: return respond(ticket, 503, "{}", "application/json", "Sun, 22 Nov 2026 10:00:00 GMT");
            case 5: return respond(ticket, 200, "<html>Log in to the hotel</html>", "text/html");
            case 6: {
                const std::string answer = taken(batch, all);
                return respond(ticket, 200, answer.substr(0, answer.size() / 2));
            }
            case 7: return respond(ticket, 200, taken(batch, (all + 1) / 2));
            case 8: return respond(ticket, 401, "{}");
            case 9: return taken(batch, all), void();  // and never a word
            case 10: return respond(ticket, 413, "{}");
            default: return respond(ticket, 400, "{}");
        }
    }
};

// The client with its host: a clock that is set by hand, and the server behind the HTTP.
class App {
public:
    App(const std::string& folder, Server& server) : server_(server) {
        http_.size = sizeof http_;
        http_.context = this;
        http_.send = [](void* self, std::uint32_t ticket, const candor_http_request* request) {
            static_cast<App*>(self)->server_.serve(ticket, {request->body.data, request->body.size});
        };
        host_.size = sizeof host_;
        host_.context = this;
        host_.now = [](void* self) { return static_cast<App*>(self)->now_.load(); };
        host_.monotonic = [](void* self) { return static_cast<App*>(self)->now_.load() - kBegin; };
        host_.http = &http_;
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("shop");
        config.endpoint = candor_text("http://collector.test/v1/events");
        config.write_key = candor_text("key");
        config.storage_path = lend(folder);
        config.on_event = [](void* self, candor_client, const candor_event* event) {
            static_cast<App*>(self)->told(*event);
        };
        config.on_event_context = this;
        config.host = &host_;
        client_ = candor_start(&config, nullptr);
        REQUIRE(candor_load(client_, candor_text(kDocument)) == CANDOR_OK);
        turn();
    }
    ~App() { candor_close(client_, 0); }
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    Instant now() const { return now_; }

    candor_status store() {
        candor_tick(client_);
        const candor_status status = candor_flush(client_, 50);
        candor_tick(client_);
        return status;
    }

    // Sends as long as it may; then its longest wait passes. True: all is delivered.
    bool turn() {
        if (store() == CANDOR_OK) return true;
        now_ += 7 * kHour;
        return false;
    }

    // Somebody answers.
    void answer(int number) {
        candor_identify(client_, lend("person-" + std::to_string(number)));
        candor_track(client_, candor_text("go"), nullptr, 0);
        // While the clock stands: nobody is asked hours later.
        for (possible_ = false; !possible_;) store();
        candor_presented(client_);
        REQUIRE(candor_answer_score(client_, candor_text("score"), number % 11) == CANDOR_OK);
        for (answered_ = false; !answered_;) store();
        candor_dismiss(client_);
    }

private:
    Server& server_;
    candor_http http_{};
    candor_host host_{};
    std::atomic<Instant> now_{kBegin};
    candor_client client_ = 0;
    bool possible_ = false, answered_ = false;

    void told(const candor_event& event) {
        if (event.kind == CANDOR_EVENT_PROMPT_POSSIBLE) possible_ = true;
        if (event.kind == CANDOR_EVENT_ANSWERED) answered_ = true;
        if (event.kind == CANDOR_EVENT_ERROR) FAIL_CHECK(std::string(event.text.data, event.text.size));
    }
};

// Rows in the queue; up to so many new events are put behind them.
std::int64_t put_in(outbox::Store& store, int first, int count, Instant now) {
    std::int64_t rows = 0;
    store.transact(
        {},
        [&](const outbox::State& state) {
            rows = state.totals.rows;
            outbox::Change change;
            for (int i = first; rows < kMostQueued && i < first + count; ++i) {
                change.appends.push_back(event_of(i, now));
            }
            return change;
        },
        [](const Result<void>& result) { CHECK(result.has_value()); });
    return rows;
}

std::int64_t resident_bytes() {
    std::int64_t size = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

std::uintmax_t size_on_disk(const std::filesystem::path& folder) {
    std::uintmax_t all = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) all += entry.file_size();
    return all;
}

}  // namespace

TEST_CASE("soak: through a server that fails one request in five, all arrive and nothing grows") {
    const int events = sized(500'000, 1'000'000, 6'000);
    const unsigned seed = std::random_device{}();
    std::printf("soak: %d events, seed %u\n", events, seed);
    INFO("seed " << seed);

    const Scratch scratch;
    Server server(events, seed);
    App app(scratch.path().string(), server);
    auto store = outbox::sqlite_store(scratch.file("shop.candor.db"));
    REQUIRE(store.has_value());

    std::int64_t early = 0, most_rows = 0;
    std::uintmax_t most_bytes = 0;
    int answers = 0;
    for (int next = 0; next < events;) {
        const std::int64_t rows = put_in(**store, next, std::min(kAtOnce, events - next), app.now());
        most_rows = std::max(most_rows, rows);
        if (rows < kMostQueued) {
            next += std::min(kAtOnce, events - next);
            if (next % (2 * kAtOnce) == 0) app.answer(answers++);
        }
        app.turn();
        most_bytes = std::max(most_bytes, size_on_disk(scratch.path()));
        if (early == 0 && next >= events / 5) early = resident_bytes();
    }
    int turns = 0;
    while (!app.turn() && turns < 5'000) ++turns;
    const std::int64_t late = resident_bytes();
    CHECK(put_in(**store, 0, 0, 0) == 0);

    const int poison = (events + kPoisonEvery / 2 - 1) / kPoisonEvery;
    std::printf(
        "soak: %ld requests, %ld failed; %ld events came twice; at most %lld rows and %.1f MB on disk; resident "
        "%.1f MB early, %.1f MB late\n",
        server.requests(), server.failures(), server.twice(), static_cast<long long>(most_rows),
        static_cast<double>(most_bytes) / 1e6, static_cast<double>(early) / 1e6, static_cast<double>(late) / 1e6);
    CHECK(server.broken() == 0);
    CHECK(server.failures() > server.requests() / 10);
    CHECK(server.distinct() == static_cast<std::size_t>(events - poison));
    CHECK(server.put_aside() == poison);
    CHECK(server.answers() == answers);
    CHECK(most_rows <= kMostQueued + kAtOnce);
    CHECK(most_bytes < (32u << 20));
    if (!kSanitized) CHECK(late - early <= kAllowedGrowth);  // a sanitizer keeps what is freed
}
