// A client's card inside a host's own Dear ImGui: C++17, header only, compiled by the host against the ImGui that it
// has, 1.86 or later. Candor's own copy of Dear ImGui is hidden inside its library and has nothing to do with it.
//
//   candor::imgui::Card card({context, make_texture, destroy_texture, rasterise});
//   each frame:  candor_tick(client);
//                ImGui::NewFrame();
//                ... the host's own windows ...
//                const candor::imgui::Frame frame = card.frame(client);
//                ImGui::Render();
//                ... the backend draws and swaps ...
//                card.presented(client);
//
// The card is a window of the host's ImGui that shows nothing of itself: so ImGui knows where the mouse is over it,
// keeps it from the windows below, and says so in io.WantCaptureMouse. It lies above all windows but open popups. Its
// triangles go into that window's draw list, or into one of the host's. Keys and text reach the card only while its
// focus is inside: then io.WantCaptureKeyboard is set, and io.WantTextInput in a text box. Tab leads in, where no item
// or keyboard navigation of the host's wants it; enter() does so by any other key of the host's.
//
// Thread: the one that has the ImGui context, which must be current in frame(). No exception is thrown but
// std::bad_alloc. Of the context nothing is changed beyond what any window changes.
#ifndef CANDOR_CANDOR_IMGUI_H_
#define CANDOR_CANDOR_IMGUI_H_

#include <imgui.h>
#include <imgui_internal.h>  // the order of windows, and the place of an input method

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "candor/candor.h"

namespace candor::imgui {

// What a host gives for text: each line of it becomes a texture.
struct Host {
    void* context = nullptr;  // goes with each call
    // RGBA of one byte each, straight alpha as ImGui's backends blend it, rows from the top without gaps. False: it
    // could not be made, and the line is left out of this frame.
    bool (*make_texture)(void* context, const std::uint8_t* pixels, int width, int height,
                         ImTextureID* texture) = nullptr;
    // It was in no frame of the last kFramesKept, or the card goes.
    void (*destroy_texture)(void* context, ImTextureID texture) = nullptr;
    // The run in white, colour glyphs in their own colours, premultiplied: what candor_desktop_text_rasterise writes
    // into `capacity` bytes at `pixels`, width x height x 4.
    candor_status (*rasterise)(void* context, const candor_text_run* run, float pixel_ratio, std::uint8_t* pixels,
                               std::size_t capacity) = nullptr;
};

struct Look {
    ImDrawList* list = nullptr;  // where it is drawn, within its clip; none: the card's own window
    ImVec2 position = {};        // of the surface that the card stands on, and its size;
    ImVec2 size = {};            // no size: the main viewport
    float scale = 1;             // ImGui's units to a logical pixel
    float pixel_ratio = 0;       // device pixels to one of ImGui's units; 0: io.DisplayFramebufferScale
    std::int32_t scheme = CANDOR_SCHEME_LIGHT;
    std::int32_t reduced_motion = 0;
    std::int64_t frame_time = 0;  // ms of a clock that only goes on, such as 1000 * ImGui::GetTime(); 0: nothing moves
};

struct Frame {
    // CANDOR_OK: drawn. CANDOR_NO_PROMPT: there is none, and nothing was added. CANDOR_FAILED: a line of text could not
    // be made a texture, the rest is drawn. CANDOR_UNSUPPORTED: the client has no text host, or the list takes no more
    // vertices (indices of 16 bits, and a backend without ImGuiBackendFlags_RendererHasVtxOffset). Else what
    // candor_card_draw said.
    candor_status status = CANDOR_NO_PROMPT;
    bool mouse = false;            // the mouse is the card's: over it, or pressed on it
    bool keyboard = false;         // keys are the card's: its focus is inside, or this frame's key led there
    ImVec2 min = {};               // the card's place in ImGui's units, shadow not counted
    ImVec2 max = {};               //
    std::int64_t next_frame = -1;  // as candor_card's: for a host that does not draw all the time
};

// A texture that was not used in so many frames is let go.
constexpr int kFramesKept = 30;

namespace detail {

// ---- what differs between versions ----

inline bool pressed(ImGuiKey key, bool repeat) {
#if IMGUI_VERSION_NUM >= 18700
    return ImGui::IsKeyPressed(key, repeat);
#else
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), repeat);
#endif
}

