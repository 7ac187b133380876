// The running prompt: shown, answered, dismissed, resumed.
#include <algorithm>

#include "base/ids.hpp"
#include "base/shared.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/ledger.hpp"
#include "client/registry.hpp"
#include "client/text_entry.hpp"

namespace candor::client {

using outbox::Change;
using outbox::Durability;
using outbox::State;

// Many ask for these: a call each costs a page less than the look-up. `used`: else each would look up half of it.
[[gnu::noinline, gnu::used]] const survey::Survey& Prompt::survey() const { return document->surveys[survey_index]; }
[[gnu::noinline, gnu::used]] const survey::Survey& Step::survey() const { return document->surveys[survey_index]; }

namespace {

constexpr Span kAnswerHeldBack = 3 * kSecond;  // so that a comment may still join the score on its way
constexpr Span kDraftStoredAfter = kSecond;
constexpr Span kStoreAgain = 10 * kSecond;
constexpr std::size_t kMostSubmissionsKept = 200;
constexpr std::uint64_t kRehearsal = 0;  // no prompt's number

// What an input method was at goes with any other input. Whether it was at something.
#ifdef __EMSCRIPTEN__
bool stop_composing(Prompt&) { return false; }
#else
bool stop_composing(Prompt& prompt) {
    const bool composed = !prompt.composing.empty();
    prompt.composing.clear();
    return composed;
}
#endif

// What was asked waits no longer. Until it was on screen it does: a claim may lapse, and then it is asked again.
void close_delay(history::Person& person, const Step& step) {
    const survey::Survey& survey = step.survey();
    person.pending.erase_if([&](const history::Pending& p) { return p.survey == survey.id && p.wave == step.wave; });
}

history::Running& running_of(Step& step) {
    history::Person& person = step.known;
    if (!person.running || person.running->submission != step.submission) {
        history::Running& running = person.running.emplace();
        running.survey = step.survey().id;
        running.wave = step.wave;
        running.would_target = step.would_target;
        running.properties = step.properties;
        running.touchpoint = step.touchpoint;
        running.submission = step.submission;
        running.shown = step.shown;
    }
    person.running->owner = step.gate.owner;
    person.running->touched = step.request.now;
    person.running->state = step.state;
    person.claim.reset();
    close_delay(person, step);
    return *person.running;
}

// The person has come so far, and of a transactional survey the moment at which they were asked.
void reach(Step& step, const State& state, history::Reached from, history::Reached to, Change& change) {
    Ledger ledger(*step.document, step.request.now);
    ledger.reach(step.known, step.survey_index, step.wave, step.touchpoint, to);
    ledger.moment(step.survey_index, step.wave, step.touchpoint, from, to);
    // Where a box must be ticked, nothing with the person's id leaves before the tick.
    if (step.names_person && to != history::Reached::answered &&
        step.document->consent.mode != survey::ConsentMode::explicit_) {
        json::Writer out;
        begin_event(out, step.ids[2], step.request.now, step.document->project, "candor.prompt");
        out.text("outcome", history::name(to)).text("person", step.person).text("submission", step.submission);
        decide::write_asking(out, step.survey(), step.wave, step.touchpoint);
        ledger.add(step.ids[2], out.end().end().take());
    }
    ledger.append(step.ids[1], state, change);
}

history::SurveyRecord& record_of(Step& step) { return history::record_of(step.known, step.survey().id, step.wave); }

void put_known(Step& step, Change& change) {
    put_person(step.known, step.gate, step.request.now, change, *step.written);
}

void load_known(Step& step, const State& state) {
    step.known = load_person(state, step.person, step.request.now, *step.written);
}

// For a deletion request, should one come.
void remember_submission(const State& state, const String& submission, Change& change) {
    const String* bytes = state.find(kInstallRecord);
    if (bytes == nullptr) return;
    Result<history::Install> install = history::read_install(*bytes);
    if (!install) return;
    auto& ids = install->submissions;
    if (std::find(ids.begin(), ids.end(), submission) != ids.end()) return;
    ids.push_back(submission);
    if (ids.size() > kMostSubmissionsKept) ids.erase(ids.begin());
    change.puts.push_back({String(kInstallRecord), history::write(*install)});
}

}  // namespace

// ---- beginning and end ----

void Client::begin_prompt(const decide::Prepared& prepared, std::size_t survey, std::string_view wave,
                          std::string_view touchpoint) {
    rehearsal_.reset();
    Prompt& prompt = prompt_.emplace();
    prompt.serial = ++prompts_;  // from 1
    prompt.document = prepared.shared_document();
    prompt.survey_index = survey;
    prompt.person = person_;
    prompt.wave = wave;
    prompt.touchpoint = touchpoint;
    prompt.submission = fresh_id();
    prompt.interview = interview::begin(prompt.survey());
    prompt.interview.seed = interview::seed_of(prompt.submission);
    notify(CANDOR_EVENT_PROMPT_POSSIBLE, prompt.survey().id);
}

namespace {

// Which survey of the document an interrupted card was of, if it may still go on; else none of them.
std::size_t resumable(const survey::Document& document, const history::Person& person, std::string_view owner,
                      Instant now) {
    const std::size_t none = document.surveys.size();
    if (!person.running || person.running->owner == owner) return none;
    const history::Running& running = *person.running;
    if (elapsed(running.touched, now) > history::kResumeWithin) return none;
    for (std::size_t i = 0; i < none; ++i) {
        const survey::Survey& survey = document.surveys[i];
        if (survey.id != running.survey || survey.unsupported) continue;
        if (survey.every == 0 && survey.wave != running.wave) continue;
        interview::Interview interview;
        if (!interview::read(survey, running.state, interview) && !interview::complete(survey, interview)) return i;
    }
    return none;
}

}  // namespace

// A page load or restart within five minutes finds the card where it was. Whether its owner still shows it is for the
// lock to tell; without locks nobody can, and it ends as partial.
void Client::resume_if_interrupted() {
    if (!known_ || prompt_ || claiming_ || hidden_ || busy_ || !locks_exist() || !ready()) return;
    const survey::Document& document = prepared_->document();
    if (resumable(document, *known_, owner_, host_.now()) == document.surveys.size() || !take_card_slot(handle_)) {
        return;
    }
    claiming_ = true;
    wanted_.submission = known_->running->submission;
    acquire(LockName::card, [](Client& client, bool acquired) { client.resume_with_lock(acquired); });
}

void Client::resume_with_lock(bool acquired) {
    if (!acquired || !ready()) {  // its owner lives, and shows it
        claiming_ = false;
        release_card();
        return;
    }
    // Read anew, now that nobody else can go on with it; and taken over in the same step.
    const Shared<Step> taken = step(
        [](Step& step, const State& state, Change& change) {
            load_known(step, state);
            const survey::Document& document = step.prepared->document();
            step.survey_index = resumable(document, step.known, step.gate.owner, step.request.now);
            step.resumes =
                step.survey_index < document.surveys.size() && step.known.running->submission == step.submission;
            if (!step.resumes) return;
            step.known.running->owner = step.gate.owner;
            put_known(step, change);
        },
        [](Client& client, Step& step, bool stands) { client.resumed(step, stands); });
    taken->request.reads.push_back(person_key(person_));
    taken->prepared = prepared_;
    taken->submission = wanted_.submission;
    post(taken);
}

void Client::resumed(Step& step, bool stands) {
    claiming_ = false;
    if (!stands || !step.resumes || step.person_changes != person_changes_ || prompt_ || !ready()) {
        release_card();
        return;
    }
    const history::Running& running = *step.known.running;
    begin_prompt(*step.prepared, step.survey_index, running.wave, running.touchpoint);
    Prompt& prompt = *prompt_;
    prompt.submission = running.submission;
    prompt.would_target = running.would_target;
    prompt.properties = running.properties;
    interview::read(prompt.survey(), running.state, prompt.interview);  // as `resumable` has seen
    prompt.agreed = !prompt.interview.answers.empty();                  // or they were not there
    prompt.interview.seed = interview::seed_of(prompt.submission);
    prompt.shown = running.shown;
    prompt.revision = running.revision;
    prompt.last_event = running.last_event;
    prompt.ui.caret = prompt.interview.draft.size();
    known_ = std::move(step.known);
}

// The card goes; what is to be remembered has been posted.
void Client::end_prompt() {
    if (!prompt_) return;
    notify(CANDOR_EVENT_PROMPT_ENDED, prompt_->survey().id);
    prompt_.reset();
    card_.reset();
    stop_alarm(Alarm::draft);
    // The lock is given back when the steps posted so far have run: until then the card's story is not in the store.
    post(step([](Step&, const State&, Change&) {},
              [](Client& client, Step&, bool) {
                  if (client.prompt_ || client.claiming_) return;
                  client.release_card();
                  client.pump();
                  if (client.ready()) client.fold_and_decide();
              }));
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
    wanted_.prepared = prepared_;
    wanted_.survey = static_cast<std::size_t>(survey - prepared_->document().surveys.data());
    wanted_.preview = preview;
    acquire(LockName::card, [](Client& client, bool acquired) { client.show_with_lock(acquired); });
    return CANDOR_OK;
}

void Client::show_with_lock(bool acquired) {
    claiming_ = false;
    if (!acquired || prompt_ || prepared_ != wanted_.prepared || !ready() || consent_ == Consent::unknown) {
        release_card();
        error({"show: not now"});
        return;
    }
    const survey::Survey& survey = prepared_->document().surveys[wanted_.survey];
    begin_prompt(*prepared_, wanted_.survey, decide::wave_at(survey, host_.now()), "$show");
    prompt_->preview = wanted_.preview;
}

// ---- shown ----

candor_status Client::presented() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    if (!prompt_->presented) {
        present(interview::write(prompt_->may_store() ? prompt_->interview : interview::begin(prompt_->survey())));
    }
    return CANDOR_OK;
}

