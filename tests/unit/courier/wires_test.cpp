// The wires but candor's, by the vectors that the page's scripts are held to as well (tests/e2e/wires.test.mjs).
#include <algorithm>
#include <map>

#include "courier/wire.hpp"
#include "vectors.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

constexpr Instant kNow = 1'790'000'000'000;

List<outbox::Event> batch_for(const Wire& wire) {
    List<outbox::Event> batch;
    for (const char* id : {"a", "b", "c"}) {
        if (batch.size() < wire.batch_rows) batch.push_back({id, "{}", outbox::EventKind::answer, 0, 0, 0});
    }
    return batch;
}

const Wire& wire_of(const json::Value& vector) {
    const Wire* wire = find_wire(vector.find("wire")->text());
    REQUIRE(wire != nullptr);
    return *wire;
}

HttpResponse response_of(const json::Value& vector) {
    HttpResponse response;
    response.status = static_cast<int>(vector.find("status")->integer());
    response.redirected = vector.find("redirected") != nullptr && vector.find("redirected")->boolean();
    for (const auto& [name, value] : vector.find("headers")->members()) {
        response.headers.emplace_back(name, value.text());
    }
    response.body = vector.find("body")->text();
    return response;
}

// Members in any order.
bool same_json(const json::Value& left, const json::Value& right) {
    if (left.type() == json::Type::object && right.type() == json::Type::object) {
        if (left.members().size() != right.members().size()) return false;
        for (const auto& [name, value] : left.members()) {
            const json::Value* other = right.find(name.view());
            if (other == nullptr || !same_json(value, *other)) return false;
        }
        return true;
    }
    if (left.type() == json::Type::array && right.type() == json::Type::array) {
        return std::equal(left.array().begin(), left.array().end(), right.array().begin(), right.array().end(),
                          same_json);
    }
    return left == right;
}

std::string standard(const String& text) { return std::string(text.view()); }

std::map<std::string, std::string> sorted(const Headers& headers) {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : headers) {
        CHECK(out.emplace(standard(name), standard(value)).second);
    }
    return out;
}

}  // namespace

TEST_CASE("conformance: what an answer means to each wire") {
    const json::Array all = test::vectors("wires.json");
    REQUIRE(all.size() > 50);
    for (const json::Value& vector : all) {
        CAPTURE(vector.find("wire")->text(), vector.find("name")->text());
        const Wire& wire = wire_of(vector);
        const List<outbox::Event> batch = batch_for(wire);
        const Acknowledgement read = wire.acknowledgement(batch, response_of(vector), kNow);
        CHECK(read.outcome == test::outcome(vector.find("outcome")->text()));
        List<String> ids;
        if (read.outcome == Outcome::delivered) {
            for (const outbox::Event& event : batch) ids.push_back(event.id);
        }
        CHECK(read.accepted == ids);
        CHECK(read.refused.empty());
        CHECK(read.retry_after == test::optional_span(vector.find("retry_after")));
        CHECK(read.reason.empty() == (read.outcome == Outcome::delivered));
    }
}

TEST_CASE("conformance: what each wire makes of events") {
    const json::Array all = test::vectors("wire_requests.json");
    REQUIRE(all.size() > 8);
    for (const json::Value& vector : all) {
        CAPTURE(vector.find("wire")->text(), vector.find("name")->text());
        List<outbox::Event> batch;
        for (const json::Value& event : vector.find("events")->array()) {
            outbox::add(batch).body = json::dump(event);
        }
        const HttpRequest request =
            wire_of(vector).request(batch, {"https://sink.example/in", vector.find("key")->text()}, kNow);
        CHECK(request.method == "POST");
        CHECK(request.url == "https://sink.example/in");
        std::map<std::string, std::string> headers;
        for (const auto& [name, value] : vector.find("headers")->members()) {
            headers.emplace(standard(name), standard(value.text()));
        }
        CHECK(sorted(request.headers) == headers);
        const auto body = json::parse(request.body);
        REQUIRE(body.has_value());
        CAPTURE(request.body);
        CHECK(same_json(*body, *vector.find("body")));
    }
}

TEST_CASE("wires are found by name, and no name is the collector's") {
    for (const char* name : {"candor", "cloudevents", "cloudevents-binary", "posthog"}) {
        REQUIRE(find_wire(name) != nullptr);
        CHECK(std::string(find_wire(name)->name) == name);
        CHECK(std::string(kWireNames).find(name) != std::string::npos);
    }
    CHECK(find_wire("") == find_wire("candor"));
    CHECK(find_wire("Posthog") == nullptr);
    CHECK(find_wire("cloudevent") == nullptr);
}

TEST_CASE("a key with a line break begins no header, on any wire") {
    for (const char* name : {"candor", "cloudevents", "cloudevents-binary", "posthog"}) {
        List<outbox::Event> batch;
        outbox::add(batch).body = R"({"id":"a"})";
        for (const auto& [key, value] : find_wire(name)->request(batch, {"", "key\r\nHost: elsewhere"}, kNow).headers) {
            CAPTURE(name, key);
            CHECK(value.find('\n') == String::npos);
            CHECK(value.find('\r') == String::npos);
        }
    }
}

TEST_CASE("an event that is no JSON still makes a request, for the sink to refuse") {
    List<outbox::Event> batch;
    outbox::add(batch).body = "{";
    for (const char* name : {"cloudevents", "cloudevents-binary", "posthog"}) {
        CHECK(find_wire(name)->request(batch, {}, kNow).method == "POST");
    }
}

TEST_CASE("the same events make the same ids on every try") {
    List<outbox::Event> batch;
    outbox::add(batch).body = R"({"id":"u1","source":"candor:s","type":"candor.exposure","time":"t","data":{}})";
    const auto first = json::parse(posthog_request(batch, {}, kNow).body);
    const auto later = json::parse(posthog_request(batch, {}, kNow + kDay).body);
    REQUIRE(first->find("batch")->array().size() == 1);
    CHECK(*first->find("batch") == *later->find("batch"));
    CHECK(first->find("batch")->array()[0].find("uuid")->text() == "u1");
}
