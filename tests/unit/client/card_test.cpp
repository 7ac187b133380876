#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "test_host.hpp"

using namespace candor::test;

namespace {

candor_card_options desktop() {
    candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
    options.width = 1000;
    options.height = 800;
    options.pixel_ratio = 2;
    return options;
}

candor_node find(candor_client client, std::string_view key) {
    const candor_card_options options = desktop();
    candor_card card = CANDOR_CARD_INIT;
    REQUIRE(candor_card_layout(client, &options, &card) == CANDOR_OK);
    for (std::size_t i = 0; i < card.node_count; ++i) {
        if (std::string_view(card.nodes[i].key.data, card.nodes[i].key.size) == key) return card.nodes[i];
    }
    FAIL("no node " << key);
    return {};
}

void tap(candor_client client, std::string_view key) {
    const candor_node node = find(client, key);
    const float x = node.rect.x + node.rect.width / 2;
    const float y = node.rect.y + node.rect.height / 2;
    CHECK(candor_card_pointer(client, CANDOR_POINTER_MOVE, x, y) == CANDOR_OK);
    CHECK(candor_card_pointer(client, CANDOR_POINTER_DOWN, x, y) == CANDOR_OK);
    CHECK(candor_card_pointer(client, CANDOR_POINTER_UP, x, y) == CANDOR_OK);
}

}  // namespace

TEST_CASE("a survey is answered through the card by pointer and text alone") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.show_purchase_survey();
    tap(client.handle(), "score/9");
    client.wait_for(CANDOR_EVENT_ANSWERED);
    tap(client.handle(), "comment");
    CHECK(candor_card_text(client.handle(), candor_text("Très bien 😀")) == CANDOR_OK);
    tap(client.handle(), "send");
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find("Très bien 😀") != std::string::npos);
    CHECK(all.find(R"("input":"pointer")") != std::string::npos);
    tap(client.handle(), "close");
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    CHECK(client.question().empty());
}

namespace {

// What the collector is told of how it was answered.
std::string presentation_of(TestHost& host, TestClient& client) {
    client.wait_for(CANDOR_EVENT_ANSWERED);
    client.settle();
    for (const std::string& body : host.collected()) {
        const std::size_t at = body.find(R"("presentation":)");
        if (at != std::string::npos) return body.substr(at, body.find('}', at) + 1 - at);
    }
    FAIL("no response was collected");
    return {};
}

}  // namespace

TEST_CASE("a response says by what it was given, and what was seen of the card") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    SECTION("an answer of the host's, which draws by itself") {
        CHECK(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
        CHECK(presentation_of(host, client)
                  .find(R"("rows":0,"order":"ascending","layout":"host","input":"host","painter":"host")") !=
              std::string::npos);
    }
    SECTION("keys pressed on the picture") {
        const candor_card_options options = desktop();
        candor_draw draw = CANDOR_DRAW_INIT;
        REQUIRE(candor_card_draw(client.handle(), &options, &draw) == CANDOR_OK);
        CHECK(candor_card_action(client.handle(), find(client.handle(), "score/0").id, CANDOR_ACTION_FOCUS,
                                 candor_text("")) == CANDOR_OK);
        CHECK(candor_card_text(client.handle(), candor_text("9")) == CANDOR_OK);
        CHECK(candor_card_key(client.handle(), CANDOR_KEY_ENTER, 0) == CANDOR_OK);
        CHECK(presentation_of(host, client)
                  .find(R"("rows":1,"order":"ascending","layout":"corner","input":"keyboard","painter":"imgui")") !=
              std::string::npos);
    }
    SECTION("a control pressed by hand: the pointer is on it") {
        const candor_node score = find(client.handle(), "score/9");
        CHECK(candor_card_pointer(client.handle(), CANDOR_POINTER_DOWN, score.rect.x + 1, score.rect.y + 1) ==
              CANDOR_OK);
        CHECK(candor_card_action(client.handle(), score.id, CANDOR_ACTION_PRESS, candor_text("")) == CANDOR_OK);
        CHECK(presentation_of(host, client).find(R"("input":"pointer","painter":"controls")") != std::string::npos);
        // And nothing stays pressed.
        CHECK(candor_card_pointer(client.handle(), CANDOR_POINTER_UP, score.rect.x + 1, score.rect.y + 1) == CANDOR_OK);
        CHECK(client.count(CANDOR_EVENT_ANSWERED) == 0);
    }
    SECTION("a control pressed while the pointer is on another") {
        const candor_node score = find(client.handle(), "score/3");
        CHECK(candor_card_pointer(client.handle(), CANDOR_POINTER_DOWN, score.rect.x + 1, score.rect.y + 1) ==
              CANDOR_OK);
        CHECK(candor_card_action(client.handle(), find(client.handle(), "score/9").id, CANDOR_ACTION_PRESS,
                                 candor_text("")) == CANDOR_OK);
        CHECK(presentation_of(host, client).find(R"("input":"control","painter":"controls")") != std::string::npos);
    }
    SECTION("a control pressed, and none of it drawn") {
        CHECK(candor_card_action(client.handle(), find(client.handle(), "score/9").id, CANDOR_ACTION_PRESS,
                                 candor_text("")) == CANDOR_OK);
        CHECK(presentation_of(host, client).find(R"("input":"control","painter":"controls")") != std::string::npos);
    }
}

