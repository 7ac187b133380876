#include "base/ids.hpp"

#include <algorithm>

namespace candor {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool is_dash(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

String uuid_v7(Instant now, const RandomBytes& random) {
    const auto ms = static_cast<std::uint64_t>(std::max<Instant>(now, 0));
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i) {
        bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i) & 0xff);
    }
    std::copy(random.begin(), random.end(), bytes.begin() + 6);
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));  // version 7
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));  // the variant of RFC 9562

    String out;
    out.reserve(36);
    for (const std::uint8_t byte : bytes) {
        if (is_dash(out.size())) out += '-';
        out += kHex[byte >> 4];
        out += kHex[byte & 0xf];
    }
    return out;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash(i) ? text[i] != '-' : !is_hex(text[i])) return false;
    }
    return true;
}

}  // namespace candor
