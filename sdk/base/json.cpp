// Reading: one pass over the text, by recursive descent as deep as the limits allow, straight into Values.
#include "base/json.hpp"

#include "base/json_number.hpp"
#include "base/json_writer.hpp"
#include "base/order.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/worded.hpp"

namespace candor::json {

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
    String reason() const {
        const auto [line, column] = line_and_column(text_, fault_);
        return joined({"line ", line, ", column ", column, ": ", reason_});
    }

private:
    // Out of line: many call it.
    [[gnu::noinline]] bool refuse(std::size_t offset, const char* reason) {
        fault_ = offset;
        reason_ = worded(reason);
        return false;
    }

    bool refuse(std::size_t offset, Parts reason) {
        fault_ = offset;
        reason_ = worded(reason);
        return false;
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
        out.offset_ = static_cast<std::uint32_t>(at_);
        if (++values_ > limits_.values) return refuse(at_, {"more than ", limits_.values, " values"});
        switch (peek()) {
            case '{': return children(out, depth, '}');
            case '[': return children(out, depth, ']');
            case '"': out.type_ = Type::text; return text_token(out.text_);
            case 't': return word("true", out, Type::boolean);
            case 'f': return word("false", out, Type::boolean);
            case 'n': return word("null", out, Type::null);
            default: return number(out);
        }
    }

    bool word(const char* word, Value& out, Type type) {
        out.type_ = type;
        out.scalar_ = *word == 't' ? 1 : 0;
        for (; *word != '\0'; ++word) {
            if (!take(*word)) return refuse(at_, "no value is written like this");
        }
        return true;
    }

    // ---- numbers ----

    bool take_digits(Decimal& out) {
        const std::size_t begin = at_;
        for (; peek() >= '0' && peek() <= '9'; ++at_) out.add(peek());
        return at_ > begin;
    }

    bool number(Value& out) {
        const std::size_t begin = at_;
        Decimal decimal;
        const bool minus = take('-');
        if (!take('0') && !take_digits(decimal)) {
            return refuse(at_, minus ? "a digit must follow" : "a value must begin here");
        }
        const std::size_t end = at_;
        if (take('.')) {
            if (!take_digits(decimal)) return refuse(at_, "a digit must follow the point");
            decimal.exponent -= static_cast<std::int64_t>(at_ - end - 1);
        }
        if ((take('e') || take('E')) && !take_exponent(decimal)) return refuse(at_, "the exponent must have a digit");
        if (at_ == end && whole_number(decimal, minus, out.scalar_)) {
            out.type_ = Type::integer;
            return true;
        }
        const double size = to_double(decimal);
        out = Value(minus ? -size : size);
        out.offset_ = static_cast<std::uint32_t>(begin);
        return !out.is_null() || refuse(begin, "the number is too large");
    }

    // Where no text is long enough to matter, its digits do not count.
    bool take_exponent(Decimal& decimal) {
        constexpr std::int64_t kEnough = 100'000'000'000'000'000;
        const bool minus = take('-');
        if (!minus) take('+');
        Decimal written;
        if (!take_digits(written)) return false;
        std::int64_t exponent = 0;
        for (const char digit : written.digits) {
            if (exponent < kEnough) exponent = exponent * 10 + (digit - '0');
        }
        decimal.exponent += minus ? -exponent : exponent;
        return true;
    }

    // ---- texts ----

    bool text_token(String& out) {
        const std::size_t begin = at_;
        if (!take('"')) return refuse(at_, "a text in double quotes must begin here");
        do {
            // What stands for itself is taken over a run at a time.
            const std::size_t run = plain(text_.substr(at_));
            out.append(text_.substr(at_, run));
            at_ += run;
            if (take('"')) {
                if (out.size() <= limits_.text_bytes) return true;
                return refuse(begin, {"a string is longer than ", limits_.text_bytes, " bytes"});
            }
        } while (take('\\') ? escape(out) : odd());
        return false;
    }

    bool odd() {
        if (at_ == text_.size()) return refuse(at_, "the text ends inside a string");
        const bool control = static_cast<unsigned char>(peek()) < 0x20;
        return refuse(at_, control ? "a control character in a string" : "not UTF-8");
    }

    bool escape(String& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        if (take('u')) return code_point(out);
        const std::size_t which = kNames.find(peek());
        if (which == std::string_view::npos) return refuse(at_, "an escape that JSON does not have");
        out += kMeant[which];
        ++at_;
        return true;
    }

    bool code_point(String& out) {
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

    static void append_utf8(String& out, std::uint32_t point) {
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

    bool children(Value& out, std::size_t depth, char closer) {
        const bool keyed = closer == '}';
        if (depth >= limits_.depth) return refuse(at_, {"nested deeper than ", limits_.depth});
        ++at_;
        out.type_ = keyed ? Type::object : Type::array;
        if (take_token(closer)) return true;
        do {
            if (keyed && !key(out.add())) return false;
            if (!value(out.add(), depth + 1)) return false;
        } while (take_token(','));
        if (!take(closer)) return refuse(at_, keyed ? "',' or '}' must follow" : "',' or ']' must follow");
        return !keyed || unique_keys(out.children_);
    }

    bool key(Value& out) {
        skip_blanks();
        out.type_ = Type::text;
        out.offset_ = static_cast<std::uint32_t>(at_);
        if (!text_token(out.text_)) return false;
        return take_token(':') || refuse(at_, "':' must follow the key");
    }

    // By sorting, at the end: comparing each with each would let a hostile text take hours.
    bool unique_keys(const Array& members) {
        Indices order = counted(members.size() / 2);
        const auto key_of = [&](std::uint32_t i) -> const Value& { return members[2 * std::size_t{i}]; };
        sort_indices(order, [&](std::uint32_t a, std::uint32_t b) { return key_of(a).text_ < key_of(b).text_; });
        for (std::size_t i = 1; i < order.size(); ++i) {
            const Value& key = key_of(order[i]);
            if (key.text_ != key_of(order[i - 1]).text_) continue;
            // Quoted as JSON would have it, but in other quotes.
            String shown = Writer().text(nullptr, utf8_prefix(key.text_, 64)).take();
            shown.front() = shown.back() = '\'';
            return refuse(key.offset_, {"duplicate key ", shown});
        }
        return true;
    }

    std::string_view text_;
    const Limits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::size_t fault_ = 0;
    String reason_;
};

Result<Value> parse(std::string_view text, const Limits& limits) {
    Result<Value> value;
    Reader reader(text, limits);
    if (text.size() > limits.bytes) {
        value = fail("", joined({"longer than ", limits.bytes, " bytes"}));
    } else if (!reader.document(*value)) {
        value = fail("", reader.reason());
    }
    return value;
}

}  // namespace candor::json
