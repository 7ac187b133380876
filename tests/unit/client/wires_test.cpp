// What leaves by which wire, and what never does. The wires' own formats are tests/unit/courier's.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "test_host.hpp"

using namespace candor::test;
namespace json = candor::json;

namespace {

constexpr const char* kTaken = R"({"status":1})";

void take_all(TestHost& host, const char* body = kTaken) {
    host.answer = [body](const Request& request) { respond(request.ticket, 200, body); };
}

std::string all_bodies(TestHost& host) {
    std::string all;
    for (const Request& request : host.requests()) all += request.body + "\n";
    return all;
}

bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// The events of the batches that were sent to PostHog by their name, each once.
std::vector<json::Value> sent(TestHost& host, std::string_view name) {
    std::vector<json::Value> found;
    for (const Request& request : host.requests()) {
        const auto body = json::parse(request.body);
        REQUIRE(body.has_value());
        for (const json::Value& event : body->find("batch")->array()) {
            if (event.find("event")->text() == name) found.push_back(event);
        }
    }
    return found;
}

std::string text(const json::Value& value, const char* key) {
    return value.find(key) != nullptr ? std::string(value.find(key)->text().view()) : std::string("(none)");
}

// Long enough for everything held back to be sent.
void send_all(TestHost& host, TestClient& client) {
    client.settle();
    host.advance(60'000);
    client.settle();
}

std::string refusal_of(const char* wire) {
    const TestHost host;
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("shop");
    config.wire = candor_text(wire);
    config.host = host.raw();
    candor_string why{};
    const candor_client client = candor_start(&config, &why);
    if (client == 0) return {why.data, why.size};
    candor_close(client, 0);
    return "";
}

void show_and_dismiss(TestClient& client) {
    client.identify("ann");
    client.show_purchase_survey();
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_DISMISSED);
}

}  // namespace

TEST_CASE("a wire that there is not is refused at the start, with those that there are") {
    const std::string refusal = refusal_of("posthogg");
    CAPTURE(refusal);
    CHECK(holds(refusal, "wire"));
    for (const char* name : {"\"posthogg\"", "candor,", "cloudevents,", "cloudevents-binary,", " posthog"}) {
        CHECK(holds(refusal, name));
    }
    CHECK(refusal_of("").empty());
    CHECK(refusal_of("posthog").empty());
}

TEST_CASE("who was shown a survey, or dismissed it, leaves by no wire that has no need of it") {
    for (const char* wire : {"", "candor", "cloudevents", "cloudevents-binary"}) {
        CAPTURE(wire);
        TestHost host;
        TestClient client(host, {.wire = wire});
        if (std::string(wire).starts_with("cloud")) take_all(host);
        show_and_dismiss(client);
        send_all(host, client);
        const std::string bodies = all_bodies(host);
        CHECK(holds(bodies, "dismissed"));  // it counts, without a name
        CHECK_FALSE(holds(bodies, "ann"));
        CHECK_FALSE(holds(bodies, "candor.prompt"));
    }
}

TEST_CASE("a batch may go packed to who speaks our own wire, and to nobody else") {
    for (const char* wire : {"", "candor", "cloudevents", "cloudevents-binary", "posthog"}) {
        CAPTURE(wire);
        TestHost host;
        TestClient client(host, {.wire = wire});
        show_and_dismiss(client);
        send_all(host, client);
        const auto requests = host.requests();
        REQUIRE_FALSE(requests.empty());
        const bool ours = std::string(wire).empty() || std::string(wire) == "candor";
        for (const Request& request : requests) CHECK(request.may_gzip == ours);
    }
}

TEST_CASE("PostHog hears who was shown a survey, answered it and dismissed it") {
    TestHost host;
    take_all(host);
    TestClient client(host, {.wire = "posthog"});
    show_and_dismiss(client);
    send_all(host, client);
    client.identify("bob");
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 9);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    send_all(host, client);

    const auto shown = sent(host, "survey shown");
    REQUIRE(shown.size() == 2);
    CHECK(text(shown[0], "distinct_id") == "ann");
    CHECK(text(shown[1], "distinct_id") == "bob");
    const auto dismissed = sent(host, "survey dismissed");
    REQUIRE(dismissed.size() == 1);  // who closes after an answer has answered
    CHECK(text(dismissed[0], "distinct_id") == "ann");
    const auto answered = sent(host, "survey sent");
    REQUIRE(answered.size() == 1);
    CHECK(text(answered[0], "distinct_id") == "bob");
    const json::Value& properties = *answered[0].find("properties");
    CHECK(text(properties, "$survey_id") == "post-purchase");
    CHECK(properties.find("$survey_response_score")->integer() == 9);
    CHECK_FALSE(properties.find("$survey_completed")->boolean());
    const std::string submission = text(properties, "$survey_submission_id");
    CHECK(submission.size() == 36);
    CHECK(text(*shown[1].find("properties"), "$survey_submission_id") == submission);
    CHECK(text(*shown[0].find("properties"), "$survey_submission_id") ==
          text(*dismissed[0].find("properties"), "$survey_submission_id"));
}

TEST_CASE("PostHog's ids stay the same over retries") {
    TestHost host;
    host.answer = [](const Request& request) { respond(request.ticket, 503, "transient error, please retry"); };
    TestClient client(host, {.wire = "posthog"});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    for (int i = 0; i < 4; ++i) {
        client.settle();
        host.advance(3'600'000);
    }
    client.settle();
    const auto tries = sent(host, "survey sent");
    REQUIRE(tries.size() >= 3);
    for (const json::Value& event : tries) CHECK(event == tries[0]);
}

