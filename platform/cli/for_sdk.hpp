// What an SDK of an earlier version makes of a document: SDKs stay in the field for years.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace candor::cli {

// What a version does that does not know a member.
enum class Older {
    skips_survey,   // the survey is not asked there
    skips_surveys,  // none of the document's is
    ignores         // it asks, as if the member were not there
};
std::string_view in_words(Older older);

struct Feature {
    // A path, where "[]" stands for any item and "[200]" for that one; "=value" behind it: of that value alone;
    // "~part": where a text in it has that part.
    std::string_view member;
    std::string_view since;  // the first version that reads it
    Older older;
};

// Of members that are not here the first version has known all. docs/cli.md has the same table, which a test compares.
std::span<const Feature> features();

// The first place in `value`, which itself stands at `path`, where a member's path leads; empty when there is none.
std::string place_of(const json::Value& value, std::string_view member, const std::string& path = "");

constexpr std::size_t kAllSurveys = static_cast<std::size_t>(-1);

struct Unknown {
    Feature feature;
    std::string path;                  // where it stands
    std::size_t survey = kAllSurveys;  // its index
};

// What the SDK of `version` does not know in the document `root`, which this version reads without a fault: of each
// survey each feature once, in the order of the table; what it ignores only where it asks at all. An error: `version`
// is none, or there was no SDK of it.
Result<std::vector<Unknown>> unknown_to(std::string_view version, const json::Value& root);

}  // namespace candor::cli
