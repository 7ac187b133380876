#include "cli/check.hpp"

#include <charconv>
#include <system_error>
#include <tuple>
#include <utility>

#include "cli/files.hpp"
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

}  // namespace

Report check_text(std::string file, std::string_view text) {
    Report report;
    report.file = std::move(file);
    const auto document = survey::read_document(text, json::Reading::tools);
    if (document) {
        report.surveys = document->surveys.size();
        return report;
    }
    report.exit = kRefused;
    report.path = document.error().path;
    report.reason = document.error().reason;
    find_place(report, text);
    return report;
}

Report check_file(const std::string& file) {
    const auto text = read_file(file);
    if (text) return check_text(file, *text);
    Report report;
    report.file = file;
    report.exit = kUnreadable;
    report.reason = text.error().reason;
    return report;
}

std::string to_line(const Report& report) {
    std::string out = report.file;
    if (report.line > 0) out += ":" + std::to_string(report.line) + ":" + std::to_string(report.column);
    out += ": ";
    if (report.exit == kGood) {
        out += "ok, " + std::to_string(report.surveys) + (report.surveys == 1 ? " survey" : " surveys");
    } else {
        out += describe({report.path, report.reason});
    }
    return printable(out);
}

json::Value to_json(const Report& report) {
    json::Value out{json::Members{}};
    out.set("file", report.file).set("ok", report.exit == kGood);
    if (report.exit == kGood) return std::move(out.set("surveys", static_cast<std::int64_t>(report.surveys)));
    if (report.line > 0) {
        out.set("line", static_cast<std::int64_t>(report.line)).set("column", static_cast<std::int64_t>(report.column));
    }
    return std::move(out.set("path", report.path).set("reason", report.reason));
}

}  // namespace candor::cli
