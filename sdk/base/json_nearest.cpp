// What tools say of an unknown key. In a file of its own: an SDK in the field has no use for it.
#include <algorithm>

#include "base/json.hpp"
#include "base/order.hpp"
#include "base/text.hpp"

namespace candor::json {
namespace {

// How many single-letter changes lie between two keys.
std::uint32_t distance(std::string_view a, std::string_view b) {
    Indices row = counted(b.size() + 1);
    for (const char c : a) {
        std::uint32_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::uint32_t replaced = diagonal + (c == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min(replaced, std::min(row[j], diagonal) + 1);
        }
    }
    return row.back();
}

// The one of the parts that takes the fewest changes, of two the first.
std::string_view nearest(std::string_view key, std::string_view parts) {
    std::string_view found;
    std::uint32_t least = UINT32_MAX;
    while (!parts.empty()) {
        const std::string_view part = take_part(parts, '\n');
        const std::uint32_t changes = distance(key, part);
        if (changes >= least) continue;
        found = part;
        least = changes;
    }
    return found;
}

}  // namespace

String unknown_key_and_nearest(std::string_view key, std::string_view known) {
    String reason = unknown_key(key, known);
    if (known.empty() || key.size() > 64) return reason;
    return joined({reason, ", the nearest known one is \"", nearest(key, known), "\""});
}

}  // namespace candor::json
