// docs/privacy.md against what a client stores and sends.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "../../contract/map_host.hpp"
#include "base/json.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::contract::MapHost;

namespace {

// Two surveys that use whatever makes a history or a response longer.
const char* const kDocument = R"({"candor": 1, "project": "shop", "revision": 1, "product": "Shop",
  "consent": {"mode": "notice", "policy": "p1", "text": "It is stored."},
  "budget": {"gap_days": 0.00001},
  "surveys": [
   {"id": "late", "kind": "transactional", "triggers": [{"event": "other"}], "delay": 60, "expires": 600,
    "include": {"properties": ["item"]}, "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]},
   {"id": "all", "kind": "relationship", "starts": "2018-01-01", "every": {"days": 3650}, "control": {"percent": 100},
    "targeting": {"event": "go", "gte": 1}, "triggers": [{"event": "never"}], "expires": 86400,
    "include": {"properties": ["item"], "attributes": ["plan"]},
    "questions": [{"id": "score", "type": "nps"},
     {"id": "what", "type": "multiple", "text": "What?", "choices": [{"id": "a", "text": "A"}, {"id": "o", "text": "O", "other": true}]},
     {"id": "why", "type": "text", "text": "Why?"}, {"id": "thanks", "type": "thanks"}]},
   {"id": "now", "kind": "transactional", "triggers": [{"event": "go", "within": "session"}],
    "include": {"properties": ["item"], "attributes": ["plan"]}, "wait": {"dismissed": 1, "snoozed": 1},
    "questions": [{"id": "score", "type": "nps"},
     {"id": "what", "type": "multiple", "text": "What?", "choices": [{"id": "a", "text": "A"}, {"id": "o", "text": "O", "other": true}]},
     {"id": "why", "type": "text", "text": "Why?"}, {"id": "thanks", "type": "thanks"}]}]})";

// Whose members have names of others: of the app's, of triggers, of the ledger's states.
bool is_open(const std::string& key) {
    return key == "properties" || key == "attributes" || key == "triggers" || key == "changes" || key == "moments";
}

class Names {
public:
    void take(std::string_view text) {
        const auto value = candor::json::parse(text);
        if (value) take(*value, false);
    }
    const std::set<std::string>& all() const { return names_; }

private:
    void take(const candor::json::Value& value, bool open) {
        for (const candor::json::Value& element : value.array()) take(element, false);
        for (const auto& [name, member] : value.members()) {
            const std::string key(name);
            if (!open) names_.insert(key);
            take(member, is_open(key));
        }
        if (value.type() == candor::json::Type::text && std::string_view(value.text()).starts_with('{')) {
            take(value.text());
        }
    }

    std::set<std::string> names_;
};

class Watch {
public:
    Watch(TestHost& host, MapHost& map) : host_(host), map_(map) {}
    void look() {
        for (const auto& [key, bytes] : map_.data.records) {
            records_.insert(key.starts_with("person/") ? "person/<id>" : key);
            if (key != "document") names_.take(bytes);
        }
        for (const auto& row : map_.data.queue) names_.take(row.body);
        for (const std::string& body : host_.collected()) names_.take(body);
    }
    const std::set<std::string>& names() const { return names_.all(); }
    const std::set<std::string>& records() const { return records_; }

private:
    TestHost& host_;
    MapHost& map_;
    Names names_;
    std::set<std::string> records_;
};

std::string privacy() {
    std::ifstream file(CANDOR_SOURCE_DIR "/docs/privacy.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

void go(TestClient& client) {
    candor_property item{};
    item.key = candor_text("item");
    item.kind = CANDOR_PROPERTY_TEXT;
    item.text = candor_text("beans");
    REQUIRE(candor_track(client.handle(), candor_text("other"), &item, 1) == CANDOR_OK);
    REQUIRE(candor_track(client.handle(), candor_text("go"), &item, 1) == CANDOR_OK);
}

void answer(TestClient& client) {
    const candor_string choices[] = {candor_text("a"), candor_text("o")};
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    REQUIRE(candor_answer_choices(client.handle(), candor_text("what"), choices, 2, candor_text("words")) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
}

}  // namespace

TEST_CASE("privacy.md names every field that is stored or sent") {
    TestHost host;
    MapHost map;
    const candor_store table = map.table();
    host.set_store(&table);
    Watch watch(host, map);
    {
        TestClient client(host, {.with_document = false});
        // Before the document: a session that began with nobody named would be of a control share drawn by chance.
        client.identify("ann");
        client.load(kDocument);
        candor_context context = CANDOR_CONTEXT_INIT;
        context.app_version = candor_text("1.0");
        REQUIRE(candor_set_context(client.handle(), &context) == CANDOR_OK);
        candor_property plan{};
        plan.key = candor_text("plan");
        plan.kind = CANDOR_PROPERTY_TEXT;
        plan.text = candor_text("club");
        REQUIRE(candor_set_attributes(client.handle(), &plan, 1) == CANDOR_OK);
        go(client);
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        client.settle();
        watch.look();  // claimed
        REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
        answer(client);
        client.settle();
        watch.look();  // running
        host.network = Network::down;
        candor_dismiss(client.handle());
        client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
        for (const auto end : {candor_snooze, candor_dismiss}) {
            host.advance(std::int64_t{2} * 86'400'000);
            go(client);
            client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
            REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
            REQUIRE(end(client.handle()) == CANDOR_OK);
            client.settle();
            watch.look();
        }
        REQUIRE(candor_forget(client.handle()) == CANDOR_OK);
        client.settle();
        watch.look();
        REQUIRE(candor_consent(client.handle(), CANDOR_CONSENT_DENIED) == CANDOR_OK);
        client.settle();
        watch.look();
    }
    const std::string text = privacy();
    for (const std::string& name : watch.names()) {
        INFO(name);
        CHECK(text.find("`" + name + "`") != std::string::npos);
    }
    for (const std::string& record : watch.records()) {
        INFO(record);
        CHECK(text.find("`" + record + "`") != std::string::npos);
    }
    // That it has looked at all of them.
    for (const char* name :
         {"claim", "running", "pending", "counters", "scope", "snoozed", "dismissed", "answers", "submissions", "arm",
          "would_target", "attributes", "wording", "closed", "attempt", "moments"}) {
        INFO(name);
        CHECK(watch.names().contains(name));
    }
    CHECK(watch.records() == std::set<std::string>{"courier", "denied", "gate", "install", "person/<id>", "target"});
}
