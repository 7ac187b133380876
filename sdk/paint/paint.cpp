#include "paint/paint.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "base/floats.hpp"
#include "card/node.hpp"
#include "imgui.h"
#include "imgui_internal.h"
#include "paint/shapes.hpp"

namespace candor::paint {

namespace {

using card::Node;
using card::Palette;
using card::Rect;

using card::kClose;
constexpr card::NodeId kThanks("thanks");
constexpr std::int32_t kWhite = -1;   // in place of a run
constexpr int kMostVertices = 65535;  // an index has 16 bits
constexpr int kNodeVertices = 4096;   // no node takes more
constexpr std::size_t kFewCommands =
    4;  // beside those of lines: what is dimmed, the card, its window, and what stands above that
constexpr float kCellRadius = 10, kFieldRadius = 10, kButtonRadius = 10;
constexpr float kFocusWidth = 2, kFocusGap = 1;
constexpr std::uint32_t kBackdrop = 0x80101018u;
#ifndef __EMSCRIPTEN__
constexpr float kEntranceBelow = 16;  // of its place, where the card comes from
#endif

// ---- the hash ----

struct Hash {
    std::uint64_t value = 14695981039346656037ull;
    void add(std::uint32_t word) {
        value = (value ^ word) * 1099511628211ull;
        value ^= value >> 29;
    }
    // Of values that are made of words of 32 bits and nothing else.
    void add_words(const void* values, std::size_t bytes) {
        const auto* at = static_cast<const unsigned char*>(values);
        for (const unsigned char* end = at + bytes; at != end; at += sizeof(std::uint32_t)) {
            std::uint32_t word = 0;
            std::memcpy(&word, at, sizeof word);
            add(word);
        }
    }
};

std::uint64_t key_of(const Run& run) {
    static_assert(offsetof(Run, color) - offsetof(Run, style) == 7 * sizeof(std::uint32_t));
    Hash hash;
    for (char c : run.text) hash.add(static_cast<unsigned char>(c));
    const std::uint64_t size = run.text.size();
    hash.add_words(&size, sizeof size);
    hash.add_words(&run.style, 7 * sizeof(std::uint32_t));
    hash.add(run.color);
    return hash.value;
}

// Whether some font draws some of it in colours of its own. Errs towards yes, which costs a texture of one's own and no
// more: all beyond the first plane, symbols and dingbats, keycaps, and what asks for it (U+FE0F).
bool may_be_colourful(std::string_view text) {
    auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const unsigned lead = byte(i), second = byte(i + 1), third = byte(i + 2);
        const bool symbol = lead == 0xE2 && second >= 0x86 && second <= 0xAF;  // U+2180 to U+2BFF
        const bool keycap = lead == 0xE2 && second == 0x83 && third == 0xA3;   // U+20E3
        const bool asks = lead == 0xEF && second == 0xB8 && third == 0x8F;     // U+FE0F
        const bool sign =
            lead == 0xE3 && (second == 0x80 || second == 0x8A) && third >= 0x97;  // U+3030, U+3297 and the like
        if (lead >= 0xF0 || symbol || keycap || asks || sign) return true;
    }
    return false;
}

std::uint64_t revision_of(const Picture& picture) {
    static_assert(sizeof(Vertex) == 5 * sizeof(std::uint32_t) && sizeof(Command) == 7 * sizeof(std::uint32_t));
    Hash hash;
    hash.add_words(picture.vertices.data(), picture.vertices.size_bytes());
    for (std::uint16_t index : picture.indices) hash.add(index);
    hash.add_words(picture.commands.data(), picture.commands.size_bytes());
    for (const Run& run : picture.runs) hash.add_words(&run.key, sizeof run.key);
    return hash.value;
}

// ---- one painting ----

class Painting {
public:
    Painting(ImDrawList& list, const card::Card& card, const Palette& palette, float pixel, RunColor run_color,
             Picture& picture)
        : list_(list),
          card_(card),
          colors_(palette),
          pixel_(pixel),
          run_color_(run_color),
          brush_{list, pixel},
          picture_(picture) {}

