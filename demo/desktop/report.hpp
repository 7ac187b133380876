// What the shop prints, a line each, at once: a driver waits for these lines and clicks where they say.
//
//   event <kind> [<survey>] [<count> or <text>]
//   explain <JSON>
//   frame card <x> <y> <width> <height>      in window coordinates, when the card's layout has changed; then its nodes:
//   node <key> <x> <y> <width> <height>
//   frame none                               the card is gone
//   button <id> <x> <y> <width> <height>     when the shop's layout has changed
//   window <x> <y> <width> <height>          on the screen, when it was moved or resized
//   screenshot <file>                        after SIGUSR1, and before it:
//   frames <count>                           how many were drawn so far; at the end, too
#pragma once

#include <string>
#include <vector>

#include "candor/candor.h"
#include "shop.hpp"

namespace shop {

class Report {
public:
    // Window coordinates to a logical pixel.
    explicit Report(float scale) : scale_(scale) {}

    void event(const candor_event& event) const;
    void explain(const std::string& json) const;
    void say(const std::string& line) const;
    // These print only what differs from the last time.
    void card(const candor_card* card);
    void buttons(const std::vector<Button>& buttons);
    // In the window system's own coordinates.
    void window(const Rect& rect);

private:
    static std::string place(const Rect& rect, float scale);
    float scale_;
    std::string card_;
    std::string buttons_;
    std::string window_;
};

}  // namespace shop
