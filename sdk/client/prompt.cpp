// The running prompt: shown, answered, dismissed, resumed.
#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "client/text_entry.hpp"
#include "client/transact.hpp"

namespace candor::client {

using outbox::Change;
using outbox::Durability;
using outbox::Request;
using outbox::State;

namespace {

constexpr Span kAnswerHeldBack = 3 * kSecond;  // so that a comment may still join the score on its way
constexpr Span kDraftStoredAfter = kSecond;
constexpr std::size_t kMostSubmissionsKept = 200;

// What a step needs of the prompt, as values.
struct Told {
    std::shared_ptr<const survey::Document> document;
    std::size_t survey_index = 0;
    std::string owner, person, touchpoint, submission, state;
    Instant shown = 0;
    Gate gate;

    const survey::Survey& survey() const { return document->surveys[survey_index]; }
};

Told told(const Prompt& prompt, Gate gate) {
    return {prompt.document,
            prompt.survey_index,
            gate.owner,
            prompt.person,
            prompt.touchpoint,
            prompt.submission,
            interview::write(prompt.interview),
            prompt.shown,
            std::move(gate)};
}

// What was asked waits no longer. Until it was on screen it does: a claim may lapse, and then it is asked again.
void close_delay(history::Person& person, const Told& t) {
    std::erase_if(person.pending,
                  [&](const history::Pending& p) { return p.survey == t.survey().id && p.wave == t.survey().wave; });
}

history::Running& running_of(history::Person& person, const Told& t, Instant now) {
    if (!person.running || person.running->submission != t.submission) {
        history::Running running;
        running.survey = t.survey().id;
        running.wave = t.survey().wave;
        running.touchpoint = t.touchpoint;
        running.submission = t.submission;
        running.shown = t.shown;
        person.running = std::move(running);
    }
    person.running->owner = t.owner;
    person.running->touched = now;
    person.running->state = t.state;
    person.claim.reset();
    close_delay(person, t);
    return *person.running;
}

// Counts are the first to give way when the queue is full, and what gives way is counted.
void append_exposure(const State& state, outbox::Event event, Change& change) {
    const outbox::Bounds bounds;
    if (state.totals.rows < bounds.rows && state.totals.bytes < bounds.bytes) {
        change.appends.push_back(std::move(event));
        return;
    }
    // The count as this change leaves it, else as it was read.
    const auto put = std::find_if(change.puts.begin(), change.puts.end(),
                                  [](const outbox::Record& r) { return r.key == kDroppedRecord; });
    const std::string* before = put != change.puts.end() ? &put->value : state.find(kDroppedRecord);
    std::int64_t count = 1;
    if (before != nullptr) {
        if (const auto read = json::parse(*before)) {
            if (const json::Value* exposures = read->find("exposure")) count += exposures->integer();
        }
    }
    std::string bytes = json::dump(json::Value(json::Members{}).set("exposure", count));
    if (put != change.puts.end()) {
        put->value = std::move(bytes);
    } else {
        change.puts.push_back({std::string(kDroppedRecord), std::move(bytes)});
    }
}

void reach(const State& state, const Told& t, history::Person& person, history::Reached reached,
           const std::array<EventStamp, 2>& stamps, Change& change) {
    history::SurveyRecord& record = history::record_of(person, t.survey().id, t.survey().wave);
    if (const auto rise = history::reach(record, reached, t.touchpoint)) {
        for (outbox::Event& event : exposure_events(stamps, *t.document, t.survey(), t.touchpoint, *rise)) {
            append_exposure(state, std::move(event), change);
        }
    }
}

// For a deletion request, should one come.
void remember_submission(const State& state, const std::string& submission, Change& change) {
    const std::string* bytes = state.find(kInstallRecord);
    if (bytes == nullptr) return;
    Result<history::Install> install = history::read_install(*bytes);
    if (!install) return;
    auto& ids = install->submissions;
    if (std::find(ids.begin(), ids.end(), submission) != ids.end()) return;
    ids.push_back(submission);
    if (ids.size() > kMostSubmissionsKept) ids.erase(ids.begin());
    change.puts.push_back({std::string(kInstallRecord), history::write(*install)});
}

std::vector<std::string> person_and_counts(const std::string& person) {
    return {person_key(person), std::string(kDroppedRecord)};
}

}  // namespace

// ---- beginning and end ----

void Client::begin_prompt(const decide::Prepared& prepared, std::size_t survey, std::string touchpoint) {
    Prompt prompt;
    prompt.serial = ++prompts_;
    prompt.document = prepared.shared_document();
    prompt.survey_index = survey;
    prompt.person = person_;
    prompt.touchpoint = std::move(touchpoint);
    prompt.submission = uuid_v7(host_.now(), host_.random_bytes());
    prompt.interview = interview::begin(prompt.survey());
    prompt_ = std::move(prompt);
    notify({CANDOR_EVENT_PROMPT_POSSIBLE, 0, prompt_->survey().id, "", 0});
}

namespace {

// Which survey of the document an interrupted card was of, if it may still go on.
std::optional<std::size_t> resumable(const survey::Document& document, const history::Person& person,
                                     const std::string& owner, Instant now) {
    if (!person.running || person.running->owner == owner) return std::nullopt;
    const history::Running& running = *person.running;
    if (elapsed(running.touched, now) > history::kResumeWithin) return std::nullopt;
    for (std::size_t i = 0; i < document.surveys.size(); ++i) {
        const survey::Survey& survey = document.surveys[i];
        if (survey.id != running.survey || survey.wave != running.wave || survey.unsupported) continue;
        const auto interview = interview::read(survey, running.state);
        if (interview && !interview::complete(survey, *interview)) return i;
    }
    return std::nullopt;
}

}  // namespace

// A page load or restart within five minutes finds the card where it was. Whether its owner still shows it is for the
// lock to tell; without locks nobody can, and it ends as partial.
void Client::resume_if_interrupted(const history::Person& person) {
    if (prompt_ || claiming_ || hidden_ || busy_ || !locks_exist() || !ready()) return;
    if (!resumable(prepared_->document(), person, owner_, host_.now()) || !take_card_slot(handle_)) return;
    claiming_ = true;
    acquire("card", [submission = person.running->submission](Client& self, bool acquired) {
        self.resume_with_lock(acquired, submission);
    });
}

void Client::resume_with_lock(bool acquired, const std::string& submission) {
    if (!acquired || !ready()) {  // its owner lives, and shows it
        claiming_ = false;
        release_card();
        return;
    }
    // Read anew, now that nobody else can go on with it; and taken over in the same step.
    const Instant now = host_.now();
    struct Taken {
        history::Person person;
        std::optional<std::size_t> survey;
    };
    transact<Taken>(
        Request{.durability = Durability::normal, .reads = {person_key(person_)}, .now = now},
        [id = person_, owner = owner_, prepared = prepared_, gate = gate(), submission, now](const State& state,
                                                                                             Taken& taken) {
            Change change;
            taken.person = load_person(state, id, now);
            taken.survey = resumable(prepared->document(), taken.person, owner, now);
            if (!taken.survey || taken.person.running->submission != submission) {
                taken.survey.reset();
                return change;
            }
            taken.person.running->owner = owner;
            put_person(taken.person, gate, now, change);
            return change;
        },
        [changes = person_changes_, prepared = prepared_](Client& self, const Result<void>& outcome, Taken& taken) {
            self.claiming_ = false;
            if (!outcome) self.error("storage: " + describe(outcome.error()));
            if (!outcome || !taken.survey || changes != self.person_changes_ || self.prompt_ || !self.ready()) {
                self.release_card();
                return;
            }
            const history::Running& running = *taken.person.running;
            self.begin_prompt(*prepared, *taken.survey, running.touchpoint);
            Prompt& prompt = *self.prompt_;
            prompt.submission = running.submission;
            prompt.interview = *interview::read(prompt.survey(), running.state);
            prompt.shown = running.shown;
            prompt.revision = running.revision;
            prompt.last_event = running.last_event;
            prompt.ui.caret = prompt.interview.draft.size();
            self.known_ = std::move(taken.person);
        });
}

// The card goes; what is to be remembered has been posted.
void Client::end_prompt() {
    if (!prompt_) return;
    const std::string survey = prompt_->survey().id;
    prompt_.reset();
    card_.reset();
    draft_at_ = kNever;
    notify({CANDOR_EVENT_PROMPT_ENDED, 0, survey, "", 0});
    // The lock is given back when the steps posted so far have run: until then the card's story is not in the store.
    transact<int>(
        Request{.reads = {}, .now = host_.now()}, [](const State&, int&) { return Change{}; },
        [](Client& self, const Result<void>&, int&) {
            if (self.prompt_ || self.claiming_) return;
            self.release_card();
            self.pump();
            if (self.ready()) self.fold_and_decide({});
        });
}

candor_status Client::show(std::string_view id, bool preview) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!ready() || phase_ != Phase::open) return CANDOR_BUSY;
    if (consent_ == Consent::unknown) return CANDOR_REFUSED;
    const survey::Survey* survey = prepared_->document().find(id);
    if (survey == nullptr) return CANDOR_UNKNOWN;
    if (survey->unsupported) return CANDOR_UNSUPPORTED;
    if (prompt_ || claiming_ || !take_card_slot(handle_)) return CANDOR_BUSY;
    claiming_ = true;
    const std::size_t index = static_cast<std::size_t>(survey - prepared_->document().surveys.data());
    acquire("card", [index, preview, prepared = prepared_](Client& self, bool acquired) {
        self.claiming_ = false;
        if (!acquired || self.prompt_ || self.prepared_ != prepared || !self.ready() ||
            self.consent_ == Consent::unknown) {
            self.release_card();
            self.error("show: another card is open, or the document or consent has changed");
            return;
        }
        self.begin_prompt(*prepared, index, "$show");
        self.prompt_->preview = preview;
    });
    return CANDOR_OK;
}

