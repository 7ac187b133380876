// The desktop's text, for what the command line lays out and draws.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "candor/desktop.h"
#include "desktop/failure.hpp"

namespace candor::cli {

struct DestroyText {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};
using DesktopText = std::unique_ptr<candor_desktop_text, DestroyText>;

// For readers of that language; without it there is a reason in `why`.
inline DesktopText text_for(std::string_view locale, std::string& why) {
    auto wanted = desktop::sized<candor_desktop_text_options>();
    wanted.language = {locale.data(), locale.size()};
    candor_string reason{};
    DesktopText text(candor_desktop_text_create(&wanted, &reason));
    if (!text) why.assign(reason.data ? reason.data : "", reason.size);
    return text;
}

}  // namespace candor::cli
