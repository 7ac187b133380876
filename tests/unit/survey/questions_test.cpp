// The types of questions, and the conditions on them.
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
    std::string path;  // within the survey
    std::string reason;
};

Error error_of(std::string_view text, Reading reading) {
    const auto document = read_document(text, reading);
    if (!document) return document.error();
    if (!document->surveys[0].unsupported) FAIL("was not refused: " << text);
    return *document->surveys[0].unsupported;
}

// A survey of just these questions, as JSON.
std::string survey_of(std::string_view questions) {
    return R"({"candor": 1, "project": "shop", "revision": 1, "product": "P", "surveys": [{"id": "s",
"kind": "transactional", "triggers": [{"event": "e"}], "questions": )" +
           std::string(questions) + "}]}";
}

constexpr std::string_view kChoices = R"("choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}])";

}  // namespace

TEST_CASE("questions: each type with all that it may have") {
    const Document document = read(kEverything, Reading::strict);
    const List<Question>& questions = document.surveys[0].questions;
    REQUIRE(questions.size() == 8);
    CHECK(questions[0].link == Link{"https://acme.example/why", {{"en", "Why we ask"}}});
    CHECK(questions[0].text.always == LocalizedText{{"en", "Hello!"}});
    CHECK(questions[1].optional);
    CHECK(questions[2].type == QuestionType::ces);
    CHECK(questions[2].high_label == LocalizedText{{"en", "Agree"}});
    CHECK_FALSE(questions[3].optional);
    const Question& why = questions[4];
    CHECK(why.shuffle);
    CHECK(why.choices[1] == Choice{"speed", {{"en", "Speed"}, {"de", "Tempo"}}, false});
    CHECK(why.choices[2].other);
    CHECK(why.text.for_band(Band::promoter).empty());
    CHECK(questions[5].optional);
    CHECK_FALSE(questions[5].shuffle);
}

TEST_CASE("questions: conditions") {
    const List<Question> questions = read(kEverything).surveys[0].questions;
    CHECK_FALSE(questions[0].when.given());
    const Branch& range = questions[3].when;
    CHECK(range.test == BranchTest::range);
    CHECK(range.least == 3);
    CHECK(range.most == 10);
    const Branch& any = questions[5].when;
    REQUIRE(any.kind == BranchKind::any);
    REQUIRE(any.of.size() == 2);
    CHECK(any.of[0].band == Band::promoter);
    CHECK(any.of[1].kind == BranchKind::all);
    CHECK(any.of[1].of[0].answer == "price");
    CHECK_FALSE(any.of[1].of[1].most);
}

TEST_CASE("questions: surveys without a recommendation question") {
    for (
        const char* first :
        {R"({"id": "q", "type": "csat", "text": "T", "low": "L", "high": "H"})",
         R"({"id": "q", "type": "ces", "text": "T", "low": "L", "high": "H", "optional": true})",
         R"({"id": "q", "type": "single", "text": "T", "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]})"}) {
        CAPTURE(first);
        const std::string text = survey_of("[" + std::string(first) + R"(, {"id": "t", "type": "thanks"}])");
        CHECK(read(text, Reading::strict).surveys[0].questions.size() == 2);
    }
}

