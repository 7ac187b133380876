#include "card/frame.hpp"

#include <algorithm>
#include <cmath>

#include "base/floats.hpp"
#include "card/node.hpp"
#include "card/text_block.hpp"

namespace candor::card {

namespace {

constexpr float kSheetBelow = 520;  // a surface narrower than this gets a sheet
constexpr float kWidest = 480;
constexpr float kLeastPitch = 28;
constexpr float kThumb = 44;

float within(float value, float least, float most, float otherwise) {
    return std::isfinite(value) ? clamped(value, least, most) : otherwise;
}

// Smaller type in a field makes phones zoom in when it gets the focus.
constexpr Measures kSheet{20, 18, kThumb, kThumb, 16};
constexpr Measures kCorner{22, 20, 36, 32, 15};

void place_sheet(Frame& frame) {
    frame.width = frame.surface_width;
    frame.bottom = frame.surface_height;
    frame.most_height = frame.surface_height - 16;
    // As much room at the sides as still lets six thumb-sized targets stand in a row.
    frame.pad = snap(clamped((frame.width - 6 * kThumb) / 2, 8.0f, 20.0f), frame.pixel_ratio);
}

void place_corner(Frame& frame, Direction direction) {
    const float margin = frame.surface_width >= 768 ? 24 : 16;
    frame.width = snap(smaller(kWidest, frame.surface_width - 2 * margin), frame.pixel_ratio);
    frame.x = direction == Direction::rtl ? margin : frame.surface_width - margin - frame.width;
    frame.bottom = frame.surface_height - margin;
    frame.most_height = frame.surface_height - 2 * margin;
    frame.pad = 24;
}

}  // namespace

Frame frame_of(const Options& options, const survey::Theme& theme, Direction direction) {
    Frame frame;
    frame.pixel_ratio = within(options.pixel_ratio, 0.5f, 8, 1);
    frame.surface_width = within(options.width, 160, 32768, 160);
    frame.surface_height = within(options.height, 120, 32768, 120);
    frame.sheet = frame.surface_width < kSheetBelow;
    frame.radius = static_cast<float>(std::clamp(theme.radius.value_or(16), 0, 28));
    static_cast<Measures&>(frame) = frame.sheet ? kSheet : kCorner;
    if (frame.sheet) {
        place_sheet(frame);
    } else {
        place_corner(frame, direction);
    }
    frame.most_height = larger(frame.most_height, 96.0f);
    frame.x = snap(frame.x, frame.pixel_ratio);
    frame.bottom = snap(frame.bottom, frame.pixel_ratio);
    frame.inner = frame.width - 2 * frame.pad;
    return frame;
}

Grid grid_of(const Frame& frame, int cells) {
    Grid grid;
    grid.columns = cells;
    grid.gap = frame.sheet ? 4 : 6;
    const float room = frame.inner + grid.gap;
    if (room / static_cast<float>(cells) < kLeastPitch)
        grid.columns = std::clamp(static_cast<int>(room / kThumb), 1, 6);
    grid.rows = (cells + grid.columns - 1) / grid.columns;
    grid.pitch = room / static_cast<float>(grid.columns);
    // All cells are equally wide, to the pixel; what is left over goes to the gaps.
    grid.cell_width = std::floor((grid.pitch - grid.gap) * frame.pixel_ratio) / frame.pixel_ratio;
    grid.cell_height = kThumb;
    return grid;
}

}  // namespace candor::card
