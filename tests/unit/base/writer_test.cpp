// JSON written piece by piece, texts put together, and the one sort.
#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <string>

#include "base/json_writer.hpp"
#include "base/order.hpp"
#include "base/text.hpp"

using candor::json::Value;
using candor::json::Writer;

TEST_CASE("what is written piece by piece is read back as it was meant") {
    Writer out;
    out.object();
    out.text("text", "a \"quoted\"\n{[: line").whole("whole", -7).number("number", 0.5).boolean("yes", true);
    out.null("nothing").object("empty").end().array("none").end();
    out.array("list").whole(nullptr, 1).text(nullptr, "{").array().end().object().text("k", "[").end().end();
    out.key("any: key").text(nullptr, "v").raw("raw", "[1,2]");
    out.end();
    CHECK(out.text() ==
          R"({"text":"a \"quoted\"\n{[: line","whole":-7,"number":0.5,"yes":true,"nothing":null,"empty":{},"none":[],)"
          R"("list":[1,"{",[],{"k":"["}],"any: key":"v","raw":[1,2]})");
    const auto read = candor::json::parse(out.text());
    REQUIRE(read.has_value());
    CHECK(candor::json::dump(*read) == out.take());
}

TEST_CASE("a writer takes bytes that are no UTF-8 and numbers that are none") {
    Writer out;
    out.array().text(nullptr, "a\xff").number(nullptr, std::numeric_limits<double>::infinity()).end();
    CHECK(out.take() == "[\"a\xEF\xBF\xBD\",null]");
}

TEST_CASE("a value stands alone, too") {
    CHECK(Writer().text(nullptr, "").take() == "\"\"");
    CHECK(Writer().text(nullptr, candor::String("a\0b", 3)).take() == "\"a\\u0000b\"");
    CHECK(Writer().text(nullptr, std::string_view("ab").substr(1)).take() == "\"b\"");
    CHECK(Writer().value(nullptr, Value(3)).take() == "3");
}

TEST_CASE("texts are joined and whole numbers spelled") {
    CHECK(candor::joined({}).empty());
    CHECK(candor::joined({"a", candor::String("b"), "", "c"}) == "abc");
    CHECK(candor::digits(0) == "0");
    CHECK(candor::digits(-120) == "-120");
    CHECK(candor::digits(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
    CHECK(candor::digits(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

TEST_CASE("the sort is a sort, and stable, for any count") {
    for (std::size_t count = 0; count < 70; ++count) {
        candor::Indices indices = candor::counted(count);
        const auto key = [](std::uint32_t i) { return (i * 31u + 7u) % 5u; };
        candor::sort_indices(indices, [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
        REQUIRE(indices.size() == count);
        for (std::size_t i = 1; i < count; ++i) {
            const std::uint32_t a = indices[i - 1], b = indices[i];
            CHECK((key(a) < key(b) || (key(a) == key(b) && a < b)));
        }
    }
}
