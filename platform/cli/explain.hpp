// `candor explain`: what a document would decide for a person at an instant, and why.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/check.hpp"

namespace candor::cli {

struct ExplainOptions {
    std::string file;
    std::string history = {};  // a person's, as JSON; empty: somebody who is there for the first time
    std::string at = {};       // an instant; empty: now
    bool calls = false;        // any call of the host's: it may begin a session
    std::vector<std::string> events = {}, screens = {};  // then these happen, in this order, all of it at that instant
    std::vector<std::string> properties = {},
                             attributes = {};  // "NAME=VALUE"; a value that is JSON is what it says, else text
    std::vector<std::string> context = {};     // "app_version=1.2" and so on
    int offset = 0;                            // minutes east of UTC
    std::string survey = {};                   // of all if empty
    bool busy = false, hidden = false;
};

struct Explained {
    Report report;  // of the document, or of what else could not be used
    String json;    // as decide::explain says it
};

// The instant that it is now is the caller's to give: everything else is in the options.
Explained explain(const ExplainOptions& options, std::int64_t now);

// A line for each survey, and below it one for each of its rules.
std::string to_table(const json::Value& explained);

}  // namespace candor::cli
