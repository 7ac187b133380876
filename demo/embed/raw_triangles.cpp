// The card as vertices, indices, commands and textures, for any engine: here one in memory, without a window. What an
// engine needs to know: a vertex' colour has straight alpha, a run's picture is premultiplied and white, and a colour
// glyph in it keeps its colours.
#include <candor/desktop.h>

#include <algorithm>
#include <array>
#include <candor/candor.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "survey.h"
#include "triangles.hpp"

namespace {

constexpr float kWidth = 800, kHeight = 600, kRatio = 2;  // the surface, and device pixels to a logical one

struct Destroy {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

int fail(const std::string& why) {
    std::fprintf(stderr, "raw_triangles: %s\n", why.c_str());
    return 1;
}

struct Texture {
    int32_t width = 0, height = 0;
    std::vector<uint8_t> pixels;

    // The nearest: the card lays its text on whole device pixels.
    embed::Color at(float u, float v) const {
        const int x = std::clamp(static_cast<int>(u * static_cast<float>(width)), 0, width - 1);
        const int y = std::clamp(static_cast<int>(v * static_cast<float>(height)), 0, height - 1);
        const uint8_t* texel = &pixels[static_cast<size_t>(y * width + x) * 4];
        return embed::color_of(texel[0] | texel[1] << 8 | texel[2] << 16 | static_cast<uint32_t>(texel[3]) << 24);
    }
};

// An engine keeps them by run.key while kRatio stays the same. Empty: it could not be made.
Texture texture_of(candor_desktop_text* text, const candor_text_run& run) {
    Texture texture;
    if (candor_desktop_text_extent(&run, kRatio, &texture.width, &texture.height) != CANDOR_OK) return {};
    texture.pixels.resize(static_cast<size_t>(texture.width) * static_cast<size_t>(texture.height) * 4);
    const candor_status status =
        candor_desktop_text_rasterise(text, &run, kRatio, texture.pixels.data(), texture.pixels.size());
    return status == CANDOR_OK ? texture : Texture{};
}

embed::Color premultiplied(const embed::Color& color) {
    return {color.r * color.a, color.g * color.a, color.b * color.a, color.a};
}

embed::Color tinted(const embed::Color& texel, const embed::Color& tint) {
    const bool colour_glyph = texel.a - std::min({texel.r, texel.g, texel.b}) > 0.01F * texel.a;
    if (colour_glyph) return texel * tint.a;
    return {texel.r * tint.r, texel.g * tint.g, texel.b * tint.b, texel.a * tint.a};
}

// The ten lines. False: some line of text is missing.
bool paint(embed::Canvas& canvas, candor_desktop_text* text, const candor_draw& draw) {
    bool whole = true;
    const auto pixel = [](float at, int most) {
        return std::clamp(static_cast<int>(std::lround(at * kRatio)), 0, most);
    };
    for (const candor_draw_command* command = draw.commands; command != draw.commands + draw.command_count; ++command) {
        const bool textured = command->run >= 0;  // else white
        const Texture texture = textured ? texture_of(text, draw.runs[command->run]) : Texture{};
        whole = whole && (!textured || !texture.pixels.empty());
        if (textured && texture.pixels.empty()) continue;
        const candor_rect& rect = command->clip;
        const embed::Clip clip = {pixel(rect.x, canvas.width), pixel(rect.y, canvas.height),
                                  pixel(rect.x + rect.width, canvas.width), pixel(rect.y + rect.height, canvas.height)};
        for (uint32_t i = 0; i + 2 < command->index_count; i += 3) {
            std::array<embed::Corner, 3> corners{};
            for (uint32_t k = 0; k < 3; ++k) {
                const candor_vertex& vertex = draw.vertices[draw.indices[command->first_index + i + k]];
                corners[k] = {vertex.x * kRatio, vertex.y * kRatio, vertex.u, vertex.v, embed::color_of(vertex.color)};
            }
            embed::fill(canvas, clip, corners, [&](const embed::Color& color, float u, float v) {
                return textured ? tinted(texture.at(u, v), premultiplied(color)) : premultiplied(color);
            });
        }
    }
    return whole;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3 || std::string(words[1]) != "--picture") return fail("usage: raw_triangles --picture FILE.ppm");
    const std::unique_ptr<candor_desktop_text, Destroy> text(candor_desktop_text_create(nullptr, nullptr));
    if (!text) return fail("there is no text part");
    candor_host host = {};
    host.size = sizeof host;
    host.text = candor_desktop_text_interface(text.get());
    candor::Options options;
    options.project = EMBED_PROJECT;
    options.host = &host;
    candor::Client client(options);
    if (!client.ok()) return fail(client.why());
    client.on(CANDOR_EVENT_READY, [&](const candor_event&) { client.show(EMBED_SURVEY); });  // an app: client.track(…)
    client.on(CANDOR_EVENT_ERROR, [](const candor_event& event) { fail(std::string(candor::viewed(event.text))); });
    if (client.load(EMBED_DOCUMENT) != CANDOR_OK) return fail("the document is refused");
    for (int turn = 0; turn < 10 && !client.prompt(); ++turn) {  // an app ticks each frame, and waits for nothing
        if (client.flush(10'000) != CANDOR_OK) return fail("the store does not answer");
        client.tick();
    }

    candor_card_options surface = CANDOR_CARD_OPTIONS_INIT;
    surface.width = kWidth;
    surface.height = kHeight;
    surface.pixel_ratio = kRatio;
    candor_draw draw = CANDOR_DRAW_INIT;
    const candor_status status = candor_card_draw(client.handle(), &surface, &draw);
    if (status != CANDOR_OK) return fail("no card is drawn: " + std::to_string(status));
    embed::Canvas canvas(static_cast<int>(kWidth * kRatio), static_cast<int>(kHeight * kRatio), {41, 56, 77});
    if (!paint(canvas, text.get(), draw)) return fail("a line of text is missing");
    if (!embed::write_ppm(words[2], canvas)) return fail("the picture cannot be written");
    client.presented();  // it can be seen
    return 0;
}
