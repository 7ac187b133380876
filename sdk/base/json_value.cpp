#include <algorithm>
#include <cmath>

#include "base/json_number.hpp"
#include "base/utf8.hpp"

namespace candor::json {
namespace {

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kShort = "btn?fr";  // U+0008 to U+000D
    const auto code = static_cast<unsigned char>(c);
    out += '\\';
    if (c == '"' || c == '\\') {
        out += c;
    } else if (code >= 8 && code <= 13 && code != 11) {
        out += kShort[code - 8u];
    } else {
        out += "u00";
        out += kHex[code >> 4];
        out += kHex[code & 0xf];
    }
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const char c = text.front();
        std::size_t length = 1;
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
            append_escaped(out, c);
        } else if ((length = utf8_sequence(text)) > 0) {
            out.append(text, 0, length);
        } else {
            out += "\xEF\xBF\xBD";
            length = 1;
        }
        text.remove_prefix(length);
    }
    out += '"';
}

void append_value(std::string& out, const Value& value) {
    switch (value.type()) {
        case Type::null: out += "null"; break;
        case Type::boolean: out += value.boolean() ? "true" : "false"; break;
        case Type::integer: out += integer_text(value.integer()); break;
        case Type::number: out += number_text(value.number()); break;
        case Type::text: append_text(out, value.text()); break;
        case Type::array: {
            char before = '[';
            for (const Value& item : value.array()) {
                out += before;
                append_value(out, item);
                before = ',';
            }
            out += before == '[' ? "[]" : "]";
            break;
        }
        case Type::object: {
            char before = '{';
            for (const auto& [key, member] : value.members()) {
                out += before;
                append_text(out, key);
                out += ':';
                append_value(out, member);
                before = ',';
            }
            out += before == '{' ? "{}" : "}";
            break;
        }
    }
}

}  // namespace

Value::Value(bool value) : type_(Type::boolean), boolean_(value) {}
Value::Value(double value)
    : type_(std::isfinite(value) ? Type::number : Type::null), number_(std::isfinite(value) ? value : 0) {}
Value::Value(const char* value) : type_(Type::text), text_(value) {}
Value::Value(std::string_view value) : type_(Type::text), text_(value) {}
Value::Value(std::string value) : type_(Type::text), text_(std::move(value)) {}
Value::Value(Array value) : type_(Type::array), array_(std::move(value)) {}
Value::Value(Members value) : type_(Type::object), members_(std::move(value)) {}

double Value::number() const { return type_ == Type::integer ? static_cast<double>(integer_) : number_; }

const Value* Value::find(std::string_view key) const {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.first == key; });
    return found == members_.end() ? nullptr : &found->second;
}

Value& Value::set(std::string key, Value value) {
    type_ = Type::object;
    members_.emplace_back(std::move(key), std::move(value));
    return *this;
}

Value& Value::push(Value value) {
    type_ = Type::array;
    array_.push_back(std::move(value));
    return *this;
}

bool Value::operator==(const Value& other) const {
    if (type_ == other.type_) {
        return boolean_ == other.boolean_ && integer_ == other.integer_ && number_ == other.number_ &&
               text_ == other.text_ && array_ == other.array_ && members_ == other.members_;
    }
    const auto numeric = [](Type type) { return type == Type::integer || type == Type::number; };
    return numeric(type_) && numeric(other.type_) && number() == other.number();
}

std::string dump(const Value& value) {
    std::string out;
    append_value(out, value);
    return out;
}

std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {line, before.size() - begin + 1};
}

}  // namespace candor::json
