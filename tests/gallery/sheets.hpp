// Contact sheets: the gallery's pictures as the desktop draws them, with the system's fonts, a dozen to a sheet.
#pragma once

#include <filesystem>

#include "gallery.hpp"

namespace gallery {

// Throws std::runtime_error.
void write_sheets(const Gallery& gallery, const std::filesystem::path& folder);

}  // namespace gallery
