#include "gui.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace embed_test {

Gui::Gui(int width, int height, float ratio, bool vertex_offsets) : context_(ImGui::CreateContext()), ratio_(ratio) {
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = ImVec2(static_cast<float>(width), static_cast<float>(height));
    io.DisplayFramebufferScale = ImVec2(ratio, ratio);
    if (vertex_offsets) io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
#ifdef IMGUI_HAS_TEXTURES
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
#else
    for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
    unsigned char* pixels = nullptr;
    Texture atlas;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &atlas.width, &atlas.height);
    atlas.pixels.assign(pixels, pixels + static_cast<ptrdiff_t>(atlas.width) * atlas.height * 4);
    io.Fonts->SetTexID(keep(std::move(atlas)));
#endif
}

Gui::~Gui() {
#ifdef IMGUI_HAS_TEXTURES
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
        texture->SetTexID(ImTextureID_Invalid);
        texture->SetStatus(ImTextureStatus_Destroyed);
    }
#endif
    ImGui::DestroyContext(context_);
}

void Gui::frame(const std::function<void()>& windows) {
    ImGui::GetIO().DeltaTime = 1.0F / 60;
    ImGui::NewFrame();
    windows();
    ImGui::Render();
    take_textures();
}

ImTextureID Gui::keep(Texture texture) {
    // A number or a pointer, as the version has it.
    const auto id = (ImTextureID)next_++;  // NOLINT
    textures_[id] = std::move(texture);
    return id;
}

// What a backend of 1.92 does before it draws.
void Gui::take_textures() {
#ifdef IMGUI_HAS_TEXTURES
    for (ImTextureData* data : *ImGui::GetDrawData()->Textures) {
        if (data->Status == ImTextureStatus_WantCreate) {
            data->SetTexID(keep({}));
        } else if (data->Status == ImTextureStatus_WantDestroy) {
            textures_.erase(data->GetTexID());
            data->SetTexID(ImTextureID_Invalid);
            data->SetStatus(ImTextureStatus_Destroyed);
            continue;
        }
        if (data->Status == ImTextureStatus_OK || data->Format != ImTextureFormat_RGBA32) continue;
        const auto* pixels = static_cast<const uint8_t*>(data->GetPixels());
        textures_[data->GetTexID()] = {
            data->Width, data->Height, {pixels, pixels + static_cast<ptrdiff_t>(data->Width) * data->Height * 4}};
        data->SetStatus(ImTextureStatus_OK);
    }
#endif
}

// ---- input

#if IMGUI_VERSION_NUM >= 18700
void Gui::move(float x, float y) { ImGui::GetIO().AddMousePosEvent(x, y); }
void Gui::button(bool down) { ImGui::GetIO().AddMouseButtonEvent(0, down); }
void Gui::wheel(float by) { ImGui::GetIO().AddMouseWheelEvent(0, by); }
void Gui::key(ImGuiKey key, bool down) { ImGui::GetIO().AddKeyEvent(key, down); }
void Gui::control(bool down) { ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, down); }
#else
void Gui::move(float x, float y) { ImGui::GetIO().MousePos = ImVec2(x, y); }
void Gui::button(bool down) { ImGui::GetIO().MouseDown[0] = down; }
void Gui::wheel(float by) { ImGui::GetIO().MouseWheel = by; }
void Gui::key(ImGuiKey key, bool down) { ImGui::GetIO().KeysDown[key] = down; }
void Gui::control(bool down) { ImGui::GetIO().KeyCtrl = down; }
#endif
void Gui::type(const char* text) { ImGui::GetIO().AddInputCharactersUTF8(text); }

// ---- what was drawn

std::vector<Drawn> Gui::drawn() const {
    std::vector<Drawn> drawn;
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        for (const ImDrawCmd& command : list.CmdBuffer) {
            for (unsigned int k = 0; k < command.ElemCount; ++k) {
                const auto index = list.IdxBuffer[static_cast<int>(command.IdxOffset + k)];
                const ImDrawVert& vertex = list.VtxBuffer[static_cast<int>(command.VtxOffset + index)];
                drawn.push_back({vertex.pos, vertex.uv, vertex.col, command.ClipRect, command.GetTexID()});
            }
        }
    }
    return drawn;
}

