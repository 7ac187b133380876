// The command line. Exit codes: 0 all is well, 1 a document was refused, 2 wrong arguments or a file that cannot be
// used.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "cli/bucket.hpp"
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

    BucketOptions buckets;
    add_bucket(app, buckets, as_json);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kGood : kUnreadable;
    }
    if (*check) return run_check(files, as_json);
    return *build ? run_build(file, out, as_json) : run_bucket(buckets, as_json);
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
