// The OpenGL functions that the renderer uses, found at run time, and a guard that puts the state back that it touches.
#pragma once

#include <SDL_opengl.h>

#include <array>
#include <cstddef>

namespace candor::desktop {

#define CANDOR_GL_FUNCTIONS(X)                                                                      \
    X(void, ActiveTexture, GLenum)                                                                  \
    X(void, AttachShader, GLuint, GLuint)                                                           \
    X(void, BindAttribLocation, GLuint, GLuint, const GLchar*)                                      \
    X(void, BindBuffer, GLenum, GLuint)                                                             \
    X(void, BindTexture, GLenum, GLuint)                                                            \
    X(void, BlendEquationSeparate, GLenum, GLenum)                                                  \
    X(void, BlendFuncSeparate, GLenum, GLenum, GLenum, GLenum)                                      \
    X(void, BufferData, GLenum, GLsizeiptr, const void*, GLenum)                                    \
    X(void, ColorMask, GLboolean, GLboolean, GLboolean, GLboolean)                                  \
    X(void, CompileShader, GLuint)                                                                  \
    X(GLuint, CreateProgram)                                                                        \
    X(GLuint, CreateShader, GLenum)                                                                 \
    X(void, DeleteBuffers, GLsizei, const GLuint*)                                                  \
    X(void, DeleteProgram, GLuint)                                                                  \
    X(void, DeleteShader, GLuint)                                                                   \
    X(void, DeleteTextures, GLsizei, const GLuint*)                                                 \
    X(void, Disable, GLenum)                                                                        \
    X(void, DisableVertexAttribArray, GLuint)                                                       \
    X(void, DrawElements, GLenum, GLsizei, GLenum, const void*)                                     \
    X(void, Enable, GLenum)                                                                         \
    X(void, EnableVertexAttribArray, GLuint)                                                        \
    X(void, GenBuffers, GLsizei, GLuint*)                                                           \
    X(void, GenTextures, GLsizei, GLuint*)                                                          \
    X(void, GetBooleanv, GLenum, GLboolean*)                                                        \
    X(GLenum, GetError)                                                                             \
    X(void, GetIntegerv, GLenum, GLint*)                                                            \
    X(void, GetProgramInfoLog, GLuint, GLsizei, GLsizei*, GLchar*)                                  \
    X(void, GetProgramiv, GLuint, GLenum, GLint*)                                                   \
    X(void, GetShaderInfoLog, GLuint, GLsizei, GLsizei*, GLchar*)                                   \
    X(void, GetShaderiv, GLuint, GLenum, GLint*)                                                    \
    X(const GLubyte*, GetString, GLenum)                                                            \
    X(GLint, GetUniformLocation, GLuint, const GLchar*)                                             \
    X(void, GetVertexAttribPointerv, GLuint, GLenum, void**)                                        \
    X(void, GetVertexAttribiv, GLuint, GLenum, GLint*)                                              \
    X(GLboolean, IsEnabled, GLenum)                                                                 \
    X(void, LinkProgram, GLuint)                                                                    \
    X(void, PixelStorei, GLenum, GLint)                                                             \
    X(void, Scissor, GLint, GLint, GLsizei, GLsizei)                                                \
    X(void, ShaderSource, GLuint, GLsizei, const GLchar* const*, const GLint*)                      \
    X(void, TexImage2D, GLenum, GLint, GLint, GLsizei, GLsizei, GLint, GLenum, GLenum, const void*) \
    X(void, TexParameteri, GLenum, GLenum, GLint)                                                   \
    X(void, Uniform1i, GLint, GLint)                                                                \
    X(void, Uniform2f, GLint, GLfloat, GLfloat)                                                     \
    X(void, UseProgram, GLuint)                                                                     \
    X(void, VertexAttribPointer, GLuint, GLint, GLenum, GLboolean, GLsizei, const void*)            \
    X(void, Viewport, GLint, GLint, GLsizei, GLsizei)

// Only in some versions: NULL elsewhere.
#define CANDOR_GL_OPTIONAL_FUNCTIONS(X)                 \
    X(void, BindSampler, GLuint, GLuint)                \
    X(void, BindVertexArray, GLuint)                    \
    X(void, DeleteVertexArrays, GLsizei, const GLuint*) \
    X(void, GenVertexArrays, GLsizei, GLuint*)          \
    X(void, PolygonMode, GLenum, GLenum)

struct Gl {
#define CANDOR_GL_MEMBER(result, name, ...) result(APIENTRY* name)(__VA_ARGS__) = nullptr;
    CANDOR_GL_FUNCTIONS(CANDOR_GL_MEMBER)
    CANDOR_GL_OPTIONAL_FUNCTIONS(CANDOR_GL_MEMBER)
#undef CANDOR_GL_MEMBER
    int version = 0;  // 33 for 3.3
    bool es = false;
    bool core = false;
    bool has_vertex_arrays = false;
};

// The functions of the current context. Throws std::runtime_error that names what is missing.
Gl load_gl();

struct AttributeState {
    GLint enabled = 0, size = 4, stride = 0, type = 0, normalized = 0, buffer = 0;
    void* pointer = nullptr;
};

// Keeps the state of the context while it lives, and sets what drawing in two dimensions needs.
class StateGuard {
public:
    static constexpr GLuint kAttributes = 3;

    explicit StateGuard(const Gl& gl);
    ~StateGuard();
    StateGuard(const StateGuard&) = delete;
    StateGuard& operator=(const StateGuard&) = delete;

private:
    struct Flag {
        GLenum name = 0;
        bool was = false;
    };
    void turn(GLenum name, bool on);
    GLint get(GLenum name) const;
    void keep_attributes();
    void restore_attributes() const;

    const Gl& gl_;
    std::array<Flag, 12> flags_{};
    size_t flag_count_ = 0;
    GLint program_, active_texture_, texture_, array_buffer_, element_buffer_ = 0, vertex_array_ = 0;
    GLint sampler_ = 0, unpack_buffer_ = 0, unpack_alignment_, unpack_row_ = 0, unpack_skip_rows_ = 0,
          unpack_skip_pixels_ = 0;
    GLint blend_[6] = {};
    GLint scissor_[4] = {};
    GLint viewport_[4] = {};
    GLint polygon_mode_[2] = {};
    GLboolean color_mask_[4] = {};
    std::array<AttributeState, kAttributes> attributes_{};
};

}  // namespace candor::desktop
