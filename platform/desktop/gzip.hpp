#pragma once

#include <string>
#include <string_view>

namespace candor::desktop {

// The text as one gzip member (RFC 1952). Throws std::bad_alloc.
std::string gzip(std::string_view text);

}  // namespace candor::desktop
