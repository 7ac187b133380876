// Numbers as JSON has them, in and out, without printf, strtod or a locale: one small and exact piece of code for every
// platform. Within base/json only.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/string.hpp"

namespace candor::json {

// digits x 10^exponent, for digits of any number. Those have no zero in front, and end after 800.
struct Decimal {
    String digits;
    std::int64_t exponent = 0;

    void add(char digit);
};

// Of no more than 19 digits.
std::uint64_t value_of(std::string_view digits);

// Whether the digits are an integer of 64 bits, which then is `out`.
bool whole_number(const Decimal& decimal, bool minus, std::int64_t& out);

// json_double.cpp: the nearest double, of two the even one; infinity when none is large enough.
double to_double(const Decimal& decimal);

}  // namespace candor::json
