#include "desktop/gl.hpp"

#include <SDL_video.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace candor::desktop {
namespace {

struct Slot {
    void* at;  // of the function pointer
    const char* name;
    bool needed;
};

void find(const Slot& slot) {
    void* const function = SDL_GL_GetProcAddress(slot.name);
    std::memcpy(slot.at, &function, sizeof function);
    if (slot.needed && !function) throw std::runtime_error(std::string("OpenGL has no ") + slot.name);
}

void find_all(Gl& gl) {
#define CANDOR_GL_NEEDED(result, name, ...) {static_cast<void*>(&gl.name), "gl" #name, true},
#define CANDOR_GL_OPTIONAL(result, name, ...) {static_cast<void*>(&gl.name), "gl" #name, false},
    const Slot slots[] = {CANDOR_GL_FUNCTIONS(CANDOR_GL_NEEDED) CANDOR_GL_OPTIONAL_FUNCTIONS(CANDOR_GL_OPTIONAL)};
#undef CANDOR_GL_NEEDED
#undef CANDOR_GL_OPTIONAL
    for (const Slot& slot : slots) find(slot);
}

void read_version(Gl& gl) {
    const auto* text = reinterpret_cast<const char*>(gl.GetString(GL_VERSION));
    if (!text) throw std::runtime_error("no OpenGL context is current");
    std::string_view version(text);
    gl.es = version.starts_with("OpenGL ES");
    const size_t digit = version.find_first_of("0123456789");
    if (digit == std::string_view::npos) throw std::runtime_error("OpenGL's version cannot be read");
    char* end = nullptr;
    const long major = std::strtol(text + digit, &end, 10);
    const long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
    gl.version = static_cast<int>(major * 10 + minor);
    if (gl.version < (gl.es ? 20 : 21)) throw std::runtime_error("OpenGL 2.1 or OpenGL ES 2 is needed");
}

}  // namespace

Gl load_gl() {
    Gl gl;
    find({static_cast<void*>(&gl.GetString), "glGetString", true});
    read_version(gl);
    find_all(gl);
    if (gl.version < 33 || gl.es) gl.BindSampler = nullptr;
    if (gl.es) gl.PolygonMode = nullptr;
    gl.has_vertex_arrays = gl.version >= 30 && gl.BindVertexArray && gl.GenVertexArrays && gl.DeleteVertexArrays;
    if (gl.version >= 32 && !gl.es) {
        GLint profile = 0;
        gl.GetIntegerv(GL_CONTEXT_PROFILE_MASK, &profile);
        gl.core = (profile & GL_CONTEXT_CORE_PROFILE_BIT) != 0;
    }
    return gl;
}

GLint StateGuard::get(GLenum name) const {
    GLint value = 0;
    gl_.GetIntegerv(name, &value);
    return value;
}

void StateGuard::turn(GLenum name, bool on) {
    flags_[flag_count_++] = {name, gl_.IsEnabled(name) != GL_FALSE};
    (on ? gl_.Enable : gl_.Disable)(name);
}

StateGuard::StateGuard(const Gl& gl)
    : gl_(gl),
      program_(get(GL_CURRENT_PROGRAM)),
      active_texture_(get(GL_ACTIVE_TEXTURE)),
      texture_((gl.ActiveTexture(GL_TEXTURE0), get(GL_TEXTURE_BINDING_2D))),
      array_buffer_(get(GL_ARRAY_BUFFER_BINDING)),
      unpack_alignment_(get(GL_UNPACK_ALIGNMENT)) {
    constexpr GLenum kBlend[] = {GL_BLEND_SRC_RGB,   GL_BLEND_DST_RGB,      GL_BLEND_SRC_ALPHA,
                                 GL_BLEND_DST_ALPHA, GL_BLEND_EQUATION_RGB, GL_BLEND_EQUATION_ALPHA};
    for (size_t i = 0; i < 6; ++i) blend_[i] = get(kBlend[i]);
    gl.GetIntegerv(GL_SCISSOR_BOX, scissor_);
    gl.GetIntegerv(GL_VIEWPORT, viewport_);
    gl.GetBooleanv(GL_COLOR_WRITEMASK, color_mask_);
    turn(GL_BLEND, true);
    turn(GL_SCISSOR_TEST, true);
    turn(GL_CULL_FACE, false);
    turn(GL_DEPTH_TEST, false);
    turn(GL_STENCIL_TEST, false);
    if (!gl.es && gl.version >= 30) turn(GL_FRAMEBUFFER_SRGB, false);
    if (!gl.es && gl.version >= 31) turn(GL_PRIMITIVE_RESTART, false);
    if (!gl.es) turn(GL_COLOR_LOGIC_OP, false);
    gl.BlendEquationSeparate(GL_FUNC_ADD, GL_FUNC_ADD);
    gl.BlendFuncSeparate(GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    gl.ColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    if (gl.PolygonMode) {
        gl.GetIntegerv(GL_POLYGON_MODE, polygon_mode_);
        gl.PolygonMode(GL_FRONT_AND_BACK, GL_FILL);
    }
    if (gl.BindSampler) {
        sampler_ = get(GL_SAMPLER_BINDING);
        gl.BindSampler(0, 0);
    }
    if (!gl.es || gl.version >= 30) {
        unpack_buffer_ = get(GL_PIXEL_UNPACK_BUFFER_BINDING);
        unpack_row_ = get(GL_UNPACK_ROW_LENGTH);
        unpack_skip_rows_ = get(GL_UNPACK_SKIP_ROWS);
        unpack_skip_pixels_ = get(GL_UNPACK_SKIP_PIXELS);
        gl.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
        gl.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
        gl.PixelStorei(GL_UNPACK_SKIP_ROWS, 0);
        gl.PixelStorei(GL_UNPACK_SKIP_PIXELS, 0);
    }
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    if (gl.has_vertex_arrays) {
        vertex_array_ = get(GL_VERTEX_ARRAY_BINDING);
    } else {
        keep_attributes();
    }
}

void StateGuard::keep_attributes() {
    element_buffer_ = get(GL_ELEMENT_ARRAY_BUFFER_BINDING);
    for (GLuint i = 0; i < kAttributes; ++i) {
        AttributeState& each = attributes_[i];
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_ENABLED, &each.enabled);
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_SIZE, &each.size);
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_STRIDE, &each.stride);
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_TYPE, &each.type);
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_NORMALIZED, &each.normalized);
        gl_.GetVertexAttribiv(i, GL_VERTEX_ATTRIB_ARRAY_BUFFER_BINDING, &each.buffer);
        gl_.GetVertexAttribPointerv(i, GL_VERTEX_ATTRIB_ARRAY_POINTER, &each.pointer);
    }
}

