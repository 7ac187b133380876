#include "cli/simulate.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "cli/figures.hpp"
#include "cli/files.hpp"
#include "cli/svg.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

const std::string kShop = CANDOR_SOURCE_DIR "/demo/surveys/shop.json";
const simulate::Settings kFew{.people = 2000, .days = 60, .seed = 1};

Simulated simulated(const std::string& file, const std::string& population, const simulate::Settings& settings) {
    Simulated out = simulate_file(file, population, settings);
    INFO((out.fault ? to_line(*out.fault) : ""));
    REQUIRE_FALSE(out.fault);
    return out;
}

std::string asked(const std::string& id, const std::string& wave, const std::string& members) {
    return R"({"id": ")" + id + R"(", "wave": ")" + wave + R"(", "kind": "relationship", )" + members +
           R"(, "questions": [{"id": "s", "type": "nps"}, {"id": "t", "type": "thanks"}]})";
}

std::string document(const std::string& project, const std::vector<std::string>& surveys) {
    std::string out = R"({"candor": 1, "project": ")" + project + R"(", "revision": 1, "product": "P", "surveys": [)";
    for (const std::string& each : surveys) out += (&each == &surveys.front() ? "" : ",") + each;
    return out + "]}";
}

// ---- pictures ----

struct Letters {
    std::string text;
    double left = 0, right = 0, top = 0, bottom = 0;
};

std::string attribute(const std::string& element, const std::string& name) {
    const std::size_t at = element.find(" " + name + "=\"");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 3;
    return element.substr(begin, element.find('"', begin) - begin);
}

// Where the texts of a picture are, by a generous guess at the width of a letter.
std::vector<Letters> letters(const std::string& svg) {
    std::vector<Letters> out;
    for (std::size_t at = svg.find("<text "); at != std::string::npos; at = svg.find("<text ", at + 1)) {
        const std::size_t end = svg.find('>', at);
        const std::string element = svg.substr(at, end - at);
        Letters each;
        each.text = svg.substr(end + 1, svg.find('<', end) - end - 1);
        const std::string look = attribute(element, "class");
        const auto is = [&](const char* word) {
            return (" " + look + " ").find(" " + std::string(word) + " ") != std::string::npos;
        };
        const double size = is("title") || is("big") ? 26 : is("head") ? 16 : is("small") ? 12 : 13;
        const double x = std::stod(attribute(element, "x"));
        const double y = std::stod(attribute(element, "y"));
        const double wide = static_cast<double>(width(each.text)) * size * 0.58;
        each.left = is("middle") ? x - wide / 2 : is("end") ? x - wide : x;
        each.right = each.left + wide;
        each.top = y - size * 0.75;
        each.bottom = y + size * 0.2;
        out.push_back(each);
    }
    return out;
}

void check_picture(const std::string& svg) {
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    CHECK(svg.ends_with("</svg>\n"));
    for (const char* outside : {"<script", "href", "@import", "@font-face", "src=", "url(h", "<image", "nan", "inf"}) {
        CAPTURE(outside);
        CHECK(svg.find(outside) == std::string::npos);
    }
    // Each element ends.
    std::vector<std::string> open;
    for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
        const std::size_t end = svg.find('>', at);
        REQUIRE(end != std::string::npos);
        const std::string element = svg.substr(at + 1, end - at - 1);
        if (element.ends_with('/')) continue;
        if (element.starts_with('/')) {
            REQUIRE(!open.empty());
            REQUIRE(open.back() == element.substr(1));
            open.pop_back();
        } else {
            open.push_back(element.substr(0, element.find(' ')));
        }
    }
    CHECK(open.empty());

    const std::vector<Letters> all = letters(svg);
    CHECK(all.size() > 20);
    for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(all[i].text, all[i].left, all[i].right);
        CHECK(all[i].left >= 0);
        CHECK(all[i].right <= 960);
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            const bool apart = all[i].right <= all[j].left || all[j].right <= all[i].left ||
                               all[i].bottom <= all[j].top || all[j].bottom <= all[i].top;
            CAPTURE(all[j].text, all[j].left, all[j].right);
            CHECK(apart);
        }
    }
}

}  // namespace

