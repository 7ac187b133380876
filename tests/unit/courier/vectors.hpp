// Reading of tests/conformance.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "base/json.hpp"
#include "courier/retry.hpp"

namespace candor::test {

inline json::Array vectors(const std::string& name) {
    std::ifstream file(CANDOR_TESTS_DIR "/conformance/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto value = json::parse(text);
    if (!value) FAIL(name << ": " << describe(value.error()));
    REQUIRE(value->find("vectors") != nullptr);
    return value->find("vectors")->array();
}

inline courier::Outcome outcome(const std::string& name) {
    using courier::Outcome;
    constexpr std::pair<const char*, Outcome> kNames[] = {
        {"delivered", Outcome::delivered},       {"partial", Outcome::partial},
        {"unreachable", Outcome::unreachable},   {"busy", Outcome::busy},
        {"too_large", Outcome::too_large},       {"poisoned", Outcome::poisoned},
        {"unauthorized", Outcome::unauthorized}, {"gone", Outcome::gone}};
    for (const auto& [known, value] : kNames) {
        if (name == known) return value;
    }
    FAIL("no outcome is called " << name);
    return Outcome::unreachable;
}

inline std::optional<Span> optional_span(const json::Value* value) {
    return value != nullptr ? std::optional(value->integer()) : std::nullopt;
}

}  // namespace candor::test