// A step for the running prompt, which reads its person and the counts of what was turned away.
Shared<Step> Client::prompt_step(void (*run)(Step&, const State&, Change&), void (*then)(Client&, Step&, bool)) {
    const Prompt& prompt = *prompt_;
    Shared<Step> made = step(run, then);
    made->request.reads.push_back(person_key(prompt.person));
    made->request.reads.emplace_back(kDroppedRecord);
    // A response's, the ledger's, and that of what says who was shown it.
    for (int i = 0; i < 3; ++i) made->ids.push_back(fresh_id());
    made->person = prompt.person;
    made->count = prompt.serial;
    made->document = prompt.document;
    made->survey_index = prompt.survey_index;
    made->wave = prompt.wave;
    made->touchpoint = prompt.touchpoint;
    made->ledger_state = prompt.ledger_state;
    made->properties = prompt.properties;
    made->would_target = prompt.would_target;
    made->names_person = config_.names_persons();
    made->submission = prompt.submission;
    made->state = interview::write(prompt.may_store() ? prompt.interview : interview::begin(prompt.survey()));
    made->shown = prompt.shown;
    return made;
}

void Client::person_stored(Step& step) {
    if (step.known.id == person_) known_ = std::move(step.known);
}

void Client::present(std::string_view interview) {
    prompt_->presented = true;
    const bool resumed = prompt_->shown != 0;
    if (!resumed) prompt_->shown = host_.now();
    if (prompt_->preview) {
        notify(CANDOR_EVENT_SHOWN, prompt_->survey().id, "preview");
        return;
    }
    const Shared<Step> shown = prompt_step(
        [](Step& step, const State& state, Change& change) {
            load_known(step, state);
            running_of(step);
            if (!step.resumes) {
                history::SurveyRecord& record = record_of(step);
                const bool transactional = step.survey().kind == survey::Kind::transactional;
                history::shown(step.known, record, step.request.now, transactional);
                reach(step, state, step.ledger_state, history::Reached::shown, change);
            }
            put_known(step, change);
        },
        [](Client& client, Step& step, bool stands) {
            if (!stands) return;
            client.person_stored(step);
            client.notify(CANDOR_EVENT_SHOWN, step.survey().id);
        });
    shown->resumes = resumed;
    shown->state = interview;
    post(shown);
}

