// The card inside an app's own Dear ImGui, with ImGui's own backends for SDL2 and OpenGL.
#include <candor/candor_imgui.h>
#include <candor/desktop.h>
#include <imgui_impl_opengl3.h>
#include <imgui_impl_sdl2.h>

#include <algorithm>
#include <candor/candor.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "survey.h"
#include "window.hpp"

namespace {

struct Destroy {
    void operator()(candor_desktop_host* host) const { candor_desktop_host_destroy(host); }
};

int fail(const std::string& why) {
    std::fprintf(stderr, "imgui_frame: %s\n", why.c_str());
    return 1;
}

// ---- what the app gives: textures, and the text part that makes their pixels

bool make_texture(void*, const uint8_t* pixels, int width, int height, ImTextureID* made) {
    GLint before = 0;
    GLuint texture = 0;
    glGetIntegerv(GL_TEXTURE_BINDING_2D, &before);
    glGenTextures(1, &texture);
    if (texture == 0) return false;
    glBindTexture(GL_TEXTURE_2D, texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(before));
    *made = static_cast<ImTextureID>(texture);
    return true;
}

void destroy_texture(void*, ImTextureID texture) {
    const auto name = static_cast<GLuint>(texture);
    glDeleteTextures(1, &name);
}

candor_status rasterise(void* text, const candor_text_run* run, float ratio, uint8_t* pixels, size_t capacity) {
    return candor_desktop_text_rasterise(static_cast<candor_desktop_text*>(text), run, ratio, pixels, capacity);
}

// ImGui's context and backends, which outlive the card's textures.
struct Gui {
    explicit Gui(const embed::Window& window) {
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ok = ImGui_ImplSDL2_InitForOpenGL(window.get(), window.context()) && ImGui_ImplOpenGL3_Init("#version 150");
    }
    Gui(const Gui&) = delete;
    Gui& operator=(const Gui&) = delete;
    ~Gui() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplSDL2_Shutdown();
        ImGui::DestroyContext();
    }
    bool ok = false;
};

void app_window() {
    ImGui::SetNextWindowSize(ImVec2(320, 120), ImGuiCond_FirstUseEver);
    ImGui::Begin("The app's own window");
    ImGui::TextUnformatted("Its text, by its own ImGui " IMGUI_VERSION);
    ImGui::Button("Its button");
    ImGui::End();
}

// The ten lines. False: the picture could not be written.
bool run(const embed::Window& window, candor::imgui::Card& card, candor::Client& client, const std::string& picture) {
    for (bool running = true; running;) {
        client.tick();
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplSDL2_NewFrame();
        ImGui::NewFrame();
        app_window();
        const candor::imgui::Frame frame = card.frame(client.handle());
        ImGui::Render();
        window.clear();
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
        if (!picture.empty() && frame.status == CANDOR_OK) return window.write_picture(picture);
        SDL_GL_SwapWindow(window.get());
        card.presented(client.handle());
        SDL_Event event;
        for (int got = SDL_WaitEventTimeout(&event, 15); got != 0; got = SDL_PollEvent(&event)) {
            ImGui_ImplSDL2_ProcessEvent(&event);
            running = running && event.type != SDL_QUIT;
        }
    }
    return true;
}

}  // namespace

int main(int count, char** words) {
    const embed::Window window("Candor in an app's ImGui");
    if (!window.ok()) return fail(SDL_GetError());
    candor_string why = {};
    const std::unique_ptr<candor_desktop_host, Destroy> host(candor_desktop_host_create(nullptr, &why));
    if (!host) return fail(std::string(candor::viewed(why)));
    const Gui gui(window);
    if (!gui.ok) return fail("ImGui's backends do not start");
    candor::imgui::Card card({candor_desktop_host_text(host.get()), make_texture, destroy_texture, rasterise});

    candor::Options options;
    options.project = EMBED_PROJECT;
    options.host = candor_desktop_host_interface(host.get());
    candor::Client client(options);
    if (!client.ok()) return fail(client.why());
    client.on(CANDOR_EVENT_READY, [&](const candor_event&) { client.show(EMBED_SURVEY); });  // an app: client.track(…)
    client.on(CANDOR_EVENT_ERROR, [](const candor_event& event) { fail(std::string(candor::viewed(event.text))); });
    if (client.load(EMBED_DOCUMENT) != CANDOR_OK) return fail("the document is refused");
    const bool done = run(window, card, client, embed::picture_wanted(count, words));
    client.close(2000);
    return done ? 0 : fail("the picture cannot be written");
}
