#include "cli/explain.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "cli/files.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;  // 2026-09-21T14:13:20Z

const char* const kDocument = R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [
    {"id": "s", "kind": "transactional", "triggers": [{"event": "go", "where": {"property": "total", "gte": 100}}],
     "targeting": {"all": [{"attribute": "plan", "eq": "pro"}, {"context": "app_version", "semver_gte": "2.0"}]},
     "pacing": {"quiet_hours": {"from": "22:00", "to": "08:00"}}, "wait": {"answered": 90},
     "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";

std::string table(const ExplainOptions& options) {
    const Explained explained = explain(options, kNow);
    INFO(to_line(explained.report));
    REQUIRE(explained.report.exit == kGood);
    return to_table(*json::parse(explained.json));
}

bool says(const std::string& text, const char* part) {
    INFO(text << " does not say: " << part);
    const bool found = text.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

}  // namespace

TEST_CASE("explain: somebody new to whom nothing happens") {
    const Directory folder;
    const std::string text = table({.file = folder.file("d.json", kDocument)});
    says(text, "at 2026-09-21T14:13:20.000Z: nobody is asked");
    says(text, "s: not asked: ");
    says(text, "blocks trigger");
    says(text, "attribute \"plan\" is not known; eq \"pro\"");
    says(text, "ok     enabled");
}

TEST_CASE("explain: whom it asks, and what holds each of them back") {
    const Directory folder;
    ExplainOptions options{.file = folder.file("d.json", kDocument),
                           .at = "2026-09-21T20:00:00Z",
                           .events = {"go"},
                           .properties = {"total=120"},
                           .attributes = {"plan=pro"},
                           .context = {"app_version=2.1"}};
    says(table(options), "s is asked");
    options.properties = {"total=99"};
    says(table(options), "blocks trigger");
    options.properties = {"total=120"};
    options.context = {"app_version=1.9"};
    says(table(options), "app_version is \"1.9\"; semver_gte \"2.0\"");
    options.context = {"app_version=2"};
    options.offset = 120;
    says(table(options), "it is 22:00 here: quiet hours, until 2026-09-22T06:00:00.000Z");
    options.offset = 0;
    options.history = folder.file("h.json", R"({"id": "ann", "anonymous": false, "sessions": 4,
        "surveys": [{"survey": "s", "wave": "1", "answered": 1789000000000}]})");
    says(table(options), "answered 11 days ago; may be asked again 90 days after an answer");
    options.busy = options.hidden = true;
    says(table(options), "blocks hidden");
    options.survey = "other";
    CHECK(table(options).find("blocks") == std::string::npos);
}

TEST_CASE("explain: what cannot be used is named") {
    const Directory folder;
    const std::string good = folder.file("d.json", kDocument);
    const auto fault = [](const ExplainOptions& options) { return to_line(explain(options, kNow).report); };
    says(fault({.file = (folder.path / "none.json").string()}), "none.json");
    says(fault({.file = folder.file("bad.json", "{\"candor\": 1}")}), "project: is missing");
    CHECK(explain({.file = folder.file("bad.json", "{")}, kNow).report.exit == kRefused);
    says(fault({.file = good, .at = "yesterday"}), "--at");
    says(fault({.file = good, .history = (folder.path / "none").string()}), "none");
    says(fault({.file = good, .history = folder.file("h.json", R"({"sessions": "four"})")}), "sessions");
    says(fault({.file = good, .attributes = {"plan"}}), "NAME=VALUE");
    says(fault({.file = good, .properties = {"=1"}}), "NAME=VALUE");
    says(fault({.file = good, .context = {"mood=good"}}), "--context");
    CHECK(explain({.file = good, .context = {"mood=good"}}, kNow).report.exit == kUnreadable);
}
