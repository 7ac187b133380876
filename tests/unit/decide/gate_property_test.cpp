// The gate never holds back a moment at which a survey would have been chosen, or a delay opened.
//
// Two histories live side by side. The *truth* takes in every moment as it happens. The *lazy* one is that of a page: a
// loader, which knows nothing but the gate, the record and its journal, decides when the core is loaded; only then is
// the journal folded. Whenever something comes of the truth, the loader must have loaded; and whenever it has, both
// histories agree, so that nothing was lost on the way. So do the ledgers: what the loader reports by itself, and what
// the core counts of the journal, is what a core that was always there would have counted.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>

#include "decide/gate.hpp"
#include "random_documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

// How many stand where: by survey, wave, touchpoint and state.
class Counts {
public:
    std::map<std::string, std::int64_t> persons, moments;

    void meet(Person& person, const Prepared& p, const Met& met) {
        const std::string where = place(p.document().surveys[met.survey].id, met.wave, met.touchpoint);
        const auto rise = history::reach(record(person, p, met), met.reached, met.touchpoint);
        if (rise && rise->from != history::Reached::nothing) {
            --persons[place(p.document().surveys[met.survey].id, met.wave, rise->from_touchpoint) +
                      std::string(history::name(rise->from))];
        }
        if (rise) ++persons[where + std::string(history::name(rise->to))];
        ++moments[where + std::string(history::name(met.reached))];
    }

    // The loader has counted the moment already, and, if `first`, the person, as if they had stood nowhere.
    void meet_counted(Person& person, const Prepared& p, const Met& met, bool first) {
        Counts both;
        both.meet(person, p, met);
        for (const auto& [where, n] : both.persons) persons[where] += n;
        const std::string where = place(p.document().surveys[met.survey].id, met.wave, met.touchpoint);
        if (first) --persons[where + std::string(history::name(met.reached))];
    }

    void report(const json::Value& data, bool first) {
        const auto text = [&](const char* key) { return std::string(data.find(key)->text()); };
        const std::string where = place(text("survey"), text("wave"), text("touchpoint"));
        if (first)
            for (const auto& [state, n] : data.find("changes")->members())
                persons[where + std::string(state)] += n.integer();
        const json::Value* met = data.find("moments");  // of transactional surveys alone
        if (met == nullptr) return;
        for (const auto& [state, n] : met->members()) moments[where + std::string(state)] += n.integer();
    }

    std::string text() const {
        std::string text;
        for (const auto& [where, n] : persons) text += n == 0 ? "" : where + " persons " + std::to_string(n) + "\n";
        for (const auto& [where, n] : moments) text += n == 0 ? "" : where + " moments " + std::to_string(n) + "\n";
        return text;
    }

private:
    static std::string place(std::string_view survey, std::string_view wave, std::string_view touchpoint) {
        return std::string(survey) + "/" + std::string(wave) + "/" + std::string(touchpoint) + "/";
    }
    static history::SurveyRecord& record(Person& person, const Prepared& p, const Met& met) {
        return history::record_of(person, p.document().surveys[met.survey].id, met.wave);
    }
};

// The loader's rule, written from docs/wire.md and gate.hpp alone. A page has but numbers and texts.
class Loader {
public:
    Loader(json::Value gate, std::string person, Profile profile)
        : gate_(std::move(gate)), person_(std::move(person)), profile_(std::move(profile)) {}

    struct Entry {
        MomentKind kind;
        std::string name;
        Instant at;
        json::Members properties;
        std::map<std::string, bool> counted = {};  // by trigger: whether as the person's first
    };

    // Whether the core must be loaded for this moment; journals it in any case.
    bool sees(const Moment& moment) {
        const Instant now = moment.now;
        bool load = before_what_is_known(now) || due(now);
        if (moment.kind == MomentKind::time) return load;
        const bool another_day = ever_ && day_of(last_) != day_of(now);
        const std::size_t starts = starts_.size();
        load |= begins_session(now);
        // Days with a call are counted, also those that begin no session.
        if (another_day && starts_.size() == starts) journal_.push_back({MomentKind::call, "", now, {}});
        load |= starts_.size() >= 64;
        if (moment.kind == MomentKind::call) return load;
        if (!named(moment)) return load;
        journal_.push_back({moment.kind, std::string(moment.name), now,
                            moment.properties != nullptr ? *moment.properties : json::Members()});
        const char* kind = moment.kind == MomentKind::event ? "event" : "screen";
        report(kind, moment.name, now);
        return load || met(kind, moment.name, now);
    }

