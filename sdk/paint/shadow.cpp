// A blurred rounded rectangle as a mesh of rings, each a shade lighter than the one within: no texture, a few hundred
// vertices, and no edge to be seen.
#include "base/floats.hpp"
#include "paint/shapes.hpp"

namespace candor::paint {

namespace {

constexpr int kRings = 12;
constexpr int kStep = 2, kCorner = 7;  // points on each of the four
constexpr unsigned kPoints = 4 * kCorner;

// Nearly the integral of a bell curve: 1 deep inside (-1), a half at the edge, 0 outside (+1), flat at both ends.
float darkness(float distance) {
    const float t = clamped((1 - distance) / 2, 0.0f, 1.0f);
    return t * t * t * (t * (t * 6 - 15) + 10);
}

void write_strip(ImDrawList& list, unsigned inner, unsigned outer) {
    for (unsigned i = 0; i < kPoints; ++i) {
        const unsigned next = (i + 1) % kPoints;
        for (unsigned index : {inner + i, outer + i, outer + next, inner + i, outer + next, inner + next}) {
            list.PrimWriteIdx(static_cast<ImDrawIdx>(index));
        }
    }
}

}  // namespace

void shadow(ImDrawList& list, const card::Rect& rect, float radius, float blur, std::uint32_t argb) {
    const auto alpha = static_cast<float>(argb >> 24);
    const float deepest = smaller(rect.width, rect.height) / 2;
    const unsigned first = list._VtxCurrentIdx;
    list.PrimReserve((kRings - 1) * kPoints * 6, kRings * kPoints);
    for (int ring = 0; ring < kRings; ++ring) {
        const float distance = 2 * static_cast<float>(ring) / (kRings - 1) - 1;
        const card::Rect edge = grown(rect, larger(distance * blur, -deepest));
        // Blurring rounds: the lines of equal darkness have wider corners than the shape.
        const float round =
            clamped(radius + blur * 0.6f + distance * blur, 1.0f, larger(smaller(edge.width, edge.height) / 2, 1.0f));
        const auto shade = static_cast<std::uint32_t>(rounded(alpha * darkness(distance)));
        outline(list, edge, round, kStep);
        for (const ImVec2& point : list._Path) {
            list.PrimWriteVtx(point, ImVec2(0, 0), packed((argb & 0xffffffu) | (shade << 24)));
        }
        list._Path.Size = 0;
        const unsigned at = first + static_cast<unsigned>(ring) * kPoints;
        if (ring > 0) write_strip(list, at - kPoints, at);
    }
}

}  // namespace candor::paint
