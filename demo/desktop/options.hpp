// What the shop is started with.
#pragma once

#include <optional>
#include <string>

namespace shop {

struct Options {
    std::string project = "shop";
    std::string document = "demo/surveys/shop.json";
    std::string endpoint;  // empty: events are kept and never sent
    std::string write_key;
    std::string storage;  // empty: memory only
    std::string person;   // empty: a guest
    std::string locale;
    std::string screenshot;  // written at SIGUSR1
    int width = 1120;
    int height = 800;
    float scale = 1;
    bool dark = false;
    bool trace = false;
    bool help = false;
};

std::string usage();

// Empty and `problem` set, when an option is unknown or its value makes no sense.
std::optional<Options> parse_options(int count, const char* const* words, std::string& problem);

}  // namespace shop
