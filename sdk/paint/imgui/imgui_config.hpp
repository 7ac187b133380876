// Dear ImGui's configuration (IMGUI_USER_CONFIG): its mathematics. Draw lists need the sine of a few angles of one turn
// and roots, not a library that reduces any number; the same on all platforms, so that pictures are, too.
#pragma once

#include <cmath>
#include <cstdlib>

namespace candor::paint {

// By its series, in turns from -pi/2 to pi/2: the float nearest to the sine. For angles of a few turns.
inline float sine(double angle) {
    constexpr double kPi = 3.14159265358979323846;
    const double half_turns = std::floor(angle / kPi + 0.5);
    const double x = angle - half_turns * kPi, square = x * x;
    double term = x, sum = x;
    for (int i = 2; i < 20; i += 2) {
        term *= -square / (i * (i + 1));
        sum += term;
    }
    const bool odd = half_turns - 2 * std::floor(half_turns / 2) != 0;
    return static_cast<float>(odd ? -sum : sum);
}

}  // namespace candor::paint

#define IMGUI_DISABLE_DEFAULT_MATH_FUNCTIONS
#define ImFabs(X) std::fabs(X)
#define ImSqrt(X) std::sqrt(X)
#define ImFmod(X, Y) std::fmod((X), (Y))
#define ImCos(X) candor::paint::sine(static_cast<double>(X) + 1.57079632679489661923)
#define ImSin(X) candor::paint::sine(static_cast<double>(X))
#define ImAcos(X) std::acos(X)
#define ImAtan2(Y, X) std::atan2((Y), (X))
#define ImAtof(STR) std::atof(STR)
#define ImCeil(X) std::ceil(X)
// Of whole windows, which nobody draws here.
inline float ImPow(float x, float y) { return std::pow(x, y); }
inline double ImPow(double x, double y) { return std::pow(x, y); }
inline float ImLog(float x) { return std::log(x); }
inline double ImLog(double x) { return std::log(x); }
inline int ImAbs(int x) { return x < 0 ? -x : x; }
inline float ImAbs(float x) { return std::fabs(x); }
inline double ImAbs(double x) { return std::fabs(x); }
inline float ImSign(float x) { return x < 0 ? -1.0f : x > 0 ? 1.0f : 0.0f; }
inline double ImSign(double x) { return x < 0 ? -1.0 : x > 0 ? 1.0 : 0.0; }
inline float ImRsqrt(float x) { return 1.0f / std::sqrt(x); }
inline double ImRsqrt(double x) { return 1.0 / std::sqrt(x); }
