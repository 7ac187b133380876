// What the programs here have in common.
#pragma once

#include <exception>
#include <iostream>

#include "cli/check.hpp"

namespace candor::cli {

// Runs it, and tells what went wrong besides.
inline int run_program(int (*run)(int argc, char** argv), int argc, char** argv) {
    try {
        const int code = run(argc, argv);
        std::cout.flush();
        if (std::cout) return code;
        std::cerr << "candor: the output could not be written\n";
    } catch (const std::exception& error) {
        std::cerr << "candor: " << error.what() << "\n";
    }
    return kUnreadable;
}

}  // namespace candor::cli
