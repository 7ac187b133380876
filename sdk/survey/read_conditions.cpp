#include <cmath>

#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

using json::Object;
using json::Type;

constexpr std::size_t kMostConditions = 100;  // in one list
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostOperandBytes = 500;
constexpr double kMostDays = 3650;

// What a test takes for its operand, by Test.
enum class Operand : std::uint8_t {
    conditions,
    condition,
    scalar,
    number,
    scalars,
    text,
    flag,
    version,
    instant,
    days
};

struct TestRow {
    const char* name;
    Operand operand;
};
constexpr TestRow kTestRows[kTests] = {
    {"all", Operand::conditions},     {"any", Operand::conditions},     {"not", Operand::condition},
    {"eq", Operand::scalar},          {"ne", Operand::scalar},          {"lt", Operand::number},
    {"lte", Operand::number},         {"gt", Operand::number},          {"gte", Operand::number},
    {"in", Operand::scalars},         {"contains", Operand::text},      {"starts_with", Operand::text},
    {"ends_with", Operand::text},     {"exists", Operand::flag},        {"semver_eq", Operand::version},
    {"semver_lt", Operand::version},  {"semver_lte", Operand::version}, {"semver_gt", Operand::version},
    {"semver_gte", Operand::version}, {"before", Operand::instant},     {"after", Operand::instant},
    {"within_days", Operand::days},
};
static_assert(kTestRows[kTests - 1].name != nullptr, "a test without a name");

constexpr const char* kSources[] = {"attribute", "context", "event", "property"};
constexpr const char* kContextNames =
    "person|app_version|os_version|platform|locale|country|device|is_update|first_seen|sessions|active_days";

// The type of a context value, by ContextValue: what can be said of it.
constexpr char kContextTypes[kContextValues + 1] = "tttttttfinn";

// Whether the test makes sense of a value of that type: t(ext), f(lag), i(nstant), n(umber).
bool fits(char type, Operand operand) {
    switch (operand) {
        case Operand::flag: return true;
        case Operand::scalar: return type != 'i';
        case Operand::scalars: return type == 't' || type == 'n';
        case Operand::number: return type == 'n';
        case Operand::text:
        case Operand::version: return type == 't';
        case Operand::instant:
        case Operand::days: return type == 'i';
        default: return false;
    }
}

bool is_scalar(const json::Value& value, char type) {
    switch (value.type()) {
        case Type::text: return type == 't' || type == '?';
        case Type::boolean: return type == 'f' || type == '?';
        case Type::integer:
        case Type::number: return type == 'n' || type == '?';
        default: return false;
    }
}

void read_condition(Object& object, unsigned sources, Condition& out);

void read_conditions(Object& object, const char* key, unsigned sources, List<Condition>& out) {
    const json::Value* list = object.array(key, true, kMostConditions);
    if (list == nullptr) return;
    const json::Array& items = list->array();
    if (items.empty()) return object.refuse(key, "must not be empty");
    out = List<Condition>(items.size());
    for (std::size_t i = 0; i < items.size() && object.ok(); ++i) {
        Object item(object, key, i, items[i], json::Reading::strict);
        read_condition(item, sources, out[i]);
        item.finish(object);
    }
}

void read_scalar(Object& object, const char* key, const json::Value& value, char type) {
    if (!is_scalar(value, type)) {
        return object.refuse(key, type == 't'   ? "must be text"
                                  : type == 'n' ? "must be a number"
                                  : type == 'f' ? "must be true or false"
                                                : "must be a text, a number, true or false");
    }
    if (value.text().size() > kMostOperandBytes) object.refuse(key, "must not be longer than 500 bytes");
}

void read_scalars(Object& object, const char* key, char type) {
    const json::Value* list = object.array(key, true, kMostConditions);
    if (list == nullptr) return;
    if (list->array().empty()) object.refuse(key, "must not be empty");
    for (const json::Value& value : list->array()) read_scalar(object, key, value, type);
}

// The operand of a test of a value whose type is `type`; '?' where that shows when it is there.
void read_operand(Object& object, const char* key, Operand operand, char type, json::Value& out) {
    const json::Value& value = *object.any(key);
    out = value;
    switch (operand) {
        case Operand::scalar: return read_scalar(object, key, value, type);
        case Operand::scalars: return read_scalars(object, key, type);
        case Operand::number: return read_scalar(object, key, value, 'n');
        case Operand::flag: return read_scalar(object, key, value, 'f');
        case Operand::text: return read_scalar(object, key, value, 't');
        case Operand::version: {
            int order = 0;
            if (compare_versions(value.text(), value.text(), order)) return;
            return object.refuse(key, R"(must be a version as "1.10.2")");
        }
        case Operand::instant: {
            const auto instant = parse_rfc3339(value.text());
            if (instant) out = *instant;
            if (!instant) object.refuse(key, kInstantWanted);
            return;
        }
        default: {
            const double days = object.number(key, 0, kMostDays, 0);
            out = static_cast<Span>(std::floor(days * static_cast<double>(kDay) + 0.5));
        }
    }
}

// The one of the names that is a member; their number where none is, or several, which is refused.
template <class NameAt>
std::size_t find_only(Object& object, std::size_t count, const NameAt& name_at) {
    std::size_t found = count;
    for (std::size_t i = 0; i < count; ++i) {
        if (!object.has(name_at(i))) continue;
        if (found < count) object.refuse_itself({"has both ", name_at(found), " and ", name_at(i)});
        found = i;
    }
    return found;
}

