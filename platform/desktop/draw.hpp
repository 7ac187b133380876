// Made of containers, and what whoever draws one asks of it first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "candor/candor.h"

namespace candor::desktop {

// What lies in these containers, of which it borrows.
template <class Vertices, class Indices, class Commands, class Runs>
candor_draw draw_of(const Vertices& vertices, const Indices& indices, const Commands& commands, const Runs& runs) {
    candor_draw draw{};
    draw.size = sizeof draw;
    draw.vertices = vertices.data();
    draw.vertex_count = vertices.size();
    draw.indices = indices.data();
    draw.index_count = indices.size();
    draw.commands = commands.data();
    draw.command_count = commands.size();
    draw.runs = runs.data();
    draw.run_count = runs.size();
    return draw;
}

// Nothing points outside its array.
inline bool valid(const candor_draw& draw) {
    if ((draw.vertex_count && !draw.vertices) || (draw.index_count && !draw.indices) ||
        (draw.command_count && !draw.commands) || (draw.run_count && !draw.runs)) {
        return false;
    }
    for (size_t i = 0; i < draw.command_count; ++i) {
        const candor_draw_command& command = draw.commands[i];
        if (command.first_index > draw.index_count || command.index_count > draw.index_count - command.first_index ||
            command.run < -1 || (command.run >= 0 && static_cast<size_t>(command.run) >= draw.run_count)) {
            return false;
        }
    }
    return std::all_of(draw.indices, draw.indices + draw.index_count,
                       [&](uint16_t index) { return index < draw.vertex_count; });
}

}  // namespace candor::desktop
