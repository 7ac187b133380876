#include "survey/fields.hpp"

#include <cmath>
#include <cstring>
#include <utility>

#include "base/order.hpp"
#include "base/text.hpp"
#include "base/worded.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

using json::Object;

void read_fields(Object& object, const Record& record, const ReadContext& context, void* out);

constexpr std::int64_t kMostExact = 9'007'199'254'740'991;
constexpr std::int64_t kMostVersion = 1'000'000;
constexpr const char* kDescriptionKey = "description";
constexpr Object::TextRule kDescription = {.max_bytes = 65'536, .optional = true};

// "#2563eb"
bool read_color(std::string_view text, std::uint32_t& color) {
    if (text.size() != 7 || text[0] != '#') return false;
    for (std::size_t i = 1; i < 7; ++i) {
        const char lower = static_cast<char>(text[i] | 0x20);
        const bool letter = lower >= 'a' && lower <= 'f';
        if (!letter && (text[i] < '0' || text[i] > '9')) return false;
        color = color << 4 | static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : text[i] - '0');
    }
    return true;
}

// An enum's value, whatever its type is.
void put_kind(void* at, std::size_t value) {
    const int kind = static_cast<int>(value);
    std::memcpy(at, &kind, sizeof kind);
}

int kind_at(const void* at) {
    int kind;
    std::memcpy(&kind, at, sizeof kind);
    return kind;
}

json::Reading reading_of(const Record& record, const ReadContext& context) {
    const bool raised = (record.flags & kRules) != 0 && context.reading == json::Reading::field;
    return raised ? json::Reading::strict : context.reading;
}

void read_object(Object& outer, const Field& field, const Record& record, const ReadContext& context, void* at) {
    Object object(outer, field.key, reading_of(record, context));
    if (!object.given()) return;
    read_record(object, record, context, at);
    object.finish(outer);
}

