// What of the interview stands on the card now: which questions, which text, what may be done.
#pragma once

#include <optional>
#include <string_view>

#include "card/card.hpp"

namespace candor::card {

struct Page {
    const survey::Question* scale = nullptr;
    const survey::Question* text = nullptr;
    const survey::Question* thanks = nullptr;
    bool over = false;  // only thanks is left to say; `thanks` may be null when the survey has none
    std::optional<int> score;
    std::string_view typed;  // what stands in the text box
    bool sent = false;       // the text was sent and waits for the store
    bool can_choose = false;
    bool can_type = false;
    bool can_send = false;
    bool shows_skip = false;
    bool can_skip = false;
    bool shows_retry = false;
};

// False when the view is incomplete.
bool is_complete(const View& view);

Page page_of(const View& view);  // of a complete view, which it looks into

}  // namespace candor::card