// ---- shown ----

candor_status Client::presented() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    if (!prompt_->presented) present();
    return CANDOR_OK;
}

void Client::present() {
    prompt_->presented = true;
    const bool resumed = prompt_->shown != 0;
    if (!resumed) prompt_->shown = host_.now();
    const std::string survey = prompt_->survey().id;
    if (prompt_->preview) {
        notify({CANDOR_EVENT_SHOWN, 0, survey, "preview", 0});
        return;
    }
    const Instant now = host_.now();
    transact<history::Person>(
        Request{.durability = Durability::normal, .reads = person_and_counts(prompt_->person), .now = now},
        [t = told(*prompt_, gate()), resumed, now, stamps = std::array{stamp(), stamp()}](const State& state,
                                                                                          history::Person& person) {
            Change change;
            person = load_person(state, t.person, now);
            running_of(person, t, now);
            if (!resumed) {
                history::SurveyRecord& record = history::record_of(person, t.survey().id, t.survey().wave);
                record.shown = now;
                ++record.prompts;
                reach(state, t, person, history::Reached::shown, stamps, change);
            }
            put_person(person, t.gate, now, change);
            return change;
        },
        [survey](Client& self, const Result<void>& outcome, history::Person& person) {
            if (!outcome) {
                self.error("storage: " + describe(outcome.error()));
                return;
            }
            if (person.id == self.person_) self.known_ = std::move(person);
            self.notify({CANDOR_EVENT_SHOWN, 0, survey, "", 0});
        });
}

