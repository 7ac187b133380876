#include "simulate/random.hpp"

#include <algorithm>
#include <cmath>

namespace candor::simulate {

namespace {

constexpr double kMostPart = 16;
constexpr int kMostTimes = 100;  // in a part: more have no chance that a number could hold
constexpr double kTwoPi = 6.283185307179586;

// The first item whose sum is greater than a number of chance; the last one when rounding left none.
std::size_t find(const List<double>& sums, double at) {
    const double* found = std::upper_bound(sums.begin(), sums.end(), at);
    return static_cast<std::size_t>(std::min(found, sums.end() - 1) - sums.begin());
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t person, Stream stream)
    : counter_(mixed(mixed(mixed(seed + kStep) ^ person) + kStep * static_cast<std::uint64_t>(stream))) {}

double Random::exponential() { return -std::log(1 - unit()); }

double Random::normal() {
    const double reach = std::sqrt(2 * exponential());
    return reach * std::cos(kTwoPi * unit());
}

Lot::Lot(const List<double>& weights) {
    double sum = 0;
    for (const double weight : weights) upto_.push_back(sum += weight);
    for (double& upto : upto_) upto /= sum;
}

std::size_t Lot::draw(Random& random) const { return find(upto_, random.unit()); }

Often::Often(double mean) {
    if (mean <= 0) return;
    parts_ = static_cast<std::int64_t>(std::ceil(mean / kMostPart));
    const double part = mean / static_cast<double>(parts_);
    double chance = std::exp(-part);
    double sum = 0;
    for (int times = 1; times <= kMostTimes && sum < 1; ++times) {
        upto_.push_back(sum += chance);
        chance *= part / times;
    }
}

std::int64_t Often::draw(Random& random) const {
    std::int64_t times = 0;
    for (std::int64_t part = 0; part < parts_; ++part) times += static_cast<std::int64_t>(find(upto_, random.unit()));
    return times;
}

}  // namespace candor::simulate
