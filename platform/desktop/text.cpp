// Text by Pango and Cairo: metrics, line breaks and carets for the card's layout, and the pictures of its runs.
//
// Lines and pictures come from one function, single_line, so that what was measured is what is drawn. Positions are not
// rounded to pixels and metrics are not hinted: a width is the same at every pixel ratio.
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "candor/desktop.h"
#include "desktop/failure.hpp"

namespace candor::desktop {
namespace {

constexpr int kMaxPixels = 8192;        // a side of a run's picture
constexpr int kMaxOversampled = 32000;  // a side of a Cairo image
constexpr size_t kMaxRemembered = 64;
constexpr float kTolerance = 1.0F / 64;
constexpr size_t kMargin = 64;  // bytes of a line that the end of the one before it may depend on

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename Object>
using Ref = std::unique_ptr<Object, Unref>;

struct FontDeleter {
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using Font = std::unique_ptr<PangoFontDescription, FontDeleter>;

struct SurfaceDeleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

struct CairoDeleter {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

// ---- what was measured

// The latest values by key, at least kMaxRemembered of them and at most twice as many: when the young ones are so many,
// they take the place of the old ones, and what is in use comes back from there.
template <class Value>
class Remembered {
public:
    // Valid until the next call.
    template <class Make>
    const Value& get(const std::string& key, const Make& make) {
        const auto young = young_.find(key);
        if (young != young_.end()) return young->second;
        const auto old = old_.find(key);
        Value value = old == old_.end() ? make() : std::move(old->second);
        if (old != old_.end()) old_.erase(old);
        if (young_.size() >= kMaxRemembered) old_ = std::exchange(young_, {});
        return young_.emplace(key, std::move(value)).first->second;
    }

private:
    std::unordered_map<std::string, Value> young_, old_;
};

// ---- text as Pango may have it

// The same text with the same byte positions, in UTF-8 and without control characters but tabs and newlines.
std::string made_safe(std::string_view text) {
    std::string safe(text);
    char* at = safe.data();
    char* const end = at + safe.size();
    while (at < end) {
        const gchar* stop = nullptr;
        if (!g_utf8_validate(at, end - at, &stop)) {
            const auto bad = static_cast<size_t>(stop - safe.data());
            safe[bad] = *stop == '\0' ? ' ' : '?';
            at = safe.data() + bad + 1;
        } else {
            break;
        }
    }
    for (char& c : safe) {
        const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
        if (control) c = ' ';
    }
    return safe;
}

// Length of the line break at `at`: "\n", "\r", "\r\n", U+2028 or U+2029; else 0.
size_t break_length(std::string_view text, size_t at) {
    if (text[at] == '\n') return 1;
    if (text[at] == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
    const std::string_view rest = text.substr(at, 3);
    return rest == "\xe2\x80\xa8" || rest == "\xe2\x80\xa9" ? 3 : 0;
}

// Length in bytes of a breaking blank at the end of [begin, end); else 0.
size_t blank_before(std::string_view text, size_t begin, size_t end) {
    if (end <= begin) return 0;
    const char* last = g_utf8_find_prev_char(text.data() + begin, text.data() + end);
    if (!last) return 0;
    const gunichar c = g_utf8_get_char(last);
    const bool keeps_together = c == 0xa0 || c == 0x2007 || c == 0x202f;
    if (keeps_together || !g_unichar_isspace(c)) return 0;
    return static_cast<size_t>(text.data() + end - last);
}

size_t without_blanks(std::string_view text, size_t begin, size_t end) {
    while (const size_t blank = blank_before(text, begin, end)) end -= blank;
    return end;
}

// ---- numbers from outside

float sane(float value, float low, float high) {
    return value >= low ? std::min(value, high) : low;  // a NaN becomes `low`
}

candor_text_style sane(candor_text_style style) {
    style.px = sane(style.px, 1.0F, 1000.0F);
    style.weight = std::clamp<int32_t>(style.weight, 100, 1000);
    return style;
}

int pango_units(float length) { return static_cast<int>(std::floor(sane(length, 0.0F, 1'000'000.0F) * PANGO_SCALE)); }

float pixels_of(int units) { return static_cast<float>(units) / PANGO_SCALE; }

bool usable(float value, float high) { return value > 0 && value <= high; }

}  // namespace

// ---- the part

class Text {
public:
    Text(std::string family, const std::string& language)
        : family_(std::move(family)), fonts_(pango_cairo_font_map_new()) {
        context_.reset(pango_font_map_create_context(fonts_.get()));
        if (!context_) throw std::runtime_error("Pango gives no context");
        pango_cairo_context_set_resolution(context_.get(), 96);
        pango_context_set_round_glyph_positions(context_.get(), FALSE);
        if (!language.empty()) {
            pango_context_set_language(context_.get(), pango_language_from_string(language.c_str()));
        }
        set_font_options();
    }