// ---- answers ----

std::optional<Prompt> Client::prompt() {
    const Scope scope(*this);
    return alive() ? prompt_ : std::nullopt;
}

std::string Client::locale() {
    const Scope scope(*this);
    return locale_;
}

candor_status Client::accept(Result<interview::Interview> next) {
    if (!next) {
        error("answer: " + describe(next.error()));
        return CANDOR_REFUSED;
    }
    if (!prompt_->presented) present();  // who answers has seen it
    prompt_->interview = std::move(*next);
    store_answer();
    notify({CANDOR_EVENT_PROMPT_CHANGED, 0, prompt_->survey().id, "answer", 0});
    return CANDOR_OK;
}

candor_status Client::answer_score(std::string_view question, int score) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    return accept(interview::answer_score(prompt_->survey(), prompt_->interview, question, score));
}

candor_status Client::answer_text(std::string_view question, std::string_view text) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    return accept(interview::answer_text(prompt_->survey(), prompt_->interview, question, text));
}

ResponseContext Client::response_context(const Prompt& prompt) const {
    ResponseContext context;
    context.person = prompt.person;
    context.touchpoint = prompt.touchpoint;
    context.locale = locale_.empty() ? prompt.document->locale : locale_;
    context.app_version = app_version_;
    context.platform = platform_;
    context.os_version = os_version_;
    context.presentation = prompt.presentation;
    context.test = prompt.preview;
    return context;
}