#if IMGUI_VERSION_NUM >= 18700
constexpr ImGuiKey kKeypadEnter = ImGuiKey_KeypadEnter;
#else
constexpr ImGuiKey kKeypadEnter = ImGuiKey_KeyPadEnter;
#endif

inline bool any_key_pressed() {
#if IMGUI_VERSION_NUM >= 18700
    for (int key = ImGuiKey_NamedKey_BEGIN; key < ImGuiKey_GamepadStart; ++key) {
        if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(key), false)) return true;
    }
#else
    for (int key = 0; key < IM_ARRAYSIZE(ImGui::GetIO().KeysDown); ++key) {
        if (ImGui::IsKeyPressed(key, false)) return true;
    }
#endif
    return ImGui::GetIO().InputQueueCharacters.Size > 0;
}

// Now, for what the host does after this frame, and in the next one from its beginning.
inline void capture_keyboard() {
    ImGui::GetIO().WantCaptureKeyboard = true;
#if IMGUI_VERSION_NUM >= 18900
    ImGui::SetNextFrameWantCaptureKeyboard(true);
#else
    ImGui::CaptureKeyboardFromApp(true);
#endif
}

inline void place_input_method(ImVec2 position, float height) {
    ImGui::GetIO().WantTextInput = true;
    ImGuiContext& context = *ImGui::GetCurrentContext();
#if IMGUI_VERSION_NUM >= 18700
    context.PlatformImeData.WantVisible = true;
    context.PlatformImeData.InputPos = position;
    context.PlatformImeData.InputLineHeight = height;
#if IMGUI_VERSION_NUM >= 19200
    context.PlatformImeData.WantTextInput = true;
    context.PlatformImeData.ViewportId = ImGui::GetMainViewport()->ID;
#endif
#else
    context.PlatformImePos = ImVec2(position.x, position.y + height);
#endif
}

#ifdef IMGUI_HAS_TEXTURES
using Texture = ImTextureRef;
inline Texture atlas() { return ImGui::GetIO().Fonts->TexRef; }
inline Texture texture_of(ImTextureID id) { return {id}; }
inline void push_texture(ImDrawList& list, const Texture& texture) { list.PushTexture(texture); }
inline void pop_texture(ImDrawList& list) { list.PopTexture(); }
#else
using Texture = ImTextureID;
inline Texture atlas() { return ImGui::GetIO().Fonts->TexID; }
inline Texture texture_of(ImTextureID id) { return id; }
inline void push_texture(ImDrawList& list, Texture texture) { list.PushTextureID(texture); }
inline void pop_texture(ImDrawList& list) { list.PopTextureID(); }
#endif

// ---- colours ----

constexpr std::uint32_t kOpaque = 0xff000000U;
constexpr std::uint32_t kWhite = 0x00ffffffU;

inline ImU32 color_of(std::uint32_t color) {  // a host may have B lowest
    return IM_COL32(color & 0xffU, color >> 8 & 0xffU, color >> 16 & 0xffU, color >> 24);
}

// One of a colour glyph, as candor_desktop_text_rasterise tells them apart.
inline bool is_coloured(const std::uint8_t* texel) {
    const int least = std::min({texel[0], texel[1], texel[2]});
    return 100 * (texel[3] - least) > texel[3];
}

inline bool any_coloured(const std::vector<std::uint8_t>& pixels) {
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        if (is_coloured(&pixels[i])) return true;
    }
    return false;
}

// From premultiplied to straight alpha. What is no colour glyph takes the tint.
inline void straighten(std::vector<std::uint8_t>& pixels, std::uint32_t tint) {
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        std::uint8_t* texel = &pixels[i];
        const bool coloured = is_coloured(texel);
        const int alpha = texel[3];
        for (int part = 0; part < 3; ++part) {
            const int own = coloured ? std::min(255, (texel[part] * 255 + alpha / 2) / alpha) : 0;
            texel[part] = static_cast<std::uint8_t>(coloured ? own : static_cast<int>(tint >> (8 * part) & 0xffU));
        }
    }
}

