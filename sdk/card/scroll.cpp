#include "card/scroll.hpp"

#include <cmath>

#include "base/floats.hpp"
#include "card/node.hpp"
#include "card/text_block.hpp"

namespace candor::card {

namespace {

bool fixed(const Node& node) { return node.id == kClose || node.role == Role::dialog; }

// Keeps the size, so that equal boxes stay equal.
Rect aligned_box(const Rect& rect, float ratio) {
    return {snap(rect.x, ratio), snap(rect.y, ratio), snap(rect.width, ratio), snap(rect.height, ratio)};
}

Rect aligned(const Rect& rect, float ratio) {
    // From edge to edge.
    const Rect edges = aligned_box({rect.x, rect.y, rect.x + rect.width, rect.y + rect.height}, ratio);
    return {edges.x, edges.y, edges.width - edges.x, edges.height - edges.y};
}

Rect cut(const Rect& rect, const Rect& window) {
    const float left = larger(rect.x, window.x), top = larger(rect.y, window.y);
    const float right = smaller(rect.x + rect.width, window.x + window.width);
    const float bottom = smaller(rect.y + rect.height, window.y + window.height);
    if (right <= left || bottom <= top) return {window.x, clamped(rect.y, window.y, window.y + window.height), 0, 0};
    return {left, top, right - left, bottom - top};
}

void move(Node& node, float dx, float dy, float ratio) {
    const bool same = node.rect == node.box;
    node.rect = aligned({node.rect.x + dx, node.rect.y + dy, node.rect.width, node.rect.height}, ratio);
    node.box =
        same ? node.rect : aligned_box({node.box.x + dx, node.box.y + dy, node.box.width, node.box.height}, ratio);
    for (TextRun& run : node.runs) {
        run.x += dx;
        run.baseline += dy;
    }
    for (Rect& stroke : node.ink) {
        stroke.x += dx;
        stroke.y += dy;
    }
}

// Lines out of sight are taken out; where the node has runs, its lines go with them.
void cut_to(Node& node, const Rect& window) {
    node.rect = cut(node.rect, window);
    const bool has_lines = node.lines.size() == node.runs.size();
    std::size_t left = 0;
    for (std::size_t i = 0; i < node.runs.size(); ++i) {
        const TextRun& run = node.runs[i];
        if (run.baseline + run.descent <= window.y || run.baseline - run.ascent >= window.y + window.height) continue;
        if (has_lines) node.lines[left] = node.lines[i];
        node.runs[left++] = run;
    }
    node.runs = node.runs.first(left);
    node.lines = node.lines.first(has_lines ? left : 0);
    if (node.rect.height <= 0) node.ink = {};
}

// How far the content, which begins at `top`, is shifted upwards: as far as it was scrolled, else to its end, or not at
// all where it is to be read from the top; but a node that the keyboard has reached stays in the window.
float shift_for(const Card& card, const Ui& ui, float top, float most) {
    const Node* focus = card.find(ui.focus);
    constexpr float kRoom = 8;
    if (focus && !fixed(*focus) && ui.focus_visible) return clamped(focus->rect.y - top - kRoom, 0.0f, most);
    if (ui.scrolled_page == card.page && !card.page.empty()) return clamped(ui.scrolled, 0.0f, most);
    return card.from_top ? 0 : most;
}

}  // namespace

void set_on_surface(Card& card, const Frame& frame, float content_height, const Ui& ui) {
    const float ratio = frame.pixel_ratio;
    const float height = snap(smaller(std::ceil(content_height), std::floor(frame.most_height)), ratio);
    float top = frame.bottom - height;
    if (frame.layout == Layout::modal) top = frame.top + (frame.most_height - height) / 2;
    if (frame.layout == Layout::inline_) top = 0;
    card.rect = {frame.x, snap(top, ratio), frame.width, height};
    float shift = 0;
    if (content_height > frame.most_height) {
        const float strip = frame.pad_top + 12 + frame.close / 2;  // the close button's own
        card.window = aligned({card.rect.x, card.rect.y + strip, card.rect.width, height - strip}, ratio);
        const float lead = strip - frame.pad_top + 4;
        card.most_scrolled = content_height + lead - height;
        card.scrolled = shift_for(card, ui, frame.pad_top, card.most_scrolled);
        shift = snap(card.scrolled - lead, ratio);
    }
    for (Node& node : card.nodes) {
        if (node.role == Role::dialog) {
            node.rect = node.box = card.rect;
            continue;
        }
        move(node, card.rect.x, card.rect.y - (fixed(node) ? 0 : shift), ratio);
        if (card.window && !fixed(node)) cut_to(node, *card.window);
        if (ui.hover == node.id && !(node.states & kDisabled)) {
            node.states |= ui.pressed == node.id ? kHovered | kPressed : kHovered;
        }
    }
}

}  // namespace candor::card
