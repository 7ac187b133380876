// What moves in the ledger, and the events that say so.
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "client/ledger.hpp"
#include "client/people.hpp"

namespace {

using candor::client::Ledger;
using candor::history::Reached;
using candor::outbox::Change;
using candor::outbox::Event;
using candor::outbox::State;

constexpr candor::Instant kNow = 1'800'000'123'456;
constexpr const char* kId = "01990000-0000-7000-8000-000000000001";  // whose end is one that a number could have

struct Fixture {
    candor::survey::Document document;
    candor::history::Person person;
    State state;

    explicit Fixture(candor::survey::Kind kind = candor::survey::Kind::relationship) {
        document.project = "shop";
        candor::survey::Survey& survey = document.surveys.emplace_back();
        survey.id = "after";
        survey.wave = "2026";
        survey.kind = kind;
    }

    candor::List<Event> appended(Ledger& ledger) {
        Change change;
        ledger.append(kId, state, change);
        return std::move(change.appends);
    }

    candor::List<Event> reach(Reached reached, const char* touchpoint = "checkout") {
        Ledger ledger(document, kNow);
        ledger.reach(person, 0, "2026", touchpoint, reached);
        return appended(ledger);
    }

    candor::decide::Met met(Reached reached) const {
        candor::decide::Met met;
        met.trigger = "after.2026#0";
        met.touchpoint = "checkout";
        met.wave = "2026";
        met.reached = reached;
        return met;
    }
};

bool says(const Event& event, const char* text) { return event.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("who rises where they stood moves from one count to the next in one event") {
    Fixture f;
    f.reach(Reached::shown);
    const auto events = f.reach(Reached::answered);
    REQUIRE(events.size() == 1);
    CHECK(says(events[0], R"("touchpoint":"checkout")"));
    CHECK(says(events[0], R"("changes":{"shown":-1,"answered":1})"));
    CHECK_FALSE(says(events[0], "moments"));
    CHECK(f.reach(Reached::dismissed).empty());
}

TEST_CASE("who rises at another touchpoint is taken back where they were counted") {
    Fixture f;
    f.reach(Reached::shown, "basket");
    const auto events = f.reach(Reached::answered);
    REQUIRE(events.size() == 2);
    CHECK(says(events[0], R"("touchpoint":"basket")"));
    CHECK(says(events[0], R"("changes":{"shown":-1})"));
    CHECK(says(events[1], R"("touchpoint":"checkout")"));
    CHECK(says(events[1], R"("changes":{"answered":1})"));
    CHECK(events[0].id != events[1].id);
    CHECK(candor::is_uuid(events[1].id));
}

TEST_CASE("who was counted nowhere is counted once, and no finer than a day") {
    const auto events = Fixture().reach(Reached::shown);
    REQUIRE(events.size() == 1);
    CHECK(says(events[0], R"("changes":{"shown":1})"));
    CHECK(says(events[0], R"("time":"2027-01-15T00:00:00.000Z")"));
    CHECK(says(events[0], R"("day":"2027-01-15")"));
    CHECK(events[0].created_at == kNow);
    CHECK(candor::json::parse(events[0].body).has_value());
}

TEST_CASE("many moments of a transactional survey leave as one count, their person counts once") {
    Fixture f(candor::survey::Kind::transactional);
    Ledger ledger(f.document, kNow);
    for (int i = 0; i < 3; ++i) ledger.meet(f.person, f.met(Reached::possible));
    ledger.meet(f.person, f.met(Reached::sampled));
    const auto events = f.appended(ledger);
    REQUIRE(events.size() == 1);
    CHECK(says(events[0], R"("changes":{"sampled":1})"));
    CHECK(says(events[0], R"("moments":{"possible":3,"sampled":1})"));
}

TEST_CASE("a moment that moves back and forth is no event") {
    Fixture f(candor::survey::Kind::transactional);
    Ledger ledger(f.document, kNow);
    ledger.moment(0, "2026", "checkout", Reached::answered, Reached::answered);
    CHECK(f.appended(ledger).empty());
}

TEST_CASE("counts give way to a full queue, and what gave way is counted on") {
    Fixture f;
    f.state.totals.rows = candor::outbox::Bounds{}.rows / 10;
    f.state.records.push_back({candor::String(candor::client::kDroppedRecord), "4"});
    Ledger ledger(f.document, kNow);
    ledger.reach(f.person, 0, "2026", "checkout", Reached::shown);
    Change change;
    ledger.append(kId, f.state, change);
    CHECK(change.appends.empty());
    REQUIRE(change.puts.size() == 1);
    CHECK(change.puts[0].value == "5");
}
