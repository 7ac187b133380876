// Whom a simulation is about: what people are like, how often they come, what they do and how they answer. Values, read
// from a JSON file whose fields docs/simulate.md explains.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/nps.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "base/time.hpp"
#include "survey/document.hpp"

namespace candor::simulate {

constexpr std::size_t kScores = std::tuple_size_v<ScoreCounts>;
constexpr std::size_t kBands = 3;
constexpr double kMostPerWeek = 500;  // visits of the keenest person

// A number that may depend on what a person thinks, by Band.
struct Banded {
    std::array<double, kBands> by_band = {};

    Banded() = default;
    Banded(double all) : by_band{all, all, all} {}
    Banded(double detractor, double passive, double promoter) : by_band{detractor, passive, promoter} {}
    double of(Band band) const { return by_band[static_cast<std::size_t>(band)]; }
    bool operator==(const Banded&) const = default;
};

// One value of several by their weights, or a whole number of a range.
struct Attribute {
    String name;
    List<json::Value> values;
    List<double> weights;  // of the values; with a range there are none
    std::int64_t from = 0, to = 0;
    bool operator==(const Attribute&) const = default;
};

// Something that the host tells by its name: an event or a screen.
struct Happening {
    bool screen = false;
    String name;
    Banded per_visit;  // how often on average
    bool operator==(const Happening&) const = default;
};

// How prompts are met, in percent of those shown; what is neither answered nor dismissed is left alone.
struct Response {
    Banded answer, dismiss;
    Banded comment;  // of text questions asked
    Banded seconds;  // on average until the answer or dismissal
    bool operator==(const Response&) const = default;
};

// People of one kind.
struct Segment {
    String name;
    double share = 1;  // as a weight
    List<Attribute> attributes;
    List<Attribute> context;                   // what Candor knows of the device: texts, by the names of conditions
    std::array<double, kScores> opinion = {};  // weights of what they truly think
    Banded visits_per_week;
    double visits_spread = 0;  // how unlike each other they are in that: the deviation of its logarithm
    Banded visit_minutes;      // on average
    Banded stay_days;          // on average until they leave for good; 0: they stay
    List<Happening> happenings;
    Banded others_per_visit;  // happenings without a name that matters
    Response response;
    bool operator==(const Segment&) const = default;
};

struct Population {
    Instant start = 0;
    double newcomers = 0;    // percent of the people who are not there from the start, but come one after another
    List<Segment> segments;  // at least one
    bool operator==(const Population&) const = default;
};

// Keen, regular and occasional users who meet with the events and screens that the document's triggers name.
Population default_population(const survey::Document& document);

// Read strictly: the first fault is the error, and names its path. What the file leaves out is as in the default
// population, but for the segments: without any, all people are of one kind.
Result<Population> read_population(std::string_view text, const survey::Document& document);

}  // namespace candor::simulate
