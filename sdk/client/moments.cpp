// Moments: fold, decide, claim.
#include <algorithm>

#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "client/transact.hpp"

namespace candor::client {

using outbox::Change;
using outbox::Durability;
using outbox::Request;
using outbox::State;

namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostEarlyMoments = 200;
constexpr Span kLastCallStoredEvery = 5 * kMinute;
constexpr Span kAskAgain = 10 * kSecond;
const std::string kCardLock = "card";

}  // namespace

struct Client::Decided {
    std::shared_ptr<const decide::Prepared> prepared;  // what `survey` is an index into
    history::Person person;
    decide::Decision decision;
    bool claimed = false;
    bool wants_claim = false;
    bool unreadable = false;  // something of the journal
    std::size_t survey = 0;
    std::string touchpoint;
};

namespace {

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
    if (!ready() || phase_ != Phase::open) {
        if (early_.size() < kMostEarlyMoments) {
            early_.push_back({kind, std::string(name), now});
        } else {
            log(2, "a moment before the document was there was not counted: " + std::string(name));
        }
        return CANDOR_OK;
    }
    const bool waited_for =
        kind == decide::MomentKind::event ? prepared_->waits_for_event(name) : prepared_->waits_for_screen(name);
    if (waited_for) {
        last_call_ = now;
        fold_and_decide({{kind, std::string(name), now}});
    } else {
        called(now);
    }
    return CANDOR_OK;
}

// A call that no survey waits for. It may begin a session, and keeps the running one alive: that is stored now and
// then.
void Client::called(Instant now) {
    const bool new_session = elapsed(last_call_, now) >= history::kSessionGap;
    const bool store = elapsed(last_call_stored_, now) >= kLastCallStoredEvery;
    last_call_ = now;
    if (new_session || store) fold_and_decide({{decide::MomentKind::call, "", now}});
}

Client::Circumstances Client::circumstances() {
    Circumstances c;
    c.owner = owner_;
    c.install = install_id_;
    c.person = person_;
    c.prepared = prepared_;
    c.gate = gate();
    decide::Situation& s = c.situation;
    s.now = host_.now();
    s.busy = busy_;
    s.hidden = hidden_;
    s.prompt_open = prompt_.has_value() || card_slot_taken_by_other(handle_);
    s.consent_unknown = consent_ == Consent::unknown;
    // Where there are locks, whether another owner's claim or card is alive is for the lock to tell: the decision takes
    // it for dead, and only whoever then gets the lock claims.
    s.locks_exist = locks_exist();
    s.holds_lock = s.locks_exist;
    return c;
}

Gate Client::gate() const {
    const bool loader = host_.store() != nullptr && ready();
    return {loader ? prepared_ : nullptr, owner_, install_id_};
}

decide::Situation Client::Circumstances::with_names() const {
    decide::Situation s = situation;
    s.owner = owner;
    s.install = install;
    return s;
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

// The loader has told the sessions apart: its starts come first, and nothing else of the journal begins one. False:
// something could not be read.
template <class Circumstances>
bool fold_entries(const Circumstances& c, const std::vector<outbox::Record>& journal, const FreshIds& fresh,
                  People& people) {
    const Instant now = c.situation.now;
    const auto fold = [&](decide::MomentKind kind, std::string_view name, Instant at, bool may_begin_session) {
        decide::Moment moment{kind, name, at, now};
        moment.may_begin_session = may_begin_session;
        decide::fold(*c.prepared, people.current(), moment, c.with_names());
    };
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
        const Instant at = instant_of(*read, "at").value_or(now);
        if (kind == "event") fold(decide::MomentKind::event, text_of(*read, "name"), at, false);
        if (kind == "screen") fold(decide::MomentKind::screen, text_of(*read, "name"), at, false);
        if (kind == "reset") people.reset(fresh.anonymous, now);
        if (kind == "identify" && valid_person(person)) people.identify(person, now);
        if (kind != "session") continue;
        if (const json::Value* starts = read->find("starts")) {
            for (const json::Value& start : starts->array()) {
                fold(decide::MomentKind::call, "", instant_of(start), true);
            }
        }
        last = instant_of(*read, "last");
    }
    if (last) fold(decide::MomentKind::call, "", *last, false);
    return readable;
}

