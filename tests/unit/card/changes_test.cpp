// What a bridge to a platform's accessibility is told.
#include "card/changes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "fixture.hpp"

using namespace candor;
using namespace fixture;

namespace {

struct Told {
    Arena memory;
    card::Changes changes;

    Told(const card::Card* before, const card::Card* after, bool same_prompt = true)
        : changes(card::changes(memory, before, after, same_prompt)) {}
    std::uint32_t of(const card::Card& card, std::string_view key) const {
        const card::Node* node = find_key(card, key);
        REQUIRE(node != nullptr);
        std::uint32_t what = 0;
        for (const card::NodeChange& change : changes.nodes) {
            if (change.node == node->id) what |= change.what;
        }
        return what;
    }
};

// The text that stands on the card under that key.
std::string name_of(const card::Card& card, std::string_view key) { return std::string(find_key(card, key)->name); }

}  // namespace

TEST_CASE("a card that appears is new in all its nodes, and says what it is and what it asks") {
    const Desk desk;
    const card::Card card = desk.card();
    const Told told(nullptr, &card);
    REQUIRE(told.changes.nodes.size() == card.nodes.size());
    for (std::size_t i = 0; i < card.nodes.size(); ++i) {
        CHECK(told.changes.nodes[i].node == card.nodes[i].id);
        CHECK(told.changes.nodes[i].what == card::kAdded);
    }
    CHECK(told.changes.focus == -1);
    CHECK_FALSE(told.changes.focus_moved);
    CHECK(told.changes.announcement == name_of(card, "card") + "\n" + name_of(card, "question"));
}

TEST_CASE("of a card that stays as it is there is nothing to tell") {
    const Desk desk;
    const card::Card before = desk.card(), after = desk.card();
    const Told told(&before, &after);
    CHECK(told.changes.nodes.empty());
    CHECK_FALSE(told.changes.focus_moved);
    CHECK(told.changes.announcement.empty());
}

TEST_CASE("a card that goes takes all its nodes along, and the focus") {
    Desk desk;
    desk.key(card::Key::tab);
    const card::Card card = desk.card();
    const Told told(&card, nullptr);
    REQUIRE(told.changes.nodes.size() == card.nodes.size());
    for (const card::NodeChange& change : told.changes.nodes) CHECK(change.what == card::kRemoved);
    CHECK(told.changes.focus == -1);
    CHECK(told.changes.focus_moved);
    CHECK(told.changes.announcement.empty());
}

TEST_CASE("the focus is told of where it moves, and the states of both nodes") {
    Desk desk;
    desk.key(card::Key::tab);
    const card::Card before = desk.card();
    desk.key(card::Key::end);
    const card::Card after = desk.card();
    const Told told(&before, &after);
    CHECK(told.changes.nodes.size() == 2);
    CHECK(told.of(after, "score/0") == card::kStates);
    CHECK(told.of(after, "score/10") == card::kStates);
    CHECK(told.changes.focus == find_key(after, "score/10")->id);
    CHECK(told.changes.focus_moved);
    CHECK(told.changes.announcement.empty());
}

TEST_CASE("an answer changes its group's value, adds what comes with it and tells that it is being stored") {
    Desk desk;
    const card::Card before = desk.card();
    desk.tap("score/9");
    const card::Card after = desk.card();
    const Told told(&before, &after);
    CHECK((told.of(after, "scale") & card::kValue) != 0);
    CHECK((told.of(after, "score/9") & card::kStates) != 0);
    CHECK(told.of(after, "comment") == card::kAdded);
    CHECK((told.of(after, "card") & card::kPlace) != 0);  // it grew
    CHECK((told.of(after, "status") & card::kName) != 0);
    CHECK(told.changes.announcement == name_of(after, "status"));
    CHECK_FALSE(told.changes.announcement.empty());
}

TEST_CASE("what could not be stored is said once, and so are the thanks") {
    Desk desk;
    desk.tap("score/9");
    card::Card before = desk.card();
    desk.status = card::Status::failed;
    card::Card after = desk.card();
    CHECK(Told(&before, &after).changes.announcement == name_of(after, "alert"));
    CHECK(Told(nullptr, &after).changes.announcement ==
          name_of(after, "card") + "\n" + name_of(after, "question") + "\n" + name_of(after, "alert"));
    desk.stored();
    desk.act(card::InputKind::set_value, "comment", "good");
    desk.tap("send");
    before = desk.card();
    desk.stored();
    after = desk.card();
    CHECK(Told(&before, &after).changes.announcement == name_of(after, "thanks"));
}

TEST_CASE("the next prompt's card appears anew, though it has nodes of the last one's") {
    const Desk desk;
    const card::Card card = desk.card();
    const Told told(&card, &card, false);
    CHECK(told.changes.nodes.empty());
    CHECK(told.changes.announcement == name_of(card, "card") + "\n" + name_of(card, "question"));
}

TEST_CASE("what keeps its id and becomes another kind of control has gone and come") {
    const Desk desk;
    const card::Card before = desk.card();
    card::Card after = desk.card();
    for (card::Node& node : after.nodes) {
        if (node.key == "scale") node.role = card::Role::group;
    }
    const Told told(&before, &after);
    CHECK(told.of(after, "scale") == (card::kRemoved | card::kAdded));
}

TEST_CASE("each part of a node that changes is told of by its name") {
    const Desk desk;
    const card::Card before = desk.card();
    card::Card after = desk.card();
    for (card::Node& node : after.nodes) {
        if (node.key == "low") node.description = "what it means";
        if (node.key == "high") node.parent = find_key(after, "scale")->id;
        if (node.key == "close") node.name = "away";
    }
    const Told told(&before, &after);
    CHECK(told.changes.nodes.size() == 3);
    CHECK(told.of(after, "low") == card::kDescription);
    CHECK(told.of(after, "high") == card::kPlace);
    CHECK(told.of(after, "close") == card::kName);
}

TEST_CASE("a card that appears while something is being stored says what it asks, not how far that is") {
    Desk desk;
    desk.tap("score/9");
    const card::Card card = desk.card();
    CHECK(Told(nullptr, &card).changes.announcement == name_of(card, "card") + "\n" + name_of(card, "question"));
}

TEST_CASE("a card without nodes is none") {
    const card::Card nothing;
    const Told told(&nothing, &nothing);
    CHECK(told.changes.nodes.empty());
    CHECK(told.changes.focus == -1);
    CHECK(told.changes.announcement.empty());
}
