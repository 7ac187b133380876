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

#include <algorithm>
#include <utility>

#include "base/sha256.hpp"

namespace candor::survey {
namespace {

// "rules" is for those that nobody has thought of yet.
constexpr std::string_view kLaterRules[] = {"rules",  "audience", "population", "targeting",  "control",
                                            "pacing", "budget",   "every",      "quiet_hours"};

std::optional<std::uint32_t> read_color(json::Object& object, std::string_view key) {
    if (!object.has(key)) return std::nullopt;
    const std::string text = object.text(key, {.max_bytes = 64});
    std::uint32_t color = 0;
    bool good = text.size() == 7 && text[0] == '#';
    for (std::size_t i = 1; good && i < 7; ++i) {
        const char c = text[i];
        const int digit = c >= '0' && c <= '9'                 ? c - '0'
                          : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                               : -1;
        good = digit >= 0;
        color = color << 4 | static_cast<std::uint32_t>(digit & 15);
    }
    if (good) return color;
    object.refuse(key, "must be a colour as \"#2563eb\"");
    return std::nullopt;
}

ThemeColors read_colors(json::Object& theme, std::string_view key, json::Reading reading) {
    ThemeColors colors;
    const json::Value* value = theme.object(key, false);
    if (value == nullptr) return colors;
    json::Object object(*value, theme.path_of(key), reading);
    colors.accent = read_color(object, "accent");
    colors.background = read_color(object, "background");
    colors.text = read_color(object, "text");
    if (auto error = object.finish()) theme.refuse(std::move(*error));
    return colors;
}

Theme read_theme(json::Object& root, json::Reading reading) {
    Theme theme;
    const json::Value* value = root.object("theme", false);
    if (value == nullptr) return theme;
    json::Object object(*value, "theme", reading);
    read_description(object);
    theme.light = read_colors(object, "light", reading);
    theme.dark = read_colors(object, "dark", reading);
    if (object.has("radius")) theme.radius = static_cast<int>(object.integer("radius", 0, 40));
    if (auto error = object.finish()) root.refuse(std::move(*error));
    return theme;
}

Consent read_consent(json::Object& root, const ReadContext& context) {
    Consent consent;
    const json::Value* value = root.object("consent", false);
    if (value == nullptr) return consent;
    json::Object object(*value, "consent", json::Reading::strict);
    read_description(object);
    consent.mode = static_cast<ConsentMode>(object.choice("mode", {"none", "notice", "explicit"}));
    const bool agreed = consent.mode == ConsentMode::explicit_;
    consent.policy = agreed ? object.text("policy", {.min_bytes = 1, .max_bytes = 64})
                            : object.text("policy", {.max_bytes = 64}, "");
    consent.text = read_localized(object, "text", consent.mode != ConsentMode::none, 1000, context);
    // Nothing of an answer may be stored before the tick, and there is no box to tick yet.
    if (agreed) object.refuse("mode", "\"explicit\" cannot be run by this version");
    if (auto error = object.finish()) root.refuse(std::move(*error));
    return consent;
}

Survey read_survey(const json::Value& value, std::size_t index, const ReadContext& context) {
    Survey survey;
    json::Object object(value, item_path("surveys", index), context.reading);
    read_description(object);
    survey.id = object.text("id", {.min_bytes = 1, .max_bytes = 64, .identifier = true});
    survey.wave = object.text("wave", {.min_bytes = 1, .max_bytes = 32, .identifier = true}, "1");
    survey.kind = static_cast<Kind>(object.choice("kind", {"relationship", "transactional"}));
    read_schedule(object, survey);
    read_triggers(object, survey);
    read_timing(object, survey);
    read_waits(object, survey);
    read_sample(object, survey);
    read_questions(object, survey, context);
    refuse_later_rules(object, value, kLaterRules);
    survey.unsupported = object.finish();
    // A name for the trace; '#' is in no identifier.
    if (survey.id.empty()) survey.id = "#" + std::to_string(index);
    return survey;
}

// Surveys of one key would share their history.
void refuse_duplicates(std::vector<Survey>& surveys) {
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        for (std::size_t j = 0; j < i && !surveys[i].unsupported; ++j) {
            if (surveys[i].key() != surveys[j].key()) continue;
            surveys[i].unsupported =
                Error{item_path("surveys", i) + ".id",
                      "another survey is \"" + surveys[i].key() + "\" already; id and wave together name it"};
        }
    }
}

void read_surveys(json::Object& root, Document& document, const ReadContext& context) {
    const json::Value* surveys = root.array("surveys", true, 200);
    if (surveys == nullptr) return;
    for (std::size_t i = 0; i < surveys->array().size(); ++i) {
        document.surveys.push_back(read_survey(surveys->array()[i], i, context));
    }
    refuse_duplicates(document.surveys);
}

void read_members(json::Object& root, Document& document, ReadContext& context) {
    if (root.integer("candor", 0, 1'000'000) != 1) {
        root.refuse("candor", "must be 1, the only version of the format that is known here");
    }
    document.revision = root.integer("revision", 1, 9'007'199'254'740'991);
    document.product = root.text("product", {.min_bytes = 1, .max_bytes = 100});
    document.locale = root.text("locale", {.max_bytes = 64}, "en");
    if (root.ok() && !is_language_tag(document.locale)) root.refuse("locale", "must be a language tag as \"pt-BR\"");
    context.locale = document.locale;
    read_description(root);
    document.consent = read_consent(root, context);
    document.theme = read_theme(root, context.reading);
}

// What is wrong outside of the surveys holds for all of them.
void spread(Document& document, std::optional<Error> error) {
    document.unsupported = std::move(error);
    for (Survey& survey : document.surveys) {
        if (document.unsupported) survey.unsupported = document.unsupported;
    }
}

}  // namespace

std::string item_path(std::string_view path, std::size_t index) {
    return std::string(path) + "[" + std::to_string(index) + "]";
}

void refuse_later_rules(json::Object& object, const json::Value& value, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        if (value.find(name) != nullptr) object.refuse(name, "unknown rule");
    }
}

Result<Document> read_document(std::string_view text, json::Reading reading, std::string_view project) {
    const Result<json::Value> value = json::parse(text);
    if (!value) return tl::unexpected<Error>(value.error());

    Document document;
    json::Object names(*value, "", json::Reading::field);
    document.project = names.text("project", {.min_bytes = 1, .max_bytes = 64, .identifier = true});
    if (names.ok() && !project.empty() && document.project != project) {
        names.refuse("project", "is \"" + document.project + "\", not \"" + std::string(project) + "\"");
    }
    if (auto error = names.finish()) return tl::unexpected<Error>(std::move(*error));

    document.hash = sha256_hex(text, 16);
    ReadContext context{reading, {}};
    json::Object root(*value, "", reading);
    root.any("project");
    read_members(root, document, context);
    refuse_later_rules(root, *value, kLaterRules);
    // A reader of its own: the surveys are named even where the document's members are at fault.
    json::Object list(*value, "", json::Reading::field);
    read_surveys(list, document, context);
    root.any("surveys");
    if (auto error = list.finish()) root.refuse(std::move(*error));
    spread(document, root.finish());

    if (reading == json::Reading::strict) {
        if (document.unsupported) return tl::unexpected<Error>(*document.unsupported);
        for (const Survey& survey : document.surveys) {
            if (survey.unsupported) return tl::unexpected<Error>(*survey.unsupported);
        }
    }
    return document;
}

}  // namespace candor::survey
