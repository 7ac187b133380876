// What holds for every document and every course of events.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "random_documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

// Folds and decides over a random course; `see` looks at each decision before the chosen survey is shown.
template <class See>
void course(const List<survey::Survey>& surveys, bool may_jump, See see) {
    const auto p = prepared(surveys);
    Person person = make_person(any_of<std::string>("ann", "bob", ""));
    Instant now = kNow;
    const int moments = *rc::gen::inRange(1, 60);
    for (int i = 0; i < moments; ++i) {
        now = any_next(now, may_jump);
        const Person before = person;
        const Moment moment = any_moment(now);
        const bool changed = testing::fold(*p, person, moment);
        const Decision decision = decide::decide(*p, person, at(now));
        see(*p, before, person, decision, now, changed);
        if (decision.chosen && !one_in(3)) play(person, *decision.chosen, any_outcome(), now);
    }
}

bool waits_over(const survey::Survey& s, const Person& person, Instant now) {
    const history::SurveyRecord* r = history::find_record(person, s.id);
    if (!r) return true;
    const auto over = [&](const std::optional<Instant>& mark, const std::optional<Span>& wait) {
        return !mark || !wait || now - *mark >= *wait;
    };
    const bool left_alone =
        r->shown && (!r->dismissed || *r->dismissed < *r->shown) && (!r->answered || *r->answered < *r->shown);
    return over(r->answered, s.waits.answered) && over(r->dismissed, s.waits.dismissed) &&
           (!left_alone || over(r->shown, s.waits.shown));
}

}  // namespace

TEST_CASE("nobody is ever asked while a wait lasts, outside of the season, or what is switched off") {
    CHECK(rc::check([] {
        const auto surveys = any_surveys();
        course(
            surveys, true,
            [&](const Prepared& p, const Person&, const Person& person, const Decision& decision, Instant now, bool) {
                if (!decision.chosen) return;
                const survey::Survey& s = p.document().surveys[decision.chosen->survey];
                RC_ASSERT(waits_over(s, person, now));
                RC_ASSERT(s.enabled);
                RC_ASSERT(!s.unsupported);
                RC_ASSERT(s.sample.threshold > 0u);
                RC_ASSERT((s.starts == 0 || s.starts <= now));  // without a start it has always begun
                RC_ASSERT(now < s.ends);
                RC_ASSERT(decision.chosen->pending.due <= now);
                RC_ASSERT(now < decision.chosen->pending.expires);
            });
    }));
}

TEST_CASE(
    "an entry is open once a survey, for no longer than its document says, and only if it may come to something") {
    CHECK(rc::check([] {
        const auto surveys = any_surveys();
        course(surveys, true,
               [&](const Prepared& p, const Person& before, const Person& person, const Decision&, Instant now, bool) {
                   for (const history::Pending& pending : person.pending) {
                       const survey::Survey* s = p.find(pending.survey, pending.wave, now);
                       RC_ASSERT(s != nullptr);
                       RC_ASSERT(pending.met <= now);
                       RC_ASSERT(pending.due <= later(now, s->delay));
                       RC_ASSERT(now < pending.expires);
                       RC_ASSERT(pending.expires <= later(now, s->expires));
                       RC_ASSERT(std::count_if(person.pending.begin(), person.pending.end(),
                                               [&](const history::Pending& q) { return q.survey == pending.survey; }) ==
                                 1);
                       const bool is_new =
                           std::find(before.pending.begin(), before.pending.end(), pending) == before.pending.end();
                       if (!is_new || before.last_call > now) continue;  // a clock put back moves entries
                       // Alone, so that no other survey is before it.
                       const auto alone = prepared({*s});
                       bool some = false;
                       Decision later_on = decide::decide(*alone, person, at(now));
                       while (!some) {
                           some = later_on.chosen.has_value();
                           if (some || later_on.next == kNever) break;
                           later_on = decide::decide(*alone, person, at(later_on.next));
                       }
                       RC_ASSERT(some);
                   }
               });
    }));
}

TEST_CASE("fold says so exactly when more than the last call changed") {
    CHECK(rc::check([] {
        course(any_surveys(), true,
               [](const Prepared&, Person before, const Person& person, const Decision&, Instant, bool changed) {
                   before.last_call = person.last_call;
                   RC_ASSERT(changed == !(before == person));
               });
    }));
}

