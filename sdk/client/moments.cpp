// Moments: fold, decide, claim.
#include <algorithm>

#include "base/json_writer.hpp"
#include "base/shared.hpp"
#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/journal.hpp"
#include "client/ledger.hpp"
#include "client/registry.hpp"
#include "decide/rules.hpp"

namespace candor::client {

using outbox::Change;
using outbox::State;

namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostUnfolded = 200;
constexpr Span kLastCallStoredEvery = 5 * kMinute;
constexpr Span kAskAgain = 10 * kSecond;
constexpr const char* kNotCounted = "not counted: ";
constexpr Span kCountsStoredWithin = 30 * kSecond;

bool valid_name(std::string_view name) { return !name.empty() && name.size() <= kMostNameBytes && is_utf8(name); }

}  // namespace

candor_status Client::track(std::string_view name, json::Members properties) {
    return moment(decide::MomentKind::event, name, std::move(properties));
}

candor_status Client::screen(std::string_view name) {
    leave_screen(name);
    return moment(decide::MomentKind::screen, name, {});
}

// A card that came for a screen goes with it, as long as nothing was answered or begun: it was about what was there.
void Client::leave_screen(std::string_view entered) {
    const Scope scope(*this);
    if (!alive() || !prompt_ || prompt_->preview || !valid_name(entered)) return;
    const interview::Interview& interview = prompt_->interview;
    if (!interview.answers.empty() || !interview.draft.empty() || !interview.picked.empty()) return;
    bool is_of_screens = false;
    for (const survey::Trigger& trigger : prompt_->survey().triggers) {
        if (trigger.kind != survey::TriggerKind::screen || trigger.touchpoint != prompt_->touchpoint) continue;
        if (decide::matches(trigger, entered)) return;
        is_of_screens = true;
    }
    if (is_of_screens) end_with(history::Reached::shown);
}

candor_status Client::moment(decide::MomentKind kind, std::string_view name, json::Members properties) {
    if (!valid_name(name)) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    const Instant now = host_.now();
    const bool early = !ready() || phase_ != Phase::open;
    if (early && unfolded_.size() >= kMostUnfolded) {
        log(2, {kNotCounted, name});
        return CANDOR_OK;
    }
    if (!early &&
        !(kind == decide::MomentKind::event ? prepared_->waits_for_event(name) : prepared_->waits_for_screen(name))) {
        called(now);
        return CANDOR_OK;
    }
    List<OwnedMoment> moments;
    OwnedMoment& moment = (early ? unfolded_ : moments).emplace_back();
    moment.kind = kind;
    moment.name = name;
    moment.at = now;
    moment.properties = std::move(properties);
    if (early) return CANDOR_OK;
    last_call_ = now;
    if (only_counts(moment)) {
        unfolded_.push_back(std::move(moment));
    } else {
        fold_and_decide(std::move(moments));
    }
    return CANDOR_OK;
}

// Whether nothing is due by this moment, opens or ends: then no more than counts has changed, which may wait and be
// stored with those of other moments. The known person takes it in at once, ahead of the store, and no step may be on
// its way that would put them back.
bool Client::only_counts(const OwnedMoment& moment) {
    // A page may be gone before a transaction could begin.
    if (!kThreaded) return false;
    if (!known_ || prompt_ || hidden_ || unsettled_ > 0 || unfolded_.size() >= kMostUnfolded) return false;
    const auto opened = [this] {
        const auto& pending = known_->pending;
        return std::pair(pending.size(), pending.empty() ? 0 : pending.back().met);
    };
    const std::int64_t sessions = known_->sessions;
    const auto before = opened();
    const Shared<Step> made = decision_step();
    decide::fold(*prepared_, *known_, {moment.kind, moment.name, moment.at, moment.at, true, &moment.properties},
                 made->situation);
    if (known_->sessions != sessions || opened() != before) return false;
    decide::Decision decision = decide::decide(*prepared_, *known_, made->situation);
    if (decision.chosen) return false;
    decide_at(std::min(decision.next, later(made->situation.now, kCountsStoredWithin)));
    decision_ = std::move(decision);
    notify(CANDOR_EVENT_DECIDED, {}, "nobody");
    return true;
}

