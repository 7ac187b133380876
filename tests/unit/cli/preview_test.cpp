// Which cards `candor preview` has, and what was answered before each.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/files.hpp"
#include "cli/preview.hpp"
#include "directory.hpp"

using namespace candor;
using namespace candor::cli;
using candor::cli::testing::Directory;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

Previewed previewed(const PreviewOptions& options) {
    Previewed out = read_for_preview(options);
    INFO(to_line(out.report));
    REQUIRE(out.report.exit == kGood);
    return out;
}

Previewed demo(const std::string& name, const std::string& survey = {}) {
    return previewed({.file = CANDOR_SOURCE_DIR "/demo/surveys/" + name, .survey = survey});
}

// "reason/promoter < score 9"
Texts told(const survey::Survey& survey) {
    Texts out;
    for (const Scene& scene : scenes_of(survey)) {
        std::string line(scene.question->id);
        if (scene.band) line += "/" + std::string(readers_of(*scene.band)).substr(0, 4);
        if (!scene.after.empty()) line += " < " + scene.after;
        if (!scene.interview) line += " never";
        out.push_back(line);
    }
    return out;
}

// A survey of these questions, after a recommendation question and before thanks.
std::string document(const std::string& questions) {
    return R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [{
        "id": "s", "kind": "transactional", "triggers": [{"event": "e"}], "wait": {"answered": 90, "dismissed": 30},
        "questions": [{"id": "score", "type": "nps"}, )" +
           questions + R"({"id": "thanks", "type": "thanks"}]}]})";
}

std::string single(const std::string& id, const std::string& when) {
    return R"({"id": ")" + id + R"(", "type": "single", "text": {"en": "Which?"}, "choices": [
        {"id": "a", "text": {"en": "A"}}, {"id": "b", "text": {"en": "B"}}, {"id": "c", "text": {"en": "C"}}])" +
           (when.empty() ? "" : R"(, "when": )" + when) + "}, ";
}

std::string text(const std::string& id, const std::string& when) {
    return R"({"id": ")" + id + R"(", "type": "text", "optional": false, "text": {"en": "Why?"}, "when": )" + when +
           "}, ";
}

Texts told_of(const std::string& questions) {
    const Directory folder;
    return told(*previewed({.file = folder.file("x.json", document(questions))}).surveys.at(0));
}

}  // namespace

TEST_CASE("preview: each question in each of its wordings, the thanks last") {
    const Previewed shop = demo("shop.json");
    REQUIRE(shop.surveys.size() == 2);
    CHECK(told(*shop.surveys[1]) ==
          Texts{"score", "reason/prom < score 9", "reason/pass < score 8", "reason/detr < score 6", "thanks"});
    // There is none for those whom it does not ask, but all are thanked.
    CHECK(told(*demo("support.json").surveys[0]) ==
          Texts{"score", "reason/prom < score 9", "reason/detr < score 6", "thanks"});
    CHECK(told_of("").back() == "thanks");
}

TEST_CASE("preview: what only some are asked comes after an answer that they give") {
    CHECK(told(*demo("questions.json").surveys[0]) ==
          Texts{"hello", "order", "trouble < order 3", "wanted", "effort", "hard < effort 4", "thanks"});
    CHECK(
        told_of(single("one", "") + text("two", R"({"question": "one", "answer": "b"})") +
                text("three",
                     R"({"all": [{"question": "one", "answer": "c"}, {"question": "score", "to": 0, "from": 0}]})")) ==
        Texts{"score", "one", "two < one b", "three < score 0, one c", "thanks"});
    // What decides whether it is asked may itself be asked of some.
    CHECK(told_of(single("one", R"({"question": "score", "band": "passive"})") +
                  text("two", R"({"any": [{"question": "one", "answer": "c"}]})")) ==
          Texts{"score", "one < score 8", "two < score 8, one c", "thanks"});
}

