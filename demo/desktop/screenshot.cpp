#include "screenshot.hpp"

#include <SDL_opengl.h>
#include <SDL_video.h>
#include <cairo.h>

#include <cstdint>
#include <cstdio>
#include <vector>

namespace shop {
namespace {

std::vector<uint8_t> read_pixels(int width, int height) {
    using ReadPixels = void(APIENTRY*)(GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void*);
    const auto read = reinterpret_cast<ReadPixels>(SDL_GL_GetProcAddress("glReadPixels"));
    std::vector<uint8_t> pixels(static_cast<size_t>(width) * static_cast<size_t>(height) * 4);
    if (read) read(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    return pixels;
}

}  // namespace

bool write_screenshot(const std::string& file, int width, int height) {
    const std::vector<uint8_t> pixels = read_pixels(width, height);
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
        for (int y = 0; y < height; ++y) {  // OpenGL's first row is the lowest
            const uint8_t* from = pixels.data() + static_cast<size_t>(height - 1 - y) * static_cast<size_t>(width) * 4;
            auto* to = reinterpret_cast<uint32_t*>(cairo_image_surface_get_data(surface) +
                                                   static_cast<ptrdiff_t>(y) * cairo_image_surface_get_stride(surface));
            for (int x = 0; x < width; ++x, from += 4) {
                to[x] = static_cast<uint32_t>(from[0]) << 16 | static_cast<uint32_t>(from[1]) << 8 | from[2];
            }
        }
        cairo_surface_mark_dirty(surface);
    }
    const std::string unfinished = file + ".part";
    const bool written = cairo_surface_write_to_png(surface, unfinished.c_str()) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return written && std::rename(unfinished.c_str(), file.c_str()) == 0;
}

}  // namespace shop
