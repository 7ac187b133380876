// base/json against nlohmann/json, and its numbers against the C++ library's. See json_oracle.hpp for what may differ.
#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "json_oracle.hpp"

using namespace candor;
using testing::disagreement;

namespace {

constexpr json::Limits kNarrow = {.bytes = 2000, .depth = 4, .text_bytes = 12, .values = 20};

int below(int limit) { return *rc::gen::inRange(0, limit); }

std::string one_of(const std::vector<std::string>& texts) { return *rc::gen::elementOf(texts); }

std::string digits(int most) {
    std::string out;
    for (int n = 1 + below(most); n > 0; --n) out += static_cast<char>('0' + below(10));
    return out;
}

std::string number_token() {
    std::string out = one_of({"", "-"});
    std::string whole = digits(below(4) == 0 ? 40 : 5);
    while (whole.size() > 1 && whole.front() == '0') whole.erase(0, 1);
    out += whole;
    if (below(2) == 0) out += "." + digits(below(4) == 0 ? 900 : 5);
    if (below(2) == 0) out += one_of({"e", "E", "e+", "E-", "e-"}) + digits(below(4) == 0 ? 5 : 3);
    return out;
}

std::string text_token() {
    static const std::vector<std::string> parts = {
        "a",       "é",       "€",       "🙂",           "\x7f",    "\\n", "\\\"",         "\\\\",         "\\/",
        "\\u0041", "\\u00e9", "\\uFFFF", "\\ud83d\\ude42", "\\u0000", "{",   "\xED\x9F\xBF", "\xEF\xBF\xBF", "\\uD7ff"};
    std::string out = "\"";
    for (int n = below(6); n > 0; --n) out += one_of(parts);
    return out + "\"";
}

std::string blank() { return one_of({"", "", "", " ", "\n", "\t\r\n "}); }

std::string json_text(int depth) {
    std::string out = blank();
    switch (below(depth > 0 ? 6 : 4)) {
        case 0: out += one_of({"true", "false", "null", "{}", "[]"}); break;
        case 1:
        case 2: out += number_token(); break;
        case 3: out += text_token(); break;
        case 4:
            out += '[' + json_text(depth - 1);
            for (int n = below(4); n > 0; --n) out += ',' + json_text(depth - 1);
            out += ']';
            break;
        default:
            out += '{' + blank() + text_token() + blank() + ':' + json_text(depth - 1);
            for (int n = below(4); n > 0; --n) out += ',' + blank() + text_token() + ':' + json_text(depth - 1);
            out += '}';
    }
    return out + blank();
}

std::string mutated(std::string text) {
    static const std::string bytes =
        std::string("{}[]\":,\\u0dD8e1-+. \n\t/tfn\x01\x7f\xC3\xA9\xFF\xED\xF0\x9F\xBF") + '\0';
    for (int n = 1 + below(3); n > 0 && !text.empty(); --n) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        switch (below(4)) {
            case 0: text.erase(at, static_cast<std::size_t>(1 + below(3))); break;
            case 1: text.insert(at, 1, *rc::gen::elementOf(bytes)); break;
            case 2: text[at] = static_cast<char>(below(256)); break;
            default: text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 8));
        }
    }
    return text;
}

// Twenty times what rapidcheck does by itself; it grows its sizes over a hundred rounds.
template <class Property>
bool check(const Property& property) {
    return rc::check([&] {
        for (int i = 0; i < 20; ++i) property();
    });
}

void agree(const std::string& text) {
    for (const json::Limits& limits : {json::Limits{}, kNarrow}) {
        const std::string difference = disagreement(text, limits);
        if (!difference.empty()) RC_FAIL(text + "\n" + difference);
    }
}

// Doubles of every size; every fourth subnormal, every other near a power of two, where neighbours lie unevenly.
double any_double() {
    std::uint64_t bits = *rc::gen::arbitrary<std::uint64_t>() * 0x9E3779B97F4A7C15u;
    if (below(4) == 0) bits &= (std::uint64_t{1} << 52) - 1;
    if (below(2) == 0) bits = (bits & ~((std::uint64_t{1} << 52) - 1)) + static_cast<std::uint64_t>(below(5)) - 2;
    double out = 0;
    std::memcpy(&out, &bits, sizeof out);
    return std::isfinite(out) ? out : 1;
}

