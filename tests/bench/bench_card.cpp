// card.frame_native: layout and paint of one frame of the card, in milliseconds, on several cards; after the pointer
// went to another control, after a letter was typed, and when nothing happened. `of_text` is what measuring text took
// of it. Each by the desktop's text and by one that only counts bytes: the rest is the card's own.
// card.frame_native.pictures: the pictures of all its lines of text, which a renderer makes once and keeps.
#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "candor/candor.h"
#include "candor/desktop.h"
#include "report.hpp"

namespace bench = candor::bench;

namespace {

constexpr int kTurns = 21;
constexpr int kFramesATurn = 100;
constexpr double kLimit = 0.3;  // ms

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "card.frame_native: %s\n", why.c_str());
    exit(1);
}

// What is shown on the page, too (card.mjs).
const std::string& document() {
    static const std::string text = [] {
        std::ifstream file(CANDOR_TESTS_DIR "/bench/cards.json");
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return text;
}

constexpr std::string_view kProse =
    "The parcel came on the day that was promised, but the box had been opened and closed again with another tape. ";

// ---- text that is measured by counting bytes

float width_of(std::size_t bytes, const candor_text_style& style) {
    return static_cast<float>(bytes) * style.px * 0.5f;
}

size_t counted_lines(void*, candor_string text, const candor_text_style* style, float max_width,
                     candor_text_line* lines, size_t capacity) {
    const auto room = std::max<std::size_t>(1, static_cast<std::size_t>(max_width / (style->px * 0.5f)));
    const std::string_view all(text.data, text.size);
    size_t count = 0;
    for (std::size_t begin = 0; begin < all.size() || count == 0;) {
        std::size_t end = std::min(begin + room, all.size());
        if (end < all.size()) {
            const std::size_t blank = all.rfind(' ', end);
            if (blank != std::string_view::npos && blank > begin) end = blank;
        }
        if (count < capacity) lines[count] = {begin, end, width_of(end - begin, *style)};
        ++count;
        begin = end < all.size() && all[end] == ' ' ? end + 1 : std::max(end, begin + 1);
    }
    return count;
}

const candor_text_host kCounted = {
    sizeof(candor_text_host), nullptr,
    [](void*, const candor_text_style* style, candor_text_metrics* metrics) {
        metrics->ascent = style->px * 0.95f;
        metrics->descent = style->px * 0.25f;
    },
    counted_lines,
    [](void*, candor_string, const candor_text_style* style, size_t byte) { return width_of(byte, *style); }};

// ---- another text host, and how long it took

class TimedText {
public:
    explicit TimedText(const candor_text_host& text) : text_(text) {
        host_.size = sizeof host_;
        host_.context = this;
        host_.metrics = [](void* self, const candor_text_style* style, candor_text_metrics* metrics) {
            const Span span(self);
            span.text().metrics(span.text().context, style, metrics);
        };
        host_.lines = [](void* self, candor_string given, const candor_text_style* style, float width,
                         candor_text_line* lines, size_t capacity) {
            const Span span(self);
            return span.text().lines(span.text().context, given, style, width, lines, capacity);
        };
        host_.caret = [](void* self, candor_string line, const candor_text_style* style, size_t byte) {
            const Span span(self);
            return span.text().caret(span.text().context, line, style, byte);
        };
    }
    TimedText(const TimedText&) = delete;
    TimedText& operator=(const TimedText&) = delete;

    const candor_text_host* raw() const { return &host_; }

    template <class Work>
    double seconds_of(Work&& work) {
        is_timed_ = true;
        seconds_ = 0;
        work();
        is_timed_ = false;
        return seconds_;
    }

private:
    class Span {
    public:
        explicit Span(void* self) : timed_(*static_cast<TimedText*>(self)) {
            if (timed_.is_timed_) begin_ = std::chrono::steady_clock::now();
        }
        ~Span() {
            if (timed_.is_timed_) timed_.seconds_ += bench::seconds_since(begin_);
        }
        Span(const Span&) = delete;
        Span& operator=(const Span&) = delete;
        const candor_text_host& text() const { return timed_.text_; }

    private:
        TimedText& timed_;
        std::chrono::steady_clock::time_point begin_;
    };

    const candor_text_host& text_;
    candor_text_host host_{};
    bool is_timed_ = false;
    double seconds_ = 0;
};

// ---- a host that ticks when it is woken

class Host {
public:
    explicit Host(const candor_text_host* text) {
        host_.size = sizeof host_;
        host_.context = this;
        host_.text = text;
        host_.wake = [](void* self, candor_client, std::int64_t) {
            Host& me = *static_cast<Host*>(self);
            const std::lock_guard lock(me.mutex_);
            me.woken_ = true;
            me.changed_.notify_all();
        };
    }

    candor_client start(const char* locale) {
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("shop");
        config.locale = candor_text(locale);
        config.host = &host_;
        config.on_event = [](void* self, candor_client, const candor_event* event) {
            static_cast<Host*>(self)->seen_ |= 1u << event->kind;
            if (event->kind == CANDOR_EVENT_ERROR) give_up(std::string(event->text.data, event->text.size));
        };
        config.on_event_context = this;
        const candor_client client = candor_start(&config, nullptr);
        if (candor_load(client, {document().data(), document().size()}) != CANDOR_OK)
            give_up("the document is refused");
        wait(client, CANDOR_EVENT_READY);
        return client;
    }

    void wait(candor_client client, candor_event_kind kind) {
        for (candor_tick(client); (seen_ >> kind & 1u) == 0; candor_tick(client)) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return woken_; });
            woken_ = false;
        }
    }

