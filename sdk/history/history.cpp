#include "history/history.hpp"

#include <algorithm>
#include <utility>

namespace candor::history {

namespace {

// Moves an instant that lies in the future to now. Returns whether it did.
[[gnu::noinline]] bool settle(Instant& instant, Instant now) {
    if (instant <= now) return false;
    instant = now;
    return true;
}

bool settle(std::optional<Instant>& instant, Instant now) { return instant && settle(*instant, now); }

using Mark = std::optional<Instant> SurveyRecord::*;
constexpr Mark kMarks[] = {&SurveyRecord::shown, &SurveyRecord::dismissed, &SurveyRecord::snoozed,
                           &SurveyRecord::answered};

bool settle(SurveyRecord& record, Instant now) {
    bool moved = false;
    for (const Mark mark : kMarks) moved |= settle(record.*mark, now);
    return moved;
}

bool settle(Counter& counter, Instant now) {
    bool moved = false;
    for (Instant& instant : counter.recent) moved |= settle(instant, now);
    return moved;
}

// The delay keeps its length: what was met "tomorrow" is met now, and due and expired as long after as before.
bool settle(Pending& pending, Instant now) {
    if (pending.met <= now) return false;
    const Span to_due = elapsed(pending.met, pending.due);
    const Span to_expiry = elapsed(pending.met, pending.expires);
    pending.met = now;
    pending.due = later(now, to_due);
    pending.expires = later(now, to_expiry);
    return true;
}

[[gnu::noinline]] std::int64_t sum(std::int64_t a, std::int64_t b) {
    return std::min(kMostCount, std::min(a, kMostCount) + std::min(b, kMostCount));
}

// A mark that is there is later than one that is not.
std::optional<Instant> later_of(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    return a < b ? b : a;
}

Counter& counter_of(Person& person, const String& clause) {
    for (Counter& counter : person.counters) {
        if (counter.clause == clause) return counter;
    }
    Counter& counter = person.counters.emplace_back();
    counter.clause = clause;
    return counter;
}

SurveyRecord* find_record(Person& person, const String& survey) {
    return const_cast<SurveyRecord*>(find_record(std::as_const(person), survey));
}

// Which of two waves is the later one cannot be seen from their names, but from when something last happened.
void merge_wave(SurveyRecord& into, const SurveyRecord& from) {
    const bool same = into.wave == from.wave;
    if (same) {
        into.prompts = sum(into.prompts, from.prompts);
        if (from.reached <= into.reached) return;
    } else {
        if (last_mark(from) <= last_mark(into)) return;
        into.wave = from.wave;
        into.prompts = from.prompts;
    }
    into.reached = from.reached;
    into.touchpoint = from.touchpoint;
}

void merge_record(Person& into, const SurveyRecord& from) {
    SurveyRecord* known = find_record(into, from.survey);
    if (known == nullptr) {
        into.surveys.emplace_back() = from;
        return;
    }
    merge_wave(*known, from);
    for (const Mark mark : kMarks) known->*mark = later_of(known->*mark, from.*mark);
}

void merge_pending(Person& into, const Pending& from) {
    auto* open = const_cast<Pending*>(find_pending(into, from.survey, from.wave));
    if (open == nullptr) {
        into.pending.emplace_back() = from;
    } else if (from.met > open->met) {
        *open = from;
    }
}

void merge_sessions(Person& into, const Person& anonymous) {
    if (anonymous.sessions == 0) return;
    if (into.sessions == 0) {
        into.sessions = anonymous.sessions;
        into.first_seen = anonymous.first_seen;
        into.last_call = anonymous.last_call;
        into.session_began = anonymous.session_began;
        return;
    }
    // Somebody who signs out and in again is still in the session that they were in.
    const bool went_on = elapsed(into.last_call, anonymous.first_seen) < kSessionGap;
    into.sessions = sum(into.sessions, anonymous.sessions - (went_on ? 1 : 0));
    if (!went_on || anonymous.sessions > 1) {
        into.session_began = std::max(into.session_began, anonymous.session_began);
    }
    into.first_seen = std::min(into.first_seen, anonymous.first_seen);
    into.last_call = std::max(into.last_call, anonymous.last_call);
}

// The days of both, of which the last of one may be the first of the other.
void merge_days(Person& into, const Person& anonymous) {
    const bool shared = anonymous.active_days > 0 && into.active_days > 0 && anonymous.active_day == into.active_day;
    into.active_days = sum(into.active_days, anonymous.active_days - (shared ? 1 : 0));
    into.active_day = std::max(into.active_day, anonymous.active_day);
}

void merge_version(Person& into, const Person& anonymous) {
    if (anonymous.version.empty()) return;
    uses_version(into, anonymous.version);
    into.updates = sum(into.updates, anonymous.updates);
}

// Of two runs of instants the latest, in their order.
void merge_recent(List<Instant>& into, const List<Instant>& from) {
    const std::size_t most = std::max(into.size(), from.size());
    for (const Instant instant : from) {
        into.push_back(instant);
        for (Instant* at = into.end() - 1; at != into.begin() && at[-1] > at[0]; --at) std::swap(at[-1], at[0]);
    }
    while (into.size() > most) into.erase(into.begin());
}

void add_prompt(List<PromptMark>& into, const PromptMark& mark) {
    into.push_back(mark);
    for (PromptMark* at = into.end() - 1; at != into.begin() && at[-1].at > at[0].at; --at) std::swap(at[-1], at[0]);
    if (into.size() > kMostPrompts) into.erase(into.begin());
}

}  // namespace

std::string_view name(Reached reached) {
    constexpr const char* kNames[] = {"nothing", "possible", "sampled", "shown", "snoozed", "dismissed", "answered"};
    return kNames[static_cast<std::size_t>(reached)];
}

bool settle_clock(Person& person, Instant now) {
    const bool looked = person.settled.at <= now;
    person.settled.at = now;
    if (looked) return false;
    bool moved = settle(person.first_seen, now);
    moved |= settle(person.session_began, now);
    for (Counter& counter : person.counters) moved |= settle(counter, now);
    settle(person.last_call, now);
    for (SurveyRecord& record : person.surveys) moved |= settle(record, now);
    for (PromptMark& mark : person.prompts) moved |= settle(mark.at, now);
    for (Pending& pending : person.pending) moved |= settle(pending, now);
    if (person.claim) moved |= settle(person.claim->at, now);
    if (person.running) {
        moved |= settle(person.running->shown, now);
        moved |= settle(person.running->touched, now);
    }
    return moved;
}

void begin_session(Person& person, Instant at) {
    const bool first = person.sessions == 0;
    if (first) person.first_seen = at;
    person.sessions = sum(person.sessions, 1);
    person.session_began = at;
    person.last_call = first ? at : std::max(person.last_call, at);
}

bool touch(Person& person, Instant at) {
    if (person.sessions == 0 || elapsed(person.last_call, at) >= kSessionGap) {
        begin_session(person, at);
        return true;
    }
    called(person, at);
    return false;
}

void called(Person& person, Instant at) { person.last_call = std::max(person.last_call, at); }

const Counter& count(Person& person, const String& clause, Instant at, std::string_view scope, std::size_t remembered) {
    Counter& counter = counter_of(person, clause);
    if (counter.scope != scope) {
        counter.scope = scope;
        counter.count = 0;
    }
    counter.count = sum(counter.count, 1);
    if (remembered > 0) counter.recent.push_back(at);
    while (counter.recent.size() > remembered) counter.recent.erase(counter.recent.begin());
    return counter;
}

std::int64_t count(Person& person, const String& clause) { return count(person, clause, 0, {}, 0).count; }

const Counter* find_counter(const Person& person, std::string_view clause) {
    for (const Counter& counter : person.counters) {
        if (counter.clause == clause) return &counter;
    }
    return nullptr;
}

std::int64_t counted(const Person& person, std::string_view clause) {
    const Counter* counter = find_counter(person, clause);
    return counter != nullptr ? counter->count : 0;
}

bool active_on(Person& person, std::int64_t day) {
    // The day before again is a journey to the west; a day long before, the end of a clock that was ahead.
    const std::int64_t back = person.active_day - day;
    if (person.active_days > 0 && back >= 0 && back <= 2) return false;
    if (person.active_days == 0 || day > person.active_day) person.active_days = sum(person.active_days, 1);
    person.active_day = day;
    return true;
}

bool uses_version(Person& person, std::string_view version) {
    if (version.empty() || person.version == version) return false;
    if (!person.version.empty()) person.updates = sum(person.updates, 1);
    person.version = version;
    return true;
}

void shown(Person& person, SurveyRecord& record, Instant at, bool transactional) {
    record.shown = at;
    record.prompts = sum(record.prompts, 1);
    add_prompt(person.prompts, {at, transactional});
}

SurveyRecord& record_of(Person& person, const String& survey, const String& wave) {
    SurveyRecord* record = find_record(person, survey);
    if (record == nullptr) {
        record = &person.surveys.emplace_back();
        record->survey = survey;
    }
    if (record->wave != wave) {
        record->wave = wave;
        record->reached = Reached::nothing;
        record->touchpoint.clear();
        record->prompts = 0;
    }
    return *record;
}

const SurveyRecord* find_record(const Person& person, const String& survey) {
    for (const SurveyRecord& record : person.surveys) {
        if (record.survey == survey) return &record;
    }
    return nullptr;
}

const Pending* find_pending(const Person& person, const String& survey, const String& wave) {
    for (const Pending& pending : person.pending) {
        if (pending.survey == survey && pending.wave == wave) return &pending;
    }
    return nullptr;
}

std::optional<Instant> last_mark(const SurveyRecord& record) {
    std::optional<Instant> last;
    for (const Mark mark : kMarks) last = later_of(last, record.*mark);
    return last;
}

std::optional<Rise> reach(SurveyRecord& record, Reached reached, const String& touchpoint) {
    if (reached <= record.reached) return std::nullopt;
    Rise rise{record.reached, reached, std::move(record.touchpoint)};
    record.reached = reached;
    record.touchpoint = touchpoint;
    return rise;
}

void merge(Person& into, const Person& anonymous) {
    into.settled = {};
    for (const Counter& from : anonymous.counters) {
        Counter& counter = counter_of(into, from.clause);
        if (counter.scope != from.scope) counter.count = 0;  // of another session or version
        counter.scope = from.scope;
        counter.count = sum(counter.count, from.count);
        merge_recent(counter.recent, from.recent);
    }
    merge_sessions(into, anonymous);
    merge_days(into, anonymous);
    merge_version(into, anonymous);
    for (const PromptMark& mark : anonymous.prompts) add_prompt(into.prompts, mark);
    for (const SurveyRecord& from : anonymous.surveys) merge_record(into, from);
    for (const Pending& from : anonymous.pending) merge_pending(into, from);
    if (anonymous.claim && (!into.claim || anonymous.claim->at > into.claim->at)) into.claim = anonymous.claim;
    if (anonymous.running && (!into.running || anonymous.running->touched > into.running->touched)) {
        into.running = anonymous.running;
    }
}

List<String> remember(Install& install, const String& id, Instant now) {
    PersonMark* mine = nullptr;
    for (PersonMark& mark : install.persons) {
        settle(mark.last_seen, now);
        if (mark.id == id) mine = &mark;
    }
    if (mine == nullptr) {
        mine = &install.persons.emplace_back();
        mine->id = id;
    }
    mine->last_seen = now;
    List<String> forgotten;
    while (install.persons.size() > kMostPersons) {
        PersonMark* oldest = nullptr;
        for (PersonMark& mark : install.persons) {
            if (mark.id == id || mark.id == install.current) continue;
            if (oldest == nullptr || mark.last_seen < oldest->last_seen) oldest = &mark;
        }
        if (oldest == nullptr) break;
        forgotten.push_back(std::move(oldest->id));
        install.persons.erase(install.persons.begin() + (oldest - install.persons.data()));
    }
    return forgotten;
}

}  // namespace candor::history
