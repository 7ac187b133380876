// A host: starts, asks, answers, closes. Under WebAssembly it injects the clock, chance and storage; natively the only
// thing it gives is a directory.
#include <candor/candor.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#ifdef __EMSCRIPTEN__
#include "memory_host.hpp"
#else
#include <chrono>
#include <thread>
#endif

namespace {

constexpr const char* kDocument = R"({
    "candor": 1, "project": "app", "revision": 1, "product": "App", "locale": "en",
    "surveys": [{
        "id": "nps", "kind": "relationship",
        "triggers": [{"event": "done"}],
        "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]
    }]
})";

void check(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "FAILED: %s\n", what);
    std::exit(1);
}

void tick_until(candor::Client& client, const std::function<bool()>& done, const char* what) {
    for (int i = 0; i < 5000 && !done(); ++i) {
        client.tick();
#ifndef __EMSCRIPTEN__
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
#endif
    }
    check(done(), what);
}

}  // namespace

int main(int argc, char** argv) {
    candor::Options options;
    options.project = "app";
    options.storage_path = argc > 1 ? argv[1] : "";
#ifdef __EMSCRIPTEN__
    MemoryHost host;
    options.host = host.face();
#endif
    candor::Client client(options);
    if (!client.ok()) std::fprintf(stderr, "%s\n", client.why().c_str());
    check(client.ok(), "the client starts");

    bool possible = false;
    bool answered = false;
    client.on(CANDOR_EVENT_PROMPT_POSSIBLE, [&](const candor_event&) { possible = true; });
    client.on(CANDOR_EVENT_ANSWERED, [&](const candor_event&) { answered = true; });
    client.on(CANDOR_EVENT_ERROR, [](const candor_event& event) {
        std::fprintf(stderr, "%s\n", std::string(candor::viewed(event.text)).c_str());
    });

    check(client.load(kDocument) == CANDOR_OK, "the document is taken");
    check(client.track("done", {{"amount", 3}, {"plan", "pro"}}) == CANDOR_OK, "an event is taken");
    tick_until(
        client, [&] { return possible; }, "the event brings the survey");
    check(client.presented() == CANDOR_OK, "it is presented");
    const auto prompt = client.prompt();
    check(prompt && candor::viewed(prompt->question) == "score", "the question is there");
    check(client.answer("score", 9) == CANDOR_OK, "an answer is taken");
    tick_until(
        client, [&] { return answered; }, "the answer is durable");
#ifdef __EMSCRIPTEN__
    check(host.queued() > 0, "the host's storage holds the answer");
#endif
    client.close(2000);
    check(candor_tick(client.handle()) == CANDOR_CLOSED, "a closed handle is harmless");
    std::puts("asked, answered, closed");
    return 0;
}
