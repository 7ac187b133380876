#include "base/nps.hpp"

#include <algorithm>
#include <cmath>

namespace candor {

Band band_of(int score) {
    if (score >= 9) return Band::promoter;
    return score >= 7 ? Band::passive : Band::detractor;
}

Nps nps(const ScoreCounts& counts) {
    Nps out{0, 0, 0, 0, 0, -100, 100};
    for (std::size_t score = 0; score < counts.size(); ++score) {
        const Band band = band_of(static_cast<int>(score));
        (band == Band::promoter  ? out.promoters
         : band == Band::passive ? out.passives
                                 : out.detractors) += counts[score];
    }
    out.n = out.promoters + out.passives + out.detractors;
    if (out.n <= 0) return out;

    const auto n = static_cast<double>(out.n);
    const auto promoters = static_cast<double>(out.promoters);
    const auto detractors = static_cast<double>(out.detractors);
    out.score = 100 * (promoters - detractors) / n;

    constexpr double kZ = 1.959963984540054;  // of 95 %, two-sided
    const double p = (promoters + 0.75) / (n + 3);
    const double d = (detractors + 0.75) / (n + 3);
    const double middle = p - d;
    const double reach = kZ * std::sqrt((p + d - middle * middle) / (n + 3));
    out.low = std::max(-100.0, 100 * (middle - reach));
    out.high = std::min(100.0, 100 * (middle + reach));
    return out;
}

}  // namespace candor