private:
    candor_host host_{};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    std::uint32_t seen_ = 0;  // a bit for each kind of event
};

// ---- the cards

struct Case {
    const char* name;
    const char* survey;
    const char* locale;
    float width, height, ratio;
    std::size_t typed;  // bytes
};

constexpr Case kCases[] = {{"corner", "score", "en", 1100, 760, 1, 0},
                           {"sheet", "score", "en", 360, 740, 3, 0},
                           {"choices", "wishes", "en", 1100, 760, 1, 0},
                           {"arabic", "score", "ar", 1100, 760, 1, 0},
                           {"typed 1000", "words", "en", 1100, 760, 1, 1000}};

class Frames {
public:
    Frames(const Case& each, const char* measured_by, const candor_text_host& text)
        : case_(each), measured_by_(measured_by), text_(text), host_(text_.raw()), client_(host_.start(each.locale)) {
        options_.width = each.width;
        options_.height = each.height;
        options_.pixel_ratio = each.ratio;
        if (candor_show(client_, candor_text(each.survey), 1) != CANDOR_OK) give_up("show is refused");
        host_.wait(client_, CANDOR_EVENT_PROMPT_POSSIBLE);
        if (each.typed > 0) type_all();
        find_controls();
        frame();
    }
    ~Frames() { candor_close(client_, 1000); }
    Frames(const Frames&) = delete;
    Frames& operator=(const Frames&) = delete;

    void print_all() {
        print("nothing", false, [] {});
        print("hover", true, [this] { hover(); });
        if (case_.typed > 0) print("letter", true, [this] { type(); });
    }

    // As if none were known yet; by a text part of its own.
    void print_pictures() {
        std::vector<double> times;
        for (int turn = 0; turn < kTurns; ++turn) {
            candor_desktop_text* const text = candor_desktop_text_create(nullptr, nullptr);
            frame();
            times.push_back(bench::seconds_of([&] {
                                for (size_t i = 0; i < draw_.run_count; ++i) make_picture(text, draw_.runs[i]);
                            }) *
                            1e3);
            candor_desktop_text_destroy(text);
        }
        std::printf(
            "{\"bench\": \"card.frame_native.pictures\", \"card\": \"%s\", \"value\": %.3f, \"unit\": \"ms\", "
            "\"runs\": %zu}\n",
            case_.name, bench::median(times), draw_.run_count);
    }

private:
    void frame() {
        if (candor_card_draw(client_, &options_, &draw_) != CANDOR_OK) give_up("no card is drawn");
    }

    template <class Look>
    void look_at_nodes(Look&& look) {
        candor_card card = CANDOR_CARD_INIT;
        if (candor_card_layout(client_, &options_, &card) != CANDOR_OK) give_up("no card is laid out");
        for (size_t i = 0; i < card.node_count; ++i) {
            if (card.nodes[i].rect.width > 0) look(card.nodes[i]);
        }
    }

    // The two that lie furthest apart and show the pointer over them.
    void find_controls() {
        look_at_nodes([&](const candor_node& node) {
            if (node.role != CANDOR_ROLE_RADIO && node.role != CANDOR_ROLE_CHECKBOX && node.role != CANDOR_ROLE_BUTTON)
                return;
            if (controls_[0].width <= 0) controls_[0] = node.rect;
            controls_[1] = node.rect;
        });
        if (controls_[0].width <= 0) give_up("the card has no controls");
    }

