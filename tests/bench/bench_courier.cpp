// courier.drain: a full queue in SQLite, delivered through plan, HTTP and settle, in events a second; against raw
// libcurl posting the same bytes in the same batches to the same sink, in turns.
// courier.drain_stored: the same against a loop that reads them from raw SQLite, posts them by raw libcurl, and deletes
// them there.
#include <curl/curl.h>

#include <memory>

#include "courier/courier.hpp"
#include "raw_store.hpp"
#include "report.hpp"
#include "sink.hpp"

using namespace candor;

namespace {

constexpr int kTurns = 9;
constexpr int kQueued = 10'000;  // the queue's own bound
constexpr Instant kNow = 1'790'000'000'000;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "courier.drain: %s\n", why.c_str());
    exit(1);
}

// One connection, kept alive.
class Http {
public:
    explicit Http(const std::string& url) : curl_(curl_easy_init()) {
        headers_ = curl_slist_append(headers_, "Content-Type: application/cloudevents-batch+json");
        headers_ = curl_slist_append(headers_, "Candor-Key: key");
        headers_ = curl_slist_append(headers_, "Candor-Sent-At: 1790000000000");
        headers_ = curl_slist_append(headers_, "Expect:");
        curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &Http::write);
        curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer_);
    }
    ~Http() {
        curl_slist_free_all(headers_);
        curl_easy_cleanup(curl_);
    }

    courier::HttpResponse post(const std::string& body) {
        answer_.clear();
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        courier::HttpResponse response;
        if (const CURLcode code = curl_easy_perform(curl_); code != CURLE_OK) give_up(curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        response.status = static_cast<int>(status);
        response.headers = {{"Content-Type", "application/json"}};
        response.body = answer_;
        return response;
    }

private:
    static size_t write(char* data, size_t size, size_t count, void* out) {
        static_cast<std::string*>(out)->append(data, size * count);
        return size * count;
    }

    CURL* curl_;
    curl_slist* headers_ = nullptr;
    std::string answer_;
};

void must(const Result<void>& result) {
    if (!result) give_up(describe(result.error()));
}

void fill(outbox::Store& store, int turn) {
    outbox::Change change;
    for (int i = 0; i < kQueued; ++i) {
        const std::string id = bench::event_id(turn * kQueued + i);
        change.appends.push_back({id, bench::response_body(id), outbox::EventKind::answer, kNow, kNow - 1, 0});
    }
    store.transact(
        {}, [&](const outbox::State&) { return change; }, must);
}

// What was posted, for the raw turn.
std::vector<std::string> drain(outbox::Store& store, Http& http, double& seconds) {
    std::vector<std::string> bodies;
    const courier::Limits limits;
    seconds = bench::seconds_of([&] {
        for (;;) {
            courier::Plan plan;
            store.transact(
                courier::plan_request(kNow, limits),
                [&](const outbox::State& state) {
                    plan = courier::plan(state, kNow, limits);
                    return plan.change;
                },
                must);
            if (plan.batch.empty()) return;
            courier::HttpRequest request = courier::candor_request(plan.batch, {"", "key"}, kNow);
            const courier::HttpResponse response = http.post(request.body);
            const courier::Acknowledgement read = courier::candor_acknowledgement(plan.batch, response, kNow);
            if (read.outcome != courier::Outcome::delivered) give_up(read.reason);
            store.transact(
                courier::settle_request(plan.batch, read, kNow),
                [&](const outbox::State& state) { return courier::settle(state, plan.batch, read, kNow, 0).change; },
                must);
            bodies.push_back(std::move(request.body));
        }
    });
    return bodies;
}

void fill(bench::RawStore& store, int turn) {
    std::vector<bench::RawStore::Event> events;
    for (int i = 0; i < kQueued; ++i) {
        const std::string id = bench::event_id(turn * kQueued + i);
        events.push_back({id, bench::response_body(id)});
    }
    store.append_all(events);
}

double drain(bench::RawStore& store, Http& http) {
    const int rows = static_cast<int>(courier::Limits().batch_rows);
    return bench::seconds_of([&] {
        for (;;) {
            const bench::RawStore::Oldest found = store.oldest(rows);
            if (found.events.empty()) return;
            std::string body = "[";
            for (const auto& event : found.events) body += (body.size() > 1 ? "," : "") + event.body;
            if (http.post(body + "]").status != 200) give_up("the sink failed");
            store.remove(found.first, found.last);
        }
    });
}

}  // namespace

int main() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const bench::Directory directory;
    bench::RawStore raw(directory.file("raw.db"));
    raw.sync_less();
    auto store = outbox::sqlite_store(directory.file("store.db"));
    if (!store) give_up(describe(store.error()));
    {
        bench::Sink sink;
        Http http(sink.url());
        bench::Pairs pairs, stored;
        for (int turn = 0; turn < kTurns; ++turn) {
            fill(**store, turn);
            double ours = 0;
            const long before = sink.events();
            const auto bodies = drain(**store, http, ours);
            if (sink.events() - before != kQueued) give_up("not every event arrived once");
            const double theirs = bench::seconds_of([&] {
                for (const std::string& body : bodies) {
                    if (http.post(body).status != 200) give_up("the sink failed");
                }
            });
            fill(raw, turn);
            const double from_disk = drain(raw, http);
            if (turn == 0) continue;
            pairs.add(kQueued / ours, kQueued / theirs);
            stored.add(kQueued / ours, kQueued / from_disk);
        }
        pairs.print("courier.drain", "1/s", 0.7, 45'000);
        stored.print("courier.drain_stored", "1/s", 0.7, 45'000);
    }
    curl_global_cleanup();
}
