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
#include <span>
#include <string_view>
#include <utility>

#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "base/text.hpp"

namespace candor::json {

class Value;
class MemberRange;
using Array = List<Value>;
using Member = std::pair<String, Value>;
using Members = List<Member>;  // of an object that is made

enum class Type : std::uint8_t { null, boolean, integer, number, text, array, object };

class Value {
public:
    Value() = default;  // null
    Value(bool value);
    template <std::integral T>
    requires(std::numeric_limits<T>::digits <= 63) Value(T value)
        : type_(Type::integer), scalar_(static_cast<std::int64_t>(value)) {}
    Value(double value);  // not finite becomes null
    Value(const char* value);
    Value(std::string_view value);
    Value(String value);
    template <std::same_as<std::string> Standard>
    Value(const Standard& value) : Value(std::string_view(value)) {}
    Value(Array value);
    Value(Members value);

    Type type() const { return type_; }
    bool is_null() const { return type_ == Type::null; }

    // Each is the zero value of its type when the value is of another type.
    bool boolean() const { return type_ == Type::boolean && scalar_ != 0; }
    std::int64_t integer() const { return type_ == Type::integer ? scalar_ : 0; }
    double number() const;  // integers too
    const String& text() const { return text_; }
    const Array& array() const;
    MemberRange members() const;  // in the order of the text

    // The member of that key, or null when there is none or this is no object.
    const Value* find(std::string_view key) const;
    const Value* find(const char* key) const { return find(std::string_view(key)); }

    // Appends a member without looking for an equal key: for writers, which know their keys.
    Value& set(String key, Value value);
    Value& push(Value value);

    // Byte offset in the text of the value's first byte; 0 for values that were not read.
    std::size_t offset() const { return offset_; }

    // Offsets do not count. An integer equals a number of the same size, as 2 and 2.0 are the same to JSON.
    bool operator==(const Value& other) const;

private:
    friend class Reader;

    Type type_ = Type::null;
    std::uint32_t offset_ = 0;
    std::int64_t scalar_ = 0;  // a boolean, an integer, or the bits of a double
    String text_;
    Array children_;  // of an object: key, value, key, value and so on

    Value& add();
};

// A member where it stands.
struct MemberView {
    const String& first;
    const Value& second;
};

// The members of a Value, which must outlive this.
class MemberRange {
public:
    class Iterator {
    public:
        explicit Iterator(const Value* at) : at_(at) {}
        MemberView operator*() const { return {at_->text(), at_[1]}; }
        Iterator& operator++() {
            at_ += 2;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const Value* at_;
    };

    explicit MemberRange(std::span<const Value> values) : values_(values) {}

    Iterator begin() const { return Iterator(values_.data()); }
    Iterator end() const { return Iterator(values_.data() + values_.size()); }
    std::size_t size() const { return values_.size() / 2; }
    bool empty() const { return values_.empty(); }
    MemberView operator[](std::size_t i) const { return {values_[2 * i].text(), values_[2 * i + 1]}; }

private:
    std::span<const Value> values_;  // key, value, key, value and so on
};

struct Limits {
    std::size_t bytes = 4u << 20;
    std::size_t depth = 64;
    std::size_t text_bytes = 64u << 10;  // of one string
    std::size_t values = 200'000;        // all in all; one takes about 80 bytes
};
inline constexpr Limits kUsualLimits;

// Refuses at the first fault. The error's path is empty; its reason begins with line and column: "line 3, column 7: …".
// Whole numbers outside of 64 bits become doubles; what overflows a double is refused. U+0000 may be escaped in a
// string (identifiers refuse it); half a surrogate pair may not. A byte order mark is refused.
Result<Value> parse(std::string_view text, const Limits& limits = kUsualLimits);

// Compact, members in their order, strings escaped as little as JSON allows, numbers in the fewest digits that give the
// same double back, laid out as JavaScript does. The same text on every platform. Text that is not UTF-8 is written
// with U+FFFD in place of each bad byte, so that writing never fails.
String dump(const Value& value);

// A double as dump writes it; "null" when it is not finite.
String number_text(double number);

// Line and column (from 1, columns in bytes) of an offset.
std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset);

// What is made of keys that nobody asked for.
struct Reading {
    // Says what is wrong with one, where those that somebody asked for are `known`, one a line. Null: it does no harm.
    // (It does not take the reader itself: of types that are made of each other, the link for the web makes several,
    // and then passes the arguments of their functions in memory.)
    String (*unknown)(std::string_view key, std::string_view known);

