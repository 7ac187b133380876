// The command line. Exit codes: 0 all is well, 1 a document was refused, 2 wrong arguments or a file that cannot be
// used.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/build.hpp"
#include "cli/check.hpp"

namespace {

using namespace candor;
using namespace candor::cli;

// Faults go to the error stream, unless a program reads along.
void print(const Report& report, bool as_json) {
    if (as_json) {
        std::cout << json::dump(to_json(report)) << "\n";
    } else {
        (report.exit == kGood ? std::cout : std::cerr) << to_line(report) << "\n";
    }
}

int run_check(const std::vector<std::string>& files, bool as_json) {
    int worst = kGood;
    for (const std::string& file : files) {
        const Report report = check_file(file);
        print(report, as_json);
        worst = std::max<int>(worst, report.exit);
    }
    return worst;
}

int run_build(const std::string& file, const std::string& out, bool as_json) {
    const Built built = build(file, out);
    if (built.report.exit != kGood) {
        print(built.report, as_json);
    } else if (as_json) {
        json::Value line = to_json(built.report);
        line.set("document", built.document.string()).set("gate", built.gate.string()).set("hash", built.hash);
        std::cout << json::dump(line) << "\n";
    } else {
        std::cout << built.document.string() << "\n" << built.gate.string() << "\n";
    }
    return built.report.exit;
}

int run(int argc, char** argv) {
    CLI::App app("Checks and publishes Candor survey documents.", "candor");
    app.require_subcommand(1);

    bool as_json = false;
    std::vector<std::string> files;
    CLI::App* check = app.add_subcommand("check", "Read survey documents strictly, and say what is wrong and where");
    check->add_option("FILE", files, "Survey documents")->required();
    check->add_flag("--json", as_json, "One JSON object a file");

    std::string file;
    std::string out;
    CLI::App* build = app.add_subcommand("build", "Write the published document, and the gate that a page loads");
    build->add_option("FILE", file, "A survey document")->required();
    build->add_option("--out", out, "The directory to write to")->required();
    build->add_flag("--json", as_json, "Say what was written as a JSON object");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kGood : kUnreadable;
    }
    return *check ? run_check(files, as_json) : run_build(file, out, as_json);
}

}  // namespace

int main(int argc, char** argv) {
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
