#include "outbox/store.hpp"

#include <algorithm>

namespace candor::outbox {

std::string_view kind_name(EventKind kind) {
    switch (kind) {
        case EventKind::answer: return "answer";
        case EventKind::control: return "control";
        case EventKind::exposure: return "exposure";
        case EventKind::other: break;
    }
    return "other";
}

bool is_due(Instant hold_until, Instant now) { return hold_until <= now || hold_until > later(now, kLongestHold); }

const std::string* State::find(std::string_view key) const {
    const auto found = std::lower_bound(records.begin(), records.end(), key,
                                        [](const Record& r, std::string_view k) { return r.key < k; });
    return found != records.end() && found->key == key ? &found->value : nullptr;
}

}  // namespace candor::outbox