TEST_CASE("the trace is total, and the chosen survey is the first that nothing blocks") {
    CHECK(rc::check([] {
        course(any_surveys(), true,
               [](const Prepared& p, const Person&, const Person&, const Decision& decision, Instant, bool) {
                   RC_ASSERT(decision.trace.size() == p.trace_size());
                   std::optional<std::size_t> first;
                   std::size_t at = 0;
                   for (std::size_t i = 0; i < p.document().surveys.size(); ++i) {
                       for (std::size_t r = 0; r < kRules; ++r) {
                           if (!p.plan(i).rules.has(static_cast<Rule>(r))) continue;
                           RC_ASSERT(decision.trace[at].survey == i);
                           RC_ASSERT(decision.trace[at++].rule == static_cast<Rule>(r));
                       }
                       if (blocking(decision, i).empty() && !first) first = i;
                   }
                   RC_ASSERT(decision.chosen.has_value() == first.has_value());
                   if (first) RC_ASSERT(decision.chosen->survey == *first);
               });
    }));
}

TEST_CASE("a survey's verdict is the same whatever surveys stand beside it, in whatever order") {
    CHECK(rc::check([] {
        const auto surveys = any_surveys();
        auto turned = surveys;
        std::reverse(turned.begin(), turned.end());
        const auto q = prepared(turned);
        course(surveys, true,
               [&](const Prepared&, const Person&, const Person& person, const Decision& decision, Instant now, bool) {
                   const Decision other = decide::decide(*q, person, at(now));
                   RC_ASSERT(other.next == decision.next);
                   for (std::size_t i = 0; i < surveys.size(); ++i) {
                       RC_ASSERT(blocking(decision, i) == blocking(other, surveys.size() - 1 - i));
                       const auto alone = prepared({surveys[i]});
                       RC_ASSERT(blocking(decide::decide(*alone, person, at(now))) == blocking(decision, i));
                   }
               });
    }));
}

TEST_CASE("a moment does the same to a person whatever the order of the surveys") {
    CHECK(rc::check([] {
        const auto surveys = any_surveys();
        auto turned = surveys;
        std::reverse(turned.begin(), turned.end());
        const auto q = prepared(turned);
        Person other = make_person("ann");
        const auto p = prepared(surveys);
        Person person = make_person("ann");
        Instant now = kNow;
        for (int i = 0; i < 30; ++i) {
            now = any_next(now, true);
            const Moment moment = any_moment(now);
            testing::fold(*p, person, moment);
            testing::fold(*q, other, moment);
            RC_ASSERT(person.sessions == other.sessions);
            for (const history::Counter& c : person.counters) RC_ASSERT(history::counted(other, c.clause) == c.count);
            RC_ASSERT(person.pending.size() == other.pending.size());
            for (const history::Pending& entry : person.pending) {
                const auto same = std::find_if(other.pending.begin(), other.pending.end(),
                                               [&](const auto& o) { return o.survey == entry.survey; });
                RC_ASSERT((same != other.pending.end()));
                RC_ASSERT(same->met == entry.met);
                RC_ASSERT(same->due == entry.due);
            }
        }
    }));
}

TEST_CASE("until `next` nothing else is chosen, as long as nothing happens") {
    CHECK(rc::check([] {
        course(any_surveys(), false,
               [](const Prepared& p, const Person&, const Person& person, const Decision& decision, Instant now, bool) {
                   RC_ASSERT(decision.next > now);
                   const std::string now_chosen = chosen(p, decision);
                   const Instant end = std::min(decision.next, now + 400 * kDay);
                   for (const Instant t : {now + 1, now + (end - now) / 2, now + (end - now) / 3, end - 1}) {
                       if (t <= now || t >= decision.next) continue;
                       RC_ASSERT(chosen(p, person, at(t)) == now_chosen);
                       Person folded = person;
                       testing::fold(p, folded, tick(t));
                       RC_ASSERT(chosen(p, folded, at(t)) == now_chosen);
                   }
               });
    }));
}

TEST_CASE("deciding twice comes to the same, and no card comes on top of another") {
    CHECK(rc::check([] {
        course(any_surveys(), true,
               [](const Prepared& p, const Person&, const Person& person, const Decision& decision, Instant now, bool) {
                   const Decision again = decide::decide(p, person, at(now));
                   RC_ASSERT(again.trace == decision.trace);
                   RC_ASSERT(again.next == decision.next);
                   RC_ASSERT(chosen(p, again) == chosen(p, decision));
                   Situation open = at(now);
                   open.prompt_open = true;
                   RC_ASSERT(!decide::decide(p, person, open).chosen);
               });
    }));
}

