#include "why.hpp"

#include <cstdint>

namespace shop {
namespace {

void append_utf8(std::string& text, uint32_t code) {
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | code >> 6);
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0 | code >> 12);
        text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        text += static_cast<char>(0xf0 | code >> 18);
        text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
        text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    }
}

// Walks over the JSON and hands each pair of a name and a text to `visit(depth, name, text)`.
class Walker {
public:
    explicit Walker(std::string_view json) : json_(json) {}

    template <typename Visit>
    void walk(Visit visit) {
        int depth = 0;
        std::string name;
        bool has_name = false;
        while (at_ < json_.size()) {
            const char c = json_[at_];
            if (c == '"') {
                std::string text = string();
                if (after_blanks() == ':') {
                    name = std::move(text);
                    has_name = true;
                    ++at_;
                } else if (has_name) {
                    visit(depth, name, text);
                    has_name = false;
                }
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            if (c == ',' || c == '{' || c == '[') has_name = false;
            ++at_;
        }
    }

private:
    char after_blanks() {
        while (at_ < json_.size() && (json_[at_] == ' ' || json_[at_] == '\n')) ++at_;
        return at_ < json_.size() ? json_[at_] : '\0';
    }

    uint32_t hex4() {
        uint32_t code = 0;
        for (int i = 0; i < 4 && at_ < json_.size(); ++i, ++at_) {
            const char c = json_[at_];
            const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            code = code << 4 | (static_cast<uint32_t>(digit) & 0xf);
        }
        return code;
    }

    void escape(std::string& text) {
        const char c = at_ < json_.size() ? json_[at_++] : '\0';
        if (c != 'u') {
            text += c == 'n' || c == 't' || c == 'r' ? ' ' : c;
            return;
        }
        uint32_t code = hex4();
        if (code >= 0xd800 && code < 0xdc00 && json_.substr(at_, 2) == "\\u") {
            at_ += 2;
            code = 0x10000 + ((code - 0xd800) << 10) + (hex4() - 0xdc00);
        }
        append_utf8(text, code);
    }

    std::string string() {
        std::string text;
        for (++at_; at_ < json_.size();) {
            const char c = json_[at_++];
            if (c == '"') break;
            if (c == '\\') {
                escape(text);
            } else {
                text += c;
            }
        }
        return text;
    }

    std::string_view json_;
    size_t at_ = 0;
};

}  // namespace

std::string summary_of(std::string_view explain_json) {
    constexpr int kSurvey = 3;  // {"surveys": [{here}]}
    std::string line;
    Walker(explain_json).walk([&](int depth, const std::string& name, const std::string& text) {
        if (depth != kSurvey) return;
        if (name == "survey") line += (line.empty() ? "" : "   ·   ") + text;
        if (name == "text") line += ": " + text;
    });
    return line;
}

}  // namespace shop
