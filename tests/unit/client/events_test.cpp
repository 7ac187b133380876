// What leaves, as text: the counts of an exposure, and a response's place for its revision.
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "base/json.hpp"
#include "client/events.hpp"

namespace {

using candor::history::Reached;

constexpr candor::Instant kNow = 1'800'000'123'456;

struct Fixture {
    candor::survey::Document document;
    candor::survey::Survey survey;
    const candor::String ids[2] = {"first", "second"};

    Fixture() {
        document.project = "shop";
        survey.id = "after";
        survey.wave = "2026";
    }

    candor::List<candor::outbox::Event> exposure(Reached from, const char* from_touchpoint, Reached to) const {
        candor::history::Rise rise;
        rise.from = from;
        rise.to = to;
        rise.from_touchpoint = from_touchpoint;
        candor::List<candor::outbox::Event> events;
        candor::client::append_exposure_events(ids, kNow, document, survey, "checkout", rise, events);
        return events;
    }
};

bool says(const candor::outbox::Event& event, const char* text) { return event.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("who rises where they stood moves from one count to the next in one event") {
    const auto events = Fixture().exposure(Reached::shown, "checkout", Reached::answered);
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == "first");
    CHECK(says(events[0], R"("touchpoint":"checkout")"));
    CHECK(says(events[0], R"("changes":{"shown":-1,"answered":1})"));
}

TEST_CASE("who rises at another touchpoint is taken back where they were counted") {
    const auto events = Fixture().exposure(Reached::shown, "basket", Reached::answered);
    REQUIRE(events.size() == 2);
    CHECK(events[0].id == "second");
    CHECK(says(events[0], R"("touchpoint":"basket")"));
    CHECK(says(events[0], R"("changes":{"shown":-1})"));
    CHECK(events[1].id == "first");
    CHECK(says(events[1], R"("touchpoint":"checkout")"));
    CHECK(says(events[1], R"("changes":{"answered":1})"));
}

TEST_CASE("who was counted nowhere is counted once, and no finer than a day") {
    const auto events = Fixture().exposure(Reached::nothing, "", Reached::shown);
    REQUIRE(events.size() == 1);
    CHECK(says(events[0], R"("changes":{"shown":1})"));
    CHECK(says(events[0], R"("time":"2027-01-15T00:00:00.000Z")"));
    CHECK(events[0].created_at == kNow);
    CHECK(candor::json::parse(events[0].body).has_value());
}
