// A candor_draw with OpenGL: one program, one buffer each for vertices and indices, one texture a text run.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "candor/desktop.h"
#include "desktop/draw.hpp"
#include "desktop/failure.hpp"
#include "desktop/gl.hpp"

namespace candor::desktop {
namespace {

constexpr uint64_t kFramesKept = 30;             // a texture without use is let go after so many frames
constexpr size_t kMostBytes = size_t{64} << 20;  // of textures; beyond it those not in use go at once

constexpr GLuint kPosition = 0;
constexpr GLuint kTexture = 1;
constexpr GLuint kColor = 2;

// Text is white and takes the vertex' colour; a colour glyph (see candor_desktop_text_rasterise) takes its alpha alone.
// A vertex' colour has straight alpha.
constexpr const char* kVertexShader = R"(
uniform vec2 scale;
ATTRIBUTE vec2 position;
ATTRIBUTE vec2 texture_at;
ATTRIBUTE vec4 color;
TO_FRAGMENT vec2 at;
TO_FRAGMENT vec4 tint;
void main() {
    at = texture_at;
    tint = vec4(color.rgb * color.a, color.a);
    gl_Position = vec4(position.x * scale.x - 1.0, 1.0 - position.y * scale.y, 0.0, 1.0);
}
)";

constexpr const char* kFragmentShader = R"(
uniform sampler2D picture;
FROM_VERTEX vec2 at;
FROM_VERTEX vec4 tint;
void main() {
    vec4 texel = TEXEL(picture, at);
    float least = min(texel.r, min(texel.g, texel.b));
    RESULT = texel.a - least > 0.01 * texel.a ? texel * tint.a : texel * tint;
}
)";

std::string prefix(const Gl& gl, bool vertex) {
    const bool modern = gl.es ? gl.version >= 30 : gl.version >= 32;
    std::string text;
    if (gl.es) {
        text = modern ? "#version 300 es\nprecision mediump float;\n" : "#version 100\nprecision mediump float;\n";
        if (vertex) text += "precision highp float;\n";
    } else {
        text = modern ? "#version 150\n" : "#version 120\n";
    }
    if (!modern) {
        return text + (vertex ? "#define ATTRIBUTE attribute\n#define TO_FRAGMENT varying\n"
                              : "#define FROM_VERTEX varying\n#define TEXEL texture2D\n#define RESULT gl_FragColor\n");
    }
    return text + (vertex ? "#define ATTRIBUTE in\n#define TO_FRAGMENT out\n"
                          : "#define FROM_VERTEX in\n#define TEXEL texture\n#define RESULT result\nout vec4 result;\n");
}

bool valid(const candor_desktop_view& view) {
    return view.width > 0 && view.width < 1e6F && view.height > 0 && view.height < 1e6F && view.framebuffer_width > 0 &&
           view.framebuffer_height > 0;
}

}  // namespace

class Renderer {
public:
    explicit Renderer(candor_desktop_text* text) : text_(text), gl_(load_gl()) {
        const StateGuard guard(gl_);
        GLint largest = 0;
        gl_.GetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
        largest_ = std::max<GLint>(largest, 64);
        try {
            make_program();
        } catch (...) {
            release();
            throw;
        }
        gl_.GenBuffers(2, buffers_);
        if (gl_.has_vertex_arrays) gl_.GenVertexArrays(1, &vertex_array_);
        constexpr uint8_t kWhite[4] = {255, 255, 255, 255};
        white_ = make_texture(1, 1, kWhite);
    }

    Renderer(const Renderer&) = delete;
    Renderer& operator=(const Renderer&) = delete;
    ~Renderer() { release(); }

    candor_status draw(const candor_draw& draw, const candor_desktop_view& view) {
        const StateGuard guard(gl_);
        ++frame_;
        prepare(draw, view);
        candor_status status = CANDOR_OK;
        for (size_t i = 0; i < draw.command_count; ++i) {
            if (!execute(draw, draw.commands[i], view)) status = CANDOR_FAILED;
        }
        let_go();
        return status;
    }

    size_t textures() const { return runs_.size(); }

private:
    struct RunTexture {
        GLuint texture = 0;
        uint64_t used = 0;
        size_t bytes = 0;
    };

