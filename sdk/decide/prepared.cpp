#include <algorithm>
#include <cstring>
#include <utility>

#include "base/order.hpp"
#include "base/text.hpp"
#include "decide/decide.hpp"
#include "decide/rules.hpp"

namespace candor::decide {

namespace {

// Eight bytes a step.
std::uint32_t hash_of(std::string_view text) {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15u;  // odd, its bits as if by chance
    std::uint64_t hash = text.size(), bytes = 0;
    for (; text.size() >= sizeof bytes; text.remove_prefix(sizeof bytes)) {
        std::memcpy(&bytes, text.data(), sizeof bytes);
        hash = (hash ^ bytes) * kFactor;
        hash ^= hash >> 32;
    }
    bytes = 0;
    for (const char c : text) bytes = bytes << 8 | static_cast<unsigned char>(c);
    hash = (hash ^ bytes) * kFactor;
    return static_cast<std::uint32_t>(hash >> 32);
}

bool less(const Prepared::Entry& a, const Prepared::Entry& b) {
    if (a.sort != b.sort) return a.sort < b.sort;
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = a.first.compare(b.first);
    return order != 0 ? order < 0 : a.second < b.second;
}

// What is compared with a list is not looked into.
bool same(const Seen& a, const Seen& b) {
    return a.type == b.type && a.type != Seen::Type::missing && a.number == b.number && a.text == b.text;
}

RuleSet rules_of(const survey::Survey& s, const survey::Budget& budget) {
    const survey::Pacing& pacing = s.pacing;
    const survey::Cap& of_kind = budget.of(s.kind);
    // By Rule.
    const bool has[kRules] = {
        true,                                           // supported
        true,                                           // enabled
        s.starts != 0,                                  // started
        s.ends != kNever,                               // ended
        s.every > 0,                                    // turn
        true,                                           // trigger
        s.delay > 0,                                    // delay
        true,                                           // expiry
        s.population.given(),                           // population
        s.targeting.given(),                            // targeting
        pacing.first_seen.has_value(),                  // first_seen
        pacing.sessions > 0,                            // sessions
        pacing.active_days > 0,                         // active_days
        pacing.session > 0,                             // session_time
        s.waits.answered.has_value(),                   // wait_answered
        s.waits.dismissed.has_value(),                  // wait_dismissed
        s.waits.snoozed.has_value(),                    // wait_snoozed
        s.waits.shown.has_value(),                      // wait_shown
        pacing.prompts > 0,                             // prompts
        pacing.until_answered,                          // until_answered
        pacing.quiet.has_value(),                       // quiet_hours
        pacing.days != 0,                               // weekday
        budget.all.prompts > 0 || of_kind.prompts > 0,  // budget
        budget.all.gap || of_kind.gap,                  // gap
        s.sample.threshold<kEverybody,                  // sample
                           true,                        // one_at_a_time
                           true,                        // claim
                           true,                        // busy
                           pacing.idle> 0,              // idle
        true,                                           // hidden
        true,                                           // consent
        true,                                           // queue
    };
    RuleSet rules;
    for (std::uint8_t i = 0; i < kRules; ++i) {
        if (has[i]) rules.add(static_cast<Rule>(i));
    }
    return rules;
}

std::size_t number_of(RuleSet rules) { return static_cast<std::size_t>(__builtin_popcount(rules.bits())); }

}  // namespace

[[gnu::noinline]] Prepared::Entry& Prepared::add(Sort sort, std::string_view first, std::string_view second,
                                                 const survey::Survey* survey, const survey::Trigger* trigger) {
    Entry& entry = entries_.emplace_back();
    entry.sort = sort;
    // Patterns are looked through, in the order of their texts.
    if (sort != Sort::pattern) entry.hash = hash_of(first);
    entry.first = first;
    entry.second = second;
    entry.survey = survey;
    entry.trigger = trigger;
    return entry;
}

void Prepared::sort() {
    Indices order = candor::counted(entries_.size());
    sort_indices(order, [this](std::uint32_t a, std::uint32_t b) { return less(entries_[a], entries_[b]); });
    List<Entry> sorted;
    for (const std::uint32_t index : order) sorted.emplace_back() = entries_[index];
    entries_.swap(sorted);
    for (std::size_t i = 0; i < entries_.size(); ++i) ends_[static_cast<std::size_t>(entries_[i].sort)] = i + 1;
    for (std::size_t i = 1; i < kSorts; ++i) ends_[i] = std::max(ends_[i], ends_[i - 1]);
}

// The slot of the value that a test looks at; many tests share few values.
std::uint32_t Prepared::slot_of(const survey::Condition& condition) {
    const bool event = condition.source == survey::Source::event;
    String key = event ? joined({"event:", condition.name}) : condition.name;
    std::uint32_t at = 0;
    for (const Slot& slot : slots_) {
        if (slot.source == condition.source && slot.context == condition.context && slot.key == key) return at;
        ++at;
    }
    Slot& slot = slots_.emplace_back();
    slot.source = condition.source;
    slot.context = condition.context;
    slot.key = std::move(key);
    return at;
}

// Many surveys ask for the same of a person: it is tested once for all.
std::uint32_t Prepared::leaf_of(const survey::Condition& condition) {
    Leaf wanted;
    wanted.of = &condition;
    wanted.operand = seen(condition.operand);
    const bool has_slot = condition.source != survey::Source::property;
    if (has_slot) wanted.slot = slot_of(condition);
    constexpr std::size_t kLookedBack = 256;  // a hostile document has any number of different ones
    std::uint32_t at = 0;
    if (leaves_.size() > kLookedBack) at = static_cast<std::uint32_t>(leaves_.size() - kLookedBack);
    for (; at < leaves_.size(); ++at) {
        const Leaf& leaf = leaves_[at];
        if (has_slot && leaf.slot == wanted.slot && leaf.of->test == condition.test &&
            same(leaf.operand, wanted.operand)) {
            return at;
        }
    }
    leaves_.push_back(wanted);
    return at;
}

std::uint32_t Prepared::compile(const survey::Condition& condition) {
    if (!condition.given()) return kNoNode;
    const auto at = static_cast<std::uint32_t>(nodes_.size());
    Node node;
    node.test = condition.test;
    node.turns = condition.test == survey::Test::within_days;
    if (condition.test > survey::Test::not_) node.leaf = leaf_of(condition);
    nodes_.push_back(node);
    for (const survey::Condition& inner : condition.of) {
        const std::uint32_t child = compile(inner);
        if (child != kNoNode) node.turns |= nodes_[child].turns;
    }
    node.end = static_cast<std::uint32_t>(nodes_.size());
    nodes_[at] = node;
    return at;
}

void Prepared::add_trigger(const survey::Survey& survey, const survey::Trigger& trigger, bool takes_part) {
    const bool session = trigger.kind == survey::TriggerKind::session;
    Sort sort = static_cast<Sort>(trigger.kind);
    if (trigger.match != survey::Match::exact) sort = Sort::pattern;
    if (!session) add(Sort::clause, trigger.clause, trigger.name, &survey, &trigger);
    if (takes_part) add(sort, trigger.name, trigger.clause, &survey, &trigger).where = compile(trigger.where);
    for (const survey::Companion& companion : trigger.companions) {
        add(Sort::clause, companion.clause, companion.name, &survey, &trigger);
        if (takes_part) add(sort, companion.name, companion.clause, &survey, &trigger);
    }
}

void Prepared::add_survey(const survey::Survey& survey) {
    const bool takes_part = survey.enabled && !survey.unsupported;
    add(Sort::survey, survey.id, survey.wave, &survey);
    for (const survey::Trigger& trigger : survey.triggers) add_trigger(survey, trigger, takes_part);
    if (takes_part) {
        for (const String& event : survey.cancel) add(Sort::event, event, "", &survey);
        if (survey.control.threshold > 0) add(Sort::session, "", "", &survey);
    }
    Plan& plan = plans_.emplace_back();
    plan.rules = rules_of(survey, document_->budget);
    trace_size_ += number_of(plan.rules);
    if (!takes_part) return;
    plan.population = compile(survey.population);
    plan.targeting = compile(survey.targeting);
}

// What conditions look up by name: attributes, and events, which are counted whatever survey it is for.
void Prepared::add_slots() {
    std::uint32_t at = 0;
    for (const Slot& slot : slots_) {
        const std::string_view key = slot.key;
        if (slot.source == survey::Source::attribute) add(Sort::attribute, key, "", nullptr).where = at;
        ++at;
        if (slot.source != survey::Source::event) continue;
        add(Sort::event, key.substr(key.find(':') + 1), key, nullptr);
        add(Sort::clause, key, "", nullptr);
    }
}

Prepared::Prepared(Shared<const survey::Document> document) : document_(std::move(document)) {
    for (const survey::Survey& survey : document_->surveys) add_survey(survey);
    add_slots();
    sort();
}

std::span<const Prepared::Entry> Prepared::all(Sort sort) const {
    const auto at = static_cast<std::size_t>(sort);
    const std::size_t before = at > 0 ? ends_[at - 1] : 0;
    return {entries_.data() + before, ends_[at] - before};
}

std::span<const Prepared::Entry> Prepared::at(Sort sort, std::string_view name) const {
    const std::uint32_t hash = hash_of(name);
    const std::span<const Entry> sorted = all(sort);
    const Entry* begin = sorted.data();
    const Entry* const last = begin + sorted.size();
    for (std::size_t count = sorted.size(); count > 0;) {
        const std::size_t half = count / 2;
        const bool after = begin[half].hash < hash;
        begin = after ? begin + half + 1 : begin;
        count = after ? count - half - 1 : half;
    }
    while (begin != last && begin->hash == hash && begin->first != name) ++begin;  // another text of that hash
    if (begin == last || begin->hash != hash) return {};
    const Entry* end = begin + 1;
    while (end != last && end->hash == hash && end->first == name) ++end;
    return {begin, end};
}

bool Prepared::waits_for_screen(std::string_view name) const {
    if (!at(Sort::screen, name).empty()) return true;
    for (const Entry& entry : patterns()) {
        if (matches(*entry.trigger, name)) return true;
    }
    return false;
}

const survey::Survey* Prepared::find(std::string_view survey, std::string_view wave, Instant now) const {
    for (const Entry& entry : at(Sort::survey, survey)) {
        if (is_wave(*entry.survey, wave, now)) return entry.survey;
    }
    return nullptr;
}

Shared<const Prepared> prepare(Shared<const survey::Document> document) {
    return make_shared<const Prepared>(std::move(document));
}

}  // namespace candor::decide