// The later of two of one key is at fault, unless something else is wrong with it. Sorted first: there may be many.
void refuse_twins(Object& outer, const Field& field, char* first, std::size_t count) {
    const Items& items = *field.more.items;
    List<String> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(items.key(first + i * items.size));
    Indices order = counted(count);
    sort_indices(order, [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
    for (std::size_t i = 1; i < count; ++i) {
        const String& key = keys[order[i]];
        if (key != keys[order[i - 1]]) continue;
        Error twice{joined({outer.path_of(field.key, order[i]), ".id"}),
                    worded({"another one is \"", key, "\" already"})};
        auto* fault = reinterpret_cast<Maybe<Error>*>(first + std::size_t{order[i]} * items.size + items.fault);
        if (items.fault == 0) {
            outer.refuse(std::move(twice));
        } else if (!*fault) {
            *fault = std::move(twice);
        }
    }
}

void read_list(Object& outer, const Field& field, const ReadContext& context, void* at) {
    const json::Value* list = outer.array(field.key, true, field.most);
    if (list == nullptr) return;
    const json::Array& values = list->array();
    if (values.empty() && (field.flags & kFromOne) != 0) return outer.refuse(field.key, "must not be empty");
    const Items& items = *field.more.items;
    auto* const first = static_cast<char*>(items.make(at, values.size()));
    char* item = first;
    for (std::size_t i = 0; i < values.size() && outer.ok(); ++i, item += items.size) {
        Object object(outer, field.key, i, values[i], reading_of(*items.record, context));
        read_record(object, *items.record, context, item);
        if (items.fault == 0) {
            object.finish(outer);
        } else {
            object.finish(*reinterpret_cast<Maybe<Error>*>(item + items.fault));
        }
    }
    if (items.key != nullptr) refuse_twins(outer, field, first, values.size());
}

// The case whose first member is there; null where that is none or several, which is refused.
const Record* find_case(Object& object, const Field& field) {
    const Record* const cases = field.more.record;
    const Record* found = nullptr;
    int given = 0;
    for (std::uint32_t i = 0; i < field.most; ++i) {
        if (!object.has(cases[i].fields->key)) continue;
        ++given;
        found = &cases[i];
    }
    if (given == 1) return found;
    // One of an unknown kind is best named by its own key.
    object.any(kDescriptionKey);
    for (std::uint32_t i = 0; i < field.most; ++i) {
        for (const Field& member : cases[i]) {
            if (member.key != nullptr) object.any(member.key);
        }
    }
    object.refuse_unknown();
    refuse_case(object, field);
    return nullptr;
}

void read_case(Object& object, const Field& field, const ReadContext& context, void* record) {
    void* const at = static_cast<char*>(record) + field.at;
    const Record* found = &field.more.record[kind_at(at)];
    if (field.form == Form::by_key) {
        found = find_case(object, field);
        if (found == nullptr) return;
        put_kind(at, static_cast<std::size_t>(found - field.more.record));
    }
    read_fields(object, *found, context, record);
}

void refuse_later(Object& object, std::string_view names) {
    while (!names.empty()) {
        const std::string_view name = take_part(names, '|');
        if (object.value().find(name) != nullptr) object.refuse(name, "unknown rule");
    }
}

void read_text(Object& object, const Field& field, void* at) {
    const Object::TextRule rule = {.min_bytes = std::size_t{(field.flags & kFromOne) != 0},
                                   .max_bytes = field.most,
                                   .identifier = field.form == Form::identifier};
    if (field.form <= Form::identifier) {
        auto& text = *static_cast<String*>(at);
        object.text(field.key, text, rule);
        if ((field.flags & kOneLine) != 0) refuse_control(object, field.key, text, false);
        return;
    }
    const String* text = object.find_text(field.key, rule);
    if (text == nullptr) return;
    if (field.form == Form::color) {
        std::uint32_t& color = static_cast<std::optional<std::uint32_t>*>(at)->emplace(0);
        if (!read_color(*text, color)) object.refuse(field.key, "must be a colour as \"#2563eb\"");
    } else if (const auto instant = parse_rfc3339(*text)) {
        *static_cast<Instant*>(at) = *instant;
    } else {
        object.refuse(field.key, kInstantWanted);
    }
}

void read_whole(Object& object, const Field& field, void* at) {
    std::int64_t most = field.most;
    if (field.form == Form::version) most = kMostVersion;
    if (most == row::kAnyCount) most = kMostExact;
    const std::int64_t number = object.integer(field.key, (field.flags & kFromOne) != 0, most);
    if (field.form == Form::count) {
        *static_cast<std::int64_t*>(at) = number;
    } else if (field.form == Form::size) {
        *static_cast<std::optional<int>*>(at) = static_cast<int>(number);
    } else if (number != field.most) {
        object.refuse(field.key, "must be 1, the only version of the format that is known here");
    }
}

void read_number(Object& object, const Field& field, void* at) {
    const double number = object.number(field.key, (field.flags & kFromOne) != 0, field.most, 0);
    const Span unit = field.form == Form::days ? kDay : 1000;
    const auto units = static_cast<Span>(std::floor(number * static_cast<double>(unit) + 0.5));
    if (field.form == Form::seconds) {
        *static_cast<Span*>(at) = units;
    } else if (field.form == Form::days) {
        *static_cast<std::optional<Span>*>(at) = units;
    } else {
        *static_cast<std::uint32_t*>(at) = static_cast<std::uint32_t>(units);
        // The double that is nearest to three decimals is theirs alone.
        if (static_cast<double>(units) / 1000 != number) object.refuse(field.key, "must have at most three decimals");
    }
}

void read_banded(Object& object, const Field& field, const ReadContext& context, void* at) {
    const json::Value& value = *object.any(field.key);
    for (const Field& band : *field.more.record) {
        if (value.find(band.key) != nullptr) return read_object(object, field, *field.more.record, context, at);
    }
    read_localized(object, field.key, field.most, *context.locale, static_cast<BandedText*>(at)->always);
}

void read_field(Object& object, const Field& field, const ReadContext& context, void* record) {
    void* const at = static_cast<char*>(record) + field.at;
    if (field.form >= Form::text && !object.has(field.key)) {
        if ((field.flags & kRequired) == 0) return;
        if (field.form != Form::choice) return object.refuse(field.key, "is missing");
    }
    switch (field.form) {
        case Form::check: return field.more.check(object, record);
        case Form::by_kind:
        case Form::by_key: return read_case(object, field, context, record);
        case Form::later: return refuse_later(object, field.more.names);
        case Form::text:
        case Form::identifier:
        case Form::instant:
        case Form::color: return read_text(object, field, at);
        case Form::flag: *static_cast<bool*>(at) = object.boolean(field.key, false); return;
        case Form::yes:
            if (!object.boolean(field.key, false)) object.refuse(field.key, "must be true");
            return;
        case Form::count:
        case Form::size:
        case Form::version: return read_whole(object, field, at);
        case Form::seconds:
        case Form::days:
        case Form::thousandths: return read_number(object, field, at);
        case Form::choice: return put_kind(at, object.choice(field.key, field.more.names));
        case Form::localized:
            return read_localized(object, field.key, field.most, *context.locale, *static_cast<LocalizedText*>(at));
        case Form::banded: return read_banded(object, field, context, at);
        case Form::object: return read_object(object, field, *field.more.record, context, at);
        case Form::list: return read_list(object, field, context, at);
    }
}

void read_fields(Object& object, const Record& record, const ReadContext& context, void* out) {
    for (const Field& field : record) {
        if (object.ok()) read_field(object, field, context, out);
    }
}

}  // namespace

void read_record(Object& object, const Record& record, const ReadContext& context, void* out) {
    read_fields(object, record, context, out);
    if ((record.flags & kUndescribed) == 0) object.find_text(kDescriptionKey, kDescription);
}

}  // namespace candor::survey
