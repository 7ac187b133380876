// The rules of a survey: what is read, and what is refused, with its path. Each is one member put into a survey.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "survey/document.hpp"

using namespace candor;
using namespace candor::survey;

namespace {

std::string document(std::string_view members, std::string_view of_document = "",
                     std::string_view triggers = R"([{"event": "go"}])", std::string_view kind = "relationship") {
    return std::string(R"({"candor": 1, "project": "shop", "revision": 1, "product": "Shop")") +
           (of_document.empty() ? "" : ", ") + std::string(of_document) + R"(, "surveys": [{"id": "s", "kind": ")" +
           std::string(kind) + R"(", "triggers": )" + std::string(triggers) + (members.empty() ? "" : ", ") +
           std::string(members) +
           R"(, "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";
}

Survey read(std::string_view members, std::string_view triggers = R"([{"event": "go"}])") {
    const auto document = read_document(::document(members, "", triggers), json::Reading::strict);
    if (!document) FAIL(describe(document.error()));
    return document->surveys.front();
}

Trigger trigger(const std::string& json) { return read("", "[" + json + "]").triggers.front(); }

struct Refused {
    std::string_view json;
    std::string path;
    std::string reason;  // its beginning
};

void check_refused(const std::string& text, const std::string& path, const std::string& reason) {
    const auto strict = read_document(text, json::Reading::strict);
    if (strict) FAIL("was not refused: " << text);
    CHECK(strict.error().path == path);
    CHECK(strict.error().reason.substr(0, reason.size()) == reason);
    // In the field the survey alone is unsupported, and says the same.
    const auto field = read_document(text, json::Reading::field);
    REQUIRE(field);
    REQUIRE(field->surveys.front().unsupported);
    CHECK(field->surveys.front().unsupported->path == path);
}

}  // namespace

TEST_CASE("conditions are read with their operands") {
    const Survey s = read(R"("population": {"all": [{"attribute": "plan", "in": ["pro", 2, true]},
        {"not": {"context": "first_seen", "within_days": 1.5}}, {"event": "bought", "gte": 3},
        {"any": [{"context": "app_version", "semver_gte": "2.0"}]}]},
        "targeting": {"attribute": "since", "after": "2026-01-01"})");
    REQUIRE(s.population.of.size() == 4);
    CHECK(s.population.of[0].test == Test::in);
    CHECK(s.population.of[0].operand.array().size() == 3);
    CHECK(s.population.of[1].of[0].source == Source::context);
    CHECK(s.population.of[1].of[0].context == ContextValue::first_seen);
    CHECK(s.population.of[1].of[0].operand.integer() == 36 * kHour);
    CHECK(s.population.of[2].source == Source::event);
    CHECK(s.population.of[3].of[0].operand.text() == "2.0");
    CHECK(s.targeting.operand.integer() == *parse_rfc3339("2026-01-01"));
    CHECK(s.targeting.given());
    CHECK_FALSE(read("").targeting.given());
}

TEST_CASE("triggers are read with what they count") {
    CHECK(trigger(R"({"event": "go"})").clause == "event:go");
    CHECK(trigger(R"({"event": "go", "count": 3, "every": 5})").every == 5);
    CHECK(trigger(R"({"event": "go", "once": true})").every == 0);
    CHECK(trigger(R"({"event": "go", "within": "session"})").clause == "event:go@session");
    CHECK(trigger(R"({"event": "go", "within": "version"})").within == Within::version);
    const Trigger window = trigger(R"({"event": "go", "count": 3, "within": 60})");
    CHECK(window.clause == "event:go~3");
    CHECK(window.window == kMinute);
    CHECK(window.remembered() == 3);
    const Trigger together = trigger(R"({"event": "go", "with": ["a"], "within": 60})");
    CHECK(together.clause == "event:go~1");
    CHECK(together.companions == List<Companion>{{"a", "event:a~1"}});
    CHECK(trigger(R"({"screen": "/a*", "match": "glob"})").clause == "screen*/a*");
    CHECK(trigger(R"({"screen": "/a", "match": "prefix"})").match == Match::prefix);
    CHECK(trigger(R"({"session": 2, "every": 2})").every == 2);
    const std::string where = trigger(R"({"event": "go", "where": {"property": "n", "gt": 1}})").clause;
    CHECK(where.starts_with("event:go?"));
    CHECK(where != std::string(trigger(R"({"event": "go", "where": {"property": "n", "gt": 2}})").clause));
}

