// A client's card in an SDL window: input goes to it, its picture comes from it.
#include <SDL.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "candor/desktop.h"
#include "desktop/failure.hpp"

namespace candor::desktop {
namespace {

struct RendererDeleter {
    void operator()(candor_desktop_renderer* renderer) const { candor_desktop_renderer_destroy(renderer); }
};

struct SdlDeleter {
    void operator()(char* text) const { SDL_free(text); }
};

struct Surface {
    float scale = 1;  // window coordinates to a logical pixel
    candor_desktop_view view{};
    float pixel_ratio = 1;
};

// What input needs to know of the last layout.
struct Focus {
    bool card = false;      // there is one
    bool inside = false;    // one of its nodes has the focus
    bool text_box = false;  // that node is a text box
    bool modal = false;     // it takes all keys
    candor_rect rect{};     // its place
    candor_rect card_rect{};
};

Focus focus_of(const candor_card& layout) {
    Focus focus;
    focus.card = true;
    focus.card_rect = layout.rect;
    focus.modal = layout.layout == CANDOR_LAYOUT_MODAL;
    for (size_t i = 0; i < layout.node_count; ++i) {
        const candor_node& node = layout.nodes[i];
        if (!(node.states & CANDOR_STATE_FOCUSED)) continue;
        focus.inside = true;
        if (node.role == CANDOR_ROLE_TEXTBOX) {
            focus.text_box = true;
            focus.rect = node.rect;
        }
    }
    return focus;
}

bool presses(SDL_Keycode code) { return code == SDLK_RETURN || code == SDLK_KP_ENTER || code == SDLK_SPACE; }

std::optional<candor_key> key_of(SDL_Keycode code) {
    switch (code) {
        case SDLK_TAB: return CANDOR_KEY_TAB;
        case SDLK_RETURN:
        case SDLK_KP_ENTER: return CANDOR_KEY_ENTER;
        case SDLK_SPACE: return CANDOR_KEY_SPACE;
        case SDLK_ESCAPE: return CANDOR_KEY_ESCAPE;
        case SDLK_LEFT: return CANDOR_KEY_LEFT;
        case SDLK_RIGHT: return CANDOR_KEY_RIGHT;
        case SDLK_UP: return CANDOR_KEY_UP;
        case SDLK_DOWN: return CANDOR_KEY_DOWN;
        case SDLK_HOME: return CANDOR_KEY_HOME;
        case SDLK_END: return CANDOR_KEY_END;
        case SDLK_BACKSPACE: return CANDOR_KEY_BACKSPACE;
        case SDLK_DELETE: return CANDOR_KEY_DELETE;
        default: return std::nullopt;
    }
}

uint32_t modifiers_of(uint16_t state) {
    uint32_t modifiers = 0;
    if (state & KMOD_SHIFT) modifiers |= CANDOR_MODIFIER_SHIFT;
    if (state & (KMOD_CTRL | KMOD_GUI)) modifiers |= CANDOR_MODIFIER_CONTROL;
    if (state & KMOD_ALT) modifiers |= CANDOR_MODIFIER_ALT;
    return modifiers;
}

// The digit that a key stands for, where no text input tells.
std::optional<char> digit_of(SDL_Keycode code) {
    if (code >= SDLK_0 && code <= SDLK_9) return static_cast<char>('0' + (code - SDLK_0));
    if (code == SDLK_KP_0) return '0';
    if (code >= SDLK_KP_1 && code <= SDLK_KP_9) return static_cast<char>('1' + (code - SDLK_KP_1));
    return std::nullopt;
}

bool is_paste(const SDL_Keysym& key) {
    const uint32_t modifiers = modifiers_of(key.mod);
    return (key.sym == SDLK_v && modifiers == CANDOR_MODIFIER_CONTROL) ||
           (key.sym == SDLK_INSERT && modifiers == CANDOR_MODIFIER_SHIFT);
}

}  // namespace

class Card {
public:
    Card(SDL_Window* window, candor_desktop_text* text, candor_string* why) : window_(window) {
        if (!window) throw std::invalid_argument("a card needs a window");
        renderer_.reset(candor_desktop_renderer_create(text, why));
        if (!renderer_) throw std::runtime_error(why ? std::string(view_of(*why)) : "no renderer");
    }

    Card(const Card&) = delete;
    Card& operator=(const Card&) = delete;
    ~Card() { stop_text_input(); }

