// The picture of `candor preview`: a sheet with the card of each scene on a piece of its surface, drawn by what draws
// it in an app, and a caption above.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "candor/desktop.h"
#include "card/card.hpp"
#include "cli/desktop_text.hpp"
#include "cli/files.hpp"
#include "cli/painted.hpp"
#include "cli/paper.hpp"
#include "cli/preview.hpp"
#include "cli/scene_view.hpp"
#include "desktop/raster.hpp"
#include "paint/paint.hpp"

namespace candor::cli {

namespace {

constexpr int kMargin = 40, kGap = 28, kTitle = 84, kHeading = 44, kCaption = 48;
constexpr int kWidest = 1760, kNarrowest = 480;
constexpr double kRadius = 14;
constexpr int kUnreached = 96;      // height of a piece without a card
constexpr int kAboveSheet = 36;     // of its surface, above a card that is as wide as that
constexpr float kSurface = 16'384;  // its height: no card need scroll

struct Colors {
    std::uint32_t paper, surface, edge, text, muted;
};
constexpr Colors kLight{0xffffffffu, 0xffe9ecf1u, 0xffd9dee6u, 0xff16181du, 0xff5c6470u};
constexpr Colors kDark{0xff101114u, 0xff26292fu, 0xff363a42u, 0xfff2f3f5u, 0xff9da5b1u};

std::string_view wanted_locale(const PreviewOptions& options, const survey::Document& document) {
    return options.locale.empty() ? document.locale.view() : std::string_view(options.locale);
}

// ---- a card, and the piece of its surface that is shown ----

struct Piece {
    Scene scene;
    card::Card card;  // empty when nothing leads to it
    int width = 0, height = 0;
    float left = 0, bottom = 0;  // on the surface
};

card::Card card_of(const survey::Document& document, const PreviewOptions& options, const Scene& scene,
                   const card::TextMeasurer& measurer) {
    const card::View view = view_of(document, scene, wanted_locale(options, document));
    card::Options surface;
    surface.width = static_cast<float>(options.width);
    surface.height = kSurface;
    surface.pixel_ratio = static_cast<float>(options.scale);
    surface.dark = options.dark;
    surface.reduced_motion = true;
    return card::layout(view, card::Ui{}, surface, measurer, &card::kDrawnEntry);
}

// A card in the corner with as much around it as lies between it and the surface's edges; one as wide as the surface
// with something above it.
void cut_out(Piece& piece, int surface_width) {
    const card::Rect& card = piece.card.rect;
    const auto width = static_cast<float>(surface_width);
    const float margin = piece.card.layout == card::Layout::sheet ? 0 : std::min(card.x, width - card.x - card.width);
    const float above = piece.card.layout == card::Layout::sheet ? kAboveSheet : margin;
    piece.left = card.x - margin;
    piece.bottom = card.y + card.height + margin;
    piece.width = static_cast<int>(std::ceil(card.width + 2 * margin));
    piece.height = static_cast<int>(std::ceil(card.height + margin + above));
}

// ---- the sheet ----

struct Row {
    std::size_t first = 0, count = 0;  // pieces
    int y = 0, height = 0;             // of the pieces, below their captions
};

struct Section {
    const survey::Survey* survey = nullptr;
    int y = 0;
    std::vector<Row> rows;
};

class Sheet {
public:
    Sheet(const Previewed& previewed, const PreviewOptions& options, candor_desktop_text* text)
        : document_(*previewed.document), options_(options), text_(text), colors_(options.dark ? kDark : kLight) {
        std::size_t most = 1;
        for (const survey::Survey* survey : previewed.surveys) {
            sections_.push_back({survey, 0, {{pieces_.size(), 0, 0, 0}}});
            for (Scene& scene : scenes_of(*survey)) add(std::move(scene));
            sections_.back().rows[0].count = pieces_.size() - sections_.back().rows[0].first;
            most = std::max(most, sections_.back().rows[0].count);
        }
        arrange(most);
    }

    bool fits() const { return std::max(width_, height_) * options_.scale <= Paper::kMost; }

