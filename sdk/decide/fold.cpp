#include <algorithm>
#include <limits>

#include "base/order.hpp"
#include "decide/rules.hpp"

namespace candor::decide {

namespace {

using history::Pending;
using history::Person;

// Few are erased at a time: one after the other costs less than the code for many at once.
template <class T>
void erase_at(List<T>& items, std::size_t index) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
}

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
    for (std::size_t i = 0; i < person.pending.size();) {
        Pending& pending = person.pending[i];
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave);
        if (survey) changed |= clamp(pending, *survey, now);
        if (survey && now < pending.expires) {
            ++i;
        } else {
            changed = true;
            erase_at(person.pending, i);
        }
    }
    return changed;
}

// Opens an entry for the trigger if `occurrence` meets it; `now` of the situation is the moment's.
void open(Person& person, const survey::Survey& survey, const survey::Trigger& trigger, std::int64_t occurrence,
          Instant at, const Situation& situation) {
    // Journalled before the clock was put back: it counts, but nobody knows how long ago it was.
    if (at > situation.now) return;
    if (occurrence < trigger.at_least || history::find_pending(person, survey.id, survey.wave)) return;
    Pending& pending = person.pending.emplace_back();
    pending.occurrence = occurrence;
    pending.met = at;
    pending.due = later(at, survey.delay);
    pending.expires = later(at, survey.expires);
    const Subject about{survey, person, history::find_record(person, survey.id), &pending};
    if (first_chance(about, situation) == kNever) return person.pending.pop_back();
    pending.survey = survey.id;
    pending.wave = survey.wave;
    pending.touchpoint = trigger.touchpoint;
}

// Counts each clause once, however many triggers share it: equal clauses stand together. Sessions are counted already.
// Returns whether anything waits for it.
bool count_and_open(const Prepared& prepared, Person& person, survey::TriggerKind kind, std::string_view name,
                    Instant at, const Situation& situation) {
    const String* last = nullptr;
    std::int64_t occurrence = person.sessions;
    for (const Prepared::Entry& entry : prepared.waiting(kind, name)) {
        const String& clause = entry.trigger->clause;
        const bool another = last == nullptr || *last != clause;
        if (another && kind != survey::TriggerKind::session) occurrence = history::count(person, clause);
        last = &clause;
        open(person, *entry.survey, *entry.trigger, occurrence, at, situation);
    }
    return last != nullptr;
}

// What the document in force does not name is kept while there is room, the newest longest: a document may come back.
void bound_counters(const Prepared& prepared, Person& person) {
    auto& counters = person.counters;
    if (counters.size() <= history::kMostOthers) return;
    std::size_t others = 0;
    for (const history::Counter& counter : counters) others += prepared.counts(counter.clause) ? 0 : 1;
    for (std::size_t i = 0; others > history::kMostOthers;) {
        if (prepared.counts(counters[i].clause)) {
            ++i;
        } else {
            erase_at(counters, i);
            --others;
        }
    }
}

Instant last_touched(const history::SurveyRecord& record) {
    return history::last_mark(record).value_or(std::numeric_limits<Instant>::min());
}

void bound_records(const Prepared& prepared, Person& person) {
    auto& records = person.surveys;
    if (records.size() <= history::kMostOthers) return;
    std::size_t surplus = 0;
    for (const history::SurveyRecord& record : records) surplus += prepared.has_survey(record.survey) ? 0 : 1;
    if (surplus <= history::kMostOthers) return;
    surplus -= history::kMostOthers;
    Indices order = candor::counted(records.size());
    sort_indices(order,
                 [&](std::uint32_t a, std::uint32_t b) { return last_touched(records[a]) < last_touched(records[b]); });
    std::size_t at = 0;
    for (std::size_t other = 0;; ++at) {
        if (!prepared.has_survey(records[order[at]].survey) && ++other == surplus) break;
    }
    const Instant newest_to_go = last_touched(records[order[at]]);
    for (std::size_t i = 0; surplus > 0;) {
        if (prepared.has_survey(records[i].survey) || last_touched(records[i]) > newest_to_go) {
            ++i;
        } else {
            erase_at(records, i);
            --surplus;
        }
    }
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
        count_and_open(prepared, person, survey::TriggerKind::session, "", moment.at, then);
    }
    if (moment.kind != MomentKind::call) {
        const bool event = moment.kind == MomentKind::event;
        const auto kind = event ? survey::TriggerKind::event : survey::TriggerKind::screen;
        changed |= count_and_open(prepared, person, kind, moment.name, moment.at, then);
    }
    if (changed) {
        bound_counters(prepared, person);
        bound_records(prepared, person);
    }
    return changed;
}

}  // namespace candor::decide
