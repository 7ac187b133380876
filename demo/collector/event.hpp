// What arrives: bytes to events (docs/wire.md). Each event stands for itself, so that one malformed event costs no
// other. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace candor::collector {

// One revision of a submission. What the summary asks for is taken out, the rest stays in `data`.
struct Response {
    std::string submission;  // lower case
    std::int64_t revision = 0;
    std::string person;
    std::string survey;
    std::string kind;
    std::string wave;
    std::string touchpoint;
    std::optional<int> score;
    std::string comment;       // all texts, a line each; empty when there is none
    std::string wording;       // JSON with the keys in one order, so that equal ones are equal text
    std::string presentation;  // likewise
    std::string locale;        // of the wording
    std::string platform;
    bool complete = false;
    bool test = false;
    std::string data;  // the event's data as JSON, unknown fields included
};

// Differences by state: of persons, and of a transactional survey's moments.
struct Exposure {
    std::string survey;
    std::string kind;
    std::string wave;
    std::string touchpoint;
    std::string day;
    std::map<std::string, std::int64_t> changes;
    std::map<std::string, std::int64_t> moments;
};

struct Dropped {
    std::string kind;
    std::string reason;
    std::int64_t count = 0;
};

struct Deletion {
    std::vector<std::string> submissions;  // lower case
};

struct Event {
    std::string id;  // lower case
    std::string project;
    Instant time = 0;  // by the sender's clock
    std::variant<Response, Exposure, Dropped, Deletion> body;
};

// An event of a batch, or why it is none. The id is what the sender wrote, if it wrote a short text at all.
struct Reading {
    std::optional<std::string> id;
    Result<Event> event;
};

struct Batch {
    std::optional<std::string> key;  // envelope only
    std::optional<Instant> sent_at;  // envelope only
    std::vector<Reading> events;
};

// The states of an exposure report, from the first to the furthest.
const std::vector<std::string>& exposure_states();

// application/cloudevents-batch+json: an array of events. Refused whole when the bytes are no JSON array.
Result<Batch> parse_batch(std::string_view body, std::size_t max_bytes);

// text/plain: a beacon's envelope around the array.
Result<Batch> parse_envelope(std::string_view body, std::size_t max_bytes);

}  // namespace candor::collector
