#include "card/motion.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

using namespace candor;
using card::Card;
using card::Motion;
using fixture::Desk;

namespace {

constexpr std::int64_t kStart = 5000, kLong = 1000;

// A desk whose card is looked at, at times of its own.
struct Watched {
    Desk desk;
    Motion motion;

    card::Card at(std::int64_t time) {
        desk.options.frame_time = time;
        Card seen = desk.card();
        card::animate(motion, seen, desk.options);
        return seen;
    }
};

}  // namespace

TEST_CASE("What moves goes forwards only, and comes to rest where it belongs") {
    float before = card::settled(0);
    CHECK(before < 0.001f);
    for (int ms = 1; ms < 400; ++ms) {
        const float share = card::settled(ms);
        INFO(ms << " ms: " << share);
        CHECK(share >= before);
        CHECK(share <= 1);
        CHECK(share - before < 0.02f);  // without a jump
        before = share;
    }
    CHECK(card::settled(100) > 0.5f);
    CHECK(card::settled(360) == 1);
    CHECK(card::settled(std::numeric_limits<std::int64_t>::max()) == 1);
    CHECK(card::settled(-1) == 1);
}

TEST_CASE("A card comes in once, and is still after that") {
    Watched watched;
#ifdef __EMSCRIPTEN__  // a page's own style sheet brings it in
    CHECK(watched.at(kStart).pose.still());
#else
    CHECK(watched.at(kStart).pose.entrance < 0.01f);
    const float half = watched.at(kStart + 60).pose.entrance;
    CHECK(half > 0.3f);
    CHECK(half < 1);
#endif
    CHECK(watched.at(kStart + kLong).pose.still());
    watched.desk.ui.hover = card::NodeId("score/4");
    CHECK(watched.at(kStart + kLong + 10).pose.still());
}

TEST_CASE("The chosen cell and what follows it move, from where the card was") {
    Watched watched;
    watched.at(kStart);
    const Card before = watched.at(kStart + kLong);
    watched.desk.tap("score/9");
    const Card storing = watched.at(2 * kStart);
    CHECK(storing.pose.choice < 0.01f);
    CHECK(storing.pose.reveal < 0.01f);
    CHECK(storing.pose.chosen == fixture::find_key(storing, "score/9")->id);
    watched.desk.stored();
    const Card asking = watched.at(2 * kStart + 30);
    CHECK(asking.pose.choice > storing.pose.choice);
    CHECK(asking.pose.reveal > 0.1f);
    CHECK(asking.pose.from == before.rect);
    const auto was_there = [&](const char* key) {
        const auto& old = asking.pose.old;
        return std::find(old.begin(), old.end(), fixture::find_key(asking, key)->id.value) != old.end();
    };
    CHECK(was_there("score/9"));
    CHECK(was_there("close"));
    CHECK_FALSE(was_there("comment"));
    CHECK_FALSE(was_there("send"));
    CHECK_FALSE(asking.pose.still());
    CHECK(watched.at(2 * kStart + kLong).pose.still());
    watched.desk.tap("skip");
    watched.desk.stored();
    const Card thanks = watched.at(3 * kStart);
    CHECK(thanks.pose.reveal < 0.01f);
    CHECK(thanks.pose.from.height > thanks.rect.height);
}

TEST_CASE("Nothing moves for who wants little motion, nor where no time is told") {
    Watched watched;
    SECTION("little motion") { watched.desk.options.reduced_motion = true; }
    SECTION("no time") {}
    const bool timed = watched.desk.options.reduced_motion;
    const auto look = [&](std::int64_t time) { return watched.at(timed ? time : 0).pose.still(); };
    CHECK(look(kStart));
    watched.desk.tap("score/9");
    CHECK(look(kStart + 1));
    watched.desk.stored();
    CHECK(look(kStart + 2));
}

TEST_CASE("A clock that is put back leaves nothing half way") {
    Watched watched;
    watched.at(kStart);
    CHECK(watched.at(kStart - 1000).pose.still());
}

TEST_CASE("What is chosen among choices has its mark at once") {
    Watched watched;
    watched.desk.document = fixture::everything();
    watched.desk.interview = interview::begin(watched.desk.document.surveys[0]);
    std::int64_t time = kStart;
    const auto rested = [&] { return watched.at(time += kLong); };
    rested();
    for (const char* key : {"next", "score/4", "choice/b"}) {
        watched.desk.tap(key);
        watched.desk.stored();
        watched.at(time += 1);
        rested();
    }
    REQUIRE(watched.desk.interview.current == "more");
    watched.desk.tap("choice/a");
    CHECK(watched.at(time += 1).pose.still());
    watched.desk.tap("choice/a");
    CHECK(watched.at(time += 1).pose.still());
}
