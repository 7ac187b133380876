// A directory of its own for a test, gone afterwards; and files as bytes.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace candor::contract {

class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-store-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Scratch() {
        ::chmod(path_.c_str(), 0700);
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::string file(const std::string& name = "candor.db") const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

inline void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// In any file of the directory.
inline bool directory_holds(const std::filesystem::path& directory, const std::string& text) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (read_file(entry.path().string()).find(text) != std::string::npos) return true;
    }
    return false;
}

}  // namespace candor::contract