    GLuint compile(GLenum kind, const char* body) const {
        const std::string text = prefix(gl_, kind == GL_VERTEX_SHADER) + body;
        const char* source = text.c_str();
        const GLuint shader = gl_.CreateShader(kind);
        gl_.ShaderSource(shader, 1, &source, nullptr);
        gl_.CompileShader(shader);
        GLint done = 0;
        gl_.GetShaderiv(shader, GL_COMPILE_STATUS, &done);
        if (!done) {
            char log[512] = {};
            gl_.GetShaderInfoLog(shader, sizeof log, nullptr, log);
            gl_.DeleteShader(shader);
            throw std::runtime_error(std::string("a shader does not compile: ") + log);
        }
        return shader;
    }

    void make_program() {
        program_ = gl_.CreateProgram();
        for (const GLenum kind : {GLenum{GL_VERTEX_SHADER}, GLenum{GL_FRAGMENT_SHADER}}) {
            const GLuint shader = compile(kind, kind == GL_VERTEX_SHADER ? kVertexShader : kFragmentShader);
            gl_.AttachShader(program_, shader);
            gl_.DeleteShader(shader);
        }
        gl_.BindAttribLocation(program_, kPosition, "position");
        gl_.BindAttribLocation(program_, kTexture, "texture_at");
        gl_.BindAttribLocation(program_, kColor, "color");
        gl_.LinkProgram(program_);
        GLint done = 0;
        gl_.GetProgramiv(program_, GL_LINK_STATUS, &done);
        if (!done) {
            char log[512] = {};
            gl_.GetProgramInfoLog(program_, sizeof log, nullptr, log);
            throw std::runtime_error(std::string("the shaders do not link: ") + log);
        }
        scale_ = gl_.GetUniformLocation(program_, "scale");
        picture_ = gl_.GetUniformLocation(program_, "picture");
    }

    GLuint make_texture(int width, int height, const uint8_t* pixels) const {
        GLuint texture = 0;
        gl_.GenTextures(1, &texture);
        gl_.BindTexture(GL_TEXTURE_2D, texture);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
        gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
        return texture;
    }

