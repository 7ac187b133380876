// Local time, from the offsets that the host puts into the profile. A local time that occurs twice is both times the
// same to the rules, one that never occurs is never there: they ask what the clock on the wall shows at an instant.
#include <algorithm>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

std::int64_t floor_div(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

// Sums that saturate would do no good here: beyond the years that a clock shows there is no day.
Instant within_calendar(Instant at) { return std::clamp<Instant>(at, -kDay * 800'000, kDay * 3'000'000); }

}  // namespace

std::int64_t Local::minutes(Instant at) const {
    if (profile == nullptr || profile->offsets.empty()) return 0;
    std::int64_t minutes = profile->offsets.front().minutes;  // before the first that is known
    for (const Offset& offset : profile->offsets) {
        if (offset.from <= at) minutes = offset.minutes;
    }
    return minutes;
}

Instant Local::change_after(Instant at) const {
    Instant first = kNever;
    if (profile == nullptr) return first;
    for (const Offset& offset : profile->offsets) {
        if (offset.from > at) first = std::min(first, offset.from);
    }
    return first;
}

std::int64_t Local::day(Instant at) const { return floor_div(within_calendar(at) + minutes(at) * kMinute, kDay); }

Span Local::clock(Instant at) const {
    const Instant local = within_calendar(at) + minutes(at) * kMinute;
    return local - floor_div(local, kDay) * kDay;
}

bool is_quiet(const Local& local, const survey::Hours& hours, Instant at) {
    const Span clock = local.clock(at);
    const bool after = clock >= hours.from, before = clock < hours.to;
    return hours.from < hours.to ? after && before : after || before;
}

// 1970 began on a Thursday.
bool is_day(const Local& local, std::uint32_t days, Instant at) {
    const std::int64_t day = local.day(at) + 3;
    return (days >> (day - floor_div(day, 7) * 7) & 1) != 0;
}

namespace {

// From one hour or midnight to the next, until the answer is another one; an offset that changes is a boundary, too.
// Without hours it is days that are asked about.
Instant turn(const Local& local, const survey::Hours* hours, std::uint32_t days, Instant at) {
    const auto answer = [&] { return hours != nullptr ? is_quiet(local, *hours, at) : is_day(local, days, at); };
    const bool before = answer();
    for (int steps = 0; steps < 64; ++steps) {
        const Span clock = local.clock(at);
        Span next = kDay - clock;
        if (hours != nullptr) {
            next = kDay;
            for (const Span hour : {hours->from, hours->to})
                next = std::min(next, hour - clock + (hour > clock ? 0 : kDay));
        }
        at = std::min(local.change_after(at), later(at, next));
        if (answer() != before) return at;
    }
    return at;  // a week of days that are all the same: asking again there is no mistake
}

}  // namespace

Instant quiet_turn(const Local& local, const survey::Hours& hours, Instant at) { return turn(local, &hours, 0, at); }

Instant day_turn(const Local& local, std::uint32_t days, Instant at) { return turn(local, nullptr, days, at); }

}  // namespace candor::decide