    // Named as the values of an enumeration, as which they serve. NOLINTBEGIN(readability-identifier-naming)
    static const Reading field;   // they are ignored
    static const Reading strict;  // they are errors
    static const Reading tools;   // and the nearest known one is named, for those who write the text
    // NOLINTEND(readability-identifier-naming)

    bool operator==(const Reading&) const = default;
};

String unknown_key(std::string_view key, std::string_view known);
String unknown_key_and_nearest(std::string_view key, std::string_view known);

inline constexpr Reading Reading::field{nullptr};
inline constexpr Reading Reading::strict{unknown_key};
inline constexpr Reading Reading::tools{unknown_key_and_nearest};

// The typed reader of one object. Each getter marks its key as known; at the end `finish` complains, in strict reading,
// of keys nobody asked for. The first error wins and is kept: after it every getter
// returns the default, so that a reader is straight-line code with one check at the end.
class Object {
public:
    // `value` must outlive the reader. Not an object: the error is set at once.
    Object(const Value& value, Reading reading);  // at the root, where the path is empty
    Object(const Value& value, String path, Reading reading);
    // A member of `outer` that may be absent: then nothing is `given`, and nothing may be read.
    Object(Object& outer, const char* key, Reading reading);
    // An item of the array that is a member of `outer`.
    Object(const Object& outer, const char* key, std::size_t index, const Value& item, Reading reading);

    bool given() const { return value_ != nullptr; }
    const Value& value() const { return *value_; }
    const String& path() const { return path_; }
    String path_of(std::string_view key) const;                     // "surveys[1].id"
    String path_of(std::string_view key, std::size_t index) const;  // "surveys[1]"

    bool has(const char* key);

    struct TextRule {
        std::size_t min_bytes = 0;
        std::size_t max_bytes = 4096;
        bool identifier = false;  // letters, digits, '.', '_', '-'
        bool optional = false;    // only for the two getters that need no default
    };
    // Where it stands in the value; null when it is absent or refused.
    const String* find_text(const char* key, const TextRule& rule);
    // Absent: `out` stays as it is.
    void text(const char* key, String& out, const TextRule& rule);
    String text(const char* key, const TextRule& rule);                           // required
    String text(const char* key, const TextRule& rule, std::string_view absent);  // optional
    std::int64_t integer(const char* key, std::int64_t min, std::int64_t max);
    std::int64_t integer(const char* key, std::int64_t min, std::int64_t max, std::int64_t absent);
    double number(const char* key, double min, double max, double absent);
    bool boolean(const char* key, bool absent);
    // The index of the text among the names, which are written as "red|green"; the error lists them.
    static constexpr std::size_t kRequired = static_cast<std::size_t>(-1);
    std::size_t choice(const char* key, const char* names, std::size_t absent = kRequired);
    std::size_t choice(const char* key, const List<std::string_view>& names, std::size_t absent = kRequired);
    // The member itself, of that type; null when absent (an error if required).
    const Value* array(const char* key, bool required, std::size_t max_items);
    const Value* object(const char* key, bool required);
    const Value* any(const char* key);

    // An error of the caller's own, about a member.
    void refuse(const char* key, const char* reason);
    void refuse(const char* key, Parts reason);
    void refuse(std::string_view key, std::string_view reason);
    void refuse(Error error);
    void refuse_itself(const char* reason);  // about the whole object
    void refuse_itself(Parts reason);
    void refuse_unknown();  // the first key that nobody asked for so far, when read strictly

    bool ok() const { return !error_; }
    // The first error; else, when strict, the unknown key.
    Maybe<Error> finish();
    void finish(Object& outer);      // which is handed the error
    void finish(Maybe<Error>& out);  // stays as it is where there is none

private:
    const Value* value_;
    String path_;
    Reading reading_;
    String known_;  // one a line
    Maybe<Error> error_;

    void expect_object();
    void refuse_at(String path, std::string_view reason);
    const Value* get(const char* key, bool required, Type type, const char* wanted);
    void refuse_type(const char* wanted);
    void refuse_value(const char* key, Parts reason, const Value& value);
    void refuse_range(const char* key, double min, double max, const Value& value);
    void refuse_choice(const char* key, const char* names, const Value* value);  // null: it is missing
};

}  // namespace candor::json
