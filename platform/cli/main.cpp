// The command line. Exit codes: 0 all is well, 1 a document was refused, 2 wrong arguments or a file that cannot be
// used, 3 a document that can be read has warnings, and was to have none.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/sha256.hpp"
#include "cli/bucket.hpp"
#include "cli/build.hpp"
#include "cli/check.hpp"
#include "cli/explain.hpp"
#include "cli/files.hpp"
#include "cli/fit_beside.hpp"
#include "cli/for_sdk.hpp"
#include "cli/program.hpp"
#include "cli/simulate.hpp"

namespace {

using namespace candor;
using namespace candor::cli;

// Faults go to the error stream, unless a program reads along.
void print(const Report& report, bool as_json) {
    if (as_json) {
        std::cout << json::dump(to_json(report)) << "\n";
    } else {
        const bool read = report.exit == kGood || report.exit == kWarned;
        (read ? std::cout : std::cerr) << to_line(report) << "\n";
        for (const Placed& placed : report.findings) std::cout << to_line(report, placed) << "\n";
    }
}

// The program beside this one, where a build has it; see preview_main.cpp.
std::string preview_program(const char* called_as) {
    std::error_code none;
    std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", none);
    if (none) self = called_as;
    // Found by its name alone it could lie anywhere, and what lies here be anybody's.
    return self.has_parent_path() ? (self.parent_path() / "candor-preview").string() : std::string();
}

// Sees to it that cards are laid out, where what does so is there.
void look_at_cards(const std::string& program, CheckOptions& options) {
    if (access(program.c_str(), F_OK) == 0) {
        options.misfits = [program](std::string_view text) { return misfits_beside(program, text); };
    } else {
        std::cerr << "check: what does not fit a small screen is not looked for: this build of candor has no desktop "
                     "part, which lays the cards out (candor-preview, beside it)\n";
    }
}

int run_check(const std::vector<std::string>& files, const CheckOptions& options, bool as_json) {
    Exit worst = kGood;
    for (const std::string& file : files) {
        const Report report = check_file(file, options);
        print(report, as_json);
        worst = worse(worst, report.exit);
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

struct BucketOptions {
    std::vector<std::string> units;
    std::vector<std::string> survey;  // the document, and the survey's id
    std::string wave, salt, purpose = "sample", dialect;
};

// Where the survey is known, also whether the unit is in its sample.
int print_buckets(const BucketOptions& options, const Sampling& sampling, bool as_json) {
    for (const std::string& unit : options.units) {
        const std::uint32_t place = bucket(sampling.salt, options.purpose, unit);
        const bool in = place < sampling.threshold;
        const bool judged = !options.survey.empty() && options.purpose == "sample";
        if (as_json) {
            json::Value line = json::Members{};
            line.set("unit", unit).set("purpose", options.purpose).set("salt", sampling.salt);
            line.set("bucket", std::int64_t{place});
            if (judged) line.set("in", in);
            std::cout << json::dump(line) << "\n";
        } else {
            std::cout << place << "\t" << unit << (!judged ? "" : in ? "\tin" : "\tout") << "\n";
        }
    }
    return kGood;
}

int run_bucket(const BucketOptions& options, bool as_json) {
    Sampling sampling{options.salt};
    if (!options.survey.empty()) {
        auto found = sampling_of(options.survey[0], options.survey[1], options.wave);
        if (!found) {
            std::cerr << "candor: " << describe(found.error()) << "\n";
            return kUnreadable;
        }
        sampling = *std::move(found);
    }
    if (options.dialect.empty()) return print_buckets(options, sampling, as_json);
    const std::string unit = options.units.empty() ? "unit" : options.units.front();
    std::cout << bucket_sql(options.dialect, sampling.salt, options.purpose, unit).value() << "\n";
    return kGood;
}

void add_bucket(CLI::App& app, BucketOptions& options, bool& as_json) {
    CLI::App* bucket = app.add_subcommand("bucket", "The bucket of a unit, and the SQL that computes the same");
    bucket->add_option("UNIT", options.units,
                       "Persons' ids (by occasion: id#n); with --sql, the expression that names them in a query");
    CLI::Option* salt = bucket->add_option("--salt", options.salt, "The salt; of itself a survey's is its id.wave");
    CLI::Option* survey =
        bucket->add_option("--survey", options.survey, "A document and a survey's id: its salt and percent");
    survey->expected(2)->excludes(salt);
    bucket->add_option("--wave", options.wave, "The survey's wave, where there are several")->needs(survey);
    bucket->add_option("--purpose", options.purpose)->check(CLI::IsMember({"sample", "control", "phase"}));
    CLI::Option* sql = bucket->add_option("--sql", options.dialect, "Write an expression for this database");
    sql->check(CLI::IsMember(std::vector<std::string>(kDialects.begin(), kDialects.end())));
    bucket->add_flag("--json", as_json, "One JSON object a unit")->excludes(sql);
    bucket->callback([bucket, salt, survey, sql] {
        if (salt->empty() && survey->empty()) throw CLI::RequiredError("--salt or --survey");
        if (sql->empty() && bucket->get_option("UNIT")->empty()) throw CLI::RequiredError("UNIT");
    });
}

struct SimulateOptions {
    std::string file, population, picture;
    std::int64_t people = 100'000;
    std::int64_t days = 365;
    std::int64_t seed = 1;
};

// A bar on a terminal's error stream, which goes when it is full; nothing where nobody looks.
class ProgressBar {
public:
    explicit ProgressBar(std::int64_t people) : people_(people), shows_(isatty(STDERR_FILENO) != 0) {}
    ~ProgressBar() {
        if (shown_ >= 0) std::cerr << "\r\x1b[K" << std::flush;
    }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void tell(std::int64_t people) {
        const auto percent = static_cast<int>(people * 100 / people_);
        if (!shows_ || percent == shown_) return;
        shown_ = percent;
        const auto full = static_cast<std::size_t>(percent * 40 / 100);
        std::cerr << "\r[" << std::string(full, '#') << std::string(40 - full, '.') << "] " << percent << " %"
                  << std::flush;
    }

private:
    std::int64_t people_;
    bool shows_;
    int shown_ = -1;
};

Simulated simulate_and_tell(const SimulateOptions& options) {
    ProgressBar bar(options.people);
    const simulate::Settings settings{options.people, options.days, static_cast<std::uint64_t>(options.seed)};
    return simulate_file(options.file, options.population, settings, [&](std::int64_t people) { bar.tell(people); });
}

int run_simulate(const SimulateOptions& options, bool as_json) {
    for (const std::string& source : {options.file, options.population}) {
        std::error_code none;
        if (options.picture.empty() || !std::filesystem::equivalent(options.picture, source, none)) continue;
        print(unusable(options.picture, "is a source itself; choose another file for the picture"), as_json);
        return kUnreadable;
    }
    const Simulated simulated = simulate_and_tell(options);
    if (simulated.fault) {
        print(*simulated.fault, as_json);
        return simulated.fault->exit;
    }
    if (as_json) {
        std::cout << simulate::to_json(simulated.report, simulated.tally) << "\n";
    } else {
        std::cout << to_table(simulated.report);
    }
    if (options.picture.empty()) return kGood;
    const auto written = write_file(options.picture, to_picture(simulated.report, simulated.tally));
    if (written) return kGood;
    std::cerr << "candor: " << describe(written.error()) << "\n";
    return kUnreadable;
}

void add_simulate(CLI::App& app, SimulateOptions& options, bool& as_json) {
    CLI::App* simulate = app.add_subcommand(
        "simulate", "Ask a simulated population: who is asked, how often, and how far the score may be trusted");
    simulate->add_option("FILE", options.file, "A survey document")->required();
    simulate->add_option("--people", options.people, "How many people")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000'000}))
        ->capture_default_str();
    simulate->add_option("--days", options.days, "For how many days")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{3650}))
        ->capture_default_str();
    simulate->add_option("--population", options.population,
                         "What people are like (a JSON file, see docs/simulate.md); of itself keen, regular and "
                         "occasional users who meet with the events of the triggers");
    simulate->add_option("--seed", options.seed, "Another seed, other people; the same, the same to the byte")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{9'007'199'254'740'991}))
        ->capture_default_str();
    simulate->add_option("--picture", options.picture, "Also draw the report, as an SVG file");
    simulate->add_flag("--json", as_json, "The report as a JSON object");
}

void add_explain(CLI::App& app, ExplainOptions& options, bool& as_json) {
    CLI::App* explain = app.add_subcommand(
        "explain", "What a document would decide for a person at an instant, with what each rule says");
    explain->add_option("FILE", options.file, "A survey document")->required();
    explain->add_option("--history", options.history,
                        "What is remembered of the person (the JSON of a record person/...); of itself nothing");
    explain->add_option("--at", options.at, "The instant, as 2026-11-22T09:00:00Z; of itself now");
    explain->add_flag("--call", options.calls, "The app makes a call first: it may begin a session");
    explain->add_option("--event", options.events, "Then this event happens (several times: in this order)");
    explain->add_option("--screen", options.screens, "Then this screen is entered");
    explain->add_option("--property", options.properties, "NAME=VALUE, of the events");
    explain->add_option("--attribute", options.attributes, "NAME=VALUE, of the person");
    explain->add_option("--context", options.context,
                        "NAME=VALUE: app_version, os_version, platform, locale, country or device");
    explain->add_option("--offset", options.offset, "Local time, in minutes east of UTC")
        ->check(CLI::Range(-1080, 1080))
        ->capture_default_str();
    explain->add_flag("--busy", options.busy, "The app says that it is busy");
    explain->add_flag("--hidden", options.hidden, "The window cannot be seen");
    explain->add_option("--survey", options.survey, "Of this survey alone");
    explain->add_flag("--json", as_json, "As a JSON object");
}

int run_explain(const ExplainOptions& options, bool as_json) {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    const Explained explained = explain(options, now.count());
    if (explained.report.exit != kGood) {
        print(explained.report, as_json);
        return explained.report.exit;
    }
    if (as_json) {
        std::cout << explained.json << "\n";
    } else {
        std::cout << to_table(*json::parse(explained.json, {.bytes = 64u << 20, .values = 10'000'000}));
    }
    return kGood;
}

// Becomes that program.
int run_preview(char** argv) {
    const std::string program = preview_program(argv[0]);
    execv(program.c_str(), argv + 1);
    std::cerr << "preview: ";
    if (errno == ENOENT) {
        std::cerr << "this build of candor has no desktop part, which draws the cards (candor-preview, beside it); "
                     "build it where SDL2, Pango and libcurl are\n";
    } else {
        std::cerr << program << ": " << std::strerror(errno) << "\n";
    }
    return kUnreadable;
}

int run(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "preview") return run_preview(argv);
    CLI::App app("Checks, previews, simulates and publishes Candor survey documents.", "candor");
    app.require_subcommand(1);

    bool as_json = false;
    std::vector<std::string> files;
    CheckOptions checks;
    bool no_cards = false;
    CLI::App* check = app.add_subcommand("check", "Read survey documents strictly, and say what is wrong and where");
    check->add_option("FILE", files, "Survey documents")->required();
    check->add_flag("--json", as_json, "One JSON object a file");
    check->add_flag("--strict-lint", checks.strict_lint, "Warnings end it with exit code 3");
    check->add_flag("--no-cards", no_cards, "Do not lay the cards out, to see whether they fit a small screen");
    check
        ->add_option("--for-sdk", checks.for_sdk,
                     "A version such as 0.1: say which surveys its SDK would skip or ask otherwise, with exit code 3")
        ->check([](const std::string& version) {
            const auto known = unknown_to(version, json::Value());
            return known ? std::string() : std::string(known.error().reason);
        });
    check->footer(
        "Exit codes: 0 read, whatever notes and warnings there are; 1 a document was refused; 2 wrong\n"
        "arguments or a file that cannot be used; 3 read, with warnings under --strict-lint, or not asked as\n"
        "written by the SDK of --for-sdk. docs/cli.md lists the findings.");

    std::string file;
    std::string out;
    CLI::App* build = app.add_subcommand("build", "Write the published document, and the gate that a page loads");
    build->add_option("FILE", file, "A survey document")->required();
    build->add_option("--out", out, "The directory to write to")->required();
    build->add_flag("--json", as_json, "Say what was written as a JSON object");

    BucketOptions buckets;
    add_bucket(app, buckets, as_json);

    ExplainOptions explanation;
    add_explain(app, explanation, as_json);

    // Its arguments are that program's.
    app.add_subcommand("preview", "Show the cards of a document: in a window, or all of them in a picture");

    SimulateOptions simulation;
    add_simulate(app, simulation, as_json);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kGood : kUnreadable;
    }
    if (*check && !no_cards) look_at_cards(preview_program(argv[0]), checks);
    if (*check) return run_check(files, checks, as_json);
    if (app.got_subcommand("explain")) return run_explain(explanation, as_json);
    if (app.got_subcommand("simulate")) return run_simulate(simulation, as_json);
    return *build ? run_build(file, out, as_json) : run_bucket(buckets, as_json);
}

}  // namespace

int main(int argc, char** argv) { return run_program(run, argc, argv); }
