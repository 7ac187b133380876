#include "shop.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace shop {
namespace {

constexpr std::array<Product, 9> kProducts = {{
    {"guji", "Ethiopia Guji", "Apricot, jasmine, honey", "🍑", 1350, 0xf9e0d0},
    {"huila", "Colombia Huila", "Red apple, caramel", "🍎", 1190, 0xf6dcd9},
    {"sidamo", "Sidamo Espresso", "Dark cherry, cocoa", "🍒", 1900, 0xf1dde4},
    {"decaf", "Evening Decaf", "Hazelnut, milk chocolate", "🌰", 1240, 0xf0e3d6},
    {"mug", "Stoneware mug", "Hand-glazed, 300 ml", "☕", 1800, 0xdfe7f1},
    {"chocolate", "Dark chocolate", "72 %, sea salt", "🍫", 490, 0xeadfd9},
    {"biscuits", "Oat biscuits", "Baked on Thursdays", "🍪", 650, 0xfbf0d3},
    {"plant", "Coffee plant", "Likes a bright corner", "🪴", 2400, 0xdcebd8},
    {"pot", "Enamel pot", "One litre, for the slow kind of coffee", "🫖", 4200, 0xd7e9ee},
}};
constexpr std::string_view kName = "Harbour Coffee";
constexpr size_t kOfTheWeek = 8;  // offered above the shelf, not on it

struct Colors {
    Color page, surface, line, ink, muted, accent, accent_hover, on_accent, soft, soft_ink, refused, shadow;
};

const Colors kLight = {rgb(0xf6f4f0), rgb(0xffffff), rgb(0xe6e1d9), rgb(0x1d1b18),
                       rgb(0x6a645b), rgb(0x0f766e), rgb(0x0b625b), rgb(0xffffff),
                       rgb(0xdff0ed), rgb(0x0c5650), rgb(0xb42318), with_alpha(rgb(0x3a2f1e), 0.10F)};
const Colors kDark = {rgb(0x131416), rgb(0x1e2023), rgb(0x33363c), rgb(0xf1efeb),
                      rgb(0xa8a39a), rgb(0x2fbfae), rgb(0x4fd3c3), rgb(0x06221f),
                      rgb(0x17362f), rgb(0x9fe3d8), rgb(0xff9b8f), with_alpha(rgb(0x000000), 0.35F)};

constexpr int32_t kBold = CANDOR_WEIGHT_BOLD;
constexpr float kGap = 20;
constexpr Type kPill = {13, kBold};

class Painter {
public:
    Painter(const State& state, const candor_text_host* text, float width, float height, float ratio)
        : state_(state),
          colors_(state.dark ? kDark : kLight),
          width_(width),
          height_(height),
          canvas_(text, width, height, ratio) {}

    Picture paint() {
        canvas_.rounded({-1, -1, width_ + 2, height_ + 2}, 0, colors_.page);
        const float margin = width_ < 720 ? 16 : 32;
        const float column = std::min(width_ - 2 * margin, 1120.0F);
        const Rect body = {std::round((width_ - column) / 2), 0, column, height_};
        constexpr float kFooter = 74;
        header({body.x, 0, body.width, 72});
        const float hero_height = height_ < 640 ? 168 : 204;
        hero({body.x, 76, body.width, hero_height});
        const Rect below = {body.x, 76 + hero_height + 24, body.width, height_ - kFooter - 76 - hero_height - 24};
        state_.shows_rules ? rules(below) : shelf(below);
        footer({0, height_ - kFooter, width_, kFooter}, body.x, body.width);
        return {std::move(canvas_), std::move(buttons_), hidden_lines_};
    }

private:
    bool hovered(const std::string& id) const { return state_.hovered == id; }
    float press(const std::string& id) const { return state_.pressed == id && hovered(id) ? 1.0F : 0.0F; }
    void button(std::string id, const Rect& rect) { buttons_.push_back({std::move(id), rect}); }

    // ---- the header

