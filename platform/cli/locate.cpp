#include "cli/locate.hpp"

#include <charconv>

namespace candor::cli {
namespace {

// The item of "[7]…", and the rest of the path; null when the path does not begin so or there is none.
const json::Value* step_into_array(const json::Value& value, std::string_view& path) {
    const std::size_t close = path.find(']');
    if (!path.starts_with('[') || close == std::string_view::npos) return nullptr;
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(path.data() + 1, path.data() + close, index);
    if (error != std::errc() || end != path.data() + close || index >= value.array().size()) return nullptr;
    path.remove_prefix(close + 1);
    return &value.array()[index];
}

// Keys may hold dots and brackets themselves: the longest key that the path begins with is meant.
const json::Value* step_into_object(const json::Value& value, std::string_view& path) {
    std::string_view rest = path;
    if (rest.starts_with('.')) rest.remove_prefix(1);
    const json::Value* found = nullptr;
    std::size_t longest = 0;
    for (const auto& [key, member] : value.members()) {
        const bool whole = key.size() == rest.size() ||
                           (key.size() < rest.size() && (rest[key.size()] == '.' || rest[key.size()] == '['));
        if (!rest.starts_with(key) || !whole || (found != nullptr && key.size() < longest)) continue;
        found = &member;
        longest = key.size();
    }
    if (found != nullptr) path = rest.substr(longest);
    return found;
}

}  // namespace

std::size_t locate(const json::Value& root, std::string_view path) {
    const json::Value* at = &root;
    while (!path.empty()) {
        const json::Value* next =
            at->type() == json::Type::array ? step_into_array(*at, path) : step_into_object(*at, path);
        if (next == nullptr) break;
        at = next;
    }
    return at->offset();
}

}  // namespace candor::cli
