#include "cli/check.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "cli/adjusted.hpp"
#include "cli/files.hpp"
#include "cli/for_sdk.hpp"
#include "cli/locate.hpp"
#include "survey/document.hpp"

namespace candor::cli {
namespace {

// Takes `word` and the number behind it off the beginning.
bool take_number(std::string_view& text, std::string_view word, std::size_t& number) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc();
}

// base/json says its place at the beginning of the reason: "line 3, column 7: ".
void take_place(Report& report) {
    std::string_view rest = report.reason;
    std::size_t line = 0;
    std::size_t column = 0;
    if (!take_number(rest, "line ", line) || !take_number(rest, ", column ", column) || !rest.starts_with(": ")) return;
    report.line = line;
    report.column = column;
    report.reason = std::string(rest.substr(2));
}

void find_place(Report& report, std::string_view text) {
    const auto value = json::parse(text);
    if (!value) {
        take_place(report);
    } else {
        std::tie(report.line, report.column) = json::line_and_column(text, locate(*value, report.path));
    }
}

// Keys and file names may hold anything, and a terminal obeys what it is sent.
std::string printable(std::string_view text) {
    const std::string quoted = json::dump(json::Value(text));
    std::string out;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
        const bool plain = quoted[i] == '\\' && (quoted[i + 1] == '"' || quoted[i + 1] == '\\');
        if (plain) ++i;
        out += quoted[i] == '\x7f' ? '?' : quoted[i];
    }
    return out;
}

// The surveys that an SDK does not ask, by their index.
std::vector<bool> skipped_by(const std::vector<Unknown>& unknown, std::size_t surveys) {
    std::vector<bool> skipped(surveys);
    for (const Unknown& one : unknown) {
        if (one.feature.older == Older::ignores) continue;
        if (one.survey == kAllSurveys) {
            skipped.assign(surveys, true);
        } else {
            skipped[one.survey] = true;
        }
    }
    return skipped;
}

void check_for(const std::string& version, const survey::Document& document, const json::Value& root, Report& report,
               List<survey::Finding>& findings) {
    const auto unknown = unknown_to(version, root);
    if (!unknown) {
        report.exit = kUnreadable;
        report.reason = std::string(unknown.error().reason);
        return;
    }
    const std::vector<bool> skipped = skipped_by(*unknown, document.surveys.size());
    for (std::size_t i = 0; i < skipped.size(); ++i) {
        if (skipped[i]) report.skipped.emplace_back(document.surveys[i].key());
    }
    for (const Unknown& one : *unknown) {
        findings.push_back({"older_sdk", survey::Severity::warning, String(one.path),
                            joined({"SDK ", std::string_view(version), " does not know `", one.feature.member, "` (",
                                    one.feature.since, " does) and ", in_words(one.feature.older)}),
                            "leave it out for those, or accept that"});
    }
}

// Where lines begin, so that many places are found in one pass over the text.
class Lines {
public:
    explicit Lines(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') begins_.push_back(i + 1);
        }
    }
    std::pair<std::size_t, std::size_t> place(std::size_t offset) const {
        const auto after = std::upper_bound(begins_.begin(), begins_.end(), offset);
        return {static_cast<std::size_t>(after - begins_.begin()), offset - *(after - 1) + 1};
    }

private:
    std::vector<std::size_t> begins_{0};
};

std::string numbered(std::size_t count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string place(const Report& report, std::size_t line, std::size_t column) {
    return line == 0 ? report.file : report.file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

json::Value findings_json(const Report& report) {
    json::Value findings{json::Array{}};
    for (const auto& [finding, line, column] : report.findings) {
        json::Value out{json::Members{}};
        out.set("code", finding.code).set("severity", severity_name(finding.severity));
        out.set("line", static_cast<std::int64_t>(line)).set("column", static_cast<std::int64_t>(column));
        out.set("path", finding.path).set("reason", finding.reason).set("mend", finding.mend);
        findings.push(std::move(out));
    }
    return findings;
}

}  // namespace

const char* severity_name(survey::Severity severity) {
    return severity == survey::Severity::warning ? "warning" : "note";
}

Exit worse(Exit a, Exit b) {
    const auto weight = [](Exit exit) { return exit == kGood ? 0 : exit == kWarned ? 1 : exit + 1; };
    return weight(a) < weight(b) ? b : a;
}

std::size_t Report::count(survey::Severity severity) const {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [&](const Placed& placed) { return placed.finding.severity == severity; }));
}

