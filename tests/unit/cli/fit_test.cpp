// What `candor check` says of cards that do not fit the smallest surface.
#include "cli/fit.hpp"

#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/check.hpp"
#include "cli/files.hpp"
#include "cli/fit_beside.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

std::string asking(const std::string& questions) {
    return R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "locale": "en",
        "surveys": [{"id": "s", "kind": "transactional", "triggers": [{"event": "e"}], "expires": 600,
        "wait": {"dismissed": 1}, "questions": [)" +
           questions + R"(, {"id": "thanks", "type": "thanks"}]}]})";
}

std::string text_question(const std::string& en, const std::string& de) {
    return R"({"id": "why", "type": "text", "text": {"en": ")" + en + R"(", "de": ")" + de + "\"}}";
}

std::string choices(const std::string& second) {
    return R"({"id": "what", "type": "single", "text": {"en": "What?", "de": "Was?"}, "choices": [
        {"id": "a", "text": {"en": "This", "de": "Das"}},
        {"id": "b", "text": {"en": "That", "de": ")" +
           second + "\"}}]}";
}

std::string repeated(const std::string& words, int times) {
    std::string out;
    while (times-- > 0) out += words;
    return out;
}

// A survey must have a scale or a choice.
std::string after_a_choice(const std::string& question) { return asking(choices("Jenes") + ", " + question); }

const std::string kLong = repeated("Und was noch alles? ", 24);
const std::string kWord = "Donaudampfschifffahrtsgesellschaftskapitänsmützen";

std::vector<survey::Finding> found(const std::string& document) {
    const auto told = misfits(document);
    INFO((told ? std::string() : std::string(describe(told.error()))));
    REQUIRE(told);
    return {told->begin(), told->end()};
}

// The number of pixels in a reason.
int pixels_in(const survey::Finding& finding) {
    const std::string_view reason = finding.reason;
    std::size_t at = reason.find(" pixel");
    REQUIRE(at != std::string_view::npos);
    std::size_t from = at;
    while (from > 0 && std::isdigit(static_cast<unsigned char>(reason[from - 1])) != 0) --from;
    return std::atoi(std::string(reason.substr(from, at - from)).c_str());
}

struct Checked {
    int exit = -1;
    std::string out, err;
};

Checked checked(const Directory& folder, const std::string& arguments, const std::string& program = CANDOR_PROGRAM) {
    const std::string out = (folder.path / "checked.out").string(), err = (folder.path / "checked.err").string();
    const std::string command = "env -u DISPLAY -u WAYLAND_DISPLAY ASAN_OPTIONS=detect_leaks=0 " + program + " check " +
                                arguments + " >" + out + " 2>" + err + " </dev/null";
    const int status = std::system(command.c_str());
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), read_file(out).value(), read_file(err).value()};
}

}  // namespace

TEST_CASE("fit: nothing is said of what fits") {
    CHECK(found(after_a_choice(text_question("What was missing?", "Was hat gefehlt?"))).empty());
    CHECK(found(asking(choices("Jenes"))).empty());
    CHECK(found(asking(R"({"id": "score", "type": "nps"})")).empty());
}

TEST_CASE("fit: a card that has to scroll in one language is named with that language, and by how much") {
    const auto findings = found(after_a_choice(text_question("Why?", kLong)));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "card_scrolls");
    CHECK(findings[0].severity == survey::Severity::warning);
    CHECK(findings[0].path == "surveys[0].questions[1].text.de");
    CHECK(findings[0].reason.find("in de the card is ") == 0);
    // Each line more makes it higher by one.
    const auto longer = found(after_a_choice(text_question("Why?", kLong + "\\nNoch was?\\nUnd noch?")));
    REQUIRE(longer.size() == 1);
    const int lines = pixels_in(longer[0]) - pixels_in(findings[0]);
    CHECK((lines >= 40 && lines <= 80));
}

TEST_CASE("fit: a card counts as it is at its highest") {
    // Seven choices fit, were it not for the field of the last one.
    std::string many = R"({"id": "what", "type": "single", "text": "What?", "choices": [)";
    for (int i = 0; i < 6; ++i) many += R"({"id": "c)" + std::to_string(i) + R"(", "text": "This one"}, )";
    const std::string without = many + R"({"id": "other", "text": "Else"}]})";
    const std::string with = many + R"({"id": "other", "text": "Else", "other": true}]})";
    CHECK(found(asking(without)).empty());
    const auto findings = found(asking(with));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "card_scrolls");
    CHECK(findings[0].path == "surveys[0].questions[0].text");
}

