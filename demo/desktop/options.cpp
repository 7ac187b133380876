#include "options.hpp"

#include <cstdlib>
#include <string_view>

namespace shop {
namespace {

struct Text {
    std::string_view name;
    std::string Options::*value;
};

constexpr Text kTexts[] = {
    {"--project", &Options::project},     {"--document", &Options::document},     {"--endpoint", &Options::endpoint},
    {"--write-key", &Options::write_key}, {"--storage", &Options::storage},       {"--person", &Options::person},
    {"--locale", &Options::locale},       {"--screenshot", &Options::screenshot},
};

struct Flag {
    std::string_view name;
    bool Options::*value;
};

constexpr Flag kFlags[] = {{"--dark", &Options::dark}, {"--trace", &Options::trace}, {"--help", &Options::help}};

bool read_size(const std::string& text, Options& options) {
    char* end = nullptr;
    const long width = std::strtol(text.c_str(), &end, 10);
    if (*end != 'x') return false;
    const long height = std::strtol(end + 1, &end, 10);
    if (*end != '\0' || width < 320 || width > 8192 || height < 240 || height > 8192) return false;
    options.width = static_cast<int>(width);
    options.height = static_cast<int>(height);
    return true;
}

bool read_scale(const std::string& text, Options& options) {
    char* end = nullptr;
    options.scale = std::strtof(text.c_str(), &end);
    return end != text.c_str() && *end == '\0' && options.scale >= 0.5F && options.scale <= 4;
}

bool set_flag(std::string_view name, Options& options) {
    for (const Flag& flag : kFlags) {
        if (flag.name == name) return options.*flag.value = true;
    }
    return false;
}

// Empty: taken. Else what is wrong.
std::string set_value(std::string_view name, const std::string& value, Options& options) {
    for (const Text& text : kTexts) {
        if (text.name == name) {
            options.*text.value = value;
            return {};
        }
    }
    if (name == "--size") return read_size(value, options) ? "" : "--size wants WIDTHxHEIGHT, at least 320x240";
    if (name == "--scale") return read_scale(value, options) ? "" : "--scale wants a number from 0.5 to 4";
    return "unknown option " + std::string(name);
}

bool takes_value(std::string_view name) {
    for (const Text& text : kTexts) {
        if (text.name == name) return true;
    }
    return name == "--size" || name == "--scale";
}

}  // namespace

std::string usage() {
    return "A small shop that asks its customers now and then.\n"
           "  --project NAME     the project's id (shop)\n"
           "  --document FILE    the survey document (demo/surveys/shop.json)\n"
           "  --endpoint URL     where answers go; none: they are kept\n"
           "  --write-key KEY    what the collector knows the shop by\n"
           "  --storage DIR      where they are kept; none: in memory\n"
           "  --person ID        who is signed in; none: a guest\n"
           "  --locale TAG       such as pt-BR\n"
           "  --dark             dark colours\n"
           "  --size WxH         of the window (1120x800)\n"
           "  --scale S          larger or smaller (1)\n"
           "  --trace            print why each survey was or was not chosen\n"
           "  --screenshot FILE  write a PNG at SIGUSR1\n";
}

std::optional<Options> parse_options(int count, const char* const* words, std::string& problem) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string name = words[i];
        if (set_flag(name, options)) continue;
        if (!takes_value(name)) {
            problem = "unknown option " + name;
            return std::nullopt;
        }
        if (i + 1 == count) {
            problem = name + " wants a value";
            return std::nullopt;
        }
        problem = set_value(name, words[++i], options);
        if (!problem.empty()) return std::nullopt;
    }
    return options;
}

}  // namespace shop
