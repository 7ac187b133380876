// The parts of read_document. Each leaves the first fault in the reader of the object at hand. Objects that are rules
// are always read strictly: an SDK that does not know a rule must not ask people whom the rule would have spared.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "base/string.hpp"
#include "survey/fields.hpp"

namespace candor::survey {

// Set aside for rules of later versions; "rules" is for those that nobody has thought of yet.
inline constexpr const char* kLaterRules = "rules|audience|quiet_hours";  // in a survey
inline constexpr const char* kLaterDocumentRules =
    "rules|audience|population|targeting|control|pacing|every|quiet_hours";

inline constexpr const char* kInstantWanted =
    R"(must be a day as "2026-11-22" or an instant as "2026-11-22T09:00:00Z")";

// ---- texts (read_texts.cpp) ----

bool is_language_tag(std::string_view text);
void refuse_control(json::Object& object, const char* key, std::string_view text, bool shown);
void read_localized(json::Object& parent, const char* key, std::size_t max_bytes, const String& locale,
                    LocalizedText& out);

// ---- conditions (read_conditions.cpp) ----

void read_audience(json::Object& object, const char* key, Condition& out);  // of a survey
void read_where(json::Object& object, Condition& out);                      // of a trigger

// ---- rules (read_rules.cpp, read_triggers.cpp, read_pacing.cpp) ----

constexpr std::uint32_t kMostCount = 1'000'000;
constexpr std::uint32_t kMostDays = 3650;
constexpr std::uint32_t kMostNameBytes = 200;

extern const ItemsOf<Survey> kSurveys;
extern const ItemsOf<Trigger> kTriggers;
extern const RecordOf<Pacing> kPacing;
extern const RecordOf<Budget> kBudget;

// ---- questions (read_questions.cpp) ----

extern const ItemsOf<Question> kQuestions;
void check_questions(json::Object& object, Survey& survey);  // as a whole

}  // namespace candor::survey
