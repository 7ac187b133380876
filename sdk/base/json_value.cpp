#include <algorithm>
#include <cmath>

#include "base/json.hpp"

namespace candor::json {

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

std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {line, before.size() - begin + 1};
}

}  // namespace candor::json
