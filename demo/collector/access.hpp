// Who may do what. Write keys are public: they may append, never read. Reading takes a read key, or a peer on this
// machine that asks this machine by name. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candor::collector {

// Compares without telling by its time how much of the guess was right, or how long the key is.
bool equal_keys(std::string_view guess, std::string_view key);

bool is_one_of(std::string_view guess, const std::vector<std::string>& keys);

// "127.0.0.1", "::1", "::ffff:127.0.0.1" and their like: an address of the machine itself.
bool is_loopback_address(std::string_view address);

// A Host header that names the machine itself: "localhost", "127.0.0.1:8080", "[::1]:8080". A page of another name that
// was made to resolve to this machine (DNS rebinding) sends that name.
bool is_loopback_host(std::string_view host);

// "https://shop.example" or "http://localhost:5173": scheme, host and port, nothing behind.
bool is_origin(std::string_view text);

// The token of "Bearer <token>", else nothing.
std::string_view bearer_token(std::string_view authorization);

}  // namespace candor::collector