// ---- answers ----

Maybe<Prompt> Client::prompt() {
    const Scope scope(*this);
    return alive() ? prompt_ : Maybe<Prompt>();
}

List<survey::NamedText> Client::given_texts() {
    const Scope scope(*this);
    return named_values(prompt_ ? &*prompt_ : nullptr);
}

List<survey::NamedText> Client::named_values(const Prompt* prompt) const {
    List<survey::NamedText> given;
    const auto add = [&](std::string_view prefix, const json::Members& members) {
        for (const auto& [name, value] : members) {
            if (value.type() == json::Type::boolean) continue;  // has no word in any language
            survey::NamedText& text = given.emplace_back();
            text.name = joined({prefix, name});
            text.value = value.type() == json::Type::text ? value.text() : json::dump(value);
        }
    };
    add("attribute.", profile_.attributes);
    if (prompt) add("property.", prompt->properties);
    return given;
}

String Client::locale() {
    const Scope scope(*this);
    return profile_.locale;
}

std::string_view Client::prompt_locale(const Prompt& prompt) const {
    return profile_.locale.empty() ? prompt.document->locale : profile_.locale;
}

candor_status Client::give(std::string_view question, const interview::Given& given) {
    Prompt& prompt = *prompt_;
    const String before = interview::write(prompt.may_store() ? prompt.interview : interview::begin(prompt.survey()));
    if (const auto refused = interview::give(prompt.survey(), prompt.interview, question, given)) {
        error({"answer: ", describe(*refused)});
        return CANDOR_REFUSED;
    }
    stop_composing(prompt);
    const survey::Question* const main = interview::main_question(prompt.survey());
    if ((main && main->id == question) || prompt.interview.wording.empty()) {
        prompt.interview.wording = interview::wording(*prompt.document, prompt.survey(), prompt_locale(prompt));
    }
    if (!prompt.presented) present(before);  // who answers has seen it; and that step knows no answer yet
    // Without the tick it stays in memory; but that everything was skipped is no answer, and may be known.
    const bool skipped =
        interview::complete(prompt.survey(), prompt.interview) && !interview::answered(prompt.interview);
    if (prompt.may_store() || skipped) store_answer();
    prompt_changed("answer");
    return CANDOR_OK;
}