// What both kinds of step do once the person is at hand.
template <class Circumstances, class Decided>
void decide_and_claim(const Circumstances& c, const outbox::Totals& totals, history::Person& person, Decided& decided) {
    decide::Situation situation = c.with_names();
    situation.answers_fill_queue = answers_fill(totals);
    decided.prepared = c.prepared;
    decided.decision = decide::decide(*c.prepared, person, situation);
    if (decided.decision.chosen) {
        const decide::Choice& choice = *decided.decision.chosen;
        decided.survey = choice.survey;
        decided.touchpoint = choice.pending.touchpoint;
        // A claim or card of this very run is being carried out already, by a step before this one.
        const bool under_way = (person.claim && person.claim->owner == c.owner &&
                                elapsed(person.claim->at, situation.now) < history::kClaimLapse) ||
                               (person.running && person.running->owner == c.owner);
        if (under_way) {
            decided.decision.chosen.reset();
        } else if (c.may_claim) {
            const survey::Survey& survey = c.prepared->document().surveys[choice.survey];
            person.claim = history::Claim{c.owner, survey.id, survey.wave, choice.pending.touchpoint, situation.now};
            decided.claimed = true;
        } else {
            decided.wants_claim = true;
        }
    }
    decided.person = person;
}

}  // namespace

// `claim`: the card slot and lock were got for this, and it claims if somebody is still to be asked.
void Client::fold_and_decide(const std::vector<OwnedMoment>& moments, bool claim) {
    if (!ready()) return;
    Circumstances c = circumstances();
    c.may_claim = claim;
    decide_at_ = decide_at_wall_ = kNever;
    transact<Decided>(
        Request{.durability = Durability::normal, .reads = {person_key(c.person)}, .now = c.situation.now},
        [c, moments](const State& state, Decided& decided) {
            Change change;
            history::Person person = load_person(state, c.person, c.situation.now);
            const std::string* stored = state.find(person_key(c.person));
            bool changed = stored == nullptr;
            // An interview that nobody came back to ends as it is: what was answered was queued when it was.
            if (person.running && person.running->owner != c.owner &&
                elapsed(person.running->touched, c.situation.now) > history::kResumeWithin) {
                person.running.reset();
                changed = true;
            }
            const Instant last_call_stored = person.last_call;
            for (const OwnedMoment& m : moments) {
                const decide::Moment moment{m.kind, m.name, m.at, c.situation.now};
                changed |= decide::fold(*c.prepared, person, moment, c.with_names());
            }
            changed |= elapsed(last_call_stored, person.last_call) >= kLastCallStoredEvery;
            decide_and_claim(c, state.totals, person, decided);
            if (changed || decided.claimed) {
                put_person(person, c.gate, c.situation.now, change);
            }
            return change;
        },
        [claim, moments](Client& self, const Result<void>& outcome, Decided& decided) {
            if (claim) self.claiming_ = false;
            if (!outcome) {
                self.error("storage: " + describe(outcome.error()));
                self.release_card();
                self.decide_later(moments);
                return;
            }
            self.decided(decided);
        });
}

// The store failed: what happened is not forgotten, and what was due is asked for again.
void Client::decide_later(std::vector<OwnedMoment> moments) {
    for (OwnedMoment& moment : moments) {
        if (early_.size() < kMostEarlyMoments) early_.push_back(std::move(moment));
    }
    decide_at_ = later(host_.monotonic(), kAskAgain);
    arm_alarm();
}

// What the loader saw while the core was not there, in its order, then the moments.
void Client::fold_journal(const std::vector<OwnedMoment>& moments) {
    const Circumstances c = circumstances();
    decide_at_ = decide_at_wall_ = kNever;
    transact<Decided>(
        Request{.durability = Durability::normal, .reads = People::reads(), .journal = true, .now = c.situation.now},
        [c, fresh = fresh_ids(), moments](const State& state, Decided& decided) {
            Change change;
            const Instant now = c.situation.now;
            People people(state, fresh, now);
            decided.unreadable = !fold_entries(c, state.journal, fresh, people);
            for (const outbox::Record& entry : state.journal) change.journal_removes.push_back(entry.key);
            for (const OwnedMoment& m : moments) {
                decide::fold(*c.prepared, people.current(), {m.kind, m.name, m.at, now}, c.with_names());
            }
            decide_and_claim(c, state.totals, people.current(), decided);
            people.write(c.gate, now, change);
            return change;
        },
        [moments, changes = person_changes_](Client& self, const Result<void>& outcome, Decided& decided) {
            if (!outcome) {
                self.error("storage: " + describe(outcome.error()));
                self.decide_later(moments);
                return;
            }
            if (decided.unreadable) self.error("storage: an entry of the journal could not be read");
            // Whom the journal names is who uses the page, unless the page has said otherwise meanwhile.
            if (changes == self.person_changes_) self.person_ = decided.person.id;
            self.decided(decided);
        });
}