TEST_CASE("fit: a word that is wider than its line is named where it stands, and by how much") {
    const auto findings = found(asking(choices(kWord)));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "word_cut");
    CHECK(findings[0].severity == survey::Severity::warning);
    CHECK(findings[0].path == "surveys[0].questions[0].choices[1].text.de");
    CHECK(findings[0].reason.find("\"" + kWord + "\"") != std::string::npos);
    const int excess = pixels_in(findings[0]);
    CHECK(excess > 20);
    // The more letters, the more it lacks; with a hyphen where it can be broken, nothing.
    const auto wider = found(asking(choices(kWord + "mm")));
    REQUIRE(wider.size() == 1);
    CHECK(pixels_in(wider[0]) > excess + 8);
    CHECK(found(asking(choices("Donaudampfschifffahrts-gesellschafts-kapitänsmützen"))).empty());
}

TEST_CASE("fit: languages without blanks are broken where they may be") {
    CHECK(found(after_a_choice(R"({"id": "why", "type": "text", "text": {
        "en": "Why?", "ja": "このサービスについて、もっとよくできることがあれば教えてください。",
        "th": "มีอะไรที่เราควรปรับปรุงให้ดีขึ้นบ้างสำหรับบริการนี้"}})"))
              .empty());
}

TEST_CASE("fit: an answered scale that is scrolled out of sight is a note, once a question") {
    const auto findings = found(asking(R"({"id": "score", "type": "nps"}, )" +
                                       text_question("What is the main reason for your score? Tell us all of it",
                                                     "Was ist der wichtigste Grund für diese Antwort? Alles zählt")));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "scale_out_of_sight");
    CHECK(findings[0].severity == survey::Severity::note);
    CHECK(findings[0].path == "surveys[0].questions[1]");
}

TEST_CASE("fit: the example documents fit") {
    std::size_t documents = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(CANDOR_SOURCE_DIR "/demo/surveys")) {
        if (entry.path().extension() != ".json") continue;
        ++documents;
        for (const survey::Finding& finding : found(read_file(entry.path()).value())) {
            INFO(entry.path() << ": " << finding.path << ": " << finding.reason);
            CHECK(finding.severity == survey::Severity::note);
        }
    }
    CHECK(documents >= 10);
}

TEST_CASE("fit: candor check tells it, and counts it among the warnings") {
    const Directory folder;
    const std::string file = folder.file("long.json", asking(choices(kWord)));
    const Checked told = checked(folder, file);
    CHECK(told.exit == 0);
    CHECK(told.err.empty());
    CHECK(told.out.find("1 warning") != std::string::npos);
    CHECK(told.out.find("choices[1].text.de: in de \"" + kWord + "\" is ") != std::string::npos);
    CHECK(told.out.find("[word_cut]") != std::string::npos);
    CHECK(checked(folder, file + " --strict-lint").exit == 3);
    const Checked without = checked(folder, file + " --no-cards --strict-lint");
    CHECK(without.exit == 0);
    CHECK(without.out.find("word_cut") == std::string::npos);
    CHECK(without.err.empty());
    // What is refused is not laid out.
    CHECK(checked(folder, folder.file("broken.json", "{}")).exit == 1);
}

TEST_CASE("fit: candor check without the desktop's part says that it does not look, and goes on") {
    const Directory folder;
    const fs::path alone = folder.path / "candor";
    fs::copy_file(CANDOR_PROGRAM, alone);
    const std::string file = folder.file("long.json", asking(choices(kWord)));
    const Checked told = checked(folder, file, alone.string());
    CHECK(told.exit == 0);
    CHECK(told.err.starts_with("check: what does not fit a small screen is not looked for"));
    CHECK(told.out.find("word_cut") == std::string::npos);
    // One that cannot tell is an error, and none that is passed over.
    folder.file("candor-preview", "#!/bin/sh\nexit 1\n");
    fs::permissions(folder.path / "candor-preview", fs::perms::owner_all);
    const Checked failed = checked(folder, file, alone.string());
    CHECK(failed.exit == 2);
    CHECK(failed.err.find("could not tell what does not fit") != std::string::npos);
}

TEST_CASE("fit: what one program writes the other reads") {
    const Directory folder;
    List<survey::Finding> findings;
    findings.push_back({"card_scrolls", survey::Severity::warning, "surveys[0]", "too \"high\"", "shorter"});
    findings.push_back({"scale_out_of_sight", survey::Severity::note, "surveys[1]", "ü", ""});
    folder.file("told.json", json::dump(misfits_json(findings)));
    const std::string program = folder.file("teller", "#!/bin/sh\ncat \"$(dirname \"$0\")/told.json\"\n");
    fs::permissions(program, fs::perms::owner_all);
    const auto read = misfits_beside(program, "{}");
    REQUIRE(read);
    REQUIRE(read->size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK((*read)[i].code == findings[i].code);
        CHECK((*read)[i].severity == findings[i].severity);
        CHECK((*read)[i].path == findings[i].path);
        CHECK((*read)[i].reason == findings[i].reason);
        CHECK((*read)[i].mend == findings[i].mend);
    }
    CHECK_FALSE(misfits_beside((folder.path / "none").string(), "{}"));
}
