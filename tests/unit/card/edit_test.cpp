#include "card/edit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "base/list.hpp"
#include "base/string.hpp"
#include "base/utf8.hpp"

using namespace candor::card;

namespace {

candor::List<candor::String> clusters(std::string_view text) {
    candor::List<candor::String> result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = next_boundary(text, at);
        result.emplace_back(text.substr(at, next - at));
        at = next;
    }
    return result;
}

using Clusters = candor::List<candor::String>;

}  // namespace

TEST_CASE("Characters are what people see as one") {
    CHECK(clusters("abc") == Clusters{"a", "b", "c"});
    CHECK(clusters("e\u0301x") == Clusters{"e\u0301", "x"});
    CHECK(clusters("👍🏽!") == Clusters{"👍🏽", "!"});
    CHECK(clusters("👩‍👩‍👧‍👦a") == Clusters{"👩‍👩‍👧‍👦", "a"});
    CHECK(clusters("❤️x") == Clusters{"❤️", "x"});
    CHECK(clusters("🇩🇪🇫🇷") == Clusters{"🇩🇪", "🇫🇷"});
    CHECK(clusters("🇩🇪🇫") == Clusters{"🇩🇪", "🇫"});
    CHECK(clusters("नि") == Clusters{"नि"});
    CHECK(clusters("a\nb") == Clusters{"a", "\n", "b"});
    CHECK(clusters("\n\u0301").size() == 2);
}

TEST_CASE("Boundaries agree in both directions, from any byte") {
    const std::string text = "ae\u0301👩‍👩‍👧🇩🇪\nमस्ते end";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const std::size_t here = boundary_at_or_before(text, at);
        CHECK(here <= at);
        const std::size_t next = next_boundary(text, here);
        CHECK((next > here || here == text.size()));
        if (next > here) CHECK(previous_boundary(text, next) == here);
    }
    CHECK(previous_boundary(text, 0) == 0);
    CHECK(next_boundary(text, text.size() + 50) == text.size());
}

TEST_CASE("Erasing takes whole characters") {
    CHECK(erase_before("Hi👩‍👧", 13).text == "Hi");
    CHECK(erase_before("", 0).text.empty());
    CHECK(erase_after("🇩🇪!", 0).text == "!");
    CHECK(erase_after("ab", 2).text == "ab");
    CHECK(erase_before("👍🏽", 5).text == "👍🏽");  // the caret inside of one stands before it
}

TEST_CASE("Inserting keeps to the limit, between characters") {
    CHECK(insert("ad", 1, "bc", 100).text == "abcd");
    CHECK(insert("ad", 1, "bc", 100).caret == 3);
    CHECK(insert("ab", 2, "👍🏽👍", 10).text == "ab👍🏽");
    CHECK(insert("ab", 2, "👍🏽", 9).text == "ab");
    CHECK(insert("abc", 99, "d", 3).text == "abc");
}

TEST_CASE("Only what may stand in an answer can be typed") {
    CHECK(typable("a\r\nb\rc\td\x01\x7f") == "a\nb\nc d");
    CHECK(typable("\xff\xfe").empty());
    CHECK(typable("\xed\xa0\x80").empty());
    CHECK(typable("日本語") == "日本語");
}

TEST_CASE("Lines end at newlines") {
    const std::string text = "one\ntwo\n";
    CHECK(line_begin(text, 2) == 0);
    CHECK(line_end(text, 2) == 3);
    CHECK(line_begin(text, 4) == 4);
    CHECK(line_begin(text, 6) == 4);
    CHECK(line_end(text, 4) == 7);
    CHECK(line_begin(text, 8) == 8);
    CHECK(line_end(text, 8) == 8);
    CHECK(line_begin("\n", 0) == 0);
}
