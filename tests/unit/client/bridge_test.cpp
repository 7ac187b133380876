// A bridge to a platform's accessibility, in small: it keeps a tree by what it is told of changes alone, and whoever
// uses it answers by its names and actions, without a pointer, a key or a pixel.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "test_host.hpp"

using namespace candor::test;

namespace {

constexpr const char* kDocument = R"({"candor": 1, "project": "shop", "revision": 1, "product": "Acme",
"consent": {"mode": "explicit", "policy": "p1", "text": "You may store this."}, "surveys": [
{"id": "all", "kind": "transactional", "triggers": [{"event": "ate"}], "questions": [
 {"id": "hello", "type": "statement", "text": "Hello!", "link": {"url": "https://acme.example/why", "text": "Why?"}},
 {"id": "nps", "type": "nps"},
 {"id": "liked", "type": "csat", "text": "Liked it?", "low": "No", "high": "Yes"},
 {"id": "effort", "type": "ces", "text": "Was it easy?", "low": "No", "high": "Yes", "optional": true},
 {"id": "what", "type": "single", "text": "What?", "choices": [{"id": "a", "text": "Apple"}, {"id": "b", "text": "Bread"}]},
 {"id": "more", "type": "multiple", "text": "More?", "choices": [
   {"id": "x", "text": "Salt"}, {"id": "y", "text": "Oil"}, {"id": "other", "text": "Else", "other": true}]},
 {"id": "words", "type": "text", "text": "Anything else?"},
 {"id": "thanks", "type": "thanks", "text": "Thank you!"}]}]})";

std::string text(candor_string string) { return {string.data, string.size}; }

struct Seen {
    std::int32_t id = 0, parent = -1;
    candor_role role = 0;
    std::uint32_t states = 0;
    std::string name, value, description;
    float x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Seen&) const = default;
};

Seen seen(const candor_node& node) {
    return {node.id,
            node.parent,
            node.role,
            node.states,
            text(node.name),
            text(node.value),
            text(node.description),
            node.rect.x,
            node.rect.y,
            node.rect.width,
            node.rect.height};
}

class Bridge {
public:
    explicit Bridge(TestClient& client) : client_(client) {}

    // Takes in what changed, and nothing else.
    void follow() {
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = 1000;
        options.height = 800;
        candor_card card = CANDOR_CARD_INIT;
        const bool there = candor_card_layout(client_.handle(), &options, &card) == CANDOR_OK;
        std::map<std::int32_t, Seen> now;
        for (std::size_t i = 0; there && i < card.node_count; ++i) now[card.nodes[i].id] = seen(card.nodes[i]);
        candor_changes changes = CANDOR_CHANGES_INIT;
        REQUIRE(candor_card_changes(client_.handle(), &changes) == CANDOR_OK);
        for (std::size_t i = 0; i < changes.change_count; ++i) apply(changes.changes[i], now);
        if (changes.announcement.size > 0) said.push_back(text(changes.announcement));
        focus = changes.focus;
        CHECK(tree == now);
    }

    const Seen& named(candor_role role, std::string_view name) {
        follow();
        const auto found = std::find_if(tree.begin(), tree.end(), [&](const auto& entry) {
            return entry.second.role == role && entry.second.name == name;
        });
        INFO("no control named " << name);
        REQUIRE(found != tree.end());
        return found->second;
    }
    void act(candor_role role, std::string_view name, candor_action action, const char* value = "") {
        CHECK(candor_card_action(client_.handle(), named(role, name).id, action, candor_text(value)) == CANDOR_OK);
    }
    void press(candor_role role, std::string_view name) { act(role, name, CANDOR_ACTION_PRESS); }

    std::map<std::int32_t, Seen> tree;
    std::vector<std::string> said;
    std::int32_t focus = -1;

private:
    void apply(const candor_node_change& change, const std::map<std::int32_t, Seen>& now) {
        if ((change.what & CANDOR_CHANGED_REMOVED) != 0) REQUIRE(tree.erase(change.node) == 1);
        if (change.what == CANDOR_CHANGED_REMOVED) return;
        const Seen& node = now.at(change.node);
        if ((change.what & CANDOR_CHANGED_ADDED) != 0) {
            REQUIRE(tree.emplace(change.node, node).second);
            return;
        }
        Seen& kept = tree.at(change.node);
        if ((change.what & CANDOR_CHANGED_NAME) != 0) kept.name = node.name;
        if ((change.what & CANDOR_CHANGED_VALUE) != 0) kept.value = node.value;
        if ((change.what & CANDOR_CHANGED_DESCRIPTION) != 0) kept.description = node.description;
        if ((change.what & CANDOR_CHANGED_STATES) != 0) kept.states = node.states;
        if ((change.what & CANDOR_CHANGED_PLACE) == 0) return;
        kept.parent = node.parent;
        kept.x = node.x;
        kept.y = node.y;
        kept.width = node.width;
        kept.height = node.height;
    }

    TestClient& client_;
};

struct Table {
    TestHost host;
    TestClient client{host, {.with_document = false}};
    Bridge bridge{client};

    explicit Table(const char* document = kDocument) {
        client.load(document);
        ask();
    }
    void ask() {
        client.track("ate");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_SHOWN);
    }
};

}  // namespace

