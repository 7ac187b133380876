#include "fake_candor.hpp"

namespace fake {

State& state() {
    static State all;
    return all;
}

}  // namespace fake

namespace {

std::string text_of(candor_string text) { return {text.data ? text.data : "", text.size}; }

candor_status called(std::string what, bool used = true) {
    fake::state().calls.push_back(std::move(what));
    return used ? CANDOR_OK : CANDOR_UNKNOWN;
}

std::string whole(float value) { return std::to_string(static_cast<int>(value)); }

}  // namespace

candor_client candor_start(const candor_config*, candor_string*) { return 1; }
candor_status candor_close(candor_client, int64_t) { return called("close"); }
candor_status candor_tick(candor_client) { return CANDOR_OK; }
candor_status candor_load(candor_client, candor_string) { return called("load"); }
candor_status candor_screen(candor_client, candor_string) { return called("screen"); }
candor_status candor_identify(candor_client, candor_string person) { return called("identify " + text_of(person)); }
candor_status candor_reset(candor_client) { return called("reset"); }
candor_status candor_track(candor_client, candor_string name, const candor_property*, size_t) {
    return called("track " + text_of(name));
}
candor_status candor_explain(candor_client, candor_string, candor_string* json) {
    *json = candor_text("{}");
    return CANDOR_OK;
}
candor_status candor_hidden(candor_client, int32_t hidden) { return called("hidden " + std::to_string(hidden)); }
candor_status candor_typed(candor_client) { return CANDOR_OK; }  // at every key: not worth a line
candor_status candor_presented(candor_client) { return called("presented"); }

candor_status candor_prompt_get(candor_client, candor_prompt* prompt) {
    if (!fake::state().prompt) return CANDOR_NO_PROMPT;
    prompt->survey = candor_text("post-purchase");
    prompt->submission = {fake::state().submission.data(), fake::state().submission.size()};
    return CANDOR_OK;
}

candor_status candor_card_layout(candor_client, const candor_card_options* options, candor_card* card) {
    fake::State& state = fake::state();
    state.options = *options;
    if (!state.prompt) return CANDOR_NO_PROMPT;
    card->rect = state.rect;
    card->nodes = state.nodes.data();
    card->node_count = state.nodes.size();
    card->next_frame = state.next_frame;
    return CANDOR_OK;
}

candor_status candor_card_draw(candor_client, const candor_card_options*, candor_draw* draw) {
    if (!fake::state().prompt) return CANDOR_NO_PROMPT;
    *draw = fake::state().draw;
    return CANDOR_OK;
}

candor_status candor_card_pointer(candor_client, candor_pointer_kind kind, float x, float y) {
    constexpr const char* kNames[] = {"move", "down", "up", "leave"};
    return called(std::string(kNames[kind]) + " " + whole(x) + " " + whole(y), fake::state().uses_input);
}

candor_status candor_card_scroll(candor_client, float by) {
    return called("scroll " + whole(by), fake::state().uses_input);
}

candor_status candor_card_key(candor_client, candor_key key, uint32_t modifiers) {
    return called("key " + std::to_string(key) + " " + std::to_string(modifiers), fake::state().uses_input);
}

candor_status candor_card_text(candor_client, candor_string text) {
    return called("text " + text_of(text), fake::state().uses_input);
}

candor_status candor_card_compose(candor_client, candor_string text, size_t caret) {
    return called("compose " + std::to_string(caret) + " " + text_of(text), fake::state().uses_input);
}

void candor_http_done(uint32_t, const candor_http_response*) {}
