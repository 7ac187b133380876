// candor.h: the card.
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "base/arena.hpp"
#include "base/shared.hpp"
#include "base/utf8.hpp"
#include "candor/candor.h"
#include "client/client.hpp"
#include "client/registry.hpp"

using candor::card::InputKind;
using candor::client::borrow;
using candor::client::Client;
using candor::client::find_client;
using candor::client::sized_copy;
using candor::client::sized_write;
using candor::client::view;

// The card's enums carry the API's numbers.
static_assert(static_cast<int>(candor::card::Role::alert) == CANDOR_ROLE_ALERT);
static_assert(static_cast<int>(candor::card::Role::group) == CANDOR_ROLE_GROUP);
static_assert(static_cast<int>(candor::card::Role::textbox) == CANDOR_ROLE_TEXTBOX);
static_assert(static_cast<int>(candor::card::Key::delete_) == CANDOR_KEY_DELETE);
static_assert(static_cast<int>(candor::card::Key::left) == CANDOR_KEY_LEFT);
static_assert(static_cast<int>(candor::card::kPrimary) == CANDOR_STATE_PRIMARY);
static_assert(sizeof(candor_node_change) == sizeof(candor::card::NodeChange));
static_assert(offsetof(candor_node_change, what) == offsetof(candor::card::NodeChange, what));
static_assert(static_cast<int>(candor::card::kPlace) == CANDOR_CHANGED_PLACE);
static_assert(sizeof(candor_vertex) == sizeof(candor::paint::Vertex));
static_assert(offsetof(candor_vertex, color) == offsetof(candor::paint::Vertex, color));
static_assert(sizeof(candor_draw_command) == sizeof(candor::paint::Command));
static_assert(offsetof(candor_draw_command, run) == offsetof(candor::paint::Command, run));
static_assert(offsetof(candor_draw_command, index_count) == offsetof(candor::paint::Command, index_count));
static_assert(static_cast<int>(candor::card::Direction::rtl) == CANDOR_DIRECTION_RTL);
static_assert(static_cast<int>(candor::card::Layout::inline_) == CANDOR_LAYOUT_INLINE);
static_assert(static_cast<int>(InputKind::pointer_leave) - static_cast<int>(InputKind::pointer_move) ==
              CANDOR_POINTER_LEAVE);
static_assert(static_cast<int>(InputKind::set_value) - static_cast<int>(InputKind::press) == CANDOR_ACTION_SET_VALUE);

namespace {

// How much of the two nodes is alike.
constexpr std::size_t kAlike = offsetof(candor_node, text_px) + sizeof(float);
static_assert(offsetof(candor::card::Node, text_px) == offsetof(candor_node, text_px));
static_assert(offsetof(candor::card::Node, rect) == offsetof(candor_node, rect));
static_assert(offsetof(candor::card::Node, states) == offsetof(candor_node, states));

candor_rect rect_of(const candor::card::Rect& rect) { return {rect.x, rect.y, rect.width, rect.height}; }

bool between(float value, float least, float most) { return value >= least && value <= most; }  // false for no number

candor_status read_options(const candor_card_options* options, candor::card::Options& out) {
    if (options == nullptr || options->size == 0) return CANDOR_INVALID;
    candor_card_options given = sized_copy(options);
    if (given.pixel_ratio == 0) given.pixel_ratio = 1;
    if (given.width <= 0 || given.height <= 0 || !between(given.width, 0, 32768) || !between(given.height, 0, 32768) ||
        !between(given.pixel_ratio, 0.25f, 16) || !between(given.slot_width, 0, 32768)) {
        return CANDOR_INVALID;
    }
    out.width = given.width;
    out.height = given.height;
    out.pixel_ratio = given.pixel_ratio;
    out.dark = given.scheme == CANDOR_SCHEME_DARK;
    out.host_text_entry = given.text_entry == CANDOR_TEXT_ENTRY_HOST;
    out.host_backdrop = given.backdrop == CANDOR_BACKDROP_HOST;
    out.reduced_motion = given.reduced_motion != 0;
    out.slot_width = given.slot_width;
    out.frame_time = given.frame_time;
    return CANDOR_OK;
}

candor_status pass(candor_client handle, const candor::card::Input& input) {
    const candor::Shared<Client> client = find_client(handle);
    return client ? client->input(input) : CANDOR_CLOSED;
}

bool is_text(candor_string text) { return (text.data != nullptr || text.size == 0) && candor::is_utf8(view(text)); }

// The client, where it can lay out for what is asked.
candor_status find_drawing(candor_client handle, const candor_card_options* options, candor::card::Options& read,
                           candor::Shared<Client>& client) {
    if (read_options(options, read) != CANDOR_OK) return CANDOR_INVALID;
    client = find_client(handle);
    if (!client) return CANDOR_CLOSED;
    return client->has_text_host() ? CANDOR_OK : CANDOR_UNSUPPORTED;
}

}  // namespace

