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
#include "base/maybe.hpp"
#include "base/nps.hpp"
#include "base/result.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/time.hpp"
#include "survey/condition.hpp"
#include "survey/texts.hpp"

namespace candor::survey {

enum class Kind { relationship, transactional };

// What a trigger waits for. A sensor of a page (click, exit intent, scroll, dwell) is an event of a name of its own,
// such as "$scroll:50".
enum class TriggerKind { event, screen, session };

// How a screen's name is compared: byte for byte, by how it begins, or with "*" for any text and "?" for one character.
enum class Match { exact, prefix, glob };

// What a count goes over. `window`: the n-th occurrence and the first of the n lie no further apart than that.
enum class Within { life, session, version, window };

// Of an event that must have happened as well: its name, and the key of its counter.
struct Companion {
    String name;
    String clause;
    bool operator==(const Companion&) const = default;
};

struct Trigger {
    TriggerKind kind = TriggerKind::event;
    String name;                // of the event or screen
    std::int64_t at_least = 1;  // met from the n-th occurrence on
    String touchpoint;          // how reports name it: the event's or screen's name, "$session", "$scroll" and so on
    String clause;              // the key of its counter in the history: the same for equal clauses of all surveys
    String id;                  // "<survey>.<wave>#<index>"
    Match match = Match::exact;
    Condition where = {};    // on the event's properties; events that do not meet it are not counted
    std::int64_t every = 1;  // beyond the n-th at every so-manieth; 0: at the n-th alone
    Within within = Within::life;
    Span window = 0;                  // of Within::window
    List<Companion> companions = {};  // must have happened within the window, too, in whatever order
    std::int64_t threshold = 0;       // of the sensors: $scroll in percent of the page, $dwell in seconds

    // How many of the last instants its counter keeps.
    std::size_t remembered() const {
        return within != Within::window ? 0 : companions.empty() ? static_cast<std::size_t>(at_least) : 1;
    }
    bool operator==(const Trigger&) const = default;
};

// Least time before the survey may be asked again, by how the last prompt ended; absent: it does not block.
struct Waits {
    std::optional<Span> answered;
    std::optional<Span> dismissed;
    std::optional<Span> shown;  // shown and left alone
    std::optional<Span> snoozed = {};

    bool operator==(const Waits&) const = default;
};

enum class SampleBy { person, occasion };

struct Sample {
    std::uint32_t threshold = 100'000;  // in the sample when bucket < threshold; percent x 1000
    String salt;                        // default: survey id + "." + wave; empty where `every` makes the wave
    SampleBy by = SampleBy::person;
    double percent() const { return threshold / 1000.0; }
    bool operator==(const Sample&) const = default;
};

// Persons whose control bucket is below it are asked whatever the targeting and the triggers say.
struct Control {
    std::uint32_t threshold = 0;  // percent x 1000
    double percent() const { return threshold / 1000.0; }
    bool operator==(const Control&) const = default;
};

// Hours of local time, as milliseconds since midnight; `to` before `from` is on the next day.
struct Hours {
    Span from = 0;
    Span to = 0;
    bool operator==(const Hours&) const = default;
};

// What else a person must have come to before they are asked, and when they are left alone. 0 and absent: no condition.
struct Pacing {
    std::optional<Span> first_seen;  // since then, at least
    std::int64_t sessions = 0;       // begun so far, at least
    std::int64_t active_days = 0;    // local days with a call, at least
    Span session = 0;                // in the running session, at least
    Span idle = 0;                   // since a key was typed, at least
    std::int64_t prompts = 0;        // shown in one wave, at most
    bool until_answered = false;     // an answer ends the wave for the person
    std::optional<Hours> quiet;      // nobody is asked
    std::uint32_t days = 0;          // of the week, local: bit 0 is Monday; 0: all of them
    bool operator==(const Pacing&) const = default;
};

constexpr std::uint32_t kMostCapped = 50;    // prompts that a cap may let through
constexpr std::uint32_t kMostInWindow = 50;  // occurrences that a trigger may want within a while

// A cap over the prompts of all surveys, or of those of one kind.
struct Cap {
    std::int64_t prompts = 0;  // at most so many in `window`; 0: no cap
    std::optional<Span> window;
    std::optional<Span> gap;  // between any two, at least
    bool operator==(const Cap&) const = default;
};

struct Budget {
    Cap all, relationship, transactional;
    const Cap& of(Kind kind) const { return kind == Kind::relationship ? relationship : transactional; }
    bool operator==(const Budget&) const = default;
};

enum class QuestionType { nps, text, thanks, csat, ces, single, multiple, statement };  // numbers of candor.h

inline constexpr const char* kTypeNames = "nps|text|thanks|csat|ces|single|multiple|statement";
std::string_view type_name(QuestionType type);

// The scores that a scale has; of what is no scale, none.
struct Bounds {
    int least = 0, most = -1;
    bool contain(int score) const { return score >= least && score <= most; }
};
Bounds scale_of(QuestionType type);
bool is_scale(QuestionType type);
bool is_choice(QuestionType type);

// A text that may depend on the score given before, in one locale after another.
struct BandedText {
    LocalizedText always;  // empty when it depends on the band
    LocalizedText promoter;
    LocalizedText passive;
    LocalizedText detractor;

