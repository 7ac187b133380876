// The machine's own rules of local time, given as POSIX writes them: so that no database of zones is needed.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "candor/desktop.h"

namespace {

std::vector<candor_offset> told;

constexpr int64_t kNow = 1'790'000'000'000;  // 2026-09-21T14:13:20Z

std::vector<candor_offset> offsets(const char* zone, int64_t now, size_t room = 16) {
    setenv("TZ", zone, 1);
    std::vector<candor_offset> out(room);
    out.resize(candor_desktop_offsets(now, out.data(), room));
    return out;
}

}  // namespace

extern "C" candor_status candor_set_context(candor_client, const candor_context* context) {
    told.assign(context->offsets, context->offsets + context->offset_count);
    return CANDOR_OK;
}

TEST_CASE("local time: a zone with summer time tells now and its next changes") {
    const auto berlin = offsets("CET-1CEST,M3.5.0,M10.5.0/3", kNow);
    REQUIRE(berlin.size() == 3);  // the next change is more than 400 days away
    CHECK(berlin[0].from == kNow);
    CHECK(berlin[0].minutes == 120);
    CHECK(berlin[1].from == 1'792'890'000'000);  // 2026-10-25T01:00:00Z
    CHECK(berlin[1].minutes == 60);
    CHECK(berlin[2].from == 1'806'195'600'000);  // 2027-03-28T01:00:00Z
    CHECK(berlin[2].minutes == 120);
}

TEST_CASE("local time: half an hour, the other hemisphere, and no change at all") {
    const auto howe = offsets("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", kNow);
    REQUIRE(howe.size() >= 3);
    CHECK(howe[0].minutes == 630);
    CHECK(howe[1].from == 1'791'041'400'000);  // 2026-10-03T15:30:00Z
    CHECK(howe[1].minutes == 660);
    const auto kolkata = offsets("IST-5:30", kNow);
    REQUIRE(kolkata.size() == 1);
    CHECK(kolkata[0].minutes == 330);
    CHECK(offsets("UTC0", -86'400'001).front().minutes == 0);
}

TEST_CASE("local time: no more than there is room for") {
    CHECK(offsets("CET-1CEST,M3.5.0,M10.5.0/3", kNow, 2).size() == 2);
    CHECK(offsets("CET-1CEST,M3.5.0,M10.5.0/3", kNow, 0).empty());
}

TEST_CASE("local time: the client is told") {
    setenv("TZ", "IST-5:30", 1);
    CHECK(candor_desktop_local_time(1, kNow) == CANDOR_OK);
    REQUIRE(told.size() == 1);
    CHECK(told[0].minutes == 330);
}
