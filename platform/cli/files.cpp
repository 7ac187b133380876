#include "cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace candor::cli {

namespace fs = std::filesystem;

namespace {

std::string last_error() { return errno == 0 ? "input or output failed" : std::strerror(errno); }

}  // namespace

Result<std::string> read_file(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) return fail(path.string(), "is a directory");
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(path.string(), last_error());
    std::string out;
    char block[65'536];
    while (in.read(block, sizeof block), in.gcount() > 0) out.append(block, static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return fail(path.string(), last_error());
    return out;
}

Result<std::size_t> write_file(const fs::path& path, std::string_view content) {
    fs::path beside = path;
    beside += ".new";
    errno = 0;
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    std::error_code error;
    if (!out) {
        const std::string reason = last_error();
        fs::remove(beside, error);
        return fail(path.string(), reason);
    }
    fs::rename(beside, path, error);
    if (!error) return content.size();
    const std::string reason = error.message();
    fs::remove(beside, error);
    return fail(path.string(), reason);
}

}  // namespace candor::cli
