#include "courier/wire.hpp"

#include "vectors.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

constexpr Instant kNow = 1'790'000'000'000;

List<outbox::Event> batch_of(const List<String>& ids) {
    List<outbox::Event> batch;
    for (const String& id : ids) batch.push_back({id, "{\"id\":\"" + id + "\"}", outbox::EventKind::answer, 0, 0, 0});
    return batch;
}

List<String> texts(const json::Value& array) {
    List<String> out;
    for (const json::Value& value : array.array()) out.push_back(value.text());
    return out;
}

HttpResponse response_of(const json::Value& vector) {
    HttpResponse response;
    response.status = static_cast<int>(vector.find("status")->integer());
    response.redirected = vector.find("redirected") != nullptr && vector.find("redirected")->boolean();
    for (const auto& [name, value] : vector.find("headers")->members())
        response.headers.emplace_back(name, value.text());
    response.body = vector.find("body")->text();
    return response;
}

}  // namespace

TEST_CASE("conformance: acknowledgements") {
    const json::Array all = test::vectors("acknowledgement.json");
    REQUIRE(all.size() > 30);
    for (const json::Value& vector : all) {
        CAPTURE(vector.find("name")->text());
        const Acknowledgement read = candor_acknowledgement(batch_of({"a", "b", "c"}), response_of(vector), kNow);
        CHECK(read.outcome == test::outcome(vector.find("outcome")->text()));
        CHECK(read.accepted == texts(*vector.find("accepted")));
        List<String> refused;
        for (const Refused& one : read.refused) refused.push_back(one.id);
        CHECK(refused == texts(*vector.find("refused")));
        CHECK(read.retry_after == test::optional_span(vector.find("retry_after")));
        CHECK(read.reason.empty() == (read.outcome == Outcome::delivered));
    }
}

TEST_CASE("a rejection keeps the collector's reason") {
    HttpResponse response;
    response.status = 200;
    response.body = R"({"accepted":["a"],"rejected":[{"index":1,"id":"b","reason":"type: is unknown"}]})";
    const Acknowledgement read = candor_acknowledgement(batch_of({"a", "b"}), response, kNow);
    REQUIRE(read.refused.size() == 1);
    CHECK(read.refused[0].reason == "type: is unknown");
}

TEST_CASE("without an answer the host's reason is handed on") {
    HttpResponse response;
    response.error = "the name collector.example is unknown";
    CHECK(candor_acknowledgement(batch_of({"a"}), response, kNow).reason == response.error);
}

TEST_CASE("a request is a batch of the events as they are") {
    const HttpRequest request =
        candor_request(batch_of({"a", "b"}), {"https://collector.example/v1/events", "key-1"}, kNow);
    CHECK(request.method == "POST");
    CHECK(request.url == "https://collector.example/v1/events");
    CHECK(request.body == R"([{"id":"a"},{"id":"b"}])");
    CHECK(request.headers == Headers{{"Content-Type", "application/cloudevents-batch+json"},
                                     {"Candor-Key", "key-1"},
                                     {"Candor-Sent-At", "1790000000000"}});
    CHECK(candor_request(batch_of({"a"}), {}, kNow).body == R"([{"id":"a"}])");
    CHECK(candor_request({}, {}, kNow).body == "[]");
}

TEST_CASE("a write key cannot begin another header") {
    const HttpRequest request = candor_request({}, {"", "key\r\nHost: elsewhere\0x"}, kNow);
    CHECK(request.headers[1].second == "keyHost: elsewhere");
}

TEST_CASE("headers are found without regard to case") {
    HttpResponse response;
    response.headers = {{"X-One", "1"}, {"RETRY-after", "2"}, {"Retry-After", "3"}};
    REQUIRE(response.header("Retry-After") != nullptr);
    CHECK(*response.header("Retry-After") == "2");
    CHECK(response.header("X-On") == nullptr);
    CHECK(response.header("") == nullptr);
}
