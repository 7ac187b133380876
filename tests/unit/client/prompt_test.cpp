#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/json.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::json::parse;

namespace {

// The last response of the collector's.
candor::json::Value last_response(TestHost& host) {
    candor::json::Value last;
    for (const std::string& body : host.collected()) {
        const auto event = parse(body);
        if (event->find("type")->text() == "candor.response") last = *event->find("data");
    }
    return last;
}

int responses(TestHost& host) {
    int count = 0;
    for (const std::string& body : host.collected())
        count += body.find("\"candor.response\"") != std::string::npos ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("an answer is stored, delivered once, and not asked for again within its wait") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.identify("desktop-1");
    client.show_purchase_survey();
    CHECK(client.question() == "score");
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 3) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    CHECK(client.question() == "reason");
    REQUIRE(candor_answer_text(client.handle(), candor_text("reason"), candor_text("It's l'été — 😀")) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
    CHECK(prompt.status == CANDOR_PROMPT_DONE);
    CHECK(prompt.type == CANDOR_QUESTION_THANKS);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    client.settle();

    const auto response = last_response(host);
    CHECK(responses(host) == 1);  // the comment took the place of the score that still waited
    CHECK(response.find("revision")->integer() == 2);
    CHECK(response.find("person")->text() == "desktop-1");
    CHECK(response.find("complete")->boolean());
    CHECK(response.find("answers")->array()[0].find("score")->integer() == 3);
    CHECK(response.find("answers")->array()[1].find("text")->text() == "It's l'été — 😀");

    client.track("purchase_completed");
    client.settle();
    host.advance(5000);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    CHECK(client.explain("post-purchase").find("wait_answered") != std::string::npos);

    // After 90 days, and not before.
    host.advance(90LL * 24 * 3600 * 1000 - 60'000);
    client.track("purchase_completed");
    client.settle();
    host.advance(5000);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    host.advance(120'000);
    client.track("purchase_completed");
    client.settle();
    host.advance(2000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("a score keeps the wording that it was given to, whatever the language is later") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    const auto speak = [&](const char* locale) {
        candor_context context = CANDOR_CONTEXT_INIT;
        context.locale = candor_text(locale);
        REQUIRE(candor_set_context(client.handle(), &context) == CANDOR_OK);
    };
    const auto wording = [&] { return last_response(host).find("wording")->find("locale")->text(); };
    speak("fr");
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 3);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    speak("ja");
    candor_answer_text(client.handle(), candor_text("reason"), candor_text("late"));
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    CHECK(last_response(host).find("revision")->integer() == 2);
    CHECK(wording() == "fr");
    // Given anew, it is given to what is read now.
    candor_answer_score(client.handle(), candor_text("score"), 4);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    CHECK(last_response(host).find("revision")->integer() == 3);
    CHECK(wording() == "ja");
}

TEST_CASE("who gives no answer that can be taken has not seen the card by that") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.track("purchase_completed");
    client.settle();
    host.advance(2000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    CHECK(candor_answer_score(client.handle(), candor_text("score"), 11) == CANDOR_REFUSED);
    CHECK(candor_answer_score(client.handle(), candor_text("nothing"), 1) == CANDOR_REFUSED);
    CHECK_FALSE(client.came(CANDOR_EVENT_SHOWN));
    CHECK(client.question() == "score");
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 1) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_SHOWN);
    client.wait_for(CANDOR_EVENT_ANSWERED);
}

TEST_CASE("nothing is asked before the delay has passed, nor after it has expired") {
    TestHost host;
    TestClient client(host, {});
    client.track("purchase_completed");
    client.settle();
    host.advance(1999);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    candor_busy(client.handle(), 1);
    host.advance(10'000);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    host.advance(600'000);
    candor_busy(client.handle(), 0);
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("a score followed by close counts as answered and goes out without its comment") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 10);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    client.settle();
    CHECK(client.count(CANDOR_EVENT_DISMISSED) == 0);
    CHECK(responses(host) == 1);
    CHECK_FALSE(last_response(host).find("complete")->boolean());
    CHECK(last_response(host).find("answers")->array()[0].find("score")->integer() == 10);
}

TEST_CASE("the score alone is handed over after three seconds while the card is open") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    client.settle();
    candor_answer_score(client.handle(), candor_text("score"), 8);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_tick(client.handle());
    CHECK(responses(host) == 0);
    host.advance(3000);
    client.wait_for(CANDOR_EVENT_DELIVERED);
    while (responses(host) == 0) client.wait_for(CANDOR_EVENT_DELIVERED);
    CHECK(last_response(host).find("revision")->integer() == 1);
    candor_answer_text(client.handle(), candor_text("reason"), candor_text("later"));
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    CHECK(responses(host) == 2);
    CHECK(last_response(host).find("revision")->integer() == 2);
}