namespace {

// What the step that stores an answer needs, as values.
struct AnswerInput {
    Told t;
    interview::Interview interview;
    ResponseContext context;
    EventStamp response;
    std::array<EventStamp, 2> exposure;
    std::int64_t revision = 0;  // at least
    std::string last_event;     // of this run
    Instant now = 0;
    bool complete = false;
};

outbox::Event response_of(const AnswerInput& in, std::int64_t revision) {
    const double seconds = static_cast<double>(elapsed(in.t.shown, in.now)) / 1000.0;
    outbox::Event event = response_event(in.response, *in.t.document, in.t.survey(), in.interview, in.context,
                                         in.t.submission, revision, seconds);
    event.hold_until = in.complete ? 0 : later(in.now, kAnswerHeldBack);
    return event;
}

Change answer_change(const AnswerInput& in, const State& state, history::Person& person) {
    Change change;
    const Told& t = in.t;
    remember_submission(state, t.submission, change);
    if (!in.last_event.empty()) change.removes.push_back(in.last_event);
    if (in.context.test) {
        change.appends.push_back(response_of(in, in.revision));
        return change;
    }
    person = load_person(state, t.person, in.now);
    history::Running& running = running_of(person, t, in.now);
    // The revision before, if it still waits, says nothing that this one does not.
    if (!running.last_event.empty()) change.removes.push_back(running.last_event);
    running.revision = std::max(running.revision + 1, in.revision);
    running.last_event = in.response.id;
    change.appends.push_back(response_of(in, running.revision));
    history::record_of(person, t.survey().id, t.survey().wave).answered = in.now;
    reach(state, t, person, history::Reached::answered, in.exposure, change);
    if (in.complete) person.running.reset();
    put_person(person, t.gate, in.now, change);
    return change;
}

}  // namespace

void Client::store_answer() {
    Prompt& prompt = *prompt_;
    ++prompt.storing;
    prompt.failed = false;
    prompt.draft_unsaved = false;
    draft_at_ = kNever;
    const Instant now = host_.now();
    const bool complete = interview::complete(prompt.survey(), prompt.interview);
    AnswerInput input{told(prompt, gate()),
                      prompt.interview,
                      response_context(prompt),
                      stamp(),
                      {stamp(), stamp()},
                      ++prompt.revision,
                      prompt.last_event,
                      now,
                      complete};
    prompt.last_event = input.response.id;
    std::vector<std::string> reads = person_and_counts(prompt.person);
    reads.emplace_back(kInstallRecord);
    transact<history::Person>(
        Request{.durability = Durability::full, .reads = std::move(reads), .now = now},
        [input](const State& state, history::Person& person) { return answer_change(input, state, person); },
        [serial = prompt.serial, survey = prompt.survey().id](Client& self, const Result<void>& outcome,
                                                              history::Person& person) {
            const bool still = self.prompt_ && self.prompt_->serial == serial;
            if (still) --self.prompt_->storing;
            if (!outcome) {
                if (still) self.prompt_->failed = true;
                self.error("storage: " + describe(outcome.error()));
                if (still) self.notify({CANDOR_EVENT_PROMPT_CHANGED, 0, survey, "failed", 0});
                return;
            }
            if (still && self.prompt_->storing == 0) self.prompt_->failed = false;
            if (!person.id.empty() && person.id == self.person_) self.known_ = std::move(person);
            self.notify({CANDOR_EVENT_ANSWERED, 0, survey, "", 0});
            if (still) self.notify({CANDOR_EVENT_PROMPT_CHANGED, 0, survey, "stored", 0});
            self.queue_known_ = false;
            self.pump();
        });
}