    Counts counts;  // that it has reported

    const std::vector<Entry>& journal() const { return journal_; }
    const std::vector<Instant>& starts() const { return starts_; }
    Instant last() const { return last_; }

    // The core folded the journal and left a record.
    void loaded(json::Value record) {
        record_ = std::move(record);
        last_ = number(*record_, "last_call");
        ever_ = number(*record_, "sessions") > 0;
        journal_.clear();
        starts_.clear();
    }
    // Somebody else uses the page now.
    void identify(std::string person) { person_ = std::move(person); }

private:
    static std::int64_t number(const json::Value& value, std::string_view key) { return value.find(key)->integer(); }

    // Of the browser's own clock on the wall.
    std::int64_t day_of(Instant now) const {
        std::int64_t minutes = 0;
        for (const Offset& offset : profile_.offsets) minutes = offset.from <= now ? offset.minutes : minutes;
        const Instant local = now + minutes * kMinute;
        return local / kDay - (local % kDay < 0 ? 1 : 0);
    }

    bool known() const {
        return record_ && record_->find("person")->text() == person_ &&
               *record_->find("document") == *gate_.find("hash");
    }

    bool before_what_is_known(Instant now) const {
        // A clock that was put back: nothing that the record says of time holds.
        bool before = (record_ && now < number(*record_, "at")) || (ever_ && now < last_);
        for (const Entry& entry : journal_) before |= now < entry.at;
        return before;
    }

    bool due(Instant now) const {
        const json::Value* due = record_ ? record_->find("due") : nullptr;
        return due && now >= due->integer();
    }

    bool begins_session(Instant now) {
        const bool begins = !ever_ || elapsed(last_, now) >= history::kSessionGap;
        last_ = now;
        ever_ = true;
        if (!begins) return false;
        starts_.push_back(now);
        return met("session", "", now);
    }

    bool named(const Moment& moment) const {
        const std::string_view kind = moment.kind == MomentKind::event ? "event" : "screen";
        for (const json::Value& trigger : gate_.find("triggers")->array()) {
            if (concerns(trigger, kind, moment.name)) return true;
        }
        const json::Value* keep = gate_.find("keep");
        if (keep == nullptr || moment.kind != MomentKind::event) return false;
        return std::any_of(keep->array().begin(), keep->array().end(),
                           [&](const json::Value& name) { return name.text() == moment.name; });
    }

    static bool concerns(const json::Value& trigger, std::string_view kind, std::string_view name) {
        const json::Value* watched = trigger.find(kind);
        if (watched == nullptr) return false;
        const json::Value* match = trigger.find("match");
        if (match == nullptr) return watched->text() == name;
        if (match->text() == "prefix") return name.starts_with(watched->text());
        return fits(watched->text(), name);
    }

    // By trying everything: the names here are short.
    static bool fits(std::string_view pattern, std::string_view name) {
        if (pattern.empty()) return name.empty();
        if (pattern[0] == '*') return fits(pattern.substr(1), name) || (!name.empty() && fits(pattern, name.substr(1)));
        return !name.empty() && (pattern[0] == '?' || pattern[0] == name[0]) && fits(pattern.substr(1), name.substr(1));
    }

    std::int64_t counted(std::string_view kind, const json::Value& watched, const json::Value* trigger) const {
        const std::int64_t before = trigger ? number(*trigger, "count") : 0;
        if (kind == "session") return before + static_cast<std::int64_t>(starts_.size());
        return before + std::count_if(journal_.begin(), journal_.end(), [&](const Entry& entry) {
                   const char* its = entry.kind == MomentKind::event    ? "event"
                                     : entry.kind == MomentKind::screen ? "screen"
                                                                        : "";
                   return its == kind && concerns(watched, kind, entry.name);
               });
    }

