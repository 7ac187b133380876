#include "cli/paper.hpp"

#include <pango/pangocairo.h>

#include <cmath>
#include <numbers>

namespace candor::cli {

namespace {

struct SurfaceDeleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoDeleter {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
struct LayoutDeleter {
    void operator()(PangoLayout* layout) const { g_object_unref(layout); }
};
struct FontDeleter {
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

void use(cairo_t* cairo, std::uint32_t color) {
    const auto part = [&](int shift) { return static_cast<double>(color >> shift & 0xffu) / 255; };
    cairo_set_source_rgba(cairo, part(16), part(8), part(0), part(24));
}

void round_path(cairo_t* cairo, const Box& box, double radius) {
    constexpr double kQuarter = std::numbers::pi / 2;
    cairo_new_path(cairo);
    cairo_arc(cairo, box.right() - radius, box.y + radius, radius, -kQuarter, 0);
    cairo_arc(cairo, box.right() - radius, box.bottom() - radius, radius, 0, kQuarter);
    cairo_arc(cairo, box.x + radius, box.bottom() - radius, radius, kQuarter, 2 * kQuarter);
    cairo_arc(cairo, box.x + radius, box.y + radius, radius, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(cairo);
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

struct Paper::Tools {
    Surface surface;
    std::unique_ptr<cairo_t, CairoDeleter> cairo;
};

Paper::Paper(int width, int height, int scale, std::uint32_t color) : tools_(new Tools), scale_(scale) {
    tools_->surface.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width * scale, height * scale));
    tools_->cairo.reset(cairo_create(tools_->surface.get()));
    cairo_scale(tools_->cairo.get(), scale, scale);
    use(tools_->cairo.get(), color);
    cairo_paint(tools_->cairo.get());
}

Paper::~Paper() = default;

double Paper::text(Point at, double width, std::string_view text, const Ink& ink) {
    const std::unique_ptr<PangoLayout, LayoutDeleter> layout(pango_cairo_create_layout(tools_->cairo.get()));
    const std::unique_ptr<PangoFontDescription, FontDeleter> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), "system-ui,sans-serif");
    pango_font_description_set_weight(font.get(), static_cast<PangoWeight>(ink.weight));
    pango_font_description_set_absolute_size(font.get(), ink.px * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_auto_dir(layout.get(), FALSE);
    pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_width(layout.get(), static_cast<int>(std::max(width, 0.0) * PANGO_SCALE));
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    use(tools_->cairo.get(), ink.color);
    cairo_move_to(tools_->cairo.get(), at.x, at.y);
    pango_cairo_show_layout(tools_->cairo.get(), layout.get());
    PangoRectangle box{};
    pango_layout_get_extents(layout.get(), nullptr, &box);
    return static_cast<double>(box.width) / PANGO_SCALE;
}

void Paper::picture(Point at, const Bitmap& bitmap, double radius) {
    constexpr int kBytes = sizeof(std::uint32_t);
    // Cairo only reads it.
    auto* bytes = reinterpret_cast<unsigned char*>(const_cast<std::uint32_t*>(bitmap.pixels.data()));
    const Surface picture(cairo_image_surface_create_for_data(bytes, CAIRO_FORMAT_ARGB32, bitmap.width, bitmap.height,
                                                              bitmap.width * kBytes));
    cairo_surface_set_device_scale(picture.get(), scale_, scale_);
    cairo_t* cairo = tools_->cairo.get();
    const double scale = scale_;
    round_path(cairo, {at.x, at.y, bitmap.width / scale, bitmap.height / scale}, radius);
    cairo_set_source_surface(cairo, picture.get(), at.x, at.y);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_fill(cairo);
    use(cairo, 0);  // lets go of the pixels
}

void Paper::outline(const Box& box, double radius, std::uint32_t color) {
    const double half = 0.5 / scale_;
    round_path(tools_->cairo.get(), {box.x + half, box.y + half, box.width - 2 * half, box.height - 2 * half},
               radius - half);
    use(tools_->cairo.get(), color);
    cairo_set_line_width(tools_->cairo.get(), 2 * half);
    cairo_stroke(tools_->cairo.get());
}

Result<std::string> Paper::png() {
    cairo_status_t status = cairo_status(tools_->cairo.get());
    std::string bytes;
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(tools_->surface.get(), append, &bytes);
    if (status != CAIRO_STATUS_SUCCESS) return fail("", cairo_status_to_string(status));
    return bytes;
}

}  // namespace candor::cli
