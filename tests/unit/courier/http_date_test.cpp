#include <catch2/catch_test_macros.hpp>

#include "courier/retry.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

constexpr Instant kNow = 1'790'000'000'000;  // Mon, 21 Sep 2026 14:13:20 GMT

}  // namespace

TEST_CASE("an HTTP date in its three forms") {
    constexpr Instant kExample = 784'111'777'000;
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow) == kExample);
    CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow) == kExample);
    CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", kNow) == kExample);
    CHECK(parse_http_date("Sun Nov 06 08:49:37 1994", kNow) == kExample);
    CHECK(parse_http_date(" \tSun, 06 Nov 1994 08:49:37 GMT ", kNow) == kExample);
}

TEST_CASE("dates of all months and of leap years") {
    CHECK(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT", kNow) == 0);
    CHECK(parse_http_date("Wed, 31 Dec 1969 23:59:59 GMT", kNow) == -1000);
    CHECK(parse_http_date("Tue, 29 Feb 2000 12:00:00 GMT", kNow) == 951'825'600'000);
    CHECK(parse_http_date("Mon, 21 Sep 2026 14:13:20 GMT", kNow) == kNow);
    CHECK(parse_http_date("Tue, 19 Jan 2038 03:14:08 GMT", kNow) == 2'147'483'648'000);
    CHECK(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT", kNow) == 253'402'300'799'000);
    CHECK(parse_http_date("Sat, 01 Jan 0000 00:00:00 GMT", kNow) == -62'167'219'200'000);
    CHECK(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow) == 1'483'228'800'000);
    const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int month = 1; month <= 12; ++month) {
        for (int day = 1; day <= 28; ++day) {
            const std::string two = {static_cast<char>('0' + day / 10), static_cast<char>('0' + day % 10)};
            const auto instant = parse_http_date("Mon, " + two + " " + months[month - 1] + " 2027 01:02:03 GMT", kNow);
            REQUIRE(instant);
            const std::string number = (month < 10 ? "0" : "") + std::to_string(month);
            CHECK(rfc3339(*instant) == "2027-" + number + "-" + two + "T01:02:03.000Z");
        }
    }
}

TEST_CASE("a year of two digits is not more than fifty years ahead") {
    CHECK(parse_http_date("Thursday, 01-Jan-76 00:00:00 GMT", kNow) == 3'345'062'400'000);  // 2076
    CHECK(parse_http_date("Saturday, 01-Jan-77 00:00:00 GMT", kNow) == 220'924'800'000);    // 1977
    CHECK(parse_http_date("Thursday, 01-Jan-26 00:00:00 GMT", kNow) == 1'767'225'600'000);  // 2026
    CHECK(parse_http_date("Thursday, 01-Jan-05 00:00:00 GMT", 4'070'908'800'000) ==
          4'260'211'200'000);  // 2105, in 2099
}

TEST_CASE("what is no date is none") {
    for (const char* text : {"",
                             "soon",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 6 Nov 1994 08:49:37 GMT",
                             "Sun, 06 nov 1994 08:49:37 GMT",
                             "Sun 06 Nov 1994 08:49:37 GMT",
                             "Sunday, 06 Nov 1994 08:49:37 GMT",
                             "Sun, 31 Nov 1994 08:49:37 GMT",
                             "Tue, 29 Feb 2100 12:00:00 GMT",
                             "Sun, 00 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 1994 08:60:37 GMT",
                             "Sun, 06 Nov 1994 08:49:61 GMT",
                             "Sun, 06 Nov 1994 08:49:37 GMT!",
                             "Sun Nov  6 08:49:37 94",
                             "Sunday, 06-Nov-1994 08:49:37 GMT",
                             "2026-09-21T14:13:20Z",
                             "Sun, -6 Nov 1994 08:49:37 GMT",
                             "Son, 06 Nov 1994 08:49:37 GMT"}) {
        CAPTURE(text);
        CHECK(!parse_http_date(text, kNow));
        CHECK(!parse_retry_after(text, kNow));
    }
}

TEST_CASE("Retry-After in seconds or as a date") {
    CHECK(parse_retry_after("0", kNow) == 0);
    CHECK(parse_retry_after("120", kNow) == 120'000);
    CHECK(parse_retry_after(" 7\t", kNow) == 7000);
    CHECK(parse_retry_after("Mon, 21 Sep 2026 14:14:20 GMT", kNow) == 60'000);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow) == 0);
    const auto huge = parse_retry_after("99999999999999999999999999999999999", kNow);
    REQUIRE(huge);
    CHECK(*huge > 365 * kDay);
    for (const char* text : {"-1", "+1", "1.5", "1 2", "0x10", "1s", "\xd9\xa1"}) {
        CAPTURE(text);
        CHECK(!parse_retry_after(text, kNow));
    }
}
