// Pictures of the card in all its states, with real text (Pango), as PNG files: for the eye, not for the test run.
//   preview DIRECTORY [DOCUMENT]     of a survey document, its first survey in place of the tests' own
#include <pango/pangocairo.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "../card/fixture.hpp"
#include "raster.hpp"

namespace {

using namespace candor;
using fixture::Desk;

constexpr float kScale = PANGO_SCALE;

struct Release {
    void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, Release>;

PangoContext* context() {
    static PangoContext* const kContext = [] {
        PangoContext* made = pango_font_map_create_context(pango_cairo_font_map_get_default());
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
        pango_cairo_context_set_font_options(made, options);
        cairo_font_options_destroy(options);
        pango_context_set_round_glyph_positions(made, FALSE);
        return made;
    }();
    return kContext;
}

Layout layout_of(std::string_view text, const card::TextStyle& style, float scale = 1) {
    Layout layout(pango_layout_new(context()));
    PangoFontDescription* font = pango_font_description_from_string("Noto Sans");
    pango_font_description_set_absolute_size(font, static_cast<double>(style.px * scale) * PANGO_SCALE);
    pango_font_description_set_weight(font, static_cast<PangoWeight>(style.weight));
    pango_layout_set_font_description(layout.get(), font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(layout.get(), FALSE);
    pango_context_set_base_dir(context(),
                               style.direction == card::Direction::rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    return layout;
}

std::vector<card::Line> pango_lines(std::string_view text, const card::TextStyle& style, float max_width) {
    Layout layout = layout_of(text, style);
    pango_layout_set_width(layout.get(), static_cast<int>(max_width * kScale));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    std::vector<card::Line> lines;
    for (GSList* item = pango_layout_get_lines_readonly(layout.get()); item; item = item->next) {
        auto* line = static_cast<PangoLayoutLine*>(item->data);
        auto begin = static_cast<std::size_t>(line->start_index);
        auto end = begin + static_cast<std::size_t>(line->length);
        if (item->next) {
            while (end > begin && text[end - 1] == ' ') --end;
        }
        Layout alone = layout_of(text.substr(begin, end - begin), style);
        PangoRectangle box;
        pango_layout_get_extents(alone.get(), nullptr, &box);
        lines.push_back({begin, end, static_cast<float>(box.width) / kScale});
    }
    return lines;
}

card::TextMeasurer pango_measurer() {
    card::TextMeasurer measurer{};
    measurer.metrics = [](void*, const candor_text_style* style, candor_text_metrics* metrics) {
        Layout layout = layout_of("x", fixture::style_of(*style));
        const float baseline = static_cast<float>(pango_layout_get_baseline(layout.get())) / kScale;
        PangoRectangle box;
        pango_layout_get_extents(layout.get(), nullptr, &box);
        *metrics = {baseline, static_cast<float>(box.height) / kScale - baseline};
    };
    measurer.lines = [](void*, candor_string text, const candor_text_style* style, float max_width, card::Line* lines,
                        std::size_t capacity) {
        const auto found = pango_lines({text.data, text.size}, fixture::style_of(*style), max_width);
        return fixture::write_lines(found, lines, capacity);
    };
    measurer.caret = [](void*, candor_string line, const candor_text_style* style, std::size_t byte) {
        Layout layout = layout_of({line.data, line.size}, fixture::style_of(*style));
        PangoRectangle strong;
        pango_layout_get_cursor_pos(layout.get(), static_cast<int>(byte), &strong, nullptr);
        return static_cast<float>(strong.x) / kScale;
    };
    return measurer;
}

struct Texture {
    int width = 0, height = 0;
    std::vector<raster::Color> texels;
};

Texture rasterise(const paint::Run& run, float ratio) {
    Texture texture{
        static_cast<int>(std::lround(run.width * ratio)), static_cast<int>(std::lround(run.height * ratio)), {}};
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, texture.width, texture.height);
    cairo_t* cr = cairo_create(surface);
    Layout layout = layout_of(run.text, run.style, ratio);
    auto part_of = [&](int shift) { return static_cast<double>((run.color >> shift) & 0xffu) / 255; };
    cairo_set_source_rgb(cr, part_of(16), part_of(8), part_of(0));
    const double baseline = static_cast<double>(pango_layout_get_baseline(layout.get())) / PANGO_SCALE;
    cairo_move_to(cr, static_cast<double>(run.left * ratio), static_cast<double>(run.baseline * ratio) - baseline);
    pango_cairo_show_layout(cr, layout.get());
    cairo_surface_flush(surface);
    const unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < texture.height; ++y) {
        for (int x = 0; x < texture.width; ++x) {
            const unsigned char* p = data + y * stride + x * 4;
            auto part = [&](int i) { return static_cast<float>(p[i]) / 255.0f; };
            texture.texels.push_back({part(2), part(1), part(0), part(3)});
        }
    }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return texture;
}

void save(const raster::Image& image, const std::string& path) {
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.height);
    unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const raster::Color& color = image.at(x, y);
            unsigned char* p = data + y * stride + x * 4;
            auto byte = [](float v) {
                return static_cast<unsigned char>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255));
            };
            p[0] = byte(color.b), p[1] = byte(color.g), p[2] = byte(color.r);
        }
    }
    cairo_surface_mark_dirty(surface);
    if (cairo_surface_write_to_png(surface, path.c_str()) != CAIRO_STATUS_SUCCESS) {
        std::fprintf(stderr, "cannot write %s\n", path.c_str());
    }
    cairo_surface_destroy(surface);
}

