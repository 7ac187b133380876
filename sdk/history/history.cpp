#include "history/history.hpp"

#include <algorithm>
#include <utility>

namespace candor::history {

namespace {

// Moves an instant that lies in the future to now. Returns whether it did.
bool settle(Instant& instant, Instant now) {
    if (instant <= now) return false;
    instant = now;
    return true;
}

bool settle(std::optional<Instant>& instant, Instant now) { return instant && settle(*instant, now); }

bool settle(SurveyRecord& record, Instant now) {
    bool moved = settle(record.shown, now);
    moved |= settle(record.dismissed, now);
    moved |= settle(record.answered, now);
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

std::int64_t sum(std::int64_t a, std::int64_t b) {
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
    known->shown = later_of(known->shown, from.shown);
    known->dismissed = later_of(known->dismissed, from.dismissed);
    known->answered = later_of(known->answered, from.answered);
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

}  // namespace

std::string_view name(Reached reached) {
    constexpr const char* kNames[] = {"nothing", "possible", "sampled", "shown", "snoozed", "dismissed", "answered"};
    return kNames[static_cast<std::size_t>(reached)];
}

bool settle_clock(Person& person, Instant now) {
    bool moved = settle(person.first_seen, now);
    moved |= settle(person.session_began, now);
    settle(person.last_call, now);
    for (SurveyRecord& record : person.surveys) moved |= settle(record, now);
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

std::int64_t count(Person& person, const String& clause) {
    Counter& counter = counter_of(person, clause);
    return counter.count = sum(counter.count, 1);
}

std::int64_t counted(const Person& person, const String& clause) {
    for (const Counter& counter : person.counters) {
        if (counter.clause == clause) return counter.count;
    }
    return 0;
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
    return later_of(record.shown, later_of(record.dismissed, record.answered));
}

std::optional<Rise> reach(SurveyRecord& record, Reached reached, const String& touchpoint) {
    if (reached <= record.reached) return std::nullopt;
    Rise rise{record.reached, reached, std::move(record.touchpoint)};
    record.reached = reached;
    record.touchpoint = touchpoint;
    return rise;
}

void merge(Person& into, const Person& anonymous) {
    for (const Counter& from : anonymous.counters) {
        Counter& counter = counter_of(into, from.clause);
        counter.count = sum(counter.count, from.count);
    }
    merge_sessions(into, anonymous);
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
