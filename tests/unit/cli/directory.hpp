// A directory of the test's own, gone at its end.
#pragma once

#include <stdlib.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "cli/files.hpp"

namespace candor::cli::testing {

struct Directory {
    std::filesystem::path path;
    Directory() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-cli-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Directory() { std::filesystem::remove_all(path); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    // Writes it there, and says where that is.
    std::string file(const std::string& name, std::string_view content) const {
        REQUIRE(write_file(path / name, content));
        return (path / name).string();
    }
};

}  // namespace candor::cli::testing
