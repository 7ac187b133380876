#include "simulate/visits.hpp"

#include <algorithm>

namespace candor::simulate {

namespace {

// People come between 7 and 23 o'clock. Time that passes while they are awake is what visits are drawn in.
constexpr Span kMorning = 7 * kHour;
constexpr Span kAwake = 16 * kHour;
constexpr double kAwakeShare = static_cast<double>(kAwake) / kDay;
constexpr Span kLongestVisit = 4 * kHour;
constexpr Span kShortestVisit = kSecond;

Instant instant_of(Instant start, double awake) {
    const auto at = static_cast<Span>(awake);
    return start + at / kAwake * kDay + kMorning + at % kAwake;
}

const Kind& kind_of(const Crowd& crowd, const Somebody& somebody) { return crowd.kinds()[somebody.segment]; }

}  // namespace

Visits::Visits(const Crowd& crowd, const Somebody& somebody, const Settings& settings)
    : kind_(kind_of(crowd, somebody)),
      course_(kind_.courses[static_cast<std::size_t>(somebody.band)]),
      times_(settings.seed, somebody.number, Stream::times),
      happenings_(settings.seed, somebody.number, Stream::happenings),
      start_(crowd.population().start),
      gap_(7 * static_cast<double>(kAwake) / somebody.visits_per_week) {
    const auto all = static_cast<double>(settings.days * kAwake);
    const double comes = somebody.comes * all;
    ends_ = somebody.stays > 0 ? std::min(all, comes + somebody.stays * kAwakeShare) : all;
    // Who comes anew is there; the others are met somewhere between two visits.
    at_ = comes + (somebody.newcomer ? 0 : gap_ * times_.exponential());
}

bool Visits::next(Visit& visit) {
    at_ = std::max(at_, free_);
    if (at_ >= ends_) return false;
    const double drawn = course_.visit_length * times_.exponential();
    const Span length = std::clamp(static_cast<Span>(std::min(drawn, 1e12)), kShortestVisit, kLongestVisit);
    visit.begins = instant_of(start_, at_);
    visit.ends = visit.begins + length;
    free_ = at_ + static_cast<double>(length);
    at_ += gap_ * times_.exponential();
    add_happenings(visit);
    return true;
}

void Visits::add_happenings(Visit& visit) {
    visit.happened.clear();
    visit.others = course_.others.draw(happenings_);
    const auto length = static_cast<double>(visit.ends - visit.begins);
    for (std::int64_t left = course_.watched.draw(happenings_); left > 0; --left) {
        Happened& happened = visit.happened.emplace_back();
        happened.at = visit.begins + static_cast<Span>(happenings_.unit() * length);
        happened.watched = static_cast<std::uint32_t>(course_.which.draw(happenings_));
    }
    if (visit.happened.size() > 1) std::sort(visit.happened.begin(), visit.happened.end());
}

}  // namespace candor::simulate
