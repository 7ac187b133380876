#include "json_oracle.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

#include "base/utf8.hpp"

namespace candor::testing {
namespace {

using json::Limits;
using json::Value;
using Theirs = nlohmann::ordered_json;
using Event = Theirs::parse_event_t;

Value ours_of(const Theirs& theirs) {
    switch (theirs.type()) {
        case Theirs::value_t::boolean: return theirs.get<bool>();
        case Theirs::value_t::number_integer: return theirs.get<std::int64_t>();
        case Theirs::value_t::number_unsigned: {
            const auto size = theirs.get<std::uint64_t>();
            constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
            return size <= kMost ? Value(static_cast<std::int64_t>(size)) : Value(static_cast<double>(size));
        }
        case Theirs::value_t::number_float: return theirs.get<double>();
        case Theirs::value_t::string: return candor::String(theirs.get<std::string>());
        case Theirs::value_t::array: {
            Value out{json::Array{}};
            for (const Theirs& item : theirs) out.push(ours_of(item));
            return out;
        }
        case Theirs::value_t::object: {
            Value out{json::Members{}};
            for (const auto& [key, member] : theirs.items()) out.set(key, ours_of(member));
            return out;
        }
        default: return {};
    }
}

// The limits and the duplicate keys, seen in the other library's events.
class Rules {
public:
    explicit Rules(const Limits& limits) : limits_(limits) {}

    bool kept() const { return kept_; }

    void see(int depth, Event event, const Theirs& parsed) {
        switch (event) {
            case Event::object_start:
            case Event::array_start:
                count_value();
                keys_.emplace_back();
                kept_ = kept_ && static_cast<std::size_t>(depth) < limits_.depth;
                break;
            case Event::object_end:
            case Event::array_end: keys_.pop_back(); break;
            case Event::key:
                see_text(parsed);
                kept_ = kept_ && keys_.back().insert(parsed.get<std::string>()).second;
                break;
            case Event::value:
                count_value();
                see_text(parsed);
                break;
        }
    }

private:
    void count_value() { kept_ = kept_ && ++values_ <= limits_.values; }
    void see_text(const Theirs& parsed) {
        kept_ = kept_ && (!parsed.is_string() || parsed.get_ref<const std::string&>().size() <= limits_.text_bytes);
    }

    const Limits& limits_;
    std::size_t values_ = 0;
    std::vector<std::set<std::string>> keys_;
    bool kept_ = true;
};

std::optional<Value> their_reading(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes || text.starts_with("\xEF\xBB\xBF")) return std::nullopt;
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    Rules rules(limits);
    const auto see = [&](int depth, Event event, Theirs& parsed) {
        rules.see(depth, event, parsed);
        return true;
    };
    const Theirs theirs = Theirs::parse(text.begin(), text.end(), see, false);
    if (theirs.is_discarded() || !rules.kept()) return std::nullopt;
    return ours_of(theirs);
}

bool same(const Value& a, const Value& b) {
    if (a.type() != b.type() || std::signbit(a.number()) != std::signbit(b.number())) return false;
    if (a.array().size() != b.array().size() || a.members().size() != b.members().size()) return false;
    for (std::size_t i = 0; i < a.array().size(); ++i) {
        if (!same(a.array()[i], b.array()[i])) return false;
    }
    for (std::size_t i = 0; i < a.members().size(); ++i) {
        if (a.members()[i].first != b.members()[i].first) return false;
        if (!same(a.members()[i].second, b.members()[i].second)) return false;
    }
    return a.boolean() == b.boolean() && a.integer() == b.integer() && a.number() == b.number() && a.text() == b.text();
}

}  // namespace

std::string disagreement(std::string_view text, const Limits& limits) {
    const auto ours = json::parse(text, limits);
    const auto theirs = their_reading(text, limits);
    if (!ours) {
        if (ours.error().reason.empty() || !is_utf8(ours.error().reason)) return "the reason is no text";
        return theirs ? "refused only by ours: " + ours.error().reason : "";
    }
    if (!theirs) return "taken only by ours, as " + json::dump(*ours);
    if (!same(*ours, *theirs)) return "ours is " + json::dump(*ours) + ", theirs " + json::dump(*theirs);
    return flaw_of_dump(*ours);
}

std::string expected_number_text(double number) {
    if (number == 0) return "0";
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(number), std::chars_format::scientific);
    const std::string_view all(buffer, static_cast<std::size_t>(end.ptr - buffer));
    const std::size_t e = all.find('e');
    const int exponent = std::stoi(std::string(all.substr(e + 1)));
    std::string digits(all.substr(0, 1));
    if (e > 2) digits += all.substr(2, e - 2);

    const auto count = static_cast<int>(digits.size());
    const std::string sign = number < 0 ? "-" : "";
    if (exponent > 20 || exponent < -6) {
        const std::string fraction = count > 1 ? "." + digits.substr(1) : "";
        return sign + digits[0] + fraction + "e" + (exponent > 0 ? "+" : "") + std::to_string(exponent);
    }
    if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0');
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string flaw_of_dump(const Value& value) {
    const std::string text = json::dump(value);
    constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
    const auto back = json::parse(text, {.bytes = kAny, .depth = kAny, .text_bytes = kAny, .values = kAny});
    if (!back) return "what was written is refused: " + text + ": " + back.error().reason;
    if (!(*back == value)) return "what was written reads back otherwise: " + text;
    if (json::dump(*back) != text) return "what was read back is written otherwise: " + text;
    return "";
}

}  // namespace candor::testing
