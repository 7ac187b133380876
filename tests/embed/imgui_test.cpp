// candor_imgui.h in a host's Dear ImGui: what it adds to the host's draw data, and whose the input is.
#include <algorithm>
#include <array>
#include <candor/candor.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "desktop/raster.hpp"
#include "gui.hpp"

using candor::imgui::Card;
using candor::imgui::Frame;
using candor::imgui::Look;
using embed_test::Drawn;
using embed_test::Gui;

namespace {

constexpr int kWidth = 800, kHeight = 600;
constexpr int kLong = 20'000;  // ms; nothing waits so long

constexpr const char* kDocument = R"({
    "candor": 1, "project": "embed", "revision": 1, "product": "Embed", "locale": "en",
    "surveys": [{
        "id": "nps", "kind": "relationship", "triggers": [{"event": "done"}],
        "questions": [
            {"id": "score", "type": "nps"},
            {"id": "why", "type": "text", "text": "What did you like 🎉 most?"},
            {"id": "thanks", "type": "thanks"}
        ]
    }, {
        "id": "modal", "kind": "relationship", "triggers": [{"event": "done"}], "card": {"layout": "modal"},
        "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]
    }]
})";

struct DestroyText {
    void operator()(candor_desktop_text* text) const { candor_desktop_text_destroy(text); }
};

// A client that keeps nothing, whose survey can be brought up, and the text part that it draws with.
class Asked {
public:
    Asked() : text_(candor_desktop_text_create(nullptr, nullptr)) {
        host_.size = sizeof host_;
        host_.text = candor_desktop_text_interface(text_.get());
        candor::Options options;
        options.project = "embed";
        options.host = &host_;
        client_ = std::make_unique<candor::Client>(options);
        REQUIRE(client_->ok());
        client_->on(CANDOR_EVENT_ANSWERED, [this](const candor_event&) { ++answered; });
        client_->on(CANDOR_EVENT_SHOWN, [this](const candor_event&) { ++shown; });
        REQUIRE(client_->load(kDocument) == CANDOR_OK);
        settle();
    }

    candor_client client() const { return client_->handle(); }
    candor_desktop_text* text() const { return text_.get(); }
    candor::Client& face() { return *client_; }

    // All that was said is stored, and told.
    void settle() {
        REQUIRE(client_->flush(kLong) == CANDOR_OK);
        client_->tick();
    }
    void ask(const char* survey = "nps") {
        REQUIRE(client_->show(survey) == CANDOR_OK);
        settle();
        REQUIRE(client_->prompt().has_value());
    }
    std::string question() {
        const auto prompt = client_->prompt();
        return prompt ? std::string(candor::viewed(prompt->question)) : std::string();
    }

    int answered = 0, shown = 0;

private:
    std::unique_ptr<candor_desktop_text, DestroyText> text_;
    candor_host host_ = {};
    std::unique_ptr<candor::Client> client_;
};

// What candor_card_layout and candor_card_draw are asked for in such a frame.
candor_card_options options_for(float ratio = 1, float scale = 1) {
    candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
    options.width = kWidth / scale;
    options.height = kHeight / scale;
    options.pixel_ratio = ratio * scale;
    return options;
}

struct Control {
    candor_rect rect = {};
    bool focused = false;
    std::string value;
};

std::optional<Control> control(const Asked& asked, const std::string& key) {
    candor_card card = CANDOR_CARD_INIT;
    const candor_card_options options = options_for();
    if (candor_card_layout(asked.client(), &options, &card) != CANDOR_OK) return std::nullopt;
    for (size_t i = 0; i < card.node_count; ++i) {
        const candor_node& node = card.nodes[i];
        if (candor::viewed(node.key) != key) continue;
        return Control{node.rect, (node.states & CANDOR_STATE_FOCUSED) != 0, std::string(candor::viewed(node.value))};
    }
    return std::nullopt;
}