    void header(const Rect& rect) {
        const float middle = rect.y + rect.height / 2;
        const Rect mark = {rect.x, middle - 18, 36, 36};
        canvas_.rounded(mark, 11, mixed(colors_.accent, colors_.page, 0.08F), colors_.accent);
        canvas_.outline({mark.x + 20, mark.y + 15, 11, 9}, 5, colors_.on_accent, 2);
        canvas_.rounded({mark.x + 8, mark.y + 13, 17, 14}, 6, colors_.on_accent);
        canvas_.rounded({mark.x + 8, mark.y + 13, 17, 7}, 1, colors_.on_accent);
        canvas_.rounded({mark.x + 13, mark.y + 6, 2, 5}, 1, colors_.on_accent);
        canvas_.rounded({mark.x + 18, mark.y + 6, 2, 5}, 1, colors_.on_accent);
        float right = rect.x + rect.width;
        if (rect.width >= 440) right = basket({right, middle}) - 14;
        right = persons(rect.x + 48, right, middle) - 24;
        const float name_end = rect.x + 48 + canvas_.text_width(kName, {20, kBold});
        if (name_end > right) return;
        canvas_.text({rect.x + 48, rect.y, 200, rect.height}, kName, {20, kBold}, colors_.ink);
        links(name_end + 32, right, middle);
    }

    struct At {
        float x, y;
    };

    float basket(At right) {
        const std::string label = state_.cart.empty() ? "Basket" : "Basket  " + std::to_string(state_.cart.size());
        const float width = 30 + 26 + canvas_.text_width(label, {14, kBold});
        const Rect rect = {right.x - width, right.y - 19, width, 38};
        canvas_.rounded(rect, 19, state_.cart.empty() ? colors_.surface : colors_.soft);
        canvas_.outline(rect, 19, state_.cart.empty() ? colors_.line : with_alpha(colors_.accent, 0.35F));
        canvas_.text({rect.x + 14, rect.y, 24, rect.height}, "🛍️", {15, 400}, rgb(0xffffff));
        canvas_.text({rect.x + 40, rect.y, width, rect.height}, label, {14, kBold},
                     state_.cart.empty() ? colors_.ink : colors_.soft_ink);
        return rect.x;
    }

    struct Pill {
        std::string id, label;
        float width;
        bool chosen;
    };

    // Those signed out give way where there is no room for all.
    std::vector<Pill> pills(float room) const {
        std::vector<Pill> all;
        const auto add = [&](std::string id, const std::string& label, bool chosen) {
            all.push_back({std::move(id), label, pill_width(label, kPill), chosen});
        };
        for (const std::string& person : state_.persons) add("person/" + person, person, person == state_.person);
        add("guest", "Guest", state_.person.empty());
        float width = 6;
        for (const Pill& pill : all) width += pill.width;
        while (width > room && all.size() > 2) {
            const auto first = all.begin() + (all.front().chosen ? 1 : 0);
            width -= first->width;
            all.erase(first);
        }
        return all;
    }

    // One pill a person in one frame; the one signed in stands out.
    float persons(float left, float right, float middle) {
        const std::vector<Pill> all = pills(right - left);
        float width = 6;
        for (const Pill& pill : all) width += pill.width;
        const Rect frame = {right - width, middle - 19, width, 38};
        canvas_.rounded(frame, 19, colors_.surface);
        canvas_.outline(frame, 19, colors_.line);
        float x = frame.x + 3;
        for (const Pill& each : all) {
            const Rect pill = {x, frame.y + 3, each.width, 32};
            if (each.chosen) {
                canvas_.rounded(pill, 16, colors_.ink);
            } else if (hovered(each.id)) {
                canvas_.rounded(pill, 16, colors_.soft);
            }
            canvas_.text(inset(pill, 4), each.label, kPill, each.chosen ? colors_.surface : colors_.muted,
                         Align::center);
            button(each.id, pill);
            x += pill.width;
        }
        return frame.x;
    }

    float pill_width(const std::string& label, Type type) const {
        return std::min(150.0F, std::ceil(canvas_.text_width(label, type)) + 24);
    }

