// candor.h: the card.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "candor/candor.h"
#include "client/client.hpp"
#include "client/registry.hpp"

using candor::client::borrow;
using candor::client::Client;
using candor::client::find_client;
using candor::client::sized_copy;
using candor::client::sized_write;
using candor::client::view;

// The card's enums carry the API's numbers.
static_assert(static_cast<int>(candor::card::Role::alert) == CANDOR_ROLE_ALERT);
static_assert(static_cast<int>(candor::card::Role::textbox) == CANDOR_ROLE_TEXTBOX);
static_assert(static_cast<int>(candor::card::Key::delete_) == CANDOR_KEY_DELETE);
static_assert(static_cast<int>(candor::card::Key::left) == CANDOR_KEY_LEFT);
static_assert(static_cast<int>(candor::card::kPrimary) == CANDOR_STATE_PRIMARY);
static_assert(sizeof(candor_vertex) == sizeof(candor::paint::Vertex));
static_assert(offsetof(candor_vertex, color) == offsetof(candor::paint::Vertex, color));

namespace {

candor_rect rect_of(const candor::card::Rect& rect) { return {rect.x, rect.y, rect.width, rect.height}; }

bool valid(const candor_card_options& o) {
    return std::isfinite(o.width) && std::isfinite(o.height) && o.width > 0 && o.height > 0 && o.width <= 32768 &&
           o.height <= 32768 && std::isfinite(o.pixel_ratio) && o.pixel_ratio >= 0.25f && o.pixel_ratio <= 16;
}

candor_status read_options(const candor_card_options* options, candor::card::Options& out) {
    if (options == nullptr || options->size == 0) return CANDOR_INVALID;
    candor_card_options given = sized_copy(options);
    if (given.pixel_ratio == 0) given.pixel_ratio = 1;
    if (!valid(given)) return CANDOR_INVALID;
    out.width = given.width;
    out.height = given.height;
    out.pixel_ratio = given.pixel_ratio;
    out.dark = given.scheme == CANDOR_SCHEME_DARK;
    out.host_text_entry = given.text_entry == CANDOR_TEXT_ENTRY_HOST;
    out.reduced_motion = given.reduced_motion != 0;
    return CANDOR_OK;
}

candor_text_style style_of(const candor::card::TextStyle& style) {
    return {style.px, style.weight,
            style.direction == candor::card::Direction::rtl ? CANDOR_DIRECTION_RTL : CANDOR_DIRECTION_LTR};
}

candor_status pass(candor_client handle, const candor::card::Input& input) {
    const std::shared_ptr<Client> client = find_client(handle);
    return client ? client->input(input) : CANDOR_CLOSED;
}

}  // namespace

