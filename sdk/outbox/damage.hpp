// What damage to the file has cost, so that it is not lost in silence. Natively only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "outbox/store.hpp"

namespace candor::outbox {

// The record under which the SQLite store notes it until somebody has reported and erased it.
inline constexpr std::string_view kDamagedRecord = "damaged";

// Whether they said no is kept twice by the SQLite store: as this record, and as an empty file beside the database, so
// that no damage turns a no into silence. See docs/decisions/0014.
inline constexpr std::string_view kDeniedRecord = "denied";

// How many events of each kind, by its number. What cannot be told counts as `other`.
using Lost = std::array<std::int64_t, 4>;

// Nothing lost, if the record cannot be read.
Lost read_lost(std::string_view record);
String write_lost(const Lost& lost);

}  // namespace candor::outbox