Report check_text(std::string file, std::string_view text, const CheckOptions& options) {
    const auto document = survey::read_document(text, json::Reading::tools);
    if (!document) return refused(std::move(file), text, document.error());
    Report report;
    report.file = std::move(file);
    report.surveys = document->surveys.size();
    report.linted = true;
    const json::Value root = *json::parse(text);
    List<survey::Finding> findings = adjusted_colors(document->theme);
    for (survey::Finding& finding : survey::lint(*document, root)) findings.push_back(std::move(finding));
    if (options.misfits) {
        auto misfits = options.misfits(text);
        if (!misfits) return unusable(std::string(misfits.error().path), std::string(misfits.error().reason));
        for (survey::Finding& finding : *misfits) findings.push_back(std::move(finding));
    }
    if (!options.for_sdk.empty()) check_for(options.for_sdk, *document, root, report, findings);
    const Lines lines(text);
    for (survey::Finding& finding : findings) {
        const auto [line, column] = lines.place(locate(root, finding.path));
        report.findings.push_back({std::move(finding), line, column});
    }
    if (report.exit != kGood) return report;
    const auto of_sdk = [](const Placed& placed) { return placed.finding.code == "older_sdk"; };
    const bool older = std::any_of(report.findings.begin(), report.findings.end(), of_sdk);
    const bool warned = options.strict_lint && report.count(survey::Severity::warning) > 0;
    if (older || warned) report.exit = kWarned;
    return report;
}

Report refused(std::string file, std::string_view text, const Error& fault) {
    Report report;
    report.file = std::move(file);
    report.exit = kRefused;
    report.path = fault.path;
    report.reason = fault.reason;
    find_place(report, text);
    return report;
}

Report unusable(std::string file, std::string reason) {
    Report report;
    report.file = std::move(file);
    report.exit = kUnreadable;
    report.reason = std::move(reason);
    return report;
}

Report check_file(const std::string& file, const CheckOptions& options) {
    const auto text = read_file(file);
    return text ? check_text(file, *text, options) : unusable(file, std::string(text.error().reason));
}

std::string to_line(const Report& report) {
    std::string out = place(report, report.line, report.column) + ": ";
    if (report.exit == kGood || report.exit == kWarned) {
        out += "ok, " + numbered(report.surveys, "survey");
        const std::size_t warnings = report.count(survey::Severity::warning);
        const std::size_t notes = report.count(survey::Severity::note);
        if (warnings > 0) out += ", " + numbered(warnings, "warning");
        if (notes > 0) out += ", " + numbered(notes, "note");
    } else {
        out += describe({report.path, report.reason});
    }
    return printable(out);
}

std::string to_line(const Report& report, const Placed& placed) {
    const survey::Finding& finding = placed.finding;
    const std::string said(describe({finding.path, finding.reason}));
    const std::string line =
        place(report, placed.line, placed.column) + ": " + severity_name(finding.severity) + ": " + said;
    return printable(line + "; " + std::string(finding.mend) + " [" + std::string(finding.code) + "]");
}

json::Value to_json(const Report& report) {
    json::Value out{json::Members{}};
    const bool read = report.exit == kGood || report.exit == kWarned;
    out.set("file", report.file).set("ok", read);
    if (read) {
        out.set("surveys", static_cast<std::int64_t>(report.surveys));
        if (report.linted) out.set("findings", findings_json(report));
        if (!report.skipped.empty()) {
            json::Value skipped{json::Array{}};
            for (const std::string& survey : report.skipped) skipped.push(survey);
            out.set("skipped", std::move(skipped));
        }
        return out;
    }
    if (report.line > 0) {
        out.set("line", static_cast<std::int64_t>(report.line)).set("column", static_cast<std::int64_t>(report.column));
    }
    return std::move(out.set("path", report.path).set("reason", report.reason));
}

}  // namespace candor::cli