    void point(candor_pointer_kind kind, const candor_rect& at) const {
        candor_card_pointer(client_, kind, at.x + at.width / 2, at.y + at.height / 2);
    }

    void hover() { point(CANDOR_POINTER_MOVE, controls_[++hovered_ % 2]); }

    void type_all() {
        if (candor_answer_score(client_, candor_text("score"), 7) != CANDOR_OK) give_up("no score is taken");
        host_.wait(client_, CANDOR_EVENT_ANSWERED);
        look_at_nodes([&](const candor_node& node) {
            if (node.role != CANDOR_ROLE_TEXTBOX) return;
            point(CANDOR_POINTER_DOWN, node.rect);
            point(CANDOR_POINTER_UP, node.rect);
        });
        std::string text;
        while (text.size() < case_.typed) text += kProse;
        text.resize(case_.typed);
        if (candor_card_text(client_, {text.data(), text.size()}) != CANDOR_OK) give_up("nothing can be typed");
    }

    // One more, and the one before it away: a text of the same length that was never measured.
    void type() {
        const char letter = static_cast<char>('a' + ++letters_ % 26);
        const char second = static_cast<char>('a' + letters_ / 26 % 26);
        const char third = static_cast<char>('a' + letters_ / 676 % 26);
        for (int i = 0; i < 3; ++i) candor_card_key(client_, CANDOR_KEY_BACKSPACE, 0);
        const char fresh[] = {third, second, letter};
        candor_card_text(client_, {fresh, sizeof fresh});
    }

    static void make_picture(candor_desktop_text* text, const candor_text_run& run) {
        static std::vector<std::uint8_t> pixels;
        std::int32_t width = 0, height = 0;
        if (candor_desktop_text_extent(&run, 1, &width, &height) != CANDOR_OK) give_up("a run has no size");
        pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
        if (candor_desktop_text_rasterise(text, &run, 1, pixels.data(), pixels.size()) != CANDOR_OK)
            give_up("a run has no picture");
    }

    template <class Change>
    double turn(bool changes, Change&& change) {
        double seconds = 0;
        for (int i = 0; i < kFramesATurn; ++i) {
            const std::uint64_t before = draw_.revision;
            change();
            seconds += bench::seconds_of([&] { frame(); });
            if ((draw_.revision != before) != changes) give_up("the card is not as expected");
        }
        candor_tick(client_);
        return seconds / kFramesATurn * 1e3;
    }

    template <class Change>
    void print(const char* after, bool changes, Change&& change) {
        std::vector<double> times, of_text;
        for (int i = 0; i <= kTurns; ++i) {
            const double time = turn(changes, change);
            double whole = 0;
            const double text = text_.seconds_of([&] { whole = turn(changes, change); }) / kFramesATurn * 1e3;
            if (i == 0) continue;  // the first measures each text for the first time
            times.push_back(time);
            of_text.push_back(text / whole);
        }
        const double value = bench::median(times);
        std::printf(
            "{\"bench\": \"card.frame_native\", \"card\": \"%s\", \"text\": \"%s\", \"after\": \"%s\", \"value\": "
            "%.4f, "
            "\"unit\": \"ms\", \"limit\": %.1f, \"ratio\": %.3f, \"of_text\": %.2f}\n",
            case_.name, measured_by_, after, value, kLimit, value / kLimit, bench::median(of_text));
        std::fflush(stdout);
    }

    const Case& case_;
    const char* measured_by_;
    TimedText text_;
    Host host_;
    const candor_client client_;
    candor_card_options options_ = CANDOR_CARD_OPTIONS_INIT;
    candor_draw draw_ = CANDOR_DRAW_INIT;
    candor_rect controls_[2]{};
    int hovered_ = 0, letters_ = 0;
};

void frame_native() {
    candor_desktop_text* const text = candor_desktop_text_create(nullptr, nullptr);
    if (text == nullptr) give_up("no text");
    for (const Case& each : kCases) {
        {
            Frames desktop(each, "desktop", *candor_desktop_text_interface(text));
            desktop.print_all();
            desktop.print_pictures();
        }
        Frames(each, "counted", kCounted).print_all();
    }
    candor_desktop_text_destroy(text);
}

}  // namespace

int main(int count, char** arguments) {
    if (bench::wanted(count, arguments, "card.frame_native")) frame_native();
}
