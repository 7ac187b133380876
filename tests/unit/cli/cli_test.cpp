#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/sha256.hpp"
#include "cli/bucket.hpp"
#include "cli/build.hpp"
#include "cli/check.hpp"
#include "cli/files.hpp"
#include "cli/locate.hpp"
#include "directory.hpp"
#include "survey/document.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

const std::string kShop = CANDOR_SOURCE_DIR "/demo/surveys/shop.json";

std::string content(const fs::path& path) {
    const auto text = read_file(path);
    if (!text) FAIL(describe(text.error()));
    return *text;
}

}  // namespace

TEST_CASE("cli: a good document") {
    const Report report = check_file(kShop);
    CHECK(report.exit == kGood);
    CHECK(to_line(report) == kShop + ": ok, 2 surveys, 2 warnings, 5 notes");
    CHECK(
        json::dump(to_json(report))
            .starts_with("{\"file\":" + json::dump(json::Value(kShop)) + ",\"ok\":true,\"surveys\":2,\"findings\":["));
}

TEST_CASE("cli: a finding is placed where it stands, with its mend") {
    const std::string text = content(kShop);
    const Report report = check_text("x.json", text);
    CHECK(report.exit == kGood);
    const json::Value out = to_json(report);
    const json::Array& findings = out.find("findings")->array();
    REQUIRE(findings.size() == report.findings.size());
    std::size_t warnings = 0;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const json::Value& finding = findings[i];
        CHECK(finding.members().size() == 7);
        for (const char* key : {"code", "severity", "path", "reason", "mend"}) {
            CHECK_FALSE(finding.find(key)->text().empty());
        }
        if (finding.find("code")->text() != "double_barrelled") continue;
        ++warnings;
        const auto [line, column] = json::line_and_column(text, text.find("\"What disappointed you"));
        CHECK(finding.find("line")->integer() == static_cast<std::int64_t>(line));
        CHECK(finding.find("column")->integer() == static_cast<std::int64_t>(column));
        CHECK(finding.find("severity")->text() == "warning");
        const std::string said = to_line(report, report.findings[i]);
        CHECK(said.starts_with("x.json:" + std::to_string(line) + ":" + std::to_string(column) +
                               ": warning: surveys[0].questions[1].text.detractor.en: asks two things at once"));
        CHECK(said.ends_with("; ask one, or two questions [double_barrelled]"));
    }
    CHECK(warnings == 1);
}

TEST_CASE("cli: warnings are exit 3 where they are to count, notes never") {
    const std::string text = content(kShop);
    CHECK(check_text("x.json", text, {.strict_lint = true}).exit == kWarned);
    CHECK(to_json(check_text("x.json", text, {.strict_lint = true})).find("ok")->boolean());
    const std::string noted = content(CANDOR_SOURCE_DIR "/demo/surveys/multilingual.json");
    const Report report = check_text("x.json", noted, {.strict_lint = true});
    CHECK(report.exit == kGood);
    CHECK(report.count(survey::Severity::note) == 2);
    CHECK(check_text("x.json", "{}", {.strict_lint = true}).exit == kRefused);

    CHECK(worse(kGood, kWarned) == kWarned);
    CHECK(worse(kRefused, kWarned) == kRefused);
    CHECK(worse(kWarned, kUnreadable) == kUnreadable);
    CHECK(worse(kRefused, kUnreadable) == kUnreadable);
    CHECK(worse(kGood, kGood) == kGood);
}

TEST_CASE("cli: a fault is placed where it stands") {
    std::string text = content(kShop);
    const std::size_t at = text.find("\"answered\": 90}");
    text.replace(at, 15, "\"answered\": \"soon\"}");
    const auto [line, column] = json::line_and_column(text, text.find("\"soon\""));
    const Report report = check_text("x.json", text);
    CHECK(report.exit == kRefused);
    CHECK(to_line(report) == "x.json:" + std::to_string(line) + ":" + std::to_string(column) +
                                 ": surveys[1].wait.answered: must be a number from 0 to 3650, is \"soon\"");
    CHECK(to_json(report).find("line")->integer() == static_cast<std::int64_t>(line));
    CHECK(to_json(report).find("path")->text() == "surveys[1].wait.answered");
}

TEST_CASE("cli: what is not JSON is placed, too") {
    const Report report = check_text("x.json", "{\n  \"candor\": 1,,\n}");
    CHECK(report.exit == kRefused);
    CHECK(report.line == 2);
    CHECK(report.column == 15);
    CHECK(report.reason.find("line") == std::string::npos);
    CHECK(check_text("x.json", "").exit == kRefused);
    CHECK(check_text("x.json", std::string(5'000'000, ' ')).line == 0);
}

TEST_CASE("cli: a terminal is sent no control characters") {
    const Report report = check_text(
        "a\nb.json",
        R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [], "\u001b[31m\u0007": 1})");
    CHECK(report.exit == kRefused);
    const std::string line = to_line(report);
    for (const char c : line) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    CHECK(line.find("one is \"") != std::string::npos);  // quotes stay quotes
}

