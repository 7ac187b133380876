// A Dear ImGui without a window or a GPU, of whichever version the test is compiled with: input is what the test says,
// textures are kept in memory, and what ImGui would have drawn can be read.
#pragma once

#include <candor/candor_imgui.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "candor/desktop.h"
#include "triangles.hpp"

namespace embed_test {

struct Texture {
    int width = 0, height = 0;
    std::vector<uint8_t> pixels;  // straight alpha
};

// One corner of a triangle in the order in which it is drawn.
struct Drawn {
    ImVec2 pos, uv;
    ImU32 color = 0;
    ImVec4 clip;
    ImTextureID texture = {};
};

class Gui {
public:
    Gui(int width, int height, float ratio = 1, bool vertex_offsets = true);
    ~Gui();
    Gui(const Gui&) = delete;
    Gui& operator=(const Gui&) = delete;

    // One frame of the host's: what `windows` submits.
    void frame(const std::function<void()>& windows);

    void move(float x, float y);
    void button(bool down);
    void wheel(float by);
    void key(ImGuiKey key, bool down);
    void control(bool down);  // the key beside others
    void type(const char* text);

    // Of the last frame.
    std::vector<Drawn> drawn() const;
    size_t lists() const;
    embed::Canvas picture(const std::array<uint8_t, 3>& background) const;

    // For candor_imgui.h, with this text part.
    candor::imgui::Host host(candor_desktop_text* text);
    ImTextureID atlas() const;
    bool has(ImTextureID texture) const { return textures_.count(texture) > 0; }
    const Texture& texture(ImTextureID texture) const { return textures_.at(texture); }

    int made = 0, destroyed = 0;    // textures of runs
    bool refuses_textures = false;  // of runs

private:
    ImTextureID keep(Texture texture);
    void take_textures();

    ImGuiContext* context_;
    std::map<ImTextureID, Texture> textures_;
    intptr_t next_ = 1;
    float ratio_;
    candor_desktop_text* text_ = nullptr;
};

}  // namespace embed_test