// ---- textures of runs ----

// Text is white and takes the colour of its vertices. ImGui's backends know no more than that, so a run with colour
// glyphs has its tint within its texture, and one texture for each.
class Runs {
public:
    explicit Runs(const Host& host) : host_(host) {}
    ~Runs() { clear(); }
    Runs(const Runs&) = delete;
    Runs& operator=(const Runs&) = delete;

    struct Entry {
        std::uint64_t key;
        float ratio;
        bool coloured;
        std::uint32_t tint;
        ImTextureID texture;
        int unused;  // frames
    };

    // None where it could not be made.
    const Entry* find(const candor_text_run& run, float ratio, std::uint32_t color) {
        const std::uint32_t tint = color & kWhite;
        for (Entry& entry : entries_) {
            if (entry.key != run.key || entry.ratio != ratio || (entry.coloured && entry.tint != tint)) continue;
            entry.unused = 0;
            return &entry;
        }
        return make(run, ratio, tint);
    }

    void end_frame() {
        const auto let_go = [this](Entry& entry) {
            if (entry.unused++ < kFramesKept) return false;
            host_.destroy_texture(host_.context, entry.texture);
            return true;
        };
        entries_.erase(std::remove_if(entries_.begin(), entries_.end(), let_go), entries_.end());
    }

    void clear() {
        for (const Entry& entry : entries_) host_.destroy_texture(host_.context, entry.texture);
        entries_.clear();
    }

    std::size_t size() const { return entries_.size(); }

private:
    static int side(float length, float ratio) {  // as candor_desktop_text_extent
        return static_cast<int>(std::clamp(std::ceil(length * ratio - 0.01F), 1.0F, 8192.0F));
    }

    const Entry* make(const candor_text_run& run, float ratio, std::uint32_t tint) {
        const int width = side(run.width, ratio), height = side(run.height, ratio);
        pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
        if (host_.rasterise(host_.context, &run, ratio, pixels_.data(), pixels_.size()) != CANDOR_OK) return nullptr;
        const bool coloured = any_coloured(pixels_);
        straighten(pixels_, coloured ? tint : kWhite);
        entries_.reserve(entries_.size() + 1);  // first: what is made is kept
        ImTextureID texture = {};
        if (!host_.make_texture(host_.context, pixels_.data(), width, height, &texture)) return nullptr;
        entries_.push_back({run.key, ratio, coloured, tint, texture, 0});
        return &entries_.back();
    }

    Host host_;
    std::vector<Entry> entries_;
    std::vector<std::uint8_t> pixels_;
};

// ---- triangles ----

// Where the surface lies among ImGui's units.
struct Surface {
    ImVec2 origin = {};
    float width = 0, height = 0;  // logical pixels
    float scale = 1;
    float ratio = 1;  // device pixels to a logical one

    ImVec2 out(float x, float y) const { return {origin.x + x * scale, origin.y + y * scale}; }
    ImVec2 in(ImVec2 at) const { return {(at.x - origin.x) / scale, (at.y - origin.y) / scale}; }
};

// Writes one candor_draw into a list: all of its vertices, and then each command's indices under its clip and texture.
class Copy {
public:
    Copy(ImDrawList& list, const candor_draw& draw, const Surface& surface, Runs& runs)
        : list_(list), draw_(draw), surface_(surface), runs_(runs) {}

