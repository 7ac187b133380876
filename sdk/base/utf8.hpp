// UTF-8: is it, and where does it break.
#pragma once

#include <cstddef>
#include <string_view>

namespace candor {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// How many bytes the well-formed code point takes that `bytes` begin with; 0 when they begin with none.
std::size_t utf8_sequence(std::string_view bytes);

// The longest beginning of well-formed `text` that is at most `limit` bytes and ends between code points.
std::string_view utf8_prefix(std::string_view text, std::size_t limit);

}  // namespace candor