candor_rect place_of(const Asked& asked, const std::string& key) {
    const auto found = control(asked, key);
    INFO(key);
    REQUIRE(found.has_value());
    return found->rect;
}

bool has_focus(const Asked& asked, const std::string& key) {
    const auto found = control(asked, key);
    return found && found->focused;
}

// The host's ImGui with the card in it, and what the host does in each frame before.
struct Stage {
    explicit Stage(float ratio = 1, bool vertex_offsets = true)
        : gui(kWidth, kHeight, ratio, vertex_offsets), card(gui.host(asked.text())) {}

    Frame run(int frames = 1) {
        for (int i = 0; i < frames; ++i) {
            gui.frame([&] {
                if (windows) windows();
                Look now = look;
                if (foreground) now.list = ImGui::GetForegroundDrawList();
                frame = card.frame(asked.client(), now);
            });
            card.presented(asked.client());
        }
        return frame;
    }

    void click(float x, float y) {
        gui.move(x, y);
        run(2);  // ImGui finds what is under the mouse by the windows of the frame before
        gui.button(true);
        run();
        gui.button(false);
        run();
    }
    void click(const std::string& key) {
        const candor_rect rect = place_of(asked, key);
        click(rect.x + rect.width / 2, rect.y + rect.height / 2);
    }
    void press(ImGuiKey key) {
        gui.key(key, true);
        run();
        gui.key(key, false);
        run();
    }

    Asked asked;
    Gui gui;
    Card card;
    Look look;
    bool foreground = false;
    std::function<void()> windows;
    Frame frame;
};

ImU32 in_order_of_imgui(uint32_t color) {
    return IM_COL32(color & 0xff, color >> 8 & 0xff, color >> 16 & 0xff, color >> 24);
}

bool same_place(ImVec2 place, float x, float y) {
    return std::abs(place.x - x) < 1e-3F && std::abs(place.y - y) < 1e-3F;
}

// Whether a corner lies where the card's vertex does, under its command's clip.
bool placed(const Drawn& corner, const candor_vertex& vertex, const candor_rect& clip, float scale) {
    const float right = (clip.x + clip.width) * scale, bottom = (clip.y + clip.height) * scale;
    return same_place(corner.pos, vertex.x * scale, vertex.y * scale) &&
           same_place({corner.clip.x, corner.clip.y}, clip.x * scale, clip.y * scale) &&
           same_place({corner.clip.z, corner.clip.w}, std::min<float>(right, kWidth), std::min<float>(bottom, kHeight));
}

// Corner for corner what candor_card_draw gives, from `first` on: place, colour, clip, and a texture of one run alone.
void check_same(const Stage& stage, const std::vector<Drawn>& drawn, size_t first = 0, float scale = 1,
                bool has_emoji = false) {
    candor_draw draw = CANDOR_DRAW_INIT;
    const candor_card_options options = options_for(1, scale);
    REQUIRE(candor_card_draw(stage.asked.client(), &options, &draw) == CANDOR_OK);
    REQUIRE(drawn.size() == first + draw.index_count);
    const ImVec2 white = ImGui::GetIO().Fonts->TexUvWhitePixel;
    std::map<ImTextureID, int32_t> owner;
    size_t wrong = 0, coloured = 0;
    const auto check = [&](const Drawn& corner, const candor_vertex& vertex, const candor_draw_command& command) {
        uint32_t color = vertex.color;
        bool good = placed(corner, vertex, command.clip, scale);
        if (command.run < 0) {
            good = good && corner.texture == stage.gui.atlas() && same_place(corner.uv, white.x, white.y);
        } else {
            good = good && same_place(corner.uv, vertex.u, vertex.v) && corner.texture != stage.gui.atlas();
            good = good && stage.gui.has(corner.texture);
            good = good && owner.emplace(corner.texture, command.run).first->second == command.run;
            const bool emoji = candor::viewed(draw.runs[command.run].text).find("🎉") != std::string_view::npos;
            if (emoji) color |= 0xffffff;  // its texture has the colour
            coloured += emoji;
        }
        wrong += good && corner.color == in_order_of_imgui(color) ? 0 : 1;
    };
    size_t at = first;
    for (size_t i = 0; i < draw.command_count; ++i) {
        const candor_draw_command& command = draw.commands[i];
        for (uint32_t k = 0; k < command.index_count; ++k) {
            check(drawn[at++], draw.vertices[draw.indices[command.first_index + k]], command);
        }
    }
    CHECK(wrong == 0);
    CHECK(owner.size() == draw.run_count);
    CHECK((coloured > 0) == has_emoji);
}

