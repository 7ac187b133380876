#include "survey/texts.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include <algorithm>

#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "survey/locales/locale.hpp"

using namespace candor;
using namespace candor::survey;

TEST_CASE("texts: the nearest language") {
    const LocalizedText texts = {{"fr", "F"}, {"en", "E"}, {"pt", "P"}, {"zh-Hant", "Z"}, {"pt-BR", "B"}};
    CHECK(localize(texts, "pt-BR", "en").text == "B");
    CHECK(localize(texts, "PT_br", "en").text == "B");
    CHECK(localize(texts, "pt-PT", "en").text == "P");
    CHECK(localize(texts, "zh-Hant-TW", "en").locale == "zh-Hant");
    CHECK(localize(texts, "zh", "en").text == "E");
    CHECK(localize(texts, "de", "en-GB").text == "E");
    CHECK(localize(texts, "", "pt").text == "P");
    CHECK(localize(texts, "de", "sv").text == "F");
    CHECK(localize(texts, "-", "-").text == "F");
    CHECK(localize({}, "de", "en").text.empty());
    CHECK(localize({}, "de", "en").locale.empty());
}

TEST_CASE("texts: the locked wording is what it was when scores were taken with it") {
    std::set<std::string_view> tags;
    for (auto at = locales_begin(); at != locales_end(); ++at) {
        const NpsWording& wording = (*at)->nps;
        CAPTURE(wording.locale);
        std::string all(wording.question);
        all.append("\n").append(wording.low_label).append("\n").append(wording.high_label);
        CHECK(is_utf8(all));
        CHECK(sha256_hex(all, 16) == wording.hash);
        CHECK(wording.question.find("{product}") != std::string_view::npos);
        CHECK(wording.version == 1);
        CHECK(wording.reviewed == (wording.locale == "en"));
        CHECK(tags.insert(wording.locale).second);
    }
    CHECK(tags == std::set<std::string_view>{"ar", "de", "en", "es", "fr", "hi", "ja"});
    // Version 1, for ever: new words are a new version.
    CHECK(nps_wording("en", "").hash == "fb165d609bbeed49");
    CHECK(nps_wording("de", "").hash == "53fa371a0f012b44");
    CHECK(nps_wording("fr", "").hash == "74403069115e8733");
    CHECK(nps_wording("es", "").hash == "d6d6fcd86a51771a");
    CHECK(nps_wording("ar", "").hash == "ed033dac1abeb44e");
    CHECK(nps_wording("hi", "").hash == "7d9ffa25b7edd51b");
    CHECK(nps_wording("ja", "").hash == "8b7e0513558e7565");
}

TEST_CASE("texts: the wording for a language that is not there") {
    CHECK(nps_wording("de-AT", "en").locale == "de");
    CHECK(nps_wording("sv", "fr-CA").locale == "fr");
    CHECK(nps_wording("sv", "nl").locale == "en");
    CHECK(nps_wording("", "").locale == "en");
}

TEST_CASE("texts: the interface has all its words in all its languages") {
    for (auto at = locales_begin(); at != locales_end(); ++at) {
        std::set<std::string_view> seen;
        for (const std::string_view key : kWordKeys) {
            CAPTURE((*at)->nps.locale, key);
            const std::string_view text = interface_text(key, (*at)->nps.locale);
            CHECK_FALSE(text.empty());
            CHECK(is_utf8(text));
            CHECK(text.find('\n') == std::string_view::npos);
            CHECK((text.find("{score}") != std::string_view::npos) == (key == "of_ten"));
            CHECK(seen.insert(text).second);
        }
        CHECK(std::count((*at)->words.begin(), (*at)->words.end(), '\n') + 1 == std::ssize(kWordKeys));
    }
    CHECK(interface_text("send", "en-GB") == "Send");
    CHECK(interface_text("card", "en") == "Survey");
    CHECK(interface_text("close", "de_DE") == "Schließen");
    CHECK(interface_text("send", "sv") == "Send");
    CHECK(interface_text("send", "") == "Send");
    CHECK(interface_text("nothing", "en").empty());
}

TEST_CASE("texts: direction") {
    for (const char* tag :
         {"ar", "ar-EG", "AR_eg", "he", "iw", "fa-IR", "ur", "ps", "yi", "ckb", "pa-Arab", "az-Arab-IR", "dv"}) {
        CAPTURE(tag);
        CHECK(is_rtl(tag));
    }
    for (const char* tag :
         {"", "en", "arn", "es-AR", "ur-Latn", "az", "ja", "hi", "x", "en-u-nu-arab", "-", "en-", "de-1996"}) {
        CAPTURE(tag);
        CHECK_FALSE(is_rtl(tag));
    }
}

TEST_CASE("texts: values are filled in once") {
    CHECK(fill("How is {product}?", {{"product", "Acme"}}) == "How is Acme?");
    CHECK(fill("{a}{b}{a}", {{"a", "{b}"}, {"b", "2"}}) == "{b}2{b}");
    CHECK(fill("{unknown} { product } {product", {{"product", "x"}}) == "{unknown} { product } {product");
    CHECK(fill("{{a}}", {{"a", "1"}}) == "{1}");
    CHECK(fill("", {{"a", "1"}}).empty());
    CHECK(fill("{}", {{"a", "1"}}) == "{}");
    CHECK(fill("no values {a}", {}) == "no values {a}");
    CHECK(fill("{ä} {a", {{"ä", "ok"}}) == "ok {a");
}
