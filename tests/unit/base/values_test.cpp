#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>

#include "base/ids.hpp"
#include "base/nps.hpp"
#include "base/sha256.hpp"
#include "base/time.hpp"
#include "base/utf8.hpp"

using namespace candor;

namespace {
constexpr Instant kFirst = std::numeric_limits<Instant>::min();
}

TEST_CASE("a clock set back adds nothing, and nothing overflows") {
    CHECK(elapsed(1000, 4000) == 3000);
    CHECK(elapsed(4000, 1000) == 0);
    CHECK(elapsed(kFirst, kNever) == kNever);
    CHECK(elapsed(-5, 5) == 10);
    CHECK(later(1000, 50) == 1050);
    CHECK(later(kNever, -kDay) == kNever);
    CHECK(later(kNever - 1, 2) == kNever);
    CHECK(later(kFirst + 1, -2) == kFirst);
}

TEST_CASE("instants are written in UTC, for every year of four digits") {
    CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(1'795'330'800'123) == "2026-11-22T07:00:00.123Z");
    CHECK(rfc3339(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(rfc3339(951'782'400'000) == "2000-02-29T00:00:00.000Z");
    CHECK(rfc3339(4'107'542'399'999) == "2100-02-28T23:59:59.999Z");
    CHECK(rfc3339(4'107'542'400'000) == "2100-03-01T00:00:00.000Z");  // 2100 is no leap year
    CHECK(rfc3339(2'147'483'648'000) == "2038-01-19T03:14:08.000Z");
    CHECK(rfc3339(kFirst) == "0000-01-01T00:00:00.000Z");
    CHECK(rfc3339(kNever) == "9999-12-31T23:59:59.999Z");
    CHECK(utc_day(1'795'330'800'123) == "2026-11-22");
    CHECK(utc_day(-1) == "1969-12-31");
}

TEST_CASE("instants are read back") {
    for (const Instant instant : {Instant{0}, Instant{-1}, Instant{1'795'330'800'123}, Instant{951'782'400'000},
                                  Instant{253'402'300'799'999}, Instant{-62'167'219'200'000}}) {
        CHECK(parse_rfc3339(rfc3339(instant)) == instant);
        CHECK(parse_rfc3339(utc_day(instant)).has_value());
    }
    CHECK(parse_rfc3339("2026-11-22") == 1'795'305'600'000);
    CHECK(parse_rfc3339("2026-11-22T07:00:00Z") == 1'795'330'800'000);
    CHECK(parse_rfc3339("2026-11-22t12:30:00.12345+05:30") == 1'795'330'800'123);
    CHECK(parse_rfc3339("2026-11-22T06:59:60-00:00") == 1'795'330'800'000);
    for (const char* text : {"", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2026-04-31", "2026-11-22T",
                             "2026-11-22T07:00", "2026-11-22T07:00:00", "2026-11-22T24:00:00Z", "2026-11-22T07:60:00Z",
                             "2026-11-22T07:00:00.Z", "2026-11-22T07:00:00Zx", "2026-11-22T07:00:00+5:30",
                             "2026-11-22 07:00:00Z", "+026-11-22", "2026-11-2x", "22.11.2026"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text).has_value());
    }
}

TEST_CASE("UUIDs of version 7 carry their instant, sort by it, and keep the given chance") {
    const RandomBytes ones = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    CHECK(uuid_v7(0x017f22e279b0, ones) == "017f22e2-79b0-7fff-bfff-ffffffffffff");
    CHECK(uuid_v7(0x017f22e279b0, {}) == "017f22e2-79b0-7000-8000-000000000000");
    CHECK(uuid_v7(-1, {}) == uuid_v7(0, {}));
    CHECK(uuid_v7(1000, ones) < uuid_v7(1001, {}));
    CHECK(uuid_v7(1000, {0x0c, 0xc3, 0x18, 0xc4}) == "00000000-03e8-7cc3-98c4-000000000000");
}

TEST_CASE("what is a UUID") {
    CHECK(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    CHECK(is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
    CHECK_FALSE(is_uuid(""));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398"));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398ff"));
    CHECK_FALSE(is_uuid("017f22e2+79b0-7cc3-98c4-dc0c0c07398f"));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"));
}

TEST_CASE("SHA-256 agrees with the standard's examples, around every block boundary") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    // Lengths at which the padding changes its shape; the digests are hashlib's.
    CHECK(sha256_hex(std::string(55, 'x'), 16) == "d5e285683cd4efc0");
    CHECK(sha256_hex(std::string(56, 'x'), 16) == "04c26261370ee754");
    CHECK(sha256_hex(std::string(63, 'x'), 16) == "75220b47218278e6");
    CHECK(sha256_hex(std::string(64, 'x'), 16) == "7ce100971f64e700");
    CHECK(sha256_hex(std::string(65, 'x'), 16) == "9537c5fdf120482f");
    CHECK(sha256_hex("abc", 0).empty());
    CHECK(sha256_hex("abc", 1000).size() == 64);
}

TEST_CASE("well-formed UTF-8 and nothing else") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain, Zoë, مرحبا, 日本, 🙂"));
    CHECK(is_utf8(std::string_view("\0", 1)));
    CHECK(is_utf8("\xF4\x8F\xBF\xBF"));        // U+10FFFF
    CHECK_FALSE(is_utf8("\x80"));              // a continuation alone
    CHECK_FALSE(is_utf8("\xC3"));              // cut off
    CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
    CHECK_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong
    CHECK_FALSE(is_utf8("\xF0\x80\x80\xAF"));  // overlong
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));
    CHECK_FALSE(is_utf8("ok\xFF"));
}

TEST_CASE("text is cut between code points") {
    CHECK(utf8_prefix("abc", 5) == "abc");
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("a🙂b", 5) == "a🙂");
    CHECK(utf8_prefix("a🙂b", 4) == "a");
    CHECK(utf8_prefix("🙂", 1).empty());
    CHECK(utf8_prefix("🙂", 0).empty());
}

TEST_CASE("bands") {
    for (const int score : {0, 1, 2, 3, 4, 5, 6}) CHECK(band_of(score) == Band::detractor);
    for (const int score : {7, 8}) CHECK(band_of(score) == Band::passive);
    for (const int score : {9, 10}) CHECK(band_of(score) == Band::promoter);
}
