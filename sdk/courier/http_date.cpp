// HTTP dates and Retry-After, by hand: no time_t, no locale, no zone.
#include <algorithm>
#include <array>

#include "courier/retry.hpp"

namespace candor::courier {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// Takes its text from the front. The first thing that is not there makes it fail for good.
class Scanner {
public:
    explicit Scanner(std::string_view rest) : rest_(rest) {}

    void expect(std::string_view text) {
        ok_ = ok_ && rest_.starts_with(text);
        if (ok_) rest_.remove_prefix(text.size());
    }

    bool skip(std::string_view text) {
        if (!ok_ || !rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    int number(std::size_t digits) {
        ok_ = ok_ && rest_.size() >= digits &&
              std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits), is_digit);
        if (!ok_) return 0;
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (rest_[i] - '0');
        rest_.remove_prefix(digits);
        return value;
    }

    int month() {
        for (std::size_t i = 0; i < kMonths.size(); ++i) {
            if (skip(kMonths[i])) return static_cast<int>(i) + 1;
        }
        ok_ = false;
        return 0;
    }

    // Which day is not checked against the date: servers that get it wrong mean the date.
    void weekday(bool whole) {
        for (std::string_view day : kDays) {
            if (skip(whole ? day : day.substr(0, 3))) return;
        }
        ok_ = false;
    }

    bool at_end() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

struct Date {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void time_of_day(Scanner& scan, Date& date) {
    date.hour = scan.number(2);
    scan.expect(":");
    date.minute = scan.number(2);
    scan.expect(":");
    date.second = scan.number(2);
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<Date> imf_fixdate(std::string_view text) {
    Scanner scan(text);
    Date date;
    scan.weekday(false);
    scan.expect(", ");
    date.day = scan.number(2);
    scan.expect(" ");
    date.month = scan.month();
    scan.expect(" ");
    date.year = scan.number(4);
    scan.expect(" ");
    time_of_day(scan, date);
    scan.expect(" GMT");
    return scan.at_end() ? std::optional(date) : std::nullopt;
}

// Sunday, 06-Nov-94 08:49:37 GMT, its year still without a century
std::optional<Date> rfc850(std::string_view text) {
    Scanner scan(text);
    Date date;
    scan.weekday(true);
    scan.expect(", ");
    date.day = scan.number(2);
    scan.expect("-");
    date.month = scan.month();
    scan.expect("-");
    date.year = scan.number(2);
    scan.expect(" ");
    time_of_day(scan, date);
    scan.expect(" GMT");
    return scan.at_end() ? std::optional(date) : std::nullopt;
}

// Sun Nov  6 08:49:37 1994
std::optional<Date> asctime_date(std::string_view text) {
    Scanner scan(text);
    Date date;
    scan.weekday(false);
    scan.expect(" ");
    date.month = scan.month();
    scan.expect(" ");
    date.day = scan.skip(" ") ? scan.number(1) : scan.number(2);
    scan.expect(" ");
    time_of_day(scan, date);
    scan.expect(" ");
    date.year = scan.number(4);
    return scan.at_end() ? std::optional(date) : std::nullopt;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in(int year, int month) {
    constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

std::int64_t days_before_year(std::int64_t year) {  // since 0000-01-01, proleptic Gregorian
    const std::int64_t y = year - 1;
    return year * 365 + (year > 0 ? y / 4 - y / 100 + y / 400 + 1 : 0);
}

std::optional<Instant> instant_of(const Date& date) {
    if (date.day < 1 || date.day > days_in(date.year, date.month)) return {};
    if (date.hour > 23 || date.minute > 59 || date.second > 60) return {};  // 60: a leap second
    std::int64_t days = days_before_year(date.year) - days_before_year(1970) + date.day - 1;
    for (int month = 1; month < date.month; ++month) days += days_in(date.year, month);
    return days * kDay + date.hour * kHour + date.minute * kMinute + date.second * kSecond;
}

// The year with these last two digits that is nearest below fifty years from now (RFC 9110, 5.6.7).
int whole_year(int two_digits, Instant now) {
    const std::string today = rfc3339(now);
    const int year = (today[0] - '0') * 1000 + (today[1] - '0') * 100 + (today[2] - '0') * 10 + (today[3] - '0');
    const int same_century = year / 100 * 100 + two_digits;
    if (same_century > year + 50) return std::max(same_century - 100, 0);
    return same_century <= year - 50 ? same_century + 100 : same_century;
}

}  // namespace

std::optional<Instant> parse_http_date(std::string_view value, Instant now) {
    const std::string_view text = trimmed(value);
    if (const auto date = imf_fixdate(text)) return instant_of(*date);
    if (const auto date = asctime_date(text)) return instant_of(*date);
    if (auto date = rfc850(text)) {
        date->year = whole_year(date->year, now);
        return instant_of(*date);
    }
    return {};
}

std::optional<Span> parse_retry_after(std::string_view value, Instant now) {
    const std::string_view text = trimmed(value);
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_digit)) {
        constexpr Span kMost = 1ll << 40;  // seconds; what is longer is as good as that
        Span seconds = 0;
        for (char c : text) seconds = std::min(seconds * 10 + (c - '0'), kMost);
        return seconds * kSecond;
    }
    const auto date = parse_http_date(text, now);
    return date ? std::optional<Span>(elapsed(now, *date)) : std::nullopt;
}

}  // namespace candor::courier
