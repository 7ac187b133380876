#include "cli/preview_window.hpp"

#include <SDL.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "candor/desktop.h"
#include "desktop/draw.hpp"
#include "desktop/failure.hpp"

namespace candor::cli {

namespace {

using desktop::string_of;
using desktop::view_of;

constexpr int kHeight = 720;
constexpr float kMargin = 24;

template <auto destroy>
struct Destroy {
    template <typename Part>
    void operator()(Part* part) const {
        destroy(part);
    }
};

template <typename Part, auto destroy>
using Owned = std::unique_ptr<Part, Destroy<destroy>>;

// R in the lowest byte.
constexpr std::uint32_t rgb(std::uint32_t hex) {
    return 0xff000000u | (hex & 0xffu) << 16 | (hex & 0xff00u) | (hex >> 16 & 0xffu);
}

// The surface behind the card, with lines of text on it.
class Backdrop {
public:
    Backdrop(const candor_text_host& text, float width, float height, float ratio)
        : text_(text), clip_{0, 0, width, height}, ratio_(ratio) {}

    void fill(std::uint32_t color) { quad(clip_, -1, color); }

    // Lines of a paragraph, no wider than the surface; below what was written before.
    void write(std::string_view text, float px, std::int32_t weight, std::uint32_t color) {
        const candor_text_style style{px, weight, CANDOR_DIRECTION_LTR};
        candor_text_metrics metrics{};
        text_.metrics(text_.context, &style, &metrics);
        std::vector<candor_text_line> lines(8);
        const std::size_t count =
            text_.lines(text_.context, string_of(text), &style, clip_.width - 2 * kMargin, lines.data(), lines.size());
        lines.resize(std::min(count, lines.size()));
        for (const candor_text_line& line : lines) {
            write_line(text.substr(line.begin, line.end - line.begin), style, metrics, line.width, color);
        }
    }

    candor_draw draw() {
        for (std::size_t i = 0; i < runs_.size(); ++i) runs_[i].text = string_of(texts_[i]);
        return desktop::draw_of(vertices_, indices_, commands_, runs_);
    }

private:
    float up(float length) const { return std::ceil(length * ratio_) / ratio_; }

    void write_line(std::string_view text, const candor_text_style& style, const candor_text_metrics& metrics,
                    float width, std::uint32_t color) {
        candor_text_run run{};
        run.key = key_of(text, style);
        run.style = style;
        run.left = up(4);
        run.width = up(width) + 2 * run.left;
        run.baseline = up(metrics.ascent);
        run.height = run.baseline + up(metrics.descent + 1);
        const float left = up(kMargin) - run.left;
        quad({left, y_, run.width, run.height}, static_cast<std::int32_t>(runs_.size()), color);
        y_ += run.height + up(3);
        runs_.push_back(run);
        texts_.emplace_back(text);
    }

    static std::uint64_t key_of(std::string_view text, const candor_text_style& style) {
        std::uint64_t key = interview::seed_of(text);
        key = key << 32 | static_cast<std::uint32_t>(style.px * 64) << 16 | static_cast<std::uint32_t>(style.weight);
        return key ^ text.size() << 24;
    }

    void quad(const candor_rect& rect, std::int32_t run, std::uint32_t color) {
        const auto first = static_cast<std::uint16_t>(vertices_.size());
        const float right = rect.x + rect.width, bottom = rect.y + rect.height;
        vertices_.push_back({rect.x, rect.y, 0, 0, color});
        vertices_.push_back({right, rect.y, 1, 0, color});
        vertices_.push_back({right, bottom, 1, 1, color});
        vertices_.push_back({rect.x, bottom, 0, 1, color});
        commands_.push_back({clip_, run, static_cast<std::uint32_t>(indices_.size()), 6});
        for (const int corner : {0, 1, 2, 0, 2, 3}) indices_.push_back(static_cast<std::uint16_t>(first + corner));
    }

    const candor_text_host& text_;
    candor_rect clip_;
    float ratio_;
    float y_ = kMargin;
    std::vector<candor_vertex> vertices_;
    std::vector<std::uint16_t> indices_;
    std::vector<candor_draw_command> commands_;
    std::vector<candor_text_run> runs_;
    std::vector<std::string> texts_;  // of the runs
};

// Without a display SDL may take a driver that draws for nobody, which only tests ask for, by its name.
bool nobody_sees_it() {
    const std::string_view driver = SDL_GetCurrentVideoDriver();
    const bool unseen = driver == "offscreen" || driver == "dummy" || driver == "evdev";
    return unseen && SDL_getenv("SDL_VIDEODRIVER") == nullptr;
}

}  // namespace

// In the order in which they are made; what is made later goes first.
struct PreviewWindow::Parts {
    Owned<SDL_Window, SDL_DestroyWindow> window;
    SDL_GLContext context = nullptr;
    Owned<candor_desktop_host, candor_desktop_host_destroy> host;
    Owned<candor_desktop_renderer, candor_desktop_renderer_destroy> renderer;
    Owned<candor_desktop_card, candor_desktop_card_destroy> card;
    candor_host interface {};
    candor_client client = 0;

