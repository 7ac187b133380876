#include "base/json_writer.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::json {
namespace {

void append_escaped(String& out, char c) {
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

void append_text(String& out, std::string_view text) {
    out += '"';
    for (;;) {
        const std::size_t run = plain(text);
        out += text.substr(0, run);
        if (run == text.size()) break;
        const char c = text[run];
        if (static_cast<unsigned char>(c) < 0x80) {
            append_escaped(out, c);
        } else {
            out += "\xEF\xBF\xBD";
        }
        text.remove_prefix(run + 1);
    }
    out += '"';
}

}  // namespace

std::size_t plain(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size()) {
        const auto c = static_cast<unsigned char>(text[end]);
        const bool meant = c >= 0x20 && c != '"' && c != '\\';
        const std::size_t length = c < 0x80 ? meant : utf8_sequence(text.substr(end));
        if (length == 0) break;
        end += length;
    }
    return end;
}

// A value or key that ended stands before the next one: all but the first in what is open.
void Writer::separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
}

Writer& Writer::key(std::string_view key) {
    separate();
    append_text(out_, key);
    out_ += ':';
    return *this;
}

Writer& Writer::raw(const char* name, std::string_view json) {
    if (name != nullptr) {
        key(name);
    } else {
        separate();
    }
    out_ += json;
    return *this;
}

Writer& Writer::open(const char* key, char opener, char closer) {
    closers_ += closer;
    return raw(key, std::string_view(&opener, 1));
}

Writer& Writer::object(const char* key) { return open(key, '{', '}'); }
Writer& Writer::array(const char* key) { return open(key, '[', ']'); }

Writer& Writer::end() {
    out_ += closers_.back();
    closers_.pop_back();
    return *this;
}

Writer& Writer::text(const char* key, std::string_view value) {
    raw(key, {});
    append_text(out_, value);
    return *this;
}

// `used`: else its address and size would be loaded at each call after all.
[[gnu::noinline, gnu::used]] Writer& Writer::text(const char* key, const String& value) {
    return text(key, std::string_view(value));
}
Writer& Writer::text(const char* key, const char* value) { return text(key, std::string_view(value)); }

Writer& Writer::whole(const char* key, std::int64_t value) { return raw(key, digits(value)); }
Writer& Writer::number(const char* key, double value) { return raw(key, number_text(value)); }
Writer& Writer::boolean(const char* key, bool value) { return raw(key, value ? "true" : "false"); }
Writer& Writer::null(const char* key) { return raw(key, "null"); }

Writer& Writer::value(const char* name, const Value& value) {
    switch (value.type()) {
        case Type::null: return null(name);
        case Type::boolean: return boolean(name, value.boolean());
        case Type::integer: return whole(name, value.integer());
        case Type::number: return number(name, value.number());
        case Type::text: return text(name, value.text());
        case Type::array:
            array(name);
            for (const Value& item : value.array()) this->value(nullptr, item);
            return end();
        case Type::object:
            object(name);
            for (const auto& [member_key, member] : value.members()) key(member_key).value(nullptr, member);
            return end();
    }
    return *this;
}

String dump(const Value& value) { return Writer().value(nullptr, value).take(); }

}  // namespace candor::json
