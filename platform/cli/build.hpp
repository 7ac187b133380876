// `candor build`: what a page loads, from what people write.
#pragma once

#include <filesystem>
#include <string>

#include "cli/check.hpp"

namespace candor::cli {

struct Built {
    Report report;  // of the document, or of the file that could not be written
    std::filesystem::path document;
    std::filesystem::path gate;
    std::string hash;  // of the published document
};

// Writes <out>/<stem>.json and <out>/<stem>.gate.json; makes the directory if need be. Never writes over `file`.
Built build(const std::string& file, const std::filesystem::path& out);

}  // namespace candor::cli
