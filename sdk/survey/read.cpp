// The survey document's JSON, version 1.
//
// document
//   candor       1: the version of this format
//   project      identifier, at most 64: whose document it is
//   revision     whole number from 1: rises with each publication
//   product      text, at most 100 bytes: what {product} stands for
//   locale       language tag, default "en": of texts that are given as plain strings
//   consent      {"mode": "none" | "notice" | "explicit", "policy": version, "text": text}; default none. `text` is
//                required for notice and explicit, `policy` for explicit, which this version reads but cannot run
//   theme        {"light": {"accent", "background", "text": "#rrggbb"}, "dark": the same, "radius": 0..40}
//   surveys      at most 200, the first that is due is asked first
//   description  for the authors; not published. Every object but those of texts and colours may have one
// survey
//   id           identifier, at most 64
//   kind         "relationship" | "transactional"
//   wave         identifier, at most 32, default "1"; id and wave together are unique
//   enabled      default true
//   starts, ends "2026-11-01" (midnight UTC) or "2026-11-01T09:00:00Z" or with an offset
//   triggers     1 to 20, any of which makes it due:
//                {"event": name, "count": n} | {"screen": name, "count": n} | {"session": n}
//                met from the n-th on, default 1; names have at most 200 bytes, those that begin with $ are reserved
//   delay        seconds after the trigger, 0..86400, default 0
//   expires      seconds after the trigger, more than delay, at most 30 days; default 600, or 1800 with a session
//   trigger wait         {"answered", "dismissed", "shown"}: days from 0 to 3650 until it may be asked again; absent:
//   at once sample       {"percent": 0..100, three decimals at most, default 100; "salt": text; "by": "person" |
//   "occasion"}
//                default salt: id.wave; default by: person for relationship surveys, occasion for transactional ones
//   questions    one "nps", then any number of "text", then one "thanks"; at most 20
// question
//   id           identifier, at most 64, unique in its survey
//   type         "nps" | "text" | "thanks"
//   text         nps: the author's own wording instead of the locked one; thanks: instead of the built-in one;
//                text: required, and may depend on the band. Where the band has no text the question is not asked
//   low, high    nps: the author's own labels
//   placeholder  text
//   optional     text: default true
// text
//   "plain" in the document's locale | {"en": "…", "pt-BR": "…"} | {"promoter": text, "passive": text, "detractor":
//   text}
//
// Where a later version of this format adds a rule, it does so inside a trigger, `wait`, `sample` or `consent`, where
// this reader refuses what it does not know, or under one of the names that are set aside for it (kLaterRules, here and
// in read_questions.cpp). A fault in a survey makes that survey unsupported; one in the document's own members, all of
// them.
#include "survey/read.hpp"

