#include "base/text.hpp"

#include <algorithm>

namespace candor {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) out += part;
    return out;
}

std::string digits(std::int64_t number) {
    std::string out;
    const bool negative = number < 0;
    auto size = static_cast<std::uint64_t>(number);
    if (negative) size = 0 - size;
    do out += static_cast<char>('0' + size % 10);
    while ((size /= 10) != 0);
    if (negative) out += '-';
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace candor
