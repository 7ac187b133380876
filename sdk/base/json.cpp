// Reading: one pass over the text, by recursive descent as deep as the limits allow, straight into Values.
#include "base/json.hpp"

#include <algorithm>

#include "base/json_number.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::json {
namespace {

class Reader {
public:
    Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

    // False: the reason says why not.
    bool document(Value& out) {
        if (text_.starts_with("\xEF\xBB\xBF")) return refuse(0, "begins with a byte order mark");
        if (!value(out, 0)) return false;
        skip_blanks();
        return at_ == text_.size() || refuse(at_, "something follows the value");
    }

    // "line 3, column 7: …"
    std::string reason() const {
        const auto [line, column] = line_and_column(text_, fault_);
        return "line " + digits(line) + ", column " + digits(column) + ": " + reason_;
    }

private:
    [[gnu::noinline]] bool refuse(std::size_t offset, std::string_view reason, std::string_view detail = {}) {
        fault_ = offset;
        reason_ = reason;
        reason_ += detail;
        return false;
    }

    bool refuse_beyond(std::size_t offset, std::string_view reason, std::size_t limit, std::string_view unit) {
        return refuse(offset, reason, digits(limit).append(unit));
    }

    // A zero byte, which no rule takes, stands for the end, too.
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c || c == '\0') return false;
        ++at_;
        return true;
    }

    void skip_blanks() {
        while (take(' ') || take('\n') || take('\r') || take('\t')) {
        }
    }

    bool take_token(char c) {
        skip_blanks();
        return take(c);
    }

    bool value(Value& out, std::size_t depth) {
        skip_blanks();
        const std::size_t begin = at_;
        if (++values_ > limits_.values) return refuse_beyond(begin, "more than ", limits_.values, " values");
        if (!value_of_type(out, depth)) return false;
        out.set_offset(begin);
        return true;
    }

    bool value_of_type(Value& out, std::size_t depth) {
        switch (peek()) {
            case '{': return object(out, depth);
            case '[': return array(out, depth);
            case '"': return text_value(out);
            case 't': return word("true", out, Value(true));
            case 'f': return word("false", out, Value(false));
            case 'n': return word("null", out, Value());
            default: return number(out);
        }
    }

    bool word(std::string_view word, Value& out, Value value) {
        for (const char c : word) {
            if (!take(c)) return refuse(at_, "no value is written like this");
        }
        out = std::move(value);
        return true;
    }

    // ---- numbers ----

    bool take_digits() {
        const std::size_t begin = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        return at_ > begin;
    }

    bool number(Value& out) {
        const std::size_t begin = at_;
        const bool minus = take('-');
        if (!take('0') && !take_digits()) return refuse(at_, minus ? "a digit must follow" : "a value must begin here");
        if (take('.') && !take_digits()) return refuse(at_, "a digit must follow the point");
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!take_digits()) return refuse(at_, "the exponent must have a digit");
        }
        out = read_number(text_.substr(begin, at_ - begin));
        return !out.is_null() || refuse(begin, "the number is too large");
    }

    // ---- texts ----

    bool text_value(Value& out) {
        std::string text;
        if (!text_token(text)) return false;
        out = Value(std::move(text));
        return true;
    }

    bool text_token(std::string& out) {
        const std::size_t begin = at_;
        if (!take('"')) return refuse(at_, "a text in double quotes must begin here");
        while (!take('"')) {
            if (!character(out)) return false;
        }
        if (out.size() <= limits_.text_bytes) return true;
        return refuse_beyond(begin, "a string is longer than ", limits_.text_bytes, " bytes");
    }

    bool character(std::string& out) {
        if (at_ == text_.size()) return refuse(at_, "the text ends inside a string");
        if (static_cast<unsigned char>(text_[at_]) < 0x20) return refuse(at_, "a control character in a string");
        if (take('\\')) return escape(out);
        const std::size_t length = utf8_sequence(text_.substr(at_));
        if (length == 0) return refuse(at_, "not UTF-8");
        out.append(text_, at_, length);
        at_ += length;
        return true;
    }

    bool escape(std::string& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        if (take('u')) return code_point(out);
        const std::size_t which = kNames.find(peek());
        if (which == std::string_view::npos) return refuse(at_, "an escape that JSON does not have");
        out += kMeant[which];
        ++at_;
        return true;
    }

    bool code_point(std::string& out) {
        std::uint32_t point = 0;
        if (!hex(point)) return false;
        if (point >= 0xd800 && point <= 0xdfff) {
            const std::size_t second = at_;
            std::uint32_t low = 0;
            if (point < 0xdc00 && take('\\') && take('u') && !hex(low)) return false;
            if (low < 0xdc00 || low > 0xdfff) return refuse(second, "half a surrogate pair");
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        }
        append_utf8(out, point);
        return true;
    }

    bool hex(std::uint32_t& out) {
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            const char lower = static_cast<char>(c | 0x20);
            out <<= 4;
            if (c >= '0' && c <= '9') {
                out |= static_cast<std::uint32_t>(c - '0');
            } else if (lower >= 'a' && lower <= 'f') {
                out |= static_cast<std::uint32_t>(lower - 'a' + 10);
            } else {
                return refuse(at_, "four hexadecimal digits must follow \\u");
            }
        }
        return true;
    }

    static void append_utf8(std::string& out, std::uint32_t point) {
        if (point < 0x80) {
            out += static_cast<char>(point);
            return;
        }
        const int tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        constexpr std::uint32_t kFirst[] = {0, 0xc0, 0xe0, 0xf0};
        out += static_cast<char>(kFirst[tails] | point >> (6 * tails));
        for (int i = tails; i-- > 0;) out += static_cast<char>(0x80 | (point >> (6 * i) & 0x3f));
    }

    // ---- arrays and objects ----

    bool enter(std::size_t depth) {
        if (depth >= limits_.depth) return refuse_beyond(at_, "nested deeper than ", limits_.depth, "");
        ++at_;
        return true;
    }

    bool array(Value& out, std::size_t depth) {
        if (!enter(depth)) return false;
        Array items;
        if (!take_token(']')) {
            do {
                items.emplace_back();
                if (!value(items.back(), depth + 1)) return false;
            } while (take_token(','));
            if (!take(']')) return refuse(at_, "',' or ']' must follow");
        }
        out = Value(std::move(items));
        return true;
    }

    bool object(Value& out, std::size_t depth) {
        if (!enter(depth)) return false;
        Members members;
        std::vector<std::size_t> offsets;
        if (!take_token('}')) {
            do {
                skip_blanks();
                offsets.push_back(at_);
                members.emplace_back();
                if (!member(members.back(), depth + 1)) return false;
            } while (take_token(','));
            if (!take('}')) return refuse(at_, "',' or '}' must follow");
        }
        if (!unique_keys(members, offsets)) return false;
        out = Value(std::move(members));
        return true;
    }

    bool member(Member& out, std::size_t depth) {
        if (!text_token(out.first)) return false;
        if (!take_token(':')) return refuse(at_, "':' must follow the key");
        return value(out.second, depth);
    }

    // By sorting, at the end: comparing each with each would let a hostile text take hours.
    bool unique_keys(const Members& members, const std::vector<std::size_t>& offsets) {
        if (members.size() < 2) return true;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < members.size(); ++i) order.push_back(i);
        const auto before = [&](std::size_t a, std::size_t b) {
            const int compared = members[a].first.compare(members[b].first);
            return compared != 0 ? compared < 0 : a < b;
        };
        // With std::sort the reader would be 350 bytes longer, compressed.
        std::make_heap(order.begin(), order.end(), before);
        std::sort_heap(order.begin(), order.end(), before);
        for (std::size_t i = 1; i < order.size(); ++i) {
            const std::string& key = members[order[i]].first;
            if (key != members[order[i - 1]].first) continue;
            // Quoted as JSON would have it, but in other quotes.
            std::string shown = dump(Value(utf8_prefix(key, 64)));
            shown.front() = shown.back() = '\'';
            return refuse(offsets[order[i]], "duplicate key ", shown);
        }
        return true;
    }

    std::string_view text_;
    const Limits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::size_t fault_ = 0;
    std::string reason_;
};

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes) return fail("", "longer than " + digits(limits.bytes) + " bytes");
    Reader reader(text, limits);
    Value value;
    if (!reader.document(value)) return fail("", reader.reason());
    return value;
}

}  // namespace candor::json