    void configure(const candor_desktop_card_options& options) { options_ = options; }

    candor_status layout(candor_client client, candor_card* layout) {
        const candor_card_options options = card_options(surface());
        const candor_status status = candor_card_layout(client, &options, layout);
        focus_ = status == CANDOR_OK ? focus_of(*layout) : Focus{};
        follow_focus();
        return status;
    }

    bool changed(candor_client client, int64_t* next_frame) {
        auto layout = sized<candor_card>();
        if (next_frame) *next_frame = -1;
        if (this->layout(client, &layout) != CANDOR_OK) return std::exchange(drawn_, std::nullopt).has_value();
        if (next_frame) *next_frame = layout.next_frame;
        const Surface now = surface();
        auto draw = sized<candor_draw>();
        const candor_card_options options = card_options(now);
        if (candor_card_draw(client, &options, &draw) != CANDOR_OK) return drawn_.has_value();
        return drawn_ != picture(draw, now);
    }

    candor_status draw(candor_client client) {
        const Surface now = surface();
        const candor_card_options options = card_options(now);
        auto draw = sized<candor_draw>();
        const candor_status status = candor_card_draw(client, &options, &draw);
        drawn_.reset();
        if (status != CANDOR_OK) return status;
        drawn_ = picture(draw, now);
        return candor_desktop_renderer_draw(renderer_.get(), &draw, &now.view);
    }

    void presented(candor_client client) {
        auto prompt = sized<candor_prompt>();
        if (!drawn_ || candor_prompt_get(client, &prompt) != CANDOR_OK) return;
        std::string name(view_of(prompt.survey));
        name.append(1, '\0').append(view_of(prompt.submission));
        if (name == reported_) return;
        if (candor_presented(client) == CANDOR_OK) reported_ = std::move(name);
    }

    bool event(candor_client client, const SDL_Event& event) {
        const bool used = dispatch(client, event);
        if (used) refresh(client);
        return used;
    }

private:
    struct Picture {
        uint64_t revision = 0;
        int32_t width = 0, height = 0;
        bool operator==(const Picture&) const = default;
    };

    static Picture picture(const candor_draw& draw, const Surface& surface) {
        return {draw.revision, surface.view.framebuffer_width, surface.view.framebuffer_height};
    }

    Surface surface() const {
        Surface now;
        int width = 1;
        int height = 1;
        SDL_GetWindowSize(window_, &width, &height);
        now.scale = options_.scale > 0 ? std::clamp(options_.scale, 0.25F, 16.0F) : 1.0F;
        now.view.size = sizeof now.view;
        SDL_GL_GetDrawableSize(window_, &now.view.framebuffer_width, &now.view.framebuffer_height);
        now.view.width = static_cast<float>(std::max(width, 1)) / now.scale;
        now.view.height = static_cast<float>(std::max(height, 1)) / now.scale;
        now.pixel_ratio = static_cast<float>(now.view.framebuffer_width) / now.view.width;
        return now;
    }

    candor_card_options card_options(const Surface& surface) const {
        auto options = sized<candor_card_options>();
        options.width = surface.view.width;
        options.height = surface.view.height;
        options.pixel_ratio = surface.pixel_ratio;
        options.scheme = options_.scheme;
        options.text_entry = CANDOR_TEXT_ENTRY_DRAWN;
        options.reduced_motion = options_.reduced_motion;
        options.frame_time = static_cast<int64_t>(SDL_GetTicks64()) + 1;
        return options;
    }

    void refresh(candor_client client) {
        auto ignored = sized<candor_card>();
        layout(client, &ignored);
    }

    // ---- text input: on while a text box of the card has the focus, and left as it was found afterwards

    void follow_focus() {
        if (!focus_.text_box) return stop_text_input();
        if (!typing_) {
            typing_ = true;
            was_typing_ = SDL_IsTextInputActive() == SDL_TRUE;
            if (!was_typing_) SDL_StartTextInput();
        }
        const float scale = surface().scale;
        const SDL_Rect rect = {static_cast<int>(focus_.rect.x * scale), static_cast<int>(focus_.rect.y * scale),
                               static_cast<int>(focus_.rect.width * scale),
                               static_cast<int>(focus_.rect.height * scale)};
        if (!SDL_RectEquals(&rect, &input_rect_)) {
            input_rect_ = rect;
            SDL_SetTextInputRect(&rect);
        }
    }

