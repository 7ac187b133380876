// What is wrong, in words. A function of its own so that a page, which says where something is wrong and leaves the
// words to those who have room for them, can do without (wasm/lent.cpp).
#pragma once

#include "base/string.hpp"
#include "base/text.hpp"

namespace candor {

String worded(const char* reason);
String worded(Parts reason);

}  // namespace candor
