// candor-preview: what `candor preview` runs. A program of its own, since what draws brings the desktop's libraries
// along, and `candor check` on a server is to need none of them.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <string_view>

#include "cli/files.hpp"
#include "cli/fit.hpp"
#include "cli/fit_beside.hpp"
#include "cli/preview.hpp"
#include "cli/program.hpp"

namespace {

using namespace candor;
using namespace candor::cli;

int tell(const Report& report) {
    if (report.exit != kGood) std::cerr << to_line(report) << "\n";
    return report.exit;
}

int run_picture(const PreviewOptions& options, bool as_json) {
    const Pictured pictured = preview_picture(options);
    if (as_json) {
        std::cout << json::dump(to_json(pictured)) << "\n";
        return pictured.report.exit;
    }
    if (pictured.report.exit == kGood) std::cout << pictured.picture << "\n";
    for (const Shown& card : pictured.cards) {
        if (card.reached) continue;
        const std::string place = card.survey + ", " + card.question;
        tell(unusable(options.file, place + ": no answers lead to this question"));
    }
    return tell(pictured.report);
}

// For `candor check`: the document stands on the input.
int run_misfits() {
    const auto text = read_file("/dev/stdin");
    const auto found = text ? misfits(*text) : tl::unexpected(text.error());
    if (!found) {
        std::cerr << "candor-preview: " << describe(found.error()) << "\n";
        return kUnreadable;
    }
    std::cout << json::dump(misfits_json(*found)) << "\n";
    return kGood;
}

int run(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == kMisfitsOption) return run_misfits();
    CLI::App app("Shows the cards of a document: in a window, to be answered, or all of them in a picture.",
                 "candor preview");
    PreviewOptions options;
    bool as_json = false;
    std::string scheme = "light";
    app.add_option("FILE", options.file, "A survey document")->required();
    CLI::Option* picture =
        app.add_option("--picture", options.picture, "Draw the card of each question into this PNG file");
    app.add_option("--survey", options.survey, "Of this survey alone; of itself all of them");
    app.add_option("--locale", options.locale, "The reader's language, such as pt-BR; of itself the document's");
    app.add_option("--scheme", scheme, "The colours")->check(CLI::IsMember({"light", "dark"}))->capture_default_str();
    app.add_option("--width", options.width, "Of the surface that the card stands on, in logical pixels")
        ->check(CLI::Range(160, 4096))
        ->capture_default_str();
    app.add_option("--scale", options.scale, "Pixels to a logical one, each way")
        ->check(CLI::Range(1, 2))
        ->capture_default_str();
    app.add_flag("--json", as_json, "Say what is on the picture, and where, as a JSON object")->needs(picture);
    app.footer(
        "In the window nothing is stored or sent. Page Down and Page Up go to another survey, F5 begins anew,\n"
        "F6 changes the colours.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kGood : kUnreadable;
    }
    options.dark = scheme == "dark";
    return options.picture.empty() ? tell(preview_window(options)) : run_picture(options, as_json);
}

}  // namespace

int main(int argc, char** argv) { return run_program(run, argc, argv); }
