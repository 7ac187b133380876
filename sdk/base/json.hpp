// JSON, read strictly and written canonically.
//
// Reading refuses what two readers could understand differently: text that is not UTF-8, duplicate keys, nesting over
// 64, documents over the limit, numbers outside of what a double and a 64-bit integer hold, anything after the value.
// Typed readers (Object) name the path of whatever they refuse.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace candor::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Members = std::vector<Member>;  // in the order of the text

enum class Type { null, boolean, integer, number, text, array, object };

class Value {
public:
    Value() = default;  // null
    Value(bool value);
    template <std::integral T>
    requires(std::numeric_limits<T>::digits <= 63) Value(T value)
        : type_(Type::integer), integer_(static_cast<std::int64_t>(value)) {}
    Value(double value);  // not finite becomes null
    Value(const char* value);
    Value(std::string_view value);
    Value(std::string value);
    Value(Array value);
    Value(Members value);

    Type type() const { return type_; }
    bool is_null() const { return type_ == Type::null; }

    // Each is the zero value of its type when the value is of another type.
    bool boolean() const { return boolean_; }
    std::int64_t integer() const { return integer_; }
    double number() const;  // integers too
    const std::string& text() const { return text_; }
    const Array& array() const { return array_; }
    const Members& members() const { return members_; }

    // The member of that key, or null when there is none or this is no object.
    const Value* find(std::string_view key) const;

    // Appends a member without looking for an equal key: for writers, which know their keys.
    Value& set(std::string key, Value value);
    Value& push(Value value);

    // Byte offset in the text of the value's first byte; 0 for values that were not read.
    std::size_t offset() const { return offset_; }
    void set_offset(std::size_t offset) { offset_ = offset; }

    // Offsets do not count. An integer equals a number of the same size, as 2 and 2.0 are the same to JSON.
    bool operator==(const Value& other) const;

private:
    Type type_ = Type::null;
    bool boolean_ = false;
    std::int64_t integer_ = 0;
    double number_ = 0;
    std::string text_;
    Array array_;
    Members members_;
    std::size_t offset_ = 0;
};

struct Limits {
    std::size_t bytes = 4u << 20;
    std::size_t depth = 64;
    std::size_t text_bytes = 64u << 10;  // of one string
    std::size_t values = 200'000;        // all in all; one takes about 128 bytes
};

// Refuses at the first fault. The error's path is empty; its reason begins with line and column: "line 3, column 7: …".
// Whole numbers outside of 64 bits become doubles; what overflows a double is refused. U+0000 may be escaped in a
// string (identifiers refuse it); half a surrogate pair may not. A byte order mark is refused.
Result<Value> parse(std::string_view text, const Limits& limits = {});

// Compact, members in their order, strings escaped as little as JSON allows, numbers in the fewest digits that give the
// same double back, laid out as JavaScript does. The same text on every platform. Text that is not UTF-8 is written
// with U+FFFD in place of each bad byte, so that writing never fails.
std::string dump(const Value& value);

// A double as dump writes it; "null" when it is not finite.
std::string number_text(double number);

// Line and column (from 1, columns in bytes) of an offset.
std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset);

enum class Reading { strict, field };

// The typed reader of one object. Each getter marks its key as known; at the end `finish` complains, in strict reading,
// of keys nobody asked for, naming the nearest known key. The first error wins and is kept: after it every getter
// returns the default, so that a reader is straight-line code with one check at the end.
class Object {
public:
    // `value` must outlive the reader. Not an object: the error is set at once.
    Object(const Value& value, std::string path, Reading reading);

    const std::string& path() const { return path_; }
    std::string path_of(std::string_view key) const;  // "surveys[1].id"

    bool has(std::string_view key);

    struct TextRule {
        std::size_t min_bytes = 0;
        std::size_t max_bytes = 4096;
        bool identifier = false;  // letters, digits, '.', '_', '-'
    };
    std::string text(std::string_view key, const TextRule& rule);                           // required
    std::string text(std::string_view key, const TextRule& rule, std::string_view absent);  // optional
    std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max);
    std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t absent);
    double number(std::string_view key, double min, double max, double absent);
    bool boolean(std::string_view key, bool absent);
    // The index of the text among `names`; the error lists them.
    std::size_t choice(std::string_view key, const std::vector<std::string_view>& names, std::size_t absent);
    std::size_t choice(std::string_view key, const std::vector<std::string_view>& names);
    // The member itself, of that type; null when absent (an error if required).
    const Value* array(std::string_view key, bool required, std::size_t max_items);
    const Value* object(std::string_view key, bool required);
    const Value* any(std::string_view key);

    void refuse(std::string_view key, std::string reason);  // an error of the caller's own about a member
    void refuse(Error error);

    bool ok() const { return !error_; }
    // The first error; else, when strict, the unknown key.
    std::optional<Error> finish();

private:
    const Value* value_;
    std::string path_;
    Reading reading_;
    std::vector<std::string> known_;
    std::optional<Error> error_;

    const Value* get(std::string_view key, bool required, Type type, const char* wanted);
};

}  // namespace candor::json
