// What the reader refuses, each with its path, in both readings.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sample.hpp"

using namespace candor;
using namespace candor::survey;
using namespace candor::survey::testing;
using json::Reading;

namespace {

struct Fault {
    std::string_view from;
    std::string_view to;
    std::string path;
    std::string reason;  // its beginning
};

Error strict_error(std::string_view text) {
    const auto document = read_document(text, Reading::tools);
    if (document) FAIL("was not refused: " << text);
    return document.error();
}

// Only tools name the nearest key.
std::string without_hint(const std::string& reason) { return reason.substr(0, reason.find(", the nearest")); }

void check_error(const Error& error, const Fault& fault) {
    CHECK(error.path == fault.path);
    CHECK(error.reason.substr(0, fault.reason.size()) == fault.reason);
}

}  // namespace

TEST_CASE("refused: a fault in one survey, and the other goes on") {
    const std::vector<Fault> faults = {
        {R"("id": "first", )", "", "surveys[0].id", "is missing"},
        {R"("id": "first")", R"("id": "")", "surveys[0].id", "must not be empty"},
        {R"("id": "first")", R"("id": "fi rst")", "surveys[0].id", "may only hold"},
        {R"("id": "first")", R"("id": "f\u0000")", "surveys[0].id", "may only hold"},
        {R"("id": "first")", R"("id": 1)", "surveys[0].id", "must be a text, is 1"},
        {R"("kind": "relationship", )", "", "surveys[0].kind", "is missing"},
        {R"("relationship")", R"("yearly")", "surveys[0].kind", "must be one of \"relationship\", \"transactional\""},
        {R"("wave": "2026-q4")", R"("wave": "")", "surveys[0].wave", "must not be empty"},
        {R"("wave": "2026-q4",)", R"("wave": "2026-q4", "starts": "soon",)", "surveys[0].starts", "must be a day"},
        {R"("wave": "2026-q4",)", R"("wave": "x", "starts": "2026-11-02", "ends": "2026-11-01",)", "surveys[0].ends",
         "must be later"},
        {R"("wave": "2026-q4",)", R"("wave": "x", "enabled": "yes",)", "surveys[0].enabled", "must be true or false"},
        {R"([{"session": 3}, {"screen": "home", "count": 2}])", "[]", "surveys[0].triggers", "must not be empty"},
        {R"([{"session": 3}, {"screen": "home", "count": 2}])", "{}", "surveys[0].triggers", "must be an array"},
        {R"({"session": 3})", "7", "surveys[0].triggers[0]", "must be an object"},
        {R"({"session": 3})", "{}", "surveys[0].triggers[0]", "must have one of"},
        {R"({"session": 3})", R"({"weather": 3})", "surveys[0].triggers[0].weather", "unknown key"},
        {R"({"session": 3})", R"({"session": 3, "event": "x"})", "surveys[0].triggers[0]", "must have one of"},
        {R"({"session": 3})", R"({"session": 3, "count": 2})", "surveys[0].triggers[0].count", "unknown key"},
        {R"({"session": 3})", R"({"session": 3, "within": "session"})", "surveys[0].triggers[0].within", "unknown key"},
        {R"({"session": 3})", R"({"session": 0})", "surveys[0].triggers[0].session",
         "must be a whole number from 1 to 1000000"},
        {R"("screen": "home")", R"("screen": "")", "surveys[0].triggers[1].screen", "must not be empty"},
        {R"("screen": "home")", R"("screen": "$click")", "surveys[0].triggers[1].screen", "names that begin with $"},
        {R"("screen": "home")", R"("screen": "a\nb")", "surveys[0].triggers[1].screen", "holds a control"},
        {R"("count": 2)", R"("count": 2.5)", "surveys[0].triggers[1].count", "must be a whole number"},
        {R"("answered": 90)", R"("answered": -1)", "surveys[0].wait.answered",
         "must be a number from 0 to 3650, is -1"},
        {R"("answered": 90)", R"("answered": "90")", "surveys[0].wait.answered", "must be a number"},
        {R"("answered": 90)", R"("answred": 90)", "surveys[0].wait.answred",
         "unknown key, the nearest known one is \"answered\""},
        {R"("percent": 12.5)", R"("percent": 12.3456)", "surveys[0].sample.percent",
         "must have at most three decimals"},
        {R"("percent": 12.5)", R"("percent": 1e-7)", "surveys[0].sample.percent", "must have at most three decimals"},
        {R"("percent": 12.5)", R"("percent": 100.001)", "surveys[0].sample.percent", "must be a number from 0 to 100"},
        {R"("percent": 12.5)", R"("percent": 12.5, "by": "day")", "surveys[0].sample.by", "must be one of"},
        {R"("percent": 12.5)", R"("percent": 12.5, "salt": "")", "surveys[0].sample.salt", "must not be empty"},
        {R"("percent": 12.5)", R"("percent": 12.5, "stratum": "x")", "surveys[0].sample.stratum", "unknown key"},
        {R"("wave": "2026-q4",)", R"("audience": {"locale": "de"},)", "surveys[0].audience", "unknown rule"},
        {R"("wave": "2026-q4",)", R"("rules": [],)", "surveys[0].rules", "unknown rule"},
        {R"("wave": "2026-q4",)", R"("delay": 1800,)", "surveys[0].delay", "the delay of 1800 s does not end before"},
        {R"("wave": "2026-q4",)", R"("delay": 60, "expires": 60,)", "surveys[0].expires", "the delay of 60 s"},
        {R"("wave": "2026-q4",)", R"("delay": -1,)", "surveys[0].delay", "must be a number from 0 to 86400"},
        {R"("wave": "2026-q4",)", R"("expires": 1e9,)", "surveys[0].expires", "must be a number"},
        {R"({"id": "score", "type": "nps"},)", "", "surveys[0].questions[0].text",
         "depends on a score that no \"nps\" before it gives"},
        {R"("type": "nps"})", R"("type": "stars"})", "surveys[0].questions[0].type",
         "must be one of \"nps\", \"text\", \"thanks\""},
        {R"("type": "nps"})", R"("type": "nps", "next": "thanks"})", "surveys[0].questions[0].next", "unknown rule"},
        {R"("type": "nps"})", R"("type": "nps", "text": {"promoter": "x"}})", "surveys[0].questions[0].text.promoter",
         "is no language tag"},
        {R"("id": "reason", "type": "text")", R"("id": "reason", "type": "nps")",
         "surveys[0].questions[1].text.promoter", "is no language"},
        {R"("id": "reason")", R"("id": "score")", "surveys[0].questions[1].id", "another one is \"score\" already"},
        {R"("promoter": {)", R"("promotor": {)", "surveys[0].questions[1].text.promotor",
         "unknown key, the nearest known one is \"promoter\""},
        {R"("en": "Why so high?")", R"("en": "")", "surveys[0].questions[1].text.promoter.en", "must not be empty"},
        {R"("en": "Why so high?")", R"("en": 7)", "surveys[0].questions[1].text.promoter.en", "must be a text"},
        {R"("en": "Why so high?")", R"("english": "x")", "surveys[0].questions[1].text.promoter.english",
         "is no language tag"},
        {R"("en": "Why so high?", "de": "Warum so hoch?")", "", "surveys[0].questions[1].text.promoter", "has no text"},
        {R"("en": "Why so high?", "de")", R"("en": "Why?", "EN")", "surveys[0].questions[1].text.promoter.EN",
         "names a language twice"},
        {R"("detractor": "Why so low?")", R"("detractor": "a\u0000b")", "surveys[0].questions[1].text.detractor",
         "holds a control"},
        {R"("detractor": "Why so low?")", R"("detractor": [])", "surveys[0].questions[1].text.detractor",
         "must be a text, or"},
        {R"("text": "Thanks")", R"("text": true)", "surveys[0].questions[2].text", "must be a text, or"},
    };
    for (const Fault& fault : faults) {
        CAPTURE(fault.from, fault.to);
        const std::string text = changed(fault.from, fault.to);
        check_error(strict_error(text), fault);

        const Document document = read(text, Reading::field);
        REQUIRE(document.surveys.size() == 2);
        REQUIRE(document.surveys[0].unsupported);
        check_error(*document.surveys[0].unsupported, {{}, {}, fault.path, without_hint(fault.reason)});
        CHECK_FALSE(document.surveys[0].id.empty());
        CHECK_FALSE(document.unsupported);
        CHECK(document.surveys[1] == read(kSample).surveys[1]);
    }
}

