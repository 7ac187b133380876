#include "cli/build.hpp"

#include <system_error>
#include <utility>

#include "cli/files.hpp"
#include "decide/gate.hpp"
#include "survey/document.hpp"

namespace candor::cli {

namespace fs = std::filesystem;

namespace {

// Both files, or the reason why not. The document goes first: a gate never names one that is not there.
Report write_both(const Built& built, std::string_view document, std::string_view gate) {
    for (const auto& [path, content] : {std::pair(built.document, document), std::pair(built.gate, gate)}) {
        const auto written = write_file(path, content);
        if (!written) return unusable(path.string(), written.error().reason);
    }
    return built.report;
}

}  // namespace

Built build(const std::string& file, const fs::path& out) {
    Built built;
    const auto text = read_file(file);
    if (!text) {
        built.report = unusable(file, text.error().reason);
        return built;
    }
    built.report = check_text(file, *text);
    if (built.report.exit != kGood) return built;

    const std::string stem = fs::path(file).stem().string();
    built.document = out / (stem + ".json");
    built.gate = out / (stem + ".gate.json");
    std::error_code error;
    fs::create_directories(out, error);
    if (error) {
        built.report = unusable(out.string(), error.message());
        return built;
    }
    for (const fs::path& target : {built.document, built.gate}) {
        if (!fs::equivalent(target, file, error)) continue;
        built.report = unusable(target.string(), "is the source itself; choose another directory");
        return built;
    }

    const auto published = survey::publish(*text);
    const auto document =
        published ? survey::read_document(*published, json::Reading::tools) : tl::unexpected<Error>(published.error());
    if (!document) {
        built.report = unusable(file, "the published document was refused: " + describe(document.error()));
        return built;
    }
    built.hash = document->hash;
    const std::string gate = decide::gate(*document, stem + ".json");
    built.report = write_both(built, *published, gate);
    return built;
}

}  // namespace candor::cli