candor_status Client::agree() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    return take_agreement();
}

// Who does something with it has seen it.
void Client::see() {
    if (!prompt_->presented) present(interview::write(interview::begin(prompt_->survey())));
}

// With the tick goes out what was answered before it, in one commit with the policy's version.
candor_status Client::take_agreement() {
    Prompt& prompt = *prompt_;
    if (prompt.may_store()) return CANDOR_OK;
    see();
    prompt.agreed = true;
    if (interview::answered(prompt.interview)) store_answer();
    prompt_changed("agreed");
    return CANDOR_OK;
}

candor_status Client::answer(std::string_view question, const interview::Given& given) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    return give(question, given);
}

namespace {

void append_response(const Step& step, std::int64_t revision, Change& change) {
    outbox::Event& event = change.appends.emplace_back();
    event.id = step.ids[0];
    event.body = joined({step.before_revision, digits(revision), step.after_revision});
    event.kind = outbox::EventKind::answer;
    event.created_at = step.request.now;
    event.hold_until = step.hold_until;
}

bool snoozed(const Step& step) { return step.outcome == history::Reached::snoozed; }

// No answer was given, and none will be.
void decline(Step& step, const State& state, Change& change) {
    history::SurveyRecord& record = record_of(step);
    (snoozed(step) ? record.snoozed : record.dismissed) = step.request.now;
    reach(step, state, history::Reached::shown, step.outcome, change);
}

// All so far was skipped: there is nothing to report, and at the end it was a way to say no.
void run_skip(Step& step, const State& state, Change& change) {
    if (step.preview) return;
    load_known(step, state);
    running_of(step);
    if (step.complete) {
        decline(step, state, change);
        step.known.running.reset();
    }
    put_known(step, change);
}

void run_answer(Step& step, const State& state, Change& change) {
    if (step.skipped) return run_skip(step, state, change);
    remember_submission(state, step.submission, change);
    if (!step.last_event.empty()) change.removes.push_back(step.last_event);
    if (step.preview) {
        append_response(step, step.revision, change);
        return;
    }
    load_known(step, state);
    history::Running& running = running_of(step);
    const bool first = running.revision == 0;
    // The revision before, if it still waits, says nothing that this one does not.
    if (!running.last_event.empty()) change.removes.push_back(running.last_event);
    running.revision = std::max(running.revision + 1, step.revision);
    running.last_event = step.ids[0];
    append_response(step, running.revision, change);
    record_of(step).answered = step.request.now;
    reach(step, state, first ? history::Reached::shown : history::Reached::answered, history::Reached::answered,
          change);
    if (step.complete) step.known.running.reset();
    put_known(step, change);
}

}  // namespace