TEST_CASE("a sensor is an event of a name that says all of it") {
    const std::vector<std::vector<std::string>> sensors = {{R"({"click": "#buy .now"})", "$click:#buy .now", "$click"},
                                                           {R"({"exit_intent": true})", "$exit_intent", "$exit_intent"},
                                                           {R"({"scroll": 50})", "$scroll:50", "$scroll"},
                                                           {R"({"dwell": 30})", "$dwell:30", "$dwell"}};
    for (const auto& sensor : sensors) {
        const Trigger t = trigger(sensor[0]);
        CHECK(t.kind == TriggerKind::event);
        CHECK(t.name == sensor[1]);
        CHECK(t.touchpoint == sensor[2]);
        CHECK(t.clause == "event:" + sensor[1]);
    }
    CHECK(trigger(R"({"scroll": 50, "count": 2})").at_least == 2);
}

TEST_CASE("waves that repeat have no name, and draw their sample by number") {
    const Survey s = read(R"("starts": "2026-01-01", "every": {"days": 90})", R"([{"turn": true}])");
    CHECK(s.every == 90 * kDay);
    CHECK(s.wave.empty());
    CHECK(s.sample.salt.empty());
    CHECK(s.key() == "s");
    CHECK(s.triggers.front().kind == TriggerKind::session);
    CHECK(s.triggers.front().touchpoint == "$turn");
    CHECK(s.expires == 1800 * kSecond);
    CHECK(read(R"("starts": "2026-01-01", "every": {"days": 90}, "sample": {"salt": "panel"})").sample.salt == "panel");
}

TEST_CASE("pacing and budget are read") {
    const auto text =
        document(R"("pacing": {"first_seen_days": 7, "sessions": 3, "active_days": 2,
        "session_seconds": 60, "idle_seconds": 5, "prompts": 3, "until_answered": true,
        "quiet_hours": {"from": "22:00", "to": "07:30"}, "weekdays": ["mon", "sun"]}, "wait": {"snoozed": 1},
        "control": {"percent": 2.5}, "cancel": ["refund"])",
                 R"("budget": {"prompts": 2, "days": 30, "gap_days": 7, "transactional": {"gap_days": 1}})");
    const auto read = read_document(text, json::Reading::strict);
    REQUIRE(read);
    const Survey& s = read->surveys.front();
    CHECK(s.pacing == Pacing{7 * kDay, 3, 2, kMinute, 5 * kSecond, 3, true, Hours{22 * kHour, 7 * kHour + 30 * kMinute},
                             0b1000001});
    CHECK(s.waits.snoozed == kDay);
    CHECK(s.control.threshold == 2500);
    CHECK(s.expires == 1800 * kSecond);  // the control share is asked at the start of a session
    CHECK(s.cancel == List<String>{"refund"});
    CHECK(read->budget.all == Cap{2, 30 * kDay, 7 * kDay});
    CHECK(read->budget.transactional.gap == kDay);
    CHECK(read->budget.relationship == Cap{});
}

