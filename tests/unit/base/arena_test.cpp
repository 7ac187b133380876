// Memory that is given back all at once, and rounding.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "base/arena.hpp"
#include "base/floats.hpp"

using candor::Arena;
using candor::clamped;
using candor::larger;
using candor::rounded;
using candor::smaller;

TEST_CASE("what an arena gives is whole, apart, aligned, and stays when the arena moves") {
    Arena arena;
    std::string long_text(9000, 'x');
    const std::string_view first = arena.keep("first"), large = arena.keep(long_text), none = arena.keep("");
    const std::string_view joined = arena.joined({"score", "/", "", "9"});
    const auto numbers = arena.array<std::uint64_t>(1000);
    for (std::uint64_t& number : numbers) {
        CHECK(number == 0);
        number = 7;
    }
    CHECK(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::max_align_t) == 0);
    Arena moved = std::move(arena);
    Arena other;
    other.keep("gone");
    other = std::move(moved);
    long_text.clear();
    CHECK(first == "first");
    CHECK(large == std::string(9000, 'x'));
    CHECK(none.empty());
    CHECK(joined == "score/9");
    CHECK(std::string(joined.data()) == joined);
    CHECK(numbers[999] == 7);
    CHECK(moved.array<int>(0).empty());
    CHECK(moved.keep("again") == "again");
}

TEST_CASE("rounding is std::round") {
    for (float value : {0.0f, 0.25f, 0.5f, 0.49999997f, 0.50000006f, 1.5f, 2.5f, 1e6f + 0.5f, 8388607.5f, 8388609.0f,
                        1e30f, INFINITY}) {
        CHECK(rounded(value) == std::round(value));
        CHECK(rounded(-value) == std::round(-value));
    }
}

TEST_CASE("the larger, the smaller, and what lies between") {
    CHECK(larger(1, 2) == 2);
    CHECK(larger(2, -1) == 2);
    CHECK(smaller(1, 2) == 1);
    CHECK(smaller(2, -1) == -1);
    CHECK(clamped(5, 1, 3) == 3);
    CHECK(clamped(-5, 1, 3) == 1);
    CHECK(clamped(2, 1, 3) == 2);
}
