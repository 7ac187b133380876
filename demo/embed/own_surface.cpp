// The card on a window's own surface: Candor draws it with OpenGL over what the app drew, and SDL's events go to it
// first.
#include <candor/desktop.h>

#include <algorithm>
#include <candor/candor.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "survey.h"
#include "window.hpp"

namespace {

struct Destroy {
    void operator()(candor_desktop_host* host) const { candor_desktop_host_destroy(host); }
    void operator()(candor_desktop_card* card) const { candor_desktop_card_destroy(card); }
};

int fail(const std::string& why) {
    std::fprintf(stderr, "own_surface: %s\n", why.c_str());
    return 1;
}

// The ten lines. False: the picture could not be written.
bool run(const embed::Window& window, candor_desktop_card* card, candor::Client& client, const std::string& picture) {
    for (bool running = true; running;) {
        client.tick();
        int64_t next_frame = -1;
        const bool changed = candor_desktop_card_changed(card, client.handle(), &next_frame) != 0;
        window.clear();  // the app draws itself
        const candor_status drawn = candor_desktop_card_draw(card, client.handle());
        if (!picture.empty() && drawn == CANDOR_OK) return window.write_picture(picture);
        SDL_GL_SwapWindow(window.get());
        candor_desktop_card_presented(card, client.handle());
        SDL_Event event;
        const int wait = changed ? 0 : static_cast<int>(std::clamp<int64_t>(next_frame, -1, 60'000));
        for (int got = SDL_WaitEventTimeout(&event, wait); got != 0; got = SDL_PollEvent(&event)) {
            if (candor_desktop_card_event(card, client.handle(), &event)) continue;
            running = running && event.type != SDL_QUIT;  // the app's own events
        }
    }
    return true;
}

}  // namespace

int main(int count, char** words) {
    const embed::Window window("Candor on a window's surface");
    if (!window.ok()) return fail(SDL_GetError());
    candor_string why = {};
    const std::unique_ptr<candor_desktop_host, Destroy> host(candor_desktop_host_create(nullptr, &why));
    if (!host) return fail(std::string(candor::viewed(why)));
    const std::unique_ptr<candor_desktop_card, Destroy> card(
        candor_desktop_card_create(window.get(), candor_desktop_host_text(host.get()), &why));
    if (!card) return fail(std::string(candor::viewed(why)));

    const std::string picture = embed::picture_wanted(count, words);
    candor_desktop_card_options look = {};
    look.size = sizeof look;
    look.reduced_motion = picture.empty() ? 0 : 1;  // the first frame is all there is of a picture
    if (candor_desktop_card_configure(card.get(), &look) != CANDOR_OK) return fail("the card cannot be configured");

    candor::Options options;
    options.project = EMBED_PROJECT;
    options.host = candor_desktop_host_interface(host.get());
    candor::Client client(options);
    if (!client.ok()) return fail(client.why());
    client.on(CANDOR_EVENT_READY, [&](const candor_event&) { client.show(EMBED_SURVEY); });  // an app: client.track(…)
    client.on(CANDOR_EVENT_ERROR, [](const candor_event& event) { fail(std::string(candor::viewed(event.text))); });
    if (client.load(EMBED_DOCUMENT) != CANDOR_OK) return fail("the document is refused");
    const bool done = run(window, card.get(), client, picture);
    client.close(2000);
    return done ? 0 : fail("the picture cannot be written");
}