    void paint();

private:
    bool room_for(int vertices) const { return list_.VtxBuffer.Size + vertices <= kMostVertices; }
    bool shows_focus(const Node& node) const;
    std::uint32_t touched_accent(bool pressed) const;
    bool is_new(const Node& node) const;
    void reveal(int first, const Node& node) const;
    void enter(int content);
    void fade(int first, float share) const;
    void begin(std::int32_t run);
    void clip_to(const Rect& rect);
    void body();
    void shape(const Node& node);
    void draw(const Node& node);
    void ring(const Node& node, float radius);
    void cell(const Node& node);
    void choice(const Node& node);
    void link(const Node& node);
    void tick(float x, float y, float size);
    void field(const Node& node);
    void button(const Node& node);
    void close(const Node& node);
    void mark(const Node& node);
    void text(const card::TextRun& line, std::uint32_t color);
    [[gnu::noinline]] float up(float length) const { return std::ceil(length / pixel_ - 0.001f) * pixel_; }
    float near(float length) const { return rounded(length / pixel_) * pixel_; }

    ImDrawList& list_;
    const card::Card& card_;
    const Palette& colors_;
    float pixel_;
    RunColor run_color_;
    Brush brush_;
    Picture& picture_;
    Rect clip_;
    Rect rect_;         // of the card as it is drawn now
    float lower_ = 0;   // by how much what stands on it is
    int backdrop_ = 0;  // vertices of what is dimmed, which come first
};

bool is(const Node& node, card::States state) { return (node.states & state) != 0; }

// What cannot be seen takes no input either: only the dialog and what is scrolled away have an empty rect.
bool visible(const Node& node) { return node.rect.width > 0 && node.rect.height > 0; }

// What an accent is under the pointer: away from its ink, which must stay readable.
std::uint32_t Painting::touched_accent(bool pressed) const {
    return card::blend(colors_.accent, colors_.on_accent ^ 0xffffffu, pressed ? 0.2f : 0.1f);
}

bool Painting::shows_focus(const Node& node) const {
    return is(node, card::kFocused) && (card_.focus_visible || node.role == card::Role::textbox);
}

// A command for what is drawn from now on. That before is given up where it drew nothing, and goes on where it is
// alike.
void Painting::begin(std::int32_t run) {
    const auto first = static_cast<std::uint32_t>(list_.IdxBuffer.Size);
    std::size_t count = picture_.commands.size();
    if (count > 0 && picture_.commands[count - 1].first_index == first) --count;
    const Command* before = count > 0 ? &picture_.commands[count - 1] : nullptr;
    const bool alike = before && before->run == run && before->clip == clip_;
    if (!alike) ++count;
    picture_.commands = {picture_.commands.data(), count};
    if (!alike) picture_.commands[count - 1] = {clip_, run, first, 0};
}

// ---- what moves ----

float between(float from, float to, float share) { return from + (to - from) * share; }

bool Painting::is_new(const Node& node) const {
    const std::span<const std::int32_t> old = card_.pose.old;
    return std::find(old.begin(), old.end(), node.id.value) == old.end();
}

// What was drawn since that vertex, out of the card's own colour, which shows nothing of what lies below a shape.
void Painting::fade(int first, float share) const {
    for (int i = first; i < list_.VtxBuffer.Size; ++i) {
        ImDrawVert& vertex = list_.VtxBuffer[i];
        vertex.pos.y += lower_;
        const std::uint32_t color = card::blend(packed(colors_.background), vertex.col, share);
        vertex.col = (vertex.col & 0xff000000u) | (color & 0xffffffu);
    }
}

#ifndef __EMSCRIPTEN__  // a page's own style sheet brings the card in, controls and all
void Painting::enter(int content) {
    const float share = card_.pose.entrance;
    lower_ = (1 - share) * kEntranceBelow;
    fade(content, share);
    for (int i = 0; i < list_.VtxBuffer.Size; ++i) {
        ImDrawVert& vertex = list_.VtxBuffer[i];
        const auto alpha = static_cast<std::uint32_t>(rounded(static_cast<float>(vertex.col >> 24) * share));
        vertex.col = (vertex.col & 0xffffffu) | alpha << 24;
        if (i >= backdrop_ && i < content) vertex.pos.y += lower_;
    }
}
#endif

void Painting::clip_to(const Rect& rect) {
    const float left = larger(rect.x, 0.0f), top = larger(rect.y, 0.0f);
    clip_ = {left, top, larger(rect.x + rect.width - left, 0.0f), larger(rect.y + rect.height - top, 0.0f)};
    begin(kWhite);
}

void Painting::body() {
    const bool sheet = card_.layout == card::Layout::sheet;
    const Corners corners = sheet ? Corners::upper : Corners::all;
    Rect far = grown(rect_, -10);
    far.y += sheet ? 0 : 12;
    Rect near = rect_;
    near.y += sheet ? -1 : 2;
    if (card_.layout != card::Layout::inline_) {  // which lies on nothing
        shadow(list_, far, card_.radius, 40, colors_.shadow);
        shadow(list_, near, card_.radius, 7, card::blend(colors_.shadow & 0xffffffu, colors_.shadow, 0.55f));
    }
    Rect edge = rect_;
    const float width = brush_.whole(1);
    brush_.fill(edge, card_.radius, colors_.border, corners);
    edge = grown(edge, -width);
    if (sheet) edge = {rect_.x, edge.y, rect_.width, rect_.height - width};
    brush_.fill(edge, card_.radius - width, colors_.background, corners);
}

void Painting::ring(const Node& node, float radius) {
    if (!shows_focus(node)) return;
    const float gap = brush_.whole(kFocusGap), width = brush_.whole(kFocusWidth);
    brush_.bordered(grown(node.box, gap + width), radius + gap + width, colors_.background, colors_.focus, width);
}

void Painting::cell(const Node& node) {
    ring(node, kCellRadius);
    const bool hovered = is(node, card::kHovered), pressed = is(node, card::kPressed);
    const std::uint32_t rest = node.tint != 0 ? node.tint : colors_.cell;
    std::uint32_t fill = hovered ? colors_.cell_hover : rest;
    std::uint32_t border = hovered ? colors_.accent : colors_.cell_border;
    if (pressed) fill = card::blend(colors_.cell_hover, colors_.accent, 0.14f);
    if (is(node, card::kChecked)) {
        const std::uint32_t chosen = hovered ? touched_accent(pressed) : colors_.accent;
        const float share = node.id == card_.pose.chosen ? card_.pose.choice : 1;
        fill = card::blend(fill, chosen, share);
        border = card::blend(border, chosen, share);
    }
    brush_.bordered(node.box, kCellRadius, fill, border, brush_.whole(1));
}

void Painting::field(const Node& node) {
    const bool focused = shows_focus(node);
    const bool disabled = is(node, card::kDisabled);
    std::uint32_t border =
        is(node, card::kHovered) ? card::blend(colors_.cell_border, colors_.text, 0.35f) : colors_.cell_border;
    if (disabled) border = colors_.border;
    if (is(node, card::kInvalid)) border = colors_.error;
    if (focused) border = colors_.focus;
    brush_.bordered(node.box, kFieldRadius, colors_.field, border, brush_.whole(focused ? kFocusWidth : 1));
    for (const Rect& stroke : node.ink) brush_.fill(stroke, 0, colors_.text);
}

void Painting::button(const Node& node) {
    if (node.id == kClose) return close(node);
    ring(node, kButtonRadius);
    const bool hovered = is(node, card::kHovered), pressed = is(node, card::kPressed);
    if (is(node, card::kPrimary)) {
        std::uint32_t fill = colors_.accent;
        if (hovered) fill = touched_accent(pressed);
        if (is(node, card::kDisabled)) fill = card::blend(colors_.background, colors_.accent, 0.4f);
        brush_.fill(node.box, kButtonRadius, fill);
    } else if (hovered) {
        brush_.fill(node.box, kButtonRadius,
                    pressed ? card::blend(colors_.cell_hover, colors_.accent, 0.14f) : colors_.cell_hover);
    }
}

void Painting::close(const Node& node) {
    const Rect& box = node.box;
    ring(node, box.height / 2);
    const bool hovered = is(node, card::kHovered);
    if (hovered) {
        const float strength = is(node, card::kPressed) ? 0.16f : 0.08f;
        brush_.fill(box, box.height / 2, card::blend(colors_.background, colors_.text, strength));
    }
    constexpr float kArm = 5;
    const float x = box.x + box.width / 2, y = box.y + box.height / 2;
    const std::uint32_t color = hovered ? colors_.text : colors_.muted;
    brush_.line(x - kArm, y - kArm, x + kArm, y + kArm, 1.6f, color);
    brush_.line(x - kArm, y + kArm, x + kArm, y - kArm, 1.6f, color);
}

// In the middle of a mark; 1 is the size of that beside the thanks.
void Painting::tick(float x, float y, float size) {
    brush_.line(x - 5.6f * size, y - 0.1f * size, x - 1.3f * size, y + 4.2f * size, 2, colors_.on_accent);
    brush_.line(x - 2.0f * size, y + 4.2f * size, x + 5.8f * size, y - 3.6f * size, 2, colors_.on_accent);
}

// The tick in its disc.
void Painting::mark(const Node& node) {
    const Rect& box = node.box;
    brush_.fill(box, box.height / 2, colors_.accent);
    tick(box.x + box.width / 2, box.y + box.height / 2, 1);
}

// Its row, and before the text a circle where one may be chosen, a square where several may.
void Painting::choice(const Node& node) {
    ring(node, kCellRadius);
    const Rect& box = node.box;
    const bool one = node.role == card::Role::radio, checked = is(node, card::kChecked);
    const bool hovered = is(node, card::kHovered);
    std::uint32_t fill = hovered ? colors_.cell_hover : colors_.cell;
    if (is(node, card::kPressed)) fill = card::blend(colors_.cell_hover, colors_.accent, 0.14f);
    std::uint32_t border = hovered || checked ? colors_.accent : colors_.cell_border;
    if (is(node, card::kInvalid)) border = colors_.error;
    brush_.bordered(box, kCellRadius, fill, border, brush_.whole(1));
    constexpr float kSide = card::kChoiceMark;
    const bool rtl = card_.direction == card::Direction::rtl;
    Rect mark{near(rtl ? box.x + box.width - card::kChoicePad - kSide : box.x + card::kChoicePad),
              near(box.y + (box.height - kSide) / 2), kSide, kSide};
    const std::uint32_t inside = checked ? colors_.accent : fill;
    brush_.bordered(mark, one ? kSide / 2 : 5, inside, checked ? colors_.accent : colors_.cell_border, brush_.whole(1));
    if (!checked) return;
    if (one) {
        brush_.fill(grown(mark, -6), kSide / 2 - 6, colors_.on_accent);
    } else {
        tick(mark.x + kSide / 2, mark.y + kSide / 2, 0.75f);
    }
}

void Painting::link(const Node& node) {
    ring(node, kButtonRadius);
    const std::uint32_t color = is(node, card::kHovered) ? colors_.text : colors_.accent;
    for (const card::TextRun& line : node.runs) {
        brush_.fill({line.x, near(line.baseline + 3), line.width, brush_.whole(1)}, 0, color);
    }
}

void Painting::shape(const Node& node) {
    switch (node.role) {
        case card::Role::radio: return card_.scale_rows > 0 ? cell(node) : choice(node);
        case card::Role::checkbox: return choice(node);
        case card::Role::link: return link(node);
        case card::Role::textbox: return field(node);
        case card::Role::button: return button(node);
        case card::Role::heading:
            if (node.id == kThanks) mark(node);
            return;
        default: return;
    }
}

// A quad of whole device pixels, so that the texture is copied and not resampled.
void Painting::text(const card::TextRun& line, std::uint32_t color) {
    if (line.text.find_first_not_of(' ') == std::string_view::npos || !room_for(4)) return;
    Run run;
    run.text = line.text;
    run.style = line.style;
    run.left = up(line.style.px * 0.25f);
    run.width = up(line.width) + 2 * run.left;
    run.baseline = up(line.ascent + line.style.px * 0.15f);
    run.height = run.baseline + up(line.descent + line.style.px * 0.15f);
    const bool tinted = run_color_ == RunColor::white || !may_be_colourful(line.text);
    run.color = tinted ? 0xffffffffu : line.color;
    run.key = key_of(run);
    std::size_t index = 0;
    while (index < picture_.runs.size() && picture_.runs[index].key != run.key) ++index;
    if (index == picture_.runs.size()) {
        run.text = picture_.memory.keep(run.text);
        picture_.runs = {picture_.runs.data(), index + 1};
        picture_.runs[index] = run;
    }
    begin(static_cast<std::int32_t>(index));
    const Rect place{near(line.x) - run.left, near(line.baseline) - run.baseline, run.width, run.height};
    quad(list_, place, tinted ? color : 0xffffffffu, 1);
}

void Painting::draw(const Node& node) {
    const int first = list_.VtxBuffer.Size;
    shape(node);
    reveal(first, node);
}

void Painting::reveal(int first, const Node& node) const {
    if (card_.pose.reveal < 1) fade(first, is_new(node) ? card_.pose.reveal : 1);
}

void Painting::paint() {
    std::size_t lines = 0;
    for (const Node& node : card_.nodes) lines += node.runs.size();
    picture_.runs = picture_.memory.array<Run>(lines).first(0);
    picture_.commands = picture_.memory.array<Command>(lines + kFewCommands).first(0);
    // While something is revealed the edges are on their way from where they were, and what stands on the card keeps
    // its distance to the upper one.
    const Rect& from = card_.pose.from;
    rect_ = card_.rect;
    if (const float share = card_.pose.reveal; share < 1) {
        rect_.y = between(from.y, rect_.y, share);
        rect_.height = between(from.y + from.height, card_.rect.y + card_.rect.height, share) - rect_.y;
        lower_ = rect_.y - card_.rect.y;
    }
    if (card_.backdrop.width > 0) {
        clip_to(card_.backdrop);
        quad(list_, card_.backdrop, kBackdrop, 0);
        backdrop_ = list_.VtxBuffer.Size;
    }
    const Rect reach = grown(rect_, card::kShadowReach);
    clip_to(reach);
    body();
    [[maybe_unused]] const int content = list_.VtxBuffer.Size;
    if (card_.window) {
        clip_to(*card_.window);
    } else if (card_.pose.reveal < 1) {
        clip_to(rect_);
    }
    const Node* close = nullptr;
    for (const Node& node : card_.nodes) {
        if (card_.window && node.id == kClose) {
            close = &node;  // stands above the window
        } else if (visible(node) && room_for(kNodeVertices)) {
            draw(node);
        }
    }
    // Text after all shapes: fewer changes of texture.
    for (const Node& node : card_.nodes) {
        const int first = list_.VtxBuffer.Size;
        const bool choosing = node.id == card_.pose.chosen;
        for (const card::TextRun& line : node.runs) {
            text(line, choosing ? card::blend(colors_.text, line.color, card_.pose.choice) : line.color);
        }
        reveal(first, node);
    }
    if (close && room_for(kNodeVertices)) {
        clip_to(reach);
        draw(*close);
    }
#ifndef __EMSCRIPTEN__
    if (card_.pose.entrance < 1) enter(content);
#endif
    // Each command reaches to the next one.
    auto end = static_cast<std::uint32_t>(list_.IdxBuffer.Size);
    std::span<Command>& commands = picture_.commands;
    if (commands.back().first_index == end) commands = commands.first(commands.size() - 1);
    for (std::size_t i = commands.size(); i-- > 0;) {
        Command& command = commands[i];
        command.index_count = end - command.first_index;
        end = command.first_index;
    }
}

// As for a new frame, with one command for all: what differs in clip or texture the picture knows.
void restart(ImDrawList& list, float pixel) {
    if (list.CmdBuffer.Size == 0) list.CmdBuffer.push_back(ImDrawCmd());
    list.VtxBuffer.Size = list.IdxBuffer.Size = 0;
    list._VtxCurrentIdx = 0;
    list._FringeScale = pixel;
    list.Flags = ImDrawListFlags_AntiAliasedFill;  // neither line textures nor vertex offsets
}

template <class T, class U>
std::span<T> copied(const ImVector<U>& from, Arena& memory) {
    static_assert(sizeof(T) == sizeof(U));
    const std::span<T> to = memory.array<T>(static_cast<std::size_t>(from.Size));
    if (!to.empty()) std::memcpy(to.data(), from.Data, to.size_bytes());
    return to;
}

}  // namespace

struct Painter::Lists {
    Lists() { list._Data = &shared; }

    ImDrawListSharedData shared;
    ImDrawList list{nullptr};  // the shared data need not know of it
};

Painter::Painter() = default;
Painter::~Painter() = default;

Picture Painter::paint(const card::Card& card, const card::Palette& palette, float pixel_ratio, RunColor run_color) {
    Picture picture;
    if (card.nodes.empty()) return picture;
    if (!lists_) lists_ = std::make_unique<Lists>();
    const float pixel = 1 / (std::isfinite(pixel_ratio) ? clamped(pixel_ratio, 0.5f, 8.0f) : 1.0f);
    ImDrawList& list = lists_->list;
    restart(list, pixel);
    Painting(list, card, palette, pixel, run_color, picture).paint();
    picture.vertices = copied<Vertex>(list.VtxBuffer, picture.memory);
    picture.indices = copied<std::uint16_t>(list.IdxBuffer, picture.memory);
    picture.revision = revision_of(picture);
    return picture;
}

}  // namespace candor::paint
