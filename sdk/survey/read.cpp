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
// this reader refuses what it does not know, or under one of the names that are set aside for it (rows of the form
// `later`). A fault in a survey makes that survey unsupported; one in the document's own members, all of them.
#include "survey/read.hpp"

#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace candor::survey {
namespace {

constexpr Field kColorFields[] = {
    row::color("accent", CANDOR_AT(ThemeColors, accent)),
    row::color("background", CANDOR_AT(ThemeColors, background)),
    row::color("text", CANDOR_AT(ThemeColors, text)),
};
constexpr RecordOf<ThemeColors> kColors(kColorFields, kUndescribed);

constexpr Field kThemeFields[] = {
    row::object("light", CANDOR_AT(Theme, light), kColors),
    row::object("dark", CANDOR_AT(Theme, dark), kColors),
    row::size("radius", CANDOR_AT(Theme, radius), 40),
};
constexpr RecordOf<Theme> kTheme(kThemeFields);

void check_consent(json::Object& object, Consent& consent) {
    const bool agreed = consent.mode == ConsentMode::explicit_;
    if (agreed && consent.policy.empty()) object.refuse("policy", "is missing");
    if (consent.mode != ConsentMode::none && consent.text.empty()) object.refuse("text", "is missing");
    // Nothing of an answer may be stored before the tick, and there is no box to tick yet.
    if (agreed) object.refuse("mode", "\"explicit\" cannot be run by this version");
}

constexpr Field kConsentFields[] = {
    row::choice("mode", CANDOR_AT(Consent, mode), "none|notice|explicit", kRequired),
    row::text("policy", CANDOR_AT(Consent, policy), 64, 0),
    row::localized("text", CANDOR_AT(Consent, text), 1000),
    row::check<Consent, check_consent>(),
};
constexpr RecordOf<Consent> kConsent(kConsentFields, kRules);

void check_locale(json::Object& object, Document& document) {
    if (!is_language_tag(document.locale)) object.refuse("locale", "must be a language tag as \"pt-BR\"");
}

// `project` is the one that is wanted, if any, before it is the one that is given.
void read_project(json::Object& object, Document& document) {
    const String wanted = std::exchange(document.project, {});
    object.text("project", document.project, {.min_bytes = 1, .max_bytes = 64, .identifier = true});
    if (wanted.empty() || wanted == document.project) return;
    object.refuse("project", {"is \"", document.project, "\", not \"", wanted, "\""});
}

constexpr Field kDocumentFields[] = {
    row::check<Document, read_project>(),  // before the surveys, for its fault ends it all
    row::list("surveys", CANDOR_AT(Document, surveys), kSurveys, 200, kRequired),  // named whatever else is at fault
    row::version("candor"),
    row::count("revision", CANDOR_AT(Document, revision), row::kAnyCount, kRequired | kFromOne),
    row::text("product", CANDOR_AT(Document, product), 100, kRequired | kFromOne),
    row::text("locale", CANDOR_AT(Document, locale), 64, 0),
    row::check<Document, check_locale>(),
    row::object("consent", CANDOR_AT(Document, consent), kConsent),
    row::object("theme", CANDOR_AT(Document, theme), kTheme),
    row::later(kLaterRules),
};
constexpr RecordOf<Document> kDocument(kDocumentFields);

void read_root(const json::Value& value, json::Reading reading, Document& document) {
    // The texts of the surveys need it before it is its turn to be read.
    const json::Value* locale = value.find("locale");
    document.locale = locale != nullptr ? std::string_view(locale->text()) : "en";
    json::Object root(value, reading);
    read_record(root, kDocument, {reading, &document.locale}, document);
    root.finish(document.unsupported);
    // What is wrong outside of the surveys holds for all of them.
    for (std::size_t i = 0; i < document.surveys.size(); ++i) {
        Survey& survey = document.surveys[i];
        // A name for the trace; '#' is in no identifier.
        if (survey.id.empty()) survey.id = joined({"#", i});
        if (document.unsupported) survey.unsupported = document.unsupported;
    }
}

// Why it is refused as a whole; null when it is not.
const Error* refusal(const Document& document, json::Reading reading) {
    const bool strict = reading != json::Reading::field;
    if (document.unsupported) {
        const Error& fault = *document.unsupported;
        return strict || fault.path.empty() || fault.path == "project" ? &fault : nullptr;
    }
    for (const Survey& survey : document.surveys) {
        if (strict && survey.unsupported) return &*survey.unsupported;
    }
    return nullptr;
}

}  // namespace

Shared<const Document> read_document(std::string_view text, json::Reading reading, std::string_view project,
                                     Error& refused) {
    const Result<json::Value> value = json::parse(text);
    if (!value) {
        refused = value.error();
        return nullptr;
    }
    auto document = make_shared<Document>();
    document->project = project;
    document->hash = sha256_hex(text, 16);
    read_root(*value, reading, *document);
    const Error* fault = refusal(*document, reading);
    if (fault == nullptr) return document;
    refused = *fault;
    return nullptr;
}

Result<Document> read_document(std::string_view text, json::Reading reading, std::string_view project) {
    Error refused;
    const auto document = read_document(text, reading, project, refused);
    if (document == nullptr) return tl::unexpected<Error>(std::move(refused));
    return *document;
}

}  // namespace candor::survey
