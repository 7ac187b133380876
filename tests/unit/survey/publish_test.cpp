#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "sample.hpp"

using namespace candor;
using namespace candor::survey;
using namespace candor::survey::testing;

namespace {

std::string published(std::string_view text) {
    auto out = publish(text);
    if (!out) FAIL(describe(out.error()));
    return std::move(*out);
}

std::string file(const std::string& path) {
    std::ifstream in(CANDOR_SOURCE_DIR "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("publish: the same meaning, without the authors' notes, and no byte too many") {
    const std::string text = changed(R"("wave": "2026-q4")", R"("description": "secret plans", "wave": "2026-q4")");
    const std::string out = published(text);
    CHECK(out.find("secret") == std::string::npos);
    CHECK(out.find("description") == std::string::npos);
    CHECK(out.find('\n') == std::string::npos);
    CHECK(out.starts_with(R"({"candor":1,"project":"shop","revision":3,)"));
    Document before = read(text);
    const Document after = read(out);
    CHECK(before.hash != after.hash);
    before.hash = after.hash;
    CHECK(before == after);
    CHECK(published(out) == out);
}

TEST_CASE("publish: refuses what check refuses") {
    const auto out = publish(changed(R"("wave")", R"("wav")"));
    REQUIRE_FALSE(out);
    CHECK(out.error().path == "surveys[0].wav");
    CHECK_FALSE(publish("{").has_value());
}

TEST_CASE("publish: the demo's document") {
    const std::string text = file("demo/surveys/shop.json");
    Document before = read(text);
    const Document after = read(published(text));
    before.hash = after.hash;
    CHECK(before == after);
    REQUIRE(after.surveys.size() == 2);
    CHECK(after.surveys[0].waits == Waits{90 * kDay, 30 * kDay, {}});
    CHECK(after.surveys[0].triggers[0].at_least == 3);
    CHECK(after.surveys[1].delay == 2 * kSecond);
    CHECK(after.surveys[1].expires == 10 * kMinute);
    CHECK(after.surveys[1].triggers[0].name == "purchase_completed");
    for (const Survey& survey : after.surveys) {
        for (const Band band : {Band::detractor, Band::passive, Band::promoter}) {
            const LocalizedText& texts = survey.questions[1].text.for_band(band);
            for (const char* locale : {"en", "de", "ar"}) CHECK(localize(texts, locale, "").locale == locale);
        }
    }
}
