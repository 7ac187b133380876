#include "fixture.hpp"

#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>

#include "base/ids.hpp"

namespace candor::collector {
namespace {

std::string json_text(std::string_view text) { return json::dump(json::Value(text)); }

std::string flag(bool value) { return value ? "true" : "false"; }

}  // namespace

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "collector-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string new_id() {
    static std::atomic<std::uint32_t> counter = 0;
    const std::uint32_t count = ++counter;
    RandomBytes bytes{};
    for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(count >> (8 * i));
    return uuid_v7(kNow, bytes);
}

std::string event_of(const std::string& type, const std::string& data) {
    return R"({"specversion":"1.0","id":")" + new_id() + R"(","source":"candor:shop","type":")" + type +
           R"(","time":"2026-11-22T06:59:00.000Z","datacontenttype":"application/json","data":)" + data + "}";
}

std::string response_event(const Answer& answer) {
    std::string answers = R"([{"question":"score","type":"nps","score":)" + std::to_string(answer.score) + "}";
    if (!answer.comment.empty()) {
        answers += R"(,{"question":"reason","type":"text","text":)" + json_text(answer.comment) + "}";
    }
    const std::string data =
        R"({"submission":")" + answer.submission + R"(","revision":)" + std::to_string(answer.revision) +
        R"(,"person":)" + json_text(answer.person) + R"(,"survey":)" + json_text(answer.survey) +
        R"(,"kind":"transactional","wave":)" + json_text(answer.wave) +
        R"(,"touchpoint":"purchase_completed","document":{"revision":7,"hash":"0123456789abcdef"},)"
        R"("wording":{"id":"nps","version":1,"locale":"en","hash":"fedcba9876543210"},)"
        R"("presentation":{"rows":1,"order":"ascending","layout":"corner","input":"pointer","painter":"imgui",)"
        R"("locale":"en"},"sampling":{"percent":100},"answers":)" +
        answers + R"(],"complete":)" + flag(answer.complete) +
        R"(,"seconds":12.5,"sdk":"0.1.0","app_version":"3.2","platform":"web","os_version":"",)"
        R"("consent":{"mode":"none","policy":""},"test":)" +
        flag(answer.test) + "}";
    return R"({"specversion":"1.0","id":")" + answer.event +
           R"(","source":"candor:shop","type":"candor.response","time":")" + rfc3339(answer.time) +
           R"(","datacontenttype":"application/json","data":)" + data + "}";
}

std::string exposure_event(const std::string& changes, const std::string& survey) {
    return event_of("candor.exposure", R"({"survey":")" + survey +
                                           R"(","kind":"transactional","wave":"1","touchpoint":"purchase_completed",)"
                                           R"("day":"2026-11-22","changes":)" +
                                           changes + "}");
}

std::string deletion_event(const std::string& submission) {
    return event_of("candor.deletion", R"({"submissions":[")" + submission + R"("]})");
}

std::string batch_of(const std::vector<std::string>& events) {
    std::string batch;
    for (const std::string& event : events) batch += (batch.empty() ? "[" : ",") + event;
    return events.empty() ? "[]" : batch + "]";
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t place = text.find(from);
    INFO("looking for " << from << " in " << text);
    REQUIRE(place != std::string::npos);
    return text.replace(place, from.size(), to);
}

Config config_of(const std::string& database) {
    Config config;
    config.database = database;
    config.write_keys = {"another-key", kWriteKey};
    config.read_keys = {kReadKey};
    config.allow_origins = {"https://shop.example"};
    config.now = [] { return kNow; };
    return config;
}

Collector::Collector(Config config) : config_(std::move(config)) {
    if (config_.database.empty()) config_.database = folder_.file("collector.db");
    restart();
}

void Collector::restart() {
    server_.reset();
    auto server = Server::start(config_);
    if (!server) FAIL(describe(server.error()));
    server_ = std::move(*server);
}

httplib::Client Collector::client() const {
    httplib::Client client("127.0.0.1", server_->port());
    client.set_read_timeout(60);
    return client;
}

httplib::Result Collector::post(const std::string& body, const std::string& type, const std::string& key) const {
    return client().Post("/v1/events", {{"Candor-Key", key}}, body, type);
}

httplib::Result Collector::get(const std::string& path, httplib::Headers headers) const {
    return client().Get(path, headers);
}

void Collector::take(const std::vector<std::string>& events) const {
    const auto answer = post(batch_of(events));
    const json::Value value = json_of(answer);
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    REQUIRE(at(value, "rejected").array().empty());
    REQUIRE(at(value, "accepted").array().size() == events.size());
}

json::Value Collector::wave(const std::string& survey) const {
    const json::Value summary = json_of(get("/v1/summary"));
    for (const json::Value& wave : at(summary, "surveys").array()) {
        if (at(wave, "survey").text() == survey) return wave;
    }
    FAIL("no summary of " << survey);
    return {};
}

json::Value json_of(const httplib::Result& result) {
    INFO("transport: " << to_string(result.error()));
    REQUIRE(result);
    auto value = json::parse(result->body);
    INFO(result->body);
    REQUIRE(value);
    return std::move(*value);
}

const json::Value& at(const json::Value& value, std::string_view key) {
    const json::Value* found = value.find(key);
    INFO("looking for " << key << " in " << json::dump(value));
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace candor::collector