    void stop_text_input() {
        if (!typing_) return;
        typing_ = false;
        input_rect_ = {};
        if (!was_typing_) SDL_StopTextInput();
    }

    // ---- events

    bool ours(uint32_t window_id) const { return window_id == SDL_GetWindowID(window_); }

    bool dispatch(candor_client client, const SDL_Event& event) {
        if (event.type == SDL_WINDOWEVENT && ours(event.window.windowID)) return window_event(client, event.window);
        if (event.type == SDL_KEYDOWN && event.key.repeat == 0) candor_typed(client);
        if (!focus_.card) return false;
        switch (event.type) {
            case SDL_MOUSEMOTION:
                return ours(event.motion.windowID) &&
                       pointer(client, CANDOR_POINTER_MOVE, event.motion.x, event.motion.y);
            case SDL_MOUSEBUTTONDOWN:
            case SDL_MOUSEBUTTONUP: return ours(event.button.windowID) && button(client, event.button);
            case SDL_MOUSEWHEEL: return ours(event.wheel.windowID) && wheel(client, event.wheel);
            case SDL_KEYDOWN:
                // Held down, Enter would answer one question after the other.
                if (event.key.repeat != 0 && presses(event.key.keysym.sym) && !focus_.text_box) return focus_.inside;
                return ours(event.key.windowID) && key_down(client, event.key.keysym);
            case SDL_KEYUP:
                return ours(event.key.windowID) && (focus_.inside || focus_.modal) && key_of(event.key.keysym.sym);
            case SDL_TEXTINPUT: return ours(event.text.windowID) && typed(client, event.text.text);
            case SDL_TEXTEDITING:
                return ours(event.edit.windowID) && composed(client, event.edit.text, event.edit.start);
#if SDL_VERSION_ATLEAST(2, 0, 22)
            case SDL_TEXTEDITING_EXT: return long_composed(client, event.editExt);
#endif
            default: return false;
        }
    }

    bool window_event(candor_client client, const SDL_WindowEvent& event) const {
        switch (event.event) {
            case SDL_WINDOWEVENT_LEAVE:
                if (focus_.card) candor_card_pointer(client, CANDOR_POINTER_LEAVE, 0, 0);
                break;
            case SDL_WINDOWEVENT_HIDDEN:
            case SDL_WINDOWEVENT_MINIMIZED: candor_hidden(client, 1); break;
            case SDL_WINDOWEVENT_SHOWN:
            case SDL_WINDOWEVENT_MAXIMIZED:
            case SDL_WINDOWEVENT_RESTORED: candor_hidden(client, 0); break;
            default: break;
        }
        return false;  // the host wants to know as well
    }

    bool pointer(candor_client client, candor_pointer_kind kind, int x, int y) const {
        const float scale = surface().scale;
        return candor_card_pointer(client, kind, (static_cast<float>(x) + 0.5F) / scale,
                                   (static_cast<float>(y) + 0.5F) / scale) == CANDOR_OK;
    }

    bool wheel(candor_client client, const SDL_MouseWheelEvent& event) const {
        constexpr float kStep = 48;  // logical pixels to a notch
        const float scale = surface().scale;
        const float x = static_cast<float>(event.mouseX) / scale, y = static_cast<float>(event.mouseY) / scale;
        const candor_rect& card = focus_.card_rect;
        if (x < card.x || y < card.y || x >= card.x + card.width || y >= card.y + card.height) return false;
        return candor_card_scroll(client, -event.preciseY * kStep) == CANDOR_OK;
    }

    bool button(candor_client client, const SDL_MouseButtonEvent& event) {
        if (event.button != SDL_BUTTON_LEFT) return false;
        const bool down = event.type == SDL_MOUSEBUTTONDOWN;
        const bool used = pointer(client, down ? CANDOR_POINTER_DOWN : CANDOR_POINTER_UP, event.x, event.y);
        refresh(client);  // a press beside the card may have taken its focus away
        return used;
    }

