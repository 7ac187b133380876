#include "base/sha256.hpp"
#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostWindow = 30 * 86'400;  // s
constexpr std::size_t kMostCompanions = 10;

constexpr unsigned kName = kRequired | kFromOne | kOneLine;

// ---- what there is to wait for ----

constexpr Field kEvent[] = {row::text("event", CANDOR_AT(Trigger, name), kMostNameBytes, kName)};
constexpr Field kScreen[] = {
    row::text("screen", CANDOR_AT(Trigger, name), kMostNameBytes, kName),
    row::choice("match", CANDOR_AT(Trigger, match), "exact|prefix|glob"),
};
constexpr Field kSession[] = {
    row::count("session", CANDOR_AT(Trigger, at_least), kMostCount, kRequired | kFromOne),
};
constexpr Field kTurn[] = {row::yes("turn")};
constexpr Field kClick[] = {row::text("click", CANDOR_AT(Trigger, name), kMostNameBytes, kName)};
constexpr Field kExitIntent[] = {row::yes("exit_intent")};
constexpr Field kScroll[] = {row::count("scroll", CANDOR_AT(Trigger, threshold), 100, kRequired | kFromOne)};
constexpr Field kDwell[] = {row::count("dwell", CANDOR_AT(Trigger, threshold), 86'400, kRequired | kFromOne)};

// The first three are TriggerKind's; those after them become one of these.
constexpr Record kKinds[] = {kEvent, kScreen, kSession, kTurn, kClick, kExitIntent, kScroll, kDwell};
constexpr int kTurnKind = 3;
constexpr int kExitKind = 5;

// ---- how often ----

// Of a session the number itself is the count.
void read_count(json::Object& object, Trigger& trigger) {
    if (trigger.kind == TriggerKind::session) return;
    trigger.at_least = object.integer("count", 1, kMostCount, 1);
}

void read_companions(json::Object& object, Trigger& trigger) {
    const json::Value* list = object.array("with", false, kMostCompanions);
    if (list == nullptr) return;
    if (trigger.kind != TriggerKind::event || trigger.within != Within::window) {
        return object.refuse("with", R"(needs an "event", and "within" in seconds)");
    }
    if (trigger.at_least != 1 || trigger.every != 1) {
        return object.refuse("with", R"(cannot be counted: no "count", "every" or "once" beside it)");
    }
    for (const json::Value& name : list->array()) {
        const bool good = !name.text().empty() && name.text().size() <= kMostNameBytes;
        if (!good || name.text().starts_with('$')) return object.refuse("with", "must be names of events");
        Companion& companion = trigger.companions.emplace_back();
        companion.name = name.text();
        companion.clause = joined({"event:", name.text(), "~1"});
    }
}

void read_within(json::Object& object, Trigger& trigger) {
    const json::Value* within = object.any("within");
    if (within == nullptr) return;
    if (within->text() == "session" || within->text() == "version") {
        trigger.within = within->text() == "session" ? Within::session : Within::version;
    } else if (within->type() == json::Type::text) {
        object.refuse("within", R"(must be "session", "version" or a number of seconds)");
    } else {
        trigger.within = Within::window;
        trigger.window = object.integer("within", 1, kMostWindow) * kSecond;
        if (trigger.at_least > kMostInWindow) object.refuse("count", "within seconds is at most 50");
        if (trigger.every != 1) object.refuse("every", R"(and "once" are of counts that last: not within seconds)");
    }
}

void read_counting(json::Object& object, Trigger& trigger) {
    if (object.boolean("once", false)) {
        if (object.has("every")) object.refuse("once", R"(and "every" exclude each other)");
        trigger.every = 0;
    }
    if (trigger.kind == TriggerKind::session) return;
    read_within(object, trigger);
    read_companions(object, trigger);
    if (object.has("where") && trigger.kind != TriggerKind::event) object.refuse("where", "is for events");
    read_where(object, trigger.where);
}

// ---- names ----

// A sensor is an event of a name that says all that there is to say of it.
void name_sensor(Trigger& trigger, int kind) {
    trigger.touchpoint = joined({"$", kKinds[kind].fields->key});
    trigger.kind = kind == kTurnKind ? TriggerKind::session : TriggerKind::event;
    if (kind == kTurnKind) return;
    trigger.name = kind == kExitKind        ? trigger.touchpoint
                   : trigger.threshold == 0 ? joined({trigger.touchpoint, ":", trigger.name})
                                            : joined({trigger.touchpoint, ":", trigger.threshold});
}

void name_trigger(json::Object& object, Trigger& trigger) {
    const auto kind = static_cast<int>(trigger.kind);
    if (kind >= kTurnKind) {
        name_sensor(trigger, kind);
        return;
    }
    trigger.touchpoint = "$session";
    if (trigger.kind == TriggerKind::session) return;
    trigger.touchpoint = trigger.name;
    if (trigger.name.starts_with('$')) {
        object.refuse(kKinds[kind].fields->key, "names that begin with $ are reserved");
    }
}

// Equal clauses have equal keys, and others other ones: the counts of an earlier document are for the same.
void name_clause(json::Object& object, Trigger& trigger) {
    if (trigger.kind == TriggerKind::session) {
        trigger.clause = "session";
        return;
    }
    constexpr const char* kPrefixes[] = {"screen:", "screen^", "screen*"};
    const bool event = trigger.kind == TriggerKind::event;
    const char* prefix = event ? "event:" : kPrefixes[static_cast<std::size_t>(trigger.match)];
    trigger.clause = joined({prefix, trigger.name});
    if (const json::Value* where = object.value().find("where")) {
        trigger.clause = joined({trigger.clause, "?", sha256_hex(json::dump(*where), 12)});
    }
    if (trigger.within == Within::session) trigger.clause += "@session";
    if (trigger.within == Within::version) trigger.clause += "@version";
    if (trigger.within == Within::window) trigger.clause = joined({trigger.clause, "~", trigger.remembered()});
}

constexpr Field kTriggerFields[] = {
    row::by_key(CANDOR_AT(Trigger, kind), kKinds),
    row::check<Trigger, name_trigger>(),
    row::check<Trigger, read_count>(),
    row::count("every", CANDOR_AT(Trigger, every), kMostCount, kFromOne),
    row::check<Trigger, read_counting>(),
    row::check<Trigger, name_clause>(),
};
constexpr RecordOf<Trigger> kTrigger(kTriggerFields, kRules);

}  // namespace

constinit const ItemsOf<Trigger> kTriggers(kTrigger);

}  // namespace candor::survey