extern "C" {

candor_status candor_card_layout(candor_client handle, const candor_card_options* options, candor_card* card) {
    candor::card::Options read;
    if (card == nullptr || card->size == 0 || read_options(options, read) != CANDOR_OK) return CANDOR_INVALID;
    const std::shared_ptr<Client> client = find_client(handle);
    if (!client) return CANDOR_CLOSED;
    if (!client->has_text_host()) return CANDOR_UNSUPPORTED;
    struct Kept {
        std::shared_ptr<const candor::card::Card> card;
        std::vector<candor_node> nodes;
    };
    static thread_local Kept kept;
    const auto laid = client->layout(read);
    if (!laid) return CANDOR_NO_PROMPT;
    kept.card = laid->card;
    kept.nodes.clear();
    for (const candor::card::Node& node : kept.card->nodes) {
        kept.nodes.push_back({node.id, node.parent, static_cast<candor_role>(node.role), node.states,
                              rect_of(node.rect), node.text_px, borrow(node.key), borrow(node.name), borrow(node.value),
                              borrow(node.description), borrow(node.question)});
    }
    candor_card out{};
    out.rect = rect_of(kept.card->rect);
    out.nodes = kept.nodes.data();
    out.node_count = kept.nodes.size();
    out.direction = kept.card->direction == candor::card::Direction::rtl ? CANDOR_DIRECTION_RTL : CANDOR_DIRECTION_LTR;
    out.locale = borrow(kept.card->locale);
    out.next_frame = -1;
    sized_write(out, card);
    return CANDOR_OK;
}

candor_status candor_card_draw(candor_client handle, const candor_card_options* options, candor_draw* draw) {
    candor::card::Options read;
    if (draw == nullptr || draw->size == 0 || read_options(options, read) != CANDOR_OK) return CANDOR_INVALID;
    const std::shared_ptr<Client> client = find_client(handle);
    if (!client) return CANDOR_CLOSED;
    if (!client->has_text_host()) return CANDOR_UNSUPPORTED;
    struct Kept {
        candor::paint::Picture picture;
        std::vector<candor_draw_command> commands;
        std::vector<candor_text_run> runs;
    };
    static thread_local Kept kept;
    auto picture = client->picture(read);
    if (!picture) return CANDOR_NO_PROMPT;
    kept.picture = std::move(*picture);
    kept.commands.clear();
    for (const candor::paint::Command& c : kept.picture.commands) {
        kept.commands.push_back({rect_of(c.clip), c.run, c.first_index, c.index_count});
    }
    kept.runs.clear();
    for (const candor::paint::Run& r : kept.picture.runs) {
        kept.runs.push_back({r.key, borrow(r.text), style_of(r.style), r.width, r.height, r.baseline, r.left});
    }
    candor_draw out{};
    out.vertices = reinterpret_cast<const candor_vertex*>(kept.picture.vertices.data());
    out.vertex_count = kept.picture.vertices.size();
    out.indices = kept.picture.indices.data();
    out.index_count = kept.picture.indices.size();
    out.commands = kept.commands.data();
    out.command_count = kept.commands.size();
    out.runs = kept.runs.data();
    out.run_count = kept.runs.size();
    out.revision = kept.picture.revision;
    sized_write(out, draw);
    return CANDOR_OK;
}

candor_status candor_card_pointer(candor_client handle, candor_pointer_kind kind, float x, float y) {
    if (kind < CANDOR_POINTER_MOVE || kind > CANDOR_POINTER_LEAVE || !std::isfinite(x) || !std::isfinite(y))
        return CANDOR_INVALID;
    constexpr candor::card::InputKind kKinds[] = {
        candor::card::InputKind::pointer_move, candor::card::InputKind::pointer_down,
        candor::card::InputKind::pointer_up, candor::card::InputKind::pointer_leave};
    candor::card::Input input;
    input.kind = kKinds[kind];
    input.x = x;
    input.y = y;
    return pass(handle, input);
}

candor_status candor_card_key(candor_client handle, candor_key key, uint32_t modifiers) {
    if (key < CANDOR_KEY_TAB || key > CANDOR_KEY_DELETE) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = candor::card::InputKind::key;
    input.key = static_cast<candor::card::Key>(key);
    input.shift = (modifiers & CANDOR_MODIFIER_SHIFT) != 0;
    input.control = (modifiers & CANDOR_MODIFIER_CONTROL) != 0;
    input.alt = (modifiers & CANDOR_MODIFIER_ALT) != 0;
    return pass(handle, input);
}

candor_status candor_card_text(candor_client handle, candor_string text) {
    if ((text.data == nullptr && text.size > 0) || !candor::is_utf8(view(text))) return CANDOR_INVALID;
    candor::card::Input input;
    input.kind = candor::card::InputKind::text;
    input.text = view(text);
    return pass(handle, input);
}

candor_status candor_card_action(candor_client handle, int32_t node, candor_action action, candor_string value) {
    if (action < CANDOR_ACTION_PRESS || action > CANDOR_ACTION_SET_VALUE || (value.data == nullptr && value.size > 0) ||
        !candor::is_utf8(view(value))) {
        return CANDOR_INVALID;
    }
    constexpr candor::card::InputKind kKinds[] = {candor::card::InputKind::press, candor::card::InputKind::focus,
                                                  candor::card::InputKind::blur, candor::card::InputKind::set_value};
    candor::card::Input input;
    input.kind = kKinds[action];
    input.node = node;
    input.text = view(value);
    return pass(handle, input);
}

}  // extern "C"
