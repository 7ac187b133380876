// What the painter made, as a host is given it.
#pragma once

#include <vector>

#include "candor/candor.h"
#include "desktop/failure.hpp"
#include "paint/paint.hpp"

namespace candor::cli {

// As candor_card_draw hands them out.
static_assert(sizeof(candor_vertex) == sizeof(paint::Vertex));
static_assert(sizeof(candor_draw_command) == sizeof(paint::Command));

// Lives as long as the picture and `runs`.
inline candor_draw draw_of(const paint::Picture& picture, std::vector<candor_text_run>& runs) {
    for (const paint::Run& run : picture.runs) {
        const candor_string text{run.text.data(), run.text.size()};
        const candor_text_style style{run.style.px, run.style.weight, static_cast<std::int32_t>(run.style.direction)};
        runs.push_back({run.key, text, style, run.width, run.height, run.baseline, run.left});
    }
    auto draw = desktop::sized<candor_draw>();
    draw.vertices = reinterpret_cast<const candor_vertex*>(picture.vertices.data());
    draw.vertex_count = picture.vertices.size();
    draw.indices = picture.indices.data();
    draw.index_count = picture.indices.size();
    draw.commands = reinterpret_cast<const candor_draw_command*>(picture.commands.data());
    draw.command_count = picture.commands.size();
    draw.runs = runs.data();
    draw.run_count = runs.size();
    return draw;
}

}  // namespace candor::cli