    Parts() = default;
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() {
        candor_close(client, 0);
        card.reset();
        renderer.reset();
        host.reset();
        if (context) SDL_GL_DeleteContext(context);
        window.reset();
        SDL_Quit();
    }

    std::string open_window(const PreviewOptions& options);
    std::string open_card(const PreviewOptions& options, std::string_view locale);
    void configure(const PreviewOptions& options) const;
    candor_desktop_view view(const PreviewOptions& options) const;
};

// ---- opening ----

std::string PreviewWindow::Parts::open_window(const PreviewOptions& options) {
    SDL_SetHint(SDL_HINT_IME_SHOW_UI, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return SDL_GetError();
    if (nobody_sees_it()) return "there is no display";
    SDL_EnableScreenSaver();
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
    window.reset(SDL_CreateWindow("candor preview", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                  options.width * options.scale, kHeight * options.scale,
                                  SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
    if (!window) return SDL_GetError();
    context = SDL_GL_CreateContext(window.get());
    if (!context) {  // an older driver: whatever it has
        SDL_GL_ResetAttributes();
        context = SDL_GL_CreateContext(window.get());
    }
    if (!context) return SDL_GetError();
    SDL_GL_SetSwapInterval(1);
    return {};
}

std::string PreviewWindow::Parts::open_card(const PreviewOptions& options, std::string_view locale) {
    candor_string why{};
    auto text = desktop::sized<candor_desktop_text_options>();
    text.language = string_of(locale);
    auto wanted = desktop::sized<candor_desktop_host_options>();
    wanted.text = &text;
    host.reset(candor_desktop_host_create(&wanted, &why));
    if (!host) return std::string(view_of(why));
    renderer.reset(candor_desktop_renderer_create(candor_desktop_host_text(host.get()), &why));
    if (!renderer) return std::string(view_of(why));
    card.reset(candor_desktop_card_create(window.get(), candor_desktop_host_text(host.get()), &why));
    if (!card) return std::string(view_of(why));
    configure(options);
    interface = *candor_desktop_host_interface(host.get());
    interface.http = nullptr;  // nothing is sent, whatever the document says
    return {};
}

void PreviewWindow::Parts::configure(const PreviewOptions& options) const {
    auto look = desktop::sized<candor_desktop_card_options>();
    look.scale = static_cast<float>(options.scale);
    look.scheme = options.dark ? CANDOR_SCHEME_DARK : CANDOR_SCHEME_LIGHT;
    candor_desktop_card_configure(card.get(), &look);
}

candor_desktop_view PreviewWindow::Parts::view(const PreviewOptions& options) const {
    auto view = desktop::sized<candor_desktop_view>();
    int width = 1;
    int height = 1;
    SDL_GetWindowSize(window.get(), &width, &height);
    SDL_GL_GetDrawableSize(window.get(), &view.framebuffer_width, &view.framebuffer_height);
    view.width = static_cast<float>(width) / static_cast<float>(options.scale);
    view.height = static_cast<float>(height) / static_cast<float>(options.scale);
    return view;
}

PreviewWindow::PreviewWindow(const Previewed& previewed, const PreviewOptions& options)
    : previewed_(previewed), options_(options), parts_(new Parts) {
    for (const survey::Survey* survey : previewed.surveys) {
        std::string id(survey->id);
        if (std::find(surveys_.begin(), surveys_.end(), id) == surveys_.end()) surveys_.push_back(std::move(id));
    }
}

PreviewWindow::~PreviewWindow() = default;

candor_client PreviewWindow::client() const { return parts_->client; }

std::string PreviewWindow::open() {
    const survey::Document& document = *previewed_.document;
    const std::string_view locale =
        options_.locale.empty() ? document.locale.view() : std::string_view(options_.locale);
    std::string problem = parts_->open_window(options_);
    if (problem.empty()) problem = parts_->open_card(options_, locale);
    if (!problem.empty()) return problem;
    auto config = desktop::sized<candor_config>();  // no place to store at, and none to send to
    config.project = string_of(document.project);
    config.locale = string_of(locale);
    config.reading = CANDOR_READ_STRICT;
    config.host = &parts_->interface;
    config.on_event_context = this;
    config.on_event = [](void* context, candor_client, const candor_event* event) {
        static_cast<PreviewWindow*>(context)->on_event(*event);
    };
    candor_string why{};
    parts_->client = candor_start(&config, &why);
    if (parts_->client == 0) return std::string(view_of(why));
    candor_busy(parts_->client, 1);  // what the rules would ask is not asked: only what is shown here
    if (candor_load(parts_->client, string_of(previewed_.text)) != CANDOR_OK) return "the document was refused";
    open_ = true;
    show(0);
    return {};
}

// ---- what happens ----

void PreviewWindow::show(std::size_t survey) {
    candor_hide(parts_->client);
    shown_ = survey;
    wanted_ = true;
    say("");
    const std::string title = surveys_[shown_] + " – candor preview";
    SDL_SetWindowTitle(parts_->window.get(), title.c_str());
}

void PreviewWindow::say(std::string text) {
    said_ = std::move(text);
    changed_ = true;
}

bool PreviewWindow::step(std::int64_t longest) {
    candor_tick(parts_->client);
    // Until the client is ready it is busy, and wakes us.
    if (wanted_) wanted_ = candor_show(parts_->client, string_of(survey()), 1) == CANDOR_BUSY;
    std::int64_t next_frame = -1;
    if (candor_desktop_card_changed(parts_->card.get(), parts_->client, &next_frame) || changed_) {
        draw();
        next_frame = 0;  // it may want another look at once
    }
    const std::int64_t wait = next_frame < 0 ? longest : std::min(next_frame, longest);
    SDL_Event event;
    if (!open_ || SDL_WaitEventTimeout(&event, static_cast<int>(wait)) == 0) return open_;
    do {
        handle(event);
    } while (SDL_PollEvent(&event));
    return open_;
}

void PreviewWindow::handle(const SDL_Event& event) {
    if (candor_desktop_card_event(parts_->card.get(), parts_->client, &event)) return;
    switch (event.type) {
        case SDL_QUIT: open_ = false; break;
        case SDL_WINDOWEVENT:
            if (event.window.event == SDL_WINDOWEVENT_CLOSE) open_ = false;
            changed_ = true;
            break;
        case SDL_KEYDOWN: press(event.key.keysym.sym, (event.key.keysym.mod & KMOD_CTRL) != 0); break;
        default: break;
    }
}

// No key that writes or moves about: those are the card's.
void PreviewWindow::press(std::int32_t key, bool control) {
    const std::size_t count = surveys_.size();
    switch (key) {
        case SDLK_PAGEDOWN: return show((shown_ + 1) % count);
        case SDLK_PAGEUP: return show((shown_ + count - 1) % count);
        case SDLK_F5: return show(shown_);
        case SDLK_F6:
            options_.dark = !options_.dark;
            changed_ = true;
            return parts_->configure(options_);
        case SDLK_q: open_ = open_ && !control; return;
        default: return;
    }
}

void PreviewWindow::on_event(const candor_event& event) {
    const std::string text(view_of(event.text));
    switch (event.kind) {
        case CANDOR_EVENT_PROMPT_ENDED:
            if (!wanted_) say("The card has gone. F5 shows it again.");
            break;
        case CANDOR_EVENT_LINK: say("An app would open " + text); break;
        case CANDOR_EVENT_ERROR: say(text); break;
        default: break;
    }
}

// ---- what it looks like ----

void PreviewWindow::draw() {
    changed_ = false;
    const candor_desktop_view view = parts_->view(options_);
    const float ratio = static_cast<float>(view.framebuffer_width) / view.width;
    const bool dark = options_.dark;
    const std::uint32_t ink = rgb(dark ? 0xf2f3f5 : 0x16181d), muted = rgb(dark ? 0x9da5b1 : 0x5c6470);
    Backdrop backdrop(*parts_->interface.text, view.width, view.height, ratio);
    backdrop.fill(rgb(dark ? 0x26292f : 0xe9ecf1));
    std::string name = survey();
    if (surveys_.size() > 1) name += ", " + std::to_string(shown_ + 1) + " of " + std::to_string(surveys_.size());
    backdrop.write(name, 17, CANDOR_WEIGHT_BOLD, ink);
    std::string keys = std::string("F5: from the beginning   F6: ") + (dark ? "light" : "dark");
    if (surveys_.size() > 1) keys += "   Page Down, Page Up: another survey";
    backdrop.write(keys, 13, CANDOR_WEIGHT_REGULAR, muted);
    backdrop.write("Nothing is stored or sent.", 13, CANDOR_WEIGHT_REGULAR, muted);
    if (!said_.empty()) backdrop.write(said_, 14, CANDOR_WEIGHT_REGULAR, ink);
    const candor_draw made = backdrop.draw();
    candor_desktop_renderer_draw(parts_->renderer.get(), &made, &view);
    candor_desktop_card_draw(parts_->card.get(), parts_->client);
    SDL_GL_SwapWindow(parts_->window.get());
    candor_desktop_card_presented(parts_->card.get(), parts_->client);
}

Report preview_window(const PreviewOptions& options) {
    const Previewed previewed = read_for_preview(options);
    if (previewed.report.exit != kGood) return previewed.report;
    PreviewWindow window(previewed, options);
    const std::string problem = window.open();
    if (!problem.empty()) {
        return unusable("preview",
                        "no window can be opened: " + problem + "; --picture FILE.png draws the cards into a file");
    }
    constexpr std::int64_t kMinute = 60'000;
    while (window.step(kMinute)) {
    }
    return previewed.report;
}

}  // namespace candor::cli
