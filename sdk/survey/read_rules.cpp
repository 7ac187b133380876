#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostDelay = 86'400;        // s
constexpr std::uint32_t kMostExpiry = 30 * 86'400;  // s
constexpr std::uint32_t kMostWait = 3650;           // days
constexpr Span kEventExpiry = 600 * kSecond;
constexpr Span kSessionExpiry = 1800 * kSecond;
constexpr std::uint32_t kMostCount = 1'000'000;
constexpr std::uint32_t kMostNameBytes = 200;

// ---- triggers ----

constexpr Field kEvent[] = {
    row::text("event", CANDOR_AT(Trigger, name), kMostNameBytes, kRequired | kFromOne | kOneLine),
    row::count("count", CANDOR_AT(Trigger, at_least), kMostCount, kFromOne),
};
constexpr Field kScreen[] = {
    row::text("screen", CANDOR_AT(Trigger, name), kMostNameBytes, kRequired | kFromOne | kOneLine),
    row::count("count", CANDOR_AT(Trigger, at_least), kMostCount, kFromOne),
};
constexpr Field kSession[] = {
    row::count("session", CANDOR_AT(Trigger, at_least), kMostCount, kRequired | kFromOne),
};
constexpr Record kTriggerKinds[] = {kEvent, kScreen, kSession};  // in the order of TriggerKind

void name_trigger(json::Object& object, Trigger& trigger) {
    const char* kind = kTriggerKinds[static_cast<std::size_t>(trigger.kind)].fields->key;
    trigger.clause = kind;
    trigger.touchpoint = "$session";
    if (trigger.kind == TriggerKind::session) return;
    trigger.clause = joined({kind, ":", trigger.name});
    trigger.touchpoint = trigger.name;
    if (trigger.name.starts_with('$')) object.refuse(kind, "names that begin with $ are reserved");
}

constexpr Field kTriggerFields[] = {
    row::by_key(R"("event", "screen", "session")", CANDOR_AT(Trigger, kind), kTriggerKinds),
    row::check<Trigger, name_trigger>(),
};
constexpr RecordOf<Trigger> kTrigger(kTriggerFields, kRules);
constexpr ItemsOf<Trigger> kTriggers(kTrigger);

// ---- waits and the sample ----

constexpr Field kWaitFields[] = {
    row::days("answered", CANDOR_AT(Waits, answered), kMostWait),
    row::days("dismissed", CANDOR_AT(Waits, dismissed), kMostWait),
    row::days("shown", CANDOR_AT(Waits, shown), kMostWait),
};
constexpr RecordOf<Waits> kWaits(kWaitFields, kRules);

constexpr Field kSampleFields[] = {
    row::thousandths("percent", CANDOR_AT(Sample, threshold), 100),
    row::text("salt", CANDOR_AT(Sample, salt), 100, kFromOne),
    row::choice("by", CANDOR_AT(Sample, by), "person|occasion"),
};
constexpr RecordOf<Sample> kSample(kSampleFields, kRules);

// ---- what depends on several members ----

void set_wave(json::Object&, Survey& survey) {
    if (survey.wave.empty()) survey.wave = "1";
}

void check_schedule(json::Object& object, Survey& survey) {
    if (survey.ends <= survey.starts) object.refuse("ends", "must be later than the start");
}

void check_timing(json::Object& object, Survey& survey) {
    const bool given = survey.expires > 0;
    if (!given) survey.expires = kEventExpiry;
    const String key = survey.key();
    for (std::size_t i = 0; i < survey.triggers.size(); ++i) {
        Trigger& trigger = survey.triggers[i];
        trigger.id = joined({key, "#", i});
        if (!given && trigger.kind == TriggerKind::session) survey.expires = kSessionExpiry;
    }
    survey.sample.salt = key;
    survey.sample.by = survey.kind == Kind::relationship ? SampleBy::person : SampleBy::occasion;
    if (survey.delay < survey.expires) return;
    const auto seconds = [](Span span) { return json::number_text(static_cast<double>(span) / kSecond); };
    object.refuse(given ? "expires" : "delay",
                  {"the delay of ", seconds(survey.delay), " s does not end before the trigger expires, after ",
                   seconds(survey.expires), given ? " s" : " s by default"});
}

constexpr Field kSurveyFields[] = {
    row::identifier("id", CANDOR_AT(Survey, id), 64, kRequired),
    row::identifier("wave", CANDOR_AT(Survey, wave), 32),
    row::check<Survey, set_wave>(),
    row::choice("kind", CANDOR_AT(Survey, kind), "relationship|transactional", kRequired),
    row::flag("enabled", CANDOR_AT(Survey, enabled)),
    row::instant("starts", CANDOR_AT(Survey, starts)),
    row::instant("ends", CANDOR_AT(Survey, ends)),
    row::check<Survey, check_schedule>(),
    row::list("triggers", CANDOR_AT(Survey, triggers), kTriggers, 20, kRequired | kFromOne),
    row::seconds("delay", CANDOR_AT(Survey, delay), kMostDelay),
    row::seconds("expires", CANDOR_AT(Survey, expires), kMostExpiry, kFromOne),
    row::check<Survey, check_timing>(),  // before the sample, for which it has the defaults
    row::object("wait", CANDOR_AT(Survey, waits), kWaits),
    row::object("sample", CANDOR_AT(Survey, sample), kSample),
    row::list("questions", CANDOR_AT(Survey, questions), kQuestions, 20, kRequired),
    row::check<Survey, check_questions>(),
    row::later(kLaterRules),
};

constexpr RecordOf<Survey> kSurvey(kSurveyFields);

String key_of(const void* survey) { return static_cast<const Survey*>(survey)->key(); }

}  // namespace

// Surveys of one key would share their history.
constinit const ItemsOf<Survey> kSurveys(kSurvey, offsetof(Survey, unsupported), key_of, "another survey is \"",
                                         "\" already; id and wave together name it");

}  // namespace candor::survey
