#include "host.hpp"

#include <curl/curl.h>
#include <imgui.h>

#include <cstring>
#include <nlohmann/json.hpp>

namespace host {

std::string json_complaint() {
    const nlohmann::json good = nlohmann::json::parse(R"({"name": "host", "list": [1, 2, 3]})");
    try {
        return nlohmann::json::parse(R"({"name": )" + good.dump()).dump();
    } catch (const nlohmann::json::parse_error& error) {
        try {
            good.at("list").at(7);
        } catch (const nlohmann::json::out_of_range& second) {
            return std::string(error.what()) + " / " + second.what();
        }
    }
    return "nothing was thrown";
}

std::size_t imgui_vertices() {
    ImGuiContext* context = ImGui::CreateContext();
    ImGui::SetCurrentContext(context);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = ImVec2(800, 600);
    io.DeltaTime = 1.0F / 60.0F;
    unsigned char* pixels = nullptr;
    int width = 0;
    int height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    std::size_t vertices = 0;
    for (int frame = 0; frame < 3; ++frame) {  // a window takes a frame or two to find its size
        ImGui::NewFrame();
        ImGui::SetNextWindowPos(ImVec2(10, 10));
        ImGui::SetNextWindowSize(ImVec2(400, 300));
        ImGui::Begin("The host's window");
        ImGui::TextUnformatted("The host's text");
        ImGui::Button("The host's button");
        ImGui::GetWindowDrawList()->AddCircleFilled(ImVec2(100, 100), 30, IM_COL32_WHITE);
        ImGui::End();
        ImGui::Render();
        vertices = static_cast<std::size_t>(ImGui::GetDrawData()->TotalVtxCount);
    }
    ImGui::DestroyContext(context);
    return vertices;
}

bool imgui_is_its_own() { return std::strcmp(ImGui::GetVersion(), IMGUI_VERSION) == 0 && IMGUI_CHECKVERSION(); }

std::size_t curl_bytes(const std::string& path) {
    CURL* handle = curl_easy_init();
    if (handle == nullptr) return 0;
    std::size_t bytes = 0;
    const auto count = +[](char*, std::size_t size, std::size_t number, void* total) {
        *static_cast<std::size_t*>(total) += size * number;
        return size * number;
    };
    const std::string url = "file://" + path;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, count);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &bytes);
    const CURLcode code = curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    return code == CURLE_OK ? bytes : 0;
}

}  // namespace host