void Client::decide_at(Instant at) {
    if (at >= decide_at_wall_) return;
    decide_at_wall_ = at;
    set_alarm(Alarm::decide, std::max<Span>(0, at - host_.now()));
}

void Client::store_counts() {
    if (kThreaded && !unfolded_.empty() && ready() && phase_ == Phase::open) fold_and_decide();
}

// A call that no survey waits for. It may begin a session, and keeps the running one alive: that is stored now and
// then.
void Client::called(Instant now) {
    const bool new_session = elapsed(last_call_, now) >= history::kSessionGap;
    const bool store = elapsed(last_call_stored_, now) >= kLastCallStoredEvery;
    last_call_ = now;
    if (new_session || store) call_now();
}

void Client::call_now() {
    List<OwnedMoment> moments(1);
    moments[0].kind = decide::MomentKind::call;
    moments[0].at = host_.now();
    fold_and_decide(std::move(moments));
}

// The buckets of the person in force, again when it is somebody else, or when a wave may have begun.
void Client::draw(Instant now) {
    const bool anonymous = person_.starts_with(kAnonymousPrefix);
    const String& unit = anonymous ? install_id_ : person_;
    const bool same = draws_ != nullptr && draws_->of == prepared_.get() && draws_->unit == unit;
    if (same && now < draws_->until) return;
    draws_ = make_shared<const decide::Draws>(decide::draw(*prepared_, unit, now));
}

// A step that decides, with what holds now.
Shared<Step> Client::decision_step() {
    Shared<Step> made = step(nullptr);
    made->prepared = prepared_;
    made->ids.push_back(fresh_id());  // the ledger's
    decide::Situation& s = made->situation;
    s.now = made->request.now;
    s.busy = busy_;
    s.hidden = hidden_;
    s.prompt_open = prompt_.has_value() || card_slot_taken_by_other(handle_);
    s.consent_unknown = consent_ == Consent::unknown;
    // Where there are locks, whether another owner's claim or card is alive is for the lock to tell: the decision takes
    // it for dead, and only whoever then gets the lock claims.
    s.locks_exist = locks_exist();
    s.holds_lock = s.locks_exist;
    s.owner = made->gate.owner;
    s.install = made->gate.install;
    s.last_key = last_key_;
    if (shared_profile_ == nullptr) shared_profile_ = make_shared<const decide::Profile>(profile_);
    draw(s.now);
    made->profile = shared_profile_;
    made->draws = draws_;
    s.profile = made->profile.get();
    s.draws = made->draws.get();
    return made;
}

Gate Client::gate() const {
    const bool loader = host_.store() != nullptr && ready();
    return {loader ? prepared_ : nullptr, owner_, install_id_};
}