TEST_CASE("preview: several choices at once meet conditions on each") {
    const std::string many = R"({"id": "many", "type": "multiple", "text": {"en": "Which?"}, "choices": [
        {"id": "a", "text": {"en": "A"}}, {"id": "b", "text": {"en": "B"}},
        {"id": "c", "text": {"en": "C"}, "other": true}]}, )";
    CHECK(told_of(many + text("both", R"({"all": [{"question": "many", "answer": "a"},
                                                  {"question": "many", "answer": "c"}]})")) ==
          Texts{"score", "many", "both < many a + b + c", "thanks"});
}

TEST_CASE("preview: a question that nobody gets to is told, whatever there would be to try") {
    CHECK(told_of(text("never", R"({"all": [{"question": "score", "band": "passive"},
                                            {"question": "score", "from": 9}]})")) ==
          Texts{"score", "never never", "thanks"});
    // Each with two answers that are no use, before one that is.
    std::string questions;
    std::string all;
    for (int i = 0; i < 15; ++i) {
        const std::string id = "q" + std::to_string(i);
        questions += single(id, i == 0 ? "" : R"({"question": "q)" + std::to_string(i - 1) + R"(", "answer": "c"})");
        all += (i == 0 ? "" : ", ") + (R"({"question": ")" + id + R"(", "answer": "c"})");
    }
    const std::string both = R"(, {"question": "score", "band": "passive"}, {"question": "score", "from": 9})";
    const Texts told = told_of(questions + text("late", R"({"all": [)" + all + "]}") +
                               text("never", R"({"all": [)" + all + both + "]}"));
    REQUIRE(told.size() == 19);
    CHECK(told[16].starts_with("late < q0 c, q1 c, q2 c"));
    CHECK(told[17] == "never never");
    CHECK(told[18] == "thanks");
}

TEST_CASE("preview: all questions of the ready surveys are come to") {
    int scenes = 0;
    for (const auto& entry : fs::directory_iterator(CANDOR_SOURCE_DIR "/demo/surveys")) {
        for (const survey::Survey* survey : demo(entry.path().filename().string()).surveys) {
            for (const Scene& scene : scenes_of(*survey)) {
                INFO(entry.path() << ": " << survey->id.view() << ", " << scene.question->id.view());
                REQUIRE(scene.interview);
                CHECK(interview::current(*survey, *scene.interview) == scene.question);
                if (scene.band) CHECK(interview::band(*survey, *scene.interview) == scene.band);
                const bool over = scene.question->type == survey::QuestionType::thanks;
                CHECK(interview::complete(*survey, *scene.interview) == over);
                ++scenes;
            }
        }
    }
    CHECK(scenes > 40);
}

TEST_CASE("preview: one of the surveys, and what cannot be shown") {
    const Previewed one = demo("support.json", "self-service");
    REQUIRE(one.surveys.size() == 1);
    CHECK(one.surveys[0]->id == "self-service");

    const Directory folder;
    const std::string file = CANDOR_SOURCE_DIR "/demo/surveys/shop.json";
    const auto refusal = [](const PreviewOptions& options) { return read_for_preview(options).report; };
    CHECK(refusal({.file = file, .survey = "nope"}).exit == kUnreadable);
    CHECK(to_line(refusal({.file = file, .survey = "nope"})) == file + ": has no survey nope");
    CHECK(refusal({.file = (folder.path / "none.json").string()}).exit == kUnreadable);
    const std::string empty =
        folder.file("empty.json", R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": []})");
    CHECK(to_line(refusal({.file = empty})) == empty + ": has no survey");

    // As `candor check` tells it.
    const std::string broken = folder.file("broken.json", document(R"({"id": "x", "type": "slider"}, )"));
    CHECK(refusal({.file = broken}).exit == kRefused);
    CHECK(to_line(refusal({.file = broken})) == to_line(check_file(broken)));
    CHECK(refusal({.file = broken}).path == "surveys[0].questions[1].type");
    CHECK(refusal({.file = broken}).line == 3);
}
