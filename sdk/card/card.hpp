// The interview as a laid-out tree of semantic nodes, and its controller. No drawing here, and no clock: values in,
// values out. paint/ draws the tree, the web mirrors it as real controls, a native host bridges it to its screen
// reader.
//
//   view  = what is to be shown (survey, interview, status)      -- the client's
//   ui    = focus, hover, pressed, caret                          -- the controller's
//   layout(view, ui, options, text) -> Card
//   handle(view, ui, card, input)   -> {ui', effect}              -- the client carries the effect out
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "base/string.hpp"
#include "candor/candor.h"
#include "interview/interview.hpp"
#include "survey/document.hpp"

namespace candor::card {

struct Rect {
    float x = 0, y = 0, width = 0, height = 0;
    bool contains(float px, float py) const { return px >= x && py >= y && px < x + width && py < y + height; }
    bool operator==(const Rect&) const = default;
};

enum class Direction { ltr, rtl };

// How far beyond the card's rect its shadow reaches: a host that draws onto a surface no larger than need be leaves
// this much room.
constexpr float kShadowReach = 48;

struct TextStyle {
    float px = 16;
    int weight = 400;
    Direction direction = Direction::ltr;
    bool operator==(const TextStyle&) const = default;
};

using Line = candor_text_line;  // begin and end in bytes of the text, and the width

// How text is measured: the host's, handed in. Same arguments, same results, within one layout.
using TextMeasurer = candor_text_host;

// Which node: its key in one word, the same in every layout.
struct NodeId {
    std::int32_t value = 0;  // none

    constexpr NodeId() = default;
    constexpr NodeId(std::string_view key) {
        std::uint32_t hash = 2166136261u;
        for (char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        value = static_cast<std::int32_t>(hash & 0x7fffffffu);
    }
    constexpr NodeId(const char* key) : NodeId(std::string_view(key)) {}
    constexpr operator std::int32_t() const { return value; }
    constexpr bool empty() const { return value == 0; }
    bool operator==(const NodeId&) const = default;
};

enum class Status { asking, storing, failed, done };

// Whether a box must be ticked before anything is stored.
enum class Agreement { unneeded, wanted, given };

struct View {
    const survey::Document* document = nullptr;
    const survey::Survey* survey = nullptr;
    const interview::Interview* interview = nullptr;
    Status status = Status::asking;
    std::string_view locale;
    bool preview = false;
    Agreement agreement = Agreement::unneeded;
    std::span<const survey::NamedText> given;  // by the app, for the texts to name
#ifndef __EMSCRIPTEN__                         // a page's field composes by itself
    // What an input method has composed so far, at the caret of the text box: seen there, and no part of the answer.
    std::string_view composing = {};
    std::size_t composing_caret = 0;  // byte in it
#endif

    interview::Reader reader() const { return {*document, *survey, *interview, locale, given}; }
};

struct Options {
    float width = 0, height = 0;  // of the surface, logical pixels
    float pixel_ratio = 1;
    bool dark = false;
    bool host_text_entry = false;  // the host lays a field of its own over the text box
    bool host_backdrop = false;    // and dims by itself what is behind a modal card
    bool reduced_motion = false;
    float slot_width = 0;         // of a place that the host keeps for cards that stand in it; 0: there is none
    std::int64_t frame_time = 0;  // ms, of a clock that only goes on; 0: nothing moves
};

enum class Role {
    dialog,
    heading,
    text,
    radiogroup,
    radio,
    textbox,
    button,
    status,
    alert,
    checkbox,
    link,
    group
};  // numbers of candor.h

enum States : std::uint32_t {  // numbers of candor.h
    kChecked = 1,
    kDisabled = 2,
    kFocused = 4,
    kHovered = 8,
    kPressed = 16,
    kInvalid = 32,
    kMultiline = 64,
    kPrimary = 128
};

// One line of text on the card, to be shaped and rasterised by the host.
struct TextRun {
    std::string_view text;
    TextStyle style;
    float x = 0, baseline = 0;  // left edge of the line, on the surface
    float width = 0;
    float ascent = 0, descent = 0;
    std::uint32_t color = 0;  // 0xAARRGGBB
};

// Texts and arrays stand in the memory of the card.
struct Node {
    NodeId id;
    std::int32_t parent = -1;
    Role role = Role::text;
    std::uint32_t states = 0;
    Rect rect;             // where it is, and where it takes the pointer; empty when scrolled out of sight
    float text_px = 0;     // up to here as in candor_node
    Rect box;              // what is drawn of it, within the rect
    std::string_view key;  // "card", "question", "scale", "score/9", "low", "high", "choices", "choice/price", "link",
                           // "follow-up", "comment", "notice", "consent", "alert", "progress", "required", "send",
                           // "next", "skip", "back", "later", "retry", "status", "thanks", "close"
    std::string_view name;
    std::string_view value;
    std::string_view description;
    std::string_view question;
    int cell = -1;           // of a scale: its score; of choices: which of those on the card
    std::uint32_t tint = 0;  // of a cell whose scale is coloured
    std::span<TextRun> runs;
    std::span<Line> lines;  // of a drawn text box: what of `value` stands on each run; none while something is composed
    std::span<Rect> ink;    // of a drawn, focused text box: the caret, then a line below each part of what is composed
};

// The look: derived from the document's theme; contrast is clamped. 0xAARRGGBB.
struct Palette {
    std::uint32_t background, border, shadow, text, muted, cell, cell_border, cell_hover, accent, on_accent, focus,
        error, field;
};
Palette palette(const survey::Theme& theme, bool dark);

// Of a cell on a coloured scale: red, amber, green from its low end to its high one, as light as lets its number be
// read.
std::uint32_t tint(const Palette& colors, float share);

// Contrast of two colours by WCAG, 1 to 21; alpha is ignored.
float contrast(std::uint32_t a, std::uint32_t b);

std::uint32_t blend(std::uint32_t from, std::uint32_t to, float share);

// How it stands: numbers of candor.h.
enum class Layout { corner, sheet, modal, inline_ };

// How far what moves has come, from 0 to 1; at 1 all is where it stays.
struct Pose {
    float entrance = 1;  // the whole card
    float reveal = 1;    // what is new on it
    float choice = 1;    // the cell that was chosen
    NodeId chosen;
    Rect from;                          // where the card was before what is new
    std::span<const std::int32_t> old;  // the nodes that were there

