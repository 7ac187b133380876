// Instants as text, and back. Alone in its file: a page lends its own.
#include "base/time.hpp"

#include <algorithm>

namespace candor {
namespace {

constexpr Instant kYear0 = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr Instant kYear9999 = 253'402'300'799'999;

struct Date {
    std::int64_t year;
    std::int64_t month;
    std::int64_t day;
};

// Proleptic Gregorian. Counts in years that begin in March, so that the leap day is the last of its year.
Date date_of(std::int64_t days_since_1970) {
    const std::int64_t days = days_since_1970 + 719'468;  // since 0000-03-01
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t day_of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t march_month = (5 * day_of_year + 2) / 153;
    const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * march_month + 2) / 5 + 1};
}

void append_digits(String& out, std::int64_t number, int width) {
    const std::size_t end = out.size() + static_cast<std::size_t>(width);
    out.resize(end, '0');
    for (std::size_t i = end; width-- > 0; number /= 10) {
        out[--i] = static_cast<char>('0' + number % 10);
    }
}

String date_text(std::int64_t days) {
    const Date date = date_of(days);
    String out;
    append_digits(out, date.year, 4);
    out += '-';
    append_digits(out, date.month, 2);
    out += '-';
    append_digits(out, date.day, 2);
    return out;
}

std::int64_t days_of(Instant instant) { return instant / kDay - (instant % kDay < 0 ? 1 : 0); }

// The reverse of date_of.
std::int64_t days_since_1970(const Date& date) {
    const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
    const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

// Reads a text from the left; once something does not fit, nothing more does.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) { good_ = take(c) && good_; }
    std::int64_t number(std::size_t digits, std::int64_t min, std::int64_t max) {
        std::int64_t out = 0;
        for (; digits > 0; --digits) {
            if (!digit()) return fail();
            out = out * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return out >= min && out <= max ? out : fail();
    }
    // ".123" in milliseconds.
    std::int64_t fraction() {
        std::int64_t out = 0;
        if (!take('.')) return 0;
        if (!digit()) return fail();
        for (std::int64_t unit = 100; digit(); unit /= 10) {
            out += unit * (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return out;
    }
    bool ended() const { return rest_.empty(); }
    bool good() const { return good_; }

private:
    bool digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    std::int64_t fail() {
        good_ = false;
        return 0;
    }

    std::string_view rest_;
    bool good_ = true;
};

Span scan_offset(Scanner& scan) {
    if (scan.take('Z') || scan.take('z')) return 0;
    const bool west = scan.take('-');
    if (!west) scan.expect('+');
    Span offset = scan.number(2, 0, 23) * kHour;
    scan.expect(':');
    offset += scan.number(2, 0, 59) * kMinute;
    return west ? -offset : offset;
}

}  // namespace

String rfc3339(Instant instant) {
    instant = std::clamp(instant, kYear0, kYear9999);
    const std::int64_t days = days_of(instant);
    const std::int64_t in_day = instant - days * kDay;
    String out = date_text(days);
    out += 'T';
    append_digits(out, in_day / kHour, 2);
    out += ':';
    append_digits(out, in_day / kMinute % 60, 2);
    out += ':';
    append_digits(out, in_day / kSecond % 60, 2);
    out += '.';
    append_digits(out, in_day % kSecond, 3);
    out += 'Z';
    return out;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Scanner scan(text);
    Date date{};
    date.year = scan.number(4, 0, 9999);
    scan.expect('-');
    date.month = scan.number(2, 1, 12);
    scan.expect('-');
    date.day = scan.number(2, 1, 31);
    if (!scan.good()) return std::nullopt;
    const std::int64_t days = days_since_1970(date);
    if (date_of(days).day != date.day) return std::nullopt;  // the 31st of a shorter month
    Instant instant = days * kDay;
    if (scan.ended()) return instant;

    if (!scan.take('T') && !scan.take('t')) return std::nullopt;
    instant += scan.number(2, 0, 23) * kHour;
    scan.expect(':');
    instant += scan.number(2, 0, 59) * kMinute;
    scan.expect(':');
    instant += scan.number(2, 0, 60) * kSecond;
    instant += scan.fraction();
    instant -= scan_offset(scan);
    if (!scan.good() || !scan.ended()) return std::nullopt;
    return instant;
}

String utc_day(Instant instant) { return date_text(days_of(std::clamp(instant, kYear0, kYear9999))); }

}  // namespace candor
