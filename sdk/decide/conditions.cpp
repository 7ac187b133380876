#include "decide/conditions.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace candor::decide {

namespace {

using survey::ContextValue;
using survey::Test;
using Type = Seen::Type;

Seen text_seen(std::string_view text) {
    Seen seen;
    if (!text.empty()) seen.type = Type::text;
    seen.text = text;
    return seen;
}

Seen number_seen(double number, Type type = Type::number) {
    Seen seen;
    seen.type = type;
    seen.number = number;
    return seen;
}

Seen instant_seen(Instant instant) {
    Seen seen;
    seen.type = Type::instant;
    seen.instant = instant;
    return seen;
}

Seen member_seen(const json::Members* members, std::string_view key) {
    if (members == nullptr) return {};
    for (const json::Member& member : *members) {
        if (member.first == key) return seen(member.second);
    }
    return {};
}

Seen context_seen(ContextValue value, const history::Person& person, const Profile& profile) {
    const String* const texts[] = {&person.id,      &profile.app_version, &profile.os_version, &profile.platform,
                                   &profile.locale, &profile.country,     &profile.device};
    const bool began = person.sessions > 0;
    switch (value) {
        case ContextValue::person: return person.anonymous ? Seen{} : text_seen(person.id);
        case ContextValue::is_update:
            return profile.app_version.empty() ? Seen{} : number_seen(person.updates > 0 ? 1 : 0, Type::flag);
        case ContextValue::first_seen: return began ? instant_seen(person.first_seen) : Seen{};
        case ContextValue::sessions: return number_seen(static_cast<double>(person.sessions));
        case ContextValue::active_days: return number_seen(static_cast<double>(person.active_days));
        default: return text_seen(*texts[static_cast<std::size_t>(value)]);
    }
}

// A text as RFC 3339 has them, or a number of milliseconds since 1970.
bool instant_of(const Seen& seen, Instant& out) {
    constexpr double kMost = 9007199254740992.0;
    if (seen.type == Type::instant) {
        out = seen.instant;
    } else if (seen.type == Type::number && seen.number > -kMost && seen.number < kMost) {
        out = static_cast<Instant>(seen.number);
    } else if (const auto read = seen.type == Type::text ? parse_rfc3339(seen.text) : std::nullopt) {
        out = *read;
    } else {
        return false;
    }
    return true;
}

// ---- tests ----

Outcome outcome(bool passes) { return passes ? Outcome::yes : Outcome::no; }

Outcome equal(const Seen& seen, const Seen& other) {
    if (other.type != seen.type) return Outcome::wrong_type;
    return outcome(seen.type == Type::text ? seen.text == other.text : seen.number == other.number);
}

Outcome unequal(const Seen& seen, const Seen& operand) {
    const Outcome same = equal(seen, operand);
    return same == Outcome::wrong_type ? same : outcome(same == Outcome::no);
}

Outcome in(const Seen& value, const json::Value& operands) {
    Outcome best = Outcome::wrong_type;
    for (const json::Value& operand : operands.array()) {
        const Outcome same = equal(value, seen(operand));
        if (same == Outcome::yes) return same;
        if (same == Outcome::no) best = same;
    }
    return best;
}

Outcome ordered(Test test, const Seen& seen, double wanted) {
    if (seen.type != Type::number) return Outcome::wrong_type;
    switch (test) {
        case Test::lt: return outcome(seen.number < wanted);
        case Test::lte: return outcome(seen.number <= wanted);
        case Test::gt: return outcome(seen.number > wanted);
        default: return outcome(seen.number >= wanted);
    }
}

Outcome part(Test test, const Seen& seen, std::string_view wanted) {
    if (seen.type != Type::text) return Outcome::wrong_type;
    if (test == Test::starts_with) return outcome(seen.text.starts_with(wanted));
    if (test == Test::ends_with) return outcome(seen.text.ends_with(wanted));
    return outcome(seen.text.find(wanted) != std::string_view::npos);
}

Outcome version(Test test, const Seen& seen, std::string_view wanted) {
    int order = 0;
    if (seen.type != Type::text || !survey::compare_versions(seen.text, wanted, order)) return Outcome::wrong_type;
    switch (test) {
        case Test::semver_eq: return outcome(order == 0);
        case Test::semver_lt: return outcome(order < 0);
        case Test::semver_lte: return outcome(order <= 0);
        case Test::semver_gt: return outcome(order > 0);
        default: return outcome(order >= 0);
    }
}

Outcome timed(Test test, const Seen& seen, std::int64_t wanted, Instant now) {
    Instant instant = 0;
    if (!instant_of(seen, instant)) return Outcome::wrong_type;
    if (test == Test::before) return outcome(instant < wanted);
    if (test == Test::after) return outcome(instant > wanted);
    return outcome(instant <= now && elapsed(instant, now) < wanted);
}

Outcome test(const Leaf& leaf, const Seen& seen, Instant now) {
    const Test test = leaf.of->test;
    const Seen& operand = leaf.operand;
    switch (test) {
        case Test::eq: return equal(seen, operand);
        case Test::ne: return unequal(seen, operand);
        case Test::in: return in(seen, leaf.of->operand);
        case Test::exists: return outcome(operand.number != 0);
        case Test::lt:
        case Test::lte:
        case Test::gt:
        case Test::gte: return ordered(test, seen, operand.number);
        case Test::contains:
        case Test::starts_with:
        case Test::ends_with: return part(test, seen, operand.text);
        case Test::before:
        case Test::after:
        case Test::within_days: return timed(test, seen, leaf.of->operand.integer(), now);
        default: return version(test, seen, operand.text);
    }
}

Outcome test(const Leaf& leaf, const Values& values) {
    const Seen value = seen(leaf, values);
    if (value.type != Type::missing) return test(leaf, value, values.now);
    return leaf.of->test == Test::exists && leaf.operand.number == 0 ? Outcome::missing_passes : Outcome::missing;
}

Outcome remembered(std::uint32_t leaf, const Values& values) {
    if (values.outcomes == nullptr) return test(values.prepared.leaves()[leaf], values);
    Outcome& outcome = values.outcomes[leaf];
    if (outcome == Outcome::unknown) outcome = test(values.prepared.leaves()[leaf], values);
    return outcome;
}

bool leaf_passes(std::uint32_t at, const Values& values, Settled& settled) {
    const Outcome outcome = remembered(values.prepared.nodes()[at].leaf, values);
    settled = {at, outcome};
    return outcome == Outcome::yes || outcome == Outcome::missing_passes;
}

}  // namespace