TEST_CASE("simulate: figures as people read them") {
    CHECK(thousands(0) == "0");
    CHECK(thousands(999) == "999");
    CHECK(thousands(1000) == "1,000");
    CHECK(thousands(-1234567) == "-1,234,567");
    CHECK(fixed(-0.04, 1) == "0.0");
    CHECK(fixed(-0.06, 1) == "-0.1");
    CHECK(points(12.34) == "+12.3");
    CHECK(points(-12.36) == "-12.4");
    CHECK(points(0.01) == "0.0");
    CHECK(percent(100) == "100.0 %");
    CHECK(rate(0.123) == "0.12");
    CHECK(rate(9.99) == "9.99");
    CHECK(rate(12.34) == "12.3");
    CHECK(rate(99.97) == "100");
    CHECK(rate(12345.6) == "12,346");
    CHECK(width("±5 …") == 4);
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "ab…");
}

TEST_CASE("simulate: ticks are round, and within") {
    CHECK(Scale{0, 365, 0, 1}.ticks(5) == std::vector<double>{0, 100, 200, 300});
    CHECK(Scale{-7, 13, 0, 1}.ticks(4) == std::vector<double>{-5, 0, 5, 10});
    CHECK(Scale{0, 1, 0, 1}.ticks(5).size() == 6);
}

TEST_CASE("simulate: the table of the shop") {
    const Simulated shop = simulated(kShop, "", kFew);
    const std::string table = to_table(shop.report);
    CHECK(table == to_table(simulated(kShop, "", kFew).report));
    CHECK(table.starts_with("shop, revision 1: 2,000 people, 60 days from 2026-01-01, seed 1\n"));
    for (const char* line : {"\nHOW OFTEN PEOPLE ARE ASKED ", "\nrelationship 2026-q4 ", "\npost-purchase 1 ",
                             "\nall surveys ", "\nTHE SCORE ", "\nkeen "}) {
        CAPTURE(line);
        CHECK(table.find(line) != std::string::npos);
    }
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK(width(line) <= 120);
        CHECK_FALSE(line.ends_with(' '));
    }
}

TEST_CASE("simulate: a bias is put into words, with its size") {
    const Directory directory;
    const std::string file =
        directory.file("d.json", document("p", {asked("after", "1", R"("triggers": [{"event": "won"}],
        "wait": {"answered": 3650, "dismissed": 3650, "shown": 3650})")}));
    const std::string happy = directory.file("happy.json", R"({"population": 1, "visits": {"per_week": 3, "spread": 0},
        "events": {"won": {"promoter": 1, "passive": 0.05, "detractor": 0.01}},
        "response": {"answer": {"promoter": 10, "passive": 20, "detractor": 60}, "dismiss": 10}})");
    const Simulated out = simulated(file, happy, kFew);
    const simulate::SurveyReport& about = out.report.surveys[0];
    REQUIRE(about.selection->points > 20);
    REQUIRE(about.non_response->points < -10);
    const std::string table = to_table(out.report);
    CHECK(table.find("after 1: selection: those whom it asks score " + fixed(about.selection->points, 1) +
                     " points higher than everybody.\n") != std::string::npos);
    CHECK(table.find("after 1: non-response: those who answer score " + fixed(-about.non_response->points, 1) +
                     " points lower than those who are asked.\n") != std::string::npos);

    const std::string even =
        directory.file("even.json", R"({"population": 1, "newcomers": 0, "visits": {"per_week": 20},
        "events": {"won": 5}, "response": {"answer": 40, "dismiss": 10}})");
    const std::string fair = to_table(simulated(file, even, {.people = 2000, .days = 60, .seed = 2}).report);
    CHECK(fair.find("after 1: no bias beyond chance.\n") != std::string::npos);

    const std::string silent = directory.file("silent.json", R"({"population": 1, "events": {"won": 5},
        "response": {"answer": 0, "dismiss": 100}})");
    CHECK(to_table(simulated(file, silent, kFew).report).find("after 1: nobody answers.\n") != std::string::npos);
    const std::string still = directory.file("still.json", R"({"population": 1, "events": {"won": 0}})");
    CHECK(to_table(simulated(file, still, kFew).report).find("after 1: nobody is asked.\n") != std::string::npos);
}

