#include <algorithm>

#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostDelay = 86'400;        // s
constexpr std::uint32_t kMostExpiry = 30 * 86'400;  // s
constexpr Span kEventExpiry = 600 * kSecond;
constexpr Span kSessionExpiry = 1800 * kSecond;
constexpr std::size_t kMostNames = 20;

// ---- waits and the sample ----

constexpr Field kWaitFields[] = {
    row::days("answered", CANDOR_AT(Waits, answered), kMostDays),
    row::days("dismissed", CANDOR_AT(Waits, dismissed), kMostDays),
    row::days("snoozed", CANDOR_AT(Waits, snoozed), kMostDays),
    row::days("shown", CANDOR_AT(Waits, shown), kMostDays),
};
constexpr RecordOf<Waits> kWaits(kWaitFields, kRules);

constexpr Field kSampleFields[] = {
    row::thousandths("percent", CANDOR_AT(Sample, threshold), 100),
    row::text("salt", CANDOR_AT(Sample, salt), 100, kFromOne),
    row::choice("by", CANDOR_AT(Sample, by), "person|occasion"),
};
constexpr RecordOf<Sample> kSample(kSampleFields, kRules);

constexpr Field kControlFields[] = {row::thousandths("percent", CANDOR_AT(Control, threshold), 100)};
constexpr RecordOf<Control> kControl(kControlFields, kRules);

// ---- what depends on several members ----

// Of a hand-made wave the name, of one that repeats how long it is.
void read_wave(json::Object& object, Survey& survey) {
    json::Object every(object, "every", json::Reading::strict);
    if (every.given()) {
        if (!survey.wave.empty()) object.refuse("every", R"(and "wave" exclude each other)");
        survey.every = every.integer("days", 1, kMostDays) * kDay;
        every.finish(object);
    } else if (survey.wave.empty()) {
        survey.wave = "1";
    }
}

void read_conditions(json::Object& object, Survey& survey) {
    read_audience(object, "population", survey.population);
    read_audience(object, "targeting", survey.targeting);
}

void read_names(json::Object& object, const char* key, List<String>& out) {
    const json::Value* names = object.array(key, false, kMostNames);
    if (names == nullptr) return;
    for (const json::Value& name : names->array()) {
        const bool good = !name.text().empty() && name.text().size() <= kMostNameBytes;
        const bool again = std::find(out.begin(), out.end(), name.text()) != out.end();
        if (!good || again || name.text().starts_with('$')) return object.refuse(key, "must be names, each once");
        out.push_back(name.text());
    }
}

void read_cancel(json::Object& object, Survey& survey) { read_names(object, "cancel", survey.cancel); }

void keep(Survey& survey, std::string_view property) {
    for (const String& kept : survey.kept_properties) {
        if (kept == property) return;
    }
    if (survey.kept_properties.size() < 2 * kMostNames) survey.kept_properties.emplace_back(property);
}

// "{property.item}" and "{property.item|it}", wherever the questions say so.
void keep_named(Survey& survey, const json::Value& questions) {
    constexpr std::string_view kNamed = "{property.";
    const String all = json::dump(questions);
    std::string_view rest = all;
    for (std::size_t at = rest.find(kNamed); at != std::string_view::npos; at = rest.find(kNamed)) {
        rest.remove_prefix(at + kNamed.size());
        keep(survey, rest.substr(0, rest.find_first_of("|}")));
    }
}

void read_include(json::Object& object, Survey& survey) {
    json::Object include(object, "include", json::Reading::strict);
    if (include.given()) {
        include.has("description");
        read_names(include, "properties", survey.include.properties);
        read_names(include, "attributes", survey.include.attributes);
        include.finish(object);
    }
    for (const String& property : survey.include.properties) keep(survey, property);
    if (const json::Value* questions = object.value().find("questions")) keep_named(survey, *questions);
}

void check_schedule(json::Object& object, Survey& survey) {
    if (survey.ends <= survey.starts) object.refuse("ends", "must be later than the start");
    if (survey.every > 0 && survey.starts == 0) object.refuse("starts", R"(is missing: waves of "every" begin then)");
}

