#include <algorithm>
#include <limits>

#include "base/order.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
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

// A stored due date never lies further ahead than the document in force would put it from now; no wave outlives itself.
bool clamp(Pending& pending, const survey::Survey& survey, Instant now) {
    const Instant due = std::min(pending.due, later(now, survey.delay));
    const Instant expires = std::min({pending.expires, later(now, survey.expires), wave_of(survey, now).ends});
    const bool moved = due != pending.due || expires != pending.expires;
    pending.due = due;
    pending.expires = expires;
    return moved;
}

bool drop_and_clamp(const Prepared& prepared, Person& person, Instant now) {
    bool changed = false;
    for (std::size_t i = 0; i < person.pending.size();) {
        Pending& pending = person.pending[i];
        const survey::Survey* survey = prepared.find(pending.survey, pending.wave, now);
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

// A moment on its way into a history.
struct Folding {
    const Prepared& prepared;
    Person& person;
    const Moment& moment;
    const Situation& situation;  // whose now is the moment's
    Instant at;                  // when it happened, as far as can be
    List<Met>* met;
};

// For the ledger: somebody whom the survey is about has met the trigger (none: the control share's), when it happened
// and in the wave of then. Returns as what the moment stands there, for an entry of this wave.
history::Reached meet(const Folding& f, const survey::Survey& survey, const survey::Trigger* trigger,
                      const Pending& pending) {
    Situation then = f.situation;
    then.now = f.at;
    const List<Seen> slots = seen(f.prepared, f.person, f.situation);
    const Values values{f.prepared, slots.data(), nullptr, f.situation.now};
    Subject about = subject_without(f.prepared, f.prepared.index_of(survey), f.person, values, then);
    about.pending = &pending;
    const history::Reached came = reached(about, then);
    if (came == history::Reached::nothing || is_control(about) != (trigger == nullptr))
        return history::Reached::nothing;
    const String wave = wave_at(survey, f.at);
    const bool late = wave != pending.wave;
    // What the history holds is of a later wave by now.
    const history::SurveyRecord* record = history::find_record(f.person, survey.id);
    if (late && record != nullptr && record->wave == pending.wave) return history::Reached::nothing;
    Met& met = f.met->emplace_back();
    met.survey = f.prepared.index_of(survey);
    if (trigger != nullptr) met.trigger = trigger->id;
    met.touchpoint = pending.touchpoint;
    met.wave = wave;
    met.reached = came;
    return late ? history::Reached::nothing : came;
}

// What the survey wants to know of the moment.
json::Members kept(const Folding& f, const survey::Survey& survey) {
    json::Members kept;
    if (f.moment.properties == nullptr) return kept;
    for (const String& name : survey.kept_properties) {
        for (const auto& [key, value] : *f.moment.properties) {
            if (key != name) continue;
            const bool long_text = value.text().size() > history::kMostPropertyBytes;
            kept.emplace_back(key,
                              long_text ? json::Value(utf8_prefix(value.text(), history::kMostPropertyBytes)) : value);
            break;
        }
    }
    return kept;
}

// Opens an entry for what was met, unless it is known that nothing could come of it before it expires. No trigger:
// where persons of the control share are asked at the start of a session, their triggers open nothing.
void open(const Folding& f, const survey::Survey& survey, const survey::Trigger* trigger, std::int64_t occurrence) {
    // Journalled before the clock was put back: it counts, but nobody knows how long ago it was.
    if (f.moment.at > f.situation.now) return;
    Pending pending;
    pending.survey = survey.id;
    pending.wave = wave_at(survey, f.situation.now);
    pending.touchpoint = trigger != nullptr ? std::string_view(trigger->touchpoint) : kControlTouchpoint;
    pending.occurrence = occurrence;
    if (f.met != nullptr) pending.ledger_state = meet(f, survey, trigger, pending);
    const Values values{f.prepared, nullptr, nullptr, f.situation.now};  // conditions stay out of it: they may change
    Subject about = subject_without(f.prepared, f.prepared.index_of(survey), f.person, values, f.situation);
    if (is_control(about) != (trigger == nullptr)) return;
    if (history::find_pending(f.person, survey.id, pending.wave)) return;
    pending.met = f.at;
    pending.due = later(f.at, survey.delay);
    pending.expires = std::min(later(f.at, survey.expires), about.wave.ends);
    about.pending = &pending;
    about.record = history::find_record(f.person, survey.id);
    if (first_chance(about, f.situation) == kNever) return;
    if (trigger != nullptr) pending.properties = kept(f, survey);
    f.person.pending.push_back(std::move(pending));
}

// ---- what was counted, and whether it is enough ----

bool has_happened(const Person& person, const String& clause, Span window, Instant at) {
    const history::Counter* counter = history::find_counter(person, clause);
    return counter != nullptr && !counter->recent.empty() && elapsed(counter->recent.back(), at) <= window;
}

// All of it, whichever of the events came last.
bool all_have_happened(const survey::Trigger& trigger, const Person& person, Instant at) {
    if (!has_happened(person, trigger.clause, trigger.window, at)) return false;
    for (const survey::Companion& companion : trigger.companions) {
        if (!has_happened(person, companion.clause, trigger.window, at)) return false;
    }
    return true;
}

bool is_nth(const survey::Trigger& trigger, std::int64_t n) {
    const std::int64_t beyond = n - trigger.at_least;
    return trigger.every == 0 ? beyond == 0 : beyond >= 0 && beyond % trigger.every == 0;
}

bool is_met(const survey::Trigger& trigger, const Person& person, std::int64_t n, const history::Counter* counter,
            Instant at) {
    if (trigger.within != survey::Within::window) return is_nth(trigger, n);
    if (!trigger.companions.empty()) return all_have_happened(trigger, person, at);
    const auto least = static_cast<std::size_t>(trigger.at_least);
    const List<Instant>& recent = counter->recent;
    return recent.size() >= least && elapsed(recent[recent.size() - least], at) <= trigger.window;
}

String scope_of(const survey::Trigger& trigger, const Folding& f) {
    if (trigger.within == survey::Within::session) return digits(f.person.sessions);
    const bool version = trigger.within == survey::Within::version && f.situation.profile != nullptr;
    return version ? f.situation.profile->app_version : String();
}

// Counts the clauses that stand in these entries, each once, and opens what they meet. Entries of equal clauses stand
// together.
class Counting {
public:
    explicit Counting(const Folding& folding) : f_(folding) {}

    bool changed() const { return changed_; }

    void take(const Prepared::Entry& entry) {
        const survey::Trigger* trigger = entry.trigger;
        if (trigger == nullptr && entry.survey != nullptr) return cancel(*entry.survey);
        // The same clause has the same filter.
        if (entry.second != last_ || last_.empty()) count(entry);
        if (trigger == nullptr || !meets_) return;
        if (is_met(*trigger, f_.person, n_, counter_, f_.at)) open(f_, *entry.survey, trigger, n_);
    }

private:
    Folding f_;
    bool changed_ = false;
    std::string_view last_;
    bool meets_ = false;
    std::int64_t n_ = 0;
    const history::Counter* counter_ = nullptr;

    void count(const Prepared::Entry& entry) {
        last_ = entry.second;
        const Values values{f_.prepared, nullptr, f_.moment.properties, f_.situation.now};
        Settled settled;
        meets_ = entry.where == kNoNode || passes(entry.where, values, settled);
        if (!meets_) return;
        const survey::Trigger* trigger = entry.trigger;
        const String scope = trigger != nullptr ? scope_of(*trigger, f_) : String();
        const std::size_t remembered = trigger != nullptr ? trigger->remembered() : 0;
        counter_ = &history::count(f_.person, String(entry.second), f_.at, scope, remembered);
        n_ = counter_->count;
        changed_ = true;
    }

    void cancel(const survey::Survey& survey) {
        const std::size_t before = f_.person.pending.size();
        f_.person.pending.erase_if([&](const Pending& pending) { return pending.survey == survey.id; });
        changed_ |= before != f_.person.pending.size();
    }
};

bool count_event(const Folding& f) {
    Counting counting(f);
    for (const Prepared::Entry& entry : f.prepared.at(Prepared::Sort::event, f.moment.name)) counting.take(entry);
    return counting.changed();
}

bool count_screen(const Folding& f) {
    Counting counting(f);
    for (const Prepared::Entry& entry : f.prepared.at(Prepared::Sort::screen, f.moment.name)) counting.take(entry);
    for (const Prepared::Entry& entry : f.prepared.patterns()) {
        if (matches(*entry.trigger, f.moment.name)) counting.take(entry);
    }
    return counting.changed();
}

// Sessions are counted already.
void open_for_session(const Folding& f) {
    const std::int64_t n = f.person.sessions;
    for (const Prepared::Entry& entry : f.prepared.at(Prepared::Sort::session, "")) {
        const survey::Trigger* trigger = entry.trigger;
        if (trigger == nullptr || is_nth(*trigger, n)) open(f, *entry.survey, trigger, n);
    }
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

bool fold(const Prepared& prepared, Person& person, const Moment& moment, const Situation& situation, List<Met>* met) {
    Situation then = situation;
    then.now = moment.now;
    const Instant at = std::min(moment.at, moment.now);
    const Folding folding{prepared, person, moment, then, at, met};

    const std::size_t counters = person.counters.size();
    bool changed = history::settle_clock(person, moment.now);
    if (!person.pending.empty()) changed |= drop_and_clamp(prepared, person, moment.now);
    if (moment.kind == MomentKind::time) return changed;

    if (situation.profile != nullptr) changed |= history::uses_version(person, situation.profile->app_version);
    if (call(person, moment, at)) {
        changed = true;
        open_for_session(folding);
    }
    changed |= history::active_on(person, Local{situation.profile}.day(at));
    if (moment.kind == MomentKind::event) changed |= count_event(folding);
    if (moment.kind == MomentKind::screen) changed |= count_screen(folding);
    if (changed) {
        if (person.counters.size() > counters) bound_counters(prepared, person);
        bound_records(prepared, person);
    }
    return changed;
}

}  // namespace candor::decide
