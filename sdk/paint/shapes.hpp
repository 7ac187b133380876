// Shapes on a Dear ImGui draw list, filled ones only: a border is a shape with a smaller one upon it, which keeps
// hairlines sharp at any pixel ratio.
#pragma once

#include <cstdint>

#include "card/card.hpp"
#include "imgui.h"

namespace candor::paint {

std::uint32_t packed(std::uint32_t argb);  // to R in the lowest byte

card::Rect grown(const card::Rect& rect, float by);

enum class Corners { all, upper };  // which of them are round

// Puts a rounded rectangle on the list's path, clockwise from the upper left. A quarter of a circle may have twelve
// chords; with a step of 2 it has six, and so on.
void outline(ImDrawList& list, const card::Rect& rect, float radius, int step, Corners corners = Corners::all);

// Two triangles, with a texture from corner to corner where `texture` is 1, and its first texel where it is 0.
void quad(ImDrawList& list, const card::Rect& rect, std::uint32_t argb, float texture);

struct Brush {
    ImDrawList& list;
    float pixel;  // one device pixel, in logical ones

    void fill(const card::Rect& rect, float radius, std::uint32_t argb, Corners corners = Corners::all) const;
    // A shape with a border inside its edge.
    void bordered(const card::Rect& rect, float radius, std::uint32_t argb, std::uint32_t border, float width) const;
    void line(float x1, float y1, float x2, float y2, float width, std::uint32_t argb) const;
    float whole(float length) const;  // to whole device pixels, one at least
};

// A soft shadow around where the rect stands, fading over `blur`; the inside is left empty, for the shape that covers
// it.
void shadow(ImDrawList& list, const card::Rect& rect, float radius, float blur, std::uint32_t argb);

}  // namespace candor::paint
