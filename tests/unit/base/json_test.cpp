#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/json.hpp"
#include "base/sha256.hpp"

using namespace candor;
using json::Type;
using json::Value;

namespace {

Value read(std::string_view text) {
    auto value = json::parse(text);
    if (!value) FAIL(std::string(text) << ": " << describe(value.error()));
    return std::move(*value);
}

// The reason of the refusal; "" when it was taken.
std::string refusal(std::string_view text, const json::Limits& limits = {}) {
    const auto value = json::parse(text, limits);
    return value ? "" : describe(value.error());
}

bool refused(std::string_view text) { return !refusal(text).empty(); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("json: values of every type, in their order") {
    const Value value = read(R"( {"b": [1, -2.5, true, false, null, "x"], "a": {"": {}}, "c": []} )");
    CHECK(json::dump(value) == R"({"b":[1,-2.5,true,false,null,"x"],"a":{"":{}},"c":[]})");
    CHECK(value.find("a")->find("")->type() == Type::object);
    CHECK(value.find("c")->type() == Type::array);
    CHECK(value.find("d") == nullptr);
    CHECK(value.find("b")->find("x") == nullptr);
    CHECK(value.find("b")->array()[1].number() == -2.5);
    CHECK(read("7").integer() == 7);
    CHECK(read("7").number() == 7.0);
    CHECK(read("\"x\"").number() == 0);
    CHECK(read("true").text().empty());
}

TEST_CASE("json: what is not JSON is refused, with its place") {
    CHECK(refusal("{\n  \"a\": 1,\n  \"b\": nope\n}").starts_with("line 3, column 9: "));
    CHECK(refusal("").starts_with("line 1, column 1: "));
    CHECK(refusal("[1, 2").starts_with("line 1, column 6: "));
    for (const char* text :
         {" ",           "[1,]",    "{\"a\":1,}", "{a:1}",     "{'a':1}",  "[1 2]",  "{\"a\" 1}", "{\"a\":}",
          "tru",         "nul",     "+1",         "01",        ".5",       "1.",     "1e",        "--1",
          "0x10",        "NaN",     "Infinity",   "-Infinity", "\"a",      "\"\t\"", "\"\n\"",    "\"\\x\"",
          "\"\\u12g4\"", "// c\n1", "/* c */ 1",  "1 2",       "[] []",    "{} x",   "]",         "}",
          ",",           ":",       "{1:2}",      "[1}",       "{\"a\":1]"}) {
        CAPTURE(text);
        CHECK(refused(text));
    }
}

TEST_CASE("json: what follows a zero byte is not overlooked") {
    CHECK(refused(std::string_view("1\0garbage", 9)));
    CHECK(refused(std::string_view("1\0", 2)));
    CHECK(refused(std::string_view("\"\0\"", 3)));
    CHECK(refused(std::string_view("\0", 1)));
}

TEST_CASE("json: duplicate keys are refused, at the second") {
    CHECK(refusal("{\"a\": 1,\n \"b\": 2, \"a\": 3}") == "line 2, column 10: duplicate key 'a'");
    CHECK(refused(R"({"a": 1, "\u0061": 2})"));
    CHECK(refused(R"([{"x": {"": 1, "": 2}}])"));
    CHECK_FALSE(refused(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]})"));
    CHECK_FALSE(refused(R"({"a": 1, "A": 2})"));
}

TEST_CASE("json: an object of very many keys is read in reasonable time") {
    std::string text = "{";
    for (int i = 0; i < 50'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    CHECK(read(text + "\"last\":0}").members().size() == 50'001);
    CHECK(refusal(text + "\"k7\":0}").find("duplicate key 'k7'") != std::string::npos);
}

TEST_CASE("json: limits") {
    CHECK_FALSE(refused(nested(64)));
    CHECK(refusal(nested(65)) == "line 1, column 65: nested deeper than 64");
    CHECK(refused(std::string(1'000'000, '[')));
    CHECK(refusal("[1,2]", {.bytes = 4}) == "longer than 4 bytes");
    CHECK(refusal(R"(["abcd"])", {.text_bytes = 3}) == "line 1, column 2: a string is longer than 3 bytes");
    CHECK(refusal(R"({"abcd":1})", {.text_bytes = 3}) == "line 1, column 2: a string is longer than 3 bytes");
    CHECK(refusal(R"(["é"])", {.text_bytes = 2}).empty());
    CHECK(refusal("[1, [2]]", {.values = 3}) == "line 1, column 6: more than 3 values");
    CHECK(refusal("[1, [2]]", {.values = 4}).empty());
}

TEST_CASE("json: text must be UTF-8, and surrogates come in pairs") {
    CHECK(read(R"("\ud83d\ude42 \u00e9 \n \/ \\ \"")").text() == "🙂 é \n / \\ \"");
    CHECK(read("\"🙂\"").text() == "🙂");
    for (const char* text : {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xC3\"", "\xFF",
                             R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\ude42")", R"("\u")"}) {
        CAPTURE(text);
        CHECK(refused(text));
    }
    CHECK(refusal("\xEF\xBB\xBF{}") == "line 1, column 1: begins with a byte order mark");
    CHECK(read(R"("a\u0000b")").text() == std::string("a\0b", 3));
}

TEST_CASE("json: a reason is short, and is UTF-8, whatever was refused") {
    const std::string reason = refusal("\"" + std::string(60'000, 'x') + "\xFF\"");
    CHECK(reason.size() < 400);
    CHECK(read("\"" + reason + "\"").text().size() > 10);
    const std::string quoting = refusal("[\"\xFF\xFE");
    CHECK(json::parse("\"" + quoting + "\"").has_value());
}

TEST_CASE("json: integers are exact to 64 bits and doubles beyond") {
    CHECK(read("9223372036854775807").integer() == std::numeric_limits<std::int64_t>::max());
    CHECK(read("-9223372036854775808").integer() == std::numeric_limits<std::int64_t>::min());
    CHECK(read("9223372036854775808").type() == Type::number);
    CHECK(read("9223372036854775808").number() == 9223372036854775808.0);
    CHECK(read("18446744073709551615").number() == 18446744073709551615.0);
    CHECK(read("-9223372036854775809").number() == -9223372036854775808.0);
    CHECK(read("123456789012345678901234567890").number() == 123456789012345678901234567890.0);
    CHECK(read("-0").integer() == 0);
    CHECK(read("-0.0").number() == 0);
    CHECK(read("1e2").type() == Type::number);
    CHECK(read("1e2") == read("100"));
    CHECK(read("1.7976931348623157e308").number() == std::numeric_limits<double>::max());
    CHECK(read("1e-400").number() == 0);
    CHECK(refused("1e400"));
    CHECK(refused("-1e400"));
    CHECK(refused(std::string(400, '9')));
}

TEST_CASE("json: doubles are written in the fewest digits that read back") {
    const auto text = [](double number) { return json::dump(Value(number)); };
    CHECK(text(0.0) == "0");
    CHECK(text(-0.0) == "0");
    CHECK(text(2.0) == "2");
    CHECK(text(-12.5) == "-12.5");
    CHECK(text(0.1) == "0.1");
    CHECK(text(0.1 + 0.2) == "0.30000000000000004");
    CHECK(text(100.0 / 3) == "33.333333333333336");
    CHECK(text(1e21) == "1e+21");
    CHECK(text(123456789012345680000.0) == "123456789012345680000");
    CHECK(text(0.000001) == "0.000001");
    CHECK(text(0.0000001) == "1e-7");
    CHECK(text(1.5e-9) == "1.5e-9");
    CHECK(text(5e-324) == "5e-324");
    CHECK(text(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
    CHECK(text(std::numeric_limits<double>::infinity()) == "null");
    CHECK(text(std::nan("")) == "null");
}

TEST_CASE("json: the nearest double is read, and of two the even one") {
    const double tiny = std::numeric_limits<double>::denorm_min();
    const auto number = [](std::string_view text) { return read(text).number(); };
    CHECK(number("9007199254740993.0") == 9007199254740992.0);
    CHECK(number("9007199254740995.0") == 9007199254740996.0);
    CHECK(number("9007199254740993." + std::string(2000, '0') + "1") == 9007199254740994.0);
    CHECK(number("9007199254740992." + std::string(2000, '9')) == 9007199254740992.0);
    CHECK(number("7e22") == 0x1.da56a4b0835c0p75);  // halfway, at a power of ten that is exact
    CHECK(number("1e23") == 0x1.52d02c7e14af6p76);
    CHECK(number("8.98846567431158e307") == 0x1p1023);
    CHECK(number("2.2250738585072011e-308") == 0x0.fffffffffffffp-1022);
    CHECK(number("4.9406564584124654e-324") == tiny);
    CHECK(number("2.4703282292062327e-324") == 0);
    CHECK(number("2.4703282292062328e-324") == tiny);
    CHECK(number("1.7976931348623158e308") == std::numeric_limits<double>::max());
    CHECK(refused("1.7976931348623159e308"));
    CHECK(number("0." + std::string(100'000, '0') + "25e100001") == 2.5);
    CHECK(number("1" + std::string(100'000, '0') + "e-99999") == 10);
    CHECK(number("0e999999999999999999999") == 0);
    CHECK(number("1e-999999999999999999999") == 0);
    CHECK(refused("1e999999999999999999999"));
    CHECK(std::signbit(number("-0.0")));
}

TEST_CASE("json: below a power of two the shortest digits are not the nearest ones") {
    CHECK(json::number_text(0x1p-44) == "5.684341886080802e-14");
    CHECK(json::number_text(0x1p-1022) == "2.2250738585072014e-308");
    CHECK(json::number_text(0x1p-1074) == "5e-324");
    CHECK(json::number_text(9007199254740993e3) == "9007199254740993000");
    CHECK(json::number_text(0x1p89) == "6.189700196426902e+26");
}

TEST_CASE("json: a hostile number costs no more than its length") {
    const std::string digits(3'000'000, '7');
    CHECK(read("0." + digits).number() == 7.0 / 9);
    CHECK(refused(digits));
    std::string many = "[0";
    while (many.size() < 300'000) many += ",9.8765432109876543e-310,1.2345678901234567e+300";
    CHECK(read(many + "]").array().size() > 12'000);
}

// The property tests compare with other libraries where there are any; this says that no platform differs from those.
TEST_CASE("json: numbers are the same on every platform") {
    std::string all;
    std::uint64_t bits = 1;
    for (int i = 0; i < 3000; ++i) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        std::uint64_t wanted = bits >> (i % 3 == 0 ? i % 64 : 0);
        double number = 0;
        std::memcpy(&number, &wanted, sizeof number);
        if (!std::isfinite(number)) continue;
        const std::string text = json::number_text(number);
        number = read(text).number();
        std::uint64_t back = 0;
        std::memcpy(&back, &number, sizeof back);
        if (back != wanted) FAIL(text << " is " << back << " and not " << wanted);
        all += text + "\n";
    }
    CHECK(sha256_hex(all, 16) == "b2077125fa60ceed");
}

TEST_CASE("json: writing escapes what must be, and never fails") {
    CHECK(json::dump(Value("a\"b\\c/\b\t\n\f\r\x01\x0b\x1f\x7f")) ==
          "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0001\\u000b\\u001f\x7f\"");
    CHECK(json::dump(Value(candor::String("\0", 1))) == "\"\\u0000\"");
    CHECK(json::dump(Value("é\xFF\xC3z")) == "\"é\xEF\xBF\xBD\xEF\xBF\xBDz\"");
    Value object;
    object.set("k\n", Value(json::Array{})).set("n", 1u).set("f", false);
    CHECK(json::dump(object) == R"({"k\n":[],"n":1,"f":false})");
}

TEST_CASE("json: every value knows where it stood") {
    const std::string text = "{\"a\\\"\": [10, -2.5e3,\n \"x\\\\\", true, false, null, {}, \"\"], \"b\":7}";
    const Value value = read(text);
    const json::Array& items = value.members()[0].second.array();
    const auto rest = [&](const Value& v) { return text.substr(v.offset()); };
    CHECK(value.offset() == 0);
    CHECK(rest(value.members()[0].second).starts_with("[10"));
    CHECK(rest(items[0]).starts_with("10,"));
    CHECK(rest(items[1]).starts_with("-2.5e3"));
    CHECK(rest(items[2]).starts_with("\"x\\\\\","));
    CHECK(rest(items[3]).starts_with("true"));
    CHECK(rest(items[4]).starts_with("false"));
    CHECK(rest(items[5]).starts_with("null"));
    CHECK(rest(items[6]).starts_with("{}"));
    CHECK(rest(items[7]).starts_with("\"\"]"));
    CHECK(rest(*value.find("b")) == "7}");
    CHECK(json::parse("12")->offset() == 0);
    CHECK(json::line_and_column(text, items[2].offset()) == std::pair<std::size_t, std::size_t>{2, 2});
    CHECK(json::line_and_column("", 99) == std::pair<std::size_t, std::size_t>{1, 1});
}
