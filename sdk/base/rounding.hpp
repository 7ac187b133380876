// Rounding without the C library: two instructions of WebAssembly where std::round is a call of a function that is
// linked for it.
#pragma once

#include <cmath>

namespace candor {

// As std::round: halves away from zero. The largest number below a half is added, so that the number just below a half
// does not become one.
inline float rounded(float value) { return std::trunc(value + std::copysign(0.49999997f, value)); }

}  // namespace candor