TEST_CASE("the card is answered by semantic actions alone") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    CHECK(candor_card_action(client.handle(), find(client.handle(), "score/0").id, CANDOR_ACTION_PRESS,
                             candor_text("")) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    const candor_node comment = find(client.handle(), "comment");
    CHECK(candor_card_action(client.handle(), comment.id, CANDOR_ACTION_SET_VALUE, candor_text("no")) == CANDOR_OK);
    CHECK(candor_card_action(client.handle(), find(client.handle(), "send").id, CANDOR_ACTION_PRESS, candor_text("")) ==
          CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    CHECK(client.question() == "thanks");
}

TEST_CASE("what is composed on the card is seen until it is written, and goes with any other input") {
    TestHost host;
    TestClient client(host, {});
    const candor_client handle = client.handle();
    const auto compose = [&](const char* text, std::size_t caret) {
        return candor_card_compose(handle, candor_text(text), caret);
    };
    const auto picture = [&] {
        const candor_card_options options = desktop();
        candor_draw draw = CANDOR_DRAW_INIT;
        REQUIRE(candor_card_draw(handle, &options, &draw) == CANDOR_OK);
        std::string texts;
        for (std::size_t i = 0; i < draw.run_count; ++i)
            texts.append(draw.runs[i].text.data, draw.runs[i].text.size).append("|");
        return texts;
    };
    const auto seen = [&](std::string_view text) { return picture().find(text) != std::string::npos; };
    CHECK(compose("x", 0) == CANDOR_NO_PROMPT);
    client.show_purchase_survey();
    tap(handle, "score/9");
    client.wait_for(CANDOR_EVENT_ANSWERED);
    picture();
    CHECK(compose("x", 1) == CANDOR_UNKNOWN);  // the focus is elsewhere
    CHECK_FALSE(seen("x|"));
    tap(handle, "comment");
    CHECK(compose("にほ", 6) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_PROMPT_CHANGED);
    CHECK(seen("にほ|"));
    CHECK(std::string_view(find(handle, "comment").value.data, find(handle, "comment").value.size).empty());
    CHECK(candor_card_pointer(handle, CANDOR_POINTER_MOVE, 1, 1) != CANDOR_INVALID);
    CHECK(seen("にほ|"));
    CHECK(candor_card_text(handle, candor_text("日本")) == CANDOR_OK);
    CHECK(seen("日本|"));
    CHECK_FALSE(seen("にほ"));
    CHECK(compose("ご", 3) == CANDOR_OK);
    CHECK(seen("日本ご|"));
    CHECK(candor_card_key(handle, CANDOR_KEY_HOME, 0) == CANDOR_OK);
    CHECK_FALSE(seen("ご"));
    CHECK(compose("ご", 3) == CANDOR_OK);
    CHECK(compose("", 0) == CANDOR_OK);
    CHECK_FALSE(seen("ご"));
    CHECK(compose("ご", 3) == CANDOR_OK);
    CHECK(candor_answer_score(handle, candor_text("score"), 8) == CANDOR_OK);  // by the app: another page may come
    CHECK_FALSE(seen("ご"));
    CHECK(compose("ご", 4) == CANDOR_INVALID);
    CHECK(candor_card_compose(handle, {"\xff", 1}, 0) == CANDOR_INVALID);
    CHECK(candor_card_compose(0, candor_text("x"), 0) == CANDOR_CLOSED);
}

TEST_CASE("a picture has triangles within its arrays, and the same card gives the same picture") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    const candor_card_options options = desktop();
    candor_draw draw = CANDOR_DRAW_INIT;
    REQUIRE(candor_card_draw(client.handle(), &options, &draw) == CANDOR_OK);
    CHECK(draw.vertex_count > 0);
    CHECK(draw.run_count >= 13);  // the question, eleven scores, two labels
    for (std::size_t i = 0; i < draw.index_count; ++i) REQUIRE(draw.indices[i] < draw.vertex_count);
    for (std::size_t i = 0; i < draw.command_count; ++i) {
        CHECK(draw.commands[i].first_index + draw.commands[i].index_count <= draw.index_count);
        CHECK(draw.commands[i].run < static_cast<std::int32_t>(draw.run_count));
    }
    const std::uint64_t revision = draw.revision;
    REQUIRE(candor_card_draw(client.handle(), &options, &draw) == CANDOR_OK);
    CHECK(draw.revision == revision);
    const candor_node score = find(client.handle(), "score/5");
    candor_card_pointer(client.handle(), CANDOR_POINTER_MOVE, score.rect.x + 2, score.rect.y + 2);
    REQUIRE(candor_card_draw(client.handle(), &options, &draw) == CANDOR_OK);
    CHECK(draw.revision != revision);
}

