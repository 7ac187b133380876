// The events that leave, as docs/wire.md has them. Their ids are made before the step that appends them runs: a step
// may run again.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/list.hpp"
#include "base/string.hpp"
#include "decide/exposure.hpp"
#include "history/history.hpp"
#include "interview/interview.hpp"
#include "outbox/store.hpp"
#include "survey/document.hpp"

namespace candor::client {

// What the person saw, for "presentation".
struct Presentation {
    int rows = 0;                      // not known: the host draws by itself
    bool turned = false;               // the scale's low end was not where reading begins
    std::string_view layout = "host";  // literals, all three
    std::string_view input = "host";
    std::string_view painter = "host";
};

// What moved in the ledger of a survey's wave at one touchpoint.
struct Exposure {
    std::size_t survey = 0;  // index in the document
    String wave, touchpoint;
    decide::Changes persons{}, moments{};
};

// What a response says beside its answers. Borrowed.
struct ResponseContext {
    std::string_view id;  // the event's
    Instant now = 0;
    Instant shown = 0;
    std::string_view person, wave, touchpoint, submission, locale;
    bool would_target = false;
    const json::Members* properties = nullptr;
    const json::Members* attributes = nullptr;
    std::string_view app_version, platform, os_version;
    const Presentation* presentation = nullptr;
    bool test = false;
};

// An event's envelope; its data is open when this returns.
void begin_event(json::Writer& out, std::string_view id, Instant time, std::string_view project, const char* type);

// The response's text before and after its revision, which only the step knows.
void write_response(const survey::Document& document, const survey::Survey& survey,
                    const interview::Interview& interview, const ResponseContext& context, String& before_revision,
                    String& after_revision);

void append_exposure_event(const String& id, Instant now, const survey::Document& document, const Exposure& exposure,
                           List<outbox::Event>& events);

void append_dropped_event(const String& id, Instant now, std::string_view project, std::string_view kind,
                          std::string_view reason, std::int64_t count, List<outbox::Event>& events);

void append_deletion_event(const String& id, Instant now, std::string_view project, const List<String>& submissions,
                           List<outbox::Event>& events);

}  // namespace candor::client
