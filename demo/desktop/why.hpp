// What candor_explain's JSON says, for the eye.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shop {

struct Rule {
    std::string name;
    std::string text;
    bool passes = false;
};

struct Reason {
    std::string survey;
    std::string text;
    bool passes = false;
    std::vector<Rule> rules;
};

// One a survey, with all its rules. What cannot be read is left out.
std::vector<Reason> reasons_of(const std::string& explain_json);

// "post-purchase: answered 2 min ago, waits 90 days" for each survey, with dots between.
std::string summary_of(const std::vector<Reason>& reasons);

}  // namespace shop