TEST_CASE("dismissed is remembered, and hidden without an answer is as shown") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.show_purchase_survey();
    candor_hide(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    CHECK_FALSE(client.came(CANDOR_EVENT_DISMISSED));
    client.show_purchase_survey();
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_DISMISSED);
    client.settle();
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    // The person was shown both cards; each was of a moment of its own.
    CHECK(all.find(R"("changes":{"sampled":1},"moments":{"sampled":1})") != std::string::npos);
    CHECK(all.find(R"("changes":{"sampled":-1,"shown":1},"moments":{"sampled":-1,"shown":1})") != std::string::npos);
    CHECK(all.find(R"("changes":{},"moments":{"sampled":-1,"shown":1})") != std::string::npos);
    CHECK(all.find(R"("changes":{"shown":-1,"dismissed":1},"moments":{"shown":-1,"dismissed":1})") !=
          std::string::npos);
    CHECK(all.find("candor.response") == std::string::npos);
}

TEST_CASE("put off is no dismissal, and has a wait of its own") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(R"("kind": "transactional", "triggers": [{"event": "go"}], "wait": {"snoozed": 2})"));
    client.track("go");
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    REQUIRE(candor_snooze(client.handle()) == CANDOR_OK);  // before its first frame: who puts it off has seen it
    client.wait_for(CANDOR_EVENT_SNOOZED);
    CHECK(candor_snooze(client.handle()) == CANDOR_NO_PROMPT);
    CHECK_FALSE(client.came(CANDOR_EVENT_DISMISSED));
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find(R"("changes":{"sampled":-1,"shown":1})") != std::string::npos);
    CHECK(all.find(R"("changes":{"shown":-1,"snoozed":1},"moments":{"shown":-1,"snoozed":1})") != std::string::npos);
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    CHECK(client.explain("s").find(R"("because":"wait_snoozed")") != std::string::npos);
    host.advance(std::int64_t{2} * 86'400'000);
    client.track("go");
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("an interrupted interview comes back at its question with its text, for five minutes") {
    TestHost host;
    host.network = Network::down;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        client.show_purchase_survey();
        candor_answer_score(client.handle(), candor_text("score"), 6);
        client.wait_for(CANDOR_EVENT_ANSWERED);
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = 1000;
        options.height = 800;
        candor_card card = CANDOR_CARD_INIT;
        REQUIRE(candor_card_layout(client.handle(), &options, &card) == CANDOR_OK);
        bool typed = false;
        for (std::size_t i = 0; i < card.node_count; ++i) {
            if (card.nodes[i].role != CANDOR_ROLE_TEXTBOX) continue;
            typed = candor_card_action(client.handle(), card.nodes[i].id, CANDOR_ACTION_SET_VALUE,
                                       candor_text("half a thou")) == CANDOR_OK;
        }
        REQUIRE(typed);
        host.advance(1000);
        client.settle();
    }
    host.advance(4 * 60'000);
    {
        TestClient client(host, {.storage = folder.path()});
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        CHECK(client.question() == "reason");
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
        CHECK(prompt.score == 6);
        candor_presented(client.handle());
        client.wait_for(CANDOR_EVENT_SHOWN);
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = 1000;
        options.height = 800;
        candor_card card = CANDOR_CARD_INIT;
        REQUIRE(candor_card_layout(client.handle(), &options, &card) == CANDOR_OK);
        std::string value;
        for (std::size_t i = 0; i < card.node_count; ++i) {
            if (card.nodes[i].role == CANDOR_ROLE_TEXTBOX)
                value.assign(card.nodes[i].value.data, card.nodes[i].value.size);
        }
        CHECK(value == "half a thou");
    }
    host.advance(6 * 60'000);
    host.network = Network::collects;
    TestClient client(host, {.storage = folder.path()});
    client.settle();
    CHECK(client.question().empty());
    host.advance(3'600'000);
    client.settle();
    CHECK(last_response(host).find("answers")->array()[0].find("score")->integer() == 6);
    CHECK_FALSE(last_response(host).find("complete")->boolean());
}

TEST_CASE("a card that nobody saw may be asked again, and one that lives is not asked twice") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient first(host, {.storage = folder.path()});
    first.track("purchase_completed");
    first.settle();
    host.advance(2000);
    first.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    first.close(0);  // never presented

    TestClient second(host, {.storage = folder.path()});
    second.track("purchase_completed");
    second.settle();
    host.advance(2000);
    second.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("a preview marks its response as a test and leaves no history") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.settle();
    REQUIRE(candor_show(client.handle(), candor_text("post-purchase"), 1) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    candor_presented(client.handle());
    candor_answer_score(client.handle(), candor_text("score"), 0);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_answer_text(client.handle(), candor_text("reason"), candor_text(""));
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    client.settle();
    CHECK(last_response(host).find("test")->boolean());
    for (const std::string& body : host.collected()) CHECK(body.find("candor.exposure") == std::string::npos);
    client.show_purchase_survey();
}

TEST_CASE("an answer out of range is refused and the question stays") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    CHECK(candor_answer_score(client.handle(), candor_text("score"), 11) == CANDOR_REFUSED);
    CHECK(candor_answer_score(client.handle(), candor_text("score"), -1) == CANDOR_REFUSED);
    CHECK(candor_answer_score(client.handle(), candor_text("nope"), 5) == CANDOR_REFUSED);
    CHECK(candor_answer_text(client.handle(), candor_text("reason"), {"\xff", 1}) == CANDOR_INVALID);
    CHECK(client.question() == "score");
}