TEST_CASE("refused: conditions") {
    const std::vector<Refused> refused = {
        {R"([])", "", "must be an object"},
        {R"({})", "", "has no test"},
        {R"({"attribute": "a"})", "", "has no test"},
        {R"({"eq": 1})", "", "must have one of \"attribute\""},
        {R"({"attribute": "a", "equals": 1})", ".equals", "unknown key"},
        {R"({"attribute": "a", "eq": 1, "note": 1})", ".note", "unknown key"},
        {R"({"attribute": "a", "eq": 1, "ne": 2})", "", "has both eq and ne"},
        {R"({"attribute": "a", "context": "country", "eq": "x"})", "", "has both attribute and context"},
        {R"({"attribute": "", "eq": 1})", ".attribute", "must not be empty"},
        {R"({"attribute": 7, "eq": 1})", ".attribute", "must be a text"},
        {R"({"attribute": "a", "eq": null})", ".eq", "must be a text, a number"},
        {R"({"attribute": "a", "eq": [1]})", ".eq", "must be a text, a number"},
        {R"({"attribute": "a", "lt": "1"})", ".lt", "must be a number"},
        {R"({"attribute": "a", "in": []})", ".in", "must not be empty"},
        {R"({"attribute": "a", "in": "x"})", ".in", "must be an array"},
        {R"({"attribute": "a", "in": [[1]]})", ".in", "must be a text, a number"},
        {R"({"attribute": "a", "contains": 1})", ".contains", "must be text"},
        {R"({"attribute": "a", "exists": "yes"})", ".exists", "must be true or false"},
        {R"({"attribute": "a", "semver_gt": "new"})", ".semver_gt", "must be a version"},
        {R"({"attribute": "a", "semver_gt": 2})", ".semver_gt", "must be a version"},
        {R"({"attribute": "a", "before": "soon"})", ".before", "must be a day"},
        {R"({"attribute": "a", "within_days": -1})", ".within_days", "must be a number from 0"},
        {R"({"attribute": "a", "within_days": "7"})", ".within_days", "must be a number"},
        {R"({"context": "mood", "eq": 1})", ".context", "must be one of \"person\""},
        {R"({"context": "sessions", "eq": "3"})", ".eq", "must be a number"},
        {R"({"context": "sessions", "contains": "3"})", ".contains", "is no test for this value"},
        {R"({"context": "country", "gt": 3})", ".gt", "is no test for this value"},
        {R"({"context": "first_seen", "eq": "2026-01-01"})", ".eq", "is no test for this value"},
        {R"({"context": "is_update", "eq": "yes"})", ".eq", "must be true or false"},
        {R"({"event": "x", "contains": "a"})", ".contains", "is no test for this value"},
        {R"({"property": "x", "eq": 1})", ".property", "is known in a trigger's \"where\" alone"},
        {R"({"all": []})", ".all", "must not be empty"},
        {R"({"all": {"attribute": "a", "eq": 1}})", ".all", "must be an array"},
        {R"({"any": [{"attribute": "a", "eq": 1}, {}]})", ".any[1]", "has no test"},
        {R"({"not": [{"attribute": "a", "eq": 1}]})", ".not", "must be an object"},
        {R"({"not": {"all": [{"attribute": "a"}]}})", ".not.all[0]", "has no test"},
        {R"({"all": [{"attribute": "a", "eq": 1}], "attribute": "b"})", ".attribute", "unknown key"},
    };
    for (const char* member : {"population", "targeting"}) {
        for (const Refused& r : refused) {
            INFO(r.json);
            check_refused(document("\"" + std::string(member) + "\": " + std::string(r.json)),
                          "surveys[0]." + std::string(member) + r.path, r.reason);
        }
    }
}