size_t Gui::lists() const { return static_cast<size_t>(ImGui::GetDrawData()->CmdListsCount); }

ImTextureID Gui::atlas() const {
#ifdef IMGUI_HAS_TEXTURES
    return ImGui::GetIO().Fonts->TexRef.GetTexID();
#else
    return ImGui::GetIO().Fonts->TexID;
#endif
}

namespace {

// Between the four nearest, of straight alpha, as a GPU does it.
embed::Color sampled(const Texture& texture, float u, float v) {
    const float x = u * static_cast<float>(texture.width) - 0.5F, y = v * static_cast<float>(texture.height) - 0.5F;
    const float left = std::floor(x), top = std::floor(y);
    const auto texel = [&](float across, float down) {
        const int column = std::clamp(static_cast<int>(left + across), 0, texture.width - 1);
        const int row = std::clamp(static_cast<int>(top + down), 0, texture.height - 1);
        uint32_t packed = 0;
        std::memcpy(&packed, &texture.pixels.at(static_cast<size_t>(row * texture.width + column) * 4), 4);
        return embed::color_of(packed);
    };
    const embed::Color above = texel(0, 0) * (1 - x + left) + texel(1, 0) * (x - left);
    const embed::Color below = texel(0, 1) * (1 - x + left) + texel(1, 1) * (x - left);
    return above * (1 - y + top) + below * (y - top);
}

embed::Color unpacked(ImU32 color) {
    const auto part = [&](int shift) { return static_cast<float>(color >> shift & 0xff) / 255; };
    return {part(IM_COL32_R_SHIFT), part(IM_COL32_G_SHIFT), part(IM_COL32_B_SHIFT), part(IM_COL32_A_SHIFT)};
}

}  // namespace

// As ImGui's backends blend it: alpha is straight, and clips lose their fractions.
embed::Canvas Gui::picture(const std::array<uint8_t, 3>& background) const {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    embed::Canvas canvas(static_cast<int>(size.x * ratio_), static_cast<int>(size.y * ratio_), background);
    const std::vector<Drawn> corners = drawn();
    for (size_t i = 0; i + 2 < corners.size(); i += 3) {
        const ImVec4& rect = corners[i].clip;
        const auto pixel = [&](float at, int most) { return std::clamp(static_cast<int>(at * ratio_), 0, most); };
        const embed::Clip clip = {pixel(rect.x, canvas.width), pixel(rect.y, canvas.height),
                                  pixel(rect.z, canvas.width), pixel(rect.w, canvas.height)};
        std::array<embed::Corner, 3> triangle{};
        for (size_t k = 0; k < 3; ++k) {
            const Drawn& corner = corners[i + k];
            triangle[k] = {corner.pos.x * ratio_, corner.pos.y * ratio_, corner.uv.x, corner.uv.y,
                           unpacked(corner.color)};
        }
        const Texture& texture = textures_.at(corners[i].texture);
        embed::fill(canvas, clip, triangle, [&](const embed::Color& color, float u, float v) {
            const embed::Color texel = sampled(texture, u, v);
            const float alpha = color.a * texel.a;
            return embed::Color{color.r * texel.r * alpha, color.g * texel.g * alpha, color.b * texel.b * alpha, alpha};
        });
    }
    return canvas;
}

// ---- textures of runs

candor::imgui::Host Gui::host(candor_desktop_text* text) {
    text_ = text;
    candor::imgui::Host host;
    host.context = this;
    host.make_texture = [](void* context, const uint8_t* pixels, int width, int height, ImTextureID* texture) {
        auto& gui = *static_cast<Gui*>(context);
        if (gui.refuses_textures) return false;
        ++gui.made;
        *texture = gui.keep({width, height, {pixels, pixels + static_cast<ptrdiff_t>(width) * height * 4}});
        return true;
    };
    host.destroy_texture = [](void* context, ImTextureID texture) {
        auto& gui = *static_cast<Gui*>(context);
        if (gui.textures_.erase(texture) != 1) throw std::logic_error("a texture that is not there");
        ++gui.destroyed;
    };
    host.rasterise = [](void* context, const candor_text_run* run, float ratio, uint8_t* pixels, size_t capacity) {
        return candor_desktop_text_rasterise(static_cast<Gui*>(context)->text_, run, ratio, pixels, capacity);
    };
    return host;
}

}  // namespace embed_test
