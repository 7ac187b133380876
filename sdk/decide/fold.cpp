#include <algorithm>
#include <limits>

#include "decide/rules.hpp"

namespace candor::decide {

namespace {

using history::Pending;
using history::Person;

// A stored due date never lies further ahead than the document in force would put it from now.
bool clamp(Pending& pending, const survey::Survey& survey, Instant now) {
    const Instant due = std::min(pending.due, later(now, survey.delay));
    const Instant expires = std::min(pending.expires, later(now, survey.expires));
    const bool moved = due != pending.due || expires != pending.expires;
    pending.due = due;
    pending.expires = expires;
    return moved;
}

bool drop_and_clamp(const Prepared& prepared, Person& person, Instant now) {
    bool changed = false;
    const auto gone = [&](Pending& pending) {
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave);
        if (!survey) return true;
        changed |= clamp(pending, *survey, now);
        return now >= pending.expires;
    };
    return std::erase_if(person.pending, gone) > 0 || changed;
}

bool is_open(const Person& person, const survey::Survey& survey) {
    return std::any_of(person.pending.begin(), person.pending.end(), [&](const Pending& pending) {
        return pending.survey == survey.id && pending.wave == survey.wave;
    });
}

// Opens an entry for each of the slots that `occurrence` meets; `now` of the situation is the moment's.
void open(const Prepared& prepared, Person& person, Prepared::Slot slot, std::int64_t occurrence, Instant at,
          const Situation& situation) {
    const survey::Survey& survey = prepared.document().surveys[slot.survey];
    const survey::Trigger& trigger = survey.triggers[slot.trigger];
    // Journalled before the clock was put back: it counts, but nobody knows how long ago it was.
    if (at > situation.now) return;
    if (occurrence < trigger.at_least || is_open(person, survey)) return;
    Pending pending;
    pending.occurrence = occurrence;
    pending.met = at;
    pending.due = later(at, survey.delay);
    pending.expires = later(at, survey.expires);
    if (!first_chance(survey, person, pending, situation)) return;
    pending.survey = survey.id;
    pending.wave = survey.wave;
    pending.touchpoint = trigger.touchpoint;
    person.pending.push_back(std::move(pending));
}

void open_sessions(const Prepared& prepared, Person& person, Instant at, const Situation& situation) {
    for (const Prepared::Slot slot : prepared.session_slots()) {
        open(prepared, person, slot, person.sessions, at, situation);
    }
}

// Counts each clause once, however many triggers share it: equal clauses stand together.
void count_and_open(const Prepared& prepared, Person& person, const std::vector<Prepared::Slot>& slots, Instant at,
                    const Situation& situation) {
    const std::string* last = nullptr;
    std::int64_t occurrence = 0;
    for (const Prepared::Slot slot : slots) {
        const std::string& clause = prepared.document().surveys[slot.survey].triggers[slot.trigger].clause;
        if (!last || *last != clause) occurrence = history::count(person, clause);
        last = &clause;
        open(prepared, person, slot, occurrence, at, situation);
    }
}

// What the document in force does not name is kept while there is room, the newest longest: a document may come back.
void bound_counters(const Prepared& prepared, Person& person) {
    if (person.counters.size() <= history::kMostOthers) return;
    const auto other = [&](const history::Counter& counter) { return !prepared.counts(counter.clause); };
    const auto others = static_cast<std::size_t>(std::count_if(person.counters.begin(), person.counters.end(), other));
    std::size_t surplus = others > history::kMostOthers ? others - history::kMostOthers : 0;
    std::erase_if(person.counters, [&](const history::Counter& counter) {
        if (surplus == 0 || !other(counter)) return false;
        --surplus;
        return true;
    });
}

Instant last_mark(const history::SurveyRecord& record) {
    constexpr Instant kFirst = std::numeric_limits<Instant>::min();
    return std::max(
        {record.shown.value_or(kFirst), record.dismissed.value_or(kFirst), record.answered.value_or(kFirst)});
}

void bound_records(const Prepared& prepared, Person& person) {
    if (person.surveys.size() <= history::kMostOthers) return;
    std::vector<Instant> others;
    for (const history::SurveyRecord& record : person.surveys) {
        if (!prepared.has_survey(record.survey)) others.push_back(last_mark(record));
    }
    if (others.size() <= history::kMostOthers) return;
    std::size_t surplus = others.size() - history::kMostOthers;
    std::sort(others.begin(), others.end());
    const Instant newest_to_go = others[surplus - 1];
    std::erase_if(person.surveys, [&](const history::SurveyRecord& record) {
        if (surplus == 0 || prepared.has_survey(record.survey) || last_mark(record) > newest_to_go) return false;
        --surplus;
        return true;
    });
}

// Takes the call in; returns whether it began a session.
bool call(Person& person, const Moment& moment, Instant at) {
    if (!moment.may_begin_session) {
        history::called(person, at);
        return false;
    }
    if (moment.at <= moment.now) return history::touch(person, at);
    // Journalled as a beginning before the clock was put back: the gap before it can no longer be measured.
    history::begin_session(person, at);
    return true;
}

}  // namespace

bool fold(const Prepared& prepared, Person& person, const Moment& moment, const Situation& situation) {
    Situation then = situation;
    then.now = moment.now;
    const Instant at = std::min(moment.at, moment.now);

    bool changed = history::settle_clock(person, moment.now);
    if (!person.pending.empty()) changed |= drop_and_clamp(prepared, person, moment.now);
    if (moment.kind == MomentKind::time) return changed;

    if (call(person, moment, at)) {
        changed = true;
        open_sessions(prepared, person, moment.at, then);
    }
    const std::vector<Prepared::Slot>* slots = nullptr;
    if (moment.kind == MomentKind::event) slots = prepared.event_slots(moment.name);
    if (moment.kind == MomentKind::screen) slots = prepared.screen_slots(moment.name);
    if (slots) {
        changed = true;
        count_and_open(prepared, person, *slots, moment.at, then);
    }
    if (changed) {
        bound_counters(prepared, person);
        bound_records(prepared, person);
    }
    return changed;
}

}  // namespace candor::decide