void read_leaf(Object& object, unsigned sources, Condition& out) {
    const TestRow& test = kTestRows[static_cast<std::size_t>(out.test)];
    const std::size_t source = find_only(object, std::size(kSources), [](std::size_t i) { return kSources[i]; });
    if (source == std::size(kSources)) {
        object.refuse_unknown();
        return object.refuse_itself(R"(must have one of "attribute", "context", "event", "property")");
    }
    if (!object.ok()) return;
    out.source = static_cast<Source>(source);
    const char* key = kSources[source];
    if ((sources >> source & 1) == 0) {
        return object.refuse(key, out.source == Source::property ? "is known in a trigger's \"where\" alone"
                                                                 : "is not known of an event; it has properties");
    }
    char type = '?';
    if (out.source == Source::context) {
        out.context = static_cast<ContextValue>(object.choice(key, kContextNames));
        type = kContextTypes[static_cast<std::size_t>(out.context)];
    } else {
        object.text(key, out.name, {.min_bytes = 1, .max_bytes = kMostNameBytes});
        if (out.source == Source::event) type = 'n';
    }
    if (!object.ok()) return;
    if (type != '?' && !fits(type, test.operand)) return object.refuse(test.name, "is no test for this value");
    read_operand(object, test.name, test.operand, type, out.operand);
}

void read_condition(Object& object, unsigned sources, Condition& out) {
    object.any("description");
    const std::size_t test = find_only(object, kTests, [](std::size_t i) { return kTestRows[i].name; });
    if (test == kTests) {
        for (const char* source : kSources) object.any(source);
        object.refuse_unknown();
        return object.refuse_itself(R"(has no test as "eq")");
    }
    if (!object.ok()) return;
    out.test = static_cast<Test>(test);
    if (out.test > Test::not_) return read_leaf(object, sources, out);
    if (out.test != Test::not_) return read_conditions(object, kTestRows[test].name, sources, out.of);
    out.of.emplace_back();
    Object inner(object, "not", json::Reading::strict);
    if (!inner.given()) return;
    read_condition(inner, sources, out.of.front());
    inner.finish(object);
}

void read_member(Object& object, const char* key, unsigned sources, Condition& out) {
    Object member(object, key, json::Reading::strict);
    if (!member.given()) return;
    read_condition(member, sources, out);
    member.finish(object);
}

constexpr unsigned bit(Source source) { return 1u << static_cast<unsigned>(source); }

// ---- versions ----

std::string_view take_number(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && text[size] >= '0' && text[size] <= '9') ++size;
    const std::string_view number = text.substr(0, size);
    text.remove_prefix(size);
    return number;
}

// Of any length.
int compare_numbers(std::string_view a, std::string_view b) {
    while (a.starts_with('0')) a.remove_prefix(1);
    while (b.starts_with('0')) b.remove_prefix(1);
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
}

struct Version {
    std::string_view numbers[4];
    std::string_view early;  // what comes before the release: "beta.1"
};

bool is_identifier(std::string_view text) {
    for (const char c : text) {
        const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (!letter && c != '.') return false;
    }
    return !text.empty();
}

bool read_version(std::string_view text, Version& out) {
    text = text.substr(0, text.find('+'));
    if (text.starts_with('v')) text.remove_prefix(1);
    for (std::size_t i = 0;; ++i) {
        if (i == std::size(out.numbers)) return false;
        out.numbers[i] = take_number(text);
        if (out.numbers[i].empty()) return false;
        if (!text.starts_with('.')) break;
        text.remove_prefix(1);
    }
    if (text.empty()) return true;
    out.early = text.substr(1);
    return text.front() == '-' && is_identifier(out.early);
}

bool is_number(std::string_view text) { return !take_number(text).empty() && text.empty(); }

int compare_early(std::string_view a, std::string_view b) {
    // The release itself comes after all that is early.
    if (a.empty() || b.empty()) return a.empty() == b.empty() ? 0 : a.empty() ? 1 : -1;
    while (!a.empty() && !b.empty()) {
        const std::string_view left = take_part(a, '.'), right = take_part(b, '.');
        const bool numbers[] = {is_number(left), is_number(right)};
        if (numbers[0] != numbers[1]) return numbers[0] ? -1 : 1;
        const int order = numbers[0] ? compare_numbers(left, right) : left.compare(right);
        if (order != 0) return order;
    }
    return a.empty() == b.empty() ? 0 : a.empty() ? -1 : 1;
}

}  // namespace

const char* name(Test test) { return kTestRows[static_cast<std::size_t>(test)].name; }
const char* name(Source source) { return kSources[static_cast<std::size_t>(source)]; }

String name(ContextValue value) {
    std::string_view names = kContextNames, name;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(value); ++i) name = take_part(names, '|');
    return String(name);
}

bool compare_versions(std::string_view left, std::string_view right, int& order) {
    Version a, b;
    if (!read_version(left, a) || !read_version(right, b)) return false;
    int result = 0;
    for (std::size_t i = 0; i < std::size(a.numbers) && result == 0; ++i) {
        result = compare_numbers(a.numbers[i], b.numbers[i]);
    }
    order = result != 0 ? result : compare_early(a.early, b.early);
    return true;
}

void read_audience(Object& object, const char* key, Condition& out) {
    read_member(object, key, bit(Source::attribute) | bit(Source::context) | bit(Source::event), out);
}

void read_where(Object& object, Condition& out) { read_member(object, "where", bit(Source::property), out); }

}  // namespace candor::survey
