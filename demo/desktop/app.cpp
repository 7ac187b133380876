#include "app.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "screenshot.hpp"
#include "why.hpp"

namespace shop {
namespace {

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
    return set;
}

// Waits for signals as long as the process lives.
void forward_signals(uint32_t event_type) {
    const sigset_t set = our_signals();
    for (int signal = 0; sigwait(&set, &signal) == 0;) {
        SDL_Event event{};
        event.type = event_type;
        event.user.code = signal;
        SDL_PushEvent(&event);
    }
}

candor_string string_of(const std::string& text) { return {text.data(), text.size()}; }

int fail(const char* what, const std::string& why) {
    std::fprintf(stderr, "shop: %s: %s\n", what, why.c_str());
    return 1;
}

std::string text_of(candor_string text) { return {text.data ? text.data : "", text.size}; }

candor_property number(const char* key, double value) {
    candor_property property{};
    property.key = candor_text(key);
    property.kind = CANDOR_PROPERTY_NUMBER;
    property.number = value;
    return property;
}

candor_property text(const char* key, const std::string& value) {
    candor_property property{};
    property.key = candor_text(key);
    property.kind = CANDOR_PROPERTY_TEXT;
    property.text = string_of(value);
    return property;
}

}  // namespace

void block_signals() {
    const sigset_t set = our_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

App::App(Options options) : options_(std::move(options)), report_(options_.scale) {
    state_.dark = options_.dark;
    state_.person = options_.person;
    for (const std::string& person : {options_.person, std::string("desktop-1"), std::string("desktop-2")}) {
        const bool known = std::find(state_.persons.begin(), state_.persons.end(), person) != state_.persons.end();
        if (!person.empty() && !known) state_.persons.push_back(person);
    }
}

App::~App() { close(); }

// ---- start and end

bool App::open_window() {
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_IME_SHOW_UI, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return fail("SDL", SDL_GetError()) == 0;
    SDL_EnableScreenSaver();
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
    window_.reset(SDL_CreateWindow("Harbour Coffee", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, options_.width,
                                   options_.height,
                                   SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
    if (!window_) return fail("window", SDL_GetError()) == 0;
    context_ = SDL_GL_CreateContext(window_.get());
    if (!context_) {  // an older driver: whatever it has
        SDL_GL_ResetAttributes();
        context_ = SDL_GL_CreateContext(window_.get());
    }
    if (!context_) return fail("OpenGL", SDL_GetError()) == 0;
    SDL_GL_SetSwapInterval(1);
    return true;
}

bool App::open() {
    if (!open_window()) return false;
    signal_event_ = SDL_RegisterEvents(1);
    std::thread(forward_signals, signal_event_).detach();

    candor_string why{};
    candor_desktop_text_options text{};
    text.size = sizeof text;
    text.language = string_of(options_.locale);
    candor_desktop_host_options host{};
    host.size = sizeof host;
    host.text = &text;
    host_.reset(candor_desktop_host_create(&host, &why));
    if (!host_) return fail("host", text_of(why)) == 0;
    renderer_.reset(candor_desktop_renderer_create(candor_desktop_host_text(host_.get()), &why));
    if (!renderer_) return fail("renderer", text_of(why)) == 0;
    card_.reset(candor_desktop_card_create(window_.get(), candor_desktop_host_text(host_.get()), &why));
    if (!card_) return fail("card", text_of(why)) == 0;
    candor_desktop_card_options look{};
    look.size = sizeof look;
    look.scale = options_.scale;
    look.scheme = options_.dark ? CANDOR_SCHEME_DARK : CANDOR_SCHEME_LIGHT;
    candor_desktop_card_configure(card_.get(), &look);
    return start_client();
}

bool App::start_client() {
    if (!options_.storage.empty()) {
        std::error_code problem;
        std::filesystem::create_directories(options_.storage, problem);
        if (problem) return fail(options_.storage.c_str(), problem.message()) == 0;
    }
    candor_config config{};
    config.size = sizeof config;
    config.project = string_of(options_.project);
    config.endpoint = string_of(options_.endpoint);
    config.write_key = string_of(options_.write_key);
    config.storage_path = string_of(options_.storage);
    config.locale = string_of(options_.locale);
    config.app_version = candor_text("1.0.0");
    config.platform = candor_text("linux");
    config.host = candor_desktop_host_interface(host_.get());
    config.on_event_context = this;
    config.on_event = [](void* context, candor_client, const candor_event* event) {
        static_cast<App*>(context)->on_event(*event);
    };
    candor_string why{};
    client_ = candor_start(&config, &why);
    if (client_ == 0) return fail("Candor", text_of(why)) == 0;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    candor_desktop_local_time(client_, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    if (!options_.person.empty()) candor_identify(client_, string_of(options_.person));
    if (!load_document()) return false;
    candor_screen(client_, candor_text("home"));
    return true;
}

bool App::load_document() const {
    std::ifstream file(options_.document, std::ios::binary);
    if (!file) return fail(options_.document.c_str(), "cannot be read") == 0;
    const std::string document((std::istreambuf_iterator<char>(file)), {});
    const candor_status status = candor_load(client_, string_of(document));
    if (status == CANDOR_OK) return true;
    candor_tick(client_);  // brings the error event that says why
    return fail(options_.document.c_str(), "was refused (" + std::to_string(status) + ")") == 0;
}

void App::close() {
    if (client_ != 0) {
        candor_close(client_, 2000);
        client_ = 0;
        report_.say("frames " + std::to_string(frames_));
        report_.say("closed");
    }
    card_.reset();
    renderer_.reset();
    host_.reset();
    if (context_) SDL_GL_DeleteContext(context_);
    context_ = nullptr;
    window_.reset();
    SDL_Quit();
}

// ---- the loop: rests until something happens, and draws only when something looks different

int App::run() {
    if (!open()) return 1;
    while (running_) {
        candor_tick(client_);
        int64_t next_frame = -1;
        if (candor_desktop_card_changed(card_.get(), client_, &next_frame)) dirty_ = true;
        const bool drawn = dirty_;
        if (drawn) draw();
        wait(drawn ? 0 : next_frame);  // after a frame it may want another look at once
    }
    close();
    return 0;
}

void App::wait(int64_t next_frame) {
    SDL_Event event;
    const int64_t longest = std::clamp<int64_t>(next_frame, -1, 60'000);
    if (!SDL_WaitEventTimeout(&event, static_cast<int>(longest))) return;
    do {
        handle(event);
    } while (SDL_PollEvent(&event));
}

void App::draw() {
    dirty_ = false;
    int width = 0;
    int height = 0;
    candor_desktop_view view{};
    view.size = sizeof view;
    SDL_GetWindowSize(window_.get(), &width, &height);
    SDL_GL_GetDrawableSize(window_.get(), &view.framebuffer_width, &view.framebuffer_height);
    view.width = static_cast<float>(width) / scale();
    view.height = static_cast<float>(height) / scale();
    const float ratio = static_cast<float>(view.framebuffer_width) / view.width;
    picture_ = paint(state_, candor_desktop_text_interface(candor_desktop_host_text(host_.get())), view.width,
                     view.height, ratio);
    const candor_draw shop = picture_->canvas.draw();
    candor_desktop_renderer_draw(renderer_.get(), &shop, &view);
    candor_desktop_card_draw(card_.get(), client_);
    const bool screenshot = std::exchange(screenshot_wanted_, false) && !options_.screenshot.empty();
    const bool written =
        screenshot && write_screenshot(options_.screenshot, view.framebuffer_width, view.framebuffer_height);
    SDL_GL_SwapWindow(window_.get());
    ++frames_;
    candor_desktop_card_presented(card_.get(), client_);

    candor_card card{};
    card.size = sizeof card;
    const bool shown = candor_desktop_card_layout(card_.get(), client_, &card) == CANDOR_OK;
    int left = 0;
    int top = 0;
    SDL_GetWindowPosition(window_.get(), &left, &top);
    report_.window(
        {static_cast<float>(left), static_cast<float>(top), static_cast<float>(width), static_cast<float>(height)});
    report_.buttons(picture_->buttons);
    report_.card(shown ? &card : nullptr);
    if (!screenshot) return;
    report_.say("frames " + std::to_string(frames_));
    report_.say((written ? "screenshot " : "screenshot failed ") + options_.screenshot);
}

// ---- what the person does

void App::handle(const SDL_Event& event) {
    if (candor_desktop_card_event(card_.get(), client_, &event)) {
        if (event.type == SDL_MOUSEMOTION) move(-1, -1);
        return;
    }
    if (event.type == signal_event_) {
        if (event.user.code != SIGUSR1) {
            running_ = false;
        } else {
            screenshot_wanted_ = dirty_ = true;
        }
        return;
    }
    switch (event.type) {
        case SDL_QUIT: running_ = false; break;
        case SDL_WINDOWEVENT: handle_window(event.window); break;
        case SDL_MOUSEMOTION:
            move(static_cast<float>(event.motion.x) / scale(), static_cast<float>(event.motion.y) / scale());
            break;
        case SDL_MOUSEBUTTONDOWN:
            if (event.button.button != SDL_BUTTON_LEFT) break;
            move(static_cast<float>(event.button.x) / scale(), static_cast<float>(event.button.y) / scale());
            state_.pressed = state_.hovered;
            dirty_ = true;
            break;
        case SDL_MOUSEBUTTONUP: {
            if (event.button.button != SDL_BUTTON_LEFT) break;
            const std::string pressed = std::exchange(state_.pressed, {});
            dirty_ = true;
            if (!pressed.empty() && pressed == state_.hovered) click(pressed);
            break;
        }
        case SDL_MOUSEWHEEL: scroll(event.wheel.y); break;
        default: break;
    }
}

void App::scroll(int up) {
    if (!state_.shows_rules || !picture_ || up == 0) return;
    const auto last = static_cast<int64_t>(picture_->hidden_lines);
    const int64_t first = static_cast<int64_t>(state_.first_line) - 3 * int64_t{up};
    state_.first_line = static_cast<size_t>(std::clamp<int64_t>(first, 0, last));
    dirty_ = true;
}

void App::handle_window(const SDL_WindowEvent& event) {
    switch (event.event) {
        case SDL_WINDOWEVENT_CLOSE: running_ = false; break;
        case SDL_WINDOWEVENT_LEAVE: move(-1, -1); break;
        case SDL_WINDOWEVENT_EXPOSED:
        case SDL_WINDOWEVENT_SIZE_CHANGED: dirty_ = true; break;
        default: break;
    }
}

void App::move(float x, float y) {
    std::string over;
    if (picture_) {
        for (const Button& button : picture_->buttons) {
            if (contains(button.rect, x, y)) over = button.id;
        }
    }
    if (over != state_.hovered) dirty_ = true;
    state_.hovered = std::move(over);
}

void App::click(const std::string& id) {
    dirty_ = true;
    if (id == "buy") return buy();
    if (id.starts_with("add/")) return add(id.substr(4));
    if (id.starts_with("person/")) return sign_in(id.substr(7));
    if (id == "why") {
        state_.shows_rules = !state_.shows_rules;
        state_.first_line = 0;
        return explain();
    }
    if (id == "guest") {
        state_.person.clear();
        state_.status = "Signed out";
        candor_reset(client_);
    }
}

void App::buy() {
    const int64_t cents = total(state_);
    const auto count = static_cast<double>(std::max<size_t>(state_.cart.size(), 1));
    const candor_property properties[] = {number("total", static_cast<double>(cents) / 100), number("items", count)};
    candor_track(client_, candor_text("purchase_completed"), properties, std::size(properties));
    state_.cart.clear();
    state_.status = "Order " + std::to_string(++state_.order) + " over " + price(cents) + " is placed. Thank you" +
                    (state_.person.empty() ? "!" : ", " + state_.person + "!");
}

void App::add(const std::string& product) {
    const auto all = products();
    for (size_t i = 0; i < all.size(); ++i) {
        if (all[i].id != product) continue;
        const candor_property properties[] = {text("product", product)};
        candor_track(client_, candor_text("added_to_basket"), properties, std::size(properties));
        state_.cart.push_back(i);
        state_.status = std::string(all[i].name) + " is in your basket";
    }
}

void App::sign_in(const std::string& person) {
    state_.person = person;
    state_.status = "Signed in as " + person;
    candor_identify(client_, string_of(person));
}

// ---- what Candor says

void App::on_event(const candor_event& event) {
    report_.event(event);
    switch (event.kind) {
        case CANDOR_EVENT_DELIVERED: state_.delivered += event.count; break;
        case CANDOR_EVENT_ERROR: state_.status = text_of(event.text); break;
        case CANDOR_EVENT_DECIDED:
        case CANDOR_EVENT_SHOWN:
        case CANDOR_EVENT_ANSWERED:
        case CANDOR_EVENT_DISMISSED:
        case CANDOR_EVENT_PROMPT_ENDED: explain(); break;
        case CANDOR_EVENT_LINK:
            if (SDL_OpenURL(text_of(event.text).c_str()) != 0) state_.status = SDL_GetError();
            break;
        default: break;
    }
    dirty_ = dirty_ || event.kind == CANDOR_EVENT_DELIVERED || event.kind == CANDOR_EVENT_ERROR;
}

void App::explain() {
    candor_string json{};
    if (candor_explain(client_, {}, &json) != CANDOR_OK) return;
    const std::string explained = text_of(json);
    if (options_.trace) report_.explain(explained);
    state_.reasons = reasons_of(explained);
    dirty_ = true;
}

}  // namespace shop
