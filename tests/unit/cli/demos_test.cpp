// Each ready survey asks somebody, and spares who is next to that: a document that reads well may still ask nobody.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "cli/explain.hpp"
#include "cli/files.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

struct Asked {
    const char* survey;
    ExplainOptions what;
    const char* spared;  // an attribute, property or context value with which somebody else is not asked
    const char* by;      // the rule that says so
};

// Those of a moment after: what is asked later, or once the session has gone on a while.
const std::set<std::string> kLater = {"delay", "session_time"};

// The lot and the turn are each person's own; some of so many are in.
constexpr int kPeople = 60;

std::string history_of(int person, const ExplainOptions& options) {
    const bool is_new = options.at.empty();
    const std::string instants =
        is_new
            ? R"("first_seen": 1790500000000, "last_call": 1790600000000, "session_began": 1790600000000, "sessions": 4, "active_days": 2)"
            : R"("first_seen": 1750000000000, "last_call": 1790600000000, "session_began": 1790600000000, "sessions": 11, "active_days": 30)";
    // That orders were made is remembered, and that an earlier version was used.
    return R"({"id": "p)" + std::to_string(person) + R"(", "anonymous": false, )" + instants +
           R"(, "active_day": 20000, "counters": [{"clause": "event:order_completed", "count": 5}])" +
           (is_new ? "" : R"(, "app_version": "3.9", "updates": 1)") + "}";
}

// The rules that block the survey.
std::set<std::string> blocking(const Asked& asked, const std::string& file, const std::string& spared) {
    ExplainOptions options = asked.what;
    options.file = CANDOR_SOURCE_DIR "/demo/surveys/" + asked.what.file;
    options.history = file;
    options.survey = asked.survey;
    if (options.at.empty()) options.at = "2026-10-01T10:00:00Z";
    if (spared.starts_with("property ")) options.properties.insert(options.properties.begin(), spared.substr(9));
    if (spared.starts_with("attribute ")) options.attributes.insert(options.attributes.begin(), spared.substr(10));
    if (spared.starts_with("context ")) options.context.push_back(spared.substr(8));
    if (spared.starts_with("at ")) options.at = spared.substr(3);
    const Explained explained = explain(options, 0);
    INFO(to_line(explained.report));
    REQUIRE(explained.report.exit == kGood);
    const json::Value root = *json::parse(explained.json);
    REQUIRE(root.find("surveys")->array().size() == 1);
    std::set<std::string> out;
    for (const json::Value& rule : root.find("surveys")->array()[0].find("rules")->array()) {
        if (rule.find("verdict")->text() == "block") out.emplace(rule.find("rule")->text());
    }
    for (const std::string& later : kLater) out.erase(later);
    return out;
}

