// Conditions evaluated. Internal to the layer.
#pragma once

#include "decide/decide.hpp"

namespace candor::decide {

// What a test came to. A value that is missing passes where that is what was asked for.
enum class Outcome : std::uint8_t { unknown, no, yes, missing, missing_passes, wrong_type };

// Where conditions find their values: by slot, but for properties, which are looked up.
struct Values {
    const Prepared& prepared;
    const Seen* slots = nullptr;
    const json::Members* properties = nullptr;
    Instant now = 0;
    Outcome* outcomes = nullptr;  // of the leaves, as far as known; null: none is remembered
};

// Of all slots of the document.
List<Seen> seen(const Prepared& prepared, const history::Person& person, const Situation& situation);
Seen seen(const Leaf& leaf, const Values& values);
Seen seen(const json::Value& value);

// Why a test failed: the value is there and another one, is missing, or is of a type that the test is not for.
enum class Failing : std::uint8_t { compared, missing, wrong_type };

// The test that settled a condition, and what it came to.
struct Settled {
    std::uint32_t node = 0;
    Outcome outcome = Outcome::yes;
    Failing failing() const;
};
bool passes(std::uint32_t node, const Values& values, Settled& settled);

// The first instant after now at which time alone could change what the condition comes to; kNever if none.
Instant next_turn(std::uint32_t node, const Values& values);

}  // namespace candor::decide
