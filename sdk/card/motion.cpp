#include "card/motion.hpp"

#include <algorithm>

namespace candor::card {

namespace {

constexpr float kPerMillisecond = 1 / 40.0f;  // of the curve's own time
constexpr float kRest = 9;                    // of it, after which less than half a pixel's width is left

// On a scale: choices have their mark at once.
NodeId chosen_on(const Card& card) {
    for (const Node& node : card.nodes) {
        if (card.scale_rows > 0 && node.cell >= 0 && (node.states & kChecked)) return node.id;
    }
    return {};
}

// The thanks are a page, too.
NodeId page_on(const Card& card) { return card.page.empty() ? NodeId("thanks") : card.page; }

float since(std::int64_t start, std::int64_t now) { return start < 0 ? 1 : settled(now - start); }

}  // namespace

// 1 - (1 + x) e^-x, with the power by squaring, so that no exponential is linked.
float settled(std::int64_t elapsed) {
    const float x = static_cast<float>(elapsed) * kPerMillisecond;
    if (elapsed < 0 || x >= kRest) return 1;
    float left = 1 - x / 32;
    for (int i = 0; i < 5; ++i) left *= left;
    return 1 - (1 + x) * left;
}

void animate(Motion& motion, Card& card, const Options& options) {
    const std::int64_t now = options.reduced_motion || options.frame_time <= 0 ? -1 : options.frame_time;
    const NodeId page = page_on(card), chosen = chosen_on(card);
    if (!motion.begun) {
#ifndef __EMSCRIPTEN__  // a page's own style sheet brings the card in
        motion.appeared = now;
#endif
    } else if (page != motion.page) {
        motion.turned = now;
        motion.from = motion.rect;
        motion.old = std::move(motion.nodes);
    }
    if (motion.begun && !chosen.empty() && chosen != motion.chosen) motion.chose = now;
    motion.begun = true;
    motion.page = page;
    motion.chosen = chosen;
    motion.rect = card.rect;
    motion.nodes = List<std::int32_t>(card.nodes.size());
    std::transform(card.nodes.begin(), card.nodes.end(), motion.nodes.begin(),
                   [](const Node& node) { return node.id.value; });
    if (now < 0) motion.appeared = motion.turned = motion.chose = -1;
    Pose& pose = card.pose;
    pose.entrance = since(motion.appeared, now);
    pose.reveal = since(motion.turned, now);
    pose.choice = since(motion.chose, now);
    pose.chosen = chosen;
    pose.from = motion.from;
    const std::span<std::int32_t> old = card.memory.array<std::int32_t>(motion.old.size());
    std::copy(motion.old.begin(), motion.old.end(), old.begin());
    pose.old = old;
}

}  // namespace candor::card
