// Writing, over real sockets: each event counts once, whatever the network does, and nothing else counts.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;

TEST_CASE("a batch that is sent again changes nothing") {
    Collector collector;
    std::vector<std::string> events;
    for (int score : {9, 3, 7, 10, 9, 8}) {
        Answer answer;
        answer.score = score;
        answer.person = "person-" + std::to_string(events.size());
        events.push_back(response_event(answer));
    }
    events.push_back(exposure_event(R"({"answered":6,"dismissed":2})"));
    events.push_back(event_of("candor.dropped", R"({"kind":"exposure","reason":"queue_full","count":3})"));
    collector.take(events);
    const auto before = collector.get("/v1/summary");
    const auto rows = collector.get("/v1/responses.jsonl");
    collector.take(events);
    std::reverse(events.begin(), events.end());
    collector.take(events);
    CHECK(collector.get("/v1/summary")->body == before->body);
    CHECK(collector.get("/v1/summary")->get_header_value("ETag") == before->get_header_value("ETag"));
    CHECK(collector.get("/v1/responses.jsonl")->body == rows->body);

    const json::Value wave = collector.wave();
    CHECK(at(wave, "n").integer() == 6);
    CHECK(at(wave, "nps").number() > 33.3);
    CHECK(at(wave, "nps").number() < 33.4);
    CHECK(at(wave, "persons_answered").integer() == 6);
    CHECK(at(wave, "persons_shown").integer() == 8);
}

TEST_CASE("an event twice in one batch counts once") {
    Collector collector;
    const std::string event = response_event({});
    collector.take({event, event});
    CHECK(at(collector.wave(), "n").integer() == 1);
}

