#include "history/history.hpp"

#include <algorithm>
#include <array>

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

std::optional<Instant> later_of(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::max(*a, *b);
}

std::optional<Instant> last_mark(const SurveyRecord& record) {
    return later_of(record.shown, later_of(record.dismissed, record.answered));
}

// Which of two waves is the later one cannot be seen from their names, but from when something last happened.
void merge_wave(SurveyRecord& into, const SurveyRecord& from) {
    if (into.wave == from.wave) {
        into.prompts = sum(into.prompts, from.prompts);
        if (from.reached > into.reached) {
            into.reached = from.reached;
            into.touchpoint = from.touchpoint;
        }
    } else if (last_mark(from) > last_mark(into)) {
        into.wave = from.wave;
        into.reached = from.reached;
        into.touchpoint = from.touchpoint;
        into.prompts = from.prompts;
    }
}

void merge_records(Person& into, const Person& anonymous) {
    for (const SurveyRecord& from : anonymous.surveys) {
        const auto known = std::find_if(into.surveys.begin(), into.surveys.end(),
                                        [&](const SurveyRecord& r) { return r.survey == from.survey; });
        if (known == into.surveys.end()) {
            into.surveys.push_back(from);
            continue;
        }
        merge_wave(*known, from);
        known->shown = later_of(known->shown, from.shown);
        known->dismissed = later_of(known->dismissed, from.dismissed);
        known->answered = later_of(known->answered, from.answered);
    }
}

void merge_pending(Person& into, const Person& anonymous) {
    for (const Pending& from : anonymous.pending) {
        const auto open = std::find_if(into.pending.begin(), into.pending.end(), [&](const Pending& p) {
            return p.survey == from.survey && p.wave == from.wave;
        });
        if (open == into.pending.end()) {
            into.pending.push_back(from);
        } else if (from.met > open->met) {
            *open = from;
        }
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
    constexpr std::array<std::string_view, 7> kNames = {"nothing", "possible",  "sampled", "shown",
                                                        "snoozed", "dismissed", "answered"};
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

std::int64_t count(Person& person, std::string_view clause) {
    for (Counter& counter : person.counters) {
        if (counter.clause == clause) return counter.count = sum(counter.count, 1);
    }
    person.counters.push_back({std::string(clause), 1});
    return 1;
}

std::int64_t counted(const Person& person, std::string_view clause) {
    for (const Counter& counter : person.counters) {
        if (counter.clause == clause) return counter.count;
    }
    return 0;
}

SurveyRecord& record_of(Person& person, std::string_view survey, std::string_view wave) {
    const auto known = std::find_if(person.surveys.begin(), person.surveys.end(),
                                    [&](const SurveyRecord& r) { return r.survey == survey; });
    if (known == person.surveys.end()) {
        SurveyRecord record;
        record.survey = survey;
        record.wave = wave;
        person.surveys.push_back(std::move(record));
        return person.surveys.back();
    }
    if (known->wave != wave) {
        known->wave = wave;
        known->reached = Reached::nothing;
        known->touchpoint.clear();
        known->prompts = 0;
    }
    return *known;
}

const SurveyRecord* find_record(const Person& person, std::string_view survey) {
    for (const SurveyRecord& record : person.surveys) {
        if (record.survey == survey) return &record;
    }
    return nullptr;
}

std::optional<Rise> reach(SurveyRecord& record, Reached reached, std::string_view touchpoint) {
    if (reached <= record.reached) return std::nullopt;
    Rise rise{record.reached, reached, std::move(record.touchpoint)};
    record.reached = reached;
    record.touchpoint = touchpoint;
    return rise;
}

void merge(Person& into, const Person& anonymous) {
    for (const Counter& from : anonymous.counters) {
        const auto known = std::find_if(into.counters.begin(), into.counters.end(),
                                        [&](const Counter& c) { return c.clause == from.clause; });
        if (known == into.counters.end()) {
            into.counters.push_back(from);
        } else {
            known->count = sum(known->count, from.count);
        }
    }
    merge_sessions(into, anonymous);
    merge_records(into, anonymous);
    merge_pending(into, anonymous);
    if (anonymous.claim && (!into.claim || anonymous.claim->at > into.claim->at)) into.claim = anonymous.claim;
    if (anonymous.running && (!into.running || anonymous.running->touched > into.running->touched)) {
        into.running = anonymous.running;
    }
}

std::vector<std::string> remember(Install& install, std::string_view id, Instant now) {
    auto mine = install.persons.end();
    for (auto mark = install.persons.begin(); mark != install.persons.end(); ++mark) {
        settle(mark->last_seen, now);
        if (mark->id == id) mine = mark;
    }
    if (mine == install.persons.end()) {
        install.persons.push_back({std::string(id), now});
    } else {
        mine->last_seen = now;
    }
    std::vector<std::string> forgotten;
    while (install.persons.size() > kMostPersons) {
        auto oldest = install.persons.end();
        for (auto mark = install.persons.begin(); mark != install.persons.end(); ++mark) {
            if (mark->id == id || mark->id == install.current) continue;
            if (oldest == install.persons.end() || mark->last_seen < oldest->last_seen) oldest = mark;
        }
        if (oldest == install.persons.end()) break;
        forgotten.push_back(std::move(oldest->id));
        install.persons.erase(oldest);
    }
    return forgotten;
}

}  // namespace candor::history