// All digits of a number that a long double holds; 1100 are more than any has.
std::string all_digits(long double number) {
    std::vector<char> buffer(1300);
    const int size = std::snprintf(buffer.data(), buffer.size(), "%.1100Le", number);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

void read_as_the_library_does(const std::string& token) {
    double expected = 0;
    const auto end = std::from_chars(token.data(), token.data() + token.size(), expected);
    RC_ASSERT(end.ptr == token.data() + token.size());
    const auto value = json::parse(token);
    if (end.ec == std::errc::result_out_of_range && (!value || value->number() == 0))
        return;  // too large, or too small
    if (!value) RC_FAIL(token + ": " + std::string(value.error().reason));
    if (value->number() != expected) RC_FAIL(token + " was read as " + std::string(json::dump(*value)));
}

}  // namespace

TEST_CASE("json differential: valid texts") {
    CHECK(check([] { agree(json_text(5)); }));
}

TEST_CASE("json differential: texts that were valid before something happened to them") {
    CHECK(check([] { agree(mutated(json_text(3))); }));
}

TEST_CASE("json differential: any bytes") {
    CHECK(rc::check([](const std::string& bytes) { agree(bytes); }));
    CHECK(check([] {
        agree(*rc::gen::container<std::string>(
            rc::gen::elementOf(std::string("{}[]\":,\\u0d8e1-.+ \n\t/truefalsnxb\xC3\xA9\xFF\xED\xF0\x9F") + '\0')));
    }));
}

TEST_CASE("json differential: what only ours refuses is found by the oracle, too") {
    for (const std::string& text :
         {std::string("\xEF\xBB\xBF{}"), std::string("1\0x", 3), std::string(R"({"a":1,"b":{"a":2},"\u0061":3})"),
          std::string(65, '[') + std::string(65, ']'), "\"" + std::string(65'537, 'x') + "\""}) {
        CHECK_FALSE(json::parse(text));
        CHECK(disagreement(text, {}) == "");
    }
    std::string many = "[0";
    for (int i = 0; i < 200'000; ++i) many += ",0";
    CHECK_FALSE(json::parse(many + "]"));
    CHECK(disagreement(many + "]", {}) == "");
}

TEST_CASE("json differential: numbers are read as from_chars reads them") {
    CHECK(check([] { read_as_the_library_does(number_token()); }));
    // As many digits of a double as one likes.
    CHECK(check([] {
        char buffer[60];
        const double number = any_double();
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific, below(30));
        read_as_the_library_does(std::string(buffer, end.ptr));
    }));
}

TEST_CASE("json differential: halfway between two doubles the even one is read, and a digit later decides") {
    // A long double holds the middle between two doubles. Where it is no wider than a double there is nothing to see.
    if (std::numeric_limits<long double>::digits < 64) SKIP("long double is double");
    CHECK(check([] {
        const double number = std::fabs(any_double());
        const double next = std::nextafter(number, std::numeric_limits<double>::infinity());
        if (number == 0 || !std::isfinite(next)) return;
        const std::string middle = all_digits((static_cast<long double>(number) + static_cast<long double>(next)) / 2);
        const std::size_t e = middle.find('e');
        read_as_the_library_does(middle);
        read_as_the_library_does(middle.substr(0, e) + "1" + middle.substr(e));
        std::string less = middle;
        const std::size_t last = less.find_last_not_of('0', e - 1);
        if (less[last] == '.') return;
        --less[last];
        read_as_the_library_does(less.insert(e, "9"));
    }));
}

TEST_CASE("json differential: doubles are written with the digits of to_chars, in the layout of JavaScript") {
    CHECK(check([] {
        const double number = any_double();
        RC_ASSERT(json::number_text(number) == testing::expected_number_text(number));
    }));
    CHECK(check([] {
        const double number = static_cast<double>(*rc::gen::arbitrary<std::int64_t>()) / std::pow(10.0, below(20));
        RC_ASSERT(json::number_text(number) == testing::expected_number_text(number));
    }));
    for (int exponent = -1074; exponent < 1024; ++exponent) {
        const double power = std::ldexp(1.0, exponent);
        for (const double number : {power, std::nextafter(power, 0.0), std::nextafter(power, HUGE_VAL), 5 * power}) {
            if (std::isfinite(number) && json::number_text(number) != testing::expected_number_text(number)) {
                FAIL(json::number_text(number) << " instead of " << testing::expected_number_text(number));
            }
        }
    }
}
