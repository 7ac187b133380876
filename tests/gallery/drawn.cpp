#include "drawn.hpp"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "cli/files.hpp"
#include "cli/painted.hpp"

namespace gallery {

namespace {

constexpr std::uint32_t kPage = 0xffe9ecf1u, kDarkPage = 0xff26292fu, kRed = 0xffe11d48u;

struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

int channel(std::uint32_t pixel, int shift) { return static_cast<int>(pixel >> shift & 0xffu); }

int pixel_difference(std::uint32_t one, std::uint32_t other) {
    int most = 0;
    for (const int shift : {0, 8, 16}) most = std::max(most, std::abs(channel(one, shift) - channel(other, shift)));
    return most;
}

std::uint32_t faint(std::uint32_t pixel) {
    std::uint32_t out = 0xff000000u;
    for (const int shift : {0, 8, 16}) out |= static_cast<std::uint32_t>(191 + channel(pixel, shift) / 4) << shift;
    return out;
}

}  // namespace

Cut cut_of(const Picture& picture, const Scene& scene) {
    const auto ratio = static_cast<float>(picture.ratio);
    const auto around = static_cast<float>(picture.around);
    const auto device = [&](float at) { return static_cast<int>(std::lround(at * ratio)); };
    const card::Rect& card = scene.card.rect;
    return {std::max(device(card.x - around), 0), std::max(device(card.y - around), 0),
            std::min(device(card.x + card.width + around), device(scene.desk.options.width)),
            std::min(device(card.y + card.height + around), device(scene.desk.options.height))};
}

Bitmap drawn(const Picture& picture, const Scene& scene, const desktop::Rasterise& rasterise) {
    const auto ratio = static_cast<float>(picture.ratio);
    const Cut cut = cut_of(picture, scene);
    Bitmap bitmap(cut.right - cut.left, cut.bottom - cut.top, picture.theme.dark ? kDarkPage : kPage);
    std::vector<candor_text_run> runs;
    const candor_draw draw = cli::draw_of(scene.painted, runs);
    const desktop::Pixels pixels{bitmap.pixels.data(), bitmap.width, bitmap.height,
                                 static_cast<std::size_t>(bitmap.width)};
    const candor_status status = desktop::draw_pixels(rasterise, draw, ratio, static_cast<float>(cut.left) / ratio,
                                                      static_cast<float>(cut.top) / ratio, pixels);
    if (status != CANDOR_OK) throw std::runtime_error("gallery: " + picture.name + " could not be drawn");
    return bitmap;
}

void write_png(const std::filesystem::path& path, const Bitmap& bitmap) {
    cli::Paper paper(bitmap.width, bitmap.height, 1, kPage);
    paper.picture({0, 0}, bitmap, 0);
    const auto png = paper.png();
    const Result<std::size_t> written = png ? cli::write_file(path.string(), *png) : tl::unexpected<Error>(png.error());
    if (!written) throw std::runtime_error("gallery: " + path.string() + ": " + describe(written.error()).c_str());
}

Bitmap read_png(const std::filesystem::path& path) {
    const std::unique_ptr<cairo_surface_t, DestroySurface> surface(
        cairo_image_surface_create_from_png(path.string().c_str()));
    const cairo_status_t status = cairo_surface_status(surface.get());
    if (status != CAIRO_STATUS_SUCCESS) {
        throw std::runtime_error("gallery: " + path.string() + ": " + cairo_status_to_string(status));
    }
    Bitmap bitmap(cairo_image_surface_get_width(surface.get()), cairo_image_surface_get_height(surface.get()), 0);
    const unsigned char* row = cairo_image_surface_get_data(surface.get());
    const auto width = static_cast<std::size_t>(bitmap.width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(bitmap.height); ++y) {
        std::memcpy(&bitmap.pixels[y * width], row, width * sizeof(std::uint32_t));
        row += cairo_image_surface_get_stride(surface.get());
    }
    return bitmap;
}

std::optional<int> difference(const Bitmap& one, const Bitmap& other) {
    if (one.width != other.width || one.height != other.height) return std::nullopt;
    int most = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i) {
        most = std::max(most, pixel_difference(one.pixels[i], other.pixels[i]));
    }
    return most;
}

Bitmap marked(const Bitmap& one, const Bitmap& other) {
    Bitmap out = other;
    const bool alike = one.width == other.width && one.height == other.height;
    for (std::size_t i = 0; i < out.pixels.size(); ++i) {
        const bool differs = !alike || pixel_difference(one.pixels[i], other.pixels[i]) > 0;
        out.pixels[i] = differs ? kRed : faint(other.pixels[i]);
    }
    return out;
}

}  // namespace gallery
