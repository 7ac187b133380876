// The card's measures on a surface of that size. Logical pixels.
#pragma once

#include "card/card.hpp"

namespace candor::card {

// What differs between narrow cards and wide ones, and is the same on all surfaces.
struct Measures {
    float pad_top = 0, pad_bottom = 0;
    float control = 0;   // height of a button
    float close = 0;     // side of the close button
    float entry_px = 0;  // type size of the text box
};

struct Frame : Measures {
    float surface_width = 0, surface_height = 0, pixel_ratio = 1;
    Layout layout = Layout::corner;
    bool narrow = false;     // for thumbs
    float x = 0, width = 0;  // of the card
    float top = 0;           // of the room for it
    float bottom = 0;        // and its lower edge, on the surface; a modal card stands in its middle
    float most_height = 0;
    float pad = 0;    // at the sides
    float inner = 0;  // width between the pads
    float radius = 0;
};

Frame frame_of(const Options& options, const survey::Theme& theme, survey::Layout layout, Direction direction);

// How the cells of a scale stand: one row while each has room, else rows of targets that a thumb hits.
struct Grid {
    int columns = 11, rows = 1;
    float gap = 6;    // between two cells
    float pitch = 0;  // from one cell to the next
    float cell_width = 0, cell_height = 0;
};

Grid grid_of(const Frame& frame, int cells);

}  // namespace candor::card
