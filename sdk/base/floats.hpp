// Arithmetic of floats in the fewest instructions of WebAssembly: std::round is a call of a function that is linked for
// it, and std::max a comparison and a choice, where one or two instructions do.
#pragma once

#include <algorithm>
#include <cmath>

namespace candor {

// As std::round: halves away from zero. The largest number below a half is added, so that the number just below a half
// does not become one.
inline float rounded(float value) { return std::trunc(value + std::copysign(0.49999997f, value)); }

// Of two numbers.
inline float larger(float a, float b) {
#ifdef __wasm__
    return __builtin_wasm_max_f32(a, b);
#else
    return std::max(a, b);
#endif
}

inline float smaller(float a, float b) {
#ifdef __wasm__
    return __builtin_wasm_min_f32(a, b);
#else
    return std::min(a, b);
#endif
}

inline float clamped(float value, float least, float most) { return smaller(larger(value, least), most); }

}  // namespace candor
