// `candor check`: a survey document, read strictly.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace candor::cli {

enum Exit : int { kGood = 0, kRefused = 1, kUnreadable = 2 };  // also of wrong arguments

struct Report {
    std::string file;
    Exit exit = kGood;
    std::size_t surveys = 0;  // of a good document
    std::size_t line = 0;     // of a refused one; from 1, 0 when there is no place
    std::size_t column = 0;   // in bytes
    std::string path;
    std::string reason;
};

Report check_text(std::string file, std::string_view text);
Report check_file(const std::string& file);

// "FILE: ok, 2 surveys" or "FILE:LINE:COL: path: reason", without control characters.
std::string to_line(const Report& report);
json::Value to_json(const Report& report);

}  // namespace candor::cli