TEST_CASE("the third session asks the relationship survey") {
    TestHost host;
    const TemporaryFolder folder;
    for (int session = 1; session <= 2; ++session) {
        TestClient client(host, {.storage = folder.path()});
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
        client.close();
        host.advance(31 * 60'000);
    }
    TestClient client(host, {.storage = folder.path()});
    CHECK(client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE).survey == "relationship");
}

TEST_CASE("an answer given anew after the last question is the newer revision") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), 9);
    candor_answer_text(client.handle(), candor_text("reason"), candor_text("good"));
    client.settle();
    REQUIRE(last_response(host).find("complete")->boolean());
    const std::int64_t before = last_response(host).find("revision")->integer();
    candor_back(client.handle());
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 2) == CANDOR_OK);
    client.settle();
    host.advance(3000);
    client.settle();
    CHECK(last_response(host).find("revision")->integer() > before);
    CHECK(last_response(host).find("answers")->array()[0].find("score")->integer() == 2);
}

TEST_CASE("what was answered is stored also by a close that waits for nothing") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path(), .endpoint = ""});
        client.show_purchase_survey();
        candor_answer_score(client.handle(), candor_text("score"), 4);
        client.close(0);
    }
    TestClient client(host, {.storage = folder.path()});
    host.advance(3000);
    client.settle();
    CHECK(responses(host) == 1);
}

TEST_CASE("a document that comes while a decision is under way mixes up nothing") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.track("purchase_completed");
    client.settle();
    host.advance(2000);
    candor_tick(client.handle());
    const char* const shorter =
        R"({"candor":1,"project":"shop","revision":4,"product":"Acme Shop","locale":"en","surveys":[]})";
    REQUIRE(candor_load(client.handle(), candor_text(shorter)) == CANDOR_OK);
    client.settle();
    client.settle();
    // Whichever came first, a card that stands is of the survey that was claimed.
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    if (candor_prompt_get(client.handle(), &prompt) == CANDOR_OK) {
        CHECK(std::string(prompt.survey.data, prompt.survey.size) == "post-purchase");
    }
    CHECK(client.explain("").find("\"surveys\":[]") != std::string::npos);
}

TEST_CASE("who answers has seen it, whether the host said so or not") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.track("purchase_completed");
    client.settle();
    host.advance(2000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    candor_answer_score(client.handle(), candor_text("score"), 5);
    client.wait_for(CANDOR_EVENT_SHOWN);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.settle();
    CHECK(last_response(host).find("seconds")->number() == 0);
}

TEST_CASE("a card shown right after another was hidden keeps its lock") {
    TestHost host;
    const TemporaryFolder a, b;
    TestClient first(host, {.storage = a.path()});
    first.show_purchase_survey();
    candor_hide(first.handle());
    candor_show(first.handle(), candor_text("relationship"), 0);
    first.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    first.settle();
    TestClient second(host, {.project = "shop2", .storage = b.path(), .with_document = false});
    std::string document = shop_document();
    document.replace(document.find("\"shop\""), 6, "\"shop2\"");
    REQUIRE(candor_load(second.handle(), {document.data(), document.size()}) == CANDOR_OK);
    second.wait_for(CANDOR_EVENT_READY);
    second.track("purchase_completed");
    second.settle();
    host.advance(3000);
    CHECK_FALSE(second.came(CANDOR_EVENT_PROMPT_POSSIBLE));
}

TEST_CASE("a card that came for a screen goes with it, until something is answered or begun") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    const auto enter = [&](const char* name) { CHECK(candor_screen(client.handle(), candor_text(name)) == CANDOR_OK); };
    const auto shown_for = [&](const std::string& trigger) {
        client.load(one_survey(R"("kind": "transactional", "triggers": [)" + trigger + "]"));
        client.track("go");
        enter("help/brewing");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_SHOWN);
    };
    const std::string on_help = R"({"screen": "help/", "match": "prefix"})";
    SECTION("it goes, and is no dismissal") {
        shown_for(on_help);
        enter("help/grinding");  // which is met as well
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_ENDED));
        enter("cart");
        client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
        CHECK_FALSE(client.came(CANDOR_EVENT_DISMISSED));
    }
    SECTION("it stays with what was answered") {
        shown_for(on_help);
        REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 4) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_ANSWERED);
        enter("cart");
        CHECK(client.question() == "thanks");
    }
    SECTION("one that came for an event stays") {
        shown_for(R"({"event": "go"})");
        enter("cart");
        CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_ENDED));
    }
}
