#include "cli/for_sdk.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "cli/check.hpp"
#include "cli/files.hpp"

using namespace candor;
using namespace candor::cli;

namespace {

std::string document(const std::string& surveys, const std::string& members = "") {
    return R"({"candor": 1, "project": "p", "revision": 1, "product": "P", )" + members + R"("surveys": [)" + surveys +
           "]}";
}

std::string asking(const std::string& id, const std::string& trigger = R"({"event": "go"})",
                   const std::string& members = "") {
    return R"({"id": ")" + id + R"(", "kind": "relationship", "triggers": [)" + trigger + "], " + members +
           R"("questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]})";
}

// "member path" of each, one a line.
std::string unknown(const std::string& text, const char* version = "0.1") {
    const Report report = check_text("x.json", text);
    INFO(text);
    REQUIRE(report.exit == kGood);
    const auto found = unknown_to(version, *json::parse(text));
    REQUIRE(found);
    std::string out;
    for (const Unknown& one : *found) out += std::string(one.feature.member) + " " + one.path + "\n";
    return out;
}

}  // namespace

TEST_CASE("for-sdk: what the first version knew is asked by it") {
    const auto shop = read_file(CANDOR_SOURCE_DIR "/demo/surveys/shop.json");
    REQUIRE(shop);
    CHECK(unknown(*shop) == "");
    CHECK(unknown(
              document(asking("a", R"({"event": "e", "count": 2}, {"screen": "s"}, {"session": 3})",
                              R"("wave": "2", "enabled": true, "starts": "2026-01-01", "ends": "2027-01-01", "delay": 1,
        "expires": 60, "wait": {"answered": 1, "dismissed": 1, "shown": 1}, "sample": {"percent": 5, "salt": "x", "by": "person"}, )"))) ==
          "");
}

TEST_CASE("for-sdk: what came later is found where it stands") {
    const std::string text = document(asking("a") + ", " +
                                      asking("b", R"({"event": "e"}, {"screen": "s", "match": "glob"})",
                                             R"("wait": {"answered": 1, "snoozed": 2}, )"));
    CHECK(unknown(text) ==
          "surveys[].wait.snoozed surveys[1].wait.snoozed\n"
          "surveys[].triggers[].match surveys[1].triggers[1].match\n");
    CHECK(unknown(text, "0.1.9") != "");
    CHECK(unknown(text, "0.2.0-beta.1") != "");
    CHECK(unknown(text, "0.2") == "");
    CHECK(unknown(text, "1") == "");

    const Report report = check_text("x.json", text, {.for_sdk = "0.1"});
    CHECK(report.exit == kWarned);
    CHECK(report.skipped == std::vector<std::string>{"b.1"});
    CHECK(json::dump(*to_json(report).find("skipped")) == R"(["b.1"])");
    CHECK(check_text("x.json", text, {.for_sdk = "0.2"}).exit == kGood);
}

TEST_CASE("for-sdk: a cap over all surveys skips all of them") {
    const std::string text = document(asking("a") + ", " + asking("b"), R"("budget": {"gap_days": 1}, )");
    CHECK(unknown(text) == "budget budget\n");
    CHECK(check_text("x.json", text, {.for_sdk = "0.1"}).skipped == std::vector<std::string>{"a.1", "b.1"});
}

TEST_CASE("for-sdk: the first version read 200 surveys") {
    std::string surveys;
    for (int i = 0; i < 200; ++i) surveys += asking("s" + std::to_string(i)) + (i < 199 ? ", " : "");
    CHECK(unknown(document(surveys)) == "");
    CHECK(unknown(document(surveys + ", " + asking("x"))) == "surveys[200] surveys[200]\n");
}

TEST_CASE("for-sdk: what is ignored is told where it is asked at all") {
    const std::string cancel = R"("cancel": ["x"], )";
    CHECK(unknown(document(asking("a", R"({"event": "go"})", cancel))) == "surveys[].cancel surveys[0].cancel\n");
    const Report report = check_text("x.json", document(asking("a", R"({"event": "go"})", cancel)), {.for_sdk = "0.1"});
    CHECK(report.exit == kWarned);
    CHECK(report.skipped.empty());
    CHECK(unknown(document(asking("a", R"({"event": "go", "once": true})", cancel))) ==
          "surveys[].triggers[].once surveys[0].triggers[0].once\n");
}

TEST_CASE("for-sdk: questions") {
    const auto of = [](const std::string& questions) {
        return unknown(document(R"({"id": "a", "kind": "relationship", "triggers": [{"event": "go"}], "questions": [)" +
                                questions + R"(, {"id": "thanks", "type": "thanks"}]})"));
    };
    const std::string nps = R"({"id": "score", "type": "nps"})";
    CHECK(of(nps + R"(, {"id": "b", "type": "text", "text": "Why, {product}?", "optional": false})") == "");
    CHECK(of(R"({"id": "score", "type": "nps", "optional": true})") ==
          "surveys[].questions[0].optional surveys[0].questions[0].optional\n");
    CHECK(of(nps + R"(, {"id": "b", "type": "text", "text": {"en": "Hi {attribute.name|you}"}})") ==
          "surveys[].questions[]~{attribute. surveys[0].questions[1].text.en\n");
    CHECK(of(R"({"id": "b", "type": "text", "text": "Hi {property.name}", "optional": true}, )" + nps) ==
          "surveys[].questions[0].type=text surveys[0].questions[0].type\n");
    CHECK(
        of(nps +
           R"(, {"id": "b", "type": "csat", "text": "?", "low": "-", "high": "+", "when": {"question": "score", "from": 1}})") ==
        "surveys[].questions[].when surveys[0].questions[1].when\n"
        "surveys[].questions[].type=csat surveys[0].questions[1].type\n");
}

TEST_CASE("for-sdk: versions that are none") {
    CHECK(check_text("x.json", document(""), {.for_sdk = "old"}).exit == kUnreadable);
    CHECK(check_text("x.json", document(""), {.for_sdk = "0.0.9"}).exit == kUnreadable);
    CHECK(check_text("x.json", document(""), {.for_sdk = "0.1-alpha"}).exit == kUnreadable);
}

TEST_CASE("for-sdk: places of members") {
    const json::Value root = *json::parse(R"({"a": [{"b": 1}, {"b": 2, "c": {"d": "x"}}]})");
    CHECK(place_of(root, "a") == "a");
    CHECK(place_of(root, "a[].b") == "a[0].b");
    CHECK(place_of(root, "a[1].b") == "a[1].b");
    CHECK(place_of(root, "a[2]") == "");
    CHECK(place_of(root, "a[].c.d") == "a[1].c.d");
    CHECK(place_of(root, "a[].c.d=x") == "a[1].c.d");
    CHECK(place_of(root, "a[].c.d=y") == "");
    CHECK(place_of(root, "a[]~x") == "a[1].c.d");
    CHECK(place_of(root, "a~x") == "a[1].c.d");
    CHECK(place_of(root, "a[]~y") == "");
    CHECK(place_of(root, "a.b") == "");
    CHECK(place_of(root, "z") == "");
}

TEST_CASE("for-sdk: the table in the docs is this one") {
    const auto page = read_file(CANDOR_SOURCE_DIR "/docs/cli.md");
    REQUIRE(page);
    std::size_t rows = 0;
    for (std::size_t at = page->find("| `"); at != std::string::npos; at = page->find("| `", at + 1)) {
        const std::string row = page->substr(at, page->find('\n', at) - at);
        rows += row.find(" | 0.2 | ") != std::string::npos ? 1 : 0;
    }
    CHECK(rows == features().size());
    for (const Feature& feature : features()) {
        const std::string row = "\n| `" + std::string(feature.member) + "` | " + std::string(feature.since) + " | " +
                                std::string(in_words(feature.older)) + " |";
        INFO(row);
        CHECK(page->find(row) != std::string::npos);
    }
}