TEST_CASE("whatever a history says, fold and decide end well") {
    CHECK(rc::check([] {
        const auto p = prepared(any_surveys());
        Person person = make_person("ann");
        const auto wild = [] { return *rc::gen::arbitrary<Instant>(); };
        person.last_call = wild();
        person.first_seen = wild();
        person.sessions = *rc::gen::inRange<std::int64_t>(0, history::kMostCount);
        for (int i = 0; i < 4; ++i) {
            const std::string id = "s" + std::to_string(*rc::gen::inRange(0, 5));
            person.pending.push_back({id, "1", "a", 1, wild(), wild(), wild()});
            history::SurveyRecord& record = history::record_of(person, id, "1");
            record.shown = wild();
            record.answered = wild();
        }
        person.claim = history::Claim{"other", "s1", "1", "a", wild()};
        const Instant now = wild();
        Situation situation = at(now);
        situation.locks_exist = one_in(2);
        const Decision unsettled = decide::decide(*p, person, situation);
        RC_ASSERT(unsettled.trace.size() == p->trace_size());
        decide::explain(*p, person, unsettled, situation, "");
        decide::fold(*p, person, any_moment(now), situation);
        for (const TraceRecord& record : decide::decide(*p, person, situation).trace) {
            if (record.verdict == Verdict::block) RC_ASSERT((record.earliest > now || record.earliest == kNever));
        }
    }));
}

// ---- every kind of rule ----

namespace {

// As `course`, with everything that a document can say, and a host that says other things all the time.
template <class See>
void rich_course(const Shared<const Prepared>& p, bool may_jump, See see) {
    Person person = make_person(any_of<std::string>("ann", "bob", ""));
    Instant now = kNow;
    const int moments = *rc::gen::inRange(1, 60);
    for (int i = 0; i < moments; ++i) {
        now = any_next(now, may_jump);
        Moment moment = any_moment(now);
        const json::Members properties = any_properties();
        moment.properties = &properties;
        const Profile profile = any_profile();
        Situation situation = at(now);
        situation.profile = &profile;
        situation.last_key = one_in(2) ? now - kSecond : 0;
        const Person before = person;
        const bool changed = decide::fold(*p, person, moment, situation);
        const Decision decision = decide::decide(*p, person, situation);
        see(before, person, decision, situation, changed);
        if (decision.chosen && !one_in(3)) play(person, *decision.chosen, any_outcome(), now);
    }
}

}  // namespace

TEST_CASE("with every kind of rule: fold says so exactly when more than the last call changed") {
    CHECK(rc::check([] {
        rich_course(prepared(any_rich_surveys(), any_budget()), true,
                    [](Person before, const Person& person, const Decision&, const Situation&, bool changed) {
                        before.last_call = person.last_call;
                        RC_ASSERT(changed == !(before == person));
                    });
    }));
}

TEST_CASE("with every kind of rule: until `next` nothing else is chosen, as long as nothing happens") {
    CHECK(rc::check([] {
        const auto p = prepared(any_rich_surveys(), any_budget());
        rich_course(p, false,
                    [&](const Person&, const Person& person, const Decision& decision, const Situation& now, bool) {
                        RC_ASSERT(decision.next > now.now);
                        const std::string now_chosen = chosen(*p, decision);
                        const Instant end = std::min(decision.next, now.now + 400 * kDay);
                        for (const Instant t :
                             {now.now + 1, now.now + (end - now.now) / 2, now.now + (end - now.now) / 3, end - 1}) {
                            if (t <= now.now || t >= decision.next) continue;
                            Situation then = now;
                            then.now = t;
                            Person folded = person;
                            decide::fold(*p, folded, tick(t), then);
                            RC_ASSERT(chosen(*p, folded, then) == now_chosen);
                        }
                    });
    }));
}

TEST_CASE("with every kind of rule: a decision depends on nothing but its arguments, and draws change nothing") {
    CHECK(rc::check([] {
        const auto p = prepared(any_rich_surveys(), any_budget());
        rich_course(
            p, true, [&](const Person&, const Person& person, const Decision& decision, const Situation& now, bool) {
                const Person copy = *history::read_person(history::write(person));
                RC_ASSERT(copy == person);
                Situation drawn = now;
                const Draws draws = draw(*p, person.anonymous ? now.install : std::string_view(person.id), now.now);
                drawn.draws = &draws;
                const Decision again = decide::decide(*p, copy, drawn);
                RC_ASSERT(again.trace == decision.trace);
                RC_ASSERT(again.next == decision.next);
                RC_ASSERT(chosen(*p, again) == chosen(*p, decision));
                decide::explain(*p, person, decision, now, "");
            });
    }));
}