raster::Image picture_of(const Desk& desk) {
    const float ratio = desk.options.pixel_ratio;
    const card::Card laid_out = desk.card();
    paint::Painter painter;
    const card::Palette colors = card::palette(desk.document.theme, desk.options.dark);
    const paint::Picture picture = painter.paint(laid_out, colors, ratio, paint::RunColor::own);
    std::vector<Texture> textures;
    for (const paint::Run& run : picture.runs) textures.push_back(rasterise(run, ratio));
    const raster::Color page =
        desk.options.dark ? raster::Color{0.06f, 0.06f, 0.075f, 1} : raster::Color{0.93f, 0.94f, 0.96f, 1};
    raster::Image image(static_cast<int>(desk.options.width * ratio), static_cast<int>(desk.options.height * ratio),
                        page);
    raster::draw(image, picture, ratio, [&](std::int32_t run, float u, float v) {
        const Texture& texture = textures[static_cast<std::size_t>(run)];
        const int x = std::clamp(static_cast<int>(u * static_cast<float>(texture.width)), 0, texture.width - 1);
        const int y = std::clamp(static_cast<int>(v * static_cast<float>(texture.height)), 0, texture.height - 1);
        return texture.texels[static_cast<std::size_t>(y * texture.width + x)];
    });
    return image;
}

// Pictures side by side, in rows of so many.
raster::Image sheet_of(const std::vector<raster::Image>& images, std::size_t columns) {
    int width = 0, height = 0;
    for (const raster::Image& image : images) {
        width = std::max(width, image.width);
        height = std::max(height, image.height);
    }
    const auto rows = static_cast<int>((images.size() + columns - 1) / columns);
    raster::Image all(width * static_cast<int>(columns), height * rows, {0.5f, 0.5f, 0.5f, 1});
    for (std::size_t i = 0; i < images.size(); ++i) {
        const int left = static_cast<int>(i % columns) * width, top = static_cast<int>(i / columns) * height;
        for (int y = 0; y < images[i].height; ++y) {
            for (int x = 0; x < images[i].width; ++x) all.at(left + x, top + y) = images[i].at(x, y);
        }
    }
    return all;
}

Desk desk_of(float width, float height, float ratio, bool dark, const char* locale) {
    Desk desk;
    desk.options = {width, height, ratio, dark, false, false};
    desk.locale = locale;
    desk.text = pango_measurer();
    return desk;
}

void hover(Desk& desk, const char* key) {
    const card::Card now = desk.card();
    if (const card::Node* node = now.find(key)) {
        desk.pointer(card::InputKind::pointer_move, node->rect.x + 10, node->rect.y + 10);
    }
}

