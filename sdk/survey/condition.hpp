// Conditions on what is known of a person, an app and an event: tests of one value each, tied together by all, any and
// not.
//
// Two-valued, and total. A value that is missing or of the wrong type fails every test (`exists: false` alone is for
// what is missing), also "ne": it is for values that are there and differ. `not` turns whatever its condition came to.
// So another condition in an `all` never lets more people through, another in an `any` never fewer.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/string.hpp"

namespace candor::survey {

enum class Test : std::uint8_t {
    // of conditions
    all,
    any,
    not_,
    // of a value
    eq,
    ne,
    lt,
    lte,
    gt,
    gte,
    in,
    contains,
    starts_with,
    ends_with,
    exists,
    semver_eq,
    semver_lt,
    semver_lte,
    semver_gt,
    semver_gte,
    before,
    after,
    within_days,  // of now, in the past
};
constexpr std::size_t kTests = 22;
const char* name(Test test);  // as it stands in a document

// Where a value comes from.
enum class Source : std::uint8_t {
    attribute,  // what the host set of the person
    context,    // what Candor knows of person and device: see ContextValue
    event,      // how often an event of that name was tracked by the person
    property    // of the event at hand: in a trigger's `where` alone
};
const char* name(Source source);

enum class ContextValue : std::uint8_t {
    person,  // the id; missing while anonymous
    app_version,
    os_version,
    platform,
    locale,
    country,
    device,
    is_update,   // whether the person has used another version of the app before this one
    first_seen,  // an instant
    sessions,
    active_days
};
constexpr std::size_t kContextValues = 11;
String name(ContextValue value);

struct Condition {
    Test test = Test::all;
    Source source = Source::attribute;
    ContextValue context = ContextValue::person;
    String name;          // of the attribute, event or property
    json::Value operand;  // what it is tested against; an instant or span as whole milliseconds
    List<Condition> of;   // of all, any and not

    bool given() const { return test != Test::all || !of.empty(); }
    bool operator==(const Condition&) const = default;
};

// A version as "1.10.2-beta.1": negative, 0 or positive as in semver 2.0, section 11; parts that are missing count as
// 0, a leading "v" and build metadata do not count. False: one of them is no version, and `order` as it was.
bool compare_versions(std::string_view left, std::string_view right, int& order);

}  // namespace candor::survey