TEST_CASE("refused: triggers") {
    const std::vector<Refused> refused = {
        {R"({"event": "$click"})", ".event", "names that begin with $"},
        {R"({"event": "a", "screen": "b"})", "", "must have one of"},
        {R"({"event": "a", "match": "glob"})", ".match", "unknown key"},
        {R"({"screen": "a", "match": "regex"})", ".match", "must be one of"},
        {R"({"event": "a", "count": 0})", ".count", "must be a whole number from 1"},
        {R"({"event": "a", "every": 0})", ".every", "must be a whole number from 1"},
        {R"({"event": "a", "every": 2, "once": true})", ".once", "and \"every\" exclude"},
        {R"({"event": "a", "once": 1})", ".once", "must be true or false"},
        {R"({"event": "a", "within": "day"})", ".within", "must be \"session\""},
        {R"({"event": "a", "within": 0})", ".within", "must be a whole number from 1"},
        {R"({"event": "a", "within": true})", ".within", "must be a whole number"},
        {R"({"event": "a", "count": 51, "within": 60})", ".count", "within seconds is at most 50"},
        {R"({"event": "a", "every": 2, "within": 60})", ".every", "and \"once\" are of counts that last"},
        {R"({"event": "a", "with": ["b"]})", ".with", "needs an \"event\""},
        {R"({"screen": "a", "with": ["b"], "within": 60})", ".with", "needs an \"event\""},
        {R"({"event": "a", "with": ["b"], "within": 60, "count": 2})", ".with", "cannot be counted"},
        {R"({"event": "a", "with": [7], "within": 60})", ".with", "must be names"},
        {R"({"event": "a", "with": ["$click:x"], "within": 60})", ".with", "must be names"},
        {R"({"event": "a", "where": {"attribute": "x", "eq": 1}})", ".where.attribute", "is not known of an event"},
        {R"({"event": "a", "where": {"property": "x"}})", ".where", "has no test"},
        {R"({"screen": "a", "where": {"property": "x", "eq": 1}})", ".where", "is for events"},
        {R"({"session": 0})", ".session", "must be a whole number from 1"},
        {R"({"session": 1, "where": {"property": "x", "eq": 1}})", ".where", "unknown key"},
        {R"({"turn": true})", ".turn", "is of waves"},
        {R"({"turn": false})", ".turn", "must be true"},
        {R"({"exit_intent": "yes"})", ".exit_intent", "must be true"},
        {R"({"click": ""})", ".click", "must not be empty"},
        {R"({"scroll": 101})", ".scroll", "must be a whole number from 1 to 100"},
        {R"({"dwell": 0})", ".dwell", "must be a whole number from 1"},
    };
    for (const Refused& r : refused) {
        INFO(r.json);
        check_refused(document("", "", "[" + std::string(r.json) + "]"), "surveys[0].triggers[0]" + r.path, r.reason);
    }
}