    void links(float x, float limit, float middle) {
        for (const char* link : {"Beans", "Brewing", "Cups", "Visit us"}) {
            const float width = canvas_.text_width(link, {14, 500});
            if (x + width > limit) return;
            canvas_.text({x, middle - 12, width + 1, 24}, link, {14, 500}, colors_.muted);
            x += width + 24;
        }
    }

    // ---- what is offered this week

    void hero(const Rect& rect) {
        const Product& product = kProducts[kOfTheWeek];
        canvas_.shadow(rect, 22, 26, 8, colors_.shadow);
        const Color tint = state_.dark ? rgb(0x173a36) : rgb(0xdcefeb);
        const Color tint_end = state_.dark ? rgb(0x172a2a) : rgb(0xc6e2dd);
        canvas_.rounded(rect, 22, tint, tint_end);
        const float picture = rect.height - 44;
        const bool wide = rect.width > 560;
        if (wide) {
            const Rect disc = {rect.x + rect.width - picture - 40, rect.y + 22, picture, picture};
            canvas_.rounded(inset(disc, -14), 200, with_alpha(colors_.surface, 0.30F));
            canvas_.rounded(disc, 200, with_alpha(colors_.surface, 0.62F));
            canvas_.text(disc, product.picture, {picture * 0.56F, 400}, rgb(0xffffff), Align::center);
        }
        const float text_width = rect.width - 64 - (wide ? picture + 40 : 0);
        const bool low = rect.height < 190;
        float y = rect.y + (low ? 18.0F : 26.0F);
        if (!low) {
            canvas_.text({rect.x + 32, y, text_width, 18}, "THE WEEK’S PIECE", {12, 700}, colors_.soft_ink);
            y += 22;
        }
        canvas_.text({rect.x + 32, y, text_width, 38}, "Slow mornings, good coffee", {29, 700}, colors_.ink);
        y += 42;
        canvas_.text({rect.x + 32, y, text_width, 22},
                     std::string(product.name) + " — " + std::string(product.detail) + ", " + price(product.cents),
                     {15, 400}, colors_.muted);
        y = rect.y + rect.height - (low ? 20.0F : 26.0F) - 44;
        const float next = buy({rect.x + 32, y});
        add_of_the_week({next + 12, y}, rect.x + rect.width - 16);
    }

    float buy(At at) {
        const std::string label = "Buy now  ·  " + price(total(state_));
        const Rect rect = {at.x, at.y + press("buy"), std::ceil(canvas_.text_width(label, {15, kBold})) + 48, 44};
        canvas_.shadow(rect, 22, 14, 4, with_alpha(colors_.accent, state_.dark ? 0.20F : 0.35F));
        canvas_.rounded(rect, 22, hovered("buy") ? colors_.accent_hover : colors_.accent);
        canvas_.text(rect, label, {15, kBold}, colors_.on_accent, Align::center);
        button("buy", {rect.x, at.y, rect.width, rect.height});
        return rect.x + rect.width;
    }

    void add_of_the_week(At at, float limit) {
        const std::string id = "add/" + std::string(kProducts[kOfTheWeek].id);
        const Rect rect = {at.x, at.y + press(id), std::ceil(canvas_.text_width("Add to basket", {15, kBold})) + 44,
                           44};
        if (rect.x + rect.width > limit) return;
        canvas_.rounded(rect, 22, with_alpha(colors_.surface, hovered(id) ? 1.0F : 0.6F));
        canvas_.outline(rect, 22, with_alpha(colors_.ink, 0.12F));
        canvas_.text(rect, "Add to basket", {15, kBold}, colors_.ink, Align::center);
        button(id, {rect.x, at.y, rect.width, rect.height});
    }

    // ---- the shelf

