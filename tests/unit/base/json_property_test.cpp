#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/json.hpp"
#include "base/utf8.hpp"

using namespace candor;
using json::Value;

namespace {

rc::Gen<std::string> any_text() {
    return rc::gen::map(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 0x10ffff - 0x800)),
                        [](const std::vector<int>& points) {
                            std::string out;
                            for (int point : points) {
                                if (point >= 0xd800) point += 0x800;
                                const auto tail = [&](int shift) {
                                    out += static_cast<char>(0x80 | (point >> shift & 0x3f));
                                };
                                if (point < 0x80) {
                                    out += static_cast<char>(point);
                                } else if (point < 0x800) {
                                    out += static_cast<char>(0xc0 | point >> 6);
                                    tail(0);
                                } else if (point < 0x10000) {
                                    out += static_cast<char>(0xe0 | point >> 12);
                                    tail(6);
                                    tail(0);
                                } else {
                                    out += static_cast<char>(0xf0 | point >> 18);
                                    tail(12);
                                    tail(6);
                                    tail(0);
                                }
                            }
                            return out;
                        });
}

// Any bits at all: subnormal, huge, and everything between.
rc::Gen<double> any_double() {
    return rc::gen::suchThat(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                          [](std::uint64_t bits) {
                                              double out = 0;
                                              // Multiplied, or small sizes would give small bits only.
                                              bits *= 0x9E3779B97F4A7C15u;
                                              std::memcpy(&out, &bits, sizeof out);
                                              return out;
                                          }),
                             [](double d) { return std::isfinite(d); });
}

Value any_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
        case 0: return Value();
        case 1: return Value(*rc::gen::arbitrary<bool>());
        case 2: return Value(*rc::gen::arbitrary<std::int64_t>());
        case 3: return Value(*any_double());
        case 4: return Value(*rc::gen::inRange(-100'000, 100'000) / 1000.0);
        case 5: return Value(candor::String(*any_text()));
        case 6: {
            Value out{json::Array{}};
            for (int n = *rc::gen::inRange(0, 5); n > 0; --n) out.push(any_value(depth - 1));
            return out;
        }
        default: {
            Value out{json::Members{}};
            for (const std::string& key : *rc::gen::unique<std::vector<std::string>>(any_text())) {
                out.set(key, any_value(depth - 1));
            }
            return out;
        }
    }
}

}  // namespace

TEST_CASE("json property: what is written reads back as the same value") {
    CHECK(rc::check([] {
        const Value value = any_value(3);
        const std::string text = json::dump(value);
        const auto back = json::parse(text);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == value);
        RC_ASSERT(json::dump(*back) == text);
    }));
}

TEST_CASE("json property: every double survives, bit for bit, but for the sign of zero") {
    CHECK(rc::check([] {
        const double number = *any_double();
        const std::string text = json::number_text(number);
        RC_ASSERT(std::strtod(text.c_str(), nullptr) == number);
        RC_ASSERT(json::parse(text).has_value());
        RC_ASSERT(json::parse(text)->number() == number);
        RC_ASSERT(text.size() <= 25u);  // -0.00000 and 17 digits
    }));
}

TEST_CASE("json property: any bytes are read or refused with a reason that is text") {
    const auto survives = [](const std::string& bytes) {
        const auto value = json::parse(bytes, {.bytes = 1000, .depth = 8, .text_bytes = 50, .values = 40});
        if (value) {
            RC_ASSERT(is_utf8(bytes));
            RC_ASSERT(json::parse(json::dump(*value)).has_value());
        } else {
            RC_ASSERT(!value.error().reason.empty());
            RC_ASSERT(is_utf8(value.error().reason));
        }
    };
    CHECK(rc::check([&](const std::string& bytes) { survives(bytes); }));
    // Bytes that look like JSON get further.
    CHECK(rc::check([&] {
        survives(*rc::gen::container<std::string>(
            rc::gen::elementOf(std::string("{}[]\":,\\u0d8e1-.+ \n\t/truefalsnxb\xC3\xA9\xFF\xED\xF0\x9F") + '\0')));
    }));
    // And JSON with one byte changed.
    CHECK(rc::check([&] {
        std::string text = json::dump(any_value(2));
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        text[at] = static_cast<char>(*rc::gen::inRange(0, 256));
        survives(text);
    }));
}

TEST_CASE("json property: any bytes can be written as text") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto back = json::parse(json::dump(Value(candor::String(bytes))));
        RC_ASSERT(back.has_value());
        if (is_utf8(bytes)) RC_ASSERT(back->text() == bytes);
    }));
}