TEST_CASE("over the quota of PostHog nothing counts as delivered, and all waits for hours") {
    TestHost host;
    take_all(host, R"({"status":1,"quota_limited":["events"]})");
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path(), .wire = "posthog"});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.settle();
    const std::size_t tries = host.requests().size();
    CHECK(tries == 1);
    host.advance(2 * 3'600'000);
    client.settle();
    CHECK(host.requests().size() == tries);
    CHECK(client.count(CANDOR_EVENT_DELIVERED) == 0);
    take_all(host);
    host.advance(4 * 3'600'000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    send_all(host, client);
    // What was sent in vain has come again, as it was.
    const auto in_vain = json::parse(host.requests()[0].body);
    REQUIRE_FALSE(in_vain->find("batch")->array().empty());
    for (const json::Value& event : in_vain->find("batch")->array()) {
        const auto tried = sent(host, event.find("event")->text());
        CHECK(std::count(tried.begin(), tried.end(), event) == 2);
    }
    CHECK_FALSE(sent(host, "survey sent").empty());
}

TEST_CASE("a portal's page is no receipt, on any wire") {
    for (const char* wire : {"cloudevents", "cloudevents-binary", "posthog"}) {
        CAPTURE(wire);
        TestHost host;
        host.answer = [](const Request& request) {
            respond(request.ticket, 200, "<html>Log in to the hotel</html>", "text/html");
        };
        TestClient client(host, {.wire = wire});
        client.show_purchase_survey();
        candor_answer_score(client.handle(), candor_text("score"), 3);
        client.wait_for(CANDOR_EVENT_ANSWERED);
        candor_dismiss(client.handle());
        client.settle();
        CHECK_FALSE(host.requests().empty());
        CHECK(client.count(CANDOR_EVENT_DELIVERED) == 0);
        take_all(host);
        host.advance(3'600'000);
        client.wait_for(CANDOR_EVENT_DELIVERED);
    }
}

TEST_CASE("in binary mode each request is one event, until none is left") {
    TestHost host;
    host.network = Network::down;  // so that several wait
    TestClient client(host, {.wire = "cloudevents-binary"});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.settle();
    const std::size_t in_vain = host.requests().size();
    take_all(host, "");
    host.advance(3'600'000);
    send_all(host, client);
    CHECK(candor_flush(client.handle(), 20'000) == CANDOR_OK);
    std::set<std::string> ids;
    int responses = 0;
    const auto requests = host.requests();
    for (std::size_t i = in_vain; i < requests.size(); ++i) {
        const Request& request = requests[i];
        std::string id, type;
        for (const auto& [name, value] : request.headers) {
            if (name == "ce-id") id = value;
            if (name == "ce-type") type = value;
        }
        CHECK(ids.insert(id).second);
        responses += type == "candor.response" ? 1 : 0;
        CHECK_FALSE(holds(request.body, "specversion"));
    }
    CHECK(responses == 1);
    CHECK(ids.size() >= 3);
}

TEST_CASE("where a box must be ticked, PostHog hears of nobody who did not tick it") {
    TestHost host;
    take_all(host);
    TestClient client(host, {.with_document = false, .wire = "posthog"});
    std::string document = one_survey(R"("kind":"transactional","triggers":[{"event":"go"}])");
    const std::size_t at = document.find("\"surveys\"");
    REQUIRE(at != std::string::npos);
    document.insert(at, R"("consent":{"mode":"explicit","policy":"p1","text":"May we keep it?"},)");
    client.load(document);
    client.identify("ann");
    client.track("go");
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    candor_presented(client.handle());
    client.wait_for(CANDOR_EVENT_SHOWN);
    candor_answer_score(client.handle(), candor_text("score"), 3);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_DISMISSED);
    send_all(host, client);
    CHECK(holds(all_bodies(host), "candor.exposure"));
    CHECK_FALSE(holds(all_bodies(host), "ann"));
}

TEST_CASE("after a denial PostHog gets the deletion request alone, and the app hears that it must act itself") {
    TestHost host;
    host.answer = [](const Request& request) { respond(request.ticket, 503, ""); };
    TestClient client(host, {.wire = "posthog"});
    client.identify("ann");
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    const std::size_t before = host.requests().size();
    CHECK(candor_consent(client.handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
    client.settle();
    CHECK(client.count(CANDOR_EVENT_ERROR) == 0);  // nothing was taken yet
    take_all(host);
    host.advance(3'600'000);
    const Event error = client.wait_for(CANDOR_EVENT_ERROR);
    CHECK(holds(error.text, "posthog"));
    CHECK(holds(error.text, "deletion"));
    CHECK(sent(host, "candor.deletion").size() >= 1);
    const auto requests = host.requests();
    for (std::size_t i = before; i < requests.size(); ++i) {
        CAPTURE(requests[i].body);
        CHECK(holds(requests[i].body, "candor.deletion"));
        CHECK_FALSE(holds(requests[i].body, "ann"));
        CHECK_FALSE(holds(requests[i].body, "survey "));
    }
}

TEST_CASE("a sink of CloudEvents gets the deletion request as it is") {
    TestHost host;
    take_all(host, "");
    TestClient client(host, {.wire = "cloudevents"});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    CHECK(candor_forget(client.handle()) == CANDOR_OK);
    send_all(host, client);
    CHECK(holds(all_bodies(host), R"("type":"candor.deletion")"));
    CHECK(client.count(CANDOR_EVENT_ERROR) == 0);
}
