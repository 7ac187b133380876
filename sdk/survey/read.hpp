// The parts of read_document. Each leaves the first fault in the reader of the object at hand. Objects that are rules
// are always read strictly: an SDK that does not know a rule must not ask people whom the rule would have spared.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "base/string.hpp"
#include "survey/fields.hpp"

namespace candor::survey {

// Set aside for rules of later versions, in the document and in a survey. "rules" is for those that nobody has thought
// of yet.
inline constexpr const char* kLaterRules =
    "rules|audience|population|targeting|control|pacing|budget|every|quiet_hours";

// ---- texts (read_texts.cpp) ----

bool is_language_tag(std::string_view text);
void refuse_control(json::Object& object, const char* key, std::string_view text, bool shown);
void read_localized(json::Object& parent, const char* key, std::size_t max_bytes, const String& locale,
                    LocalizedText& out);

// ---- rules (read_rules.cpp) ----

extern const ItemsOf<Survey> kSurveys;

// ---- questions (read_questions.cpp) ----

extern const ItemsOf<Question> kQuestions;
void check_questions(json::Object& object, Survey& survey);  // as a whole

}  // namespace candor::survey
