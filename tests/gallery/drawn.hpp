// A scene as pixels, and pixels as PNG files.
#pragma once

#include <filesystem>
#include <optional>

#include "cli/paper.hpp"
#include "desktop/raster.hpp"
#include "scene.hpp"

namespace gallery {

using cli::Bitmap;

// What of the surface is shown, in device pixels: the card, and `around` about it.
struct Cut {
    int left = 0, top = 0, right = 0, bottom = 0;
};
Cut cut_of(const Picture& picture, const Scene& scene);

Bitmap drawn(const Picture& picture, const Scene& scene, const desktop::Rasterise& rasterise);

// Throw std::runtime_error.
void write_png(const std::filesystem::path& path, const Bitmap& bitmap);
Bitmap read_png(const std::filesystem::path& path);

// How many levels the two differ by, in the channel and at the pixel where they do most. None: they are not of one
// size.
std::optional<int> difference(const Bitmap& one, const Bitmap& other);

// The second where they are equal, faint, and red where they are not.
Bitmap marked(const Bitmap& one, const Bitmap& other);

}  // namespace gallery
