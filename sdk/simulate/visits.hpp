// When somebody is there, and what happens then: one visit after the other, each made when it is asked for.
#pragma once

#include <cstdint>

#include "base/list.hpp"
#include "base/time.hpp"
#include "simulate/person.hpp"

namespace candor::simulate {

struct Happened {
    Instant at = 0;
    std::uint32_t watched = 0;  // index in the kind's
    bool operator<(const Happened& other) const { return at != other.at ? at < other.at : watched < other.watched; }
};

struct Visit {
    Instant begins = 0;
    Instant ends = 0;
    List<Happened> happened;  // in their order
    std::int64_t others = 0;
};

// The crowd must outlive it.
class Visits {
public:
    Visits(const Crowd& crowd, const Somebody& somebody, const Settings& settings);

    // False: there are none any more.
    bool next(Visit& visit);

private:
    const Kind& kind_;
    const Course& course_;
    Random times_;
    Random happenings_;
    Instant start_;
    double gap_;       // ms awake, on average, from one beginning to the next
    double at_;        // of the next beginning, in ms awake since the start
    double free_ = 0;  // when the visit before has ended, likewise
    double ends_;      // of it all, likewise

    void add_happenings(Visit& visit);
};

}  // namespace candor::simulate