namespace {

// What both kinds of step do once the person is at hand.
void decide_and_claim(Step& step, const outbox::Totals& totals, history::Person& person) {
    decide::Situation situation = step.situation;
    situation.answers_fill_queue = outbox::answers_fill(totals);
    step.decision = decide::decide(*step.prepared, person, situation);
    step.claimed = step.wants_claim = false;
    if (step.decision.chosen) {
        const decide::Choice& choice = *step.decision.chosen;
        step.survey_index = choice.survey;
        step.wave = choice.pending.wave;
        step.touchpoint = choice.pending.touchpoint;
        step.ledger_state = choice.pending.ledger_state;
        step.properties = choice.pending.properties;
        step.would_target = choice.would_target;
        // A claim or card of this very run is being carried out already, by a step before this one.
        const bool under_way = (person.claim && person.claim->owner == situation.owner &&
                                elapsed(person.claim->at, situation.now) < history::kClaimLapse) ||
                               (person.running && person.running->owner == situation.owner);
        if (under_way) {
            step.decision.chosen.reset();
        } else if (step.asked) {
            const survey::Survey& survey = step.prepared->document().surveys[choice.survey];
            history::Claim& claim = person.claim.emplace();
            claim.owner = situation.owner;
            claim.survey = survey.id;
            claim.wave = step.wave;
            claim.touchpoint = step.touchpoint;
            claim.at = situation.now;
            step.claimed = true;
        } else {
            step.wants_claim = true;
        }
    }
}

bool fold_moments(const Step& step, history::Person& person, Ledger& ledger) {
    bool changed = false;
    for (const OwnedMoment& m : step.moments) {
        // The clock may have been put back since: to an app that runs it is no more than now.
        const Instant now = step.request.now;
        const decide::Moment moment{m.kind, m.name, std::min(m.at, now), now, true, &m.properties};
        List<decide::Met> met;
        // What is done before consent is known is counted nowhere but here.
        changed |= decide::fold(*step.prepared, person, moment, step.situation,
                                step.situation.consent_unknown ? nullptr : &met);
        for (const decide::Met& one : met) ledger.meet(person, one);
    }
    return changed;
}

void run_decision(Step& step, const State& state, Change& change) {
    const Instant now = step.request.now;
    history::Person& person = step.known;
    person = load_person(state, step.person, now, *step.written);
    bool changed = state.find(person_key(step.person)) == nullptr;
    // An interview that nobody came back to ends as it is: what was answered was queued when it was.
    if (person.running && person.running->owner != step.gate.owner &&
        elapsed(person.running->touched, now) > history::kResumeWithin) {
        person.running.reset();
        changed = true;
    }
    const Instant last_call_stored = person.last_call;
    Ledger ledger(step.prepared->document(), now);
    changed |= fold_moments(step, person, ledger);
    changed |= elapsed(last_call_stored, person.last_call) >= kLastCallStoredEvery;
    decide_and_claim(step, state.totals, person);
    if (changed || step.claimed) put_person(person, step.gate, now, change, *step.written);
    ledger.append(step.ids[0], state, change);
    step.rows = static_cast<std::int64_t>(change.appends.size());
}

void run_journal(Step& step, const State& state, Change& change) {
    const Instant now = step.request.now;
    People people(state, step.fresh, now);
    Ledger ledger(step.prepared->document(), now);
    step.damaged = !fold_journal(step, state.journal, people, ledger);
    for (const outbox::Record& entry : state.journal) change.journal_removes.push_back(entry.key);
    fold_moments(step, people.current(), ledger);
    decide_and_claim(step, state.totals, people.current());
    people.write(step.gate, now, change);
    ledger.append(step.ids[0], state, change);
    step.rows = static_cast<std::int64_t>(change.appends.size());
    step.known = std::move(people.current());
}

}  // namespace

// `claim`: the card slot and lock were got for this, and it claims if somebody is still to be asked.
void Client::fold_and_decide(List<OwnedMoment> moments, bool claim) {
    if (!ready()) return;
    List<OwnedMoment> all = std::exchange(unfolded_, {});
    for (OwnedMoment& moment : moments) all.push_back(std::move(moment));
    // A journal on its way may name somebody else than the store did: who has these moments is known after it.
    if (journals_ > 0 && !claim) return fold_journal(std::move(all));
    stop_alarm(Alarm::decide);
    decide_at_wall_ = kNever;
    const Shared<Step> made = decision_step();
    made->run = run_decision;
    made->then = [](Client& client, Step& step, bool stands) {
        if (step.asked) client.claiming_ = false;
        if (stands) {
            client.decided(step);
            return;
        }
        client.release_card();
        client.decide_later(step);
    };
    made->request.reads.push_back(person_key(person_));
    made->request.reads.emplace_back(kDroppedRecord);
    made->moments = std::move(all);
    made->asked = claim;
    post(made);
}