    // The PNG file, and its size and cards in `out`.
    Result<std::string> draw(Pictured& out) {
        Paper paper(width_, height_, options_.scale, colors_.paper);
        out.width = width_ * options_.scale;
        out.height = height_ * options_.scale;
        write_title(paper);
        for (const Section& section : sections_) {
            write_heading(paper, section);
            for (const Row& row : section.rows) {
                for (std::size_t i = 0; i < row.count; ++i) put(paper, row, i, out);
            }
        }
        if (failed_) return fail("", "text could not be drawn");
        return paper.png();
    }

private:
    void add(Scene scene) {
        Piece piece;
        piece.scene = std::move(scene);
        if (piece.scene.interview) {
            piece.card = card_of(document_, options_, piece.scene, *candor_desktop_text_interface(text_));
            cut_out(piece, options_.width);
            piece_width_ = std::max(piece_width_, piece.width);
        } else {
            piece.height = kUnreached;
        }
        pieces_.push_back(std::move(piece));
    }

    // So many beside each other as there is room for.
    void arrange(std::size_t most) {
        if (piece_width_ == 0) piece_width_ = kNarrowest;
        const int room = (kWidest - 2 * kMargin + kGap) / (piece_width_ + kGap);
        columns_ = std::min(most, static_cast<std::size_t>(std::max(room, 1)));
        const int columns = static_cast<int>(columns_);
        width_ = std::max(kNarrowest, 2 * kMargin + columns * piece_width_ + (columns - 1) * kGap);
        height_ = kTitle;
        for (Section& section : sections_) arrange(section);
        height_ += kMargin - kGap;
    }

    void arrange(Section& section) {
        const std::size_t end = section.rows[0].first + section.rows[0].count;
        std::size_t first = section.rows[0].first;
        section.rows.clear();
        section.y = height_;
        height_ += kHeading;
        while (first < end) {
            Row row{first, std::min(columns_, end - first), height_ + kCaption, 0};
            for (std::size_t i = 0; i < row.count; ++i) row.height = std::max(row.height, pieces_[first + i].height);
            height_ = row.y + row.height + kGap;
            first += row.count;
            section.rows.push_back(row);
        }
    }

    void write_title(Paper& paper) const {
        const double room = width_ - 2 * kMargin;
        paper.text({kMargin, 30}, room, document_.product.view(), {22, 600, colors_.text});
        const std::string file = std::filesystem::path(options_.file).filename().string();
        const std::string locale(wanted_locale(options_, document_));
        const std::string look =
            std::string(options_.dark ? "dark" : "light") + ", " + std::to_string(options_.width) + " pixels wide";
        const std::string facts =
            file + " · revision " + std::to_string(document_.revision) + " · " + locale + " · " + look;
        paper.text({kMargin, 61}, room, facts, {13, 400, colors_.muted});
    }

    void write_heading(Paper& paper, const Section& section) const {
        const survey::Survey& survey = *section.survey;
        const double room = width_ - 2 * kMargin;
        const double y = section.y + 14;
        const double name = paper.text({kMargin, y}, room, survey.id.view(), {17, 600, colors_.text}) + 10;
        std::string facts = survey.kind == survey::Kind::relationship ? "relationship" : "transactional";
        if (!survey.wave.empty()) facts += " · wave " + std::string(survey.wave);
        if (!survey.enabled) facts += " · not enabled";
        paper.text({kMargin + name, y + 3}, room - name, facts, {13, 400, colors_.muted});
    }

    // What it is, and below that of which survey, and for whom.
    void write_caption(Paper& paper, const Piece& piece, Point at) const {
        const Scene& scene = piece.scene;
        const double room = piece_width_;
        const double name = paper.text(at, room, scene.question->id.view(), {14, 600, colors_.text}) + 7;
        paper.text({at.x + name, at.y}, room - name, survey::type_name(scene.question->type), {14, 400, colors_.muted});
        std::string facts(scene.survey->id);
        if (scene.band) facts += std::string(" · ") + readers_of(*scene.band);
        if (!scene.after.empty()) facts += " · after " + scene.after;
        const bool translated =
            !scene.interview || survey::same_tag(piece.card.locale, wanted_locale(options_, document_));
        if (!translated) facts += " · in " + std::string(piece.card.locale);
        paper.text({at.x, at.y + 20}, room, facts, {12, 400, colors_.muted});
    }

