// The document's records as tables: one row for each member, which one small interpreter reads (fields.cpp). A member
// more costs its row and its name, and no code. What a row cannot say is a check, which stands where it is due.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <type_traits>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/string.hpp"
#include "survey/document.hpp"

namespace candor::survey {

// What stands in the JSON, and what it becomes.
enum class Form : std::uint8_t {
    // Rows that are no member.
    check,    // a function of the record's own
    by_kind,  // more rows, by an enum that was read before
    by_key,   // more rows, by which of their first members is there: one alone, and its place becomes an enum
    later,    // names that are set aside for rules of later versions: none may be there
    // Members.
    text,         // String
    identifier,   // String
    instant,      // Instant
    color,        // std::optional<std::uint32_t>
    flag,         // bool
    yes,          // nothing: it is there, and true
    count,        // std::int64_t
    size,         // std::optional<int>
    version,      // nothing
    seconds,      // Span
    days,         // std::optional<Span>
    thousandths,  // std::uint32_t
    choice,       // an enum
    localized,    // LocalizedText
    banded,       // BandedText
    object,       // a record
    list,         // List of a record
};

constexpr unsigned kRequired = 1;
constexpr unsigned kFromOne = 2;  // bytes, items or whatever is counted; else from 0
constexpr unsigned kOneLine = 4;  // a text without control characters

struct Record;
struct Items;

struct Field {
    union More {
        const char* names;  // "red|green"
        const Record* record;
        const Items* items;
        void (*check)(json::Object& object, void* record);
    };

    Form form;
    std::uint8_t flags;
    std::uint16_t at;    // where in the record
    std::uint32_t most;  // of what is counted; cases: how many there are
    const char* key;
    More more;
};

// Of a record. Members that a record does not know are decoration, which does no harm to those who do not look for it,
// unless they are conditions: without knowing them all nobody may be asked.
constexpr std::uint8_t kRules = 1;
constexpr std::uint8_t kUndescribed = 2;  // has no "description"

struct Record {
    const Field* fields;
    std::uint8_t count;
    std::uint8_t flags;

    template <std::size_t N>
    constexpr Record(const Field (&rows)[N], std::uint8_t kind = 0)
        : fields(rows), count(std::uint8_t{N}), flags(kind) {}

