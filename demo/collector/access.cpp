#include "collector/access.hpp"

#include <algorithm>
#include <cctype>

#include "base/sha256.hpp"

namespace candor::collector {
namespace {

bool starts_with(std::string_view text, std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// One to three digits of at most 255, four times.
bool is_ipv4(std::string_view text) {
    int parts = 0;
    for (std::size_t begin = 0; begin <= text.size(); ++parts) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        const std::string_view part = text.substr(begin, end - begin);
        if (part.empty() || part.size() > 3 || !all_digits(part) || std::stoi(std::string(part)) > 255) {
            return false;
        }
        begin = end + 1;
    }
    return parts == 4;
}

// "localhost:80" to "localhost", "[::1]:80" to "::1". Empty when what follows the name is no port.
std::string_view host_name(std::string_view host) {
    const bool bracketed = starts_with(host, "[");
    const std::size_t end = bracketed ? host.find(']') : host.find(':');
    if (bracketed && end == std::string_view::npos) return {};
    const std::string_view name = bracketed ? host.substr(1, end - 1) : host.substr(0, end);
    if (end == std::string_view::npos) return name;
    const std::string_view rest = host.substr(bracketed ? end + 1 : end);
    const bool is_port = rest.empty() || (rest.front() == ':' && all_digits(rest.substr(1)));
    return is_port ? name : std::string_view();
}

}  // namespace

bool equal_keys(std::string_view guess, std::string_view key) {
    const auto a = sha256(guess);
    const auto b = sha256(key);
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

bool is_one_of(std::string_view guess, const std::vector<std::string>& keys) {
    bool found = false;
    for (const std::string& key : keys) found = equal_keys(guess, key) || found;
    return found;
}

bool is_loopback_address(std::string_view address) {
    if (address == "::1") return true;
    constexpr std::string_view kMapped = "::ffff:";
    if (starts_with(lower(address), kMapped)) address.remove_prefix(kMapped.size());
    return is_ipv4(address) && starts_with(address, "127.");
}

bool is_loopback_host(std::string_view host) {
    const std::string_view name = host_name(host);
    return lower(name) == "localhost" || is_loopback_address(name);
}

bool is_origin(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return false;
    const std::string_view host = text.substr(scheme + 3);
    return !host_name(host).empty() && host.find_first_of("/?#@\\ \t\r\n") == std::string_view::npos;
}

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    if (!starts_with(lower(authorization), kScheme)) return {};
    authorization.remove_prefix(kScheme.size());
    const std::size_t begin = authorization.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view() : authorization.substr(begin);
}

}  // namespace candor::collector