    // What the ledger hears of the journal's last entry.
    void report(std::string_view kind, std::string_view name, Instant now) {
        if (!known()) return;
        for (const json::Value& trigger : gate_.find("triggers")->array()) {
            if (!concerns(trigger, kind, name)) continue;
            const std::string id(trigger.find("id")->text());
            const json::Value* mine = record_->find("triggers")->find(id);
            const json::Value* closed = mine ? mine->find("closed") : nullptr;
            if (!closed || now >= number(*closed, "until")) continue;
            if (counted(kind, trigger, mine) < number(trigger, "count")) continue;
            const std::string key = id.substr(0, id.rfind('#') + 1);
            const bool later = std::any_of(journal_.begin(), journal_.end(), [&](const Entry& entry) {
                return std::any_of(entry.counted.begin(), entry.counted.end(),
                                   [&](const auto& other) { return other.first.starts_with(key); });
            });
            const json::Value* report = closed->find("report");
            if (report == nullptr || (later && report->find("moments") == nullptr)) continue;
            counts.report(*report, !later);
            journal_.back().counted[id] = !later && report->find("changes")->members().size() > 0;
        }
    }

    bool met(std::string_view kind, std::string_view name, Instant now) const {
        for (const json::Value& trigger : gate_.find("triggers")->array()) {
            const json::Value* watched = trigger.find(kind);
            if (!watched || (kind != "session" && !concerns(trigger, kind, name))) continue;
            if (record_ && !known()) return true;
            const json::Value* mine = record_ ? record_->find("triggers")->find(trigger.find("id")->text()) : nullptr;
            const std::int64_t least = kind == "session" ? watched->integer() : number(trigger, "count");
            if (counted(kind, trigger, mine) < least) continue;
            const json::Value* closed = mine ? mine->find("closed") : nullptr;
            if (!closed || now >= number(*closed, "until")) return true;
        }
        return false;
    }

    json::Value gate_;
    std::string person_;
    Profile profile_;
    std::optional<json::Value> record_;
    std::vector<Entry> journal_;
    std::vector<Instant> starts_;
    Instant last_ = 0;
    bool ever_ = false;
};

// As the core does: sessions and events in the order of time; only a start begins a session.
void fold_journal(const Prepared& p, Person& person, const Loader& loader, const Situation& situation, Counts& counts) {
    const Instant now = situation.now;
    struct Item {
        Instant at;
        bool start;
        MomentKind kind;
        std::string_view name;
        const json::Members* properties;
        const std::map<std::string, bool>* counted;
    };
    std::vector<Item> items;
    for (const Instant start : loader.starts()) items.push_back({start, true, MomentKind::call, {}, nullptr, nullptr});
    for (const Loader::Entry& e : loader.journal()) {
        items.push_back({e.at, false, e.kind, e.name, &e.properties, &e.counted});
    }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.at < b.at; });
    decide::fold(p, person, tick(now), situation);
    for (const Item& item : items) {
        const Moment moment{.kind = item.kind,
                            .name = item.name,
                            .at = item.at,
                            .now = now,
                            .may_begin_session = item.start,
                            .properties = item.properties};
        List<Met> met;
        decide::fold(p, person, moment, situation, &met);
        for (const Met& one : met) {
            const std::string id(one.trigger);
            if (item.counted != nullptr && item.counted->contains(id)) {
                counts.meet_counted(person, p, one, item.counted->at(id));
            } else {
                counts.meet(person, p, one);
            }
        }
    }
    if (person.sessions > 0) history::called(person, std::min(loader.last(), now));
}

bool opened(const Person& before, const Person& after) {
    return std::any_of(after.pending.begin(), after.pending.end(), [&](const history::Pending& entry) {
        return std::none_of(before.pending.begin(), before.pending.end(), [&](const history::Pending& old) {
            return old.survey == entry.survey && old.occurrence == entry.occurrence &&
                   old.touchpoint == entry.touchpoint;
        });
    });
}

std::string written(const Person& person) {
    Person only;
    only.pending = person.pending;
    return history::write(only);
}

// What is remembered of each survey but for the ledger, whose states hang on what was known at each moment.
std::string marks(const Person& person) {
    Person only;
    for (const history::SurveyRecord& record : person.surveys) {
        if (!history::last_mark(record)) continue;
        only.surveys.push_back(record);
        only.surveys.back().reached = history::Reached::nothing;
        only.surveys.back().touchpoint.clear();
    }
    return history::write(only);
}

void check_same(const Person& truth, const Person& lazy, bool ledger) {
    RC_ASSERT(truth.sessions == lazy.sessions);
    RC_ASSERT(written(truth) == written(lazy));
    RC_ASSERT(marks(truth) == marks(lazy));
    if (ledger) RC_ASSERT(truth.surveys == lazy.surveys);
    RC_ASSERT(truth.counters.size() == lazy.counters.size());
    for (const history::Counter& c : truth.counters) RC_ASSERT(history::counted(lazy, c.clause) == c.count);
}