// What is being typed outlasts a reload: stored a moment after the last key.
void Client::store_draft() {
    if (!prompt_ || !prompt_->draft_unsaved || prompt_->preview || !prompt_->presented) return;
    prompt_->draft_unsaved = false;
    draft_at_ = kNever;
    const Instant now = host_.now();
    transact<int>(
        Request{.durability = Durability::normal, .reads = {person_key(prompt_->person)}, .now = now},
        [t = told(*prompt_, gate()), now](const State& state, int&) {
            Change change;
            history::Person person = load_person(state, t.person, now);
            running_of(person, t, now);
            put_person(person, t.gate, now, change);
            return change;
        },
        [](Client& self, const Result<void>& outcome, int&) {
            if (!outcome) self.error("storage: " + describe(outcome.error()));
        });
}

candor_status Client::back() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    prompt_->interview = interview::back(prompt_->survey(), prompt_->interview);
    prompt_->draft_unsaved = true;
    draft_at_ = later(host_.monotonic(), kDraftStoredAfter);
    arm_alarm();
    notify({CANDOR_EVENT_PROMPT_CHANGED, 0, prompt_->survey().id, "back", 0});
    return CANDOR_OK;
}

// ---- outcomes ----

candor_status Client::dismiss() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    store_outcome(true);
    end_prompt();
    return CANDOR_OK;
}

candor_status Client::hide() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    store_outcome(false);
    end_prompt();
    return CANDOR_OK;
}

// How it ended: after a score it counts as answered, whoever closed it; without, as dismissed if the person did, else
// as shown if it was.
void Client::store_outcome(bool dismissed) {
    const Prompt& prompt = *prompt_;
    if (prompt.failed) store_answer();  // one more try: what was answered must not go with the card
    if (prompt.preview || prompt.status() == card::Status::done) return;
    const bool answered = interview::score(prompt.interview).has_value();
    const bool counts = dismissed && !answered;
    const Instant now = host_.now();
    transact<history::Person>(
        Request{.durability = counts ? Durability::full : Durability::normal,
                .reads = person_and_counts(prompt.person),
                .now = now},
        [t = told(prompt, gate()), counts, now, stamps = std::array{stamp(), stamp()}](const State& state,
                                                                                       history::Person& person) {
            Change change;
            person = load_person(state, t.person, now);
            person.claim.reset();
            person.running.reset();
            close_delay(person, t);
            if (counts) {
                history::record_of(person, t.survey().id, t.survey().wave).dismissed = now;
                reach(state, t, person, history::Reached::dismissed, stamps, change);
            }
            put_person(person, t.gate, now, change);
            return change;
        },
        [counts, survey = prompt.survey().id](Client& self, const Result<void>& outcome, history::Person& person) {
            if (!outcome) {
                self.error("storage: " + describe(outcome.error()));
                return;
            }
            if (person.id == self.person_) self.known_ = std::move(person);
            if (counts) self.notify({CANDOR_EVENT_DISMISSED, 0, survey, "", 0});
        });
}

// ---- the card ----