const std::vector<Asked> kAsked = {
    {"post-purchase",
     {.file = "post-purchase.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"order_completed"},
      .properties = {"total=20", "items=2", "payment=card", "channel=web"}},
     "",
     ""},
    {"quarterly",
     {.file = "quarterly.json", .at = "2026-12-15T10:00:00Z", .calls = true, .context = {"country=DE"}},
     "attribute email_domain=harbour.example",
     "population"},
    {"quarterly",
     {.file = "quarterly.json", .at = "2026-12-15T10:00:00Z", .calls = true, .context = {"country=DE"}},
     "at 2026-12-15T22:00:00Z",
     "quiet_hours"},
    {"quarterly",
     {.file = "quarterly.json", .at = "2026-12-15T10:00:00Z", .calls = true, .context = {"country=DE"}},
     "at 2026-12-19T10:00:00Z",
     "weekday"},
    {"case-closed",
     {.file = "support.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"case_closed"},
      .properties = {"handled_by=person:7", "reopened=false", "minutes=30", "subject=Lid"}},
     "",
     ""},
    {"self-service",
     {.file = "support.json", .at = "2026-11-20T10:00:00Z", .screens = {"help/grinder/solved"}},
     "",
     ""},
    {"self-service",
     {.file = "support.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"help_searched", "help_searched", "help_searched"}},
     "",
     ""},
    {"self-service",
     {.file = "support.json", .at = "2026-11-20T10:00:00Z", .events = {"contact_viewed", "help_searched"}},
     "",
     ""},
    {"setup",
     {.file = "onboarding.json", .events = {"setup_completed"}, .context = {"app_version=1.0"}},
     "at 2026-11-20T10:00:00Z",
     "population"},
    {"setup", {.file = "onboarding.json", .screens = {"setup/done/en"}, .context = {"app_version=1.0"}}, "", ""},
    {"guide",
     {.file = "onboarding.json", .events = {"$scroll:90"}, .context = {"platform=web"}},
     "context platform=ios",
     "population"},
    {"guide",
     {.file = "onboarding.json", .events = {"$click:[data-guide='finish']"}, .context = {"platform=web"}},
     "",
     ""},
    {"first-weeks", {.file = "onboarding.json", .calls = true}, "", ""},
    {"renewal",
     {.file = "renewal.json",
      .at = "2026-11-20T10:00:00Z",
      .screens = {"club/subscription"},
      .attributes = {"renews_at=2027-02-01", "plan=club", "bags_a_month=2"}},
     "attribute cancelled_at=2026-11-15",
     "targeting"},
    {"renewal",
     {.file = "renewal.json",
      .at = "2026-11-20T10:00:00Z",
      .calls = true,
      .attributes = {"renews_at=1801440000000", "plan=club", "bags_a_month=2"}},
     "at 2027-01-01T07:00:00Z",
     "ended"},
    {"brew-plans",
     {.file = "release.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"plan_exported", "plan_exported", "plan_exported"},
      .context = {"app_version=4.1", "platform=ios", "os_version=17.0", "locale=en-GB"}},
     "context app_version=4.0.1",
     "population"},
    {"brew-plans",
     {.file = "release.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"plan_exported", "plan_exported", "plan_exported"},
      .context = {"app_version=4.1", "platform=android", "os_version=12", "locale=en"}},
     "context os_version=14",
     "targeting"},
    {"churn",
     {.file = "churn.json",
      .at = "2026-11-20T10:00:00Z",
      .screens = {"account/cancel", "account/cancel"},
      .attributes = {"churn_risk=0.8"}},
     "",
     ""},
    {"churn",
     {.file = "churn.json", .at = "2026-11-20T10:00:00Z", .calls = true, .attributes = {"churn_risk=0.8"}},
     "at 2026-11-20T12:00:00Z",
     "quiet_hours"},
    {"churn",
     {.file = "churn.json",
      .at = "2026-11-20T10:00:00Z",
      .events = {"$exit_intent"},
      .attributes = {"days_since_order=61"}},
     "attribute paused=true",
     "targeting"},
    {"world",
     {.file = "multilingual.json", .at = "2027-03-01T10:00:00Z", .calls = true},
     "at 2027-03-07T10:00:00Z",
     "weekday"},
};

}  // namespace

TEST_CASE("demos: each ready survey asks somebody, and not who is next to that") {
    const Directory folder;
    for (const Asked& asked : kAsked) {
        INFO(asked.what.file << ": " << asked.survey << ", " << asked.spared);
        int people = 0;
        int spared = 0;
        std::string last;
        for (int person = 0; person < kPeople; ++person) {
            const std::string file = folder.file("history.json", history_of(person, asked.what));
            const std::set<std::string> blocked = blocking(asked, file, "");
            for (const std::string& rule : blocked) last += rule + " ";
            if (!blocked.empty()) continue;
            ++people;
            if (asked.by[0] != '\0' && blocking(asked, file, asked.spared).count(asked.by) == 1) ++spared;
        }
        INFO(last);
        CHECK(people > 0);
        // The control share is asked all the same.
        if (asked.by[0] != '\0') CHECK(spared > 0);
    }
}

TEST_CASE("demos: none is left out") {
    std::set<std::string> files;
    for (const Asked& asked : kAsked) files.insert(asked.what.file);
    for (const auto& entry : fs::directory_iterator(CANDOR_SOURCE_DIR "/demo/surveys")) {
        const std::string file = entry.path().filename().string();
        INFO(file);
        CHECK((files.count(file) == 1 || file == "shop.json" || file == "questions.json"));
    }
}