void StateGuard::restore_attributes() const {
    for (GLuint i = 0; i < kAttributes; ++i) {
        const AttributeState& each = attributes_[i];
        gl_.BindBuffer(GL_ARRAY_BUFFER, static_cast<GLuint>(each.buffer));
        gl_.VertexAttribPointer(i, each.size, static_cast<GLenum>(each.type),
                                static_cast<GLboolean>(each.normalized != 0), each.stride, each.pointer);
        (each.enabled ? gl_.EnableVertexAttribArray : gl_.DisableVertexAttribArray)(i);
    }
    gl_.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLuint>(element_buffer_));
}

StateGuard::~StateGuard() {
    const Gl& gl = gl_;
    if (gl.has_vertex_arrays) {
        gl.BindVertexArray(static_cast<GLuint>(vertex_array_));
    } else {
        restore_attributes();
    }
    gl.BindBuffer(GL_ARRAY_BUFFER, static_cast<GLuint>(array_buffer_));
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, unpack_alignment_);
    if (!gl.es || gl.version >= 30) {
        gl.PixelStorei(GL_UNPACK_ROW_LENGTH, unpack_row_);
        gl.PixelStorei(GL_UNPACK_SKIP_ROWS, unpack_skip_rows_);
        gl.PixelStorei(GL_UNPACK_SKIP_PIXELS, unpack_skip_pixels_);
        gl.BindBuffer(GL_PIXEL_UNPACK_BUFFER, static_cast<GLuint>(unpack_buffer_));
    }
    if (gl.BindSampler) gl.BindSampler(0, static_cast<GLuint>(sampler_));
    if (gl.PolygonMode) {
        // A core profile has one mode for both faces and reports it once.
        if (gl.core) {
            gl.PolygonMode(GL_FRONT_AND_BACK, static_cast<GLenum>(polygon_mode_[0]));
        } else {
            gl.PolygonMode(GL_FRONT, static_cast<GLenum>(polygon_mode_[0]));
            gl.PolygonMode(GL_BACK, static_cast<GLenum>(polygon_mode_[1]));
        }
    }
    gl.BlendEquationSeparate(static_cast<GLenum>(blend_[4]), static_cast<GLenum>(blend_[5]));
    gl.BlendFuncSeparate(static_cast<GLenum>(blend_[0]), static_cast<GLenum>(blend_[1]), static_cast<GLenum>(blend_[2]),
                         static_cast<GLenum>(blend_[3]));
    gl.ColorMask(color_mask_[0], color_mask_[1], color_mask_[2], color_mask_[3]);
    for (size_t i = 0; i < flag_count_; ++i) (flags_[i].was ? gl.Enable : gl.Disable)(flags_[i].name);
    gl.Scissor(scissor_[0], scissor_[1], scissor_[2], scissor_[3]);
    gl.Viewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
    gl.BindTexture(GL_TEXTURE_2D, static_cast<GLuint>(texture_));
    gl.ActiveTexture(static_cast<GLenum>(active_texture_));
    gl.UseProgram(static_cast<GLuint>(program_));
}

}  // namespace candor::desktop