    bool key_down(candor_client client, const SDL_Keysym& key) const {
        const uint32_t modifiers = modifiers_of(key.mod);
        if (!focus_.inside && !focus_.modal) {
            // The way in. All other keys belong to the host.
            const bool tab = key.sym == SDLK_TAB && (modifiers & ~static_cast<uint32_t>(CANDOR_MODIFIER_SHIFT)) == 0;
            return tab && candor_card_key(client, CANDOR_KEY_TAB, modifiers) == CANDOR_OK;
        }
        if (focus_.text_box && is_paste(key)) return paste(client);
        if (focus_.text_box && key.sym == SDLK_SPACE) return false;  // comes as text
        if (const auto known = key_of(key.sym)) return candor_card_key(client, *known, modifiers) == CANDOR_OK;
        const auto digit = digit_of(key.sym);
        if (digit && modifiers == 0 && !focus_.text_box && SDL_IsTextInputActive() == SDL_FALSE) {
            return candor_card_text(client, {&*digit, 1}) == CANDOR_OK;
        }
        return false;
    }

    bool typed(candor_client client, const char* text) const {
        if (!focus_.inside) return false;
        if (!focus_.text_box && std::string_view(text) == " ") return false;  // came as a key
        return candor_card_text(client, candor_text(text)) == CANDOR_OK;
    }

    // The caret comes in characters; below none the input method tells nothing of it.
    bool composed(candor_client client, const char* text, int32_t caret) const {
        if (!focus_.text_box) return false;
        const std::string_view all(text);
        size_t byte = caret < 0 ? all.size() : 0;
        for (; caret > 0 && byte < all.size(); --caret) {
            do ++byte;
            while (byte < all.size() && (static_cast<unsigned char>(all[byte]) & 0xC0U) == 0x80U);
        }
        candor_card_compose(client, {all.data(), all.size()}, byte);
        return true;  // whatever comes of it, the host has no use for it
    }

#if SDL_VERSION_ATLEAST(2, 0, 22)
    // Only where the host has asked SDL for long texts. Its text is the event's receiver's to free.
    bool long_composed(candor_client client, const SDL_TextEditingExtEvent& event) const {
        if (!ours(event.windowID) || !focus_.text_box || !event.text) return false;
        const std::unique_ptr<char, SdlDeleter> text(event.text);
        return composed(client, text.get(), event.start);
    }
#endif

    static bool paste(candor_client client) {
        const std::unique_ptr<char, SdlDeleter> text(SDL_GetClipboardText());
        if (!text || *text == '\0') return true;
        return candor_card_text(client, candor_text(text.get())) == CANDOR_OK;
    }

    SDL_Window* window_;
    std::unique_ptr<candor_desktop_renderer, RendererDeleter> renderer_;
    candor_desktop_card_options options_{};
    Focus focus_;
    std::optional<Picture> drawn_;
    std::string reported_;  // the prompt whose first frame the client knows of
    bool typing_ = false;
    bool was_typing_ = false;
    SDL_Rect input_rect_{};
};

}  // namespace candor::desktop

struct candor_desktop_card {
    candor_desktop_card(SDL_Window* window, candor_desktop_text* text, candor_string* why) : card(window, text, why) {}
    candor::desktop::Card card;
};

candor_desktop_card* candor_desktop_card_create(SDL_Window* window, candor_desktop_text* text, candor_string* why) {
    return candor::desktop::create_or_tell(
        why, [&] { return std::make_unique<candor_desktop_card>(window, text, why).release(); });
}

void candor_desktop_card_destroy(candor_desktop_card* card) { delete card; }

candor_status candor_desktop_card_configure(candor_desktop_card* card, const candor_desktop_card_options* options) {
    if (!card || !options) return CANDOR_INVALID;
    card->card.configure(candor::desktop::read_options(options));
    return CANDOR_OK;
}

int32_t candor_desktop_card_event(candor_desktop_card* card, candor_client client, const SDL_Event* event) {
    if (!card || !event) return 0;
    return card->card.event(client, *event) ? 1 : 0;
}

candor_status candor_desktop_card_layout(candor_desktop_card* card, candor_client client, candor_card* layout) {
    if (!card || !layout) return CANDOR_INVALID;
    return card->card.layout(client, layout);
}

int32_t candor_desktop_card_changed(candor_desktop_card* card, candor_client client, int64_t* next_frame) {
    if (!card) return 0;
    return card->card.changed(client, next_frame) ? 1 : 0;
}

candor_status candor_desktop_card_draw(candor_desktop_card* card, candor_client client) {
    if (!card) return CANDOR_INVALID;
    return card->card.draw(client);
}

void candor_desktop_card_presented(candor_desktop_card* card, candor_client client) {
    if (!card) return;
    try {
        card->card.presented(client);
    } catch (...) {
        // Out of memory: the next frame reports it.
    }
}