// The store failed: what happened is not forgotten, and what was due is asked for again. But what has been erased
// meanwhile, or was somebody else's, is nobody's.
void Client::decide_later(Step& step) {
    const bool theirs = step.epoch == epoch_ && step.person_changes == person_changes_;
    for (OwnedMoment& moment : step.moments) {
        if (theirs && unfolded_.size() < kMostUnfolded) {
            unfolded_.push_back(std::move(moment));
        } else {
            log(2, {kNotCounted, moment.name});
        }
    }
    decide_at(later(host_.now(), kAskAgain));
}

// What the loader saw while the core was not there, in its order, then the moments.
void Client::fold_journal(List<OwnedMoment> moments) {
    stop_alarm(Alarm::decide);
    decide_at_wall_ = kNever;
    const Shared<Step> made = decision_step();
    made->run = run_journal;
    ++journals_;
    made->then = [](Client& client, Step& step, bool stands) {
        --client.journals_;
        if (!stands) {
            client.decide_later(step);
            return;
        }
        if (step.damaged) client.error({"storage: a record could not be read"});
        // Whom the journal names is who uses the page, unless the page has said otherwise meanwhile.
        if (step.person_changes == client.person_changes_ && client.person_ != step.known.id) {
            client.person_ = step.known.id;
            ++client.person_changes_;
        }
        client.decided(step);
    };
    made->request.reads = People::reads();
    made->request.reads.emplace_back(kDroppedRecord);
    made->request.journal = true;
    made->fresh = fresh_ids();
    made->moments = std::move(moments);
    post(made);
}

void Client::decided(Step& step) {
    if (step.known.id != person_) {
        // Somebody else uses the app by now. What was claimed for the one before lapses, as nobody saw it.
        release_card();
        return;
    }
    known_ = std::move(step.known);
    last_call_stored_ = known_->last_call;
    last_call_ = std::max(last_call_, known_->last_call);
    decide_at(step.decision.next);
    std::string_view chosen;
    if (step.decision.chosen) chosen = step.prepared->document().surveys[step.survey_index].id;
    notify(CANDOR_EVENT_DECIDED, chosen, chosen.empty() ? "nobody" : chosen);
    if (step.prepared == prepared_) decision_ = std::move(step.decision);
    if (step.claimed) {
        begin_prompt(*step.prepared, step.survey_index, step.wave, step.touchpoint);
        prompt_->would_target = step.would_target;
        prompt_->ledger_state = step.ledger_state;
        prompt_->properties = std::move(step.properties);
    } else if (step.wants_claim && !prompt_) {
        want_claim();
    } else {
        release_card();
    }
    if (step.rows == 0) return;
    queue_known_ = false;
    // What the ledger has of somebody who is about to be asked goes out with what comes of it.
    if (!step.wants_claim) pump();
}

// Somebody is to be asked: one card in the process, one over all tabs and processes.
void Client::want_claim() {
    if (hidden_) return;
    claim_missed_ = claiming_;  // for another: asked for again when that comes to nothing
    if (claiming_) return;
    if (!take_card_slot(handle_)) return;  // told when it is free
    claiming_ = true;
    acquire(LockName::card, [](Client& client, bool acquired) { client.claim_with_lock(acquired); });
}

void Client::claim_with_lock(bool acquired) {
    if (!acquired) {
        claiming_ = false;
        free_card_slot(handle_, false);
        // Another tab or process shows a card. Ask again when it may be gone.
        decide_at(later(host_.now(), kAskAgain));
        return;
    }
    if (!ready() || hidden_ || consent_ == Consent::unknown) {
        claiming_ = false;
        release_card();
        return;
    }
    fold_and_decide({}, true);  // `claiming_` until that is done
}