extern "C" {

candor_status candor_card_layout(candor_client handle, const candor_card_options* options, candor_card* card) {
    if (card == nullptr || card->size == 0) return CANDOR_INVALID;
    candor::card::Options read;
    candor::Shared<Client> client;
    if (const candor_status status = find_drawing(handle, options, read, client)) return status;
    struct Kept {
        candor::Shared<const candor::card::Card> card;
        candor::Arena memory;
    };
    CANDOR_KEPT Kept kept;
    const candor::Shared<const candor::card::Card> laid = client->layout(read);
    if (!laid) return CANDOR_NO_PROMPT;
    kept = {laid, {}};
    const std::span<candor_node> nodes = kept.memory.array<candor_node>(laid->nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const candor::card::Node& node = laid->nodes[i];
        std::memcpy(&nodes[i], &node, kAlike);
        nodes[i].key = borrow(node.key);
        nodes[i].name = borrow(node.name);
        nodes[i].value = borrow(node.value);
        nodes[i].description = borrow(node.description);
        nodes[i].question = borrow(node.question);
    }
    candor_card out{};
    out.rect = rect_of(laid->rect);
    out.nodes = nodes.data();
    out.node_count = nodes.size();
    out.direction = laid->direction == candor::card::Direction::rtl ? CANDOR_DIRECTION_RTL : CANDOR_DIRECTION_LTR;
    out.locale = borrow(laid->locale);
    out.next_frame = laid->pose.still() ? -1 : 0;
    out.layout = static_cast<candor_layout>(laid->layout);
    sized_write(out, card);
    return CANDOR_OK;
}

#ifndef __EMSCRIPTEN__
candor_status candor_card_changes(candor_client handle, candor_changes* changes) {
    if (changes == nullptr || changes->size == 0) return CANDOR_INVALID;
    const candor::Shared<Client> client = find_client(handle);
    if (!client) return CANDOR_CLOSED;
    candor::Arena memory;
    candor::card::Changes made;
    if (const candor_status status = client->changes(memory, made)) return status;
    CANDOR_KEPT candor::Arena kept;
    kept = std::move(memory);
    candor_changes out{};
    out.changes = reinterpret_cast<const candor_node_change*>(made.nodes.data());
    out.change_count = made.nodes.size();
    out.focus = made.focus;
    out.focus_moved = made.focus_moved ? 1 : 0;
    out.announcement = borrow(made.announcement);
    sized_write(out, changes);
    return CANDOR_OK;
}
#endif

candor_status candor_card_draw(candor_client handle, const candor_card_options* options, candor_draw* draw) {
    if (draw == nullptr || draw->size == 0) return CANDOR_INVALID;
    candor::card::Options read;
    candor::Shared<Client> client;
    if (const candor_status status = find_drawing(handle, options, read, client)) return status;
    CANDOR_KEPT candor::paint::Picture picture;
    if (!client->picture(read, picture)) return CANDOR_NO_PROMPT;
    const std::span<candor_text_run> runs = picture.memory.array<candor_text_run>(picture.runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const candor::paint::Run& run = picture.runs[i];
        const candor::card::TextStyle& style = run.style;
        runs[i] = {run.key,   borrow(run.text), {style.px, style.weight, static_cast<int32_t>(style.direction)},
                   run.width, run.height,       run.baseline,
                   run.left};
    }
    candor_draw out{};
    out.vertices = reinterpret_cast<const candor_vertex*>(picture.vertices.data());
    out.vertex_count = picture.vertices.size();
    out.indices = picture.indices.data();
    out.index_count = picture.indices.size();
    out.commands = reinterpret_cast<const candor_draw_command*>(picture.commands.data());
    out.command_count = picture.commands.size();
    out.runs = runs.data();
    out.run_count = runs.size();
    out.revision = picture.revision;
    sized_write(out, draw);
    return CANDOR_OK;
}

candor_status candor_card_pointer(candor_client handle, candor_pointer_kind kind, float x, float y) {
    if (kind < CANDOR_POINTER_MOVE || kind > CANDOR_POINTER_LEAVE || !std::isfinite(x) || !std::isfinite(y))
        return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = static_cast<InputKind>(static_cast<int>(InputKind::pointer_move) + kind);
    input.x = x;
    input.y = y;
    return pass(handle, input);
}

candor_status candor_card_scroll(candor_client handle, float by) {
    if (!std::isfinite(by)) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = InputKind::scroll;
    input.y = by;
    return pass(handle, input);
}

candor_status candor_card_key(candor_client handle, candor_key key, uint32_t modifiers) {
    if (key < CANDOR_KEY_TAB || key > CANDOR_KEY_DELETE) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = InputKind::key;
    input.key = static_cast<candor::card::Key>(key);
    input.shift = (modifiers & CANDOR_MODIFIER_SHIFT) != 0;
    input.control = (modifiers & CANDOR_MODIFIER_CONTROL) != 0;
    input.alt = (modifiers & CANDOR_MODIFIER_ALT) != 0;
    return pass(handle, input);
}

candor_status candor_card_text(candor_client handle, candor_string text) {
    if (!is_text(text)) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = InputKind::text;
    input.text = view(text);
    return pass(handle, input);
}

#ifndef __EMSCRIPTEN__
candor_status candor_card_compose(candor_client handle, candor_string text, size_t caret) {
    if (!is_text(text) || caret > text.size) return CANDOR_INVALID;
    const candor::Shared<Client> client = find_client(handle);
    return client ? client->compose(view(text), caret) : CANDOR_CLOSED;
}
#endif

candor_status candor_card_action(candor_client handle, int32_t node, candor_action action, candor_string value) {
    if (action < CANDOR_ACTION_PRESS || action > CANDOR_ACTION_SET_VALUE || !is_text(value)) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = static_cast<InputKind>(static_cast<int>(InputKind::press) + action);
    input.node = node;
    input.text = view(value);
    return pass(handle, input);
}

}  // extern "C"
