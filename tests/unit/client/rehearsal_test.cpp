#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.hpp"
#include "client/registry.hpp"
#include "test_host.hpp"

using namespace candor::test;

namespace {

bool rehearse(const TestClient& client, bool begins) {
    return candor::client::find_client(client.handle())->rehearse(begins);
}

// What is drawn: the keys and texts of its runs; empty where no card is.
std::vector<std::string> drawn(const TestClient& client) {
    candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
    options.width = 1000;
    options.height = 800;
    candor_draw draw = CANDOR_DRAW_INIT;
    if (candor_card_draw(client.handle(), &options, &draw) == CANDOR_NO_PROMPT) return {};
    std::vector<std::string> runs;
    for (std::size_t i = 0; i < draw.run_count; ++i) {
        const candor_text_run& run = draw.runs[i];
        runs.push_back(std::to_string(run.key) + " " + std::string(run.text.data, run.text.size));
    }
    return runs;
}

void buy(TestClient& client) {
    client.track("purchase_completed");
    client.settle();
}

std::string answers_of(TestHost& host) {
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    return all;
}

}  // namespace

TEST_CASE("a card that waits for its delay is drawn ahead as it will be") {
    TestHost host;
    TestClient client(host, {});
    CHECK_FALSE(rehearse(client, true));  // nobody waits
    CHECK(drawn(client).empty());
    buy(client);
    CHECK(drawn(client).empty());  // not without being asked for
    REQUIRE(rehearse(client, true));
    const std::vector<std::string> ahead = drawn(client);
    CHECK(ahead.size() > 11);
    CHECK_FALSE(rehearse(client, true));  // it is under way,
    CHECK(drawn(client) == ahead);        // and goes on
    CHECK_FALSE(rehearse(client, false));
    CHECK(drawn(client).empty());
    CHECK_FALSE(rehearse(client, true));  // once is enough
    host.advance(2000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    CHECK(drawn(client) == ahead);
}

TEST_CASE("a rehearsal is nothing that anybody was shown, and nothing can be answered in it") {
    TestHost host;
    TestClient client(host, {});
    buy(client);
    REQUIRE(rehearse(client, true));
    REQUIRE_FALSE(drawn(client).empty());
    CHECK(candor_presented(client.handle()) == CANDOR_NO_PROMPT);
    CHECK(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_NO_PROMPT);
    CHECK(candor_card_pointer(client.handle(), CANDOR_POINTER_DOWN, 900, 700) == CANDOR_NO_PROMPT);
    CHECK(candor_card_text(client.handle(), candor_text("9")) == CANDOR_NO_PROMPT);
    candor_changes changes = CANDOR_CHANGES_INIT;
    CHECK(candor_card_changes(client.handle(), &changes) == CANDOR_NO_PROMPT);
    CHECK_FALSE(client.came(CANDOR_EVENT_SHOWN));
    CHECK(answers_of(host).find("\"submission\"") == std::string::npos);
}

TEST_CASE("a card that is asked takes the place of its rehearsal, also in the middle of it") {
    TestHost host;
    TestClient client(host, {});
    buy(client);
    REQUIRE(rehearse(client, true));
    REQUIRE_FALSE(drawn(client).empty());
    host.advance(2000);
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    // What the host draws by itself is told as such: the picture was the rehearsal's.
    CHECK(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    CHECK(answers_of(host).find(R"("layout":"host","input":"host","painter":"host")") != std::string::npos);
    CHECK_FALSE(drawn(client).empty());
    CHECK_FALSE(rehearse(client, true));
    candor_dismiss(client.handle());
    CHECK(drawn(client).empty());  // and not the rehearsal's again
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
}

TEST_CASE("of several that wait the one that is due first is rehearsed") {
    const auto survey = [](const std::string& id, int delay) {
        return R"({"id": ")" + id + R"(", "kind": "transactional", "triggers": [{"event": "e"}], "delay": )" +
               std::to_string(delay) + R"(, "expires": 600, "questions": [{"id": "score", "type": "nps", "text": ")" +
               id + R"("}, {"id": "thanks", "type": "thanks"}]})";
    };
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(R"({"candor": 1, "project": "shop", "revision": 1, "product": "Shop", "surveys": [)" +
                survey("later", 60) + "," + survey("sooner", 30) + "]}");
    client.track("e");
    client.settle();
    const auto has = [&](std::string_view text) {
        for (const std::string& run : drawn(client)) {
            if (run.find(text) != std::string::npos) return true;
        }
        return false;
    };
    REQUIRE(rehearse(client, true));
    CHECK(has("sooner"));
    CHECK_FALSE(has("later"));
}

TEST_CASE("what is due at once is not rehearsed") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(one_survey(R"("kind": "transactional", "triggers": [{"event": "e"}])"));
    candor_busy(client.handle(), 1);
    client.track("e");
    client.settle();
    CHECK_FALSE(rehearse(client, true));
    CHECK(drawn(client).empty());
}

TEST_CASE("who said no, and who uses a closed client, is drawn nothing") {
    TestHost host;
    TestClient client(host, {});
    buy(client);
    REQUIRE(rehearse(client, true));
    CHECK_FALSE(drawn(client).empty());
    candor_consent(client.handle(), CANDOR_CONSENT_DENIED);
    CHECK(drawn(client).empty());
    CHECK_FALSE(rehearse(client, true));
    CHECK(drawn(client).empty());
}
