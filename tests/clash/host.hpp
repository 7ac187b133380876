// What a host does with libraries of its own. Each function gives the same answer whenever it is called.
#pragma once

#include <cstddef>
#include <string>

namespace host {

// What its JSON library throws at broken text, caught as that library's type.
std::string json_complaint();

// Draws one frame of a window with its own ImGui and counts the vertices.
std::size_t imgui_vertices();

// The version of the ImGui that is linked, which must be that of the header.
bool imgui_is_its_own();

// Reads a file with its own libcurl handle and counts the bytes.
std::size_t curl_bytes(const std::string& path);

}  // namespace host
