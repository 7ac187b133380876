// The survey document: what a project asks, of whom and when, as values.
//
// SDKs stay in the field for years, so the JSON is read in two ways. Strict (tools, tests, debug builds): an unknown
// key is an error. Field: an unknown key outside rules is ignored, and a survey with an unknown rule, question type or
// version becomes `unsupported`, with the path, while the others go on. Only text that base/json refuses, or that names
// another project, is refused whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/nps.hpp"
#include "base/result.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/time.hpp"
#include "survey/texts.hpp"

namespace candor::survey {

enum class Kind { relationship, transactional };

// A moment's kind, and its name: an event or screen by its name, a session by none.
enum class TriggerKind { event, screen, session };

struct Trigger {
    TriggerKind kind = TriggerKind::event;
    String name;                // of the event or screen
    std::int64_t at_least = 1;  // met from the n-th occurrence on, counted over the person's life
    String touchpoint;          // how reports name it: the event's or screen's name, or "$session"
    String clause;              // the key of its counter in the history: the same for equal clauses of all surveys
    String id;                  // "<survey>.<wave>#<index>"

    bool operator==(const Trigger&) const = default;
};

// Least time before the survey may be asked again, by how the last prompt ended; absent: it does not block.
struct Waits {
    std::optional<Span> answered;
    std::optional<Span> dismissed;
    std::optional<Span> shown;  // shown and left alone

    bool operator==(const Waits&) const = default;
};

enum class SampleBy { person, occasion };

struct Sample {
    std::uint32_t threshold = 100'000;  // in the sample when bucket < threshold; percent x 1000
    String salt;                        // default: survey id + "." + wave
    SampleBy by = SampleBy::person;
    double percent() const { return threshold / 1000.0; }
    bool operator==(const Sample&) const = default;
};

enum class QuestionType { nps, text, thanks };

// A text that may depend on the score given before, in one locale after another.
struct BandedText {
    LocalizedText always;  // empty when it depends on the band
    LocalizedText promoter;
    LocalizedText passive;
    LocalizedText detractor;

    bool banded() const { return always.empty(); }
    const LocalizedText& for_band(Band band) const;
    bool operator==(const BandedText&) const = default;
};

struct Question {
    String id;
    QuestionType type = QuestionType::nps;
    BandedText text;          // nps: empty unless the wording is the author's own ("custom")
    LocalizedText low_label;  // of a scale; empty: the built-in one
    LocalizedText high_label;
    LocalizedText placeholder;  // of a text question
    bool optional = false;      // text questions may be skipped unless said otherwise

    bool operator==(const Question&) const = default;
};

struct Survey {
    String id;
    Kind kind = Kind::relationship;
    String wave;  // "1" unless given
    bool enabled = true;
    Instant starts = 0;
    Instant ends = kNever;
    List<Trigger> triggers;
    Span delay = 0;    // after the trigger
    Span expires = 0;  // after the trigger; greater than delay
    Waits waits;
    Sample sample;
    List<Question> questions;
    std::optional<Error> unsupported;  // why this SDK cannot run it

    String key() const;  // of this wave, in the history and reports
    bool operator==(const Survey&) const = default;
};

enum class ConsentMode { none, notice, explicit_ };

struct Consent {
    ConsentMode mode = ConsentMode::none;
    String policy;  // its version
    LocalizedText text;

    bool operator==(const Consent&) const = default;
};

// Colours as 0xRRGGBB. Everything else about the look is the card's.
struct ThemeColors {
    std::optional<std::uint32_t> accent, background, text;
    bool operator==(const ThemeColors&) const = default;
};

struct Theme {
    ThemeColors light, dark;
    std::optional<int> radius;  // of the card's corners, logical pixels
    bool operator==(const Theme&) const = default;
};

struct Document {
    String project;
    std::int64_t revision = 0;
    String hash;     // first 16 hex digits of the SHA-256 of the text it was read from
    String product;  // what {product} stands for
    String locale;   // the default
    Consent consent;
    Theme theme;
    List<Survey> surveys;  // in the order of their priority
    // A fault outside of the surveys, for which this SDK can run none of them: each carries it, too.
    std::optional<Error> unsupported;

    // The first of that id that can be run, else the first of that id, else null.
    const Survey* find(std::string_view id) const;
    bool operator==(const Document&) const = default;
};

// `project` empty: any is fine. Strict: the first fault is the error. Field: see above; read.cpp says which keys there
// are.
Result<Document> read_document(std::string_view text, json::Reading reading, std::string_view project = {});

// The same where documents are shared: null when it is refused, which `refused` then says.
Shared<const Document> read_document(std::string_view text, json::Reading reading, std::string_view project,
                                     Error& refused);

// The document as `candor build` publishes it: compact JSON with the same meaning (comments of authors, "description"
// members, are gone). Reading it gives an equal document but for the hash.
Result<String> publish(std::string_view text);

}  // namespace candor::survey
