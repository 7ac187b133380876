#include "cli/explain.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/files.hpp"
#include "decide/decide.hpp"

namespace candor::cli {

namespace {

constexpr const char* kInstall = "00000000-0000-7000-8000-000000000000";

// What is asked about, read from the options.
struct Question {
    history::Person person;
    decide::Profile profile;
    json::Members properties;
    Instant at = 0;
};

std::optional<Error> read_pairs(const char* option, const std::vector<std::string>& texts, json::Members& out) {
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            return Error{option, joined({"must be NAME=VALUE, is ", std::string_view(text)})};
        const std::string value = text.substr(equals + 1);
        const auto read = json::parse(value);
        const bool whole = read && read->type() != json::Type::array && read->type() != json::Type::object;
        out.emplace_back(text.substr(0, equals), whole ? *read : json::Value(value));
    }
    return std::nullopt;
}

std::optional<Error> read_context(const std::vector<std::string>& texts, decide::Profile& profile) {
    const std::pair<std::string_view, String*> members[] = {
        {"app_version", &profile.app_version}, {"os_version", &profile.os_version}, {"platform", &profile.platform},
        {"locale", &profile.locale},           {"country", &profile.country},       {"device", &profile.device}};
    for (const std::string& text : texts) {
        const std::string_view name = std::string_view(text).substr(0, text.find('='));
        const auto* found = std::find_if(std::begin(members), std::end(members),
                                         [&](const auto& member) { return member.first == name; });
        if (found == std::end(members) || name.size() == text.size()) {
            return Error{"--context", "must be app_version, os_version, platform, locale, country or device =VALUE"};
        }
        *found->second = std::string_view(text).substr(name.size() + 1);
    }
    return std::nullopt;
}

std::optional<Error> read_history(const std::string& path, history::Person& person) {
    person.id = "somebody";
    person.anonymous = false;
    if (path.empty()) return std::nullopt;
    auto text = read_file(path);
    if (!text) return Error{path, text.error().reason};
    person = {};
    if (auto error = history::read(*text, person))
        return Error{joined({std::string_view(path), ": ", error->path}), error->reason};
    return std::nullopt;
}

std::optional<Error> read(const ExplainOptions& options, Instant now, Question& out) {
    out.at = now;
    if (!options.at.empty()) {
        const auto at = parse_rfc3339(options.at);
        if (!at) return Error{"--at", R"(must be a day as "2026-11-22" or an instant as "2026-11-22T09:00:00Z")"};
        out.at = *at;
    }
    if (auto error = read_history(options.history, out.person)) return error;
    if (auto error = read_pairs("--attribute", options.attributes, out.profile.attributes)) return error;
    if (auto error = read_pairs("--property", options.properties, out.properties)) return error;
    out.profile.offsets.push_back({0, options.offset});
    return read_context(options.context, out.profile);
}

void fold(const decide::Prepared& prepared, const ExplainOptions& options, Question& question,
          const decide::Situation& situation) {
    const auto happens = [&](decide::MomentKind kind, std::string_view name) {
        decide::Moment moment;
        moment.kind = kind;
        moment.name = name;
        moment.at = moment.now = question.at;
        moment.properties = &question.properties;
        decide::fold(prepared, question.person, moment, situation);
    };
    if (options.calls) happens(decide::MomentKind::call, "");
    for (const std::string& name : options.events) happens(decide::MomentKind::event, name);
    for (const std::string& name : options.screens) happens(decide::MomentKind::screen, name);
}

std::string text_of(const json::Value& value, const char* key) {
    const json::Value* member = value.find(key);
    return member != nullptr ? std::string(member->text()) : "";
}

}  // namespace

Explained explain(const ExplainOptions& options, std::int64_t now) {
    Explained out;
    const auto text = read_file(options.file);
    if (!text) {
        out.report = unusable(options.file, std::string(text.error().reason));
        return out;
    }
    Error fault;
    const auto document = survey::read_document(*text, json::Reading::tools, {}, fault);
    if (document == nullptr) {
        out.report = refused(options.file, *text, fault);
        return out;
    }
    Question question;
    if (const auto error = read(options, now, question)) {
        out.report = unusable(std::string(error->path), std::string(error->reason));
        return out;
    }
    const auto prepared = decide::prepare(document);
    decide::Situation situation;
    situation.now = question.at;
    situation.busy = options.busy;
    situation.hidden = options.hidden;
    situation.owner = "explain";
    situation.install = kInstall;
    situation.profile = &question.profile;
    fold(*prepared, options, question, situation);
    const decide::Decision decision = decide::decide(*prepared, question.person, situation);
    out.report.file = options.file;
    out.json = decide::explain(*prepared, question.person, decision, situation, options.survey);
    return out;
}

std::string to_table(const json::Value& explained) {
    std::string out = "at " + std::string(rfc3339(explained.find("now")->integer())) + ": ";
    const std::string chosen = text_of(explained, "chosen");
    out += chosen.empty() ? "nobody is asked\n" : chosen + " is asked\n";
    for (const json::Value& survey : explained.find("surveys")->array()) {
        const bool passes = text_of(survey, "verdict") == "pass";
        out += "\n" + text_of(survey, "survey") + (passes ? ": " : ": not asked: ") + text_of(survey, "text") + "\n";
        std::size_t width = 0;
        for (const json::Value& rule : survey.find("rules")->array()) {
            width = std::max(width, text_of(rule, "rule").size());
        }
        for (const json::Value& rule : survey.find("rules")->array()) {
            const std::string name = text_of(rule, "rule");
            out += text_of(rule, "verdict") == "pass" ? "  ok     " : "  blocks ";
            out += name + std::string(width - name.size() + 2, ' ') + text_of(rule, "text") + "\n";
        }
    }
    return out;
}

}  // namespace candor::cli
