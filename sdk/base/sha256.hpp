// SHA-256 (FIPS 180-4), for sampling buckets and content hashes; not for secrets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/string.hpp"

namespace candor {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);

// The first `digits` lower-case hex digits (at most 64).
String sha256_hex(std::string_view bytes, std::size_t digits = 64);

// The blueprint's bucket: first 13 hex digits (52 bits) of SHA-256 over salt + ":" + purpose + "." + unit, modulo
// 100,000. Exact in a signed 64-bit integer, in a double, and in SQL.
std::uint32_t bucket(std::string_view salt, std::string_view purpose, std::string_view unit);

}  // namespace candor
