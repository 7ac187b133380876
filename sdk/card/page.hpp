// What of the interview stands on the card now: which questions, which text, what may be done.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "card/card.hpp"

namespace candor::card {

struct Page {
    const survey::Question* asked = nullptr;  // what the buttons are about: one of the next four
    const survey::Question* scale = nullptr;  // may stand above a text question, too
    const survey::Question* choice = nullptr;
    const survey::Question* text = nullptr;
    const survey::Question* statement = nullptr;
    const survey::Question* thanks = nullptr;
    bool over = false;               // only thanks is left to say; `thanks` may be null when the survey has none
    std::optional<int> score;        // on the scale that stands here
    std::span<const String> picked;  // of the choices
    std::string_view typed;          // what stands in the text box
    bool has_box = false;            // of a text question, or of the choice that one writes beside
    bool sent = false;               // the answer was sent and waits for the store
    bool can_choose = false;
    bool can_type = false;
    bool shows_send = false;
    bool can_send = false;
    bool needs_answer = false;  // there is none, and it cannot be skipped
    bool shows_later = false;
    interview::Progress progress;  // shown where its count is not 0
    bool shows_skip = false;
    bool can_skip = false;
    bool shows_back = false;
    bool can_back = false;
    bool shows_retry = false;
    bool can_agree = false;
    bool waits_for_agreement = false;  // all is answered, and nothing of it may be stored

    bool is_picked(std::string_view id) const;
};

// False when the view is incomplete.
bool is_complete(const View& view);

Page page_of(const View& view);  // of a complete view, which it looks into

}  // namespace candor::card
