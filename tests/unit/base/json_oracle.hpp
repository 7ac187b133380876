// What others say of the same text and the same number: nlohmann/json reads, the C++ library writes. Natively only.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace candor::testing {

// In which way base/json and nlohmann/json differ about a text: one takes it and the other does not, or the values are
// not the same, down to their types, their order and the bits of each double. "" when they agree.
//
// What base/json refuses on purpose and the other does not is asked of the text itself, in the way of the other: a byte
// order mark, a zero byte (the other takes it for the end), a key that comes twice in one object (the other keeps one),
// and what is over the limits: bytes, depth, bytes of one string, values. There is no other difference.
std::string disagreement(std::string_view text, const json::Limits& limits);

// A finite double as JavaScript writes it, from std::to_chars.
std::string expected_number_text(double number);

// Why a text of that value is not what json.hpp promises of dump; "" when it is.
std::string flaw_of_dump(const json::Value& value);

}  // namespace candor::testing
