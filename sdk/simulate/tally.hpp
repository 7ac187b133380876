// What a simulation counts: whole numbers only, so that the order of people and rounding do not matter. Its size
// depends on the days and the surveys, and not on the people.
#pragma once

#include <array>
#include <cstdint>

#include "base/list.hpp"
#include "base/nps.hpp"
#include "simulate/population.hpp"

namespace candor::simulate {

constexpr std::size_t kMostPrompts = 50;  // of one person that are told apart; the last counts these and more

enum class Outcome { answered, dismissed, left_alone };

// Of one survey, or of all of them together.
struct SurveyTally {
    // Of people, each counted once, with what they truly think.
    ScoreCounts asked = {};
    ScoreCounts answered = {};
    List<std::int64_t> people_by_prompts;  // how many were asked so often

    // Of prompts.
    std::int64_t prompts = 0;
    std::array<std::int64_t, 3> outcomes = {};  // by Outcome
    std::int64_t complete = 0;                  // answers that left no question open
    std::int64_t comments = 0;                  // texts
    ScoreCounts responses = {};                 // what was given: all that a collector would see
    ScoreCounts control = {};                   // of which those of the control share

    // By the days.
    List<std::int64_t> prompts_on;
    List<ScoreCounts> responses_on;
};

struct SegmentTally {
    ScoreCounts people = {};  // what they truly think
    std::int64_t asked = 0;
    std::int64_t answered = 0;
};

struct Tally {
    ScoreCounts people = {};  // what they truly think
    std::int64_t visits = 0;
    std::int64_t sessions = 0;
    std::int64_t events = 0;   // and screens, all that happened
    std::int64_t watched = 0;  // of which those that some survey waits for
    SurveyTally all;
    List<SurveyTally> surveys;    // by the document's
    List<SegmentTally> segments;  // by the population's
};

// How often each person was asked and has answered, while they live. Writes what it sees into the tally.
class Diary {
public:
    Diary(Tally& tally, std::size_t surveys, std::size_t segments, std::int64_t days);

    void begin(int opinion, std::size_t segment);
    void shown(std::size_t survey, std::int64_t day);
    void closed(std::size_t survey, Outcome outcome);
    // With the outcome "answered": what was given.
    struct Given {
        int score = 0;
        bool control = false;  // asked for the control share
        bool complete = false;
        std::int64_t comments = 0;
    };
    void gave(std::size_t survey, std::int64_t day, const Given& given);
    void end();

    Tally& tally() { return tally_; }

private:
    struct Count {
        std::size_t prompts = 0;
        bool answered = false;
    };

    Tally& tally_;
    std::int64_t last_day_;
    List<Count> counts_;  // by the surveys, and behind them of all
    std::size_t opinion_ = 0;
    std::size_t segment_ = 0;

    std::size_t day_of(std::int64_t day) const;
};

std::int64_t sum(const ScoreCounts& counts);

}  // namespace candor::simulate
