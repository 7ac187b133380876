#include "base/text.hpp"
#include "survey/read.hpp"

namespace candor::survey {
namespace {

constexpr std::uint32_t kMostSeconds = 86'400;
constexpr const char* kWeekdays = "mon|tue|wed|thu|fri|sat|sun";

// "22:00"
bool read_clock(std::string_view text, Span& out) {
    if (text.size() != 5 || text[2] != ':') return false;
    const auto two = [&](std::size_t at) {
        const int tens = text[at] - '0', ones = text[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 99 : tens * 10 + ones;
    };
    out = two(0) * kHour + two(3) * kMinute;
    return two(0) < 24 && two(3) < 60;
}

void read_hour(json::Object& object, const char* key, Span& out) {
    const String* text = object.find_text(key, {.max_bytes = 64, .optional = false});
    if (text != nullptr && !read_clock(*text, out)) object.refuse(key, R"(must be a time of day as "22:00")");
}

void read_quiet_hours(json::Object& object, Pacing& pacing) {
    json::Object hours(object, "quiet_hours", json::Reading::strict);
    if (!hours.given()) return;
    Hours& quiet = pacing.quiet.emplace();
    read_hour(hours, "from", quiet.from);
    read_hour(hours, "to", quiet.to);
    if (hours.ok() && quiet.from == quiet.to) hours.refuse("to", R"(is the same as "from": that is no time at all)");
    hours.finish(object);
}

void read_weekdays(json::Object& object, Pacing& pacing) {
    const json::Value* days = object.array("weekdays", false, 7);
    if (days == nullptr) return;
    for (const json::Value& day : days->array()) {
        const std::size_t found = find_part(kWeekdays, '|', day.text());
        if (found == kNoPart)
            return object.refuse("weekdays", R"(must be of "mon", "tue", "wed", "thu", "fri", "sat", "sun")");
        pacing.days |= 1u << found;
    }
    if (pacing.days == 0) object.refuse("weekdays", "must not be empty");
}

constexpr Field kPacingFields[] = {
    row::days("first_seen_days", CANDOR_AT(Pacing, first_seen), kMostDays),
    row::count("sessions", CANDOR_AT(Pacing, sessions), kMostCount, 0),
    row::count("active_days", CANDOR_AT(Pacing, active_days), kMostCount, 0),
    row::seconds("session_seconds", CANDOR_AT(Pacing, session), kMostSeconds),
    row::seconds("idle_seconds", CANDOR_AT(Pacing, idle), kMostSeconds),
    row::count("prompts", CANDOR_AT(Pacing, prompts), kMostCount, kFromOne),
    row::flag("until_answered", CANDOR_AT(Pacing, until_answered)),
    row::check<Pacing, read_quiet_hours>(),
    row::check<Pacing, read_weekdays>(),
};

// ---- the budget ----

void check_cap(json::Object& object, const Cap& cap) {
    if (cap.prompts > 0 && !cap.window) object.refuse("days", R"(is missing: "prompts" in how many days)");
    if (cap.window && cap.prompts == 0) object.refuse("prompts", R"(is missing: how many in "days")");
}

void check_one(json::Object& object, Cap& cap) { check_cap(object, cap); }
void check_all(json::Object& object, Budget& budget) { check_cap(object, budget.all); }

constexpr Field kCapFields[] = {
    row::count("prompts", CANDOR_AT(Cap, prompts), kMostCapped, kFromOne),
    row::days("days", CANDOR_AT(Cap, window), kMostDays, kFromOne),
    row::days("gap_days", CANDOR_AT(Cap, gap), kMostDays),
    row::check<Cap, check_one>(),
};
constexpr RecordOf<Cap> kCap(kCapFields, kRules);

constexpr Field kBudgetFields[] = {
    row::count("prompts", CANDOR_AT(Budget, all.prompts), kMostCapped, kFromOne),
    row::days("days", CANDOR_AT(Budget, all.window), kMostDays, kFromOne),
    row::days("gap_days", CANDOR_AT(Budget, all.gap), kMostDays),
    row::check<Budget, check_all>(),
    row::object("relationship", CANDOR_AT(Budget, relationship), kCap),
    row::object("transactional", CANDOR_AT(Budget, transactional), kCap),
};

}  // namespace

constinit const RecordOf<Pacing> kPacing(kPacingFields, kRules);
constinit const RecordOf<Budget> kBudget(kBudgetFields, kRules);

}  // namespace candor::survey