    void put(Paper& paper, const Row& row, std::size_t column, Pictured& out) {
        const Piece& piece = pieces_[row.first + column];
        const int x = kMargin + static_cast<int>(column) * (piece_width_ + kGap);
        // Cards that come up from the lower edge are of one screen; one in a corner has as much of it as it needs.
        const int height = piece.card.layout == card::Layout::sheet ? row.height : piece.height;
        const Box box{static_cast<double>(x), static_cast<double>(row.y), static_cast<double>(piece_width_),
                      static_cast<double>(height)};
        write_caption(paper, piece, {box.x, box.y - kCaption + 4});
        paper.picture({box.x, box.y}, drawn(piece, height), kRadius);
        paper.outline(box, kRadius, colors_.edge);
        if (!piece.scene.interview) {
            paper.text({box.x + 24, box.y + box.height / 2 - 10}, box.width - 48, "No answers lead to this question.",
                       {14, 400, colors_.muted});
        }
        const Scene& scene = piece.scene;
        const int scale = options_.scale;
        out.cards.push_back({scene.survey->id, scene.survey->wave, scene.question->id,
                             std::string(survey::type_name(scene.question->type)), scene.band,
                             scene.interview.has_value(), x * scale, row.y * scale, piece_width_ * scale,
                             height * scale});
    }

    // The piece, in that height: what it is more than its own lies above the card.
    Bitmap drawn(const Piece& piece, int height) {
        Bitmap bitmap(piece_width_ * options_.scale, height * options_.scale, colors_.surface);
        if (!piece.scene.interview) return bitmap;
        const auto ratio = static_cast<float>(options_.scale);
        const paint::Picture picture = painter_.paint(piece.card, piece.card.colors, ratio);
        std::vector<candor_text_run> runs;
        const candor_draw draw = draw_of(picture, runs);
        const desktop::Pixels pixels{bitmap.pixels.data(), bitmap.width, bitmap.height,
                                     static_cast<std::size_t>(bitmap.width)};
        const float top = piece.bottom - static_cast<float>(height);
        if (desktop::draw_pixels(text_, draw, ratio, piece.left, top, pixels) != CANDOR_OK) failed_ = true;
        return bitmap;
    }

    const survey::Document& document_;
    const PreviewOptions& options_;
    candor_desktop_text* text_;
    Colors colors_;
    paint::Painter painter_;
    std::vector<Piece> pieces_;
    std::vector<Section> sections_;
    std::size_t columns_ = 1;
    int piece_width_ = 0, width_ = 0, height_ = 0;
    bool failed_ = false;
};

Report draw_into(const PreviewOptions& options, const Previewed& previewed, Pictured& out) {
    std::string why;
    const DesktopText text = text_for(wanted_locale(options, *previewed.document), why);
    if (!text) return unusable("preview", why);
    Sheet sheet(previewed, options, text.get());
    if (!sheet.fits()) {
        return unusable(options.picture, "would be larger than a picture can be; choose one of the surveys");
    }
    const auto png = sheet.draw(out);
    if (!png) return unusable(options.picture, png.error().reason);
    const auto written = write_file(options.picture, *png);
    return written ? previewed.report : unusable(options.picture, written.error().reason);
}

}  // namespace

Pictured preview_picture(const PreviewOptions& options) {
    Pictured out;
    out.picture = options.picture;
    std::error_code none;
    if (std::filesystem::equivalent(options.picture, options.file, none)) {
        out.report = unusable(options.picture, "is a source itself; choose another file for the picture");
        return out;
    }
    const Previewed previewed = read_for_preview(options);
    out.report = previewed.report.exit == kGood ? draw_into(options, previewed, out) : previewed.report;
    return out;
}

}  // namespace candor::cli
