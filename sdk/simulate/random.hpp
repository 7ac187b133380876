// Chance that is the same everywhere: numbers that follow from the seed, a person's number and what they are for, and
// from nothing else. So no person depends on how many others there are or in which order they come, and no choice of
// theirs on how many numbers another one took: with another document the same people still come at the same hours.
// The standard library's distributions differ from one platform to the next; these here do not, as far as its logarithm
// and cosine do not.
#pragma once

#include <cstdint>
#include <limits>

#include "base/list.hpp"

namespace candor::simulate {

// What a person's numbers are for.
enum class Stream : std::uint64_t { traits = 1, times, happenings, responses };

class Random {
public:
    Random(std::uint64_t seed, std::uint64_t person, Stream stream);

    // 64 bits: a counter that goes on by an odd number and so passes every value, each well mixed (Steele, Lea and
    // Flood 2014 describe the construction).
    std::uint64_t next() { return mixed(counter_ += kStep); }
    // From 0 up to but not including 1, in steps of 2^-53.
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    double exponential();  // of mean 1
    double normal();       // of mean 0 and deviation 1

    static std::uint64_t mixed(std::uint64_t bits) {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
        return bits ^ (bits >> 31);
    }

private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;
    std::uint64_t counter_;
};

// One of several by their weights, which are not negative and not all 0. One number of chance a draw.
class Lot {
public:
    Lot() = default;
    explicit Lot(const List<double>& weights);
    std::size_t draw(Random& random) const;

private:
    List<double> upto_;  // the share of an item and those before it
};

// How often something happens that happens `mean` times on average, each time on its own account: Poisson's law. Costs
// one number of chance for each 16 of the mean.
class Often {
public:
    Often() = default;
    explicit Often(double mean);
    std::int64_t draw(Random& random) const;

private:
    std::int64_t parts_ = 0;  // of at most 16 each, for more of which the sums below would lose their digits
    List<double> upto_;       // the chance of so many or fewer in a part
};

}  // namespace candor::simulate