TEST_CASE("refused: a survey that is no object") {
    const std::string text = changed(R"("surveys": [)", R"("surveys": [7,)");
    CHECK(strict_error(text) == Error{"surveys[0]", "must be an object, is 7"});
    const Document document = read(text, Reading::field);
    REQUIRE(document.surveys.size() == 3);
    CHECK(document.surveys[0].unsupported == Error{"surveys[0]", "must be an object, is 7"});
    CHECK(document.surveys[0].id == "#0");
    CHECK_FALSE(document.surveys[1].unsupported);
}

TEST_CASE("refused: two surveys of one name, and the first goes on") {
    const std::string text = changed(R"("id": "second", )", R"("id": "first", "wave": "2026-q4", )");
    CHECK(strict_error(text).path == "surveys[1].id");
    const Document document = read(text, Reading::field);
    CHECK_FALSE(document.surveys[0].unsupported);
    REQUIRE(document.surveys[1].unsupported);
    CHECK(document.surveys[1].unsupported->path == "surveys[1].id");
    // first + 2026-q4 and first.2026 + q4 would be one key, too.
    std::string other = changed(R"("id": "second", )", R"("id": "first.a", "wave": "b", )");
    other.replace(other.find("2026-q4"), 7, "a.b");
    CHECK(strict_error(other).path == "surveys[1].id");
}

