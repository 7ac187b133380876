// All types of questions through the C API, by a host that draws its own.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::json::parse;

namespace {

constexpr const char* kDocument = R"({"candor": 1, "project": "shop", "revision": 1, "product": "Acme", "surveys": [
{"id": "food", "kind": "transactional", "triggers": [{"event": "ate"}], "questions": [
 {"id": "hello", "type": "statement", "text": "Hello!", "link": {"url": "https://acme.example/why", "text": "Why?"}},
 {"id": "liked", "type": "csat", "text": "Liked it?", "low": "No", "high": "Yes", "optional": true},
 {"id": "what", "type": "single", "text": "What?", "shuffle": true, "optional": true, "choices": [
   {"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C"}, {"id": "d", "text": "D"},
   {"id": "e", "text": "E"}, {"id": "f", "text": "F"}, {"id": "other", "text": "Else", "other": true}]},
 {"id": "more", "type": "multiple", "text": "More?", "optional": true, "when": {"question": "what", "answer": "b"},
  "choices": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]},
 {"id": "thanks", "type": "thanks"}]}]})";

struct Table {
    TestHost host;
    TemporaryFolder folder;
    TestClient client{host, {.storage = folder.path(), .with_document = false}};

    Table() {
        REQUIRE(candor_load(client.handle(), candor_text(kDocument)) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_READY);
        client.track("ate");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        candor_presented(client.handle());
        client.wait_for(CANDOR_EVENT_SHOWN);
    }
    candor_prompt prompt() {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
        return prompt;
    }
    candor_status text(const char* question, const char* text) {
        return candor_answer_text(client.handle(), candor_text(question), candor_text(text));
    }
    candor_status choose(const char* question, const std::vector<const char*>& ids, const char* other = "") {
        std::vector<candor_string> choices;
        for (const char* id : ids) choices.push_back(candor_text(id));
        return candor_answer_choices(client.handle(), candor_text(question), choices.data(), choices.size(),
                                     candor_text(other));
    }
    std::string choices() {
        const candor_prompt now = prompt();
        std::string ids;
        for (std::size_t i = 0; i < now.choice_count; ++i) {
            ids.append(now.choices[i].id.data, now.choices[i].id.size).append(now.choices[i].chosen ? "* " : " ");
        }
        return ids;
    }
    candor::json::Value response() {
        client.settle();
        candor::json::Value last;
        for (const std::string& body : host.collected()) {
            const auto event = parse(body);
            if (event->find("type")->text() == "candor.response") last = *event->find("data");
        }
        return last;
    }
};

std::string text_of(candor_string text) { return {text.data, text.size}; }

}  // namespace

TEST_CASE("a host that draws its own can run every type of question") {
    Table table;
    CHECK(table.prompt().type == CANDOR_QUESTION_STATEMENT);
    CHECK(text_of(table.prompt().link) == "https://acme.example/why");
    CHECK(text_of(table.prompt().link_text) == "Why?");
    CHECK(table.prompt().choice_count == 0);
    CHECK_FALSE(table.prompt().has_before);
    REQUIRE(table.text("hello", "") == CANDOR_OK);
    CHECK(table.prompt().type == CANDOR_QUESTION_CSAT);
    CHECK(table.prompt().min == 1);
    CHECK(table.prompt().max == 5);
    CHECK(table.prompt().score == -1);
    CHECK(table.prompt().has_before);
    CHECK(candor_answer_score(table.client.handle(), candor_text("liked"), 6) == CANDOR_REFUSED);
    REQUIRE(candor_answer_score(table.client.handle(), candor_text("liked"), 4) == CANDOR_OK);
    CHECK(table.prompt().type == CANDOR_QUESTION_SINGLE);
    CHECK(table.prompt().choice_count == 7);
    CHECK(table.prompt().choices[6].other);
    CHECK(text_of(table.prompt().choices[6].text) == "Else");
    const std::string order = table.choices();
    CHECK(table.choose("what", {"a", "b"}) == CANDOR_REFUSED);
    CHECK(table.choose("what", {"z"}) == CANDOR_REFUSED);
    REQUIRE(table.choose("what", {"other"}, "figs") == CANDOR_OK);
    CHECK(table.prompt().type == CANDOR_QUESTION_THANKS);
    candor_back(table.client.handle());
    std::string chosen = order;
    chosen.replace(chosen.find("other"), 5, "other*");
    CHECK(table.choices() == chosen);
    CHECK(text_of(table.prompt().answer) == "figs");
    REQUIRE(table.choose("what", {"b"}) == CANDOR_OK);
    CHECK(table.prompt().type == CANDOR_QUESTION_MULTIPLE);
    REQUIRE(table.choose("more", {"y", "x"}) == CANDOR_OK);
    const auto response = table.response();
    CHECK(candor::json::dump(*response.find("answers")) ==
          R"([{"question":"liked","type":"csat","score":4},{"question":"what","type":"single","choices":["b"]},)"
          R"({"question":"more","type":"multiple","choices":["x","y"]}])");
    CHECK(response.find("complete")->boolean());
    CHECK(response.find("wording")->find("id")->text() == "custom");
}

