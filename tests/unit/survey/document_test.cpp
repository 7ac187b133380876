#include "survey/document.hpp"

#include <catch2/catch_test_macros.hpp>

#include "base/sha256.hpp"
#include "sample.hpp"

using namespace candor;
using namespace candor::survey;
using namespace candor::survey::testing;

TEST_CASE("document: its own members") {
    const Document document = read(kSample);
    CHECK(document.project == "shop");
    CHECK(document.revision == 3);
    CHECK(document.hash == sha256_hex(kSample, 16));
    CHECK(document.product == "Acme Shop");
    CHECK(document.locale == "en");
    CHECK(document.consent.mode == ConsentMode::notice);
    CHECK(document.consent.policy == "2026-01");
    CHECK(document.consent.text == LocalizedText{{"en", "We store your answer."}});
    CHECK(document.theme.light == ThemeColors{0x2563eb, {}, {}});
    CHECK(document.theme.dark == ThemeColors{0x60a5fa, 0, 0xffffff});
    CHECK(document.theme.radius == 16);
    CHECK_FALSE(document.unsupported);
    REQUIRE(document.surveys.size() == 2);
    CHECK(document.find("second") == &document.surveys[1]);
    CHECK(document.find("third") == nullptr);
}

TEST_CASE("document: a survey with everything said") {
    const Document document = read(kSample);
    const Survey& survey = document.surveys[0];
    CHECK(survey.key() == "first.2026-q4");
    CHECK(survey.kind == Kind::relationship);
    REQUIRE(survey.triggers.size() == 2);
    CHECK(survey.triggers[0] == Trigger{TriggerKind::session, "", 3, "$session", "session", "first.2026-q4#0"});
    CHECK(survey.triggers[1] == Trigger{TriggerKind::screen, "home", 2, "home", "screen:home", "first.2026-q4#1"});
    CHECK(survey.waits == Waits{90 * kDay, 30 * kDay, kDay / 2});
    CHECK(survey.sample == Sample{12'500, "first.2026-q4", SampleBy::person});
    CHECK(survey.delay == 0);
    CHECK(survey.expires == 30 * kMinute);
    REQUIRE(survey.questions.size() == 3);
    CHECK(survey.questions[0].text == BandedText{});
    CHECK_FALSE(survey.questions[0].optional);
    const BandedText& reason = survey.questions[1].text;
    CHECK(reason.by_band());
    CHECK(reason.for_band(Band::promoter) == LocalizedText{{"en", "Why so high?"}, {"de", "Warum so hoch?"}});
    CHECK(reason.for_band(Band::detractor) == LocalizedText{{"en", "Why so low?"}});
    CHECK(reason.for_band(Band::passive).empty());
    CHECK(survey.questions[1].optional);
    CHECK(survey.questions[2].type == QuestionType::thanks);
}

TEST_CASE("document: a survey with defaults") {
    const Document document = read(kSample);
    const Survey& survey = document.surveys[1];
    CHECK(survey.wave == "1");
    CHECK(survey.enabled);
    CHECK(survey.starts == 0);
    CHECK(survey.ends == kNever);
    CHECK(survey.triggers[0] == Trigger{TriggerKind::event, "purchase_completed", 1, "purchase_completed",
                                        "event:purchase_completed", "second.1#0"});
    CHECK(survey.waits == Waits{});
    CHECK(survey.sample == Sample{100'000, "second.1", SampleBy::occasion});
    CHECK(survey.delay == 2 * kSecond);
    CHECK(survey.expires == 10 * kMinute);
    CHECK(survey.questions[0].text.always == LocalizedText{{"en", "Your own?"}});
    CHECK(survey.questions[0].low_label == LocalizedText{{"en", "no"}});
    CHECK(survey.questions[1].text.for_band(Band::passive) == LocalizedText{{"en", "More?"}});
    CHECK_FALSE(survey.questions[1].optional);
}

TEST_CASE("document: what may be said in several ways") {
    CHECK(read(changed(R"("wave": "2026-q4",)",
                       R"("wave": "2026-q4", "starts": "2026-11-22", "ends": "2026-11-22T07:00:00Z",)"))
              .surveys[0]
              .ends == 1'795'330'800'000);
    CHECK_FALSE(read(changed(R"("delay": 2)", R"("enabled": false)")).surveys[1].enabled);
    CHECK(read(changed(R"("percent": 12.5)", R"("percent": 0.001, "salt": "panel", "by": "occasion")"))
              .surveys[0]
              .sample == Sample{1, "panel", SampleBy::occasion});
    for (const auto& [percent, threshold] : {std::pair{"0", 0u},
                                             {"100", 100'000u},
                                             {"33.333", 33'333u},
                                             {"99.999", 99'999u},
                                             {"0.1", 100u},
                                             {"2.0", 2000u},
                                             {"1e1", 10'000u},
                                             {"8.2", 8200u},
                                             {"1.005", 1005u}}) {
        CAPTURE(percent);
        CHECK(read(changed("12.5", percent)).surveys[0].sample.threshold == threshold);
    }
    // Two waves of one survey, and descriptions wherever people write.
    CHECK(read(changed(R"("id": "second", )", R"("id": "first", "description": "another wave", )")).surveys[1].key() ==
          "first.1");
    CHECK(read(changed(R"({"session": 3})", R"({"session": 3, "description": "not on the first day"})"))
              .surveys[0]
              .triggers.size() == 2);
}

TEST_CASE("document: texts that are plain are in the document's language") {
    const Document document = read(changed(R"("locale": "en")", R"("locale": "pt-BR")"));
    CHECK(document.consent.text[0].first == "pt-BR");
    CHECK(document.surveys[1].questions[1].text.always[0].first == "pt-BR");
    CHECK(document.surveys[0].questions[1].text.promoter[0].first == "en");
    CHECK(read(changed(R"("locale": "en",)", "")).locale == "en");
}

TEST_CASE("document: the first that can be run is found") {
    std::string text =
        changed(R"("id": "second", "kind": "transactional")", R"("id": "first", "kind": "transactional")");
    text.replace(text.find("\"session\""), 9, "\"weather\"");
    const Document document = read(text, json::Reading::field);
    REQUIRE(document.surveys[0].unsupported);
    CHECK(document.find("first") == &document.surveys[1]);
}