    candor_text_metrics metrics(const candor_text_style& style) {
        const std::lock_guard lock(mutex_);
        const auto key = std::make_tuple(style.px, style.weight);
        for (const auto& [known, value] : metrics_) {
            if (known == key) return value;
        }
        const Font font = font_of(style);
        PangoFontMetrics* found = pango_context_get_metrics(context_.get(), font.get(), nullptr);
        const candor_text_metrics value = {pixels_of(pango_font_metrics_get_ascent(found)),
                                           pixels_of(pango_font_metrics_get_descent(found))};
        pango_font_metrics_unref(found);
        if (metrics_.size() >= kMaxRemembered) metrics_.clear();
        metrics_.emplace_back(key, value);
        return value;
    }

    const std::vector<candor_text_line>& lines(std::string_view text, const candor_text_style& style, float max_width) {
        return lines_.get(key_of(text, style, max_width), [&] { return broken(made_safe(text), style, max_width); });
    }

    float caret(std::string_view line, const candor_text_style& style, size_t byte) {
        const std::lock_guard lock(mutex_);
        const std::string safe = made_safe(line);
        const auto layout = single_line(safe, style);
        size_t index = std::min(byte, safe.size());
        while (index > 0 && index < safe.size() && (safe[index] & 0xc0) == 0x80) --index;
        PangoRectangle strong{};
        pango_layout_get_cursor_pos(layout.get(), static_cast<int>(index), &strong, nullptr);
        return pixels_of(strong.x);
    }

    // White text and colour glyphs, over `width` by `height` device pixels that the run fills.
    bool rasterise(const candor_text_run& run, int width, int height, uint8_t* pixels);

    std::mutex& mutex() { return mutex_; }

private:
    void set_font_options() {
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(context_.get(), options);
        cairo_font_options_destroy(options);
    }

    Font font_of(const candor_text_style& style) const {
        Font font(pango_font_description_new());
        pango_font_description_set_family(font.get(), family_.c_str());
        pango_font_description_set_weight(font.get(), static_cast<PangoWeight>(style.weight));
        pango_font_description_set_absolute_size(font.get(), static_cast<double>(style.px) * PANGO_SCALE);
        return font;
    }

