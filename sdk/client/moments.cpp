// Moments: fold, decide, claim.
#include <algorithm>

#include "base/json_writer.hpp"
#include "base/shared.hpp"
#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/registry.hpp"

namespace candor::client {

using outbox::Change;
using outbox::State;

namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostEarlyMoments = 200;
constexpr Span kLastCallStoredEvery = 5 * kMinute;
constexpr Span kAskAgain = 10 * kSecond;

bool valid_name(std::string_view name) { return !name.empty() && name.size() <= kMostNameBytes && is_utf8(name); }

// Bounds of the third law: when answers alone fill the queue, nobody is asked.
bool answers_fill(const outbox::Totals& totals) {
    const outbox::Bounds bounds;
    return totals.answer_rows >= bounds.rows * 9 / 10 || totals.answer_bytes >= bounds.bytes * 9 / 10;
}

}  // namespace

candor_status Client::track(std::string_view name) { return moment(decide::MomentKind::event, name); }
candor_status Client::screen(std::string_view name) { return moment(decide::MomentKind::screen, name); }

candor_status Client::moment(decide::MomentKind kind, std::string_view name) {
    if (!valid_name(name)) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    const Instant now = host_.now();
    const bool early = !ready() || phase_ != Phase::open;
    if (early && early_.size() >= kMostEarlyMoments) {
        log(2, {"a moment before the document was there was not counted: ", name});
        return CANDOR_OK;
    }
    if (!early &&
        !(kind == decide::MomentKind::event ? prepared_->waits_for_event(name) : prepared_->waits_for_screen(name))) {
        called(now);
        return CANDOR_OK;
    }
    List<OwnedMoment> moments;
    OwnedMoment& moment = (early ? early_ : moments).emplace_back();
    moment.kind = kind;
    moment.name = name;
    moment.at = now;
    if (early) return CANDOR_OK;
    last_call_ = now;
    fold_and_decide(std::move(moments));
    return CANDOR_OK;
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

// A step that decides, with what holds now.
Shared<Step> Client::decision_step() {
    Shared<Step> made = step(nullptr);
    made->prepared = prepared_;
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
    return made;
}

Gate Client::gate() const {
    const bool loader = host_.store() != nullptr && ready();
    return {loader ? prepared_ : nullptr, owner_, install_id_};
}

namespace {

std::string_view text_of(const json::Value& entry, std::string_view key) {
    const json::Value* member = entry.find(key);
    return member ? std::string_view(member->text()) : std::string_view();
}

// A page writes numbers as doubles; one that no instant can be is none.
Instant instant_of(const json::Value& value) {
    constexpr double kLimit = 9007199254740992.0;  // 2^53
    const double number = value.number();
    return number > -kLimit && number < kLimit ? static_cast<Instant>(number) : 0;
}

std::optional<Instant> instant_of(const json::Value& entry, std::string_view key) {
    const json::Value* member = entry.find(key);
    if (member == nullptr) return std::nullopt;
    return instant_of(*member);
}

bool fold(const Step& step, history::Person& person, const decide::Moment& moment) {
    return decide::fold(*step.prepared, person, moment, step.situation);
}

// The loader has told the sessions apart: its starts come first, and nothing else of the journal begins one. False:
// something could not be read.
bool fold_entries(const Step& step, const List<outbox::Record>& journal, People& people) {
    decide::Moment moment;
    const Instant now = moment.now = step.request.now;
    moment.may_begin_session = false;
    bool readable = true;
    std::optional<Instant> last;
    for (const outbox::Record& entry : journal) {
        const Result<json::Value> read = json::parse(entry.value);
        if (!read) {
            readable = false;
            continue;
        }
        const std::string_view kind = text_of(*read, "kind");
        const std::string_view person = text_of(*read, "person");
        moment.at = instant_of(*read, "at").value_or(now);
        moment.name = text_of(*read, "name");
        if (kind == "event" || kind == "screen") {
            moment.kind = kind == "event" ? decide::MomentKind::event : decide::MomentKind::screen;
            fold(step, people.current(), moment);
        }
        if (kind == "reset") people.reset(step.fresh.anonymous, now);
        if (kind == "identify" && valid_person(person)) people.identify(person, now);
        if (kind != "session") continue;
        if (const json::Value* starts = read->find("starts")) {
            for (const json::Value& start : starts->array()) {
                decide::Moment began{decide::MomentKind::call, {}, instant_of(start), now};
                fold(step, people.current(), began);
            }
        }
        last = instant_of(*read, "last");
    }
    if (last) {
        moment.kind = decide::MomentKind::call;
        moment.name = {};
        moment.at = *last;
        fold(step, people.current(), moment);
    }
    return readable;
}

// What both kinds of step do once the person is at hand.
void decide_and_claim(Step& step, const outbox::Totals& totals, history::Person& person) {
    decide::Situation situation = step.situation;
    situation.answers_fill_queue = answers_fill(totals);
    step.decision = decide::decide(*step.prepared, person, situation);
    step.claimed = step.wants_claim = false;
    if (step.decision.chosen) {
        const decide::Choice& choice = *step.decision.chosen;
        step.survey_index = choice.survey;
        step.touchpoint = choice.pending.touchpoint;
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
            claim.wave = survey.wave;
            claim.touchpoint = step.touchpoint;
            claim.at = situation.now;
            step.claimed = true;
        } else {
            step.wants_claim = true;
        }
    }
}

bool fold_moments(const Step& step, history::Person& person) {
    bool changed = false;
    for (const OwnedMoment& m : step.moments) {
        changed |= fold(step, person, {m.kind, m.name, m.at, step.request.now});
    }
    return changed;
}

void run_decision(Step& step, const State& state, Change& change) {
    const Instant now = step.request.now;
    history::Person& person = step.known;
    person = load_person(state, step.person, now);
    bool changed = state.find(person_key(step.person)) == nullptr;
    // An interview that nobody came back to ends as it is: what was answered was queued when it was.
    if (person.running && person.running->owner != step.gate.owner &&
        elapsed(person.running->touched, now) > history::kResumeWithin) {
        person.running.reset();
        changed = true;
    }
    const Instant last_call_stored = person.last_call;
    changed |= fold_moments(step, person);
    changed |= elapsed(last_call_stored, person.last_call) >= kLastCallStoredEvery;
    decide_and_claim(step, state.totals, person);
    if (changed || step.claimed) put_person(person, step.gate, now, change);
}

void run_journal(Step& step, const State& state, Change& change) {
    const Instant now = step.request.now;
    People people(state, step.fresh, now);
    step.damaged = !fold_entries(step, state.journal, people);
    for (const outbox::Record& entry : state.journal) change.journal_removes.push_back(entry.key);
    fold_moments(step, people.current());
    decide_and_claim(step, state.totals, people.current());
    people.write(step.gate, now, change);
    step.known = std::move(people.current());
}

}  // namespace

