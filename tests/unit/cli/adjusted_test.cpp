// What is told of colours that the card moves.
#include "cli/adjusted.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/check.hpp"

using namespace candor;
using namespace candor::cli;

namespace {

std::string with_theme(const std::string& theme) {
    return R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "locale": "en", "theme": )" + theme +
           R"(, "surveys": [{"id": "s", "kind": "transactional", "triggers": [{"event": "go"}], "questions": [)"
           R"({"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";
}

std::vector<survey::Finding> adjusted(const std::string& theme) {
    const Report report = check_text("x.json", with_theme(theme));
    REQUIRE(report.exit == kGood);
    std::vector<survey::Finding> found;
    for (const auto& placed : report.findings) {
        if (placed.finding.code == "theme_adjusted") found.push_back(placed.finding);
    }
    return found;
}

std::vector<std::string> paths(const std::string& theme) {
    std::vector<std::string> out;
    for (const survey::Finding& finding : adjusted(theme)) {
        CHECK(finding.severity == survey::Severity::note);
        out.emplace_back(finding.path);
    }
    return out;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("adjusted: what stands out is drawn as it is given, and nothing is told") {
    CHECK(paths("{}").empty());
    CHECK(paths(R"({"light": {"accent": "#2563eb", "background": "#ffffff", "text": "#1a1a22"}})").empty());
    CHECK(paths(R"({"dark": {"accent": "#8b8cf9", "background": "#1b1b21", "text": "#f3f3f6"}})").empty());
    CHECK(paths(R"({"light": {"background": "#ffff00"}})").empty());
}

TEST_CASE("adjusted: each colour that is moved is told where it stands") {
    CHECK(paths(R"({"light": {"accent": "#ffff00"}})") == Paths{"theme.light.accent"});
    CHECK(paths(R"({"light": {"text": "#cccccc"}})") == Paths{"theme.light.text"});
    CHECK(paths(R"({"dark": {"accent": "#111111", "text": "#222222"}})") ==
          Paths{"theme.dark.accent", "theme.dark.text"});
    CHECK(paths(R"({"light": {"accent": "#ffff00"}, "dark": {"accent": "#ffff00"}})") == Paths{"theme.light.accent"});
    CHECK(paths(R"({"light": {"background": "#4f46e5", "accent": "#4f46e5"}})") == Paths{"theme.light.accent"});
}

TEST_CASE("adjusted: the reason has both colours and what they come to") {
    const auto found = adjusted(R"({"light": {"accent": "#ffff00"}})");
    REQUIRE(found.size() == 1);
    const std::string reason(found[0].reason);
    INFO(reason);
    CHECK(reason.starts_with(
        "on #ffffff #ffff00 has a contrast of 1.07, too little for shapes, which need 3: it is drawn as #"));
    const std::size_t bracket = reason.rfind('(');
    REQUIRE(bracket != std::string::npos);
    CHECK(std::strtod(reason.c_str() + bracket + 1, nullptr) >= 3);
    CHECK(std::strtod(reason.c_str() + bracket + 1, nullptr) < 3.3);
}
