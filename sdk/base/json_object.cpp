#include <algorithm>

#include "base/json.hpp"
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

Object::Object(const Value& value, Reading reading) : Object(value, String(), reading) {}

Object::Object(const Value& value, String path, Reading reading)
    : value_(&value), path_(std::move(path)), reading_(reading) {
    expect_object();
}

Object::Object(Object& outer, const char* key, Reading reading)
    : value_(outer.object(key, false)), path_(outer.path_of(key)), reading_(reading) {}

Object::Object(const Object& outer, const char* key, std::size_t index, const Value& item, Reading reading)
    : value_(&item), path_(outer.path_of(key, index)), reading_(reading) {
    expect_object();
}

void Object::expect_object() {
    if (value_->type() != Type::object) refuse_type("an object");
}

String Object::path_of(std::string_view key) const { return joined({path_, path_.empty() ? "" : ".", key}); }

String Object::path_of(std::string_view key, std::size_t index) const {
    return joined({path_of(key), "[", index, "]"});
}

void Object::refuse(Error error) {
    if (!error_) error_ = std::move(error);
}

// Out of line, as the one place where an error is made.
void Object::refuse_at(String path, std::string_view reason) {
    if (error_) return;
    Error& error = error_.emplace();
    error.path = std::move(path);
    error.reason = reason;
}

const Value* Object::any(const char* key) {
    if (reading_.unknown != nullptr) known_.append(key) += '\n';
    return error_ ? nullptr : value_->find(key);
}

bool Object::has(const char* key) { return any(key) != nullptr; }

const Value* Object::get(const char* key, bool required, Type type, const char* wanted) {
    const Value* value = any(key);
    if (value == nullptr) {
        if (required) refuse(key, "is missing");
        return nullptr;
    }
    if (value->type() == type) return value;
    refuse_value(key, {"must be ", wanted}, *value);
    return nullptr;
}

const String* Object::find_text(const char* key, const TextRule& rule) {
    const Value* value = get(key, !rule.optional, Type::text, "a text");
    if (value == nullptr) return nullptr;
    const String& text = value->text();
    if (text.size() < rule.min_bytes) {
        if (text.empty()) {
            refuse(key, "must not be empty");
        } else {
            refuse(key, {"must be at least ", rule.min_bytes, " bytes long"});
        }
    } else if (text.size() > rule.max_bytes) {
        refuse(key, {"must be at most ", rule.max_bytes, " bytes long, is ", text.size()});
    } else if (rule.identifier && !is_identifier(text)) {
        refuse_value(key, {"may only hold letters, digits, '.', '_' and '-'"}, *value);
    } else {
        return &text;
    }
    return nullptr;
}

void Object::text(const char* key, String& out, const TextRule& rule) {
    const bool good = ok();
    if (const String* text = find_text(key, rule)) {
        out = *text;
    } else if (good && !ok()) {
        out.clear();
    }
}

String Object::text(const char* key, const TextRule& rule) {
    String out;
    text(key, out, rule);
    return out;
}

String Object::text(const char* key, const TextRule& rule, std::string_view absent) {
    return has(key) ? text(key, rule) : String(absent);
}

std::int64_t Object::integer(const char* key, std::int64_t min, std::int64_t max) {
    if (!has(key)) {
        refuse(key, "is missing");
        return min;
    }
    return integer(key, min, max, min);
}

std::int64_t Object::integer(const char* key, std::int64_t min, std::int64_t max, std::int64_t absent) {
    const Value* value = any(key);
    if (value == nullptr) return absent;
    std::int64_t number = 0;
    if (whole(*value, number) && number >= min && number <= max) return number;
    refuse_value(key, {"must be a whole number from ", min, " to ", max}, *value);
    return absent;
}

double Object::number(const char* key, double min, double max, double absent) {
    const Value* value = any(key);
    if (value == nullptr) return absent;
    const bool numeric = value->type() == Type::number || value->type() == Type::integer;
    const double number = value->number();
    if (numeric && number >= min && number <= max) return number;
    refuse_range(key, min, max, *value);
    return absent;
}

bool Object::boolean(const char* key, bool absent) {
    const Value* value = get(key, false, Type::boolean, "true or false");
    return value != nullptr ? value->boolean() : absent;
}

std::size_t Object::choice(const char* key, const char* names, std::size_t absent) {
    const Value* value = any(key);
    if (value == nullptr) {
        if (absent != kRequired) return absent;
        refuse_choice(key, names, nullptr);
        return 0;
    }
    const std::size_t found = value->type() == Type::text ? find_part(names, '|', value->text()) : kNoPart;
    if (found != kNoPart) return found;
    refuse_choice(key, names, value);
    return absent == kRequired ? 0 : absent;
}

std::size_t Object::choice(const char* key, const List<std::string_view>& names, std::size_t absent) {
    String list;
    for (const std::string_view name : names) list.append(list.empty() ? "" : "|").append(name);
    return choice(key, list.c_str(), absent);
}

const Value* Object::array(const char* key, bool required, std::size_t max_items) {
    const Value* value = get(key, required, Type::array, "an array");
    if (value == nullptr || value->array().size() <= max_items) return value;
    refuse(key, {"must have at most ", max_items, " items, has ", value->array().size()});
    return nullptr;
}

const Value* Object::object(const char* key, bool required) { return get(key, required, Type::object, "an object"); }

void Object::refuse_unknown() {
    if (error_ || reading_.unknown == nullptr) return;
    for (const auto& [key, member] : value_->members()) {
        if (find_part(known_, '\n', key) != kNoPart) continue;
        return refuse(utf8_prefix(key, 64), reading_.unknown(key, known_));
    }
}

String unknown_key(std::string_view, std::string_view) { return "unknown key"; }

Maybe<Error> Object::finish() {
    refuse_unknown();
    return error_;
}

void Object::finish(Object& outer) {
    if (outer.ok()) finish(outer.error_);
}

void Object::finish(Maybe<Error>& out) {
    refuse_unknown();
    if (error_) out = std::move(error_);
}

}  // namespace candor::json