// `count` vertices of the host's, four to a rectangle.
void fill(ImDrawList* list, int count) {
    for (int i = 0; i < count / 4; ++i) {
        const auto x = static_cast<float>(i % 100), y = static_cast<float>(i / 100 % 100);
        list->AddRectFilled(ImVec2(x, y), ImVec2(x + 1, y + 1), IM_COL32_WHITE);
    }
}

}  // namespace

// ---- the picture

TEST_CASE("a frame without a prompt adds nothing") {
    Stage stage;
    const Frame frame = stage.run(3);
    CHECK(frame.status == CANDOR_NO_PROMPT);
    CHECK_FALSE(frame.mouse);
    CHECK_FALSE(frame.keyboard);
    CHECK(stage.gui.lists() == 0);
    CHECK(stage.gui.made == 0);
    CHECK_FALSE(ImGui::GetIO().WantCaptureMouse);
    CHECK_FALSE(ImGui::GetIO().WantCaptureKeyboard);
}

TEST_CASE("the host's draw data holds what candor_card_draw gives, corner for corner") {
    Stage stage;
    stage.asked.ask();
    SECTION("in the card's own window") {}
    SECTION("in a list of the host's") { stage.foreground = true; }
    CHECK(stage.run().status == CANDOR_OK);
    check_same(stage, stage.gui.drawn());
    REQUIRE(stage.asked.face().answer("score", 9) == CANDOR_OK);
    stage.asked.settle();
    CHECK(stage.run().status == CANDOR_OK);
    check_same(stage, stage.gui.drawn(), 0, 1, true);
}

TEST_CASE("ImGui's units may be finer than logical pixels, and the surface a part of the display") {
    Stage stage;
    stage.asked.ask();
    SECTION("scaled") {
        stage.look.scale = 2;
        CHECK(stage.run().status == CANDOR_OK);
        check_same(stage, stage.gui.drawn(), 0, 2);
    }
    SECTION("elsewhere") {
        stage.run();
        const std::vector<Drawn> whole = stage.gui.drawn();
        stage.look.position = ImVec2(-30, -20);
        stage.look.size = ImVec2(kWidth, kHeight);
        CHECK(stage.run().status == CANDOR_OK);
        const std::vector<Drawn> moved = stage.gui.drawn();
        REQUIRE(moved.size() == whole.size());
        size_t wrong = 0;
        for (size_t i = 0; i < moved.size(); ++i) {
            wrong += same_place(moved[i].pos, whole[i].pos.x - 30, whole[i].pos.y - 20) ? 0 : 1;
        }
        CHECK(wrong == 0);
        CHECK(stage.frame.max.x - stage.frame.min.x == place_of(stage.asked, "card").width);
    }
}