TEST_CASE("the highest revision wins in every order of arrival") {
    Answer answer;
    std::vector<std::string> events;
    for (int revision : {1, 2, 3}) {
        answer.event = new_id();
        answer.revision = revision;
        answer.score = revision;
        answer.comment = "revision " + std::to_string(revision);
        answer.complete = revision == 3;
        events.push_back(response_event(answer));
    }
    std::vector<std::size_t> order{0, 1, 2};
    do {
        Collector collector;
        for (std::size_t index : order) collector.take({events[index]});
        const json::Value wave = collector.wave();
        CHECK(at(wave, "n").integer() == 1);
        CHECK(at(wave, "counts").array()[3].integer() == 1);
        CHECK(at(wave, "complete").integer() == 1);
        REQUIRE(at(wave, "comments").array().size() == 1);
        CHECK(at(at(wave, "comments").array()[0], "text").text() == "revision 3");
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("a malformed event costs no other") {
    Collector collector;
    Answer good;
    Answer bad;
    const std::string broken = replaced(response_event(bad), R"("score":9)", R"("score":11)");
    const auto result = collector.post(batch_of({broken, response_event(good), "7"}));
    const json::Value answer = json_of(result);
    CHECK(result->status == 200);
    CHECK(result->get_header_value("Content-Type") == "application/json");
    REQUIRE(at(answer, "accepted").array().size() == 1);
    CHECK(at(answer, "accepted").array()[0].text() == good.event);
    const auto& rejected = at(answer, "rejected").array();
    REQUIRE(rejected.size() == 2);
    CHECK(at(rejected[0], "index").integer() == 0);
    CHECK(at(rejected[0], "id").text() == bad.event);
    CHECK(at(rejected[0], "reason").text().rfind("data.answers[0].score: ", 0) == 0);
    CHECK(at(rejected[1], "index").integer() == 2);
    CHECK(at(rejected[1], "id").is_null());
    CHECK(at(collector.wave(), "n").integer() == 1);

    // What was rejected was not seen: put right, it is taken under the same id.
    collector.take({response_event(bad)});
    CHECK(at(collector.wave(), "n").integer() == 2);
}

TEST_CASE("bodies that are no batch are 400 and say why") {
    Collector collector;
    for (const std::string& body :
         {std::string(), std::string("nonsense"), std::string("{}"), std::string("[1,2"), std::string("[\"\xff\"]"),
          std::string(R"([{"id":"a","id":"b"}])"), std::string(100000, '['), std::string("[\"a\0b", 5)}) {
        const auto result = collector.post(body);
        CHECK(result->status == 400);
        CHECK_FALSE(at(json_of(result), "error").text().empty());
    }
    CHECK(collector.get("/healthz")->status == 200);
}

TEST_CASE("a body over the limit is 413, with and without announced length, and the next one is taken") {
    Collector collector;
    const std::string ten_megabytes(10'000'000, ' ');
    CHECK(collector.post(ten_megabytes)->status == 413);
    CHECK_FALSE(at(json_of(collector.post(ten_megabytes)), "error").text().empty());
    const auto chunked = collector.client().Post(
        "/v1/events", {{"Candor-Key", kWriteKey}},
        [&](std::size_t offset, httplib::DataSink& sink) {
            if (offset >= ten_megabytes.size()) {
                sink.done();
                return true;
            }
            return sink.write(ten_megabytes.data(), 100'000);
        },
        kBatchType);
    REQUIRE(chunked);
    CHECK(chunked->status == 413);
    collector.take({response_event({})});
}

TEST_CASE("a limit raised to 16 MB takes a batch of 10 MB") {
    Folder folder;
    Config config = config_of(folder.file("big.db"));
    config.max_body = 16u << 20;
    Collector collector(config);
    Answer answer;
    answer.comment = std::string(60'000, 'x');
    std::vector<std::string> events;
    for (int i = 0; i < 170; ++i) {
        answer.event = new_id();
        answer.submission = new_id();
        events.push_back(response_event(answer));
    }
    REQUIRE(batch_of(events).size() > 10'000'000);
    collector.take(events);
    CHECK(at(collector.wave(), "n").integer() == 170);
}

TEST_CASE("a compressed body cannot grow past the limit") {
    Collector collector;
    httplib::Client client = collector.client();
    client.set_compress(true);
    const auto result =
        client.Post("/v1/events", {{"Candor-Key", kWriteKey}}, std::string(50'000'000, ' '), kBatchType);
    REQUIRE(result);
    CHECK(result->status == 413);
}

TEST_CASE("a batch may come as gzip") {
    Collector collector;
    httplib::Client client = collector.client();
    client.set_compress(true);
    Answer answer;
    answer.comment = std::string(10'000, 'x');
    const std::string batch = batch_of({response_event(answer)});
    const auto result = client.Post("/v1/events", {{"Candor-Key", kWriteKey}}, batch, kBatchType);
    REQUIRE(result);
    CHECK(result->status == 200);
    CHECK(at(collector.wave(), "n").integer() == 1);
}

TEST_CASE("a bomb of gzip takes no more memory than a batch, and the next batch is taken") {
    Collector collector;
    const auto peak = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;  // KiB
    };
    collector.take({response_event({})});
    const long before = peak();
    httplib::Client client = collector.client();
    client.set_compress(true);
    constexpr std::size_t kBomb = 300u << 20;
    const std::string piece(1u << 20, ' ');
    // Answered or cut off, as it comes.
    const auto result = client.Post(
        "/v1/events", {{"Candor-Key", kWriteKey}},
        [&](std::size_t offset, httplib::DataSink& sink) {
            if (offset < kBomb) return sink.write(piece.data(), piece.size());
            sink.done();
            return true;
        },
        kBatchType);
    if (result) CHECK(result->status == 413);
    CHECK(peak() - before < 100'000);
    collector.take({response_event({})});
}

TEST_CASE("what is not gzip though it says so is 400, what is of another encoding 415") {
    Collector collector;
    const std::string batch = batch_of({response_event({})});
    const auto post = [&](const std::string& encoding, const std::string& body) {
        const auto result = collector.client().Post(
            "/v1/events", {{"Candor-Key", kWriteKey}, {"Content-Encoding", encoding}}, body, kBatchType);
        REQUIRE(result);
        return result->status;
    };
    CHECK(post("gzip", batch) == 400);
    CHECK(post("zstd", batch) == 415);
    CHECK(post("gzip, gzip", batch) == 415);
    CHECK(post("identity", batch) == 200);
}

TEST_CASE("content types") {
    Collector collector;
    const std::string batch = batch_of({response_event({})});
    CHECK(collector.post(batch, "application/json")->status == 415);
    CHECK(collector.post(batch, "text/html")->status == 415);
    CHECK(collector.post(batch, "application/x-www-form-urlencoded")->status == 415);
    CHECK(collector.post(batch, "multipart/form-data; boundary=x")->status == 415);
    CHECK(collector.post(batch, "Application/CloudEvents-Batch+JSON; charset=UTF-8")->status == 200);
}

TEST_CASE("write keys") {
    Collector collector;
    const std::string batch = batch_of({response_event({})});
    CHECK(collector.client().Post("/v1/events", batch, kBatchType)->status == 401);
    CHECK(collector.post(batch, kBatchType, "")->status == 401);
    CHECK(collector.post(batch, kBatchType, "unknown")->status == 401);
    CHECK(collector.post(batch, kBatchType, kReadKey)->status == 401);
    CHECK(collector.post(batch, kBatchType, "another-key")->status == 200);
}

TEST_CASE("a beacon carries its key in the envelope") {
    Collector collector;
    const auto envelope = [](const std::string& key) {
        return R"({"key":")" + key + R"(","sent_at":1795330800000,"events":)" + batch_of({response_event({})}) + "}";
    };
    CHECK(collector.client().Post("/v1/events", envelope(kWriteKey), "text/plain;charset=UTF-8")->status == 200);
    CHECK(collector.client().Post("/v1/events", envelope("unknown"), "text/plain")->status == 401);
    CHECK(collector.client().Post("/v1/events", R"({"events":[]})", "text/plain")->status == 401);
    // The header is not the envelope's key.
    CHECK(collector.post(R"({"events":[]})", "text/plain")->status == 401);
    CHECK(collector.post("[]", "text/plain")->status == 400);
    CHECK(at(collector.wave(), "n").integer() == 1);
}

TEST_CASE("a malformed clock of the sender is 400") {
    Collector collector;
    for (const char* clock : {"noon", "-1", "1.5", "99999999999999999999"}) {
        const auto result = collector.client().Post(
            "/v1/events", {{"Candor-Key", kWriteKey}, {"Candor-Sent-At", clock}}, "[]", kBatchType);
        REQUIRE(result);
        CHECK(result->status == 400);
    }
}

TEST_CASE("preflights are answered for configured origins only") {
    Collector collector;
    const auto preflight = [&](const char* origin) {
        return collector.client().Options("/v1/events", {{"Origin", origin},
                                                         {"Access-Control-Request-Method", "POST"},
                                                         {"Access-Control-Request-Headers", "content-type"}});
    };
    const auto allowed = preflight("https://shop.example");
    CHECK(allowed->status == 204);
    CHECK(allowed->get_header_value("Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(allowed->get_header_value("Access-Control-Allow-Headers") == "content-type, candor-key, candor-sent-at");
    CHECK(allowed->get_header_value("Access-Control-Allow-Methods") == "POST");
    CHECK(allowed->get_header_value("Vary") == "Origin");
    for (const char* origin : {"https://evil.example", "https://shop.example.evil.example", "null", ""}) {
        const auto refused = preflight(origin);
        CHECK(refused->status == 403);
        CHECK_FALSE(refused->has_header("Access-Control-Allow-Origin"));
    }
}

TEST_CASE("a page of a configured origin may read the answer, errors too, and never the numbers") {
    Collector collector;
    const auto post = [&](const std::string& body, const char* key) {
        return collector.client().Post("/v1/events", {{"Candor-Key", key}, {"Origin", "https://shop.example"}}, body,
                                       kBatchType);
    };
    CHECK(post("[]", kWriteKey)->get_header_value("Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(post("nonsense", kWriteKey)->get_header_value("Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(post("[]", "unknown")->get_header_value("Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(post(std::string(5'000'000, ' '), kWriteKey)->get_header_value("Access-Control-Allow-Origin") ==
          "https://shop.example");
    for (const char* path : {"/v1/summary", "/v1/responses.csv", "/v1/responses.jsonl"}) {
        const auto result = collector.get(path, {{"Origin", "https://shop.example"}});
        CHECK_FALSE(result->has_header("Access-Control-Allow-Origin"));
        CHECK(result->get_header_value("Cross-Origin-Resource-Policy") == "same-origin");
        CHECK(result->get_header_value("X-Content-Type-Options") == "nosniff");
    }
}

TEST_CASE("eight threads that send the same and different events count each exactly once") {
    Collector collector;
    std::vector<std::string> shared;
    for (int i = 0; i < 50; ++i) {
        Answer answer;
        answer.person = "shared-" + std::to_string(i);
        shared.push_back(response_event(answer));
    }
    std::atomic<int> refused = 0;
    const auto post = [&](const std::vector<std::string>& events) {
        const auto result = collector.post(batch_of(events));
        if (!result || result->status != 200) ++refused;
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            std::vector<std::string> order = shared;
            std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(t)));
            for (std::size_t i = 0; i < order.size(); ++i) {
                Answer own;
                own.person = "own-" + std::to_string(t) + "-" + std::to_string(i);
                post({order[i], response_event(own), exposure_event(R"({"answered":1})")});
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(refused == 0);
    const json::Value wave = collector.wave();
    CHECK(at(wave, "n").integer() == 50 + 8 * 50);
    CHECK(at(wave, "persons_answered").integer() == 50 + 8 * 50);
    CHECK(at(wave, "persons_shown").integer() == 8 * 50);
}

TEST_CASE("a restart keeps everything") {
    Collector collector;
    const std::string event = response_event({});
    collector.take({event, exposure_event(R"({"answered":1})")});
    const auto before = collector.get("/v1/summary");
    collector.restart();
    const auto after = collector.get("/v1/summary");
    CHECK(after->body == before->body);
    CHECK(after->get_header_value("ETag") == before->get_header_value("ETag"));
    collector.take({event});
    CHECK(at(collector.wave(), "n").integer() == 1);
}

TEST_CASE("a deletion erases, for good, and later revisions are taken and forgotten") {
    Collector collector;
    Answer answer;
    answer.comment = "please-forget-this-comment";
    Answer other;
    collector.take({response_event(answer), response_event(other)});
    const std::string deletion = deletion_event(answer.submission);
    collector.take({deletion});
    CHECK(at(collector.wave(), "n").integer() == 1);

    answer.event = new_id();
    answer.revision = 2;
    collector.take({response_event(answer)});
    answer.event = new_id();
    answer.submission.replace(0, 8, "019AAAAA");  // another one, in upper case
    collector.take({response_event(answer)});
    collector.take({deletion});
    CHECK(at(collector.wave(), "n").integer() == 2);
    collector.take({deletion_event(answer.submission)});
    CHECK(at(collector.wave(), "n").integer() == 1);
    CHECK(at(collector.wave(), "comments").array().empty());

    for (const char* suffix : {"", "-wal"}) {
        std::ifstream file(collector.database() + suffix, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        CHECK(bytes.find("please-forget") == std::string::npos);
    }
}

TEST_CASE("a deletion that arrives before its response holds all the same") {
    Collector collector;
    Answer answer;
    collector.take({deletion_event(answer.submission), exposure_event(R"({"answered":1})")});
    collector.take({response_event(answer)});
    CHECK(at(collector.wave(), "n").integer() == 0);
}

TEST_CASE("two collectors do not share a port") {
    Folder folder;
    auto first = Server::start(config_of(folder.file("one.db")));
    REQUIRE(first);
    Config config = config_of(folder.file("two.db"));
    config.port = (*first)->port();
    const auto second = Server::start(config);
    REQUIRE_FALSE(second);
    CHECK(second.error().path == "--bind, --port");
}

TEST_CASE("configurations that make no sense are refused by name") {
    Folder folder;
    const auto fault = [&](auto change) {
        Config config = config_of(folder.file("x.db"));
        change(config);
        const auto server = Server::start(config);
        return server ? std::string("none") : std::string(server.error().path);
    };
    CHECK(fault([](Config&) {}) == "none");
    CHECK(fault([](Config& config) { config.write_keys.clear(); }) == "--write-key");
    CHECK(fault([](Config& config) { config.read_keys = {kWriteKey}; }) == "--read-key");
    CHECK(fault([](Config& config) { config.allow_origins = {"https://shop.example/"}; }) == "--allow-origin");
    CHECK(fault([](Config& config) { config.bind = "not an address"; }) == "--bind, --port");
    CHECK(fault([](Config& config) { config.database = "/nowhere/at/all.db"; }) == "/nowhere/at/all.db");
}