    void shelf(const Rect& rect) {
        const int columns = std::clamp(static_cast<int>((rect.width + kGap) / (200 + kGap)), 1, 4);
        const float width = (rect.width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
        const float least = 176;
        const int rows = std::clamp(static_cast<int>((rect.height + 4) / (least + 4)), 0, 2);
        if (rows == 0) return;
        const float height =
            std::min(rows == 1 ? 300.0F : 250.0F,
                     (rect.height - 24 - kGap * static_cast<float>(rows - 1)) / static_cast<float>(rows));
        for (size_t i = 0; i < kOfTheWeek; ++i) {
            const auto column = static_cast<int>(i) % columns;
            const auto row = static_cast<int>(i) / columns;
            if (row >= rows) return;
            tile(kProducts[i], {rect.x + static_cast<float>(column) * (width + kGap),
                                rect.y + static_cast<float>(row) * (height + kGap), width, height});
        }
    }

    void tile(const Product& product, const Rect& rect) {
        canvas_.shadow(rect, 18, 18, 5, colors_.shadow);
        canvas_.rounded(rect, 18, colors_.surface);
        const float text_height = 62;
        const Rect shelf = {rect.x + 8, rect.y + 8, rect.width - 16, rect.height - 16 - text_height};
        const Color tint = state_.dark ? mixed(rgb(product.tint), colors_.surface, 0.82F) : rgb(product.tint);
        canvas_.rounded(shelf, 12, mixed(tint, colors_.surface, 0.25F), tint);
        canvas_.text(shelf, product.picture, {std::min(64.0F, shelf.height * 0.58F), 400}, rgb(0xffffff),
                     Align::center);
        const Rect text = {rect.x + 18, rect.y + rect.height - text_height - 2, rect.width - 36 - 48, 24};
        canvas_.text(text, product.name, {15, kBold}, colors_.ink);
        canvas_.text({text.x, text.y + 22, text.width, 22}, price(product.cents), {14, 400}, colors_.muted);
        add({rect.x + rect.width - 18 - 36, text.y + 5, 36, 36}, "add/" + std::string(product.id));
    }

    void add(const Rect& rect, const std::string& id) {
        canvas_.rounded(rect, 18, hovered(id) ? colors_.accent : colors_.soft);
        const Color ink = hovered(id) ? colors_.on_accent : colors_.soft_ink;
        const float x = rect.x + rect.width / 2;
        const float y = rect.y + rect.height / 2;
        canvas_.rounded({x - 7, y - 1, 14, 2}, 1, ink);
        canvas_.rounded({x - 1, y - 7, 2, 14}, 1, ink);
        button(id, rect);
    }

    // ---- what happened, and why

    void footer(const Rect& rect, float x, float width) {
        canvas_.rounded({rect.x - 1, rect.y, rect.width + 2, rect.height + 1}, 0, colors_.surface);
        canvas_.rounded({rect.x - 1, rect.y, rect.width + 2, 1}, 0, colors_.line);
        canvas_.rounded({x, rect.y + 22, 8, 8}, 4, colors_.accent);
        const std::string delivered =
            state_.delivered == 1 ? "1 event delivered" : std::to_string(state_.delivered) + " events delivered";
        const float right = canvas_.text({x + width - 220, rect.y + 14, 220, 24}, state_.delivered > 0 ? delivered : "",
                                         {13, 400}, colors_.muted, Align::right);
        canvas_.text({x + 20, rect.y + 14, width - 40 - right, 24}, state_.status, {14, kBold}, colors_.ink);
        if (height_ < 330) return;  // the button to buy stands there
        const float next = why({x, rect.y + 39});
        const std::string summary = state_.reasons.empty() ? "Buy something, and this line says who is asked, and why."
                                                           : summary_of(state_.reasons);
        canvas_.text({next + 10, rect.y + 38, x + width - next - 10, 24}, summary, {13, 400}, colors_.muted);
    }

    float why(At at) {
        const std::string label = state_.shows_rules ? "Why?  Close" : "Why?";
        const Rect rect = {at.x, at.y, pill_width(label, kPill), 24};
        canvas_.rounded(rect, 12, hovered("why") ? colors_.accent : colors_.soft);
        canvas_.text(rect, label, kPill, hovered("why") ? colors_.on_accent : colors_.soft_ink, Align::center);
        button("why", rect);
        return rect.x + rect.width;
    }

    struct Line {
        const Reason* reason = nullptr;  // its heading, or
        const Rule* rule = nullptr;
    };

    std::vector<Line> lines() const {
        std::vector<Line> all;
        for (const Reason& reason : state_.reasons) {
            all.push_back({&reason, nullptr});
            for (const Rule& rule : reason.rules) all.push_back({nullptr, &rule});
        }
        return all;
    }

    // Every rule of every survey. It leaves the right to the card.
    void rules(const Rect& rect) {
        constexpr float kCard = 490;
        constexpr float kLine = 20;
        const Rect panel = {rect.x, rect.y, rect.width > 2 * kCard ? rect.width - kCard : rect.width,
                            rect.height - kGap};
        if (panel.height < 3 * kLine + 24) return;
        canvas_.shadow(panel, 18, 18, 5, colors_.shadow);
        canvas_.rounded(panel, 18, colors_.surface);
        const std::vector<Line> all = lines();
        auto room = static_cast<size_t>((panel.height - 24) / kLine);
        if (all.size() > room) hidden_lines_ = all.size() - --room;
        Rect line = {panel.x + 20, panel.y + 12, panel.width - 40, kLine};
        if (all.empty()) canvas_.text(line, "Nothing was decided yet.", {13, 400}, colors_.muted);
        const size_t first = std::min(state_.first_line, hidden_lines_);
        for (size_t i = first; i < std::min(all.size(), first + room); ++i) {
            draw(all[i], line);
            line.y += kLine;
        }
        if (hidden_lines_ == 0) return;
        const std::string more = "Lines " + std::to_string(first + 1) + " to " + std::to_string(first + room) + " of " +
                                 std::to_string(all.size()) + ": turn the wheel for the others";
        canvas_.text(line, more, {12, 400}, colors_.muted);
    }

    void draw(const Line& line, const Rect& rect) {
        if (line.reason) {
            mark(rect, line.reason->passes);
            const float name = canvas_.text({rect.x + 18, rect.y, rect.width - 18, rect.height}, line.reason->survey,
                                            {14, kBold}, colors_.ink);
            canvas_.text({rect.x + 28 + name, rect.y, rect.width - 28 - name, rect.height}, line.reason->text,
                         {13, 400}, colors_.muted);
            return;
        }
        constexpr float kRule = 128;
        mark({rect.x + 18, rect.y, 0, rect.height}, line.rule->passes);
        canvas_.text({rect.x + 36, rect.y, kRule, rect.height}, line.rule->name, {12, kBold}, colors_.soft_ink);
        canvas_.text({rect.x + 44 + kRule, rect.y, rect.width - 44 - kRule, rect.height}, line.rule->text, {12, 400},
                     line.rule->passes ? colors_.muted : colors_.ink);
    }

    // A tick or a cross, which need no colour to be told apart.
    void mark(const Rect& rect, bool passes) {
        canvas_.text({rect.x, rect.y, 18, rect.height}, passes ? "✓" : "✗", {13, kBold},
                     passes ? colors_.accent : colors_.refused);
    }

    const State& state_;
    const Colors& colors_;
    float width_, height_;
    Canvas canvas_;
    std::vector<Button> buttons_;
    size_t hidden_lines_ = 0;
};

}  // namespace

std::span<const Product> products() { return kProducts; }

std::string price(int64_t cents) {
    char text[32];
    const int size = cents % 100 == 0
                         ? std::snprintf(text, sizeof text, "€%lld", static_cast<long long>(cents / 100))
                         : std::snprintf(text, sizeof text, "€%lld.%02lld", static_cast<long long>(cents / 100),
                                         static_cast<long long>(cents % 100));
    return {text, static_cast<size_t>(size)};
}

int64_t total(const State& state) {
    if (state.cart.empty()) return kProducts[kOfTheWeek].cents;
    int64_t cents = 0;
    for (const size_t product : state.cart) cents += kProducts[product].cents;
    return cents;
}

Picture paint(const State& state, const candor_text_host* text, float width, float height, float pixel_ratio) {
    return Painter(state, text, width, height, pixel_ratio).paint();
}

}  // namespace shop