TEST_CASE("nonsense about the surface is refused") {
    TestHost host;
    TestClient client(host, {});
    candor_card card = CANDOR_CARD_INIT;
    candor_card_options options = desktop();
    CHECK(candor_card_layout(client.handle(), &options, &card) == CANDOR_NO_PROMPT);
    client.show_purchase_survey();
    options.width = -1;
    CHECK(candor_card_layout(client.handle(), &options, &card) == CANDOR_INVALID);
    options.width = std::numeric_limits<float>::quiet_NaN();
    CHECK(candor_card_layout(client.handle(), &options, &card) == CANDOR_INVALID);
    options = desktop();
    options.pixel_ratio = 1000;
    CHECK(candor_card_layout(client.handle(), &options, &card) == CANDOR_INVALID);
    CHECK(candor_card_layout(client.handle(), nullptr, &card) == CANDOR_INVALID);
    CHECK(candor_card_pointer(client.handle(), 9, 0, 0) == CANDOR_INVALID);
    CHECK(candor_card_key(client.handle(), 99, 0) == CANDOR_INVALID);
    CHECK(candor_card_text(client.handle(), {"\xff", 1}) == CANDOR_INVALID);
    CHECK(candor_card_action(client.handle(), 12345, CANDOR_ACTION_PRESS, candor_text("")) == CANDOR_UNKNOWN);
}

namespace {

std::string survey_with(const std::string& card) {
    return R"({"candor": 1, "project": "shop", "revision": 1, "product": "P", "surveys": [{"id": "s", "kind": "transactional",)"
           R"("triggers": [{"event": "go"}], "wait": {"snoozed": 2}, "card": )" +
           card + R"(, "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";
}

void show(TestClient& client) {
    client.track("go");
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

}  // namespace

TEST_CASE("the card's own button puts it off") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    client.load(survey_with(R"({"later": true})"));
    show(client);
    tap(client.handle(), "later");
    client.wait_for(CANDOR_EVENT_SNOOZED);
    CHECK_FALSE(client.came(CANDOR_EVENT_DISMISSED));
    client.track("go");
    CHECK_FALSE(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    CHECK(client.explain("s").find(R"("because":"wait_snoozed")") != std::string::npos);
}

TEST_CASE("a response says how the card stood, and how its scale began") {
    TestHost host;
    TestClient client(host, {.with_document = false});
    const auto answered = [&](const std::string& card, candor_card_options options, const char* locale) {
        client.load(survey_with(card));
        candor_context context = CANDOR_CONTEXT_INIT;
        context.locale = candor_text(locale);
        REQUIRE(candor_set_context(client.handle(), &context) == CANDOR_OK);
        show(client);
        candor_card out = CANDOR_CARD_INIT;
        REQUIRE(candor_card_layout(client.handle(), &options, &out) == CANDOR_OK);
        CHECK(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
        return std::to_string(out.layout) + presentation_of(host, client);
    };
    candor_card_options options = desktop();
    SECTION("modal") {
        const std::string said = answered(R"({"layout": "modal"})", options, "en");
        CHECK(said.find(R"("layout":"modal")") != std::string::npos);
        CHECK(said[0] == '0' + CANDOR_LAYOUT_MODAL);
        CHECK(said.find("colors") == std::string::npos);
    }
    SECTION("in the host's slot") {
        options.slot_width = 400;
        const std::string said = answered(R"({"layout": "inline"})", options, "en");
        CHECK(said.find(R"("rows":2,"order":"ascending","layout":"inline")") != std::string::npos);
        CHECK(said[0] == '0' + CANDOR_LAYOUT_INLINE);
    }
    SECTION("from the left, in colours") {
        const std::string said = answered(R"({"scale_start": "left", "scale_colors": true})", options, "ar");
        CHECK(said.find(R"("order":"left-to-right","colors":"bands","layout":"corner")") != std::string::npos);
    }
}

TEST_CASE("a host that tells the time is told how long something moves, and another is not") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    candor_card_options options = desktop();
    const auto next = [&](std::int64_t time) {
        options.frame_time = time;
        candor_card card = CANDOR_CARD_INIT;
        REQUIRE(candor_card_layout(client.handle(), &options, &card) == CANDOR_OK);
        return card.next_frame;
    };
    SECTION("no time") { CHECK(next(0) == -1); }
    SECTION("time") {
        CHECK(next(1000) == 0);
        CHECK(next(1100) == 0);
        CHECK(next(1400) == -1);
        tap(client.handle(), "score/9");
        CHECK(next(1500) == 0);
        CHECK(next(3000) == -1);
    }
    SECTION("little motion") {
        options.reduced_motion = 1;
        CHECK(next(1000) == -1);
    }
}

TEST_CASE("a slot that is no width is refused") {
    TestHost host;
    TestClient client(host, {});
    client.show_purchase_survey();
    candor_card_options options = desktop();
    candor_card card = CANDOR_CARD_INIT;
    for (const float width : {-1.0f, 1e9f, std::numeric_limits<float>::quiet_NaN()}) {
        options.slot_width = width;
        CHECK(candor_card_layout(client.handle(), &options, &card) == CANDOR_INVALID);
    }
}