TEST_CASE("simulate: pictures need nothing but themselves, and no text lies on another") {
    const Directory directory;
    check_picture(to_picture(simulated(kShop, "", kFew).report, simulated(kShop, "", kFew).tally));

    const std::string longest(64, 'w');
    std::vector<std::string> many = {
        asked(longest, std::string(32, 'v'), R"("triggers": [{"session": 1}])"),
        asked("nobody", "1", R"("triggers": [{"session": 1000000}])"),
        asked("few", "1", R"("triggers": [{"session": 1}], "sample": {"percent": 1}, "wait": {"shown": 3650})"),
    };
    for (int i = 0; i < 12; ++i) many.push_back(asked("s" + std::to_string(i), "1", R"("triggers": [{"session": 2}])"));
    const std::string nasty = directory.file("nasty.json", document(std::string(64, 'p'), many));
    const std::string sad = directory.file("sad.json", R"({"population": 1, "opinion": {"mean": 4, "spread": 1.5}})");
    for (const simulate::Settings& settings : {simulate::Settings{1, 1, 1}, simulate::Settings{300, 2, 1},
                                               simulate::Settings{300, 45, 2}, simulate::Settings{20, 3650, 3}}) {
        CAPTURE(settings.people, settings.days);
        const Simulated out = simulated(nasty, sad, settings);
        const std::string svg = to_picture(out.report, out.tally);
        check_picture(svg);
        CHECK(svg.find("And 3 more surveys: see the table.") != std::string::npos);
        CHECK(svg == to_picture(out.report, out.tally));
    }
    const Simulated none = simulated(directory.file("none.json", document("p", {})), "", {5, 5, 1});
    CHECK(to_picture(none.report, none.tally).ends_with("</svg>\n"));
    CHECK(to_table(none.report).find("all surveys") != std::string::npos);
}

TEST_CASE("simulate: what cannot be used is named with its place") {
    const Directory directory;
    const auto fault = [&](const std::string& file, const std::string& population) {
        const Simulated out = simulate_file(file, population, kFew);
        REQUIRE(out.fault);
        return *out.fault;
    };
    CHECK(fault((directory.path / "no.json").string(), "").exit == kUnreadable);
    CHECK(fault(directory.path.string(), "").exit == kUnreadable);
    CHECK(fault(kShop, (directory.path / "no.json").string()).exit == kUnreadable);

    const std::string bad = directory.file("bad.json", "{}");
    CHECK(fault(bad, "").exit == kRefused);
    CHECK(fault(bad, "").path == "project");

    const std::string people =
        directory.file("people.json", "{\n  \"population\": 1,\n  \"visits\": {\"per_weak\": 3}\n}");
    const Report refused = fault(kShop, people);
    CHECK(refused.exit == kRefused);
    CHECK(to_line(refused) == people + ":3:26: visits.per_weak: unknown key, the nearest known one is \"per_week\"");
    const Report broken = fault(kShop, directory.file("broken.json", "{\n  \"population\": 1,,\n}"));
    CHECK(broken.line == 2);
    CHECK(broken.column == 19);
    const Report hostile = fault(kShop, directory.file("hostile.json", "{\"population\": 1, \"\\u001b[31m\": 1}"));
    for (const char c : to_line(hostile)) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}
