// The parts of read_document. Each reads members of one object through json::Object and leaves the first fault in it.
// Objects that are rules are always read strictly: an SDK that does not know a rule must not ask people whom the rule
// would have spared.
#pragma once

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
void read_localized(json::Object& parent, const char* key, bool required, std::size_t max_bytes,
                    const ReadContext& context, LocalizedText& out);
void read_banded(json::Object& parent, const char* key, bool required, std::size_t max_bytes,
                 const ReadContext& context, BandedText& out);
void read_description(json::Object& object);

// ---- rules (read_rules.cpp) ----

void read_schedule(json::Object& object, Survey& survey);
void read_triggers(json::Object& object, Survey& survey);
void read_timing(json::Object& object, Survey& survey);  // after the triggers
void read_waits(json::Object& object, Survey& survey);
void read_sample(json::Object& object, Survey& survey);

// ---- questions (read_questions.cpp) ----

void read_questions(json::Object& object, Survey& survey, const ReadContext& context);

// Refuses members whose names ("when|next") are set aside for rules of later versions. Others that are unknown are no
// rules.
void refuse_later_rules(json::Object& object, const json::Value& value, std::string_view names);

inline constexpr json::Object::TextRule kIdentifier = {.min_bytes = 1, .max_bytes = 64, .identifier = true};

}  // namespace candor::survey
