// The window of `candor preview`: the survey as a person sees it, in a client that remembers and sends nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "candor/candor.h"
#include "cli/preview.hpp"

union SDL_Event;

namespace candor::cli {

class PreviewWindow {
public:
    // Both outlive it.
    PreviewWindow(const Previewed& previewed, const PreviewOptions& options);
    ~PreviewWindow();
    PreviewWindow(const PreviewWindow&) = delete;
    PreviewWindow& operator=(const PreviewWindow&) = delete;

    // Empty when the window is there; else why not.
    std::string open();
    // Waits for the next thing to happen, at most so many milliseconds, and draws what has changed. False once the
    // window was closed.
    bool step(std::int64_t longest);

    // What is there to be seen: the survey whose card it is, and what is said beside it.
    const std::string& survey() const { return surveys_[shown_]; }
    const std::string& said() const { return said_; }
    candor_client client() const;

private:
    struct Parts;

    void show(std::size_t survey);
    void handle(const SDL_Event& event);
    void press(std::int32_t key, bool control);
    void on_event(const candor_event& event);
    void say(std::string text);
    void draw();

    const Previewed& previewed_;
    PreviewOptions options_;
    std::vector<std::string> surveys_;  // ids, each once
    std::size_t shown_ = 0;
    std::string said_;
    bool wanted_ = false;  // the card is to be shown as soon as it can be
    bool changed_ = true;  // something beside the card looks different
    bool open_ = false;
    std::unique_ptr<Parts> parts_;
};

}  // namespace candor::cli