    const Field* begin() const { return fields; }
    const Field* end() const { return fields + count; }
};

// The record that a C++ type is read by.
template <class T>
struct RecordOf : Record {
    using Record::Record;
};

struct Items {
    const Record* record;
    std::uint16_t size;   // of one
    std::uint16_t fault;  // where in one its fault goes, and the others are read on; 0: it is the list's
    void* (*make)(void* list, std::size_t count);  // of which the first is returned
    String (*key)(const void* item) = nullptr;     // no two may have the same; null: they may
};

template <class T>
struct ItemsOf : Items {
    explicit constexpr ItemsOf(const RecordOf<T>& item) : Items{&item, std::uint16_t{sizeof(T)}, 0, made} {}
    constexpr ItemsOf(const RecordOf<T>& item, std::size_t fault_at, String (*key_of)(const void* item))
        : Items{&item, std::uint16_t{sizeof(T)}, static_cast<std::uint16_t>(fault_at), made, key_of} {}

private:
    static void* made(void* list, std::size_t count) {
        auto& items = *static_cast<List<T>*>(list);
        items = List<T>(count);
        return items.data();
    }
};

// ---- rows ----

// A member's place, with its type, so that no row can write another.
template <class T>
struct At {
    std::size_t offset;
};
#define CANDOR_AT(record, member) (At<decltype(record::member)>{offsetof(record, member)})

template <class E>
concept IntEnum = std::is_enum_v<E> && sizeof(E) == sizeof(int);

namespace row {

constexpr Field make(Form form, unsigned flags, std::size_t at, std::uint32_t most, const char* key,
                     Field::More more = {.names = nullptr}) {
    return {form, static_cast<std::uint8_t>(flags), static_cast<std::uint16_t>(at), most, key, more};
}

template <class T, void (*kCheck)(json::Object& object, T& record)>
constexpr Field check() {
    return make(Form::check, 0, 0, 0, nullptr,
                {.check = [](json::Object& object, void* record) { kCheck(object, *static_cast<T*>(record)); }});
}

template <IntEnum E, std::size_t N>
constexpr Field by_kind(At<E> at, const Record (&cases)[N]) {
    return make(Form::by_kind, 0, at.offset, N, nullptr, {.record = cases});
}

template <IntEnum E, std::size_t N>
constexpr Field by_key(At<E> at, const Record (&cases)[N]) {
    return make(Form::by_key, 0, at.offset, N, nullptr, {.record = cases});
}

constexpr Field later(const char* names) { return make(Form::later, 0, 0, 0, nullptr, {.names = names}); }

constexpr Field text(const char* key, At<String> at, std::uint32_t most_bytes, unsigned flags) {
    return make(Form::text, flags, at.offset, most_bytes, key);
}

constexpr Field identifier(const char* key, At<String> at, std::uint32_t most_bytes, unsigned flags = 0) {
    return make(Form::identifier, flags | kFromOne, at.offset, most_bytes, key);
}

constexpr Field instant(const char* key, At<Instant> at) { return make(Form::instant, 0, at.offset, 64, key); }

constexpr Field color(const char* key, At<std::optional<std::uint32_t>> at) {
    return make(Form::color, 0, at.offset, 64, key);
}

constexpr Field flag(const char* key, At<bool> at) { return make(Form::flag, 0, at.offset, 0, key); }

constexpr Field yes(const char* key) { return make(Form::yes, kRequired, 0, 0, key); }

constexpr std::uint32_t kAnyCount = 0;  // that a double holds exactly

constexpr Field count(const char* key, At<std::int64_t> at, std::uint32_t most, unsigned flags) {
    return make(Form::count, flags, at.offset, most, key);
}

constexpr Field size(const char* key, At<std::optional<int>> at, std::uint32_t most) {
    return make(Form::size, 0, at.offset, most, key);
}

constexpr Field version(const char* key) { return make(Form::version, kRequired, 0, 1, key); }

constexpr Field seconds(const char* key, At<Span> at, std::uint32_t most, unsigned flags = 0) {
    return make(Form::seconds, flags, at.offset, most, key);
}

constexpr Field days(const char* key, At<std::optional<Span>> at, std::uint32_t most, unsigned flags = 0) {
    return make(Form::days, flags, at.offset, most, key);
}

constexpr Field thousandths(const char* key, At<std::uint32_t> at, std::uint32_t most) {
    return make(Form::thousandths, 0, at.offset, most, key);
}

template <IntEnum E>
constexpr Field choice(const char* key, At<E> at, const char* names, unsigned flags = 0) {
    return make(Form::choice, flags, at.offset, 0, key, {.names = names});
}

constexpr Field localized(const char* key, At<LocalizedText> at, std::uint32_t most_bytes, unsigned flags = 0) {
    return make(Form::localized, flags, at.offset, most_bytes, key);
}

constexpr Field banded(const char* key, At<BandedText> at, const RecordOf<BandedText>& bands, std::uint32_t most_bytes,
                       unsigned flags = 0) {
    return make(Form::banded, flags, at.offset, most_bytes, key, {.record = &bands});
}

template <class T>
constexpr Field object(const char* key, At<T> at, const RecordOf<T>& record) {
    return make(Form::object, 0, at.offset, 0, key, {.record = &record});
}

template <class T>
constexpr Field list(const char* key, At<List<T>> at, const ItemsOf<T>& items, std::uint32_t most, unsigned flags) {
    return make(Form::list, flags, at.offset, most, key, {.items = &items});
}

}  // namespace row

// ---- reading ----

void refuse_case(json::Object& object, const Field& field);  // case_refusal.cpp

struct ReadContext {
    json::Reading reading;  // of decoration
    const String* locale;   // the document's default
};

// Reads the members, up to the first fault, which is left in `object`.
void read_record(json::Object& object, const Record& record, const ReadContext& context, void* out);

template <class T>
void read_record(json::Object& object, const RecordOf<T>& record, const ReadContext& context, T& out) {
    read_record(object, record, context, static_cast<void*>(&out));
}

}  // namespace candor::survey
