// Local time as the C library has it, which knows the machine's zone and its rules.
#include <ctime>

#include "candor/desktop.h"

namespace {

constexpr int64_t kDay = 86'400;     // s
constexpr int64_t kLookAhead = 400;  // days, as candor_context has them

int32_t minutes_at(int64_t seconds) {
    const auto time = static_cast<time_t>(seconds);
    tm local{};
    if (localtime_r(&time, &local) == nullptr) return 0;
    return static_cast<int32_t>(local.tm_gmtoff / 60);
}

// The first second after `before` at which the offset is that of `after`, which differ.
int64_t change_between(int64_t before, int64_t after) {
    while (after - before > 1) {
        const int64_t middle = before + (after - before) / 2;
        (minutes_at(middle) == minutes_at(before) ? before : after) = middle;
    }
    return after;
}

}  // namespace

size_t candor_desktop_offsets(int64_t now, candor_offset* offsets, size_t room) {
    const int64_t start = now / 1000 - (now % 1000 < 0 ? 1 : 0);
    size_t count = 0;
    const auto add = [&](int64_t from, int32_t minutes) {
        if (count < room) offsets[count] = {from, minutes};
        ++count;
    };
    tzset();
    add(now, minutes_at(start));
    for (int64_t day = 0; day < kLookAhead; ++day) {
        const int64_t before = start + day * kDay, after = before + kDay;
        if (minutes_at(before) == minutes_at(after)) continue;
        add(change_between(before, after) * 1000, minutes_at(after));
    }
    return count < room ? count : room;
}

candor_status candor_desktop_local_time(candor_client client, int64_t now) {
    candor_offset offsets[16];
    candor_context context = CANDOR_CONTEXT_INIT;
    context.offsets = offsets;
    context.offset_count = candor_desktop_offsets(now, offsets, sizeof offsets / sizeof *offsets);
    return candor_set_context(client, &context);
}
