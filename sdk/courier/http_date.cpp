// HTTP dates, by hand: no time_t, no locale, no zone.
#include <algorithm>

#include "base/text.hpp"
#include "courier/retry.hpp"

namespace candor::courier {
namespace {

constexpr std::string_view kMonths = "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,";
constexpr std::string_view kDays = "Mon,Tue,Wed,Thu,Fri,Sat,Sun,";
constexpr std::string_view kWholeDays = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday,";

// The three forms. Y, D, h, m, s stand for a digit of the year and so on; d for one that may be a blank; n for the name
// of a month, w and W for that of a day. Which day is not checked against the date: servers that get it wrong mean the
// date.
constexpr std::string_view kDigits = "YDhms";
constexpr std::string_view kForms[] = {
    "w, DD n YYYY hh:mm:ss GMT",  // Sun, 06 Nov 1994 08:49:37 GMT
    "w n dD hh:mm:ss YYYY",       // Sun Nov  6 08:49:37 1994
    "W, DD-n-YY hh:mm:ss GMT",    // Sunday, 06-Nov-94 08:49:37 GMT, its year still without a century
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the letters at the front of the text; their place in the list of names, npos when they are none of it.
std::size_t take_name(std::string_view& text, std::string_view names) {
    std::size_t size = 0;
    while (size < text.size() && (text[size] | 0x20) >= 'a' && (text[size] | 0x20) <= 'z') ++size;
    const std::size_t at = names.find(text.substr(0, size));
    text.remove_prefix(size);
    const bool whole = at < names.size() && names[at + size] == ',' && (at == 0 || names[at - 1] == ',');
    return whole ? at : std::string_view::npos;
}

// The date as RFC 3339 has it, with an open place for each digit that the form has not. False when the text is not of
// that form.
bool rearrange(std::string_view text, std::string_view form, String& date) {
    date = "YYYY-00-DDThh:mm:ssZ";
    for (char place : form) {
        if (place == 'w' || place == 'W' || place == 'n') {
            const std::size_t at = take_name(text, place == 'n' ? kMonths : place == 'w' ? kDays : kWholeDays);
            if (at == std::string_view::npos) return false;
            if (place != 'n') continue;
            const std::size_t month = at / 4 + 1;
            date[5] = month < 10 ? '0' : '1';
            date[6] = static_cast<char>('0' + month % 10);
            continue;
        }
        if (text.empty()) return false;
        char c = text.front();
        text.remove_prefix(1);
        if (place == 'd') {
            place = 'D';
            if (c == ' ') c = '0';
        }
        const bool digit = kDigits.find(place) != std::string_view::npos;
        if (digit ? !is_digit(c) : c != place) return false;
        if (digit) date[date.find(place)] = c;
    }
    return text.empty();
}

int number(std::string_view text, std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
}

// The year with these last two digits that is nearest below fifty years from now (RFC 9110, 5.6.7).
int whole_year(int two_digits, Instant now) {
    const int year = number(rfc3339(now), 4);
    const int same_century = year / 100 * 100 + two_digits;
    if (same_century > year + 50) return std::max(same_century - 100, 0);
    return same_century <= year - 50 ? same_century + 100 : same_century;
}

}  // namespace

std::optional<Instant> parse_http_date(std::string_view value, Instant now) {
    String date;
    for (const std::string_view form : kForms) {
        if (!rearrange(trimmed(value), form, date)) continue;
        if (date[2] == 'Y') {
            int year = whole_year(number(date, 2), now);
            for (std::size_t i = 4; i-- > 0; year /= 10) date[i] = static_cast<char>('0' + year % 10);
        }
        return parse_rfc3339(date);
    }
    return {};
}

}  // namespace candor::courier
