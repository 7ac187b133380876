// Files, with errors as values.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace candor::cli {

// The error's path is the file.
Result<std::string> read_file(const std::filesystem::path& path);

// Written beside it first and then renamed: a reader, and a full disk, find the old file or the new one.
Result<std::size_t> write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace candor::cli
