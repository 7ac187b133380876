#include <algorithm>

#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::string_view kBands[] = {"promoter", "passive", "detractor"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Line breaks are the only control characters that a card can show.
bool is_printable(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return (code < 0x20 && c != '\n') || code == 0x7f;
    });
}

bool same_tag(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 32) == (y | 32); });
}

std::string read_text(json::Object& object, std::string_view key, std::size_t max_bytes) {
    std::string text = object.text(key, {.min_bytes = 1, .max_bytes = max_bytes});
    if (!is_printable(text)) object.refuse(key, "holds a control character");
    return text;
}

// An object whose keys are language tags.
LocalizedText read_by_locale(const json::Value& value, json::Object& parent, std::string_view key,
                             std::size_t max_bytes) {
    LocalizedText texts;
    json::Object object(value, parent.path_of(key), json::Reading::strict);
    for (const json::Member& member : value.members()) {
        const std::string& tag = member.first;
        if (!is_language_tag(tag)) {
            object.refuse(tag.substr(0, 64), "is no language tag as \"pt-BR\"");
        } else if (std::any_of(texts.begin(), texts.end(), [&](const auto& t) { return same_tag(t.first, tag); })) {
            object.refuse(tag, "names a language twice");
        }
        texts.emplace_back(tag, read_text(object, tag, max_bytes));
        if (!object.ok()) break;
    }
    if (texts.empty()) object.refuse(Error{object.path(), "has no text"});
    if (auto error = object.finish()) parent.refuse(std::move(*error));
    return texts;
}

bool has_bands(const json::Value* value) {
    return value != nullptr &&
           std::any_of(std::begin(kBands), std::end(kBands), [&](auto band) { return value->find(band) != nullptr; });
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

LocalizedText read_localized(json::Object& parent, std::string_view key, bool required, std::size_t max_bytes,
                             const ReadContext& context) {
    const json::Value* value = parent.any(key);
    if (value == nullptr) {
        if (required) parent.refuse(key, "is missing");
        return {};
    }
    if (value->type() == json::Type::object) return read_by_locale(*value, parent, key, max_bytes);
    if (value->type() == json::Type::text) return {{context.locale, read_text(parent, key, max_bytes)}};
    parent.refuse(key, "must be a text, or an object of texts by language");
    return {};
}

BandedText read_banded(json::Object& parent, std::string_view key, bool required, std::size_t max_bytes,
                       const ReadContext& context) {
    BandedText text;
    const json::Value* value = parent.any(key);
    if (!has_bands(value)) {
        text.always = read_localized(parent, key, required, max_bytes, context);
        return text;
    }
    json::Object bands(*value, parent.path_of(key), json::Reading::strict);
    text.promoter = read_localized(bands, "promoter", false, max_bytes, context);
    text.passive = read_localized(bands, "passive", false, max_bytes, context);
    text.detractor = read_localized(bands, "detractor", false, max_bytes, context);
    if (auto error = bands.finish()) parent.refuse(std::move(*error));
    return text;
}

void read_description(json::Object& object) { object.text("description", {.max_bytes = 65'536}, ""); }

}  // namespace candor::survey
