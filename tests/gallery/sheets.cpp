#include "sheets.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "candor/desktop.h"
#include "cli/files.hpp"
#include "desktop/failure.hpp"
#include "drawn.hpp"

namespace gallery {

namespace {

constexpr std::size_t kColumns = 3, kOnSheet = 12;
constexpr int kMargin = 24, kGap = 24, kCaption = 28, kAround = 24, kWidest = 480 + 2 * kAround;
constexpr std::uint32_t kPaper = 0xffffffffu, kInk = 0xff5c6470u;

struct DestroyText {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

Bitmap drawn_by_pango(const Gallery& gallery, Picture picture) {
    auto options = desktop::sized<candor_desktop_text_options>();
    options.language = desktop::string_of(picture.locale);
    const std::unique_ptr<candor_desktop_text, DestroyText> text(candor_desktop_text_create(&options, nullptr));
    if (!text) throw std::runtime_error("gallery: there is no text");
    picture.around = std::max(picture.around, kAround);
    const Scene scene = play(gallery, picture, *candor_desktop_text_interface(text.get()));
    return drawn(picture, scene, [&](const candor_text_run& run, float ratio, std::uint8_t* pixels, std::size_t size) {
        return candor_desktop_text_rasterise(text.get(), &run, ratio, pixels, size);
    });
}

void write_sheets_of(const Gallery& gallery, const std::vector<Picture>& pictures, const std::filesystem::path& folder,
                     const std::string& name) {
    for (std::size_t from = 0; from < pictures.size(); from += kOnSheet) {
        const std::size_t to = std::min(from + kOnSheet, pictures.size());
        const auto at = [&](std::size_t i) { return pictures.begin() + static_cast<std::ptrdiff_t>(i); };
        write_sheet(gallery, {at(from), at(to)}, folder / (name + std::to_string(from / kOnSheet + 1) + ".png"));
    }
}

}  // namespace

// Rows of pictures that begin at the same height.
void write_sheet(const Gallery& gallery, const std::vector<Picture>& pictures, const std::filesystem::path& path) {
    std::vector<Bitmap> bitmaps;
    bitmaps.reserve(pictures.size());
    for (const Picture& picture : pictures) bitmaps.push_back(drawn_by_pango(gallery, picture));
    std::vector<int> heights((pictures.size() + kColumns - 1) / kColumns);
    int widest = kWidest;
    for (std::size_t i = 0; i < bitmaps.size(); ++i) {
        heights[i / kColumns] = std::max(heights[i / kColumns], bitmaps[i].height);
        widest = std::max(widest, bitmaps[i].width);
    }
    int height = kMargin;
    for (const int row : heights) height += kCaption + row + kGap;
    const int columns = static_cast<int>(kColumns);
    cli::Paper paper(2 * kMargin + columns * widest + (columns - 1) * kGap, height, 1, kPaper);
    int y = kMargin;
    for (std::size_t i = 0; i < bitmaps.size(); ++i) {
        if (i > 0 && i % kColumns == 0) y += kCaption + heights[i / kColumns - 1] + kGap;
        const int x = kMargin + static_cast<int>(i % kColumns) * (widest + kGap);
        paper.text({static_cast<double>(x), static_cast<double>(y)}, widest, pictures[i].name, {14, 600, kInk});
        paper.picture({static_cast<double>(x), static_cast<double>(y + kCaption)}, bitmaps[i], 0);
    }
    const auto png = paper.png();
    if (!png) throw std::runtime_error("gallery: " + path.string() + ": " + describe(png.error()).c_str());
    const auto written = cli::write_file(path, *png);
    if (!written) throw std::runtime_error("gallery: " + std::string(describe(written.error())));
}

void write_sheets(const Gallery& gallery, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    write_sheets_of(gallery, gallery.cards, folder, "desktop-cards-");
    write_sheets_of(gallery, gallery.stills, folder, "desktop-states-");
}

}  // namespace gallery
