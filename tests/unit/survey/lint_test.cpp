// Each finding: what brings it about, and what is next to that and does not.
#include "survey/lint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

using namespace candor;
using namespace candor::survey;

namespace {

const std::string kQuestions = R"("questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}])";
// Nothing is said of a survey that has these.
const std::string kQuiet =
    R"("expires": 600, "wait": {"dismissed": 7}, "population": {"context": "person", "exists": true})";

std::string with(const std::string& survey, const std::string& document = "") {
    return R"({"candor": 1, "project": "p", "revision": 1, "product": "P", )" + document +
           R"("surveys": [{"id": "s", "triggers": [{"event": "go"}], )" + survey + "}]}";
}

std::string transactional(const std::string& members, const std::string& document = "") {
    return with(R"("kind": "transactional", )" + members, document);
}

std::string asking(const std::string& text, const std::string& document = "") {
    return transactional(
        kQuiet + R"(, "questions": [{"id": "score", "type": "nps"}, {"id": "why", "type": "text", "text": )" + text +
            R"(}, {"id": "thanks", "type": "thanks"}])",
        document);
}

List<Finding> findings(const std::string& text) {
    const auto document = read_document(text, json::Reading::tools);
    if (!document) FAIL(describe(document.error()) << " in " << text);
    return lint(*document, *json::parse(text));
}

// "code severity path", one a line.
std::string found(const std::string& text) {
    std::string out;
    for (const Finding& finding : findings(text)) {
        CHECK_FALSE(finding.reason.empty());
        CHECK_FALSE(finding.mend.empty());
        out += std::string(finding.code) + (finding.severity == Severity::warning ? " warning " : " note ") +
               std::string(finding.path) + "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("lint: nothing is said of a survey that is well made") {
    CHECK(found(transactional(kQuiet + ", " + kQuestions)) == "");
}

TEST_CASE("lint: nobody is asked again at once who closed the card") {
    const std::string rest = R"(, "expires": 60, )" + kQuestions;
    CHECK(found(transactional(R"("wait": {"answered": 7})" + rest)) == "no_dismissed_wait warning surveys[0].wait\n");
    CHECK(found(transactional(R"("enabled": true)" + rest)) == "no_dismissed_wait warning surveys[0].wait\n");
    CHECK(found(transactional(R"("wait": {"dismissed": 1})" + rest)) == "");
    CHECK(found(transactional(R"("pacing": {"prompts": 1})" + rest)) == "");
    CHECK(found(transactional(R"("pacing": {"prompts": 2})" + rest)) == "no_dismissed_wait warning surveys[0].wait\n");
}

TEST_CASE("lint: how long an occasion is fresh") {
    const std::string rest = R"("wait": {"dismissed": 1}, )" + kQuestions;
    CHECK(found(transactional(rest)) == "no_expiry note surveys[0]\n");
    CHECK(found(with(R"("kind": "relationship", )" + rest)) == "");
    CHECK(found(transactional(R"("expires": 30, )" + rest)) == "");
    CHECK(found(transactional(R"("expires": 130, "delay": 100, )" + rest)) == "");
    CHECK(found(transactional(R"("expires": 129, "delay": 100, )" + rest)) ==
          "short_showing warning surveys[0].delay\n");
}

TEST_CASE("lint: people are not chosen by what they think") {
    const auto relationship = [](const std::string& condition, const std::string& more = "",
                                 const char* where = "targeting") {
        return with(R"("kind": "relationship", "expires": 600, "wait": {"dismissed": 7}, )" + more + "\"" + where +
                    "\": " + condition + ", " + kQuestions);
    };
    const std::string nps = R"({"attribute": "last_nps", "gte": 9})";
    CHECK(found(relationship(nps)) == "satisfaction_targeting warning surveys[0].targeting\n");
    CHECK(found(relationship(nps, R"("control": {"percent": 0.001}, )")) == "");
    CHECK(found(relationship(nps, R"("control": {"percent": 0}, )")) ==
          "satisfaction_targeting warning surveys[0].targeting\n");
    // Not even the control share is asked outside of the population.
    CHECK(found(relationship(nps, R"("control": {"percent": 50}, )", "population")) ==
          "satisfaction_targeting warning surveys[0].population\n");
    CHECK(found(relationship(
              R"({"all": [{"attribute": "plan", "eq": "pro"}, {"not": {"event": "csatGiven", "gt": 0}}]})")) ==
          "satisfaction_targeting warning surveys[0].targeting.all[1].not\n");
}

TEST_CASE("lint: names that tell an opinion, and those that do not") {
    const auto of = [](const std::string& name) {
        return found(transactional(R"("expires": 60, "wait": {"dismissed": 1}, "targeting": {"attribute": ")" + name +
                                   R"(", "exists": true}, )" + kQuestions)) != "";
    };
    for (const char* name : {"nps", "NPS", "lastNps", "last_score", "score2", "csat", "Happy", "happiness",
                             "satisfaction", "customer-satisfied", "rating", "isPromoter", "sentiment.week"}) {
        INFO(name);
        CHECK(of(name));
    }
    for (const char* name : {"plan", "scoreboard_views", "processed", "mapsize", "snapshot", "narrating", "moods"}) {
        INFO(name);
        CHECK_FALSE(of(name));
    }
}

