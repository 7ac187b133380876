// Numbers as JSON has them, in and out, without printf, strtod or a locale: one small and exact piece of code for every
// platform. Within base/json only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace candor::json {

// The value of a number in JSON's grammar: an integer where it is written as one and 64 bits hold it, else the nearest
// double, of two the even one. Null when no double is large enough.
Value read_number(std::string_view text);

}  // namespace candor::json