struct Tally {
    int held_back = 0;
    int came_of = 0;
    int reported = 0;  // by the loader
};

void visit(bool may_jump, bool rich, Tally& tally) {
    const auto p = rich ? prepared(any_rich_surveys(), any_budget()) : prepared(any_surveys());
    const std::string id = any_of<std::string>("ann", "bob", "");
    Person truth = make_person(id);
    Person lazy = truth;
    const Profile lasting = rich ? any_profile() : Profile();
    Loader loader(parsed(decide::gate(p->document(), "shop.json")), id, lasting);
    Counts all;  // of a core that is always there
    Instant now = kNow;
    const int moments = *rc::gen::inRange(1, 80);
    for (int i = 0; i < moments; ++i) {
        now = any_next(now, may_jump);
        Moment moment = any_moment(now);
        const json::Members properties = rich ? any_properties() : json::Members();
        moment.properties = &properties;
        // What is known of the person may be another thing at each moment, and the loader does not know it. Version
        // and zone stay: the core takes those that it finds for all that it folds.
        Profile profile = lasting;
        if (rich) profile.attributes = any_profile().attributes;
        Situation situation = at(now);
        situation.profile = &profile;
        const Person before = truth;
        List<Met> met;
        decide::fold(*p, truth, moment, situation, &met);
        for (const Met& one : met) all.meet(truth, *p, one);
        const Decision decision = decide::decide(*p, truth, situation);
        const bool something = decision.chosen || opened(before, truth);

        const std::map<std::string, std::int64_t> before_report = loader.counts.moments;
        const bool loads = loader.sees(moment);
        tally.reported += loader.counts.moments != before_report ? 1 : 0;
        if (something) RC_ASSERT(loads);
        tally.came_of += something ? 1 : 0;
        tally.held_back += loads ? 0 : 1;
        if (!loads) continue;
        fold_journal(*p, lazy, loader, situation, loader.counts);
        // What conditions look at may have changed between a moment and its being counted.
        if (!may_jump && !rich) RC_ASSERT(loader.counts.text() == all.text());
        if (may_jump) {
            // What expired while the clock stood elsewhere is no longer the same: from here on the page's history
            // counts.
            truth = lazy;
        } else {
            check_same(truth, lazy, !rich);
        }
        const Decision late = decide::decide(*p, lazy, situation);
        if (!may_jump) RC_ASSERT(late.trace == decision.trace);
        if (const auto choice = late.chosen) {
            const auto outcome = any_outcome();
            play(truth, *choice, outcome, now);
            play(lazy, *choice, outcome, now);
        }
        loader.loaded(parsed(decide::gate_record(*p, lazy, situation)));
    }
}

}  // namespace

TEST_CASE("the gate holds back no moment of which something would come") {
    Tally tally;
    CHECK(rc::check([&] { visit(false, false, tally); }));
    CHECK(tally.reported > 10);
    // A gate that always loads would pass, and one that is never asked anything too.
    CHECK(tally.held_back > 250);
    CHECK(tally.came_of > 40);
}

TEST_CASE("the gate holds back no moment of which something would come, under a clock that jumps") {
    Tally tally;
    CHECK(rc::check([&] { visit(true, false, tally); }));
    CHECK(tally.held_back > 250);
    CHECK(tally.came_of > 40);
}

TEST_CASE("the gate holds back no moment of which something would come, with every kind of rule") {
    Tally tally;
    CHECK(rc::check([&] { visit(false, true, tally); }));
    CHECK(tally.held_back > 250);
    CHECK(tally.came_of > 20);
}

TEST_CASE("for another person the gate holds back nothing that it names") {
    CHECK(rc::check([] {
        auto surveys = any_surveys();
        surveys.push_back(make_survey("always", {event("a")}));
        const auto p = prepared(surveys);
        Person ann = make_person("ann");
        Loader loader(parsed(decide::gate(p->document(), "shop.json")), "ann", {});
        testing::fold(*p, ann, call(kNow));
        for (survey::Survey& s : surveys) history::record_of(ann, s.id, s.wave).answered = kNow;
        loader.loaded(parsed(decide::gate_record(*p, ann, at(kNow))));
        loader.identify("bob");
        RC_ASSERT(loader.sees(tracked("a", kNow + 1)));
    }));
}