card::View Client::view_of(const Prompt& prompt) const {
    card::View view;
    view.document = prompt.document.get();
    view.survey = &prompt.survey();
    view.interview = &prompt.interview;
    view.status = prompt.status();
    view.preview = prompt.preview;
    return view;
}

std::shared_ptr<const card::Card> Client::layout(const card::Options& options) {
    std::shared_ptr<const survey::Document> document;
    interview::Interview interview;
    std::string locale;
    std::uint64_t serial = 0;
    card::Ui ui;
    card::View view;
    {
        const Scope scope(*this);
        if (!alive() || !prompt_) return nullptr;
        document = prompt_->document;
        interview = prompt_->interview;
        locale = locale_.empty() ? document->locale : locale_;
        serial = prompt_->serial;
        ui = prompt_->ui;
        view = view_of(*prompt_);
    }
    view.interview = &interview;
    view.locale = locale;
    // Without the lock: measuring calls the host.
    auto card = std::make_shared<const card::Card>(card::layout(view, ui, options, *host_.text(), kTextEntry));
    const Scope scope(*this);
    if (!prompt_ || prompt_->serial != serial) return nullptr;
    card_ = card;
    prompt_->presentation.rows = std::max(1, card->scale_rows);
    prompt_->presentation.layout = card->sheet ? "sheet" : "corner";
    if (prompt_->presentation.painter == "host") prompt_->presentation.painter = "controls";
    return card;
}

bool Client::picture(const card::Options& options, paint::Picture& picture) {
    const std::shared_ptr<const card::Card> card = layout(options);
    if (!card) return false;
    {
        const Scope scope(*this);
        if (!prompt_) return false;
        prompt_->presentation.painter = "imgui";
    }
    const std::lock_guard lock(paint_mutex_);
    picture = painter_.paint(*card, card->colors, options.pixel_ratio);
    return true;
}

candor_status Client::input(const card::Input& input) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    if (card_ == nullptr) return CANDOR_UNKNOWN;  // not laid out yet
    card::View view = view_of(*prompt_);
    view.locale = locale_.empty() ? prompt_->document->locale : locale_;
    const card::Handled handled = card::handle(view, prompt_->ui, *card_, input, kTextEntry);
    prompt_->ui = handled.ui;
    if (handled.effect.kind != card::EffectKind::none && handled.effect.kind != card::EffectKind::draft) {
        prompt_->presentation.input = input.kind == card::InputKind::key          ? "keyboard"
                                      : input.kind == card::InputKind::pointer_up ? "pointer"
                                                                                  : "control";
    }
    if (handled.redraw) notify({CANDOR_EVENT_PROMPT_CHANGED, 0, prompt_->survey().id, "input", 0});
    const candor_status status = carry_out(handled.effect);
    return status == CANDOR_OK && !handled.used ? CANDOR_UNKNOWN : status;
}

candor_status Client::carry_out(const card::Effect& effect) {
    Prompt& prompt = *prompt_;
    switch (effect.kind) {
        case card::EffectKind::none: return CANDOR_OK;
        case card::EffectKind::answer_score:
            return accept(interview::answer_score(prompt.survey(), prompt.interview, effect.question, effect.score));
        case card::EffectKind::answer_text:
            return accept(interview::answer_text(prompt.survey(), prompt.interview, effect.question, effect.text));
        case card::EffectKind::draft:
            prompt.interview.draft = interview::clip(effect.text);
            prompt.draft_unsaved = true;
            draft_at_ = later(host_.monotonic(), kDraftStoredAfter);
            arm_alarm();
            return CANDOR_OK;
        case card::EffectKind::retry:
            store_answer();
            notify({CANDOR_EVENT_PROMPT_CHANGED, 0, prompt.survey().id, "retry", 0});
            return CANDOR_OK;
        case card::EffectKind::close:
            store_outcome(true);
            end_prompt();
            return CANDOR_OK;
        case card::EffectKind::finish: end_prompt(); return CANDOR_OK;
    }
    return CANDOR_OK;
}

}  // namespace candor::client
