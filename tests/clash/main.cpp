// The host and Candor by turns: what the host's libraries do must be the same before, while and after a card is drawn.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "candor/candor.h"
#include "host.hpp"

namespace {

int failures = 0;

void expect(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "FAILED: %s\n", what);
    ++failures;
}

struct Answers {
    std::string json;
    std::size_t vertices = 0;
    std::size_t bytes = 0;
    bool operator==(const Answers&) const = default;
};

Answers ask_host(const char* file) { return {host::json_complaint(), host::imgui_vertices(), host::curl_bytes(file)}; }

constexpr const char* kDocument = R"({
    "candor": 1, "project": "clash", "revision": 1, "product": "Clash", "locale": "en",
    "surveys": [{
        "id": "nps", "kind": "relationship",
        "triggers": [{"event": "done"}],
        "questions": [
            {"id": "score", "type": "nps"},
            {"id": "why", "type": "text", "text": "Why?"},
            {"id": "thanks", "type": "thanks"}
        ]
    }]
})";

// Text as if every byte were half a line high: enough to lay a card out.
const candor_text_host kText = {
    sizeof(candor_text_host), nullptr,
    [](void*, const candor_text_style* style, candor_text_metrics* metrics) {
        metrics->ascent = style->px * 0.8F;
        metrics->descent = style->px * 0.2F;
    },
    [](void*, candor_string text, const candor_text_style* style, float, candor_text_line* lines, size_t capacity) {
        if (capacity > 0) lines[0] = {0, text.size, static_cast<float>(text.size) * style->px * 0.5F};
        return size_t{1};
    },
    [](void*, candor_string, const candor_text_style* style, size_t byte) {
        return static_cast<float>(byte) * style->px * 0.5F;
    }};

struct Seen {
    bool possible = false;
    std::string error;
};

void on_event(void* context, candor_client, const candor_event* event) {
    auto* seen = static_cast<Seen*>(context);
    if (event->kind == CANDOR_EVENT_PROMPT_POSSIBLE) seen->possible = true;
    if (event->kind == CANDOR_EVENT_ERROR) seen->error = std::string(event->text.data, event->text.size);
}

template <typename Done>
void tick_until(candor_client client, Done done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done() && std::chrono::steady_clock::now() < end) {
        candor_tick(client);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

}  // namespace

int main(int, char** argv) {
    expect(host::imgui_is_its_own(), "the host's ImGui is its own");
    const Answers before = ask_host(argv[0]);
    expect(before.json.find("parse_error") != std::string::npos, "the host's JSON library throws");
    expect(before.json.find("out_of_range") != std::string::npos, "the host's JSON library throws again");
    expect(before.vertices > 100, "the host's ImGui draws");
    expect(before.bytes > 0, "the host's libcurl reads");

    Seen seen;
    candor_host host = {};
    host.size = sizeof host;
    host.text = &kText;
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("clash");
    config.on_event = on_event;
    config.on_event_context = &seen;
    config.host = &host;
    candor_string why = {};
    const candor_client client = candor_start(&config, &why);
    expect(client != 0, "Candor starts");

    candor_load(client, candor_text(R"({"candor": 1, "project": )"));
    tick_until(client, [&] { return !seen.error.empty(); });
    expect(!seen.error.empty(), "Candor refuses a broken document");
    expect(candor_load(client, candor_text(kDocument)) == CANDOR_OK, "Candor takes a document");
    expect(ask_host(argv[0]) == before, "the host's libraries after a broken document");

    candor_show(client, candor_text("nps"), 1);
    tick_until(client, [&] { return seen.possible; });
    expect(seen.possible, "a prompt is possible");

    candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
    options.width = 800;
    options.height = 600;
    options.pixel_ratio = 2;
    candor_draw draw = CANDOR_DRAW_INIT;
    expect(candor_card_draw(client, &options, &draw) == CANDOR_OK, "Candor draws a card");
    expect(draw.vertex_count > 100, "the card has vertices");
    candor_presented(client);
    expect(ask_host(argv[0]) == before, "the host's libraries while a card is open");

    expect(candor_close(client, 5000) == CANDOR_OK, "Candor closes");
    expect(ask_host(argv[0]) == before, "the host's libraries after Candor");
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