void Client::store_answer() {
    Prompt& prompt = *prompt_;
    ++prompt.storing;
    prompt.failed = false;
    prompt.draft_unsaved = false;
    stop_alarm(Alarm::draft);
    const Shared<Step> answer =
        prompt_step(run_answer, [](Client& client, Step& step, bool stands) { client.answer_stored(step, stands); });
    const Instant now = answer->request.now;
    answer->request.durability = Durability::full;
    answer->request.reads.emplace_back(kInstallRecord);
    answer->complete = interview::complete(prompt.survey(), prompt.interview);
    answer->hold_until = answer->complete ? 0 : later(now, kAnswerHeldBack);
    answer->preview = prompt.preview;
    answer->skipped = prompt.revision == 0 && !interview::answered(prompt.interview);
    answer->outcome = history::Reached::dismissed;  // if it is
    if (answer->skipped) return post(answer);
    answer->revision = ++prompt.revision;
    answer->last_event = std::move(prompt.last_event);
    prompt.last_event = answer->ids[0];
    ResponseContext context;
    context.id = answer->ids[0];
    context.now = now;
    context.shown = prompt.shown;
    context.person = prompt.person;
    context.touchpoint = prompt.touchpoint;
    context.submission = prompt.submission;
    context.locale = prompt_locale(prompt);
    context.app_version = profile_.app_version;
    context.platform = profile_.platform;
    context.os_version = profile_.os_version;
    context.wave = prompt.wave;
    context.would_target = prompt.would_target;
    context.properties = &prompt.properties;
    context.attributes = &profile_.attributes;
    context.presentation = &prompt.presentation;
    context.test = prompt.preview;
    write_response(*prompt.document, prompt.survey(), prompt.interview, context, answer->before_revision,
                   answer->after_revision);
    post(answer);
}

void Client::declined(const Step& step) {
    notify(snoozed(step) ? CANDOR_EVENT_SNOOZED : CANDOR_EVENT_DISMISSED, step.survey().id);
}

void Client::answer_stored(Step& step, bool stands) {
    const bool still = prompt_ && prompt_->serial == step.count;
    if (still) {
        --prompt_->storing;
        if (!stands || prompt_->storing == 0) prompt_->failed = !stands;
    }
    if (stands) {
        if (!step.preview) person_stored(step);
        if (!step.skipped) notify(CANDOR_EVENT_ANSWERED, step.survey().id);
        if (step.skipped && step.complete) declined(step);
    }
    if (still) prompt_changed(stands ? "stored" : "failed");
    if (!stands && !still && step.epoch == epoch_) {
        // Nobody is there to press "try again".
        unstored_.push_back(Shared<Step>(&step));
        set_alarm(Alarm::answers, kStoreAgain);
    }
    if (!stands) return;
    queue_known_ = false;
    pump();
}

void Client::store_again() {
    for (const Shared<Step>& answer : std::exchange(unstored_, {})) post(answer);
}

// What is being typed outlasts a reload: stored a moment after the last key.
void Client::store_draft() {
    if (!prompt_ || !prompt_->draft_unsaved || prompt_->preview || !prompt_->presented || !prompt_->may_store()) return;
    prompt_->draft_unsaved = false;
    stop_alarm(Alarm::draft);
    post(prompt_step(
        [](Step& step, const State& state, Change& change) {
            load_known(step, state);
            running_of(step);
            put_known(step, change);
        },
        nullptr));
}

candor_status Client::back() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    return back_from(prompt_->interview.current);
}

candor_status Client::back_from(std::string_view question) {
    stop_composing(*prompt_);
    interview::back_from(prompt_->survey(), prompt_->interview, question);
    prompt_->draft_unsaved = true;
    set_alarm(Alarm::draft, kDraftStoredAfter);
    prompt_changed("back");
    return CANDOR_OK;
}

// ---- outcomes ----

candor_status Client::dismiss() {
    const Scope scope(*this);
    return end_with(history::Reached::dismissed);
}

candor_status Client::snooze() {
    const Scope scope(*this);
    return end_with(history::Reached::snoozed);
}

candor_status Client::hide() {
    const Scope scope(*this);
    return end_with(history::Reached::shown);
}