TEST_CASE("questions: what is refused, with its path, in both readings") {
    const std::vector<Fault> faults = {
        {R"("https://acme.example/why")", R"("http://acme.example")", "questions[0].link.url", "must be an address"},
        {R"("https://acme.example/why")", R"x("javascript:alert(1)")x", "questions[0].link.url", "must be an address"},
        {R"("https://acme.example/why")", R"("https://a b")", "questions[0].link.url", "must be an address"},
        {R"("https://acme.example/why")", R"("https://")", "questions[0].link.url", "must be an address"},
        {R"(, "text": "Why we ask")", "", "questions[0].link.text", "is missing"},
        {R"("low": "Disagree", )", "", "questions[2].low", "is missing"},
        {R"("text": "It was easy.", )", "", "questions[2].text", "is missing"},
        {R"("optional": true})", R"("optional": "yes"})", "questions[1].optional", "must be true or false"},
        {R"("from": 3, "to": 10)", R"("from": 3, "to": 11)", "questions[3].when.to", "must be a whole number"},
        {R"("from": 3, "to": 10)", R"("from": 3, "to": 2)", "questions[3].when.to", "must not be less"},
        {R"("from": 3, "to": 10)", R"("to": 10)", "questions[3].when", "must have one of"},
        {R"("from": 3, "to": 10)", "\"band\": \"fan\"", "questions[3].when.band", "must be one of"},
        {R"("from": 3, "to": 10)", R"("from": 3, "band": "promoter")", "questions[3].when", "must have one of"},
        {R"("from": 3, "to": 10)", R"("above": 3)", "questions[3].when.above", "unknown key"},
        {R"({"question": "score", "from": 3, "to": 10})", R"({"not": {"question": "score", "from": 3}})",
         "questions[3].when.not", "unknown key"},
        {R"({"question": "score", "from": 3, "to": 10})", "{}", "questions[3].when", "must have one of"},
        {R"({"question": "score", "from": 3, "to": 10})", R"({"any": []})", "questions[3].when.any",
         "must not be empty"},
        {R"({"question": "score", "from": 3, "to": 10})", "true", "questions[3].when", "must be an object"},
        {R"({"question": "score", "from": 3)", R"({"question": "more", "from": 3)", "questions[3].when.question",
         "names no earlier question"},
        {R"({"question": "score", "from": 3)", R"({"question": "liked", "from": 3)", "questions[3].when.question",
         "names no earlier question"},
        {R"({"question": "score", "from": 3)", R"({"question": "hello", "from": 3)", "questions[3].when.from",
         "is of a scale alone"},
        {R"({"question": "effort", "from": 4})", R"({"question": "effort", "from": 0})",
         "questions[5].when.any[1].all[1].from", "is not on the scale"},
        {R"({"question": "effort", "from": 4})", R"({"question": "effort", "from": 4, "to": 8})",
         "questions[5].when.any[1].all[1].to", "is not on the scale"},
        {R"("band": "promoter")", R"("answer": "price")", "questions[5].when.any[0].answer", "is no choice"},
        {R"({"question": "score", "band")", R"({"question": "effort", "band")", "questions[5].when.any[0].band",
         "is of an \"nps\" question alone"},
        {R"("answer": "price")", R"("answer": "colour")", "questions[5].when.any[1].all[0].answer", "is no choice"},
        {R"("answer": "app"})", R"("answer": "app", "weight": 2})", "questions[6].when.weight", "unknown key"},
        {R"({"id": "price", "text": "Price"}, )", R"({"id": "speed", "text": "Price"}, )", "questions[4].choices[1].id",
         "another one is \"speed\" already"},
        {R"({"id": "price", "text": "Price"}, )", R"({"id": "price", "text": "Price", "other": true}, )",
         "questions[4].choices[0].other", "must be the last"},
        {R"({"id": "price", "text": "Price"}, )", R"({"id": "price"}, )", "questions[4].choices[0].text", "is missing"},
        {R"({"id": "price", "text": "Price"}, )", R"({"id": "price", "text": "Price", "when": {}}, )",
         "questions[4].choices[0].when", "unknown rule"},
        {R"({"id": "app", "text": "App"}, )", "", "questions[5].choices", "must be two at least"},
        {R"("type": "thanks"})", R"("type": "thanks", "when": {"question": "more", "answer": "app"}})",
         "questions[7].when", "\"thanks\" is always said"},
        {R"("type": "thanks"})", R"("type": "text", "text": "Bye?"})", "questions[7].type", "one \"thanks\" must"},
        {R"("type": "text", "text": "In)", R"("type": "thanks", "text": "In)", "questions[6].type",
         "one \"thanks\" must"},
        {R"("type": "ces", "text": "It was easy.", "low": "Disagree", "high": "Agree", )", R"("type": "nps", )",
         "questions[2].type", "one \"nps\" may be asked"},
    };
    for (const Fault& fault : faults) {
        CAPTURE(fault.from, fault.to);
        const std::string text = replaced(kEverything, fault.from, fault.to);
        for (const Reading reading : {Reading::strict, Reading::field}) {
            const Error error = error_of(text, reading);
            CHECK(error.path == "surveys[0]." + fault.path);
            CHECK(error.reason.substr(0, fault.reason.size()) == fault.reason);
        }
    }
}

TEST_CASE("questions: too few, too many, none that counts") {
    CHECK(error_of(survey_of("[]"), Reading::field).path == "surveys[0].questions");
    CHECK(error_of(survey_of(R"([{"id": "t", "type": "thanks"}])"), Reading::field).reason ==
          "must have a scale or a choice, and a \"thanks\"");
    CHECK(error_of(survey_of(R"([{"id": "q", "type": "text", "text": "T"}, {"id": "t", "type": "thanks"}])"),
                   Reading::field)
              .reason == "must have a scale or a choice, and a \"thanks\"");
    std::string many = "[";
    for (int i = 0; i < 20; ++i) {
        many += R"({"type": "multiple", "text": "T", )" + std::string(kChoices) + R"(, "id": "q)" + std::to_string(i) +
                "\"}, ";
    }
    CHECK(error_of(survey_of(many + R"({"id": "t", "type": "thanks"}])"), Reading::field).reason ==
          "must have at most 20 items, has 21");
    std::string choices;
    for (int i = 0; i < 13; ++i)
        choices += (i ? ", {\"id\": \"c" : "{\"id\": \"c") + std::to_string(i) + R"(", "text": "C"})";
    CHECK(error_of(survey_of(R"([{"id": "q", "type": "single", "text": "T", "choices": [)" + choices +
                             R"(]}, {"id": "t", "type": "thanks"}])"),
                   Reading::field)
              .path == "surveys[0].questions[0].choices");
}

TEST_CASE("questions: conditions nested as deep as JSON goes are read, or refused, and end") {
    std::string open, close;
    for (int i = 0; i < 26; ++i) {
        open += R"({"any": [)";
        close += "]}";
    }
    const std::string text = replaced(kEverything, R"({"question": "more", "answer": "app"})",
                                      open + R"({"question": "more", "answer": "app"})" + close);
    CHECK(read(text, Reading::strict).surveys[0].questions[6].when.of.size() == 1);
}

TEST_CASE("How a card stands is read, and what no card is is refused by its path") {
    const auto with = [](const std::string& card) {
        return read_document(
            R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [{"id": "s", )"
            R"("kind": "transactional", "triggers": [{"event": "go"}], )" +
                card + R"("questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})",
            json::Reading::strict);
    };
    const auto plain = with("");
    REQUIRE(plain);
    CHECK(plain->surveys[0].look == Look{});
    const auto all = with(
        R"("card": {"layout": "inline", "scale_start": "left", "scale_colors": true, "later": true, "description": ""}, )");
    REQUIRE(all);
    CHECK(all->surveys[0].look == Look{Layout::inline_, ScaleStart::left, true, true});
    const std::pair<const char*, const char*> faults[] = {
        {R"("card": [], )", "surveys[0].card"},
        {R"("card": {"layout": "popover"}, )", "surveys[0].card.layout"},
        {R"("card": {"layout": 1}, )", "surveys[0].card.layout"},
        {R"("card": {"scale_start": "right"}, )", "surveys[0].card.scale_start"},
        {R"("card": {"later": "yes"}, )", "surveys[0].card.later"},
        {R"("card": {"latter": true}, )", "surveys[0].card.latter"},
    };
    for (const auto& [card, path] : faults) {
        INFO(card);
        const auto refused = with(card);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().path == path);
    }
}
