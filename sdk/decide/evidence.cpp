// An explanation made elsewhere: what it takes as a text, and back. Written where decisions are made, and so kept
// small; read where there is room for sentences.
#include <utility>

#include "base/json_writer.hpp"
#include "decide/decide.hpp"

namespace candor::decide {
namespace {

constexpr std::int64_t kVersion = 2;  // rises when the numbers of `Rule` or `Verdict` come to mean something else
constexpr std::size_t kNumbers = 6;   // of a record
constexpr json::Limits kLimits = {.bytes = 16u << 20, .text_bytes = 8u << 20};  // a document is a text here
constexpr json::Object::TextRule kText = {.max_bytes = 8u << 20};
constexpr json::Object::TextRule kRareText = {.max_bytes = 8u << 20, .optional = true};
constexpr std::size_t kMostNumbers = 200'000;

struct Evidence {
    Shared<const Prepared> prepared;
    history::Person person;
    String install;
    Profile profile;
    Decision decision;
    Situation situation;
};

// Both ways take them in this order.
constexpr const char* kContext[] = {"app_version", "os_version", "platform", "locale", "country", "device"};
constexpr String Profile::*kTexts[] = {&Profile::app_version, &Profile::os_version, &Profile::platform,
                                       &Profile::locale,      &Profile::country,    &Profile::device};

void write_profile(json::Writer& out, const Profile& profile) {
    for (std::size_t i = 0; i < std::size(kContext); ++i) out.text(kContext[i], profile.*kTexts[i]);
    out.array("attributes");
    for (const json::Member& attribute : profile.attributes) {
        out.text(nullptr, attribute.first).value(nullptr, attribute.second);
    }
    out.end().array("offsets");
    for (const Offset& offset : profile.offsets) out.whole(nullptr, offset.from).whole(nullptr, offset.minutes);
    out.end();
}

void read_profile(json::Object& object, Profile& profile) {
    for (std::size_t i = 0; i < std::size(kContext); ++i) object.text(kContext[i], profile.*kTexts[i], kRareText);
    const json::Value* attributes = object.array("attributes", false, kMostNumbers);
    const json::Value* offsets = object.array("offsets", false, kMostNumbers);
    if (attributes == nullptr || offsets == nullptr) return;
    for (std::size_t i = 0; i + 1 < attributes->array().size(); i += 2) {
        profile.attributes.emplace_back(attributes->array()[i].text(), attributes->array()[i + 1]);
    }
    for (std::size_t i = 0; i + 1 < offsets->array().size(); i += 2) {
        const std::int64_t minutes = offsets->array()[i + 1].integer();
        profile.offsets.push_back({offsets->array()[i].integer(), static_cast<std::int32_t>(minutes)});
    }
}

void read_trace(json::Object& object, std::size_t surveys, List<TraceRecord>& trace) {
    const json::Value* numbers = object.array("trace", true, kMostNumbers);
    if (numbers == nullptr) return;
    const List<json::Value>& all = numbers->array();
    for (std::size_t at = 0; at < all.size(); at += kNumbers) {
        if (all.size() - at < kNumbers) return object.refuse("trace", "ends within a record");
        const std::int64_t survey = all[at].integer(), rule = all[at + 1].integer(), verdict = all[at + 2].integer();
        if (survey < 0 || static_cast<std::size_t>(survey) >= surveys || rule < 0 ||
            static_cast<std::size_t>(rule) >= kRules || verdict < 0 || verdict > 1) {
            return object.refuse("trace", "holds what this version does not know");
        }
        TraceRecord& record = trace.emplace_back();
        record.survey = static_cast<std::uint32_t>(survey);
        record.rule = static_cast<Rule>(rule);
        record.verdict = static_cast<Verdict>(verdict);
        record.seen = all[at + 3].integer();
        record.wanted = all[at + 4].integer();
        record.earliest = all[at + 5].integer();
    }
}

Maybe<Error> read(const json::Value& value, Evidence& out) {
    json::Object object(value, json::Reading::field);
    object.integer("version", kVersion, kVersion);
    const String document = object.text("document", kText);
    const String person = object.text("person", kText);
    object.text("install", out.install, kText);
    read_profile(object, out.profile);
    out.situation.now = object.integer("now", 0, kNever);
    if (!object.ok()) return object.finish();
    Error refused;
    const auto read = survey::read_document(document, json::Reading::field, {}, refused);
    if (read == nullptr) return refused;
    if (auto error = history::read(person, out.person)) return error;
    const std::size_t surveys = read->surveys.size();
    out.prepared = prepare(read);
    if (object.has("chosen")) {
        out.decision.chosen.emplace().survey =
            static_cast<std::size_t>(object.integer("chosen", 0, static_cast<std::int64_t>(surveys) - 1));
    }
    read_trace(object, surveys, out.decision.trace);
    return object.finish();
}

}  // namespace

String evidence(const Prepared&, const history::Person& person, const Decision& decision, const Situation& situation,
                std::string_view document) {
    json::Writer out;
    out.object().whole("version", kVersion).whole("now", situation.now);
    if (decision.chosen) out.whole("chosen", static_cast<std::int64_t>(decision.chosen->survey));
    out.text("document", document).text("person", history::write(person));
    out.text("install", situation.install);
    if (situation.profile != nullptr) write_profile(out, *situation.profile);
    out.array("trace");
    for (const TraceRecord& record : decision.trace) {
        const std::int64_t numbers[kNumbers] = {record.survey,
                                                static_cast<std::int64_t>(record.rule),
                                                static_cast<std::int64_t>(record.verdict),
                                                record.seen,
                                                record.wanted,
                                                record.earliest};
        for (const std::int64_t number : numbers) out.whole(nullptr, number);
    }
    return out.end().end().take();
}

Result<String> explain(std::string_view evidence, std::string_view survey) {
    const Result<json::Value> parsed = json::parse(evidence, kLimits);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    Evidence read_back;
    if (auto error = read(*parsed, read_back)) return tl::unexpected<Error>(std::move(*error));
    read_back.situation.install = read_back.install;
    read_back.situation.profile = &read_back.profile;
    return explain(*read_back.prepared, read_back.person, read_back.decision, read_back.situation, survey);
}

}  // namespace candor::decide
