#include "outbox/damage.hpp"

#include <charconv>

#include "base/text.hpp"

namespace candor::outbox {

Lost read_lost(std::string_view record) {
    Lost lost{};
    const char* at = record.data();
    const char* const end = at + record.size();
    for (std::int64_t& count : lost) {
        const auto [stopped, error] = std::from_chars(at, end, count);
        if (error != std::errc() || count < 0) return {};
        at = stopped < end ? stopped + 1 : end;
    }
    return lost;
}

String write_lost(const Lost& lost) {
    String record;
    for (const std::int64_t count : lost) {
        if (!record.empty()) record += ' ';
        record += digits(count);
    }
    return record;
}

}  // namespace candor::outbox