TEST_CASE("with every kind of rule: each verdict is the same whatever surveys stand beside it") {
    CHECK(rc::check([] {
        const auto surveys = any_rich_surveys();
        const survey::Budget budget = any_budget();
        rich_course(prepared(surveys, budget), true,
                    [&](const Person&, const Person& person, const Decision& decision, const Situation& now, bool) {
                        std::size_t at = 0;
                        for (const survey::Survey& survey : surveys) {
                            const Decision alone = decide::decide(*prepared({survey}, budget), person, now);
                            for (const TraceRecord& record : alone.trace) {
                                const TraceRecord& beside = decision.trace[at++];
                                RC_ASSERT(beside.rule == record.rule);
                                RC_ASSERT(beside.verdict == record.verdict);
                                RC_ASSERT(beside.earliest == record.earliest);
                                RC_ASSERT(beside.wanted == record.wanted);
                            }
                        }
                    });
    }));
}

// Surveys that nothing but the budget keeps back, so that it has to.
survey::Survey willing(const char* id, const char* name, survey::Kind kind) {
    survey::Survey s = make_survey(id, {event(name)});
    s.kind = kind;
    s.delay = 0;
    return s;
}

bool keeps(const survey::Cap& cap, const List<history::PromptMark>& prompts, Instant now) {
    const auto within = std::count_if(prompts.begin(), prompts.end(), [&](const history::PromptMark& mark) {
        return cap.window && now - mark.at < *cap.window;
    });
    const bool few = cap.prompts == 0 || within < cap.prompts;
    return few && (!cap.gap || prompts.empty() || now - prompts.back().at >= *cap.gap);
}

TEST_CASE("the budget is kept over any course of moments, for all surveys and for those of a kind") {
    int chosen = 0;
    CHECK(rc::check([&] {
        survey::Budget budget = any_budget();
        budget.all.prompts = any_of<std::int64_t>(1, 2, 3);
        budget.all.window = any_of<Span>(kHour, kDay, 30 * kDay);
        using survey::Kind;
        const auto p = prepared(
            {willing("s", "a", Kind::transactional), willing("t", "b", Kind::relationship), any_rich_survey(2)},
            budget);
        Person person = make_person("ann");
        Instant now = kNow;
        for (int i = 0; i < 80; ++i) {
            now = any_next(now, true);
            Situation situation = at(now);
            decide::fold(*p, person, tracked(any_of<std::string>("a", "b", "c"), now), situation);
            const Decision decision = decide::decide(*p, person, situation);
            if (!decision.chosen) continue;
            ++chosen;
            const bool transactional = p->document().surveys[decision.chosen->survey].kind == Kind::transactional;
            List<history::PromptMark> of_kind = person.prompts;
            of_kind.erase_if([&](const history::PromptMark& mark) { return mark.transactional != transactional; });
            RC_ASSERT(keeps(budget.all, person.prompts, now));
            RC_ASSERT(keeps(transactional ? budget.transactional : budget.relationship, of_kind, now));
            person.pending.erase_if([&](const history::Pending& q) { return q == decision.chosen->pending; });
            const history::Pending& pending = decision.chosen->pending;
            history::shown(person, history::record_of(person, pending.survey, pending.wave), now, transactional);
        }
    }));
    CHECK(chosen > 200);  // a budget that lets nobody be asked would be kept, too
}

TEST_CASE("a condition more in an `all` lets nobody in, another in an `any` keeps nobody out") {
    CHECK(rc::check([] {
        const auto surveys = any_rich_surveys();
        auto narrower = surveys, wider = surveys;
        for (std::size_t i = 0; i < surveys.size(); ++i) {
            survey::Condition& all = narrower[i].population;
            survey::Condition& any = wider[i].population;
            const survey::Condition more = any_condition();
            if (!all.given() || all.test != survey::Test::all) all.of = {survey::Condition(all)};
            if (!narrower[i].population.of.front().given()) all.of.clear();
            all.test = survey::Test::all;
            all.of.push_back(more);
            if (!any.given()) continue;
            if (any.test != survey::Test::any) any.of = {survey::Condition(any)};
            any.test = survey::Test::any;
            any.of.push_back(more);
        }
        const auto p = prepared(surveys), q = prepared(narrower), r = prepared(wider);
        rich_course(p, true,
                    [&](const Person&, const Person& person, const Decision& decision, const Situation& now, bool) {
                        const Decision less = decide::decide(*q, person, now), more = decide::decide(*r, person, now);
                        for (std::size_t i = 0; i < surveys.size(); ++i) {
                            const bool passes = blocking(decision, i).empty();
                            if (!passes) RC_ASSERT(!blocking(less, i).empty());
                            if (passes) RC_ASSERT(blocking(more, i).empty());
                        }
                    });
    }));
}
