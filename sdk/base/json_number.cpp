// Decimal digits as they are read, and whole numbers of them. Doubles are json_double.cpp's.
#include "base/json_number.hpp"

#include <cstddef>

namespace candor::json {
namespace {

// A double lies halfway between two others in at most 767 digits: what follows 800 can only break a tie.
constexpr std::size_t kMostDigits = 800;

}  // namespace

std::uint64_t value_of(std::string_view digits) {
    std::uint64_t value = 0;
    for (const char digit : digits) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    return value;
}

void Decimal::add(char digit) {
    if (digits.size() == kMostDigits) {
        ++exponent;
        if (digit != '0') digits.back() |= 1;  // more than it says, and less than the next
    } else if (digit != '0' || !digits.empty()) {
        digits += digit;
    }
}

bool whole_number(const Decimal& decimal, bool minus, std::int64_t& out) {
    if (decimal.digits.size() > 19) return false;
    const std::uint64_t size = value_of(decimal.digits);
    const std::uint64_t most = std::uint64_t{1} << 63;
    out = static_cast<std::int64_t>(minus ? 0 - size : size);
    return size < most || (minus && size == most);
}

}  // namespace candor::json