    bool still() const { return entrance == 1 && reveal == 1 && choice == 1; }
};

struct Card {
    Arena memory;
    Rect rect;
    Direction direction = Direction::ltr;
    Direction cells_direction = Direction::ltr;  // in which the scores of a scale rise
    std::string_view locale;
    Palette colors{};
    std::span<Node> nodes;  // parents first, in reading order
    std::size_t room = 0;   // for so many
    bool dark = false;
    Layout layout = Layout::corner;
    Rect backdrop;               // what a modal card dims, where the host does not
    bool focus_visible = false;  // the focus is to be drawn
    float radius = 0;            // of the corners
    int scale_rows = 0;          // of the scale; 0 when there is none
    int first_cell = 0, last_cell = -1;
    std::optional<Rect> window;  // when the card is higher than the surface: where the content shows; the rest is cut
    float scrolled = 0, most_scrolled = 0;  // then: how far the content is moved upwards, and how far it may be
    bool from_top = false;                  // and whether its beginning is what is wanted most
    NodeId page;                            // what is asked
    Pose pose;

    Node& add();
    const Node* find(std::int32_t id) const;
    const Node* find(std::string_view key) const { return find(NodeId(key).value); }
    const Node* at(float x, float y) const;  // the innermost actionable node there
    Node* cell(int number) const;
};

// What the controller remembers between inputs.
struct Ui {
    NodeId focus, hover, pressed;
    bool focus_visible = false;  // by keyboard
    bool one_typed = false;      // a 1, waiting for the 0 of 10
    NodeId missed;               // the page that was to be sent without an answer, which it needs
    std::size_t caret = 0;       // byte in the draft
    float scrolled = 0;          // by hand, on that page
    NodeId scrolled_page;

    bool operator==(const Ui&) const = default;
};

// Text entry in a box that the card draws and edits by itself (typing.hpp). Where it is null the host lays a field of
// its own over the box, and the program need not hold what draws and edits text.
struct TextEntry;
extern const TextEntry kDrawnEntry;

// A card without nodes when the view is incomplete, or the measurer cannot measure or break.
Card layout(const View& view, const Ui& ui, const Options& options, const TextMeasurer& text, const TextEntry* entry);

// ---- input ----

enum class InputKind {
    pointer_move,
    pointer_down,
    pointer_up,
    pointer_leave,
    key,
    text,
    press,
    focus,
    blur,
    set_value,
    scroll
};
enum class Key {
    tab,
    enter,
    space,
    escape,
    left,
    right,
    up,
    down,
    home,
    end,
    backspace,
    delete_
};  // numbers of candor.h

struct Input {
    InputKind kind = InputKind::pointer_move;
    float x = 0, y = 0;  // of scroll: y is by how much
    Key key = Key::tab;
    bool shift = false, control = false, alt = false;
    std::string_view text;   // typed, or the value to set
    std::int32_t node = -1;  // of press, focus, blur, set_value
};

enum class EffectKind {
    none,
    answer_score,
    answer_choices,
    answer_text,
    draft,
    agree,
    back,
    open,
    later,
    close,
    retry,
    finish
};

struct Effect {
    EffectKind kind = EffectKind::none;
    std::string_view question;  // of the document; back: that is left
    int score = 0;
    String text;           // of an answer, or the new draft; open: the address
    List<String> choices;  // of an answer, or those picked so far
};

struct Handled {
    Ui ui;
    Effect effect;
    bool used = false;    // the card took the input
    bool redraw = false;  // something that can be seen changed
};

// `card` is the layout of that view and ui. Keys reach the card only while its focus is inside, but for Tab, which
// enters it.
Handled handle(const View& view, const Ui& ui, const Card& card, const Input& input, const TextEntry* entry);

}  // namespace candor::card