candor_status Client::end_with(history::Reached outcome) {
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    store_outcome(outcome);
    end_prompt();
    return CANDOR_OK;
}

// How it ended: after an answer it counts as answered, whoever closed it; without, as what the person did, else as
// shown if it was.
void Client::store_outcome(history::Reached reached) {
    const Prompt& prompt = *prompt_;
    if (prompt.failed) store_answer();  // one more try: what was answered must not go with the card
    if (prompt.preview || prompt.status() == card::Status::done) return;
    if (reached != history::Reached::shown) see();
    const Shared<Step> ended = prompt_step(
        [](Step& step, const State& state, Change& change) {
            load_known(step, state);
            step.known.claim.reset();
            step.known.running.reset();
            close_delay(step.known, step);
            if (step.outcome != history::Reached::shown) decline(step, state, change);
            put_known(step, change);
        },
        [](Client& client, Step& step, bool stands) {
            if (!stands) return;
            client.person_stored(step);
            if (step.outcome != history::Reached::shown) client.declined(step);
        });
    if (prompt.revision == 0) ended->outcome = reached;
    if (ended->outcome != history::Reached::shown) ended->request.durability = Durability::full;
    post(ended);
}

// ---- the card ----

card::View Client::view_of(const Prompt& prompt) const {
    card::View view;
    view.document = prompt.document.get();
    view.survey = &prompt.survey();
    view.interview = &prompt.interview;
    view.status = prompt.status();
    view.preview = prompt.preview;
    view.agreement = prompt.agreement();
    return view;
}

Shared<const card::Card> Client::layout(const card::Options& options) {
    Shared<const survey::Document> document;
    interview::Interview interview;
    String locale;
    List<survey::NamedText> given;
    std::uint64_t serial = 0;
    card::Ui ui;
    card::View view;
#ifndef __EMSCRIPTEN__
    String composing;
#endif
    {
        const Scope scope(*this);
        const Maybe<Prompt>& prompt = prompt_ || !ready() ? prompt_ : rehearsal_;
        if (!alive() || !prompt) return nullptr;
        document = prompt->document;
        interview = prompt->interview;
        locale = prompt_locale(*prompt);
        serial = prompt->serial;
        ui = prompt->ui;
        view = view_of(*prompt);
        given = named_values(&*prompt);
#ifndef __EMSCRIPTEN__
        composing = prompt->composing;
        view.composing = composing;
        view.composing_caret = prompt->composing_caret;
#endif
    }
    view.given = {given.data(), given.size()};
    view.interview = &interview;
    view.locale = locale;
    // Without the lock: measuring calls the host.
    auto card = make_shared<card::Card>(card::layout(view, ui, options, *host_.text(), kTextEntry));
    if (serial == kRehearsal) return card;
    const Scope scope(*this);
    if (!prompt_ || prompt_->serial != serial) return nullptr;
    card::animate(prompt_->motion, *card, options);
    card_ = card;
    prompt_->presentation.rows = std::max(1, card->scale_rows);
    constexpr const char* kLayouts[] = {"corner", "sheet", "modal", "inline"};
    prompt_->presentation.layout = kLayouts[static_cast<int>(card->layout)];
    if (card->scale_rows > 0) prompt_->presentation.turned = card->cells_direction != card->direction;
    if (prompt_->presentation.painter == "host") prompt_->presentation.painter = "controls";
    return card;
}

bool Client::rehearse(bool begins) {
    const Scope scope(*this);
    if (begins && rehearsal_) return false;  // under way
    rehearsal_.reset();
    if (!begins || !ready() || !known_ || prompt_) return false;
    const Instant now = host_.now();
    const history::Pending* next = nullptr;
    const survey::Survey* survey = nullptr;
    for (const history::Pending& pending : known_->pending) {
        const survey::Survey* const found = prepared_->find(pending.survey, pending.wave, now);
        if (found == nullptr || pending.due <= now || (next != nullptr && next->due <= pending.due)) continue;
        next = &pending;
        survey = found;
    }
    if (next == nullptr || rehearsed_ == next->survey) return false;
    rehearsed_ = next->survey;
    Prompt& rehearsal = rehearsal_.emplace();
    rehearsal.document = prepared_->shared_document();
    rehearsal.survey_index = static_cast<std::size_t>(survey - rehearsal.document->surveys.data());
    rehearsal.interview = interview::begin(rehearsal.survey());
    rehearsal.properties = next->properties;
    return true;
}

