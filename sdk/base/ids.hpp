// UUIDv7 (RFC 9562): time-ordered ids whose chance is handed in, so that ids are as testable as everything else.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/string.hpp"
#include "base/time.hpp"

namespace candor {

using RandomBytes = std::array<std::uint8_t, 10>;

// The 36-character lower-case form. Instants before 1970 count as 1970.
String uuid_v7(Instant now, const RandomBytes& random);

// Whether text is a UUID in the 36-character form, of any version, lower or upper case.
bool is_uuid(std::string_view text);

}  // namespace candor
