#include <cstdio>
#include <string>

#include "app.hpp"

int main(int count, char** words) {
    std::string problem;
    const auto options = shop::parse_options(count, words, problem);
    if (!options) {
        std::fprintf(stderr, "shop: %s\n%s", problem.c_str(), shop::usage().c_str());
        return 2;
    }
    if (options->help) {
        std::fputs(shop::usage().c_str(), stdout);
        return 0;
    }
    shop::block_signals();
    return shop::App(*options).run();
}