TEST_CASE("unknown keys: an error to tools, nothing to the field") {
    const std::vector<Fault> faults = {
        {R"("product")", R"("colour": 1, "product")", "colour", "unknown key"},
        {R"("wave": "2026-q4",)", R"("wave": "2026-q4", "titel": "x",)", "surveys[0].titel", "unknown key"},
        {R"("id": "score",)", R"("id": "score", "emoji": true,)", "surveys[0].questions[0].emoji", "unknown key"},
        {R"("radius": 16)", R"("radius": 16, "shadow": 3)", "theme.shadow", "unknown key, the nearest known one is"},
        {R"("accent": "#2563eb")", R"("accent": "#2563eb", "acent": "#2563eb")", "theme.light.acent",
         "unknown key, the nearest known one is \"accent\""},
    };
    for (const Fault& fault : faults) {
        CAPTURE(fault.to);
        const std::string text = changed(fault.from, fault.to);
        check_error(strict_error(text), fault);
        Document document = read(text, Reading::field);
        document.hash = read(kSample).hash;
        CHECK(document == read(kSample));
    }
}

TEST_CASE("refused: a fault outside of the surveys, for which none can be run") {
    const std::vector<Fault> faults = {
        {R"("candor": 1, )", "", "candor", "is missing"},
        {R"("candor": 1)", R"("candor": 2)", "candor", "must be 1"},
        {R"("candor": 1)", R"("candor": "1")", "candor", "must be a whole number"},
        {R"("revision": 3, )", "", "revision", "is missing"},
        {R"("revision": 3)", R"("revision": 0)", "revision", "must be a whole number from 1 to"},
        {R"("product": "Acme Shop")", R"("product": "")", "product", "must not be empty"},
        {R"("locale": "en")", R"("locale": "e")", "locale", "must be a language tag"},
        {R"("locale": "en")", R"("locale": "en--US")", "locale", "must be a language tag"},
        {R"("locale": "en")", R"("locale": "en-")", "locale", "must be a language tag"},
        {R"("locale": "en")", R"("locale": "english")", "locale", "must be a language tag"},
        {R"("locale": "en")", R"("locale": "e1")", "locale", "must be a language tag"},
        {R"("locale": "en")", R"("locale": "")", "locale", "must be a language tag"},
        {R"("mode": "notice")", R"("mode": "assumed")", "consent.mode", "must be one of"},
        {R"("mode": "notice", "policy": "2026-01")", R"("mode": "explicit")", "consent.policy", "is missing"},
        {R"("mode": "notice", "policy": "2026-01", "text": "We store your answer.")",
         R"("mode": "explicit", "policy": "2026-01")", "consent.text", "is missing"},
        {R"(, "text": "We store your answer.")", "", "consent.text", "is missing"},
        {R"("mode": "notice")", R"("mode": "notice", "age": 16)", "consent.age", "unknown key"},
        {R"("accent": "#2563eb")", R"("accent": "blue")", "theme.light.accent", "must be a colour"},
        {R"("accent": "#2563eb")", R"("accent": "#2563e")", "theme.light.accent", "must be a colour"},
        {R"("accent": "#2563eb")", R"("accent": "#2563eg")", "theme.light.accent", "must be a colour"},
        {R"("accent": "#2563eb")", R"("accent": 2450411)", "theme.light.accent", "must be a text"},
        {R"("radius": 16)", R"("radius": 41)", "theme.radius", "must be a whole number from 0 to 40"},
        {R"("surveys")", R"("pacing": {"per_month": 1}, "surveys")", "pacing", "unknown rule"},
        {R"("surveys")", R"("budget": {"per_month": 1}, "surveys")", "budget.per_month", "unknown key"},
    };
    for (const Fault& fault : faults) {
        CAPTURE(fault.from, fault.to);
        const std::string text = changed(fault.from, fault.to);
        check_error(strict_error(text), fault);

        const Document document = read(text, Reading::field);
        REQUIRE(document.unsupported);
        check_error(*document.unsupported, fault);
        REQUIRE(document.surveys.size() == 2);
        CHECK(document.surveys[1].id == "second");
        for (const Survey& survey : document.surveys) CHECK(survey.unsupported == document.unsupported);
    }
}

TEST_CASE("refused: a list of surveys that is none") {
    const std::string text = changed(R"("surveys": [)", R"("surveys": 7, "description": "[)");
    const std::size_t end = text.find("\"[");
    const std::string cut = text.substr(0, end) + "\"\"}";
    CHECK(strict_error(cut) == Error{"surveys", "must be an array, is 7"});
    const Document document = read(cut, Reading::field);
    CHECK(document.unsupported == Error{"surveys", "must be an array, is 7"});
    CHECK(document.surveys.empty());
}

TEST_CASE("refused whole, in both readings") {
    for (const Reading reading : {Reading::strict, Reading::field}) {
        const auto reason = [&](std::string_view text, std::string_view project = {}) {
            const auto document = read_document(text, reading, project);
            return document ? "" : describe(document.error());
        };
        CHECK(reason("").starts_with("line 1, column 1: "));
        CHECK(reason("[]") == "must be an object, is an array");
        CHECK(reason("{}") == "project: is missing");
        CHECK(reason(R"({"project": "shop", "project": "shop"})").find("duplicate key") != std::string::npos);
        CHECK(reason("{\"project\": \"\xFF\"}") != "");
        CHECK(reason(std::string(100, '[')).find("nested deeper") != std::string::npos);
        CHECK(reason(std::string(5'000'000, ' ')).find("longer than") != std::string::npos);
        CHECK(reason(kSample, "shop").empty());
        CHECK(reason(kSample, "other") == "project: is \"shop\", not \"other\"");
        CHECK(reason(R"({"project": "a b"})").starts_with("project: may only hold"));
    }
}

TEST_CASE("refused: too many of anything") {
    std::string surveys;
    for (int i = 0; i < 10001; ++i) surveys += (i ? ",{}" : "{}");
    const std::string text =
        R"({"candor": 1, "project": "shop", "revision": 1, "product": "P", "surveys": [)" + surveys + "]}";
    CHECK(strict_error(text) == Error{"surveys", "must have at most 10000 items, has 10001"});
    std::string triggers;
    for (int i = 0; i < 21; ++i) triggers += (i ? R"(,{"session":1})" : R"({"session":1})");
    CHECK(strict_error(changed(R"({"session": 3}, {"screen": "home", "count": 2})", triggers)).path ==
          "surveys[0].triggers");
    CHECK(strict_error(changed("Why so low?", std::string(501, 'x'))).path == "surveys[0].questions[1].text.detractor");
}
