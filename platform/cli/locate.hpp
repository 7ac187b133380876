// Where in a text a path such as "surveys[1].wait.answered" stands.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/json.hpp"

namespace candor::cli {

// The byte offset of the value, or of the nearest one around it when the path goes on to something that is missing.
std::size_t locate(const json::Value& root, std::string_view path);

}  // namespace candor::cli