TEST_CASE("lint: a trigger's filter chooses people, too") {
    const std::string text =
        R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [{"id": "s", "kind": "transactional",
            "triggers": [{"event": "a"}, {"event": "b", "where": {"property": "stars", "gte": 4}}], )" +
        kQuiet + ", " + kQuestions + "}]}";
    CHECK(found(text) == "satisfaction_targeting warning surveys[0].triggers[1].where\n");
}

TEST_CASE("lint: a wait that a browser forgets") {
    const auto of = [](const std::string& members) {
        return found(transactional(members + R"(, "expires": 60, )" + kQuestions));
    };
    const std::string note = "forgotten_wait note surveys[0].wait.answered\n";
    const std::string wait = R"("wait": {"answered": 7.5, "dismissed": 1})";
    CHECK(of(wait) == note);
    CHECK(of(R"("wait": {"answered": 7, "dismissed": 1})") == "");
    const auto asked = [&](const std::string& population) { return of(wait + R"(, "population": )" + population); };
    CHECK(asked(R"({"context": "person", "exists": true})") == "");
    CHECK(asked(R"({"context": "person", "starts_with": "eu-"})") == "");
    CHECK(asked(R"({"context": "person", "exists": false})") == note);
    CHECK(asked(R"({"all": [{"attribute": "x", "eq": 1}, {"context": "person", "exists": true}]})") == "");
    CHECK(asked(R"({"any": [{"attribute": "x", "eq": 1}, {"context": "person", "exists": true}]})") == note);
    CHECK(asked(R"({"context": "platform", "in": ["ios", "android"]})") == "");
    CHECK(asked(R"({"context": "platform", "in": ["ios", "web"]})") == note);
    CHECK(asked(R"({"context": "platform", "ne": "web"})") == "");
    CHECK(asked(R"({"context": "platform", "eq": "web"})") == note);
}

TEST_CASE("lint: English wording that leads") {
    for (const char* text : {"Don't you think it is good?", "So. Isn't it quick?", "How much did you enjoy the ride?",
                             "What do you think of our amazing shop?", "DO YOU AGREE that it is quick?"}) {
        INFO(text);
        CHECK(found(asking(json::dump(json::Value(text)).c_str())) ==
              "leading_wording warning surveys[0].questions[1].text\n");
    }
    for (const char* text :
         {"What do you like most?", "Which of our bestsellers?", "Say how good it was.", "We wonder. Isn'ty?"}) {
        INFO(text);
        CHECK(found(asking(json::dump(json::Value(text)).c_str())) == "");
    }
    CHECK(found(asking(R"({"promoter": {"en-GB": "Isn't it good?"}, "detractor": "Surely not?"})")) ==
          "leading_wording warning surveys[0].questions[1].text.promoter.en-GB\n"
          "missing_translation warning surveys[0].questions[1].text.promoter\n"
          "leading_wording warning surveys[0].questions[1].text.detractor\n");
}

TEST_CASE("lint: English questions that ask two things") {
    const std::string twice = "double_barrelled warning surveys[0].questions[1].text\n";
    CHECK(found(asking(R"("What disappointed you, and what should we change?")")) == twice);
    CHECK(found(asking(R"("How easy and quick was it?")")) == twice);
    CHECK(found(asking(R"("Price and/or quality?")")) == twice);
    CHECK(found(asking(R"("Why? Since when?")")) == twice);
    CHECK(found(asking(R"("What do you think of bread and butter?")")) == "");
    CHECK(found(asking(R"("We saw how it went, and we are sorry. What went wrong?")")) == "");
    CHECK(found(asking(R"("What should we do, and whatever for?")")) == "");
}

TEST_CASE("lint: languages that have holes") {
    CHECK(found(asking(R"({"en": "Why?", "de": "Warum?"})", R"("consent": {"mode": "notice", "text": "Note"}, )")) ==
          "wording_unreviewed note surveys[0].questions[0]\n"
          "missing_translation warning consent.text\n"
          "wording_not_checked note surveys\n");
    const std::string thanks = R"([{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks", "text":
        {"promoter": {"en": "Thanks", "nl-BE": "Bedankt"}, "passive": {"en": "Thanks", "nl": "Bedankt"}, "detractor": "Thanks"}}])";
    CHECK(found(transactional(kQuiet + R"(, "questions": )" + thanks)) ==
          "wording_not_built_in warning surveys[0].questions[0]\n"
          "missing_translation warning surveys[0].questions[1].text.promoter\n"  // pt-PT would find nothing
          "missing_translation warning surveys[0].questions[1].text.detractor\n");
    // One's own wording of the question is everybody's own matter.
    CHECK(found(transactional(kQuiet + R"(, "questions": [{"id": "score", "type": "nps", "text": {"xx": "?"}},
        {"id": "thanks", "type": "thanks", "text": {"xx": "!"}}])")) == "wording_not_checked note surveys\n");
}

TEST_CASE("lint: more than two follow-ups") {
    const auto of = [](int count) {
        std::string questions = R"(, "questions": [{"id": "score", "type": "nps"})";
        for (int i = 0; i < count; ++i) {
            questions += R"(, {"id": "q)" + std::to_string(i) + R"(", "type": "text", "text": "Why?"})";
        }
        return found(transactional(kQuiet + questions + R"(, {"id": "thanks", "type": "thanks"}])"));
    };
    CHECK(of(0) == "");
    CHECK(of(2) == "");
    CHECK(of(3) == "many_follow_ups warning surveys[0].questions\n");

    const auto branched = [](const char* last) {
        std::string questions = R"(, "questions": [{"id": "hello", "type": "statement", "text": "Hello"},
            {"id": "score", "type": "nps"}, {"id": "a", "type": "text", "text": "Why?"})";
        for (const char* band : {"detractor", "passive", "promoter"}) {
            questions += std::string(R"(, {"id": ")") + band +
                         R"(", "type": "text", "text": "Why?", "when": {"question": "score", "band": ")" + band +
                         R"("}})";
        }
        return found(transactional(kQuiet + questions + last + R"(, {"id": "thanks", "type": "thanks"}])"));
    };
    CHECK(branched("") == "");  // each person is asked one of the three
    CHECK(branched(R"(, {"id": "b", "type": "text", "text": "Why?"})") ==
          "many_follow_ups warning surveys[0].questions\n");
}

