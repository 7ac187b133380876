// A population made ready for drawing people from it, one by one. Who somebody is follows from the seed and their
// number alone.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "decide/decide.hpp"
#include "simulate/population.hpp"
#include "simulate/random.hpp"

namespace candor::simulate {

struct Settings {
    std::int64_t people = 0;  // from 1
    std::int64_t days = 0;    // from 1
    std::uint64_t seed = 0;
    Span length() const { return days * kDay; }
};

// A moment that some survey waits for.
struct Watched {
    decide::MomentKind kind = decide::MomentKind::event;
    std::string_view name;
};

// What people of one segment and one band do.
struct Course {
    double visits_per_week = 0;
    double visit_length = 0;  // ms on average, as is the next
    double stay = 0;          // 0: for good
    Often watched;
    Lot which;     // of the segment's `watched`
    Often others;  // whatever else happens in a visit: nobody waits for it, so it is counted and not told one by one
};

struct Kind {
    const Segment* segment = nullptr;
    Lot opinion;
    List<Lot> attributes;
    List<Lot> context;
    List<Watched> watched;
    std::array<Course, kBands> courses;
};

// Immutable. Population and document must outlive it.
class Crowd {
public:
    Crowd(const Population& population, const decide::Prepared& prepared);

    const Population& population() const { return population_; }
    const List<Kind>& kinds() const { return kinds_; }
    std::size_t draw_kind(Random& random) const { return lot_.draw(random); }

private:
    const Population& population_;
    List<Kind> kinds_;  // by the segments
    Lot lot_;
};

struct Somebody {
    std::uint64_t number = 0;
    std::size_t segment = 0;
    int opinion = 0;
    Band band = Band::detractor;
    String id;
    json::Members attributes;
    json::Members context;
    double visits_per_week = 0;
    bool newcomer = false;
    double comes = 0;  // as a share of the simulated time
    double stays = 0;  // ms from then on; 0: for good
};

Somebody draw(const Crowd& crowd, std::uint64_t seed, std::uint64_t number);

}  // namespace candor::simulate