    bool by_band() const { return !promoter.empty() || !passive.empty() || !detractor.empty(); }
    const LocalizedText& for_band(Band band) const;
    bool operator==(const BandedText&) const = default;
};

// One of those that a single or multiple choice is among.
struct Choice {
    String id;
    LocalizedText text;
    bool other = false;  // has a field to write into; stands last

    bool operator==(const Choice&) const = default;
};

constexpr std::size_t kMostChoices = 12;

enum class BranchKind { test, any, all };
enum class BranchTest { band, range, answer };

// What must have been answered for a question to be asked. It names earlier questions alone, so an interview ends.
struct Branch {
    BranchKind kind = BranchKind::test;
    List<Branch> of;  // of any, all
    // Of a test. An empty question: always met.
    String question;
    BranchTest test = BranchTest::band;
    Band band = Band::detractor;     // of the recommendation score
    std::optional<int> least, most;  // of a scale's score; no most: to its end
    String answer;                   // a choice's id

    bool given() const { return kind != BranchKind::test || !question.empty(); }
    bool operator==(const Branch&) const = default;
};

struct Link {
    String url;  // https
    LocalizedText text;

    bool operator==(const Link&) const = default;
};

struct Question {
    String id;
    QuestionType type = QuestionType::nps;
    BandedText text;          // nps: empty unless the wording is the author's own ("custom")
    LocalizedText low_label;  // of a scale; nps: empty for the built-in one
    LocalizedText high_label;
    LocalizedText placeholder;  // of a text question, or of the field for what else there is to choose
    bool optional = false;      // text questions may be skipped unless said otherwise
    List<Choice> choices;
    bool shuffle = false;  // they stand in another order for each interview
    Link link;             // of a statement; an empty url: none
    Branch when;

    bool operator==(const Question&) const = default;
};

// What of the trigger's properties and the person's attributes goes out with a response. By name.
struct Include {
    List<String> properties, attributes;
    bool operator==(const Include&) const = default;
};

// How its card stands, in the order of the names in the document. A corner is a sheet where there is little room.
enum class Layout { corner, modal, inline_ };

// Where the low end of a scale is: where reading begins, or on the left in every language.
enum class ScaleStart { reading, left };

// What an author chooses of a survey's card. The same for all of a wave, or its scores are of different questions.
struct Look {
    Layout layout = Layout::corner;
    ScaleStart scale_start = ScaleStart::reading;
    bool scale_colors = false;  // from red to green over a scale
    bool later = false;         // a button that puts the survey off
    bool operator==(const Look&) const = default;
};

struct Survey {
    String id;
    Kind kind = Kind::relationship;
    String wave;     // "1" unless given; empty where `every` makes them
    Span every = 0;  // a wave's length, counted from `starts`; 0: the one wave
    bool enabled = true;
    Instant starts = 0;
    Instant ends = kNever;
    List<Trigger> triggers;
    List<String> cancel;   // events that end a delay, and nothing is asked
    Span delay = 0;        // after the trigger
    Span expires = 0;      // after the trigger; greater than delay
    Condition population;  // who the number is about
    Condition targeting;   // whom of them it is asked, by what they do
    Pacing pacing;
    Waits waits;
    Sample sample;
    Control control;
    Include include;
    Look look;
    List<Question> questions;
    List<String> kept_properties;  // of the trigger: those that `include` or a text names
    Maybe<Error> unsupported;      // why this SDK cannot run it

    String key() const;  // of this wave, in the history and reports; of one with `every` its id
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
    Budget budget;
    List<Survey> surveys;  // in the order of their priority
    // A fault outside of the surveys, for which this SDK can run none of them: each carries it, too.
    Maybe<Error> unsupported;

    // The first of that id that can be run, else the first of that id, else null.
    const Survey* find(std::string_view id) const;
    bool operator==(const Document&) const = default;
};

// `project` empty: any is fine. Strict: the first fault is the error. Field: see above; docs/survey-document.md says
// which keys there are.
Result<Document> read_document(std::string_view text, json::Reading reading, std::string_view project = {});

// The same where documents are shared: null when it is refused, which `refused` then says.
Shared<const Document> read_document(std::string_view text, json::Reading reading, std::string_view project,
                                     Error& refused);

// The document as `candor build` publishes it: compact JSON with the same meaning (comments of authors, "description"
// members, are gone). Reading it gives an equal document but for the hash.
Result<String> publish(std::string_view text);

}  // namespace candor::survey
