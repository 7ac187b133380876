// candor_desktop_renderer: a picture made by hand, read back; in each kind of context, with the host's state kept.
#include <SDL_opengl.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "candor/desktop.h"
#include "desktop/gl.hpp"
#include "drawing.hpp"
#include "screen.hpp"

using candor::desktop::Gl;
using desktop_test::Api;
using desktop_test::DestroyText;
using desktop_test::Drawing;
using desktop_test::gl;
using desktop_test::kHeight;
using desktop_test::kWidth;
using desktop_test::Screen;
using desktop_test::Window;

namespace {

struct DestroyRenderer {
    void operator()(candor_desktop_renderer* renderer) const { candor_desktop_renderer_destroy(renderer); }
};

struct Rig {
    explicit Rig(Api api) : window(api, kWidth, kHeight) {
        if (!window.ok()) return;
        text.reset(candor_desktop_text_create(nullptr, nullptr));
        candor_string why{};
        renderer.reset(candor_desktop_renderer_create(text.get(), &why));
        INFO(window.version() << ": " << std::string(why.data ? why.data : "", why.size));
        REQUIRE(renderer);
        window.clear(0, 0, 0, 1);
    }

    candor_status draw(const Drawing& drawing, float width = kWidth, float height = kHeight) const {
        const candor_draw made = drawing.draw();
        const candor_desktop_view view = {sizeof view, width, height, kWidth, kHeight};
        return candor_desktop_renderer_draw(renderer.get(), &made, &view);
    }

    Window window;
    std::unique_ptr<candor_desktop_text, DestroyText> text;
    std::unique_ptr<candor_desktop_renderer, DestroyRenderer> renderer;
};

using Color = std::array<int, 3>;

struct Image {
    explicit Image(const Rig& rig) : pixels(rig.window.pixels()) {}
    Color at(int x, int y) const {
        const size_t i = (static_cast<size_t>(y) * kWidth + static_cast<size_t>(x)) * 4;
        return {pixels[i], pixels[i + 1], pixels[i + 2]};
    }
    std::vector<uint8_t> pixels;
};

bool same(const Image& a, const Image& b) { return a.pixels == b.pixels; }

bool near(const Color& a, const Color& b) {
    return std::abs(a[0] - b[0]) <= 2 && std::abs(a[1] - b[1]) <= 2 && std::abs(a[2] - b[2]) <= 2;
}

#define NEED_SCREEN(screen) \
    const Screen screen;    \
    if (!screen.running()) SKIP("there is no Xvfb")

#define EACH_API() GENERATE(Api::core33, Api::legacy21, Api::es20, Api::es30)

}  // namespace

TEST_CASE("shapes come out where and as they should") {
    NEED_SCREEN(screen);
    const Rig rig(EACH_API());
    if (!rig.window.ok()) SKIP("no such context here");
    INFO(rig.window.version());
    rig.window.clear(0, 0, 1, 1);
    const Drawing drawing = desktop_test::shapes();
    REQUIRE(rig.draw(drawing) == CANDOR_OK);
    const Image image(rig);
    CHECK(near(image.at(11, 11), {255, 0, 0}));
    CHECK(near(image.at(49, 29), {255, 0, 0}));
    CHECK(near(image.at(9, 11), {0, 0, 255}));
    CHECK(near(image.at(11, 31), {0, 0, 255}));
    CHECK(near(image.at(70, 20), {128, 0, 127}));
    CHECK(near(image.at(121, 16), {0, 255, 0}));
    CHECK(near(image.at(119, 16), {0, 0, 255}));
    CHECK(near(image.at(131, 16), {0, 0, 255}));
    CHECK(near(image.at(121, 21), {0, 0, 255}));
    CHECK(near(image.at(20, 70), {0, 0, 255}));
    CHECK(near(image.at(70, 70), {0, 0, 255}));
}

TEST_CASE("text takes the colour, emoji keep theirs") {
    NEED_SCREEN(screen);
    const Rig rig(EACH_API());
    if (!rig.window.ok()) SKIP("no such context here");
    INFO(rig.window.version());
    Drawing drawing;
    const std::string letters = "HHHH";
    const std::string emoji = "👀❤️";
    drawing.quad({10, 10, 80, 40}, 0xff0000ff, drawing.run(letters, 1));  // red text
    drawing.quad({110, 10, 80, 40}, 0xff00ff00, drawing.run(emoji, 2));   // in green ink
    REQUIRE(rig.draw(drawing) == CANDOR_OK);
    const Image image(rig);
    int red = 0;
    int other = 0;
    int white = 0;
    int green = 0;
    for (int y = 10; y < 50; ++y) {
        for (int x = 10; x < 90; ++x) {
            const Color color = image.at(x, y);
            red += color[0] > 200;
            other += color[1] > 5 || color[2] > 5;
        }
        for (int x = 110; x < 190; ++x) {
            const Color color = image.at(x, y);
            white += color[0] > 200 && color[1] > 200 && color[2] > 200;
            green += color[1] > 150 && color[0] < 60;
        }
    }
    CHECK(red > 50);
    CHECK(other == 0);
    CHECK(white > 50);
    CHECK(green == 0);
}

