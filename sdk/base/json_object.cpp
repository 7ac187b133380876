#include <algorithm>
#include <numeric>

#include "base/json_number.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::json {
namespace {

bool is_identifier(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

// What stands there instead, short enough for a line of a log.
std::string shown(const Value& value) {
    if (value.type() == Type::array) return "an array";
    if (value.type() == Type::object) return "an object";
    if (value.type() != Type::text) return dump(value);
    const std::string_view beginning = utf8_prefix(value.text(), 40);
    return dump(Value(beginning)) + (beginning.size() < value.text().size() ? "…" : "");
}

// How many single-letter changes lie between two keys.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char c : a) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (c == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

std::string unknown_key_reason(std::string_view key, const std::vector<std::string>& known) {
    std::string reason = "unknown key";
    if (known.empty() || key.size() > 64) return reason;
    const auto nearest = std::min_element(
        known.begin(), known.end(), [&](const auto& a, const auto& b) { return distance(key, a) < distance(key, b); });
    return reason + ", the nearest known one is \"" + *nearest + "\"";
}

std::string range(std::string_view what, const std::string& min, const std::string& max) {
    return "must be a " + std::string(what) + " from " + min + " to " + max;
}

std::string quoted_list(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names) {
        if (!out.empty()) out += ", ";
        out += dump(Value(name));
    }
    return out;
}

// 2.0 is a whole number, too.
bool whole(const Value& value, std::int64_t& out) {
    out = value.integer();
    if (value.type() != Type::number) return value.type() == Type::integer;
    constexpr double kExact = 9007199254740992.0;
    const double number = value.number();
    if (!(number >= -kExact && number <= kExact)) return false;
    out = static_cast<std::int64_t>(number);
    return static_cast<double>(out) == number;
}

}  // namespace

Object::Object(const Value& value, std::string path, Reading reading)
    : value_(&value), path_(std::move(path)), reading_(reading) {
    if (value.type() != Type::object) error_ = Error{path_, "must be an object, is " + shown(value)};
}

std::string Object::path_of(std::string_view key) const {
    std::string out = path_;
    if (!out.empty()) out += '.';
    return out.append(key);
}

void Object::refuse(Error error) {
    if (!error_) error_ = std::move(error);
}

void Object::refuse(std::string_view key, std::string reason) {
    if (!error_) error_ = Error{path_of(key), std::move(reason)};
}

const Value* Object::any(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
    return error_ ? nullptr : value_->find(key);
}

bool Object::has(std::string_view key) { return any(key) != nullptr; }

const Value* Object::get(std::string_view key, bool required, Type type, const char* wanted) {
    const Value* value = any(key);
    if (value == nullptr) {
        if (required) refuse(key, "is missing");
        return nullptr;
    }
    if (value->type() == type) return value;
    refuse(key, std::string("must be ") + wanted + ", is " + shown(*value));
    return nullptr;
}

std::string Object::text(std::string_view key, const TextRule& rule) {
    const Value* value = get(key, true, Type::text, "a text");
    if (value == nullptr) return {};
    const std::string& text = value->text();
    if (text.size() < rule.min_bytes) {
        refuse(key, text.empty() ? "must not be empty" : "must be at least " + digits(rule.min_bytes) + " bytes long");
    } else if (text.size() > rule.max_bytes) {
        refuse(key, "must be at most " + digits(rule.max_bytes) + " bytes long, is " + digits(text.size()));
    } else if (rule.identifier && !is_identifier(text)) {
        refuse(key, "may only hold letters, digits, '.', '_' and '-', is " + shown(*value));
    } else {
        return text;
    }
    return {};
}

std::string Object::text(std::string_view key, const TextRule& rule, std::string_view absent) {
    return has(key) ? text(key, rule) : std::string(absent);
}

std::int64_t Object::integer(std::string_view key, std::int64_t min, std::int64_t max) {
    if (!has(key)) {
        refuse(key, "is missing");
        return min;
    }
    return integer(key, min, max, min);
}

std::int64_t Object::integer(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t absent) {
    const Value* value = any(key);
    if (value == nullptr) return absent;
    std::int64_t number = 0;
    if (whole(*value, number) && number >= min && number <= max) return number;
    refuse(key, range("whole number", digits(min), digits(max)) + ", is " + shown(*value));
    return absent;
}

double Object::number(std::string_view key, double min, double max, double absent) {
    const Value* value = any(key);
    if (value == nullptr) return absent;
    const bool numeric = value->type() == Type::number || value->type() == Type::integer;
    const double number = value->number();
    if (numeric && number >= min && number <= max) return number;
    refuse(key, range("number", number_text(min), number_text(max)) + ", is " + shown(*value));
    return absent;
}

bool Object::boolean(std::string_view key, bool absent) {
    const Value* value = get(key, false, Type::boolean, "true or false");
    return value != nullptr ? value->boolean() : absent;
}

std::size_t Object::choice(std::string_view key, const std::vector<std::string_view>& names) {
    if (!has(key)) {
        refuse(key, "is missing; it is one of " + quoted_list(names));
        return 0;
    }
    return choice(key, names, 0);
}

std::size_t Object::choice(std::string_view key, const std::vector<std::string_view>& names, std::size_t absent) {
    const Value* value = any(key);
    if (value == nullptr) return absent;
    const auto found = std::find(names.begin(), names.end(), value->text());
    if (value->type() == Type::text && found != names.end()) {
        return static_cast<std::size_t>(found - names.begin());
    }
    refuse(key, "must be one of " + quoted_list(names) + ", is " + shown(*value));
    return absent;
}

const Value* Object::array(std::string_view key, bool required, std::size_t max_items) {
    const Value* value = get(key, required, Type::array, "an array");
    if (value == nullptr || value->array().size() <= max_items) return value;
    refuse(key, "must have at most " + digits(max_items) + " items, has " + digits(value->array().size()));
    return nullptr;
}

const Value* Object::object(std::string_view key, bool required) {
    return get(key, required, Type::object, "an object");
}

std::optional<Error> Object::finish() {
    if (error_ || reading_ == Reading::field) return error_;
    for (const auto& [key, member] : value_->members()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        refuse(utf8_prefix(key, 64), unknown_key_reason(key, known_));
        break;
    }
    return error_;
}

}  // namespace candor::json
