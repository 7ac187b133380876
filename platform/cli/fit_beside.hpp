// What does not fit (fit.hpp), told by the program beside `candor`, which has the desktop's libraries: `candor check`
// on a server is to need none of them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/result.hpp"
#include "survey/lint.hpp"

namespace candor::cli {

// The option that it is asked by; the document stands on its input.
inline constexpr const char* kMisfitsOption = "--misfits";

// Runs the program. An error when it cannot be run, or cannot tell.
Result<List<survey::Finding>> misfits_beside(const std::string& program, std::string_view text);

// What it writes.
json::Value misfits_json(const List<survey::Finding>& findings);

}  // namespace candor::cli
