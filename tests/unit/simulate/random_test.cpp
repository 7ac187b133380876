#include "simulate/random.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>
#include <vector>

using namespace candor;
using namespace candor::simulate;

namespace {

struct Moments {
    double mean = 0, variance = 0;
};

template <class Draw>
Moments moments(int many, const Draw& draw) {
    double sum = 0, squares = 0;
    for (int i = 0; i < many; ++i) {
        const auto value = static_cast<double>(draw());
        sum += value;
        squares += value * value;
    }
    const double mean = sum / many;
    return {mean, squares / many - mean * mean};
}

bool near(double value, double wanted, double tolerance) { return std::abs(value - wanted) <= tolerance; }

}  // namespace

TEST_CASE("random: bits are mixed as in the published construction") {
    // The first numbers of its generator for the seed 1234567.
    constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;
    CHECK(Random::mixed(1234567 + kStep) == 6457827717110365317u);
    CHECK(Random::mixed(1234567 + 2 * kStep) == 3203168211198807973u);
    CHECK(Random::mixed(1234567 + 3 * kStep) == 9817491932198370423u);
}

TEST_CASE("random: people, seeds and purposes have numbers of their own, the same each time") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        for (std::uint64_t person = 0; person < 50; ++person) {
            for (const Stream stream : {Stream::traits, Stream::times, Stream::happenings, Stream::responses}) {
                Random random(seed, person, stream);
                Random again(seed, person, stream);
                for (int i = 0; i < 100; ++i) {
                    const std::uint64_t number = random.next();
                    REQUIRE(seen.insert(number).second);
                    REQUIRE(again.next() == number);
                }
            }
        }
    }
}

TEST_CASE("random: numbers between 0 and 1, waits and the bell") {
    Random random(7, 0, Stream::traits);
    constexpr int kMany = 200'000;
    std::vector<int> tenths(10);
    for (int i = 0; i < kMany; ++i) {
        const double unit = random.unit();
        REQUIRE((unit >= 0 && unit < 1));
        ++tenths[static_cast<std::size_t>(unit * 10)];
    }
    for (const int tenth : tenths) CHECK(near(tenth, kMany / 10, 4 * std::sqrt(kMany * 0.09)));

    const Moments waits = moments(kMany, [&] { return random.exponential(); });
    CHECK(near(waits.mean, 1, 4 / std::sqrt(kMany)));
    CHECK(near(waits.variance, 1, 0.05));
    const Moments bell = moments(kMany, [&] { return random.normal(); });
    CHECK(near(bell.mean, 0, 4 / std::sqrt(kMany)));
    CHECK(near(bell.variance, 1, 0.03));
}

TEST_CASE("random: a lot keeps to its weights, and never draws what has none") {
    const Lot lot(List<double>{0, 3, 0, 1, 0});
    Random random(8, 0, Stream::traits);
    constexpr int kMany = 100'000;
    std::vector<int> drawn(5);
    for (int i = 0; i < kMany; ++i) ++drawn[lot.draw(random)];
    CHECK(drawn[0] == 0);
    CHECK(drawn[2] == 0);
    CHECK(drawn[4] == 0);
    CHECK(near(drawn[1], kMany * 0.75, 4 * std::sqrt(kMany * 0.1875)));
}

TEST_CASE("random: how often something happens follows Poisson's law, whatever the mean") {
    Random random(9, 0, Stream::traits);
    constexpr int kMany = 100'000;
    for (const double mean : {0.01, 0.25, 3.0, 15.9, 16.1, 40.0, 100.0}) {
        const Often often(mean);
        const Moments seen = moments(kMany, [&] { return often.draw(random); });
        CAPTURE(mean, seen.mean, seen.variance);
        CHECK(near(seen.mean, mean, 4 * std::sqrt(mean / kMany)));
        CHECK(near(seen.variance, mean, 0.03 * mean + 4 * std::sqrt(mean / kMany)));
    }
    const Often often(2);
    std::vector<int> times(40);
    for (int i = 0; i < kMany; ++i) ++times[static_cast<std::size_t>(often.draw(random))];
    double chance = std::exp(-2.0);
    for (int k = 0; k < 8; chance *= 2.0 / ++k) {
        CAPTURE(k);
        CHECK(near(times[static_cast<std::size_t>(k)], kMany * chance, 4 * std::sqrt(kMany * chance)));
    }
    CHECK(Often().draw(random) == 0);
    CHECK(Often(0).draw(random) == 0);
}
