#include "why.hpp"

#include <nlohmann/json.hpp>

namespace shop {
namespace {

using Json = nlohmann::json;

// Of its type, whatever stands there.
template <class Value>
Value member(const Json& object, const char* name) {
    const auto found = object.find(name);
    const bool readable = found != object.end() && found->type() == Json(Value()).type();
    return readable ? found->get<Value>() : Value();
}

std::string text_of(const Json& object, const char* name) { return member<std::string>(object, name); }
Json::array_t array(const Json& object, const char* name) { return member<Json::array_t>(object, name); }

bool passes(const Json& object) { return text_of(object, "verdict") == "pass"; }

}  // namespace

std::vector<Reason> reasons_of(const std::string& explain_json) {
    std::vector<Reason> reasons;
    const Json explained = Json::parse(explain_json, nullptr, false);
    for (const Json& survey : array(explained, "surveys")) {
        Reason& reason =
            reasons.emplace_back(Reason{text_of(survey, "survey"), text_of(survey, "text"), passes(survey), {}});
        for (const Json& rule : array(survey, "rules")) {
            reason.rules.push_back({text_of(rule, "rule"), text_of(rule, "text"), passes(rule)});
        }
    }
    return reasons;
}

std::string summary_of(const std::vector<Reason>& reasons) {
    std::string line;
    for (const Reason& reason : reasons) line += (line.empty() ? "" : "   ·   ") + reason.survey + ": " + reason.text;
    return line;
}

}  // namespace shop
