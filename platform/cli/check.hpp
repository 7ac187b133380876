// `candor check`: a survey document, read strictly, and what else there is to say of it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/result.hpp"
#include "survey/lint.hpp"

namespace candor::cli {

// kUnreadable is also of wrong arguments; kWarned of a document that can be read, and was to be without warnings.
enum Exit : int { kGood = 0, kRefused = 1, kUnreadable = 2, kWarned = 3 };

// "warning" or "note"
const char* severity_name(survey::Severity severity);

// The one that says more of two.
Exit worse(Exit a, Exit b);

struct CheckOptions {
    bool strict_lint = false;  // warnings count
    std::string for_sdk = {};  // a version that must ask all surveys as they are written; empty: none
    // What of a document does not fit a small surface (fit_beside.hpp); empty: that is not looked for.
    std::function<Result<List<survey::Finding>>(std::string_view text)> misfits = {};
};

// A finding and where it stands.
struct Placed {
    survey::Finding finding;
    std::size_t line = 0;
    std::size_t column = 0;
};

struct Report {
    std::string file;
    Exit exit = kGood;
    std::size_t surveys = 0;  // of a good document
    std::size_t line = 0;     // of a refused one; from 1, 0 when there is no place
    std::size_t column = 0;   // in bytes
    std::string path;
    std::string reason;
    bool linted = false;
    std::vector<Placed> findings;
    std::vector<std::string> skipped;  // surveys that the SDK of `for_sdk` would not ask

    std::size_t count(survey::Severity severity) const;
};

Report check_text(std::string file, std::string_view text, const CheckOptions& options = {});
Report check_file(const std::string& file, const CheckOptions& options = {});

// Of a JSON text that was refused: with the place of the fault in it.
Report refused(std::string file, std::string_view text, const Error& fault);
Report unusable(std::string file, std::string reason);

// "FILE: ok, 2 surveys, 1 warning" or "FILE:LINE:COL: path: reason", without control characters.
std::string to_line(const Report& report);
// "FILE:LINE:COL: warning: path: reason; mend [code]"
std::string to_line(const Report& report, const Placed& placed);
json::Value to_json(const Report& report);

}  // namespace candor::cli