// All states of one surface.
std::vector<raster::Image> states(float width, float height, float ratio, bool dark, const char* locale) {
    std::vector<raster::Image> images;
    Desk desk = desk_of(width, height, ratio, dark, locale);
    images.push_back(picture_of(desk));
    desk.key(card::Key::tab);
    desk.type("7");
    hover(desk, "score/4");
    images.push_back(picture_of(desk));
    desk.tap("score/9");
    images.push_back(picture_of(desk));
    desk.stored();
    desk.tap("comment");
    desk.type(std::string(locale) == "ar" ? "التوصيل سريع جدا"
                                          : "Delivery was quick, and the box was tiny. 😀 I'd buy again");
    hover(desk, "send");
    images.push_back(picture_of(desk));
    Desk failed = desk;
    failed.tap("send");
    failed.status = card::Status::failed;
    failed.pointer(card::InputKind::pointer_leave, 0, 0);
    images.push_back(picture_of(failed));
    desk.tap("send");
    desk.stored();
    desk.key(card::Key::tab);
    images.push_back(picture_of(desk));
    return images;
}

// Goes through a survey: each page as it is first seen, and once more when something was chosen on it.
std::vector<raster::Image> tour(Desk desk, const survey::Document& document) {
    desk.document = document;
    desk.interview = interview::begin(desk.document.surveys[0]);
    desk.interview.seed = 7;
    std::vector<raster::Image> images;
    for (int page = 0; page < 30 && !desk.card().find("thanks"); ++page) {
        images.push_back(picture_of(desk));
        const card::Card now = desk.card();
        std::vector<std::string> cells;
        for (const card::Node& node : now.nodes) {
            if (node.cell >= 0) cells.emplace_back(node.key);
        }
        if (now.find("next")) desk.tap("next");
        if (!now.find("choices")) {
            if (!cells.empty()) desk.tap(cells[1]);
            desk.stored();
            if (desk.card().find("comment")) {
                desk.tap("comment");
                images.push_back(picture_of(desk));
                desk.act(card::InputKind::press, "skip");
            }
        } else {
            hover(desk, cells[1].c_str());
            desk.act(card::InputKind::press, cells.back());
            desk.tap("comment");
            desk.type("Figs");
            if (now.find("send")) desk.act(card::InputKind::press, cells.front());
            desk.key(card::Key::tab, true);
            images.push_back(picture_of(desk));
            desk.act(card::InputKind::press, "send");
        }
        desk.stored();
    }
    images.push_back(picture_of(desk));
    return images;
}

std::optional<survey::Document> read_file(const char* path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto document = survey::read_document(text, json::Reading::tools);
    if (document) return *document;
    std::fprintf(stderr, "%s: %s\n", path, describe(document.error()).c_str());
    return std::nullopt;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string directory = count > 1 ? arguments[1] : ".";
    const std::optional<survey::Document> document = count > 2 ? read_file(arguments[2]) : std::nullopt;
    if (count > 2 && !document) return 1;
    struct Case {
        const char* name;
        float width, height, ratio;
        bool dark;
        const char* locale;
    };
    const Case cases[] = {{"light", 560, 400, 1, false, "en"},     {"light2x", 560, 400, 2, false, "en"},
                          {"dark", 560, 400, 1, true, "en"},       {"dark2x", 560, 400, 2, true, "en"},
                          {"arabic", 560, 400, 2, false, "ar"},    {"phone", 390, 480, 2, false, "en"},
                          {"small", 320, 520, 2, false, "en"},     {"least", 280, 520, 2, true, "ar"},
                          {"german", 340, 520, 1.5f, false, "de"}, {"low", 560, 230, 1, false, "en"}};
    for (const Case& one : cases) {
        const auto images = document ? tour(desk_of(one.width, one.height, one.ratio, one.dark, one.locale), *document)
                                     : states(one.width, one.height, one.ratio, one.dark, one.locale);
        save(sheet_of(images, 3), directory + "/" + one.name + ".png");
    }
    return 0;
}