TEST_CASE("refused: waves, pacing, control") {
    const std::vector<Refused> refused = {
        {R"("every": {"days": 90})", "starts", "is missing"},
        {R"("every": {"days": 90}, "starts": "2026-01-01", "wave": "x")", "every", "and \"wave\" exclude"},
        {R"("every": {"days": 0}, "starts": "2026-01-01")", "every.days", "must be a whole number from 1"},
        {R"("every": {"weeks": 9}, "starts": "2026-01-01")", "every.days", "is missing"},
        {R"("every": 90)", "every", "must be an object"},
        {R"("pacing": {"sesions": 3})", "pacing.sesions", "unknown key"},
        {R"("pacing": {"sessions": -1})", "pacing.sessions", "must be a whole number from 0"},
        {R"("pacing": {"prompts": 0})", "pacing.prompts", "must be a whole number from 1"},
        {R"("pacing": {"quiet_hours": {"from": "22:00"}})", "pacing.quiet_hours.to", "is missing"},
        {R"("pacing": {"quiet_hours": {"from": "24:00", "to": "08:00"}})", "pacing.quiet_hours.from", "must be a time"},
        {R"("pacing": {"quiet_hours": {"from": "9:00", "to": "08:00"}})", "pacing.quiet_hours.from", "must be a time"},
        {R"("pacing": {"quiet_hours": {"from": "22:60", "to": "08:00"}})", "pacing.quiet_hours.from", "must be a time"},
        {R"("pacing": {"quiet_hours": {"from": "08:00", "to": "08:00"}})", "pacing.quiet_hours.to", "is the same"},
        {R"("pacing": {"weekdays": []})", "pacing.weekdays", "must not be empty"},
        {R"("pacing": {"weekdays": ["monday"]})", "pacing.weekdays", "must be of"},
        {R"("pacing": {"weekdays": [1]})", "pacing.weekdays", "must be of"},
        {R"("wait": {"snoozed": "1"})", "wait.snoozed", "must be a number"},
        {R"("control": {"percent": 101})", "control.percent", "must be a number from 0 to 100"},
        {R"("control": {"percent": 1.2345})", "control.percent", "must have at most three decimals"},
        {R"("cancel": "refund")", "cancel", "must be an array"},
        {R"("cancel": [""])", "cancel", "must be names"},
        {R"("cancel": ["a", "a"])", "cancel", "must be names, each once"},
        {R"("include": {"attributes": ["a", "a"]})", "include.attributes", "must be names, each once"},
        {R"("include": {"properties": ["$a"]})", "include.properties", "must be names"},
        {R"("include": {"everything": true})", "include.everything", "unknown"},
        {R"("rules": [])", "rules", "unknown rule"},
        {R"("quiet_hours": {})", "quiet_hours", "unknown rule"},
    };
    for (const Refused& r : refused) {
        INFO(r.json);
        check_refused(document(r.json), "surveys[0]." + r.path, r.reason);
    }
    check_refused(document(R"("control": {"percent": 5})", "", R"([{"event": "go"}])", "transactional"),
                  "surveys[0].control", "is for relationship surveys");
    const std::vector<Refused> budgets = {
        {R"({"prompts": 2})", "budget.days", "is missing"},
        {R"({"days": 2})", "budget.prompts", "is missing"},
        {R"({"prompts": 51, "days": 2})", "budget.prompts", "must be a whole number from 1 to 50"},
        {R"({"relationship": {"prompts": 2}})", "budget.relationship.days", "is missing"},
        {R"({"gap_days": "7"})", "budget.gap_days", "must be a number"},
        {R"({"per_moon": 1})", "budget.per_moon", "unknown key"},
    };
    for (const Refused& r : budgets) {
        INFO(r.json);
        check_refused(document("", "\"budget\": " + std::string(r.json)), r.path, r.reason);
    }
}

TEST_CASE("versions are ordered as semver says") {
    // Each before the next.
    const char* const ordered[] = {"0",
                                   "0.0.1",
                                   "0.9",
                                   "1.0.0-1",
                                   "1.0.0-2",
                                   "1.0.0-10",
                                   "1.0.0-alpha",
                                   "1.0.0-alpha.1",
                                   "1.0.0-alpha.beta",
                                   "1.0.0-beta",
                                   "1.0.0-beta.2",
                                   "1.0.0-beta.11",
                                   "1.0.0-rc.1",
                                   "1.0.0",
                                   "1.0.0.1",
                                   "1.2",
                                   "1.10",
                                   "2",
                                   "10",
                                   "123456789012345678901234567890"};
    int order = 7;
    for (std::size_t i = 0; i < std::size(ordered); ++i) {
        for (std::size_t j = 0; j < std::size(ordered); ++j) {
            INFO(ordered[i] << " and " << ordered[j]);
            REQUIRE(compare_versions(ordered[i], ordered[j], order));
            CHECK((order < 0) == (i < j));
            CHECK((order == 0) == (i == j));
        }
    }
    for (const char* equal : {"1.2", "v1.2", "1.2.0", "1.2.0.0", "01.02", "1.2+5"}) {
        REQUIRE(compare_versions(equal, "1.2.0", order));
        CHECK(order == 0);
    }
    for (const char* none :
         {"", "v", "x", "1.", "1..2", ".1", "1.2.3.4.5", "1-", "1.2 ", " 1.2", "1.2-b_c", "-1", "1,2"}) {
        INFO(none);
        order = 7;
        CHECK_FALSE(compare_versions(none, "1", order));
        CHECK_FALSE(compare_versions("1", none, order));
        CHECK(order == 7);
    }
}
