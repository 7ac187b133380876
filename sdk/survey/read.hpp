// The parts of read_document. Each reads members of one object through json::Object and leaves the first fault in it.
// Objects that are rules are always read strictly: an SDK that does not know a rule must not ask people whom the rule
// would have spared.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "survey/document.hpp"

namespace candor::survey {

struct ReadContext {
    json::Reading reading = json::Reading::strict;
    std::string locale;  // the document's default
};

// ---- texts (read_texts.cpp) ----

bool is_language_tag(std::string_view text);
LocalizedText read_localized(json::Object& parent, std::string_view key, bool required, std::size_t max_bytes,
                             const ReadContext& context);
BandedText read_banded(json::Object& parent, std::string_view key, bool required, std::size_t max_bytes,
                       const ReadContext& context);
void read_description(json::Object& object);

// ---- rules (read_rules.cpp) ----

void read_schedule(json::Object& object, Survey& survey);
void read_triggers(json::Object& object, Survey& survey);
void read_timing(json::Object& object, Survey& survey);  // after the triggers
void read_waits(json::Object& object, Survey& survey);
void read_sample(json::Object& object, Survey& survey);

// ---- questions (read_questions.cpp) ----

void read_questions(json::Object& object, Survey& survey, const ReadContext& context);

// Refuses members whose names are set aside for rules of later versions. Others that are unknown are no rules.
void refuse_later_rules(json::Object& object, const json::Value& value, std::span<const std::string_view> names);

std::string item_path(std::string_view path, std::size_t index);  // "surveys[1]"

}  // namespace candor::survey