TEST_CASE("cli: paths lead to values") {
    const std::string text = R"({"a": [1, {"b.c": {"d": 2}, "b": 3}], "e[0]": 4, "": 5})";
    const json::Value root = *json::parse(text);
    const auto rest = [&](std::string_view path) { return text.substr(locate(root, path)); };
    CHECK(rest("a[0]").starts_with("1,"));
    CHECK(rest("a[1].b").starts_with("3}"));
    CHECK(rest("a[1].b.c.d").starts_with("2}"));
    CHECK(rest("a[1].b.c.missing").starts_with("{\"d\""));
    CHECK(rest("a[1].b.x").starts_with("3}"));
    CHECK(rest("a[9]").starts_with("[1"));
    CHECK(rest("a[x]").starts_with("[1"));
    CHECK(rest("e[0]").starts_with("4"));
    CHECK(rest("missing").starts_with("{\"a\""));
    CHECK(rest("").starts_with("{\"a\""));
}

TEST_CASE("cli: files that cannot be read") {
    const Directory directory;
    CHECK(check_file((directory.path / "none.json").string()).exit == kUnreadable);
    CHECK(check_file(directory.path.string()).exit == kUnreadable);
    CHECK(to_line(check_file(directory.path.string())) == directory.path.string() + ": is a directory");
}

TEST_CASE("cli: build writes the published document and its gate") {
    const Directory directory;
    const fs::path out = directory.path / "deep" / "er";
    const Built built = build(kShop, out);
    REQUIRE(built.report.exit == kGood);
    CHECK(built.document == out / "shop.json");
    CHECK(built.gate == out / "shop.gate.json");

    const std::string document = content(built.document);
    CHECK(document == *survey::publish(content(kShop)));
    const json::Value gate = *json::parse(content(built.gate));
    CHECK(gate.find("candor")->integer() == 1);
    CHECK(gate.find("project")->text() == "shop");
    CHECK(gate.find("revision")->integer() == 1);
    CHECK(gate.find("document")->text() == "shop.json");
    CHECK(gate.find("hash")->text() == sha256_hex(document, 16));
    CHECK(
        json::dump(*gate.find("triggers")) ==
        R"([{"id":"relationship.2026-q4#0","session":3},{"id":"post-purchase.1#0","event":"purchase_completed","count":1}])");
    CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 2);
    CHECK(build(kShop, out).report.exit == kGood);  // again, over the old
}

TEST_CASE("cli: build never writes over its source, and writes nothing of a refused document") {
    const Directory directory;
    const std::string source = (directory.path / "shop.json").string();
    const std::string text = content(kShop);
    REQUIRE(write_file(source, text));
    const Built built = build(source, directory.path / ".");
    CHECK(built.report.exit == kUnreadable);
    CHECK(content(source) == text);

    REQUIRE(write_file(source, "{}"));
    CHECK(build(source, directory.path / "out").report.exit == kRefused);
    CHECK_FALSE(fs::exists(directory.path / "out"));
}

TEST_CASE("cli: build says when it cannot write") {
    const Directory directory;
    const fs::path file = directory.path / "file";
    REQUIRE(write_file(file, "x"));
    CHECK(build(kShop, file).report.exit == kUnreadable);
    fs::create_directories(directory.path / "out" / "shop.json");
    const Built built = build(kShop, directory.path / "out");
    CHECK(built.report.exit == kUnreadable);
    CHECK_FALSE(built.report.reason.empty());
    CHECK_FALSE(fs::exists(directory.path / "out" / "shop.json.new"));
    CHECK_FALSE(fs::exists(directory.path / "out" / "shop.gate.json"));
}

TEST_CASE("cli: a survey's own salt and percent") {
    const auto shop = sampling_of(kShop, "relationship", "");
    REQUIRE(shop);
    CHECK(shop->salt == "relationship.2026-q4");
    CHECK(shop->threshold == 100'000);
    CHECK(sampling_of(kShop, "relationship", "2026-q4")->salt == shop->salt);
    CHECK(describe(sampling_of(kShop, "relationship", "2027-q1").error())
              .ends_with("has no survey relationship of wave 2027-q1"));
    CHECK(describe(sampling_of(kShop, "none", "").error()).ends_with("has no survey none"));
    CHECK_FALSE(sampling_of("/nowhere.json", "relationship", ""));
    Directory directory;
    REQUIRE(write_file(directory.path / "bad.json", "{"));
    CHECK_FALSE(sampling_of((directory.path / "bad.json").string(), "relationship", ""));
}

TEST_CASE("cli: SQL says the salt as a text, whatever is in it") {
    for (const std::string_view dialect : kDialects) {
        const auto sql = bucket_sql(dialect, "s", "sample", "person_id");
        REQUIRE(sql);
        CHECK(sql->find("'s:sample.'") != std::string::npos);
        CHECK(sql->find("person_id") != std::string::npos);
        CHECK(sql->find('$') == std::string::npos);
        CHECK(sql->find("100000") != std::string::npos);
    }
    CHECK(bucket_sql("postgres", "a'b\\", "control", "u")->find(R"('a''b\:control.')") != std::string::npos);
    CHECK(bucket_sql("bigquery", "a'b\\", "control", "u")->find(R"('a\'b\\:control.')") != std::string::npos);
    CHECK_FALSE(bucket_sql("", "s", "sample", "u"));
    CHECK_FALSE(bucket_sql("oracle", "s", "sample", "u"));
}
