// The node tree drawn with Dear ImGui's draw lists: shapes and images only, no ImGui context, no windows, no fonts.
// Text comes as textures that the host makes from the runs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "card/card.hpp"

namespace candor::paint {

struct Vertex {  // as ImDrawVert
    float x, y, u, v;
    std::uint32_t color;  // R in the lowest byte, straight alpha
};

struct Command {
    card::Rect clip;
    std::int32_t run;  // -1: a white pixel; else the index of the text run that is the texture
    std::uint32_t first_index, index_count;
};

// What colour the host is asked to rasterise runs in. `white`: all in white, and the vertices tint them, so that colour
// glyphs (emoji) are tinted too. `own`: a line that may hold colour glyphs comes in the colour of its text and is not
// tinted; the others stay white.
enum class RunColor { white, own };

// A line as the host is to rasterise it, with room around it for glyphs that reach over.
struct Run {
    std::uint64_t key;  // of text, style, size and colour: same key, same pixels at one ratio
    std::string_view text;
    card::TextStyle style;
    float width, height, baseline, left;
    std::uint32_t color;  // 0xAARRGGBB; always white but with RunColor::own
};

struct Picture {
    Arena memory;  // where all this stands
    std::span<Vertex> vertices;
    std::span<std::uint16_t> indices;
    std::span<Command> commands;
    std::span<Run> runs;
    std::uint64_t revision = 0;  // a hash of all of the above
};

class Painter {  // keeps ImGui's draw list and its memory between pictures
public:
    Painter();
    ~Painter();
    Painter(const Painter&) = delete;
    Painter& operator=(const Painter&) = delete;

    // `pixel_ratio` sets fringe and tessellation, so that edges are sharp on any screen.
    Picture paint(const card::Card& card, const card::Palette& palette, float pixel_ratio,
                  RunColor run_color = RunColor::white);

private:
    struct Lists;
    std::unique_ptr<Lists> lists_;
};

}  // namespace candor::paint