TEST_CASE("the whole survey is done by semantic actions alone, by whoever follows the changes") {
    Table table;
    Bridge& bridge = table.bridge;
    bridge.follow();
    REQUIRE(bridge.said.size() == 1);
    CHECK(bridge.said[0].ends_with("\nHello!"));
    CHECK(bridge.named(CANDOR_ROLE_LINK, "Why?").value == "https://acme.example/why");
    bridge.press(CANDOR_ROLE_LINK, "Why?");
    CHECK(table.client.wait_for(CANDOR_EVENT_LINK).text == "https://acme.example/why");
    bridge.press(CANDOR_ROLE_BUTTON, "Continue");
    bridge.press(CANDOR_ROLE_RADIO, "9 out of 10");
    CHECK((bridge.named(CANDOR_ROLE_CHECKBOX, "You may store this.").states & CANDOR_STATE_CHECKED) == 0);
    bridge.press(CANDOR_ROLE_RADIO, "4 out of 5");
    bridge.press(CANDOR_ROLE_BUTTON, "Back");
    CHECK((bridge.named(CANDOR_ROLE_RADIO, "4 out of 5").states & CANDOR_STATE_CHECKED) != 0);
    bridge.press(CANDOR_ROLE_RADIO, "5 out of 5");
    bridge.press(CANDOR_ROLE_BUTTON, "Skip");
    bridge.act(CANDOR_ROLE_RADIO, "Bread", CANDOR_ACTION_FOCUS);
    const std::int32_t bread = bridge.named(CANDOR_ROLE_RADIO, "Bread").id;
    CHECK(bridge.focus == bread);
    bridge.press(CANDOR_ROLE_RADIO, "Bread");
    bridge.press(CANDOR_ROLE_CHECKBOX, "Oil");
    bridge.press(CANDOR_ROLE_CHECKBOX, "Else");
    CHECK((bridge.named(CANDOR_ROLE_CHECKBOX, "Else").states & CANDOR_STATE_CHECKED) != 0);
    bridge.act(CANDOR_ROLE_TEXTBOX, "Else", CANDOR_ACTION_SET_VALUE, "jam");
    CHECK(bridge.named(CANDOR_ROLE_TEXTBOX, "Else").value == "jam");
    bridge.press(CANDOR_ROLE_BUTTON, "Send");
    bridge.act(CANDOR_ROLE_TEXTBOX, "Anything else?", CANDOR_ACTION_SET_VALUE, "No, \"thanks\"");
    bridge.press(CANDOR_ROLE_BUTTON, "Send");
    CHECK((bridge.named(CANDOR_ROLE_CHECKBOX, "You may store this.").states & CANDOR_STATE_INVALID) != 0);
    bridge.press(CANDOR_ROLE_CHECKBOX, "You may store this.");
    table.client.wait_for(CANDOR_EVENT_ANSWERED);
    bridge.follow();
    CHECK(bridge.said.back() == "Thank you!");
    CHECK(std::count(bridge.said.begin(), bridge.said.end(), "Thank you!") == 1);
    bridge.press(CANDOR_ROLE_BUTTON, "Close");
    table.client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    bridge.follow();
    CHECK(bridge.tree.empty());

    table.client.settle();
    candor_changes changes = CANDOR_CHANGES_INIT;
    CHECK(candor_card_changes(table.client.handle(), &changes) == CANDOR_NO_PROMPT);
    std::string all;
    for (const std::string& body : table.host.collected()) all += body;
    for (const char* part : {R"("score":9)", R"("score":5)", R"("choices":["b"])",
                             R"("choices":["y","other"],"text":"jam")", R"(No, \"thanks\")", R"("input":"control")"}) {
        INFO(part);
        CHECK(all.find(part) != std::string::npos);
    }
}

TEST_CASE("a bridge that missed the end of one prompt hears of the next one") {
    Table table(
        R"({"candor": 1, "project": "shop", "revision": 1, "product": "Acme", "surveys": [{"id": "s", "kind": "transactional",
      "triggers": [{"event": "ate"}], "wait": {"dismissed": 1}, "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})");
    table.bridge.follow();
    REQUIRE(candor_dismiss(table.client.handle()) == CANDOR_OK);
    table.client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    table.host.advance(std::int64_t{2} * 86'400'000);
    table.ask();
    table.bridge.follow();
    REQUIRE(table.bridge.said.size() == 2);
    CHECK(table.bridge.said[0] == table.bridge.said[1]);
}

TEST_CASE("changes are refused to whoever has no client, no card or no room for them") {
    Table table;
    candor_changes changes = CANDOR_CHANGES_INIT;
    CHECK(candor_card_changes(table.client.handle(), nullptr) == CANDOR_INVALID);
    CHECK(candor_card_changes(0, &changes) == CANDOR_CLOSED);
    changes.size = 0;
    CHECK(candor_card_changes(table.client.handle(), &changes) == CANDOR_INVALID);
    changes = CANDOR_CHANGES_INIT;
    CHECK(candor_card_changes(table.client.handle(), &changes) == CANDOR_NO_PROMPT);  // nothing is laid out
    changes.size = offsetof(candor_changes, focus);  // of a program that knows no more of it
    changes.focus = 77;
    table.bridge.follow();
    candor_dismiss(table.client.handle());
    REQUIRE(candor_card_changes(table.client.handle(), &changes) == CANDOR_OK);
    CHECK(changes.change_count > 0);
    CHECK(changes.focus == 77);
}
