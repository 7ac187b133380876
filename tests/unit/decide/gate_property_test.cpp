// The gate never holds back a moment at which a survey would have been chosen, or a delay opened.
//
// Two histories live side by side. The *truth* takes in every moment as it happens. The *lazy* one is that of a page: a
// loader, which knows nothing but the gate, the record and its journal, decides when the core is loaded; only then is
// the journal folded. Whenever something comes of the truth, the loader must have loaded; and whenever it has, both
// histories agree, so that nothing was lost on the way.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "decide/gate.hpp"
#include "random_documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

// The loader's rule, written from docs/wire.md and gate.hpp alone. A page has but numbers and texts.
class Loader {
public:
    Loader(json::Value gate, std::string person) : gate_(std::move(gate)), person_(std::move(person)) {}

    struct Entry {
        MomentKind kind;
        std::string name;
        Instant at;
    };

    // Whether the core must be loaded for this moment; journals it in any case.
    bool sees(const Moment& moment) {
        const Instant now = moment.now;
        bool load = before_what_is_known(now) || due(now);
        if (moment.kind == MomentKind::time) return load;
        load |= begins_session(now);
        load |= starts_.size() >= 64;
        if (moment.kind == MomentKind::call) return load;
        if (!named(moment)) return load;
        journal_.push_back({moment.kind, std::string(moment.name), now});
        return load || met(moment.kind == MomentKind::event ? "event" : "screen", moment.name, now);
    }

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
            const json::Value* name = trigger.find(kind);
            if (name && name->text() == moment.name) return true;
        }
        return false;
    }

    std::int64_t counted(std::string_view kind, std::string_view name, const json::Value* trigger) const {
        const std::int64_t before = trigger ? number(*trigger, "count") : 0;
        if (kind == "session") return before + static_cast<std::int64_t>(starts_.size());
        return before + std::count_if(journal_.begin(), journal_.end(), [&](const Entry& entry) {
                   return entry.name == name && (entry.kind == MomentKind::event) == (kind == "event");
               });
    }

    bool met(std::string_view kind, std::string_view name, Instant now) const {
        for (const json::Value& trigger : gate_.find("triggers")->array()) {
            const json::Value* watched = trigger.find(kind);
            if (!watched || (kind != "session" && watched->text() != name)) continue;
            if (record_ && !known()) return true;
            const json::Value* mine = record_ ? record_->find("triggers")->find(trigger.find("id")->text()) : nullptr;
            const std::int64_t least = kind == "session" ? watched->integer() : number(trigger, "count");
            if (counted(kind, name, mine) < least) continue;
            const json::Value* closed = mine ? mine->find("closed") : nullptr;
            if (!closed || now >= number(*closed, "until")) return true;
        }
        return false;
    }

    json::Value gate_;
    std::string person_;
    std::optional<json::Value> record_;
    std::vector<Entry> journal_;
    std::vector<Instant> starts_;
    Instant last_ = 0;
    bool ever_ = false;
};

// As the core does: sessions and events in the order of time; only a start begins a session.
void fold_journal(const Prepared& p, Person& person, const Loader& loader, Instant now) {
    struct Item {
        Instant at;
        bool start;
        MomentKind kind;
        std::string_view name;
    };
    std::vector<Item> items;
    for (const Instant start : loader.starts()) items.push_back({start, true, MomentKind::call, {}});
    for (const Loader::Entry& e : loader.journal()) items.push_back({e.at, false, e.kind, e.name});
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.at < b.at; });
    decide::fold(p, person, tick(now), at(now));
    for (const Item& item : items) {
        const Moment moment{
            .kind = item.kind, .name = item.name, .at = item.at, .now = now, .may_begin_session = item.start};
        decide::fold(p, person, moment, at(now));
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

void check_same(const Person& truth, const Person& lazy) {
    RC_ASSERT(truth.sessions == lazy.sessions);
    RC_ASSERT(written(truth) == written(lazy));
    RC_ASSERT(truth.surveys == lazy.surveys);
    RC_ASSERT(truth.counters.size() == lazy.counters.size());
    for (const history::Counter& c : truth.counters) RC_ASSERT(history::counted(lazy, c.clause) == c.count);
}

struct Tally {
    int held_back = 0;
    int came_of = 0;
};

void visit(bool may_jump, Tally& tally) {
    const auto p = prepared(any_surveys());
    const std::string id = any_of<std::string>("ann", "bob", "");
    Person truth = make_person(id);
    Person lazy = truth;
    Loader loader(parsed(decide::gate(p->document(), "shop.json")), id);
    Instant now = kNow;
    const int moments = *rc::gen::inRange(1, 80);
    for (int i = 0; i < moments; ++i) {
        now = any_next(now, may_jump);
        const Moment moment = any_moment(now);
        const Person before = truth;
        testing::fold(*p, truth, moment);
        const Decision decision = decide::decide(*p, truth, at(now));
        const bool something = decision.chosen || opened(before, truth);

        const bool loads = loader.sees(moment);
        if (something) RC_ASSERT(loads);
        tally.came_of += something ? 1 : 0;
        tally.held_back += loads ? 0 : 1;
        if (!loads) continue;
        fold_journal(*p, lazy, loader, now);
        if (may_jump) {
            // What expired while the clock stood elsewhere is no longer the same: from here on the page's history
            // counts.
            truth = lazy;
        } else {
            check_same(truth, lazy);
        }
        if (const auto choice = decide::decide(*p, lazy, at(now)).chosen) {
            const auto outcome = any_outcome();
            play(truth, *choice, outcome, now);
            play(lazy, *choice, outcome, now);
        }
        loader.loaded(parsed(decide::gate_record(*p, lazy, at(now))));
    }
}

}  // namespace

TEST_CASE("the gate holds back no moment of which something would come") {
    Tally tally;
    CHECK(rc::check([&] { visit(false, tally); }));
    // A gate that always loads would pass, and one that is never asked anything too.
    CHECK(tally.held_back > 500);
    CHECK(tally.came_of > 100);
}

TEST_CASE("the gate holds back no moment of which something would come, under a clock that jumps") {
    Tally tally;
    CHECK(rc::check([&] { visit(true, tally); }));
    CHECK(tally.held_back > 500);
    CHECK(tally.came_of > 100);
}

TEST_CASE("for another person the gate holds back nothing that it names") {
    CHECK(rc::check([] {
        auto surveys = any_surveys();
        surveys.push_back(make_survey("always", {event("a")}));
        const auto p = prepared(surveys);
        Person ann = make_person("ann");
        Loader loader(parsed(decide::gate(p->document(), "shop.json")), "ann");
        testing::fold(*p, ann, call(kNow));
        for (survey::Survey& s : surveys) history::record_of(ann, s.id, s.wave).answered = kNow;
        loader.loaded(parsed(decide::gate_record(*p, ann, at(kNow))));
        loader.identify("bob");
        RC_ASSERT(loader.sees(tracked("a", kNow + 1)));
    }));
}