    candor_status write() {
        const auto count = static_cast<int>(draw_.vertex_count);
        const bool small = sizeof(ImDrawIdx) == 2 && !(list_.Flags & ImDrawListFlags_AllowVtxOffset);
        if (small && list_._VtxCurrentIdx + draw_.vertex_count > 0xffffU) return CANDOR_UNSUPPORTED;
        list_.PrimReserve(0, count);
        base_ = list_._VtxCurrentIdx;
        first_ = list_.VtxBuffer.Size - count;
        for (std::size_t i = 0; i < draw_.vertex_count; ++i) {
            const candor_vertex& vertex = draw_.vertices[i];
            list_.PrimWriteVtx(surface_.out(vertex.x, vertex.y), ImVec2(vertex.u, vertex.v), color_of(vertex.color));
        }
        for (std::size_t i = 0; i < draw_.command_count; ++i) command(draw_.commands[i]);
        return status_;
    }

private:
    void command(const candor_draw_command& command) {
        const std::uint16_t* indices = draw_.indices + command.first_index;
        const candor_rect& clip = command.clip;
        list_.PushClipRect(surface_.out(clip.x, clip.y), surface_.out(clip.x + clip.width, clip.y + clip.height), true);
        if (command.run < 0) {
            const ImVec2 white = ImGui::GetIO().Fonts->TexUvWhitePixel;
            for (std::uint32_t i = 0; i < command.index_count; ++i) vertex(indices[i]).uv = white;
            write_indices(indices, command.index_count, atlas());
        } else {
            for (std::uint32_t begin = 0, end = 0; begin < command.index_count; begin = end) {
                end = end_of_color(indices, begin, command.index_count);
                text(draw_.runs[command.run], indices + begin, end - begin);
            }
        }
        list_.PopClipRect();
    }

    std::uint32_t color_at(const std::uint16_t* index) const { return draw_.vertices[*index].color & kWhite; }

    // The end of the triangles that have the first one's colour.
    std::uint32_t end_of_color(const std::uint16_t* indices, std::uint32_t begin, std::uint32_t end) const {
        std::uint32_t at = begin + 3;
        while (at < end && color_at(indices + at) == color_at(indices + begin)) at += 3;
        return std::min(at, end);
    }

    void text(const candor_text_run& run, const std::uint16_t* indices, std::uint32_t count) {
        const Runs::Entry* entry = runs_.find(run, surface_.ratio, color_at(indices));
        if (!entry) {
            status_ = CANDOR_FAILED;
            return;
        }
        for (std::uint32_t i = 0; entry->coloured && i < count; ++i) {
            vertex(indices[i]).col = color_of(draw_.vertices[indices[i]].color | kWhite);
        }
        write_indices(indices, count, texture_of(entry->texture));
    }

    void write_indices(const std::uint16_t* indices, std::uint32_t count, const Texture& texture) {
        push_texture(list_, texture);
        list_.PrimReserve(static_cast<int>(count), 0);
        for (std::uint32_t i = 0; i < count; ++i) list_.PrimWriteIdx(static_cast<ImDrawIdx>(base_ + indices[i]));
        pop_texture(list_);
    }

    ImDrawVert& vertex(std::uint16_t index) { return list_.VtxBuffer[first_ + index]; }

    ImDrawList& list_;
    const candor_draw& draw_;
    const Surface& surface_;
    Runs& runs_;
    unsigned int base_ = 0;  // what an index begins at
    int first_ = 0;          // where the vertices begin
    candor_status status_ = CANDOR_OK;
};

// ---- input ----

// What input needs to know of the last layout.
struct Focus {
    bool inside = false;    // one of the card's nodes has the focus
    bool text_box = false;  // that node is a text box
    std::int32_t node = -1;
    candor_rect rect = {};  // its place
};

inline Focus focus_of(const candor_card& layout) {
    Focus focus;
    for (std::size_t i = 0; i < layout.node_count; ++i) {
        const candor_node& node = layout.nodes[i];
        if (!(node.states & CANDOR_STATE_FOCUSED)) continue;
        focus = {true, node.role == CANDOR_ROLE_TEXTBOX, node.id, node.rect};
    }
    return focus;
}

inline std::uint32_t modifiers() {
    const ImGuiIO& io = ImGui::GetIO();
    std::uint32_t modifiers = 0;
    if (io.KeyShift) modifiers |= CANDOR_MODIFIER_SHIFT;
    if (io.KeyCtrl || io.KeySuper) modifiers |= CANDOR_MODIFIER_CONTROL;
    if (io.KeyAlt) modifiers |= CANDOR_MODIFIER_ALT;
    return modifiers;
}

