// The SDK's version, as responses carry it.
#pragma once

#include <string_view>

namespace candor::client {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace candor::client
