// The downloads: what an analyst gets, and what a spreadsheet must not get.

#include "collector/download.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;

namespace {

// A reader of RFC 4180 that knows nothing of the writer.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows(1, {""});
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            rows.back().back() += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            rows.back().emplace_back();
        } else if (!quoted && c == '\r') {
            REQUIRE(text[++i] == '\n');
            rows.push_back({""});
        } else {
            rows.back().back() += c;
        }
    }
    REQUIRE_FALSE(quoted);
    rows.pop_back();
    return rows;
}

std::size_t column(const std::vector<std::string>& header, const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), name);
    REQUIRE(found != header.end());
    return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

TEST_CASE("cells") {
    CHECK(csv_text("plain") == "plain");
    CHECK(csv_text("") == "");
    CHECK(csv_text("a,b") == "\"a,b\"");
    CHECK(csv_text("say \"no\"") == "\"say \"\"no\"\"\"");
    CHECK(csv_text("two\nlines") == "\"two\nlines\"");
    CHECK(csv_text("=1+1") == "\"'=1+1\"");
    CHECK(csv_text("@SUM(A1)") == "\"'@SUM(A1)\"");
    CHECK(csv_text("-1") == "\"'-1\"");
    CHECK(csv_text("+1") == "\"'+1\"");
    CHECK(csv_text("\t=1") == "\"'\t=1\"");
    CHECK(csv_text("1=1") == "1=1");
}

TEST_CASE("hostile text comes back as text, in its own cell") {
    Collector collector;
    const std::vector<std::string> comments{"=HYPERLINK(\"http://evil.example\",\"x\")", "two\r\nlines, \"quoted\"",
                                            "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 \xf0\x9f\x91\x8f",
                                            "-2+3+cmd|' /C calc'!A0"};
    for (const std::string& comment : comments) {
        Answer answer;
        answer.comment = comment;
        answer.person = "=1+1";
        collector.take({response_event(answer)});
    }
    const auto result = collector.get("/v1/responses.csv");
    CHECK(result->get_header_value("Content-Type") == "text/csv; charset=utf-8");
    CHECK(result->get_header_value("Content-Disposition").find("attachment") == 0);
    const auto rows = read_csv(result->body);
    REQUIRE(rows.size() == 5);
    const std::size_t comment = column(rows[0], "comment");
    for (const auto& row : rows) CHECK(row.size() == rows[0].size());
    CHECK(rows[1][comment] == "'" + comments[0]);
    CHECK(rows[2][comment] == comments[1]);
    CHECK(rows[3][comment] == comments[2]);
    CHECK(rows[4][comment] == "'" + comments[3]);
    CHECK(rows[1][column(rows[0], "person")] == "'=1+1");
    CHECK(rows[1][column(rows[0], "score")] == "9");
    CHECK(rows[1][column(rows[0], "wording_hash")] == "fedcba9876543210");
    CHECK(rows[1][column(rows[0], "painter")] == "imgui");
    CHECK(rows[1][column(rows[0], "seconds")] == "12.5");
    CHECK(rows[1][column(rows[0], "test")] == "false");
}

TEST_CASE("answers of all types are in their column, and count as answers, but in no score") {
    Collector collector;
    Answer answer;
    const std::string answers = R"({"question":"order","type":"csat","score":2},)"
                                R"({"question":"why","type":"multiple","choices":["late","other"],"text":"=1+1"})";
    const std::string nps = R"({"question":"score","type":"nps","score":9})";
    collector.take({replaced(response_event(answer), nps, answers)});
    const auto rows = read_csv(collector.get("/v1/responses.csv")->body);
    CHECK(rows[1][column(rows[0], "score")].empty());
    CHECK(rows[1][column(rows[0], "comment")] == "'=1+1");
    CHECK(rows[1][column(rows[0], "answers")] == "[" + answers + "]");
    const json::Value wave = collector.wave();
    CHECK(at(wave, "n").integer() == 0);
    CHECK(at(wave, "persons_answered").integer() == 1);
    Answer other, test;
    test.test = true;
    const std::string more = R"({"question":"order","type":"csat","score":5},)"
                             R"({"question":"why","type":"multiple","choices":["late"]})";
    collector.take({replaced(response_event(other), nps, more), replaced(response_event(test), nps, more),
                    response_event(Answer())});
    CHECK(json::dump(at(collector.wave(), "questions")) ==
          R"([{"question":"order","type":"csat","n":2,"counts":{"2":1,"5":1}},)"
          R"({"question":"why","type":"multiple","n":2,"counts":{"late":2,"other":1}}])");
}

TEST_CASE("JSON Lines carry what was sent, tests marked") {
    Collector collector;
    Answer answer;
    answer.test = true;
    answer.comment = "line\nbreak";
    // A field of a later version is kept.
    collector.take({replaced(response_event(answer), R"("complete":true)", R"("complete":true,"mood":"blue")")});
    const std::string body = collector.get("/v1/responses.jsonl")->body;
    CHECK(std::count(body.begin(), body.end(), '\n') == 1);
    const json::Value row = json_of(collector.get("/v1/responses.jsonl"));
    CHECK(at(row, "event").text() == answer.event);
    CHECK(at(row, "test").boolean());
    CHECK(at(at(row, "data"), "mood").text() == "blue");
    CHECK(at(at(row, "data"), "submission").text() == answer.submission);
}

TEST_CASE("thousands of rows come whole") {
    Collector collector;
    std::vector<std::string> events;
    for (int i = 0; i < 3000; ++i) {
        Answer answer;
        answer.comment = "comment " + std::to_string(i);
        events.push_back(response_event(answer));
    }
    collector.take(events);
    const auto rows = read_csv(collector.get("/v1/responses.csv")->body);
    REQUIRE(rows.size() == 3001);
    CHECK(rows[3000][column(rows[0], "comment")] == "comment 2999");
}

TEST_CASE("an empty file is a header, or nothing") {
    Collector collector;
    CHECK(read_csv(collector.get("/v1/responses.csv")->body).size() == 1);
    CHECK(collector.get("/v1/responses.jsonl")->body.empty());
}