bool Client::picture(const card::Options& options, paint::Picture& picture) {
    const Shared<const card::Card> card = layout(options);
    if (!card) return false;
    {
        const Scope scope(*this);
        if (prompt_) prompt_->presentation.painter = "imgui";
    }
    const Lock lock(paint_mutex_);
    picture = painter_.paint(*card, card->colors, options.pixel_ratio);
    return true;
}

#ifndef __EMSCRIPTEN__
candor_status Client::compose(std::string_view text, std::size_t caret) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    const card::Node* const box = card_ ? card_->find(prompt_->ui.focus) : nullptr;
    const bool takes = box && box->role == card::Role::textbox && (box->states & card::kDisabled) == 0;
    if (!takes) text = {};
    if (prompt_->composing != text || prompt_->composing_caret != caret) {
        prompt_->composing = text;
        prompt_->composing_caret = caret;
        prompt_changed("input");
    }
    return takes ? CANDOR_OK : CANDOR_UNKNOWN;
}

candor_status Client::changes(Arena& memory, card::Changes& changes) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!told_ && !card_) return CANDOR_NO_PROMPT;
    const std::uint64_t now = prompt_ ? prompt_->serial : told_prompt_;
    changes = card::changes(memory, told_.get(), card_.get(), now == told_prompt_);
    told_ = card_;
    told_prompt_ = now;
    return CANDOR_OK;
}
#endif

candor_status Client::input(const card::Input& input) {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!prompt_) return CANDOR_NO_PROMPT;
    if (card_ == nullptr) return CANDOR_UNKNOWN;  // not laid out yet
    card::View view = view_of(*prompt_);
    view.locale = prompt_locale(*prompt_);
    const bool moves = input.kind == card::InputKind::pointer_move || input.kind == card::InputKind::pointer_leave;
    const bool stopped = !moves && stop_composing(*prompt_);
    const bool pressed = input.kind == card::InputKind::press && prompt_->ui.pressed == input.node;
    const card::Handled handled = card::handle(view, prompt_->ui, *card_, input, kTextEntry);
    prompt_->ui = handled.ui;
    if (handled.effect.kind != card::EffectKind::none && handled.effect.kind != card::EffectKind::draft) {
        const bool by_pointer = input.kind == card::InputKind::pointer_up || pressed;
        prompt_->presentation.input = input.kind == card::InputKind::key ? "keyboard"
                                      : by_pointer                       ? "pointer"
                                                                         : "control";
    }
    if (handled.redraw || stopped) prompt_changed("input");
    const candor_status status = carry_out(handled.effect);
    return status == CANDOR_OK && !handled.used ? CANDOR_UNKNOWN : status;
}

candor_status Client::carry_out(const card::Effect& effect) {
    Prompt& prompt = *prompt_;
    switch (effect.kind) {
        case card::EffectKind::none: return CANDOR_OK;
        case card::EffectKind::answer_score:
        case card::EffectKind::answer_choices:
        case card::EffectKind::answer_text: {
            interview::Given given{std::nullopt, effect.text, effect.choices};
            if (effect.kind == card::EffectKind::answer_score) given.score = effect.score;
            return give(effect.question, given);
        }
        case card::EffectKind::agree: return take_agreement();
        case card::EffectKind::back: return back_from(effect.question);
        case card::EffectKind::open: notify(CANDOR_EVENT_LINK, prompt.survey().id, effect.text); return CANDOR_OK;
        case card::EffectKind::draft:
            prompt.interview.draft = interview::clip(effect.text);
            prompt.interview.picked = effect.choices;
            prompt.interview.drafted = effect.question;
            prompt.draft_unsaved = true;
            set_alarm(Alarm::draft, kDraftStoredAfter);
            return CANDOR_OK;
        case card::EffectKind::retry:
            store_answer();
            prompt_changed("retry");
            return CANDOR_OK;
        case card::EffectKind::later: return end_with(history::Reached::snoozed);
        case card::EffectKind::close: return end_with(history::Reached::dismissed);
        case card::EffectKind::finish: end_prompt(); return CANDOR_OK;
    }
    return CANDOR_OK;
}

}  // namespace candor::client