void check_timing(json::Object& object, Survey& survey) {
    const bool given = survey.expires > 0;
    if (!given) survey.expires = kEventExpiry;
    const String key = survey.key();
    for (std::size_t i = 0; i < survey.triggers.size(); ++i) {
        Trigger& trigger = survey.triggers[i];
        trigger.id = joined({key, "#", i});
        if (!given && trigger.kind == TriggerKind::session) survey.expires = kSessionExpiry;
        if (survey.every == 0 && trigger.touchpoint == "$turn") {
            object.refuse(joined({"triggers[", i, "].turn"}), R"(is of waves, which "every" makes)");
        }
    }
    if (survey.every == 0) survey.sample.salt = key;
    survey.sample.by = survey.kind == Kind::relationship ? SampleBy::person : SampleBy::occasion;
    if (survey.delay < survey.expires) return;
    const auto seconds = [](Span span) { return json::number_text(static_cast<double>(span) / kSecond); };
    object.refuse(given ? "expires" : "delay",
                  {"the delay of ", seconds(survey.delay), " s does not end before the trigger expires, after ",
                   seconds(survey.expires), given ? " s" : " s by default"});
}

// Who is asked whatever their behaviour shows what those who are asked for theirs leave out. An occasion has nothing to
// compare it with.
void check_control(json::Object& object, Survey& survey) {
    if (survey.control.threshold == 0) return;
    if (survey.kind != Kind::relationship) object.refuse("control", "is for relationship surveys");
    if (!object.has("expires")) survey.expires = std::max(survey.expires, kSessionExpiry);
}

constexpr Field kLookFields[] = {
    row::choice("layout", CANDOR_AT(Look, layout), "corner|modal|inline"),
    row::choice("scale_start", CANDOR_AT(Look, scale_start), "reading|left"),
    row::flag("scale_colors", CANDOR_AT(Look, scale_colors)),
    row::flag("later", CANDOR_AT(Look, later)),
};
constexpr RecordOf<Look> kLook(kLookFields);

constexpr Field kSurveyFields[] = {
    row::identifier("id", CANDOR_AT(Survey, id), 64, kRequired),
    row::identifier("wave", CANDOR_AT(Survey, wave), 32),
    row::check<Survey, read_wave>(),
    row::choice("kind", CANDOR_AT(Survey, kind), "relationship|transactional", kRequired),
    row::flag("enabled", CANDOR_AT(Survey, enabled)),
    row::instant("starts", CANDOR_AT(Survey, starts)),
    row::instant("ends", CANDOR_AT(Survey, ends)),
    row::check<Survey, check_schedule>(),
    row::list("triggers", CANDOR_AT(Survey, triggers), kTriggers, 20, kRequired | kFromOne),
    row::seconds("delay", CANDOR_AT(Survey, delay), kMostDelay),
    row::seconds("expires", CANDOR_AT(Survey, expires), kMostExpiry, kFromOne),
    row::check<Survey, check_timing>(),  // before the sample, for which it has the defaults
    row::check<Survey, read_cancel>(),
    row::check<Survey, read_conditions>(),
    row::object("pacing", CANDOR_AT(Survey, pacing), kPacing),
    row::object("wait", CANDOR_AT(Survey, waits), kWaits),
    row::object("sample", CANDOR_AT(Survey, sample), kSample),
    row::object("control", CANDOR_AT(Survey, control), kControl),
    row::check<Survey, check_control>(),
    row::check<Survey, read_include>(),
    row::object("card", CANDOR_AT(Survey, look), kLook),
    row::list("questions", CANDOR_AT(Survey, questions), kQuestions, 20, kRequired),
    row::check<Survey, check_questions>(),
    row::later(kLaterRules),
};

constexpr RecordOf<Survey> kSurvey(kSurveyFields);

String key_of(const void* survey) { return static_cast<const Survey*>(survey)->key(); }

}  // namespace

// Surveys of one key would share their history.
constinit const ItemsOf<Survey> kSurveys(kSurvey, offsetof(Survey, unsupported), key_of);

}  // namespace candor::survey