TEST_CASE("textures are kept by key and let go without use") {
    NEED_SCREEN(screen);
    const Rig rig(Api::core33);
    if (!rig.window.ok()) SKIP("no such context here");
    const std::string one = "one";
    const std::string two = "two";
    Drawing both;
    both.quad({0, 0, 80, 40}, 0xffffffff, both.run(one, 1));
    both.quad({0, 50, 80, 40}, 0xffffffff, both.run(two, 2));
    Drawing first;
    first.quad({0, 0, 80, 40}, 0xffffffff, first.run(one, 1));
    const auto count = [&] { return candor_desktop_renderer_textures(rig.renderer.get()); };
    REQUIRE(rig.draw(both) == CANDOR_OK);
    REQUIRE(rig.draw(both) == CANDOR_OK);
    CHECK(count() == 2);
    for (int i = 0; i < 40; ++i) REQUIRE(rig.draw(first) == CANDOR_OK);
    CHECK(count() == 1);
    rig.window.clear(0, 0, 0, 1);
    REQUIRE(rig.draw(first) == CANDOR_OK);
    // At another pixel ratio all pictures are new.
    const Image before(rig);
    rig.window.clear(0, 0, 0, 1);
    REQUIRE(rig.draw(first, kWidth / 2.0F, kHeight / 2.0F) == CANDOR_OK);
    CHECK(count() == 1);
    CHECK_FALSE(same(Image(rig), before));
    rig.window.clear(0, 0, 0, 1);
    REQUIRE(rig.draw(first) == CANDOR_OK);
    CHECK(same(Image(rig), before));
}

TEST_CASE("what points outside is refused and draws nothing") {
    NEED_SCREEN(screen);
    const Rig rig(Api::core33);
    if (!rig.window.ok()) SKIP("no such context here");
    Drawing good;
    good.quad({0, 0, 50, 50}, 0xffffffff);
    const auto refused = [&](auto change) {
        Drawing bad = good;
        change(bad);
        return rig.draw(bad) == CANDOR_INVALID;
    };
    CHECK(refused([](Drawing& d) { d.indices[3] = 4; }));
    CHECK(refused([](Drawing& d) { d.commands[0].first_index = 1; }));
    CHECK(refused([](Drawing& d) { d.commands[0].index_count = 0xffffffff; }));
    CHECK(refused([](Drawing& d) { d.commands[0].first_index = 0xffffffff; }));
    CHECK(refused([](Drawing& d) { d.commands[0].run = 0; }));
    CHECK(refused([](Drawing& d) { d.commands[0].run = -2; }));
    const candor_draw draw = good.draw();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr size_t kSize = sizeof(candor_desktop_view);
    const std::vector<candor_desktop_view> bad_views = {
        {kSize, 0, 1, 1, 1}, {kSize, 1, nan, 1, 1}, {kSize, 1, 1, 0, 1}, {kSize, 1, 1, 1, -1}};
    for (const candor_desktop_view& bad : bad_views) {
        CHECK(candor_desktop_renderer_draw(rig.renderer.get(), &draw, &bad) == CANDOR_INVALID);
    }
    candor_draw missing = draw;
    missing.vertices = nullptr;
    const candor_desktop_view view = {kSize, kWidth, kHeight, kWidth, kHeight};
    CHECK(candor_desktop_renderer_draw(rig.renderer.get(), &missing, &view) == CANDOR_INVALID);
    CHECK(candor_desktop_renderer_draw(rig.renderer.get(), nullptr, &view) == CANDOR_INVALID);
    CHECK(candor_desktop_renderer_draw(nullptr, &draw, &view) == CANDOR_INVALID);
    CHECK(near(Image(rig).at(10, 10), {0, 0, 0}));
    // A clip that is no number hides its command; a run that cannot be drawn is told.
    Drawing odd = good;
    odd.commands[0].clip.x = nan;
    CHECK(rig.draw(odd) == CANDOR_OK);
    Drawing flat;
    const std::string word = "word";
    flat.quad({0, 0, 50, 50}, 0xffffffff, flat.run(word, 1));
    flat.runs[0].width = 0;
    CHECK(rig.draw(flat) == CANDOR_FAILED);
    CHECK(rig.draw(Drawing()) == CANDOR_OK);
}