// Slot and lock are held for a prompt, or for one that is being claimed, and for nothing else.
void Client::release_card() {
    if (prompt_ || claiming_) return;
    release(LockName::card);
    free_card_slot(handle_, true);
    if (std::exchange(claim_missed_, false)) fold_and_decide();
}

void Client::card_slot_freed() {
    post([](Client& client, Task&) {
        const Scope scope(client);
        if (client.ready() && client.phase_ == Phase::open && !client.prompt_) client.fold_and_decide();
    });
}

// ---- what else the host says ----

candor_status Client::busy(bool busy) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const bool freed = busy_ && !busy;
    busy_ = busy;
    if (freed && ready() && phase_ == Phase::open) {
        resume_if_interrupted();
        fold_and_decide();
    }
    return CANDOR_OK;
}

candor_status Client::typed() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    last_key_ = host_.now();
    return CANDOR_OK;
}

// What waits for its moment may be due now, for it is another person, app or clock that the conditions see.
void Client::profile_changed() {
    shared_profile_ = nullptr;
    if (ready() && phase_ == Phase::open && !prompt_ && known_ && !known_->pending.empty()) fold_and_decide();
}

candor_status Client::hidden(bool hidden) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const bool shown_again = hidden_ && !hidden;
    hidden_ = hidden;
    if (shown_again && ready() && phase_ == Phase::open) {
        called(host_.now());
        resume_if_interrupted();
        fold_and_decide();
    }
    if (hidden) {
        store_counts();
        store_draft();
        hurry_ = true;
        pump();
    } else {
        hurry_ = false;
    }
    return CANDOR_OK;
}

candor_status Client::set_attributes(const List<std::pair<String, json::Value>>& attributes) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    store_counts();  // of what was known when they happened
    for (const json::Member& attribute : attributes) {
        profile_.attributes.erase_if([&](const json::Member& m) { return m.first == attribute.first; });
        if (!attribute.second.is_null()) profile_.attributes.push_back(attribute);
    }
    profile_changed();
    return CANDOR_OK;
}

candor_status Client::set_context(const candor_context& context) {
    const candor_string texts[] = {context.app_version, context.locale,  context.platform,
                                   context.os_version,  context.country, context.device};
    for (const candor_string& text : texts) {
        if (text.size > kMostNameBytes || !is_utf8(view(text))) return CANDOR_INVALID;
    }
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    store_counts();
    decide::Profile& p = profile_;
    String* const members[] = {&p.app_version, &p.locale, &p.platform, &p.os_version, &p.country, &p.device};
    for (std::size_t i = 0; i < std::size(texts); ++i) {
        if (texts[i].size > 0) *members[i] = view(texts[i]);
    }
    if (context.offset_count > 0) p.offsets.clear();
    for (std::size_t i = 0; i < context.offset_count; ++i) {
        p.offsets.push_back({context.offsets[i].from, context.offsets[i].minutes});
    }
    profile_changed();
    if (prompt_) prompt_changed("context");
    return CANDOR_OK;
}

String Client::told(Tell tell, std::string_view text) {
    const Scope scope(*this);
    if (!alive()) return "";
    if (!ready()) {
        const char* why = consent_ == Consent::denied ? "consent was denied"
                          : prepared_ == nullptr      ? "no survey document is in force"
                                                      : "the store is not open yet";
        return json::Writer().object().whole("now", host_.now()).text("reason", why).end().take();
    }
    const history::Person nobody;
    const history::Person& person = known_ ? *known_ : nobody;
    const Shared<Step> made = decision_step();
    // The last decision as it was made; before the first one, what would be decided now.
    if (!decision_) made->decision = decide::decide(*prepared_, person, made->situation);
    const decide::Decision& decision = decision_ ? *decision_ : made->decision;
    return tell(*prepared_, person, decision, made->situation, text);
}

String Client::explain(std::string_view survey) { return told(decide::explain, survey); }

String Client::evidence() { return told(decide::evidence, source_); }

}  // namespace candor::client
