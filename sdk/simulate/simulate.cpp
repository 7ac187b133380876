#include "simulate/simulate.hpp"

#include <utility>

#include "simulate/life.hpp"

namespace candor::simulate {

Result<Tally> simulate(const decide::Prepared& prepared, const Population& population, const Settings& settings,
                       const Progress& progress) {
    constexpr std::int64_t kTellEvery = 10;
    Tally tally;
    Diary diary(tally, prepared.document().surveys.size(), population.segments.size(), settings.days);
    const Crowd crowd(population, prepared);
    Life life(crowd, prepared, settings, diary);
    for (std::int64_t number = 0; number < settings.people; ++number) {
        if (auto error = life.live(static_cast<std::uint64_t>(number))) return tl::unexpected<Error>(*std::move(error));
        if (progress.tell != nullptr && (number + 1) % kTellEvery == 0) progress.tell(progress.context, number + 1);
    }
    return tally;
}

}  // namespace candor::simulate