TEST_CASE("indices are right however much the host's list holds already") {
    Stage stage;
    stage.foreground = true;
    stage.asked.ask();
    stage.run();
    const int own = ImGui::GetDrawData()->TotalVtxCount;
    int before = 0;
    SECTION("many more than 16 bits count") { before = 70'000; }
    // Around the last place that 16 bits reach.
    SECTION("one under") { before = (65'536 - own) / 4 * 4 - 4; }
    SECTION("up to it") { before = (65'536 - own) / 4 * 4; }
    SECTION("one over") { before = (65'536 - own) / 4 * 4 + 4; }
    stage.windows = [&] { fill(ImGui::GetForegroundDrawList(), before); };
    CHECK(stage.run().status == CANDOR_OK);
    REQUIRE(ImGui::GetDrawData()->TotalVtxCount == before + own);
    const std::vector<Drawn> drawn = stage.gui.drawn();
    const size_t first = static_cast<size_t>(before) / 4 * 6;
    check_same(stage, drawn, first);
    size_t wrong = 0;
    for (size_t i = 0; i < first; ++i) wrong += drawn[i].color == IM_COL32_WHITE && drawn[i].pos.x <= 100 ? 0 : 1;
    CHECK(wrong == 0);
}

TEST_CASE("a list that 16 bits cannot count on is left alone, and that is told") {
    Stage stage(1, false);
    stage.foreground = true;
    stage.asked.ask();
    stage.run();
    const int own = ImGui::GetDrawData()->TotalVtxCount;
    constexpr int kBefore = 65'000;
    stage.windows = [] { fill(ImGui::GetForegroundDrawList(), kBefore); };
    const bool small = sizeof(ImDrawIdx) == 2;
    CHECK(stage.run().status == (small ? CANDOR_UNSUPPORTED : CANDOR_OK));
    CHECK(ImGui::GetDrawData()->TotalVtxCount == (small ? kBefore : kBefore + own));
    stage.windows = nullptr;
    CHECK(stage.run().status == CANDOR_OK);
    check_same(stage, stage.gui.drawn());
}

TEST_CASE("drawn by ImGui's rules it is the picture that draw_pixels makes") {
    const float ratio = GENERATE_COPY(1.0F, 1.5F, 2.0F);
    const bool dark = ratio == 2;
    Stage stage(ratio);
    stage.look.scheme = dark ? CANDOR_SCHEME_DARK : CANDOR_SCHEME_LIGHT;
    stage.asked.ask();
    REQUIRE(stage.asked.face().answer("score", 9) == CANDOR_OK);
    stage.asked.settle();
    REQUIRE(stage.run().status == CANDOR_OK);

    constexpr std::array<uint8_t, 3> kBehind = {200, 60, 120};
    const embed::Canvas drawn = stage.gui.picture(kBehind);
    candor_draw draw = CANDOR_DRAW_INIT;
    candor_card_options options = options_for(ratio);
    options.scheme = stage.look.scheme;
    REQUIRE(candor_card_draw(stage.asked.client(), &options, &draw) == CANDOR_OK);
    const auto width = static_cast<size_t>(drawn.width);
    std::vector<uint32_t> expected(width * static_cast<size_t>(drawn.height), 0xffc83c78);
    const candor::desktop::Pixels pixels = {expected.data(), drawn.width, drawn.height, width};
    REQUIRE(candor::desktop::draw_pixels(stage.asked.text(), draw, ratio, 0, 0, pixels) == CANDOR_OK);
    size_t different = 0, changed = 0, bright = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const int parts[] = {static_cast<int>(expected[i] >> 16 & 0xff), static_cast<int>(expected[i] >> 8 & 0xff),
                             static_cast<int>(expected[i] & 0xff)};
        int by = 0;
        for (size_t k = 0; k < 3; ++k) by = std::max(by, std::abs(parts[k] - drawn.rgb[3 * i + k]));
        different += by > 3;
        changed += expected[i] != 0xffc83c78;
        bright += drawn.rgb[3 * i] > 200 && drawn.rgb[3 * i + 1] > 120 && drawn.rgb[3 * i + 2] < 100;
    }
    CHECK(different == 0);
    CHECK(changed > 20'000);
    CHECK(bright > 10);  // the confetti's yellow, which no text has
}

// ---- textures

TEST_CASE("a line of text is one texture while it is seen, and is let go a while after") {
    Stage stage;
    stage.asked.ask();
    stage.run();
    candor_draw draw = CANDOR_DRAW_INIT;
    const candor_card_options options = options_for();
    REQUIRE(candor_card_draw(stage.asked.client(), &options, &draw) == CANDOR_OK);
    const auto runs = static_cast<int>(draw.run_count);
    CHECK(stage.gui.made == runs);
    stage.run(2 * candor::imgui::kFramesKept);
    CHECK(stage.gui.made == runs);
    CHECK(stage.gui.destroyed == 0);
    REQUIRE(stage.asked.face().dismiss() == CANDOR_OK);
    stage.asked.settle();
    stage.run(candor::imgui::kFramesKept - 1);
    CHECK(stage.gui.destroyed == 0);
    stage.run();
    CHECK(stage.gui.destroyed == runs);
    CHECK(stage.card.textures() == 0);
}

TEST_CASE("textures go with the card, and are made again when the host wants them gone before") {
    Asked asked;
    Gui gui(kWidth, kHeight);
    asked.ask();
    {
        Card card(gui.host(asked.text()));
        gui.frame([&] { card.frame(asked.client()); });
        const int made = gui.made;
        REQUIRE(made > 0);
        card.release_textures();
        CHECK(gui.destroyed == made);
        gui.frame([&] { card.frame(asked.client()); });
        CHECK(gui.made == 2 * made);
    }
    CHECK(gui.made == gui.destroyed);
}

TEST_CASE("a texture that cannot be made is told, and tried again") {
    Stage stage;
    stage.asked.ask();
    stage.gui.refuses_textures = true;
    CHECK(stage.run().status == CANDOR_FAILED);
    CHECK(stage.card.textures() == 0);
    for (const Drawn& corner : stage.gui.drawn()) REQUIRE(corner.texture == stage.gui.atlas());
    CHECK_FALSE(stage.gui.drawn().empty());
    stage.gui.refuses_textures = false;
    CHECK(stage.run().status == CANDOR_OK);
    check_same(stage, stage.gui.drawn());
}

TEST_CASE("a run with colour glyphs has a texture for each colour of its text") {
    Stage stage;
    candor::imgui::detail::Runs runs(stage.gui.host(stage.asked.text()));
    candor_text_run run = {};
    run.key = 7;
    run.style = {20, CANDOR_WEIGHT_REGULAR, CANDOR_DIRECTION_LTR};
    run.width = 60;
    run.height = 30;
    run.baseline = 22;
    run.text = candor_text("ab");
    const ImTextureID plain = runs.find(run, 1, 0xff0000ff)->texture;
    CHECK(runs.find(run, 1, 0x80ff0000)->texture == plain);
    CHECK(runs.find(run, 2, 0xff0000ff)->texture != plain);
    run.key = 8;
    run.text = candor_text("a🎉");
    const ImTextureID red = runs.find(run, 1, 0xff0000ff)->texture;
    const ImTextureID blue = runs.find(run, 1, 0xffff0000)->texture;
    CHECK(red != blue);
    CHECK(runs.find(run, 1, 0x400000ff)->texture == red);
    CHECK(runs.size() == 4);
    // Straight alpha: text has its colour whole at every alpha.
    size_t text = 0, confetti = 0;
    const std::vector<uint8_t>& pixels = stage.gui.texture(red).pixels;
    for (size_t i = 0; i < pixels.size(); i += 4) {
        if (pixels[i + 3] == 0) continue;
        const bool tinted = pixels[i] == 255 && pixels[i + 1] == 0 && pixels[i + 2] == 0;
        ++(tinted ? text : confetti);
    }
    CHECK(text > 20);
    CHECK(confetti > 50);
}

// ---- whose the input is

TEST_CASE("a click on the card is the card's, and no window's below") {
    Stage stage;
    stage.asked.ask();
    bool pressed = false;
    bool hovered = false;
    stage.windows = [&] {  // a window that fills the display, with a button everywhere
        ImGui::SetNextWindowPos(ImVec2(0, 0));
        ImGui::SetNextWindowSize(ImVec2(kWidth, kHeight));
        ImGui::Begin("the host's", nullptr, ImGuiWindowFlags_NoDecoration);
        pressed = ImGui::Button("everywhere", ImVec2(kWidth, kHeight)) || pressed;
        hovered = ImGui::IsItemHovered();
        ImGui::End();
    };
    stage.run(2);
    stage.click(20, 20);  // the host's window comes to the front, but for the card
    CHECK(pressed);
    CHECK(hovered);
    CHECK_FALSE(stage.frame.mouse);
    pressed = false;
    stage.click("score/9");
    CHECK_FALSE(pressed);
    CHECK_FALSE(hovered);
    CHECK(stage.frame.mouse);
    CHECK(ImGui::GetIO().WantCaptureMouse);
    stage.asked.settle();
    CHECK(stage.asked.answered == 1);
    CHECK(stage.asked.face().prompt()->score == 9);
    CHECK(stage.asked.question() == "why");
}

TEST_CASE("without windows the mouse is the card's over it, and the app's elsewhere") {
    Stage stage;
    stage.asked.ask();
    stage.gui.move(20, 20);
    CHECK_FALSE(stage.run(2).mouse);
    CHECK_FALSE(ImGui::GetIO().WantCaptureMouse);
    const candor_rect cell = place_of(stage.asked, "score/5");
    stage.gui.move(cell.x + 5, cell.y + 5);
    CHECK(stage.run(2).mouse);
    CHECK(ImGui::GetIO().WantCaptureMouse);
    stage.gui.button(true);
    stage.run();
    stage.gui.move(20, 20);  // pressed on the card, let go elsewhere: nothing is answered
    CHECK(stage.run().mouse);
    stage.gui.button(false);
    stage.run();
    CHECK_FALSE(stage.run().mouse);
    stage.asked.settle();
    CHECK(stage.asked.answered == 0);
}

TEST_CASE("an open popup of the host's lies above the card") {
    Stage stage;
    stage.asked.ask();
    const candor_rect cell = place_of(stage.asked, "score/5");
    bool open = false;
    stage.windows = [&] {
        if (std::exchange(open, false)) ImGui::OpenPopup("popup");
        ImGui::SetNextWindowPos(ImVec2(cell.x - 10, cell.y - 10));
        ImGui::SetNextWindowSize(ImVec2(300, 100));
        if (!ImGui::BeginPopup("popup")) return;
        ImGui::TextUnformatted("the host's");
        ImGui::EndPopup();
    };
    const auto last = [&] { return stage.gui.drawn().back().texture; };
    SECTION("that came before it") {}
    SECTION("that came over it") {
        stage.run(2);
        CHECK(last() != stage.gui.atlas());  // the card's text
    }
    open = true;
    stage.run(2);
    CHECK(last() == stage.gui.atlas());  // the popup's text is drawn after the card's
    stage.gui.move(cell.x + 5, cell.y + 5);
    CHECK_FALSE(stage.run(2).mouse);
    stage.gui.button(true);
    stage.run();
    stage.gui.button(false);
    stage.run();
    CHECK_FALSE(has_focus(stage.asked, "score/5"));
    stage.asked.settle();
    CHECK(stage.asked.answered == 0);
}

TEST_CASE("the wheel scrolls a card that is higher than its surface, and no window below") {
    Stage stage;
    stage.asked.ask();
    REQUIRE(stage.asked.face().answer("score", 2) == CANDOR_OK);
    stage.asked.settle();
    stage.look.size = ImVec2(320, 200);
    float scrolled = 0;
    int frames = 0;
    stage.windows = [&] {
        ImGui::SetNextWindowPos(ImVec2(0, 0));
        ImGui::SetNextWindowSize(ImVec2(400, 300));
        ImGui::Begin("the host's");
        for (int i = 0; i < 100; ++i) ImGui::TextUnformatted("a long list");
        if (++frames == 2) ImGui::SetScrollY(200);
        scrolled = ImGui::GetScrollY();
        ImGui::End();
    };
    stage.run(3);
    stage.gui.move(160, 100);
    CHECK(stage.run(2).mouse);
    REQUIRE(scrolled == 200);
    const std::vector<Drawn> before = stage.gui.drawn();
    stage.gui.wheel(1);  // it stands at its end
    stage.run(2);
    CHECK(scrolled == 200);
    const std::vector<Drawn> after = stage.gui.drawn();
    REQUIRE_FALSE(before.empty());
    const bool moved = before.size() != after.size() ||
                       !std::equal(before.begin(), before.end(), after.begin(),
                                   [](const Drawn& a, const Drawn& b) { return same_place(a.pos, b.pos.x, b.pos.y); });
    CHECK(moved);
}

TEST_CASE("the keyboard alone answers a survey") {
    Stage stage;
    stage.asked.ask();
    stage.run(2);
    CHECK_FALSE(ImGui::GetIO().WantCaptureKeyboard);
    stage.gui.type("9");
    stage.press(ImGuiKey_Enter);
    CHECK_FALSE(stage.frame.keyboard);  // keys are the host's until Tab leads in
    for (int i = 0; i < 20 && !has_focus(stage.asked, "score/0"); ++i) stage.press(ImGuiKey_Tab);
    REQUIRE(has_focus(stage.asked, "score/0"));
    CHECK(stage.frame.keyboard);
    CHECK(ImGui::GetIO().WantCaptureKeyboard);
    CHECK_FALSE(ImGui::GetIO().WantTextInput);
    stage.gui.type("8");
    stage.run();
    CHECK(has_focus(stage.asked, "score/8"));
    stage.press(ImGuiKey_RightArrow);
    stage.press(ImGuiKey_Enter);
    stage.asked.settle();
    CHECK(stage.asked.face().prompt()->score == 9);
    REQUIRE(stage.asked.question() == "why");
    stage.run();
    for (int i = 0; i < 20 && !ImGui::GetIO().WantTextInput; ++i) stage.press(ImGuiKey_Tab);
    REQUIRE(ImGui::GetIO().WantTextInput);
    stage.gui.type("Schön, alles gutt");
    stage.run(2);
    stage.press(ImGuiKey_Backspace);
    CHECK(control(stage.asked, "comment")->value == "Schön, alles gut");
    for (int i = 0; i < 20 && !has_focus(stage.asked, "send"); ++i) stage.press(ImGuiKey_Tab);
    REQUIRE(has_focus(stage.asked, "send"));
    stage.press(ImGuiKey_Space);
    stage.asked.settle();
    CHECK(stage.asked.face().prompt()->status == CANDOR_PROMPT_DONE);
    CHECK(stage.asked.answered == 2);
}

TEST_CASE("Tab stays with a field of the host's, and Escape inside closes the card") {
    Stage stage;
    stage.asked.ask();
    std::array<char, 64> typed = {};
    bool give_focus = true;
    stage.windows = [&] {
        ImGui::SetNextWindowPos(ImVec2(0, 0));
        ImGui::SetNextWindowSize(ImVec2(300, 100));
        ImGui::Begin("the host's");
        if (std::exchange(give_focus, false)) ImGui::SetKeyboardFocusHere();
        ImGui::InputText("field", typed.data(), typed.size());
        ImGui::End();
    };
    stage.run(4);
    REQUIRE(ImGui::GetIO().WantTextInput);
    stage.press(ImGuiKey_Tab);
    stage.gui.type("7");
    stage.run(2);
    CHECK_FALSE(stage.frame.keyboard);
    CHECK(std::string(typed.data()).find('7') != std::string::npos);

    stage.card.enter();  // by a key of the host's
    stage.run(2);
    CHECK(stage.frame.keyboard);
    stage.gui.type("7");
    stage.run(2);
    CHECK(std::count(typed.begin(), typed.end(), '7') == 1);
    CHECK(has_focus(stage.asked, "score/7"));
    int left = -1;  // for windows after the card
    stage.gui.type("6");
    stage.gui.frame([&] {
        stage.card.frame(stage.asked.client());
        left = ImGui::GetIO().InputQueueCharacters.Size;
    });
    CHECK(left == 0);
    CHECK(has_focus(stage.asked, "score/6"));

    stage.click(100, 80);  // back to the host's window
    CHECK_FALSE(stage.frame.keyboard);
    CHECK_FALSE(has_focus(stage.asked, "score/6"));

    stage.press(ImGuiKey_Escape);
    CHECK(stage.frame.status == CANDOR_OK);  // was not the card's
    stage.click("score/7");
    stage.asked.settle();
    stage.run(2);
    stage.press(ImGuiKey_Escape);
    stage.asked.settle();
    CHECK(stage.run().status == CANDOR_NO_PROMPT);
    CHECK_FALSE(stage.frame.keyboard);
}

TEST_CASE("the card lets go of the keyboard when the host gives it to a window of its own") {
    Stage stage;
    stage.asked.ask();
    bool take = false;
    stage.windows = [&] {
        ImGui::Begin("the host's");
        if (std::exchange(take, false)) ImGui::SetWindowFocus();
        ImGui::End();
    };
    stage.run(2);
    stage.card.enter();
    stage.run(3);
    REQUIRE(stage.frame.keyboard);
    take = true;
    stage.run();
    CHECK_FALSE(stage.run().keyboard);
    CHECK_FALSE(ImGui::GetIO().WantCaptureKeyboard);
}

TEST_CASE("text is pasted into the card's box") {
    Stage stage;
    stage.asked.ask();
    REQUIRE(stage.asked.face().answer("score", 9) == CANDOR_OK);
    stage.asked.settle();
    stage.run(2);
    stage.click("comment");
    REQUIRE(ImGui::GetIO().WantTextInput);
    ImGui::SetClipboardText("from elsewhere 🎉");
    stage.gui.control(true);
    stage.press(ImGuiKey_V);
    stage.gui.control(false);
    stage.run();
    CHECK(control(stage.asked, "comment")->value == "from elsewhere 🎉");
}

TEST_CASE("the first frame of a prompt is reported once it is on screen") {
    Stage stage;
    stage.asked.ask();
    stage.card.presented(stage.asked.client());  // no frame yet
    stage.gui.frame([&] { stage.card.frame(stage.asked.client()); });
    stage.asked.settle();
    CHECK(stage.asked.shown == 0);
    stage.card.presented(stage.asked.client());
    stage.asked.settle();
    CHECK(stage.asked.shown == 1);
    stage.run(3);
    stage.asked.settle();
    CHECK(stage.asked.shown == 1);
}

TEST_CASE("a modal card has the whole surface and all keys, and gives both back") {
    Stage stage;
    int pressed = 0;
    stage.windows = [&] {
        ImGui::SetNextWindowPos(ImVec2(0, 0));
        ImGui::Begin("the host's");
        pressed += ImGui::Button("far from the card", ImVec2(200, 80)) ? 1 : 0;
        ImGui::End();
    };
    stage.run(2);
    stage.click(60, 60);
    REQUIRE(pressed == 1);
    stage.asked.ask("modal");
    stage.run(2);
    stage.click(60, 60);
    CHECK(pressed == 1);
    CHECK(stage.frame.mouse);
    CHECK(ImGui::GetIO().WantCaptureKeyboard);
    CHECK(stage.asked.face().prompt().has_value());
    stage.press(ImGuiKey_Tab);
    CHECK(has_focus(stage.asked, "score/0"));
    stage.click(60, 60);  // takes the focus off the controls, and the keys stay the card's
    stage.press(ImGuiKey_Escape);
    stage.asked.settle();
    stage.run(2);
    CHECK_FALSE(stage.asked.face().prompt().has_value());
    stage.click(60, 60);
    CHECK(pressed == 2);
}