TEST_CASE("who skips everything has not answered, and counts as one who said no") {
    Table table;
    table.text("hello", "");
    table.text("liked", "");
    REQUIRE(table.choose("what", {}) == CANDOR_OK);
    table.client.wait_for(CANDOR_EVENT_DISMISSED);
    table.client.settle();
    CHECK(table.prompt().status == CANDOR_PROMPT_DONE);
    CHECK(table.response().is_null());
    CHECK_FALSE(table.client.came(CANDOR_EVENT_ANSWERED));
    candor_dismiss(table.client.handle());
    table.client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    table.client.settle();
    CHECK(table.client.count(CANDOR_EVENT_DISMISSED) == 0);  // once was enough
}

TEST_CASE("an answer that was taken back by skipping goes out as none") {
    Table table;
    table.text("hello", "");
    candor_answer_score(table.client.handle(), candor_text("liked"), 4);
    table.client.wait_for(CANDOR_EVENT_ANSWERED);
    table.text("liked", "");
    const auto response = table.response();
    CHECK(response.find("revision")->integer() == 2);
    CHECK(response.find("answers")->array().empty());
}

TEST_CASE("a reload finds the choices in the order in which they stood, and what was begun") {
    TestHost host;
    const TemporaryFolder folder;
    std::string order;
    std::string submission;
    const auto look = [](TestClient& client) {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
        std::string ids = text_of(prompt.submission) + ":";
        for (std::size_t i = 0; i < prompt.choice_count; ++i) ids += text_of(prompt.choices[i].id);
        return ids;
    };
    {
        TestClient client(host, {.storage = folder.path(), .with_document = false});
        candor_load(client.handle(), candor_text(kDocument));
        client.wait_for(CANDOR_EVENT_READY);
        client.track("ate");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        candor_presented(client.handle());
        candor_answer_text(client.handle(), candor_text("hello"), candor_text(""));
        candor_answer_score(client.handle(), candor_text("liked"), 2);
        client.wait_for(CANDOR_EVENT_ANSWERED);
        order = look(client);
        client.settle();
        client.close();
    }
    TestClient client(host, {.storage = folder.path(), .with_document = false});
    candor_load(client.handle(), candor_text(kDocument));
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    CHECK(look(client) == order);
}

TEST_CASE("a host of an earlier day gets of a prompt what it has room for") {
    Table table;
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    prompt.size = offsetof(candor_prompt, choices);
    prompt.choice_count = 77;
    REQUIRE(candor_prompt_get(table.client.handle(), &prompt) == CANDOR_OK);
    CHECK(prompt.choice_count == 77);
    CHECK(text_of(prompt.text) == "Hello!");
}

TEST_CASE("choices that are no texts are refused at the door") {
    Table table;
    const candor_string bad{"\xff", 1}, none{nullptr, 1};
    const candor_string question = candor_text("what"), empty{};
    CHECK(candor_answer_choices(table.client.handle(), question, &bad, 1, empty) == CANDOR_INVALID);
    CHECK(candor_answer_choices(table.client.handle(), question, &none, 1, empty) == CANDOR_INVALID);
    CHECK(candor_answer_choices(table.client.handle(), question, nullptr, 1, empty) == CANDOR_INVALID);
    CHECK(candor_answer_choices(table.client.handle(), question, &question, 1000, empty) == CANDOR_INVALID);
    CHECK(candor_answer_choices(table.client.handle(), question, nullptr, 0, bad) == CANDOR_INVALID);
    CHECK(candor_answer_choices(0, question, nullptr, 0, empty) == CANDOR_CLOSED);
    CHECK(candor_card_scroll(table.client.handle(), std::numeric_limits<float>::infinity()) == CANDOR_INVALID);
}

TEST_CASE("a text names what the app said of the person, and something else where it said nothing") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path(), .with_document = false});
    const char* document = R"({"candor": 1, "project": "shop", "revision": 1, "product": "Acme", "surveys": [
{"id": "plan", "kind": "transactional", "triggers": [{"event": "ate"}], "questions": [
 {"id": "q", "type": "single", "text": "How is {attribute.plan|your plan}, for {attribute.seats|your} seats?",
  "choices": [{"id": "a", "text": "{attribute.plan|Plan} is fine"}, {"id": "b", "text": "Bad"}]},
 {"id": "t", "type": "thanks"}]}]})";
    REQUIRE(candor_load(client.handle(), candor_text(document)) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_READY);
    client.track("ate");
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
    CHECK(text_of(prompt.text) == "How is your plan, for your seats?");
    candor_property attributes[2] = {};
    attributes[0].key = candor_text("plan");
    attributes[0].kind = CANDOR_PROPERTY_TEXT;
    attributes[0].text = candor_text("Pro");
    attributes[1].key = candor_text("seats");
    attributes[1].kind = CANDOR_PROPERTY_NUMBER;
    attributes[1].number = 5;
    REQUIRE(candor_set_attributes(client.handle(), attributes, 2) == CANDOR_OK);
    REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
    CHECK(text_of(prompt.text) == "How is Pro, for 5 seats?");
    CHECK(text_of(prompt.choices[0].text) == "Pro is fine");
    candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
    options.width = options.height = 800;
    candor_card card = CANDOR_CARD_INIT;
    REQUIRE(candor_card_layout(client.handle(), &options, &card) == CANDOR_OK);
    CHECK(text_of(card.nodes[1].name) == "How is Pro, for 5 seats?");
}
