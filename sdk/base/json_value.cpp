#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/json.hpp"

namespace candor::json {

Value::Value(bool value) : type_(Type::boolean), scalar_(value ? 1 : 0) {}
Value::Value(double value) {
    if (!std::isfinite(value)) return;
    type_ = Type::number;
    std::memcpy(&scalar_, &value, sizeof value);
}
Value::Value(const char* value) : Value(String(value)) {}
Value::Value(std::string_view value) : Value(String(value)) {}
Value::Value(String value) : type_(Type::text), text_(std::move(value)) {}
Value::Value(Array value) : type_(Type::array), children_(std::move(value)) {}
// NOLINTNEXTLINE(performance-unnecessary-value-param): they are moved out of it
Value::Value(Members value) : type_(Type::object) {
    for (auto& [key, member] : value) set(std::move(key), std::move(member));
}

double Value::number() const {
    if (type_ == Type::integer) return static_cast<double>(scalar_);
    double number = 0;
    if (type_ == Type::number) std::memcpy(&number, &scalar_, sizeof number);
    return number;
}

// A key has no children: where an object stands instead of an array, its first key lends its own. Out of line: many
// call it.
[[gnu::noinline]] const Array& Value::array() const {
    return type_ == Type::object && !children_.empty() ? children_.front().children_ : children_;
}

MemberRange Value::members() const {
    return MemberRange(type_ == Type::object ? std::span<const Value>(children_) : std::span<const Value>());
}

const Value* Value::find(std::string_view key) const {
    for (const auto& [name, member] : members()) {
        if (name == key) return &member;
    }
    return nullptr;
}

// Out of line, as the one place where the list of children grows.
Value& Value::add() {
    children_.emplace_back();
    return children_.back();
}

Value& Value::set(String key, Value value) {
    type_ = Type::object;
    add() = Value(std::move(key));
    add() = std::move(value);
    return *this;
}

Value& Value::push(Value value) {
    type_ = Type::array;
    add() = std::move(value);
    return *this;
}

bool Value::operator==(const Value& other) const {
    const auto numeric = [](Type type) { return type == Type::integer || type == Type::number; };
    if (numeric(type_) && numeric(other.type_) && type_ != other.type_) return number() == other.number();
    if (type_ == Type::number && other.type_ == type_) return number() == other.number();
    return type_ == other.type_ && scalar_ == other.scalar_ && text_ == other.text_ && children_ == other.children_;
}

std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {line, before.size() - begin + 1};
}

}  // namespace candor::json
