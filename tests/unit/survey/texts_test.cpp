#include "survey/texts.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"
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
    // Version 1, for ever: new words are a new version.
    const std::map<std::string_view, std::string_view> hashes = {
        {"en", "fb165d609bbeed49"}, {"de", "53fa371a0f012b44"}, {"fr", "74403069115e8733"}, {"es", "d6d6fcd86a51771a"},
        {"ar", "ed033dac1abeb44e"}, {"hi", "7d9ffa25b7edd51b"}, {"ja", "8b7e0513558e7565"}, {"he", "667b6a02a9dca7ab"},
        {"it", "dbb4c734789d48cb"}, {"ko", "5d543597133557f5"}, {"pt", "58fe13f4b1883247"}, {"th", "a167d4c634654c57"},
        {"zh", "536776d87bcb9ca6"}};
    CHECK(kNpsVersion == 1);
    REQUIRE(languages().size() == hashes.size());
    for (const auto& [tag, hash] : hashes) {
        CAPTURE(tag);
        const NpsWording wording = nps_wording(tag, "");
        CHECK(wording.locale == tag);
        std::string all(wording.question);
        all.append("\n").append(wording.low_label).append("\n").append(wording.high_label);
        CHECK(is_utf8(all));
        CHECK(sha256_hex(all, 16) == hash);
        CHECK(wording.question.find("{product}") != std::string_view::npos);
    }
}

TEST_CASE("texts: the wording for a language that is not there") {
    CHECK(nps_wording("de-AT", "en").locale == "de");
    CHECK(nps_wording("sv", "fr-CA").locale == "fr");
    CHECK(nps_wording("sv", "nl").locale == "en");
    CHECK(nps_wording("", "").locale == "en");
}

TEST_CASE("texts: the interface has all its words in all its languages") {
    CHECK(languages().front().tag == "en");
    for (const auto& [tag, words] : languages()) {
        CHECK(request_words({tag, words}));
        std::set<std::string_view> seen;
        std::string_view keys = kWordKeys;
        while (!keys.empty()) {
            const std::string_view key = take_part(keys, '|');
            CAPTURE(tag, key);
            const std::string_view text = interface_text(key, tag);
            CHECK_FALSE(text.empty());
            CHECK(is_utf8(text));
            CHECK(text.find('\n') == std::string_view::npos);
            CHECK((text.find("{score}") != std::string_view::npos) == (key == "of_ten"));
            CHECK(seen.insert(text).second);
        }
        // One more would be a word that nobody knows of.
        const auto lines = static_cast<std::size_t>(std::count(words.begin(), words.end(), '\n'));
        CHECK(lines == static_cast<std::size_t>(Line::first_word) + seen.size());
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

TEST_CASE("texts: what the app gave, or what stands after the bar") {
    const std::vector<NamedText> given = {{"attribute.plan", "Pro"},
                                          {"attribute.blank", " \n"},
                                          {"attribute.sly", "{product} {attribute.plan}"},
                                          {"attribute.lines", "one\ntwo\tthree\x01"},
                                          {"attribute.turned", "a\u202Eb\u2066c\u2069d\u200Fe"},
                                          {"attribute.long", std::string(99, 'a') + "€uro"},
                                          {"property.item", "Mug"},
                                          {"other.item", "x"}};
    const auto filled = [&](std::string_view text) { return fill(text, {{"product", "Acme"}}, given); };
    CHECK(filled("{product}: {attribute.plan}, {property.item|it}") == "Acme: Pro, Mug");
    CHECK(filled("How is {attribute.tier|your plan}?") == "How is your plan?");
    CHECK(filled("How is {attribute.tier}?") == "How is ?");
    CHECK(filled("{attribute.tier|}") == "");
    CHECK(filled("{attribute.blank|nothing}") == "nothing");
    CHECK(filled("{attribute.sly}") == "{product} {attribute.plan}");
    CHECK(filled("{attribute.lines}") == "one two three ");
    CHECK(filled("{attribute.turned}") == "abcd\u200Fe");
    CHECK(filled("{attribute.long}") == std::string(99, 'a') + "…");
    CHECK(filled("{attribute.tier|a|b}") == "a|b");
    // What is none of these stays.
    CHECK(filled("{other.item|x} {Attribute.plan} {attribute.plan") ==
          "{other.item|x} {Attribute.plan} {attribute.plan");
    CHECK(filled("{attribute.{product}}") == "{attribute.Acme}");
    CHECK(filled("{attribute.tier|{product}}") == "{attribute.tier|Acme}");
    CHECK(fill("{attribute.plan|your plan}", {}) == "your plan");
}
