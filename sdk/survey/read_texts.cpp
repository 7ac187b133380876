#include <algorithm>

#include "survey/read.hpp"

namespace candor::survey {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void read_text(json::Object& object, const char* key, std::size_t max_bytes, String& out) {
    object.text(key, out, {.min_bytes = 1, .max_bytes = max_bytes});
    refuse_control(object, key, out, true);
}

bool names_twice(const json::MemberRange& members, std::size_t index) {
    for (std::size_t i = 0; i < index; ++i) {
        if (same_tag(members[i].first, members[index].first)) return true;
    }
    return false;
}

// An object whose keys are language tags.
void read_by_locale(json::Object& parent, const char* key, const json::MemberRange& members, std::size_t max_bytes,
                    LocalizedText& out) {
    json::Object object(parent, key, json::Reading::strict);
    out = LocalizedText(members.size());
    for (std::size_t i = 0; i < members.size() && object.ok(); ++i) {
        auto& [tag, text] = out[i];
        tag = members[i].first;
        if (!is_language_tag(tag)) {
            object.refuse(std::string_view(tag).substr(0, 64), "is no language tag as \"pt-BR\"");
        } else if (names_twice(members, i)) {
            object.refuse(tag.c_str(), "names a language twice");
        }
        read_text(object, tag.c_str(), max_bytes, text);
    }
    if (members.empty()) object.refuse_itself("has no text");
    object.finish(parent);
}

}  // namespace

// BCP 47 in its outline: subtags of at most eight letters and digits, the first of two or three letters.
bool is_language_tag(std::string_view text) {
    if (text.size() > 35) return false;
    bool first = true;
    for (;;) {
        const std::string_view subtag = text.substr(0, text.find('-'));
        const bool length = first ? subtag.size() == 2 || subtag.size() == 3 : !subtag.empty() && subtag.size() <= 8;
        const bool letters =
            std::all_of(subtag.begin(), subtag.end(), [&](char c) { return is_letter(c) || (!first && is_digit(c)); });
        if (!length || !letters) return false;
        if (subtag.size() == text.size()) return true;
        text.remove_prefix(subtag.size() + 1);
        first = false;
    }
}

// Line breaks are the only control characters that a card can show.
void refuse_control(json::Object& object, const char* key, std::string_view text, bool shown) {
    for (const char c : text) {
        const bool blank = static_cast<unsigned char>(c) < 0x20 && !(shown && c == '\n');
        if (blank || (shown && c == 0x7f)) return object.refuse(key, "holds a control character");
    }
}

void read_localized(json::Object& parent, const char* key, std::size_t max_bytes, const String& locale,
                    LocalizedText& out) {
    const json::Value& value = *parent.any(key);
    if (value.type() == json::Type::object) {
        read_by_locale(parent, key, value.members(), max_bytes, out);
    } else if (value.type() == json::Type::text) {
        out = LocalizedText(1);
        out.front().first = locale;
        read_text(parent, key, max_bytes, out.front().second);
    } else {
        parent.refuse(key, "must be a text, or an object of texts by language");
    }
}

}  // namespace candor::survey
