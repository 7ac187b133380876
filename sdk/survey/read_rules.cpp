#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr double kMostDelay = 86'400;        // s
constexpr double kMostExpiry = 30 * 86'400;  // s
constexpr double kMostWait = 3650;           // days
constexpr double kEventExpiry = 600;         // s
constexpr double kSessionExpiry = 1800;      // s
constexpr std::int64_t kMostCount = 1'000'000;

constexpr json::Object::TextRule kInstant = {.max_bytes = 64, .optional = true};
constexpr json::Object::TextRule kName = {.min_bytes = 1, .max_bytes = 200};
constexpr json::Object::TextRule kSalt = {.min_bytes = 1, .max_bytes = 100, .optional = true};

Span span_of(double amount, Span unit) { return static_cast<Span>(std::llround(amount * static_cast<double>(unit))); }

void read_instant(json::Object& object, const char* key, Instant& out) {
    const std::string* text = object.find_text(key, kInstant);
    if (text == nullptr) return;
    const auto instant = parse_rfc3339(*text);
    if (!instant) object.refuse(key, R"(must be a day as "2026-11-22" or an instant as "2026-11-22T09:00:00Z")");
    out = instant.value_or(out);
}

void read_name(json::Object& object, const char* key, std::string& name) {
    object.text(key, name, kName);
    const bool printable = std::none_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < 0x20; });
    if (!printable) object.refuse(key, "holds a control character");
    if (name.starts_with('$')) object.refuse(key, "names that begin with $ are reserved");
}

void read_trigger(json::Object& object, Trigger& trigger) {
    constexpr const char* kKinds[] = {"event", "screen", "session"};
    int given = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        if (!object.has(kKinds[i])) continue;
        ++given;
        trigger.kind = static_cast<TriggerKind>(i);
    }
    const char* kind = kKinds[static_cast<std::size_t>(trigger.kind)];
    if (given != 1) {
        object.any("count");
        object.finish();  // an unknown kind of trigger is best named by its own key
        object.refuse_itself(R"(must have one of "event", "screen", "session")");
    } else if (trigger.kind == TriggerKind::session) {
        trigger.at_least = object.integer(kind, 1, kMostCount);
        trigger.touchpoint = "$session";
        trigger.clause = kind;
    } else {
        read_name(object, kind, trigger.name);
        trigger.at_least = object.integer("count", 1, kMostCount, 1);
        trigger.touchpoint = trigger.name;
        trigger.clause = joined({kind, ":", trigger.name});
    }
}

void read_wait(json::Object& object, const char* key, std::optional<Span>& out) {
    if (object.has(key)) out = span_of(object.number(key, 0, kMostWait, 0), kDay);
}

}  // namespace

void read_schedule(json::Object& object, Survey& survey) {
    survey.enabled = object.boolean("enabled", true);
    read_instant(object, "starts", survey.starts);
    read_instant(object, "ends", survey.ends);
    if (survey.ends <= survey.starts) object.refuse("ends", "must be later than the start");
}

void read_triggers(json::Object& object, Survey& survey) {
    const json::Value* list = object.array("triggers", true, 20);
    if (list == nullptr) return;
    const json::Array& values = list->array();
    if (values.empty()) object.refuse("triggers", "must not be empty");
    survey.triggers = std::vector<Trigger>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        json::Object item(object, "triggers", i, values[i], json::Reading::strict);
        read_description(item);
        read_trigger(item, survey.triggers[i]);
        survey.triggers[i].id = joined({survey.id, ".", survey.wave, "#", i});
        item.finish(object);
    }
}

void read_timing(json::Object& object, Survey& survey) {
    const bool by_session = std::any_of(survey.triggers.begin(), survey.triggers.end(),
                                        [](const Trigger& t) { return t.kind == TriggerKind::session; });
    const double delay = object.number("delay", 0, kMostDelay, 0);
    const bool given = object.has("expires");
    const double expires = object.number("expires", 1, kMostExpiry, by_session ? kSessionExpiry : kEventExpiry);
    survey.delay = span_of(delay, kSecond);
    survey.expires = span_of(expires, kSecond);
    if (survey.delay < survey.expires) return;
    object.refuse(given ? "expires" : "delay", joined({"the delay of ", json::number_text(delay),
                                                       " s does not end before the trigger expires, after ",
                                                       json::number_text(expires), " s", given ? "" : " by default"}));
}

void read_waits(json::Object& object, Survey& survey) {
    json::Object waits(object, "wait", json::Reading::strict);
    if (!waits.given()) return;
    read_description(waits);
    read_wait(waits, "answered", survey.waits.answered);
    read_wait(waits, "dismissed", survey.waits.dismissed);
    read_wait(waits, "shown", survey.waits.shown);
    waits.finish(object);
}

void read_sample(json::Object& object, Survey& survey) {
    Sample& sample = survey.sample;
    const std::size_t by_kind = survey.kind == Kind::relationship ? 0 : 1;
    sample.salt = survey.key();
    sample.by = static_cast<SampleBy>(by_kind);
    json::Object rule(object, "sample", json::Reading::strict);
    if (!rule.given()) return;
    read_description(rule);
    const double percent = rule.number("percent", 0, 100, 100);
    sample.threshold = static_cast<std::uint32_t>(span_of(percent, 1000));
    // The double that is nearest to three decimals is theirs alone.
    if (sample.percent() != percent) rule.refuse("percent", "must have at most three decimals");
    rule.text("salt", sample.salt, kSalt);
    sample.by = static_cast<SampleBy>(rule.choice("by", "person|occasion", by_kind));
    rule.finish(object);
}

}  // namespace candor::survey
