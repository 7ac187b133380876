// That buckets are spread evenly, and that those of one person have nothing to do with each other.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/sha256.hpp"

using namespace candor;

namespace {

constexpr int kUnits = 1'000'000;
constexpr int kCells = 100;

using Counts = std::array<int, kCells>;

// How far the counts are from even ones, in standard deviations of the chi-squared distribution of 99 degrees.
double unevenness(const Counts& counts) {
    constexpr double kExpected = double{kUnits} / kCells;
    double sum = 0;
    for (const int count : counts) sum += (count - kExpected) * (count - kExpected) / kExpected;
    return (sum - (kCells - 1)) / 14.07;  // the root of twice the degrees
}

// 100 cells of both: the tenth of one, and that of the other.
double dependence(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    Counts counts{};
    for (std::size_t i = 0; i < a.size(); ++i) ++counts[a[i] / 10'000 * 10 + b[i] / 10'000];
    return unevenness(counts);
}

std::vector<std::uint32_t> buckets(std::string_view salt, std::string_view purpose, const std::string& prefix) {
    std::vector<std::uint32_t> all;
    all.reserve(kUnits);
    for (int i = 0; i < kUnits; ++i) all.push_back(bucket(salt, purpose, prefix + std::to_string(i)));
    return all;
}

}  // namespace

TEST_CASE("buckets: a million units are spread evenly, for each purpose and independently of the others") {
    // What is computed is always the same: five standard deviations are a bound, and no matter of luck.
    constexpr double kFar = 5;
    const auto sample = buckets("relationship.2026-q4", "sample", "user-");
    const auto control = buckets("relationship.2026-q4", "control", "user-");
    const auto phase = buckets("relationship.2026-q4", "phase", "user-");
    const auto next_wave = buckets("relationship.2027-q1", "sample", "user-");
    const std::vector<std::uint32_t>* all[] = {&sample, &control, &phase, &next_wave};
    for (const auto* a : all) {
        Counts hundredths{}, last{};
        for (const std::uint32_t place : *a) {
            REQUIRE(place < 100'000);
            ++hundredths[place / 1000];
            ++last[place % 100];
        }
        CHECK(unevenness(hundredths) < kFar);
        CHECK(unevenness(last) < kFar);
        for (const auto* b : all) {
            if (a < b) CHECK(dependence(*a, *b) < kFar);
        }
    }
    // What the test sees when there is something to see.
    CHECK(dependence(sample, sample) > 1000);
    Counts lopsided{};
    for (const std::uint32_t place : sample) ++lopsided[place < 1000 && place % 2 == 0 ? 1 : place / 1000];
    CHECK(unevenness(lopsided) > 100);
}
