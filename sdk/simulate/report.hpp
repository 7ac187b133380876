// What a simulation comes to: the figures that follow from its counts.
#pragma once

#include <cstdint>
#include <optional>

#include "base/list.hpp"
#include "base/nps.hpp"
#include "base/string.hpp"
#include "simulate/person.hpp"
#include "simulate/population.hpp"
#include "simulate/tally.hpp"
#include "survey/document.hpp"

namespace candor::simulate {

constexpr double kPrecise = 5;  // points to either side of the score

// How far one group's score lies from that of the group that it is a part of.
struct Bias {
    double points = 0;
    double chance = 0;  // so far 19 of 20 groups of that size would lie that are drawn by lot
};

// How often people were asked, each of them counted.
struct Burden {
    std::int64_t people = 0;  // asked at all
    double share = 0;         // of all people, percent
    std::int64_t prompts = 0;
    double mean = 0;                                    // prompts a person, over all people
    std::int64_t median = 0, most_of_95 = 0, most = 0;  // prompts of those who were asked; 19 of 20 had no more. From
                                                        // kMostPrompts on they are not told apart
    double per_day = 0;                                 // prompts
    std::int64_t peak = 0;                              // on one day
    std::int64_t peak_day = 0;                          // from 1; 0: none
};

// What the control share says, with nothing but what a collector sees.
struct ControlReport {
    Nps control = {};  // of the responses of those who were asked whatever the targeting says
    Nps targeted = {};
    Bias moved;  // targeted - control: what targeting does to the score; `chance` is of the 95 % interval of that
};

struct SurveyReport {
    String survey, wave;
    Burden burden;
    std::int64_t answered = 0;  // people
    double response_rate = 0;   // of the people asked, percent
    std::int64_t responses = 0, dismissed = 0, left_alone = 0, complete = 0, comments = 0;
    Nps measured = {};                                  // of the responses: what a collector says
    std::optional<double> asked_score, answered_score;  // what those people truly think; none: there are no such
    std::optional<Bias> selection;                      // asked - everybody
    std::optional<Bias> non_response;                   // who answered - asked
    std::optional<double> repeats;                      // measured - who answered: some answer several times
    std::optional<ControlReport> control;               // none: the survey has no control share, or an arm no answer
    double reach = 100;                                 // half the width of the 95 % interval
    std::optional<std::int64_t> precise_after;          // days until `reach` was kPrecise or less
    std::optional<double> precise_about;                // else: days at the pace of these
};

struct SegmentReport {
    String name;
    Nps truth = {};  // n: people
    std::int64_t asked = 0, answered = 0;
};

struct Report {
    String project, hash;
    std::int64_t revision = 0;
    Settings settings;
    Instant start = 0;
    Nps truth = {};  // what all people think
    std::int64_t visits = 0, sessions = 0, events = 0, watched = 0;
    Burden all;
    List<SurveyReport> surveys;
    List<SegmentReport> segments;
};

Report report_of(const survey::Document& document, const Population& population, const Settings& settings,
                 const Tally& tally);

// The score after each day, over all responses so far.
List<Nps> scores_by_day(const SurveyTally& tally);

// As JSON; docs/simulate.md has the fields.
String to_json(const Report& report, const Tally& tally);

}  // namespace candor::simulate