#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace candor::survey {
namespace {

// "rules" is for those that nobody has thought of yet.
constexpr std::string_view kLaterRules = "rules|audience|population|targeting|control|pacing|budget|every|quiet_hours";

using TextRule = json::Object::TextRule;
constexpr TextRule kColor = {.max_bytes = 64, .optional = true};
constexpr TextRule kPolicy = {.max_bytes = 64, .optional = true};
constexpr TextRule kAgreedPolicy = {.min_bytes = 1, .max_bytes = 64};
constexpr TextRule kWave = {.min_bytes = 1, .max_bytes = 32, .identifier = true, .optional = true};
constexpr TextRule kProduct = {.min_bytes = 1, .max_bytes = 100};
constexpr TextRule kLocale = {.max_bytes = 64, .optional = true};

std::optional<std::uint32_t> color_of(std::string_view text) {
    std::uint32_t color = 0;
    if (text.size() != 7 || text[0] != '#') return std::nullopt;
    for (const char c : text.substr(1)) {
        const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        color = color << 4 | static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    return color;
}

void read_color(json::Object& object, const char* key, std::optional<std::uint32_t>& out) {
    const std::string* text = object.find_text(key, kColor);
    if (text == nullptr) return;
    out = color_of(*text);
    if (!out) object.refuse(key, "must be a colour as \"#2563eb\"");
}

void read_colors(json::Object& theme, const char* key, json::Reading reading, ThemeColors& out) {
    json::Object object(theme, key, reading);
    if (!object.given()) return;
    read_color(object, "accent", out.accent);
    read_color(object, "background", out.background);
    read_color(object, "text", out.text);
    object.finish(theme);
}

void read_theme(json::Object& root, json::Reading reading, Theme& out) {
    json::Object object(root, "theme", reading);
    if (!object.given()) return;
    read_description(object);
    read_colors(object, "light", reading, out.light);
    read_colors(object, "dark", reading, out.dark);
    if (object.has("radius")) out.radius = static_cast<int>(object.integer("radius", 0, 40));
    object.finish(root);
}

void read_consent(json::Object& root, const ReadContext& context, Consent& out) {
    json::Object object(root, "consent", json::Reading::strict);
    if (!object.given()) return;
    read_description(object);
    out.mode = static_cast<ConsentMode>(object.choice("mode", "none|notice|explicit"));
    const bool agreed = out.mode == ConsentMode::explicit_;
    object.text("policy", out.policy, agreed ? kAgreedPolicy : kPolicy);
    read_localized(object, "text", out.mode != ConsentMode::none, 1000, context, out.text);
    // Nothing of an answer may be stored before the tick, and there is no box to tick yet.
    if (agreed) object.refuse("mode", "\"explicit\" cannot be run by this version");
    object.finish(root);
}

void read_survey(json::Object& object, const json::Value& value, const ReadContext& context, Survey& survey) {
    read_description(object);
    object.text("id", survey.id, kIdentifier);
    survey.wave = "1";
    object.text("wave", survey.wave, kWave);
    survey.kind = static_cast<Kind>(object.choice("kind", "relationship|transactional"));
    read_schedule(object, survey);
    read_triggers(object, survey);
    read_timing(object, survey);
    read_waits(object, survey);
    read_sample(object, survey);
    read_questions(object, survey, context);
    refuse_later_rules(object, value, kLaterRules);
    object.finish(survey.unsupported);
}

// Surveys of one key would share their history.
void refuse_duplicate(std::vector<Survey>& surveys, std::size_t index, const json::Object& root) {
    Survey& survey = surveys[index];
    const std::string key = survey.key();
    for (std::size_t i = 0; i < index && !survey.unsupported; ++i) {
        if (surveys[i].key() != key) continue;
        survey.unsupported = Error{root.path_of("surveys", index) + ".id",
                                   joined({"another survey is \"", key, "\" already; id and wave together name it"})};
    }
}

void read_surveys(json::Object& root, Document& document, const ReadContext& context) {
    const json::Value* list = root.array("surveys", true, 200);
    if (list == nullptr) return;
    std::vector<Survey>& surveys = document.surveys;
    surveys = std::vector<Survey>(list->array().size());
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        const json::Value& value = list->array()[i];
        json::Object object(root, "surveys", i, value, context.reading);
        read_survey(object, value, context, surveys[i]);
        // A name for the trace; '#' is in no identifier.
        if (surveys[i].id.empty()) surveys[i].id = joined({"#", i});
        refuse_duplicate(surveys, i, root);
    }
}

void read_members(json::Object& root, Document& document, ReadContext& context) {
    if (root.integer("candor", 0, 1'000'000) != 1) {
        root.refuse("candor", "must be 1, the only version of the format that is known here");
    }
    document.revision = root.integer("revision", 1, 9'007'199'254'740'991);
    root.text("product", document.product, kProduct);
    document.locale = "en";
    root.text("locale", document.locale, kLocale);
    if (!is_language_tag(document.locale)) root.refuse("locale", "must be a language tag as \"pt-BR\"");
    context.locale = document.locale;
    read_description(root);
    read_consent(root, context, document.consent);
    read_theme(root, context.reading, document.theme);
}

// What is wrong outside of the surveys holds for all of them.
void spread(Document& document) {
    if (!document.unsupported) return;
    for (Survey& survey : document.surveys) survey.unsupported = document.unsupported;
}

// The first fault, where none is forgiven; null when there is none.
const Error* strict_fault(const Document& document) {
    if (document.unsupported) return &*document.unsupported;
    for (const Survey& survey : document.surveys) {
        if (survey.unsupported) return &*survey.unsupported;
    }
    return nullptr;
}

void read_project(const json::Value& value, std::string_view project, Document& document,
                  std::optional<Error>& refused) {
    json::Object object(value, json::Reading::field);
    object.text("project", document.project, kIdentifier);
    if (!project.empty() && document.project != project) {
        object.refuse("project", {"is \"", document.project, "\", not \"", project, "\""});
    }
    object.finish(refused);
}

void read_root(const json::Value& value, json::Reading reading, Document& document) {
    ReadContext context{reading, {}};
    json::Object root(value, reading);
    root.any("project");
    read_members(root, document, context);
    refuse_later_rules(root, value, kLaterRules);
    // A reader of its own: the surveys are named even where the document's members are at fault.
    json::Object list(value, json::Reading::field);
    read_surveys(list, document, context);
    root.any("surveys");
    list.finish(root);
    root.finish(document.unsupported);
    spread(document);
}

// Fills `document`, unless it is refused as a whole.
void read_into(Document& document, std::string_view text, json::Reading reading, std::string_view project,
               std::optional<Error>& refused) {
    const Result<json::Value> value = json::parse(text);
    if (!value) {
        refused = value.error();
        return;
    }
    read_project(*value, project, document, refused);
    if (refused) return;
    document.hash = sha256_hex(text, 16);
    read_root(*value, reading, document);
    const Error* fault = reading == json::Reading::strict ? strict_fault(document) : nullptr;
    if (fault != nullptr) refused = *fault;
}

}  // namespace

void refuse_later_rules(json::Object& object, const json::Value& value, std::string_view names) {
    while (!names.empty()) {
        const std::string_view name = take_part(names, '|');
        if (value.find(name) != nullptr) object.refuse(name, "unknown rule");
    }
}

std::shared_ptr<const Document> read_document(std::string_view text, json::Reading reading, std::string_view project,
                                              Error& refused) {
    auto document = std::make_shared<Document>();
    std::optional<Error> error;
    read_into(*document, text, reading, project, error);
    if (!error) return document;
    refused = std::move(*error);
    return nullptr;
}

Result<Document> read_document(std::string_view text, json::Reading reading, std::string_view project) {
    Document document;
    std::optional<Error> error;
    read_into(document, text, reading, project, error);
    if (error) return tl::unexpected<Error>(std::move(*error));
    return document;
}

}  // namespace candor::survey