// What was typed in this frame, without the characters that some systems send for Enter, Tab and the like.
inline std::string typed_text() {
    ImVector<ImWchar> typed;
    for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
        if (c >= 0x20 && c != 0x7f) typed.push_back(c);
    }
    std::string text(static_cast<std::size_t>(typed.Size) * 4 + 1, '\0');
    const int size = ImTextStrToUtf8(&text[0], static_cast<int>(text.size()), typed.Data, typed.Data + typed.Size);
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace detail

// A client's card in one ImGui context. It goes before the renderer that its textures belong to.
class Card {
public:
    // The host's functions are all needed.
    explicit Card(const Host& host) : runs_(host) {}

    // Between ImGui::NewFrame and ImGui::Render, once a frame, also while nothing is asked.
    Frame frame(candor_client client, const Look& look = {}) {
        if (detail::any_key_pressed()) candor_typed(client);
        Frame frame;
        surface_ = surface_of(look);
        options_ = options_of(look);
        if (refresh(client)) {
            begin_window();
            frame.mouse = mouse(client);
            frame.keyboard = keyboard(client);
            frame.status = draw(client, look.list);
            ImGui::End();
            frame.min = surface_.out(layout_.rect.x, layout_.rect.y);
            frame.max = surface_.out(layout_.rect.x + layout_.rect.width, layout_.rect.y + layout_.rect.height);
            frame.next_frame = layout_.next_frame;
        } else {
            frame.status = status_;
        }
        drawn_ = frame.status == CANDOR_OK || frame.status == CANDOR_FAILED;
        if (!drawn_) away();
        runs_.end_frame();
        return frame;
    }

    // After the frame is on screen: reports the first one of each prompt to the client, which must know.
    void presented(candor_client client) {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        if (!drawn_ || candor_prompt_get(client, &prompt) != CANDOR_OK) return;
        std::string name(prompt.survey.data, prompt.survey.size);
        name.append(1, '\0').append(prompt.submission.data, prompt.submission.size);
        if (name != reported_ && candor_presented(client) == CANDOR_OK) reported_ = std::move(name);
    }

    // The next frame takes the keyboard's focus into the card, if there is one.
    void enter() { entering_ = true; }

    // Destroys all textures: before the renderer is gone or made anew. Those that are needed are made again.
    void release_textures() { runs_.clear(); }
    std::size_t textures() const { return runs_.size(); }

private:
    static detail::Surface surface_of(const Look& look) {
        const ImGuiViewport& viewport = *ImGui::GetMainViewport();
        const bool whole = look.size.x <= 0 || look.size.y <= 0;
        const ImVec2 size = whole ? viewport.Size : look.size;
        const float density = ImGui::GetIO().DisplayFramebufferScale.x;
        detail::Surface surface;
        surface.origin = whole ? viewport.Pos : look.position;
        surface.scale = look.scale > 0 ? look.scale : 1;
        surface.width = size.x / surface.scale;
        surface.height = size.y / surface.scale;
        surface.ratio = surface.scale * (look.pixel_ratio > 0 ? look.pixel_ratio : density > 0 ? density : 1);
        return surface;
    }

    candor_card_options options_of(const Look& look) const {
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = surface_.width;
        options.height = surface_.height;
        options.pixel_ratio = surface_.ratio;
        options.scheme = look.scheme;
        options.text_entry = CANDOR_TEXT_ENTRY_DRAWN;
        options.reduced_motion = look.reduced_motion;
        options.frame_time = look.frame_time;
        return options;
    }

    // The layout as it is now. False when there is no card.
    bool refresh(candor_client client) {
        layout_ = CANDOR_CARD_INIT;
        status_ = candor_card_layout(client, &options_, &layout_);
        focus_ = status_ == CANDOR_OK ? detail::focus_of(layout_) : detail::Focus{};
        return status_ == CANDOR_OK;
    }

    bool used(candor_client client, candor_status status) {
        refresh(client);
        return status == CANDOR_OK;
    }

    void away() { had_focus_ = held_ = over_ = entering_ = false; }

