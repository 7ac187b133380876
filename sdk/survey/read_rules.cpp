#include <algorithm>
#include <cmath>
#include <utility>

#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr double kMostDelay = 86'400;        // s
constexpr double kMostExpiry = 30 * 86'400;  // s
constexpr double kMostWait = 3650;           // days
constexpr double kEventExpiry = 600;         // s
constexpr double kSessionExpiry = 1800;      // s
constexpr std::int64_t kMostCount = 1'000'000;

Span span_of(double amount, Span unit) { return static_cast<Span>(std::llround(amount * static_cast<double>(unit))); }

Instant read_instant(json::Object& object, std::string_view key, Instant absent) {
    if (!object.has(key)) return absent;
    const auto instant = parse_rfc3339(object.text(key, {.max_bytes = 64}));
    if (!instant) object.refuse(key, R"(must be a day as "2026-11-22" or an instant as "2026-11-22T09:00:00Z")");
    return instant.value_or(absent);
}

std::string read_name(json::Object& object, std::string_view key) {
    std::string name = object.text(key, {.min_bytes = 1, .max_bytes = 200});
    const bool printable = std::none_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < 0x20; });
    if (!printable) object.refuse(key, "holds a control character");
    if (name.starts_with('$')) object.refuse(key, "names that begin with $ are reserved");
    return name;
}

Trigger read_trigger(json::Object& object) {
    constexpr std::string_view kKinds[] = {"event", "screen", "session"};
    Trigger trigger;
    std::size_t given = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        if (!object.has(kKinds[i])) continue;
        ++given;
        trigger.kind = static_cast<TriggerKind>(i);
    }
    if (given != 1) {
        object.any("count");
        object.finish();  // an unknown kind of trigger is best named by its own key
        object.refuse(Error{object.path(), R"(must have one of "event", "screen", "session")"});
        return trigger;
    }
    const std::string_view kind = kKinds[static_cast<std::size_t>(trigger.kind)];
    if (trigger.kind == TriggerKind::session) {
        trigger.at_least = object.integer("session", 1, kMostCount);
        trigger.touchpoint = "$session";
        trigger.clause = "session";
        return trigger;
    }
    trigger.name = read_name(object, kind);
    trigger.at_least = object.integer("count", 1, kMostCount, 1);
    trigger.touchpoint = trigger.name;
    trigger.clause = std::string(kind) + ":" + trigger.name;
    return trigger;
}

std::optional<Span> read_wait(json::Object& object, std::string_view key) {
    if (!object.has(key)) return std::nullopt;
    return span_of(object.number(key, 0, kMostWait, 0), kDay);
}

// By the digits as they are written shortest: 33.333 has three decimals, whatever its double's neighbours are.
bool three_decimals(double percent) {
    const std::string text = json::number_text(percent);
    const std::size_t point = text.find('.');
    if (text.find('e') != std::string::npos) return false;
    return point == std::string::npos || text.size() - point - 1 <= 3;
}

}  // namespace

void read_schedule(json::Object& object, Survey& survey) {
    survey.enabled = object.boolean("enabled", true);
    survey.starts = read_instant(object, "starts", 0);
    survey.ends = read_instant(object, "ends", kNever);
    if (object.ok() && survey.ends <= survey.starts) object.refuse("ends", "must be later than the start");
}

void read_triggers(json::Object& object, Survey& survey) {
    const json::Value* list = object.array("triggers", true, 20);
    if (list == nullptr) return;
    if (list->array().empty()) object.refuse("triggers", "must not be empty");
    for (const json::Value& value : list->array()) {
        const std::size_t index = survey.triggers.size();
        json::Object item(value, item_path(object.path_of("triggers"), index), json::Reading::strict);
        read_description(item);
        Trigger trigger = read_trigger(item);
        trigger.id = survey.key() + "#" + std::to_string(index);
        if (auto error = item.finish()) object.refuse(std::move(*error));
        survey.triggers.push_back(std::move(trigger));
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
    object.refuse(given ? "expires" : "delay", "the delay of " + json::number_text(delay) +
                                                   " s does not end before the trigger expires, after " +
                                                   json::number_text(expires) + " s" + (given ? "" : " by default"));
}

void read_waits(json::Object& object, Survey& survey) {
    const json::Value* value = object.object("wait", false);
    if (value == nullptr) return;
    json::Object waits(*value, object.path_of("wait"), json::Reading::strict);
    read_description(waits);
    survey.waits.answered = read_wait(waits, "answered");
    survey.waits.dismissed = read_wait(waits, "dismissed");
    survey.waits.shown = read_wait(waits, "shown");
    if (auto error = waits.finish()) object.refuse(std::move(*error));
}

void read_sample(json::Object& object, Survey& survey) {
    Sample& sample = survey.sample;
    const std::size_t by_kind = survey.kind == Kind::relationship ? 0 : 1;
    sample.salt = survey.key();
    sample.by = static_cast<SampleBy>(by_kind);
    const json::Value* value = object.object("sample", false);
    if (value == nullptr) return;
    json::Object rule(*value, object.path_of("sample"), json::Reading::strict);
    read_description(rule);
    const double percent = rule.number("percent", 0, 100, 100);
    if (!three_decimals(percent)) rule.refuse("percent", "must have at most three decimals");
    sample.threshold = static_cast<std::uint32_t>(std::llround(percent * 1000));
    sample.salt = rule.text("salt", {.min_bytes = 1, .max_bytes = 100}, sample.salt);
    sample.by = static_cast<SampleBy>(rule.choice("by", {"person", "occasion"}, by_kind));
    if (auto error = rule.finish()) object.refuse(std::move(*error));
}

}  // namespace candor::survey
