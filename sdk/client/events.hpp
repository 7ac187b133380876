// The events that leave, as docs/wire.md has them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "history/history.hpp"
#include "interview/interview.hpp"
#include "outbox/store.hpp"
#include "survey/document.hpp"

namespace candor::client {

// What the person saw, for "presentation".
struct Presentation {
    int rows = 1;
    std::string layout = "corner";
    std::string input = "host";
    std::string painter = "host";
    bool operator==(const Presentation&) const = default;
};

// What is the same in every response of a prompt.
struct ResponseContext {
    std::string person;
    std::string touchpoint;
    std::string locale;
    std::string app_version, platform, os_version;
    Presentation presentation;
    bool test = false;
};

// An event's id is made before the step that appends it runs: a step may run again.
struct EventStamp {
    std::string id;
    Instant at = 0;
};

outbox::Event response_event(const EventStamp& stamp, const survey::Document& document, const survey::Survey& survey,
                             const interview::Interview& interview, const ResponseContext& context,
                             std::string_view submission, std::int64_t revision, double seconds);

// One event, or two where the person was counted under another touchpoint before.
std::vector<outbox::Event> exposure_events(const std::array<EventStamp, 2>& stamps, const survey::Document& document,
                                           const survey::Survey& survey, std::string_view touchpoint,
                                           const history::Rise& rise);

outbox::Event dropped_event(const EventStamp& stamp, std::string_view project, std::string_view kind,
                            std::string_view reason, std::int64_t count);

outbox::Event deletion_event(const EventStamp& stamp, std::string_view project,
                             const std::vector<std::string>& submissions);

}  // namespace candor::client
