// Stands where the library behind candor.h would be, for tests of what the desktop makes of it: a card whose nodes and
// picture the test sets, and a list of the calls that reached it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candor/candor.h"

namespace fake {

struct State {
    bool prompt = false;
    std::string submission = "s-1";
    std::vector<candor_node> nodes;
    candor_rect rect{};
    int64_t next_frame = -1;
    candor_draw draw{};
    bool uses_input = true;  // what candor_card_pointer, _key and _text say
    std::vector<std::string> calls;
    candor_card_options options{};  // of the last layout
};

State& state();

}  // namespace fake
