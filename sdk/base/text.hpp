// Texts put together: one call, and no half-made text in between. On the web each temporary string costs its making and
// its end in code, so sentences are joined here and not with '+'.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace candor {

std::string joined(std::initializer_list<std::string_view> parts);

// The decimal digits of a whole number, with '-' where it is negative.
std::string digits(std::int64_t number);

}  // namespace candor