TEST_CASE("lint: whether a wording is reviewed is what its file says") {
    for (const auto& entry : std::filesystem::directory_iterator(CANDOR_SOURCE_DIR "/sdk/survey/locales")) {
        if (entry.path().extension() != ".txt") continue;
        const std::string tag = entry.path().stem().string();
        INFO(tag);
        std::ifstream file(entry.path());
        const std::string all((std::istreambuf_iterator<char>(file)), {});
        const bool unreviewed = all.find("\n# Reviewed by: nobody yet\n") != std::string::npos;
        const std::string text = found(asking("{\"" + tag + "\": \"x\"}"));
        CHECK((text.find("wording_unreviewed") != std::string::npos) == unreviewed);
        CHECK(text.find("wording_not_built_in") == std::string::npos);
    }
}

TEST_CASE("lint: the ready documents have no warning") {
    for (const auto& entry : std::filesystem::directory_iterator(CANDOR_SOURCE_DIR "/demo/surveys")) {
        const std::string name = entry.path().filename().string();
        // What the end-to-end tests go by, and one with a question of each type.
        if (name == "shop.json" || name == "questions.json") continue;
        INFO(name);
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        for (const Finding& finding : findings(text)) {
            INFO(finding.code.c_str());
            CHECK(finding.severity == Severity::note);
            CHECK(name == "multilingual.json");  // whose description explains them
        }
    }
}

TEST_CASE("lint: what leads on a card, and a way to put it off that leads back at once") {
    const auto of = [](const std::string& card, const std::string& wait) {
        return found(transactional(R"("expires": 600, "population": {"context": "person", "exists": true}, "card": )" +
                                   card + R"(, "wait": )" + wait + ", " + kQuestions));
    };
    const std::string wait = R"({"dismissed": 7, "snoozed": 1})", short_wait = R"({"dismissed": 7})";
    CHECK(of(R"({"scale_colors": true})", wait) == "scale_colors warning surveys[0].card.scale_colors\n");
    CHECK(of(R"({"scale_colors": false, "layout": "modal"})", wait) == "");
    CHECK(of(R"({"later": true})", short_wait) == "later_at_once warning surveys[0].card.later\n");
    CHECK(of(R"({"later": true})", wait) == "");
    CHECK(of(R"({"later": false})", short_wait) == "");
}