List<Seen> seen(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    static const Profile kNobody;
    const Profile& profile = situation.profile != nullptr ? *situation.profile : kNobody;
    List<Seen> all(prepared.slots().size());
    for (const json::Member& attribute : profile.attributes) {
        for (const Prepared::Entry& entry : prepared.at(Prepared::Sort::attribute, attribute.first)) {
            all[entry.where] = seen(attribute.second);
        }
    }
    Seen* out = all.data();
    for (const Slot& slot : prepared.slots()) {
        switch (slot.source) {
            case survey::Source::context: *out = context_seen(slot.context, person, profile); break;
            case survey::Source::event:
                *out = number_seen(static_cast<double>(history::counted(person, slot.key)));
                break;
            default: break;
        }
        ++out;
    }
    return all;
}

// An empty text of the host's is a text; null and lists are nothing that can be tested.
Seen seen(const json::Value& value) {
    Seen seen;
    switch (value.type()) {
        case json::Type::text: seen.type = Type::text; break;
        case json::Type::boolean: return number_seen(value.boolean() ? 1 : 0, Type::flag);
        case json::Type::integer:
        case json::Type::number: return number_seen(value.number());
        default: break;
    }
    seen.text = value.text();
    return seen;
}

Seen seen(const Leaf& leaf, const Values& values) {
    if (leaf.slot != kNoNode) return values.slots[leaf.slot];
    return member_seen(values.properties, leaf.of->name);
}

bool passes(std::uint32_t at, const Values& values, Settled& settled) {
    const Node* const nodes = values.prepared.nodes();
    const Node& node = nodes[at];
    if (node.test > Test::not_) return leaf_passes(at, values, settled);
    if (node.test == Test::not_) return !passes(at + 1, values, settled);
    const bool any = node.test == Test::any;
    for (std::uint32_t child = at + 1; child < node.end;) {
        // Most are leaves: without another call, and without looking where the next is.
        if (nodes[child].test > Test::not_) {
            if (leaf_passes(child, values, settled) == any) return any;
            ++child;
        } else {
            if (passes(child, values, settled) == any) return any;
            child = nodes[child].end;
        }
    }
    return !any;
}

Failing Settled::failing() const {
    if (outcome == Outcome::wrong_type) return Failing::wrong_type;
    return outcome == Outcome::no || outcome == Outcome::yes ? Failing::compared : Failing::missing;
}

Instant next_turn(std::uint32_t node, const Values& values) {
    Instant first = kNever;
    if (!values.prepared.nodes()[node].turns) return first;
    const std::uint32_t end = values.prepared.nodes()[node].end;
    for (; node < end; ++node) {
        if (values.prepared.nodes()[node].test != Test::within_days) continue;
        const Leaf& leaf = values.prepared.leaves()[values.prepared.nodes()[node].leaf];
        Instant instant = 0;
        if (!instant_of(seen(leaf, values), instant)) continue;
        for (const Instant turn : {instant, later(instant, leaf.of->operand.integer())}) {
            if (turn > values.now) first = std::min(first, turn);
        }
    }
    return first;
}

}  // namespace candor::decide
