#include "card/frame.hpp"

#include <algorithm>
#include <cmath>

#include "base/floats.hpp"
#include "card/node.hpp"
#include "card/text_block.hpp"

namespace candor::card {

namespace {

constexpr float kNarrowBelow = 520;  // in what is narrower a corner is a sheet
constexpr float kWidest = 480, kWidestInline = 560, kNarrowest = 280;
constexpr float kLeastPitch = 28;  // for a pointer
constexpr float kThumb = 44;
constexpr float kEndless = 1e5f;

float within(float value, float least, float most, float otherwise) {
    return std::isfinite(value) ? clamped(value, least, most) : otherwise;
}

// Smaller type in a field makes phones zoom in when it gets the focus.
constexpr Measures kNarrow{20, 18, kThumb, kThumb, 16};
constexpr Measures kWide{22, 20, 36, 32, 15};

void place_sheet(Frame& frame) {
    frame.width = frame.surface_width;
    frame.top = 16;
    frame.bottom = frame.surface_height;
}

void place_corner(Frame& frame, Direction direction) {
    const float margin = frame.surface_width >= 768 ? 24 : 16;
    frame.width = snap(smaller(kWidest, frame.surface_width - 2 * margin), frame.pixel_ratio);
    frame.x = direction == Direction::rtl ? margin : frame.surface_width - margin - frame.width;
    frame.top = margin;
    frame.bottom = frame.surface_height - margin;
}

void place_modal(Frame& frame) {
    const float margin = frame.narrow ? 12 : 24;
    frame.width = snap(smaller(kWidest, frame.surface_width - 2 * margin), frame.pixel_ratio);
    frame.x = (frame.surface_width - frame.width) / 2;
    frame.top = margin;
    frame.bottom = frame.surface_height - margin;
}

// In the middle of its slot, from its upper edge down as far as need be.
void place_inline(Frame& frame, float slot) {
    frame.width = snap(clamped(slot, kNarrowest, kWidestInline), frame.pixel_ratio);
    frame.x = larger((slot - frame.width) / 2, 0.0f);
    frame.bottom = kEndless;
}

}  // namespace

Frame frame_of(const Options& options, const survey::Theme& theme, survey::Layout layout, Direction direction) {
    Frame frame;
    frame.pixel_ratio = within(options.pixel_ratio, 0.5f, 8, 1);
    frame.surface_width = within(options.width, 160, 32768, 160);
    frame.surface_height = within(options.height, 120, 32768, 120);
    const float slot = within(options.slot_width, 0, 32768, 0);
    const bool has_slot = layout == survey::Layout::inline_ && slot > 0;
    frame.narrow = (has_slot ? slot : frame.surface_width) < kNarrowBelow;
    static_cast<Measures&>(frame) = frame.narrow ? kNarrow : kWide;
    frame.radius = static_cast<float>(std::clamp(theme.radius.value_or(16), 0, 28));
    if (has_slot) {
        frame.layout = Layout::inline_;
        place_inline(frame, slot);
    } else if (layout == survey::Layout::modal) {
        frame.layout = Layout::modal;
        place_modal(frame);
    } else if (frame.narrow) {
        frame.layout = Layout::sheet;
        place_sheet(frame);
    } else {
        place_corner(frame, direction);
    }
    // As much room at the sides as still lets six thumb-sized targets stand in a row.
    frame.pad = frame.narrow ? snap(clamped((frame.width - 6 * kThumb) / 2, 8.0f, 20.0f), frame.pixel_ratio) : 24;
    frame.most_height = larger(frame.bottom - frame.top, 96.0f);
    frame.x = snap(frame.x, frame.pixel_ratio);
    frame.bottom = snap(frame.bottom, frame.pixel_ratio);
    frame.inner = frame.width - 2 * frame.pad;
    return frame;
}

Grid grid_of(const Frame& frame, int cells) {
    Grid grid;
    grid.columns = cells;
    grid.gap = frame.narrow ? 4 : 6;
    const float room = frame.inner + grid.gap;
    const int most = std::max(static_cast<int>(room / (frame.narrow ? kThumb : kLeastPitch)), 1);
    grid.rows = (cells + most - 1) / most;
    grid.columns = (cells + grid.rows - 1) / grid.rows;
    grid.pitch = room / static_cast<float>(grid.columns);
    // All cells are equally wide, to the pixel; what is left over goes to the gaps.
    grid.cell_width = std::floor((grid.pitch - grid.gap) * frame.pixel_ratio) / frame.pixel_ratio;
    grid.cell_height = kThumb;
    return grid;
}

}  // namespace candor::card