    void prepare(const candor_draw& draw, const candor_desktop_view& view) {
        const float ratio = static_cast<float>(view.framebuffer_width) / view.width;
        if (std::abs(ratio - ratio_) > 1e-4F) {  // pictures are made for one ratio
            drop_all();
            ratio_ = ratio;
        }
        gl_.Viewport(0, 0, view.framebuffer_width, view.framebuffer_height);
        gl_.UseProgram(program_);
        gl_.Uniform2f(scale_, 2.0F / view.width, 2.0F / view.height);
        gl_.Uniform1i(picture_, 0);
        if (gl_.has_vertex_arrays) gl_.BindVertexArray(vertex_array_);
        gl_.BindBuffer(GL_ARRAY_BUFFER, buffers_[0]);
        gl_.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(draw.vertex_count * sizeof(candor_vertex)),
                       draw.vertices, GL_STREAM_DRAW);
        gl_.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffers_[1]);
        gl_.BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(draw.index_count * sizeof(uint16_t)),
                       draw.indices, GL_STREAM_DRAW);
        attribute(kPosition, 2, GL_FLOAT, GL_FALSE, offsetof(candor_vertex, x));
        attribute(kTexture, 2, GL_FLOAT, GL_FALSE, offsetof(candor_vertex, u));
        attribute(kColor, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(candor_vertex, color));
    }

    void attribute(GLuint index, GLint size, GLenum type, GLboolean normalized, size_t offset) const {
        gl_.EnableVertexAttribArray(index);
        gl_.VertexAttribPointer(index, size, type, normalized, sizeof(candor_vertex),
                                reinterpret_cast<const void*>(offset));
    }

    bool execute(const candor_draw& draw, const candor_draw_command& command, const candor_desktop_view& view) {
        if (command.index_count == 0 || !set_clip(command.clip, view)) return true;
        const GLuint texture = command.run < 0 ? white_ : texture_of(draw.runs[command.run]);
        if (texture == 0) return false;
        gl_.BindTexture(GL_TEXTURE_2D, texture);
        gl_.DrawElements(GL_TRIANGLES, static_cast<GLsizei>(command.index_count), GL_UNSIGNED_SHORT,
                         reinterpret_cast<const void*>(static_cast<uintptr_t>(command.first_index) * sizeof(uint16_t)));
        return true;
    }

    // False when nothing is left to be seen.
    bool set_clip(const candor_rect& clip, const candor_desktop_view& view) const {
        const auto across = static_cast<float>(view.framebuffer_width);
        const auto down = static_cast<float>(view.framebuffer_height);
        const float by_x = across / view.width;
        const float by_y = down / view.height;
        const auto pixel = [](float at, float most) {
            return at > 0 ? static_cast<GLint>(std::min(std::round(at), most)) : 0;  // a NaN is no pixel
        };
        const GLint left = pixel(clip.x * by_x, across);
        const GLint right = pixel((clip.x + clip.width) * by_x, across);
        const GLint top = pixel(clip.y * by_y, down);
        const GLint bottom = pixel((clip.y + clip.height) * by_y, down);
        if (right <= left || bottom <= top) return false;
        gl_.Scissor(left, view.framebuffer_height - bottom, right - left, bottom - top);
        return true;
    }

    GLuint texture_of(const candor_text_run& run) {
        const auto known = runs_.find(run.key);
        if (known != runs_.end()) {
            known->second.used = frame_;
            return known->second.texture;
        }
        RunTexture made = picture_of(run);
        if (made.texture == 0) return 0;
        bytes_ += made.bytes;
        made.used = frame_;
        runs_.emplace(run.key, made);
        return made.texture;
    }

    RunTexture picture_of(const candor_text_run& run) {
        int32_t width = 0;
        int32_t height = 0;
        float ratio = ratio_;
        if (candor_desktop_text_extent(&run, ratio, &width, &height) != CANDOR_OK) return {};
        if (std::max(width, height) > largest_) {
            ratio *= static_cast<float>(largest_) / static_cast<float>(std::max(width, height) + 1);
            candor_desktop_text_extent(&run, ratio, &width, &height);
        }
        const size_t bytes = static_cast<size_t>(width) * static_cast<size_t>(height) * 4;
        std::vector<uint8_t> pixels(bytes);
        if (candor_desktop_text_rasterise(text_, &run, ratio, pixels.data(), bytes) != CANDOR_OK) return {};
        return {make_texture(width, height, pixels.data()), frame_, bytes};
    }

    void let_go() {
        const uint64_t kept = bytes_ > kMostBytes ? 0 : kFramesKept;
        for (auto each = runs_.begin(); each != runs_.end();) {
            if (frame_ - each->second.used > kept) {
                bytes_ -= each->second.bytes;
                gl_.DeleteTextures(1, &each->second.texture);
                each = runs_.erase(each);
            } else {
                ++each;
            }
        }
    }

    void drop_all() {
        for (const auto& [key, run] : runs_) gl_.DeleteTextures(1, &run.texture);
        runs_.clear();
        bytes_ = 0;
    }

    void release() {
        drop_all();
        if (white_) gl_.DeleteTextures(1, &white_);
        if (buffers_[0]) gl_.DeleteBuffers(2, buffers_);
        if (vertex_array_) gl_.DeleteVertexArrays(1, &vertex_array_);
        if (program_) gl_.DeleteProgram(program_);
    }

    candor_desktop_text* text_;
    Gl gl_;
    GLuint program_ = 0;
    GLint scale_ = -1;
    GLint picture_ = -1;
    GLuint buffers_[2] = {};
    GLuint vertex_array_ = 0;
    GLuint white_ = 0;
    GLint largest_ = 64;
    float ratio_ = 0;
    uint64_t frame_ = 0;
    size_t bytes_ = 0;
    std::unordered_map<uint64_t, RunTexture> runs_;
};

}  // namespace candor::desktop

struct candor_desktop_renderer {
    explicit candor_desktop_renderer(candor_desktop_text* text) : renderer(text) {}
    candor::desktop::Renderer renderer;
};

candor_desktop_renderer* candor_desktop_renderer_create(candor_desktop_text* text, candor_string* why) {
    return candor::desktop::create_or_tell(why, [&] {
        if (!text) throw std::invalid_argument("a renderer needs a text part");
        return std::make_unique<candor_desktop_renderer>(text).release();
    });
}

void candor_desktop_renderer_destroy(candor_desktop_renderer* renderer) { delete renderer; }

candor_status candor_desktop_renderer_draw(candor_desktop_renderer* renderer, const candor_draw* draw,
                                           const candor_desktop_view* view) {
    using namespace candor::desktop;
    if (!renderer || !draw || !view || !valid(*view) || !valid(*draw)) return CANDOR_INVALID;
    try {
        return renderer->renderer.draw(*draw, *view);
    } catch (...) {
        return CANDOR_FAILED;
    }
}

size_t candor_desktop_renderer_textures(const candor_desktop_renderer* renderer) {
    return renderer ? renderer->renderer.textures() : 0;
}