// `claim`: the card slot and lock were got for this, and it claims if somebody is still to be asked.
void Client::fold_and_decide(List<OwnedMoment> moments, bool claim) {
    if (!ready()) return;
    // A journal on its way may name somebody else than the store did: who has these moments is known after it.
    if (journals_ > 0 && !claim) return fold_journal(std::move(moments));
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
        client.decide_later(step.moments);
    };
    made->request.reads.push_back(person_key(person_));
    made->moments = std::move(moments);
    made->asked = claim;
    post(made);
}

// The store failed: what happened is not forgotten, and what was due is asked for again.
void Client::decide_later(List<OwnedMoment>& moments) {
    for (OwnedMoment& moment : moments) {
        if (early_.size() < kMostEarlyMoments) early_.push_back(std::move(moment));
    }
    set_alarm(Alarm::decide, kAskAgain);
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
            client.decide_later(step.moments);
            return;
        }
        if (step.damaged) client.error({"storage: an entry of the journal could not be read"});
        // Whom the journal names is who uses the page, unless the page has said otherwise meanwhile.
        if (step.person_changes == client.person_changes_ && client.person_ != step.known.id) {
            client.person_ = step.known.id;
            ++client.person_changes_;
        }
        client.decided(step);
    };
    made->request.reads = People::reads();
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
    if (step.decision.next != kNever) {
        decide_at_wall_ = step.decision.next;
        set_alarm(Alarm::decide, std::max<Span>(0, step.decision.next - host_.now()));
    }
    std::string_view chosen;
    if (step.decision.chosen) chosen = step.prepared->document().surveys[step.survey_index].id;
    notify(CANDOR_EVENT_DECIDED, chosen, chosen.empty() ? "nobody" : chosen);
    if (step.prepared == prepared_) decision_ = std::move(step.decision);
    if (step.claimed) {
        begin_prompt(*step.prepared, step.survey_index, step.touchpoint);
    } else if (step.wants_claim && !prompt_) {
        want_claim();
    } else {
        release_card();
    }
}

// Somebody is to be asked: one card in the process, one over all tabs and processes.
void Client::want_claim() {
    if (claiming_ || hidden_) return;
    if (!take_card_slot(handle_)) return;  // told when it is free
    claiming_ = true;
    acquire(LockName::card, [](Client& client, bool acquired) { client.claim_with_lock(acquired); });
}

void Client::claim_with_lock(bool acquired) {
    if (!acquired) {
        claiming_ = false;
        free_card_slot(handle_, false);
        // Another tab or process shows a card. Ask again when it may be gone.
        set_alarm(Alarm::decide, kAskAgain);
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
    for (const json::Member& attribute : attributes) {
        attributes_.erase_if([&](const json::Member& m) { return m.first == attribute.first; });
        if (!attribute.second.is_null()) attributes_.push_back(attribute);
    }
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
    String* const members[] = {&app_version_, &locale_, &platform_, &os_version_, &country_, &device_};
    for (std::size_t i = 0; i < std::size(texts); ++i) {
        if (texts[i].size > 0) *members[i] = view(texts[i]);
    }
    if (context.offset_count > 0) offsets_.assign(context.offsets, context.offsets + context.offset_count);
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