    Ref<PangoLayout> layout_of(std::string_view text, const candor_text_style& style) {
        pango_context_set_base_dir(context_.get(),
                                   style.direction == CANDOR_DIRECTION_RTL ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
        Ref<PangoLayout> layout(pango_layout_new(context_.get()));
        pango_layout_set_auto_dir(layout.get(), FALSE);
        pango_layout_set_font_description(layout.get(), font_of(style).get());
        pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
        return layout;
    }

    Ref<PangoLayout> single_line(std::string_view text, const candor_text_style& style) {
        std::string flat(text);
        std::replace_if(
            flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        auto layout = layout_of(flat, style);
        pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
        return layout;
    }

    float width_of(std::string_view text, const candor_text_style& style) {
        if (text.empty()) return 0;
        return widths_.get(key_of(text, style, 0), [&] {
            PangoRectangle logical{};
            pango_layout_get_extents(single_line(text, style).get(), nullptr, &logical);
            return pixels_of(logical.width);
        });
    }

    static std::string key_of(std::string_view text, const candor_text_style& style, float max_width) {
        std::string key(text);
        key.append(reinterpret_cast<const char*>(&style.px), sizeof style.px);
        key.append(reinterpret_cast<const char*>(&style.weight), sizeof style.weight);
        key.append(reinterpret_cast<const char*>(&style.direction), sizeof style.direction);
        key.append(reinterpret_cast<const char*>(&max_width), sizeof max_width);
        return key;
    }

    std::vector<candor_text_line> broken(const std::string& text, const candor_text_style& style, float max_width) {
        std::vector<candor_text_line> lines;
        size_t begin = 0;
        for (size_t at = 0; at < text.size();) {
            const size_t length = break_length(text, at);
            if (length > 0) {
                break_paragraph(text, begin, at, style, max_width, lines);
                begin = at + length;
            }
            at += std::max<size_t>(length, 1);
        }
        break_paragraph(text, begin, text.size(), style, max_width, lines);
        return lines;
    }

    // Line by line, each out of little more text than it takes: of a text that is typed all but the last lines stay as
    // they are, and are remembered.
    void break_paragraph(std::string_view text, size_t begin, size_t end, const candor_text_style& style,
                         float max_width, std::vector<candor_text_line>& lines) {
        size_t at = begin;
        do {
            const FirstLine first = first_line(text.substr(at, end - at), style, max_width);
            // More blanks than a line has room for do not fill lines of their own: they hang where it was broken.
            const bool only_blanks = without_blanks(text, at, at + first.line.end) == at;
            if (at == begin || !only_blanks) lines.push_back({at, at + first.line.end, first.line.width});
            at += first.next;
        } while (at < end);
    }

    struct FirstLine {
        candor_text_line line;
        size_t next = 0;  // where the second one begins
    };

    FirstLine first_line(std::string_view rest, const candor_text_style& style, float max_width) {
        constexpr float kNarrow = 0.5F;       // em, of a letter
        constexpr float kWhole = 100'000.0F;  // pixels of a line that nothing is broken for
        const float letters = sane(max_width, 0, kWhole) / (style.px * kNarrow) * 1.25F;
        for (size_t bytes = kMargin + static_cast<size_t>(letters);; bytes *= 2) {
            const bool all = bytes >= rest.size() || max_width >= kWhole;
            if (!all) {
                while ((rest[bytes] & 0xc0) == 0x80) --bytes;
            }
            const std::string_view part = all ? rest : rest.substr(0, bytes);
            const FirstLine& first = remembered_first(part, all, style, max_width);
            if (all || first.next + kMargin <= part.size()) return first;
        }
    }

    // Of a beginning of a text: what comes behind it has no say where its first line ends, as long as enough of the
    // second one is there.
    const FirstLine& remembered_first(std::string_view part, bool all, const candor_text_style& style,
                                      float max_width) {
        std::string key = key_of(part, style, max_width);
        key.push_back(all ? '.' : '~');
        return firsts_.get(key, [&] { return broken_first(part, all, style, max_width); });
    }

    // A line cut out of its paragraph may be shaped a little wider than within it: then a little less room is tried.
    FirstLine broken_first(std::string_view part, bool all, const candor_text_style& style, float max_width) {
        FirstLine first;
        float room = max_width;
        for (int attempt = 0; attempt < 4; ++attempt) {
            const auto layout = layout_of(part, style);
            pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
            if (room < 1'000'000.0F) pango_layout_set_width(layout.get(), pango_units(room));
            const GSList* found = pango_layout_get_lines_readonly(layout.get());
            const auto* line = static_cast<const PangoLayoutLine*>(found->data);
            const auto* second = found->next ? static_cast<const PangoLayoutLine*>(found->next->data) : nullptr;
            const bool ends = !second || second->start_index <= 0;
            first.next = ends ? part.size() : static_cast<size_t>(second->start_index);
            first.line = line_of(part, 0, static_cast<size_t>(line->length), !(ends && all), style, max_width);
            const float excess = first.line.width - max_width;
            if (!(excess > 0) || excess >= room) break;
            room -= excess + kTolerance;
        }
        return first;
    }

    candor_text_line line_of(std::string_view text, size_t begin, size_t end, bool broken_for_room,
                             const candor_text_style& style, float max_width) {
        if (broken_for_room) end = without_blanks(text, begin, end);
        float width = width_of(text.substr(begin, end - begin), style);
        for (size_t blank = 0; width > max_width && (blank = blank_before(text, begin, end)) > 0;) {
            end -= blank;
            width = width_of(text.substr(begin, end - begin), style);
        }
        return {begin, end, width};
    }

    bool paint(const candor_text_run& run, double grey, int width, int height, int oversampling, Surface& surface);

    std::string family_;
    Ref<PangoFontMap> fonts_;
    Ref<PangoContext> context_;
    std::mutex mutex_;  // guards all of Pango's objects, and what is remembered
    std::vector<std::pair<std::tuple<float, int32_t>, candor_text_metrics>> metrics_;
    Remembered<std::vector<candor_text_line>> lines_;
    Remembered<FirstLine> firsts_;
    Remembered<float> widths_;  // of lines
};

// ---- pictures

// Cairo puts glyphs on whole pixels. Drawn wider, and averaged afterwards, they keep the places that were measured.
bool Text::paint(const candor_text_run& run, double grey, int width, int height, int oversampling, Surface& surface) {
    surface.reset(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width * oversampling, height));
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return false;
    const std::unique_ptr<cairo_t, CairoDeleter> cairo(cairo_create(surface.get()));
    cairo_scale(cairo.get(), width * oversampling / static_cast<double>(run.width),
                height / static_cast<double>(run.height));
    cairo_set_source_rgb(cairo.get(), grey, grey, grey);
    cairo_move_to(cairo.get(), static_cast<double>(run.left), static_cast<double>(run.baseline));
    const auto layout = single_line(made_safe(view_of(run.text)), sane(run.style));
    pango_cairo_show_layout_line(cairo.get(), pango_layout_get_line_readonly(layout.get(), 0));
    cairo_surface_flush(surface.get());
    return cairo_status(cairo.get()) == CAIRO_STATUS_SUCCESS;
}

namespace {

struct Pixel {
    uint32_t r = 0, g = 0, b = 0, a = 0;
};

// The mean of `count` neighbouring pixels of Cairo's 0xAARRGGBB.
Pixel mean(const uint32_t* first, int count) {
    Pixel sum;
    for (int i = 0; i < count; ++i) {
        sum.a += first[i] >> 24;
        sum.r += first[i] >> 16 & 0xff;
        sum.g += first[i] >> 8 & 0xff;
        sum.b += first[i] & 0xff;
    }
    const auto divide = [&](uint32_t& value) {
        value = (value + static_cast<uint32_t>(count) / 2) / static_cast<uint32_t>(count);
    };
    divide(sum.r), divide(sum.g), divide(sum.b), divide(sum.a);
    return sum;
}

const uint32_t* row_of(cairo_surface_t* surface, int y) {
    const unsigned char* data = cairo_image_surface_get_data(surface);
    return reinterpret_cast<const uint32_t*>(data +
                                             static_cast<ptrdiff_t>(y) * cairo_image_surface_get_stride(surface));
}

bool is_white(uint32_t pixel) {
    const uint32_t a = pixel >> 24;
    return (pixel & 0xffffff) == a * 0x010101;
}

bool has_colour(cairo_surface_t* surface) {
    for (int y = 0; y < cairo_image_surface_get_height(surface); ++y) {
        const uint32_t* row = row_of(surface, y);
        if (!std::all_of(row, row + cairo_image_surface_get_width(surface), is_white)) return true;
    }
    return false;
}

// White parts of a colour glyph must not look like text: their blue is taken back by 2 %, at least by one step.
void mark_as_colour(Pixel& pixel) {
    if (std::min({pixel.r, pixel.g, pixel.b}) * 50 > pixel.a * 49) pixel.b = (pixel.a * 49 - 1) / 50;
}

void put(const Pixel& pixel, uint8_t* to) {
    to[0] = static_cast<uint8_t>(pixel.r);
    to[1] = static_cast<uint8_t>(pixel.g);
    to[2] = static_cast<uint8_t>(pixel.b);
    to[3] = static_cast<uint8_t>(pixel.a);
}

// `white` and `black` hold the same text in these two colours: what is not black in both is a colour glyph's.
void convert(cairo_surface_t* white, cairo_surface_t* black, int width, int height, int oversampling, uint8_t* to) {
    for (int y = 0; y < height; ++y) {
        const uint32_t* row = row_of(white, y);
        const uint32_t* other = black ? row_of(black, y) : nullptr;
        for (int x = 0; x < width; ++x, to += 4) {
            Pixel pixel = mean(row + static_cast<ptrdiff_t>(x) * oversampling, oversampling);
            if (other && pixel.a > 0) {
                const Pixel dark = mean(other + static_cast<ptrdiff_t>(x) * oversampling, oversampling);
                const uint32_t of_text = pixel.g - std::min(pixel.g, dark.g);
                if (of_text * 2 < pixel.a) {
                    mark_as_colour(pixel);
                } else {
                    pixel.r = pixel.g = pixel.b = pixel.a;
                }
            }
            put(pixel, to);
        }
    }
}

}  // namespace

bool Text::rasterise(const candor_text_run& run, int width, int height, uint8_t* pixels) {
    const std::lock_guard lock(mutex_);
    const bool coarse = width < static_cast<int>(2 * run.width);
    const int oversampling = std::clamp(kMaxOversampled / width, 1, coarse ? 4 : 2);
    Surface white;
    Surface black;
    if (!paint(run, 1, width, height, oversampling, white)) return false;
    if (has_colour(white.get()) && !paint(run, 0, width, height, oversampling, black)) return false;
    convert(white.get(), black.get(), width, height, oversampling, pixels);
    return true;
}

// ---- the interface

namespace {

void metrics(void* context, const candor_text_style* style, candor_text_metrics* metrics) {
    try {
        *metrics = static_cast<Text*>(context)->metrics(sane(*style));
    } catch (...) {
        *metrics = {style->px, style->px / 4};
    }
}

size_t lines(void* context, candor_string text, const candor_text_style* style, float max_width,
             candor_text_line* lines, size_t capacity) {
    try {
        auto& part = *static_cast<Text*>(context);
        const std::lock_guard lock(part.mutex());
        const auto& found = part.lines(view_of(text), sane(*style), sane(max_width, 0, 1'000'000));
        std::copy_n(found.begin(), std::min(capacity, found.size()), lines);
        return found.size();
    } catch (...) {
        if (capacity > 0) lines[0] = {0, 0, 0};
        return 1;
    }
}

float caret(void* context, candor_string line, const candor_text_style* style, size_t byte) {
    try {
        return static_cast<Text*>(context)->caret(view_of(line), sane(*style), byte);
    } catch (...) {
        return 0;
    }
}

int32_t side(float length, float pixel_ratio) {
    const double pixels = std::ceil(static_cast<double>(length) * static_cast<double>(pixel_ratio) - 0.01);
    return static_cast<int32_t>(std::clamp(pixels, 1.0, static_cast<double>(kMaxPixels)));
}

}  // namespace
}  // namespace candor::desktop

struct candor_desktop_text {
    candor_desktop_text(std::string family, const std::string& language) : text(std::move(family), language) {}
    candor::desktop::Text text;
    candor_text_host interface {};
};

candor_desktop_text* candor_desktop_text_create(const candor_desktop_text_options* options, candor_string* why) {
    using namespace candor::desktop;
    return create_or_tell(why, [&] {
        const candor_desktop_text_options wanted = read_options(options);
        std::string family(wanted.family.size > 0 ? view_of(wanted.family) : "system-ui,sans-serif");
        auto part = std::make_unique<candor_desktop_text>(made_safe(family), made_safe(view_of(wanted.language)));
        part->interface.size = sizeof(candor_text_host);
        part->interface.context = &part->text;
        part->interface.metrics = metrics;
        part->interface.lines = lines;
        part->interface.caret = caret;
        return part.release();
    });
}

void candor_desktop_text_destroy(candor_desktop_text* text) { delete text; }

const candor_text_host* candor_desktop_text_interface(candor_desktop_text* text) {
    return text ? &text->interface : nullptr;
}

candor_status candor_desktop_text_extent(const candor_text_run* run, float pixel_ratio, int32_t* width,
                                         int32_t* height) {
    using namespace candor::desktop;
    if (!run || !width || !height) return CANDOR_INVALID;
    if (!usable(run->width, 1e6F) || !usable(run->height, 1e6F) || !usable(pixel_ratio, 64)) return CANDOR_INVALID;
    *width = side(run->width, pixel_ratio);
    *height = side(run->height, pixel_ratio);
    return CANDOR_OK;
}

candor_status candor_desktop_text_rasterise(candor_desktop_text* text, const candor_text_run* run, float pixel_ratio,
                                            uint8_t* pixels, size_t capacity) {
    using namespace candor::desktop;
    int32_t width = 0;
    int32_t height = 0;
    const candor_status status = candor_desktop_text_extent(run, pixel_ratio, &width, &height);
    if (status != CANDOR_OK) return status;
    if (!text || !pixels || capacity < static_cast<size_t>(width) * static_cast<size_t>(height) * 4) {
        return CANDOR_INVALID;
    }
    if (!std::isfinite(run->left) || !std::isfinite(run->baseline)) return CANDOR_INVALID;
    try {
        return text->text.rasterise(*run, width, height, pixels) ? CANDOR_OK : CANDOR_FAILED;
    } catch (...) {
        return CANDOR_FAILED;
    }
}