void Client::decided(Decided& decided) {
    if (decided.person.id != person_) {
        // Somebody else uses the app by now. What was claimed for the one before lapses, as nobody saw it.
        release_card();
        return;
    }
    known_ = decided.person;
    last_call_stored_ = decided.person.last_call;
    last_call_ = std::max(last_call_, decided.person.last_call);
    std::string chosen;
    if (decided.decision.chosen) chosen = decided.prepared->document().surveys[decided.survey].id;
    if (decided.decision.next != kNever) {
        const Instant now = host_.now();
        decide_at_wall_ = decided.decision.next;
        decide_at_ = later(host_.monotonic(), std::max<Span>(0, decided.decision.next - now));
        arm_alarm();
    }
    if (decided.prepared == prepared_) decision_ = std::move(decided.decision);
    notify({CANDOR_EVENT_DECIDED, 0, chosen, chosen.empty() ? "nobody" : chosen, 0});
    if (decided.claimed) {
        begin_prompt(*decided.prepared, decided.survey, decided.touchpoint);
    } else if (decided.wants_claim && !prompt_) {
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
    acquire(kCardLock, [](Client& self, bool acquired) { self.claim_with_lock(acquired); });
}

void Client::claim_with_lock(bool acquired) {
    if (!acquired) {
        claiming_ = false;
        free_card_slot(handle_, false);
        // Another tab or process shows a card. Ask again when it may be gone.
        decide_at_ = later(host_.monotonic(), kAskAgain);
        arm_alarm();
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
    release(kCardLock);
    free_card_slot(handle_, true);
}

void Client::card_slot_freed() {
    executor_.post([weak = weak_from_this()] {
        const std::shared_ptr<Client> self = weak.lock();
        if (!self) return;
        const Scope scope(*self);
        if (self->ready() && self->phase_ == Phase::open && !self->prompt_) self->fold_and_decide({});
    });
}

// ---- what else the host says ----

candor_status Client::busy(bool busy) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const bool freed = busy_ && !busy;
    busy_ = busy;
    if (freed && ready() && phase_ == Phase::open) {
        if (known_) resume_if_interrupted(*known_);
        fold_and_decide({});
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
        if (known_) resume_if_interrupted(*known_);
        fold_and_decide({});
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

candor_status Client::set_attributes(const std::vector<std::pair<std::string, json::Value>>& attributes) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    for (const auto& [key, value] : attributes) {
        if (value.is_null()) {
            attributes_.erase(key);
        } else {
            attributes_[key] = value;
        }
    }
    return CANDOR_OK;
}

candor_status Client::set_context(const candor_context& context) {
    const std::pair<candor_string, std::string Client::*> texts[] = {
        {context.app_version, &Client::app_version_}, {context.locale, &Client::locale_},
        {context.platform, &Client::platform_},       {context.os_version, &Client::os_version_},
        {context.country, &Client::country_},         {context.device, &Client::device_}};
    for (const auto& [text, member] : texts) {
        if (text.size > kMostNameBytes || !is_utf8(view(text))) return CANDOR_INVALID;
    }
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    for (const auto& [text, member] : texts) {
        if (text.size > 0) this->*member = view(text);
    }
    if (context.offset_count > 0) offsets_.assign(context.offsets, context.offsets + context.offset_count);
    if (prompt_) notify({CANDOR_EVENT_PROMPT_CHANGED, 0, prompt_->survey().id, "context", 0});
    return CANDOR_OK;
}

std::string Client::explain(std::string_view survey) {
    const Scope scope(*this);
    if (!alive()) return "";
    if (!ready()) {
        const char* why = consent_ == Consent::denied ? "consent was denied"
                          : prepared_ == nullptr      ? "no survey document is in force"
                                                      : "the store is not open yet";
        return json::dump(json::Value(json::Members{}).set("now", host_.now()).set("reason", why));
    }
    const history::Person person = known_ ? *known_ : history::Person{};
    const Circumstances c = circumstances();
    const decide::Situation situation = c.with_names();
    // The last decision as it was made; before the first one, what would be decided now.
    const decide::Decision decision = decision_ ? *decision_ : decide::decide(*prepared_, person, situation);
    return decide::explain(*prepared_, person, decision, situation, survey);
}

}  // namespace candor::client
