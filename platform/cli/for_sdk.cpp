#include "cli/for_sdk.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "survey/condition.hpp"

namespace candor::cli {
namespace {

constexpr std::string_view kFirst = "0.1";

constexpr Feature kFeatures[] = {
    {"budget", "0.2", Older::skips_surveys},
    {"consent.mode=explicit", "0.2", Older::skips_surveys},
    {"surveys[200]", "0.2", Older::skips_surveys},
    {"surveys[].every", "0.2", Older::skips_survey},
    {"surveys[].cancel", "0.2", Older::ignores},
    {"surveys[].population", "0.2", Older::skips_survey},
    {"surveys[].targeting", "0.2", Older::skips_survey},
    {"surveys[].pacing", "0.2", Older::skips_survey},
    {"surveys[].control", "0.2", Older::skips_survey},
    {"surveys[].wait.snoozed", "0.2", Older::skips_survey},
    {"surveys[].triggers[].turn", "0.2", Older::skips_survey},
    {"surveys[].triggers[].click", "0.2", Older::skips_survey},
    {"surveys[].triggers[].exit_intent", "0.2", Older::skips_survey},
    {"surveys[].triggers[].scroll", "0.2", Older::skips_survey},
    {"surveys[].triggers[].dwell", "0.2", Older::skips_survey},
    {"surveys[].triggers[].match", "0.2", Older::skips_survey},
    {"surveys[].triggers[].where", "0.2", Older::skips_survey},
    {"surveys[].triggers[].every", "0.2", Older::skips_survey},
    {"surveys[].triggers[].once", "0.2", Older::skips_survey},
    {"surveys[].triggers[].within", "0.2", Older::skips_survey},
    {"surveys[].triggers[].with", "0.2", Older::skips_survey},
    {"surveys[].questions[].when", "0.2", Older::skips_survey},
    {"surveys[].questions[].type=csat", "0.2", Older::skips_survey},
    {"surveys[].questions[].type=ces", "0.2", Older::skips_survey},
    {"surveys[].questions[].type=single", "0.2", Older::skips_survey},
    {"surveys[].questions[].type=multiple", "0.2", Older::skips_survey},
    {"surveys[].questions[].type=statement", "0.2", Older::skips_survey},
    {"surveys[].include", "0.2", Older::ignores},
    {"surveys[].questions[0].type=text", "0.2", Older::skips_survey},  // the "nps" came first
    {"surveys[].questions[0].optional", "0.2", Older::ignores},
    {"surveys[].questions[]~{attribute.", "0.2", Older::ignores},
    {"surveys[].questions[]~{property.", "0.2", Older::ignores},
};

std::string item_place(const json::Value& list, std::string_view index, std::string_view rest,
                       const std::string& path) {
    std::size_t from = 0;
    std::size_t to = list.array().size();
    if (!index.empty()) {
        std::from_chars(index.data(), index.data() + index.size(), from);
        to = std::min(to, from + 1);
    }
    for (std::size_t i = from; i < to; ++i) {
        std::string found = place_of(list.array()[i], rest, path + "[" + std::to_string(i) + "]");
        if (!found.empty()) return found;
    }
    return {};
}

// The first text in `value` that has these characters in it.
std::string text_place(const json::Value& value, std::string_view part, const std::string& path) {
    if (value.type() == json::Type::array) return item_place(value, {}, joined({"~", part}), path);
    if (value.type() == json::Type::text) {
        return value.text().view().find(part) != std::string_view::npos ? path : std::string();
    }
    for (const auto& [key, member] : value.members()) {
        std::string found = key == "description" ? "" : text_place(member, part, path + "." + std::string(key));
        if (!found.empty()) return found;
    }
    return {};
}

constexpr std::string_view kEach = "surveys[]";

void find_in_surveys(const Feature& feature, const json::Value& root, std::vector<Unknown>& out) {
    const json::Value* surveys = root.find("surveys");
    if (surveys == nullptr) return;
    for (std::size_t i = 0; i < surveys->array().size(); ++i) {
        std::string path =
            place_of(surveys->array()[i], feature.member.substr(kEach.size()), "surveys[" + std::to_string(i) + "]");
        if (!path.empty()) out.push_back({feature, std::move(path), i});
    }
}

bool is_skipped(const std::vector<Unknown>& all, std::size_t survey) {
    return std::any_of(all.begin(), all.end(), [&](const Unknown& one) {
        return one.feature.older != Older::ignores && (one.survey == kAllSurveys || one.survey == survey);
    });
}

}  // namespace

std::string_view in_words(Older older) {
    return older == Older::skips_survey    ? "skips the survey"
           : older == Older::skips_surveys ? "skips all surveys"
                                           : "asks without it";
}

std::span<const Feature> features() { return kFeatures; }

std::string place_of(const json::Value& value, std::string_view member, const std::string& path) {
    if (member.empty()) return path;
    if (member.front() == '=') return value.text() == member.substr(1) ? path : std::string();
    if (member.front() == '~') return text_place(value, member.substr(1), path);
    if (member.front() == '[') {
        const std::size_t end = member.find(']');
        return item_place(value, member.substr(1, end - 1), member.substr(end + 1), path);
    }
    if (member.front() == '.') member.remove_prefix(1);
    const std::string_view key = member.substr(0, member.find_first_of(".[=~"));
    const json::Value* found = value.find(key);
    if (found == nullptr) return {};
    return place_of(*found, member.substr(key.size()), path + (path.empty() ? "" : ".") + std::string(key));
}

Result<std::vector<Unknown>> unknown_to(std::string_view version, const json::Value& root) {
    int order = 0;
    if (!survey::compare_versions(version, kFirst, order)) {
        return tl::unexpected<Error>({"", joined({version, R"( is no version as "0.1" or "0.2.1")"})});
    }
    if (order < 0) return tl::unexpected<Error>({"", joined({"there is no SDK before ", kFirst})});
    std::vector<Unknown> out;
    for (const Feature& feature : kFeatures) {
        if (!survey::compare_versions(version, feature.since, order) || order >= 0) continue;
        if (feature.member.starts_with(kEach)) {
            find_in_surveys(feature, root, out);
            continue;
        }
        std::string path = place_of(root, feature.member);
        if (!path.empty()) out.push_back({feature, std::move(path)});
    }
    std::vector<Unknown> told;
    for (const Unknown& one : out) {
        if (one.feature.older != Older::ignores || !is_skipped(out, one.survey)) told.push_back(one);
    }
    return told;
}

}  // namespace candor::cli
