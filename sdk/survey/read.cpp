// The survey document's JSON, version 1: docs/survey-document.md describes it, docs/survey-document.schema.json is the
// same for programs, and tests/conformance/schema.py holds both readers against each other.
//
// Where a later version of this format adds a rule, it does so inside of an object that is a rule, where this reader
// refuses what it does not know, or under one of the names that are set aside for it (rows of the form `later`). A
// fault in a survey makes that survey unsupported; one in the document's own members, all of them.
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
    row::list("surveys", CANDOR_AT(Document, surveys), kSurveys, 10'000, kRequired),  // named whatever else is at fault
    row::version("candor"),
    row::count("revision", CANDOR_AT(Document, revision), row::kAnyCount, kRequired | kFromOne),
    row::text("product", CANDOR_AT(Document, product), 100, kRequired | kFromOne),
    row::text("locale", CANDOR_AT(Document, locale), 64, 0),
    row::check<Document, check_locale>(),
    row::object("consent", CANDOR_AT(Document, consent), kConsent),
    row::object("theme", CANDOR_AT(Document, theme), kTheme),
    row::object("budget", CANDOR_AT(Document, budget), kBudget),
    row::later(kLaterDocumentRules),
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
