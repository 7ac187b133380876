// The Net Promoter Score of a sample, and how far it may be trusted.
#pragma once

#include <array>
#include <cstdint>

namespace candor {

using ScoreCounts = std::array<std::int64_t, 11>;  // how often each score 0..10 was given

enum class Band { detractor, passive, promoter };

// 0-6, 7-8, 9-10.
Band band_of(int score);

struct Nps {
    std::int64_t n;
    std::int64_t promoters;
    std::int64_t passives;
    std::int64_t detractors;
    double score;  // percent promoters - percent detractors, -100..100; meaningless when n is 0
    double low;    // 95 % interval, clamped to -100..100; the whole scale when n is 0
    double high;
};

// Adjusted Wald interval for NPS (Rocks 2016): three made-up answers are added, three quarters of one to promoters and
// to detractors each and the rest to passives, then the usual Wald interval around the adjusted difference.
Nps nps(const ScoreCounts& counts);

}  // namespace candor