namespace {

// What a host may have set, and must find again.
std::vector<int> state_of(const Gl& gl) {
    std::vector<int> state;
    const auto add = [&](GLenum name, size_t count = 1) {
        std::array<GLint, 4> values{};
        gl.GetIntegerv(name, values.data());
        state.insert(state.end(), values.begin(), values.begin() + static_cast<ptrdiff_t>(count));
    };
    for (const GLenum name :
         {GL_CURRENT_PROGRAM, GL_ACTIVE_TEXTURE, GL_TEXTURE_BINDING_2D, GL_ARRAY_BUFFER_BINDING,
          GL_ELEMENT_ARRAY_BUFFER_BINDING, GL_BLEND_SRC_RGB, GL_BLEND_DST_RGB, GL_BLEND_SRC_ALPHA, GL_BLEND_DST_ALPHA,
          GL_BLEND_EQUATION_RGB, GL_BLEND_EQUATION_ALPHA, GL_UNPACK_ALIGNMENT}) {
        add(name);
    }
    add(GL_SCISSOR_BOX, 4);
    add(GL_VIEWPORT, 4);
    add(GL_COLOR_WRITEMASK, 4);
    for (const GLenum name : {GL_BLEND, GL_SCISSOR_TEST, GL_CULL_FACE, GL_DEPTH_TEST, GL_STENCIL_TEST}) {
        state.push_back(gl.IsEnabled(name));
    }
    if (!gl.es || gl.version >= 30) {
        add(GL_UNPACK_ROW_LENGTH);
        add(GL_PIXEL_UNPACK_BUFFER_BINDING);
    }
    if (!gl.es) add(GL_POLYGON_MODE, gl.core ? 1 : 2);
    if (gl.has_vertex_arrays) add(GL_VERTEX_ARRAY_BINDING);
    if (gl.BindSampler) add(GL_SAMPLER_BINDING);
    for (GLuint i = 0; i < 3; ++i) {
        GLint enabled = 0;
        GLint size = 0;
        GLint buffer = 0;
        gl.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_ENABLED, &enabled);
        gl.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_SIZE, &size);
        gl.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_BUFFER_BINDING, &buffer);
        state.insert(state.end(), {enabled, size, buffer});
    }
    return state;
}

// All of it away from what it is at first.
void set_odd_state(const Gl& gl) {
    GLuint names[2] = {};
    if (gl.has_vertex_arrays) {
        gl.GenVertexArrays(1, names);
        gl.BindVertexArray(names[0]);
    }
    gl.GenBuffers(2, names);
    gl.BindBuffer(GL_ARRAY_BUFFER, names[0]);
    gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, names[1]);
    gl.EnableVertexAttribArray(1);
    gl.VertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, 24, nullptr);
    GLuint texture = 0;
    gl.GenTextures(1, &texture);
    gl.BindTexture(GL_TEXTURE_2D, texture);
    gl.ActiveTexture(GL_TEXTURE0 + 1);
    gl.Disable(GL_BLEND);
    for (const GLenum name : {GL_CULL_FACE, GL_DEPTH_TEST, GL_STENCIL_TEST, GL_SCISSOR_TEST}) gl.Enable(name);
    gl.BlendFuncSeparate(GL_SRC_ALPHA, GL_ONE, GL_ZERO, GL_DST_ALPHA);
    gl.BlendEquationSeparate(GL_FUNC_SUBTRACT, GL_FUNC_REVERSE_SUBTRACT);
    gl.ColorMask(GL_TRUE, GL_FALSE, GL_TRUE, GL_FALSE);
    gl.Scissor(3, 4, 5, 6);
    gl.Viewport(7, 8, 9, 10);
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 8);
    if (!gl.es || gl.version >= 30) {
        gl.PixelStorei(GL_UNPACK_ROW_LENGTH, 77);
        GLuint buffer = 0;
        gl.GenBuffers(1, &buffer);
        gl.BindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer);
    }
    if (gl.PolygonMode) gl.PolygonMode(GL_FRONT_AND_BACK, GL_LINE);
}

}  // namespace

TEST_CASE("the host's state is as it was, whatever it was") {
    NEED_SCREEN(screen);
    const Rig rig(EACH_API());
    if (!rig.window.ok()) SKIP("no such context here");
    INFO(rig.window.version());
    const Gl functions = candor::desktop::load_gl();
    const std::string word = "Wort";
    Drawing drawing;
    drawing.quad({10, 10, 40, 20}, 0xff0000ff);
    drawing.quad({110, 10, 80, 40}, 0xffffffff, drawing.run(word, 1));
    REQUIRE(rig.draw(drawing) == CANDOR_OK);
    const Image plain(rig);
    rig.window.clear(0, 0, 0, 1);

    set_odd_state(functions);
    REQUIRE(functions.GetError() == GL_NO_ERROR);
    const std::vector<int> before = state_of(functions);
    drawing.runs[0].key = 2;  // uploaded anew, under the odd state
    REQUIRE(rig.draw(drawing) == CANDOR_OK);
    CHECK(state_of(functions) == before);
    CHECK(functions.GetError() == GL_NO_ERROR);
    CHECK(same(Image(rig), plain));  // and the picture does not mind the host's state
}