    // Shows nothing of itself, and neither moves nor takes the focus as it appears.
    void begin_window() const {
        const ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                                       ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                       ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav;
        const candor_rect rect = modal() ? candor_rect{0, 0, options_.width, options_.height} : layout_.rect;
        ImGui::SetNextWindowPos(surface_.out(rect.x, rect.y));
        ImGui::SetNextWindowSize(ImVec2(rect.width * surface_.scale, rect.height * surface_.scale));
#ifdef IMGUI_HAS_DOCK
        ImGui::Begin("##candor", nullptr, flags | ImGuiWindowFlags_NoDocking);
#else
        ImGui::Begin("##candor", nullptr, flags);
#endif
        // A window of the host's that was clicked came to the front. Popups stay above the card, those too that were
        // open before it came.
        ImGuiWindow* const window = ImGui::GetCurrentWindow();
        const bool popup = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
        if (!popup) ImGui::BringWindowToDisplayFront(window);
        if (popup && ImGui::IsWindowAppearing()) ImGui::BringWindowToDisplayBack(window);
    }

    // ---- the mouse: where ImGui's own hit test finds the card

    bool mouse(candor_client client) {
        const ImGuiIO& io = ImGui::GetIO();
        const bool over = ImGui::IsWindowHovered();
        const ImVec2 at = surface_.in(io.MousePos);
        const bool moved = at.x != mouse_.x || at.y != mouse_.y || over != over_;
        mouse_ = at;
        over_ = over;
        if (moved) point(client, over || held_ ? CANDOR_POINTER_MOVE : CANDOR_POINTER_LEAVE);
        if (ImGui::IsMouseClicked(0)) {
            if (!over) mouse_ = ImVec2(-1e4F, -1e4F);  // a press elsewhere takes the card's focus, whatever lies on it
            point(client, CANDOR_POINTER_DOWN);
            held_ = over;
        }
        const bool mine = over || held_;
        if (held_ && !io.MouseDown[0]) {
            held_ = false;
            point(client, CANDOR_POINTER_UP);
        }
        constexpr float kStep = 48;  // logical pixels to a notch
        if (over && io.MouseWheel != 0) used(client, candor_card_scroll(client, -io.MouseWheel * kStep));
        return mine;
    }

    void point(candor_client client, candor_pointer_kind kind) {
        used(client, candor_card_pointer(client, kind, mouse_.x, mouse_.y));
    }

    // ---- the keyboard: ImGui's focus and the card's go together

    bool keyboard(candor_client client) {
        follow_window(client);
        bool taken = focus_.inside;
        taken = keys(client) || taken;
        taken = text(client) || taken;
        follow_card();
        if (!focus_.inside && !modal()) return taken;
        detail::capture_keyboard();
        if (focus_.text_box) {
            detail::place_input_method(surface_.out(focus_.rect.x, focus_.rect.y), focus_.rect.height * surface_.scale);
        }
        return true;
    }

    // The host gave the focus to another window.
    void follow_window(candor_client client) {
        if (!focus_.inside || !had_focus_ || ImGui::IsWindowFocused()) return;
        used(client, candor_card_action(client, focus_.node, CANDOR_ACTION_BLUR, {nullptr, 0}));
    }

    void follow_card() {
        if (focus_.inside && !ImGui::IsWindowFocused()) ImGui::SetWindowFocus();
        if (!focus_.inside && had_focus_ && ImGui::IsWindowFocused()) ImGui::SetWindowFocus(nullptr);
        had_focus_ = focus_.inside;
    }

