// Contact sheets: the gallery's pictures as the desktop draws them, with the system's fonts, a dozen to a sheet.
#pragma once

#include <filesystem>

#include "gallery.hpp"

namespace gallery {

// Both throw std::runtime_error.
void write_sheets(const Gallery& gallery, const std::filesystem::path& folder);
// One sheet of those pictures.
void write_sheet(const Gallery& gallery, const std::vector<Picture>& pictures, const std::filesystem::path& path);

}  // namespace gallery
