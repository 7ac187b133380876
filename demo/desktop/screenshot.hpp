#pragma once

#include <string>

namespace shop {

// Writes the current framebuffer's `width` by `height` pixels as a PNG: whole, or not at all. False: it could not.
bool write_screenshot(const std::string& file, int width, int height);

}  // namespace shop