    bool keys(candor_client client) {
        struct Pair {
            ImGuiKey key;
            candor_key to;
        };
        static constexpr Pair kKeys[] = {
            {ImGuiKey_Tab, CANDOR_KEY_TAB},           {ImGuiKey_Enter, CANDOR_KEY_ENTER},
            {detail::kKeypadEnter, CANDOR_KEY_ENTER}, {ImGuiKey_Space, CANDOR_KEY_SPACE},
            {ImGuiKey_Escape, CANDOR_KEY_ESCAPE},     {ImGuiKey_LeftArrow, CANDOR_KEY_LEFT},
            {ImGuiKey_RightArrow, CANDOR_KEY_RIGHT},  {ImGuiKey_UpArrow, CANDOR_KEY_UP},
            {ImGuiKey_DownArrow, CANDOR_KEY_DOWN},    {ImGuiKey_Home, CANDOR_KEY_HOME},
            {ImGuiKey_End, CANDOR_KEY_END},           {ImGuiKey_Backspace, CANDOR_KEY_BACKSPACE},
            {ImGuiKey_Delete, CANDOR_KEY_DELETE},
        };
        const std::uint32_t modifiers = detail::modifiers();
        bool taken = way_in(client, modifiers);
        if (taken) return true;
        for (const Pair& pair : kKeys) {
            if (!focus_.inside && !modal()) break;
            // Held down, Enter would answer one question after the other.
            const bool presses = pair.to == CANDOR_KEY_ENTER || pair.to == CANDOR_KEY_SPACE;
            if (!detail::pressed(pair.key, focus_.text_box || !presses)) continue;
            if (focus_.text_box && pair.to == CANDOR_KEY_SPACE) continue;  // comes as text
            taken = used(client, candor_card_key(client, pair.to, modifiers)) || taken;
        }
        return paste(client, modifiers) || taken;
    }

    // It takes the whole surface and all keys.
    bool modal() const { return layout_.layout == CANDOR_LAYOUT_MODAL; }

    // All other keys belong to the host while the focus is not inside.
    bool way_in(candor_client client, std::uint32_t modifiers) {
        const ImGuiIO& io = ImGui::GetIO();
        const bool wanted = io.WantCaptureKeyboard || io.WantTextInput;
        const bool tab = detail::pressed(ImGuiKey_Tab, false) && !wanted &&
                         (modifiers & ~static_cast<std::uint32_t>(CANDOR_MODIFIER_SHIFT)) == 0;
        if (focus_.inside || !(std::exchange(entering_, false) || tab)) return false;
        return used(client, candor_card_key(client, CANDOR_KEY_TAB, tab ? modifiers : 0));
    }

    bool paste(candor_client client, std::uint32_t modifiers) {
        const bool wanted = (modifiers == CANDOR_MODIFIER_CONTROL && detail::pressed(ImGuiKey_V, false)) ||
                            (modifiers == CANDOR_MODIFIER_SHIFT && detail::pressed(ImGuiKey_Insert, false));
        if (!focus_.text_box || !wanted) return false;
        const char* text = ImGui::GetClipboardText();
        if (text && *text != '\0') used(client, candor_card_text(client, candor_text(text)));
        return true;
    }

    bool text(candor_client client) {
        if (!focus_.inside) return false;
        const std::string typed = detail::typed_text();
        ImGui::GetIO().InputQueueCharacters.resize(0);
        if (typed.empty() || (!focus_.text_box && typed == " ")) return false;  // came as a key
        return used(client, candor_card_text(client, {typed.data(), typed.size()}));
    }

    // ---- the picture

    candor_status draw(candor_client client, ImDrawList* list) {
        if (status_ != CANDOR_OK) return status_;  // what was pressed has closed it
        candor_draw draw = CANDOR_DRAW_INIT;
        const candor_status status = candor_card_draw(client, &options_, &draw);
        if (status != CANDOR_OK) return status;
        if (list) return detail::Copy(*list, draw, surface_, runs_).write();
        list = ImGui::GetWindowDrawList();
        list->PushClipRect(surface_.out(0, 0), surface_.out(surface_.width, surface_.height),
                           false);  // its shadow, too
        const candor_status written = detail::Copy(*list, draw, surface_, runs_).write();
        list->PopClipRect();
        return written;
    }

    detail::Runs runs_;
    detail::Surface surface_;
    candor_card_options options_ = CANDOR_CARD_OPTIONS_INIT;
    candor_card layout_ = CANDOR_CARD_INIT;
    candor_status status_ = CANDOR_NO_PROMPT;
    detail::Focus focus_;
    ImVec2 mouse_ = ImVec2(-1e4F, -1e4F);  // on the surface
    bool over_ = false;
    bool held_ = false;       // the button went down on the card
    bool had_focus_ = false;  // after the last frame, the card's and ImGui's
    bool entering_ = false;
    bool drawn_ = false;
    std::string reported_;  // the prompt whose first frame the client knows of
};

}  // namespace candor::imgui

#endif  // CANDOR_CANDOR_IMGUI_H_
