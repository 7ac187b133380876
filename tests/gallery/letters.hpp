// Letters of the gallery's own, so that its pictures are the same whatever fonts a machine has: each as wide as half of
// the type size, which is what the tests' measurer (fixture.hpp) makes of it. ASCII is drawn; of all else a box shows
// the code point's bits, and of right-to-left text the order is turned around.
#pragma once

#include <cstddef>
#include <cstdint>

#include "candor/candor.h"

namespace gallery {

// As candor_desktop_text_rasterise.
candor_status rasterise(const candor_text_run& run, float pixel_ratio, std::uint8_t* pixels, std::size_t capacity);

}  // namespace gallery
