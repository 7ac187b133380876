// What the responses come to, per survey and wave. No score without its n and its interval.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/nps.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "collector/sqlite.hpp"

namespace candor::collector {

struct Comment {
    std::optional<std::int64_t> score;
    std::string text;
    Instant at = 0;
    std::string locale;
    std::string platform;
    bool complete = false;
};

// How many responses share a wording or a presentation; `what` is JSON.
struct Share {
    std::string what;
    std::int64_t n = 0;
};

// What was answered to a question other than the recommendation or a text.
struct QuestionSummary {
    std::string question;
    std::string type;
    std::int64_t n = 0;                          // responses that answer it
    std::map<std::string, std::int64_t> counts;  // of each score, or of each choice
};

// One wave of one survey. All but `test` and `exposures` is of responses that are no tests.
struct WaveSummary {
    std::string project;
    std::string survey;
    std::string wave;
    std::string kind;
    ScoreCounts counts{};
    std::int64_t responses = 0;  // with or without a score
    std::int64_t complete = 0;
    std::int64_t test = 0;
    std::int64_t persons_answered = 0;              // distinct persons with an answer
    std::map<std::string, std::int64_t> exposures;  // persons by the furthest state
    std::map<std::string, std::int64_t> moments;    // of a transactional survey, likewise
    std::optional<Instant> last_answer;
    std::vector<Share> wordings;
    std::vector<Share> presentations;
    std::vector<QuestionSummary> questions;  // by id and type
    std::vector<Comment> comments;           // newest first
};

struct DroppedCount {
    std::string project;
    std::string kind;
    std::string reason;
    std::int64_t count = 0;
};

struct Summary {
    std::vector<WaveSummary> waves;  // by project, survey and wave
    std::vector<DroppedCount> dropped;
};

// Names the state of the data: equal names, equal summaries.
Result<std::string> read_state(Connection& connection);

// All of it from one state of the data.
Result<Summary> read_summary(Connection& connection, std::int64_t comment_limit);

// Persons who saw the card, whatever they then did.
std::int64_t persons_shown(const WaveSummary& wave);

json::Value to_json(const Summary& summary);

}  // namespace candor::collector
