// One project in this process.
//
// The client is a state machine behind one mutex. Calls of the host change its state and post steps to the executor;
// the executor runs them against the store with no lock held; what they came to comes back under the mutex, changes the
// state, and leaves events that candor_tick delivers.
//
//   opening ──(store open, install and person read)──▶ open ──(close)──▶ closed
//
//   While open, and with a document in force:
//
//     moment ─▶ fold + decide (one step) ─▶ nobody       (natively, what only counts waits up to 30 s for others)
//                                        └▶ chosen ─▶ card slot, card lock ─▶ decide again + claim (one step)
//                                                                                      │
//     prompt:   none ──────────────────────────────────────────────────────────── claimed
//                ▲                                       candor_presented (step: shown) │
//                │                                                                   shown ◀─┐ answer (step: answered,
//                │  dismiss, snooze, hide, finish                                       │  ─┘  event queued)
//                └──────────────────────────────────────────────────────────────── done (all answered and stored)
//
//     courier:  idle ─▶ lock ─▶ plan (step) ─▶ send ─▶ settle (step) ─▶ plan …
//                 └──────────── wait ◀──────────┘
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/result.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "base/text.hpp"
#include "candor/candor.h"
#include "card/card.hpp"
#include "card/changes.hpp"
#include "card/motion.hpp"
#include "client/events.hpp"
#include "client/executor.hpp"
#include "client/host.hpp"
#include "client/people.hpp"
#include "client/sync.hpp"
#include "client/system.hpp"
#include "client/task.hpp"
#include "client/tickets.hpp"
#include "courier/courier.hpp"
#include "decide/decide.hpp"
#include "interview/interview.hpp"
#include "outbox/store.hpp"
#include "paint/paint.hpp"

namespace candor::client {

// On a page alone: elsewhere the client explains itself.
#ifdef __EMSCRIPTEN__
constexpr bool kGivesEvidence = true;
#else
constexpr bool kGivesEvidence = false;
#endif

struct Config {
    String project, endpoint, write_key, storage_path, document_url;
    String locale, app_version, platform;
    String wire;  // its name; on a page any, if it wants to hear of persons, else none: there the scripts translate
    int consent = CANDOR_CONSENT_BY_DOCUMENT;
    json::Reading reading = json::Reading::field;
    int log_level = 0;
    bool hidden = false;
    candor_callback on_event = nullptr;
    void* on_event_context = nullptr;

    const courier::Wire* wire_adapter() const;  // null: there is none of that name
    bool names_persons() const;                 // who was shown a survey, and who dismissed it
};

// An event on its way to the host.
struct Notice {
    candor_event_kind kind = CANDOR_EVENT_LOG;
    int level = 0;
    String survey;
    String text;
    std::int64_t count = 0;
};

// The running prompt.
struct Prompt {
    std::uint64_t serial = 0;
    Shared<const survey::Document> document;
    std::size_t survey_index = 0;
    String person;
    String wave;
    String touchpoint;
    history::Reached ledger_state = history::Reached::nothing;  // of the moment, before it was shown
    json::Members properties;  // of the moment that led to it, as far as the survey wants them
    bool would_target = false;
    String submission;
    interview::Interview interview;
    bool preview = false;
    bool presented = false;
    bool failed = false;
    bool agreed = false;        // the box was ticked, where there must be one
    int storing = 0;            // commits under way
    std::int64_t revision = 0;  // of the last response posted
    String last_event;          // its id
    Instant shown = 0;
    card::Ui ui;
    card::Motion motion;
    Presentation presentation;
    bool draft_unsaved = false;
#ifndef __EMSCRIPTEN__  // a page's field composes by itself
    String composing;
    std::size_t composing_caret = 0;
#endif

    const survey::Survey& survey() const;
    card::Agreement agreement() const;
    bool may_store() const { return agreement() != card::Agreement::wanted; }
    card::Status status() const;
};

class Client {
public:
    Client(candor_client handle, const Config& config, const candor_host* host);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    candor_client handle() const { return handle_; }
    const Config& config() const { return config_; }

    // All of these: any thread.
    void open();
    candor_status flush(Span deadline);
    void close(Span deadline);
    candor_status tick();
    candor_status load(std::string_view document);
    candor_status track(std::string_view name, json::Members properties);
    candor_status screen(std::string_view name);
    candor_status identify(std::string_view person);
    candor_status reset();
    candor_status set_attributes(const List<std::pair<String, json::Value>>& attributes);
    candor_status set_context(const candor_context& context);
    candor_status consent(int consent);
    candor_status forget();
    candor_status busy(bool busy);
    candor_status typed();
    candor_status hidden(bool hidden);
    candor_status network(std::int32_t network);
    candor_status show(std::string_view survey, bool preview);
    candor_status hide();
    String explain(std::string_view survey);
    String evidence();  // for an explanation made elsewhere

    Maybe<Prompt> prompt();
    // What the texts of the running prompt may name: the person's attributes, and of its trigger's properties those
    // that they name.
    List<survey::NamedText> given_texts();
    candor_status presented();
    candor_status agree();
    candor_status answer(std::string_view question, const interview::Given& given);
    candor_status back();
    candor_status dismiss();
    candor_status snooze();

    // The card. Layout and picture are the caller's own; none where no prompt runs.
    Shared<const card::Card> layout(const card::Options& options);
    bool picture(const card::Options& options, paint::Picture& picture);
    // From `begins` on, as long as no prompt runs, layout and picture are those of the card that is due next, whatever
    // becomes of it: what is drawn ahead need not be waited for. Whether there is one that was not rehearsed before.
    bool rehearse(bool begins);
    // From the card that this told of last to the one laid out last.
    candor_status changes(Arena& memory, card::Changes& changes);
    candor_status compose(std::string_view text, std::size_t caret);
    candor_status input(const card::Input& input);
    bool has_text_host() const { return host_.text() != nullptr; }
    String locale();

    // The card slot of the process is free again.
    void card_slot_freed();

    // What was asked under a ticket was answered. Any thread.
    void http_answered(Asked what, std::uint32_t ticket, courier::HttpResponse&& response);
    void lock_answered(Asked what, bool held);

private:
    // Locks the client for one call, and wakes the host afterwards if events wait for it.
    class Scope {
    public:
        explicit Scope(Client& client) : client_(client) { client.mutex_.lock(); }
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Client& client_;
    };

    enum class Phase { opening, open, closed };
    enum class Consent { by_document, unknown, granted, denied };
    enum class Alarm { decide, courier, draft, http, open, erase, answers };
    static constexpr std::size_t kAlarms = 7;

    // ---- tasks and steps (client.cpp) ----
    using Run = void (*)(Client& client, Task& task);
    std::unique_ptr<Task> task(Run run);
    void post(std::unique_ptr<Task> task);
    void post(Run run, std::uint32_t number = 0, bool flag = false);
    // A step for the person in force, with what most steps need; then to be posted.
    Shared<Step> step(void (*run)(Step&, const outbox::State&, outbox::Change&),
                      void (*then)(Client&, Step&, bool) = nullptr);
    void post(Shared<Step> step);
    struct Commit;
    void settled(Step& step, const Result<void>& outcome);
    void deliver(const List<Notice>& notices);
    void finish_steps();
    candor_status flushed(Span deadline);

    bool alive() const { return phase_ != Phase::closed; }
    bool ready() const { return phase_ == Phase::open && prepared_ != nullptr && consent_ != Consent::denied; }
    void notify(candor_event_kind kind, std::string_view survey = {}, std::string_view text = {},
                std::int64_t count = 0, int level = 0);
    void prompt_changed(std::string_view why);
    void error(Parts text);
    void log(int level, Parts text);
    String fresh_id() const;
    FreshIds fresh_ids() const;
    void set_alarm(Alarm alarm, Span delay);  // from now, by the monotonic clock; kNever: off
    void stop_alarm(Alarm alarm) { alarms_[static_cast<std::size_t>(alarm)] = kNever; }
    bool is_due(Alarm alarm, Instant now);  // switches it off when it is
    void check_time();

    // ---- opening, persons, consent (opening.cpp) ----
    void post_open_store(bool persistent);
    void open_store(bool persistent);
    void read_everything();
    void opened(Step& step, bool stands);
    void became_ready();
    void fetch_document();
    void fetched(const courier::HttpResponse& response);
    void put_in_force(Shared<const survey::Document> document, std::string_view text);
    bool read_and_put_in_force(std::string_view text, std::string_view whose);
    void person_known(Step& step, bool resumes);
    List<String> people_reads() const;
    void change_person(std::string_view id);
    void switch_store();
    void erase(bool remember_denial);
    void forget_in_memory();

    // ---- moments (moments.cpp) ----
    candor_status moment(decide::MomentKind kind, std::string_view name, json::Members properties);
    void profile_changed();
    void draw(Instant now);
    void called(Instant now);
    bool only_counts(const OwnedMoment& moment);
    void decide_at(Instant at);
    void store_counts();
    void call_now();
    Shared<Step> decision_step();
    void fold_and_decide(List<OwnedMoment> moments = {}, bool claim = false);
    void decide_later(Step& step);
    void fold_journal(List<OwnedMoment> moments);
    void decided(Step& step);
    Gate gate() const;
    void want_claim();
    void claim_with_lock(bool acquired);
    void release_card();

    using Tell = String (*)(const decide::Prepared&, const history::Person&, const decide::Decision&,
                            const decide::Situation&, std::string_view);
    String told(Tell tell, std::string_view text);  // of the last decision, or why there is none

    // ---- the prompt (prompt.cpp) ----
    void begin_prompt(const decide::Prepared& prepared, std::size_t survey, std::string_view wave,
                      std::string_view touchpoint);
    void resume_if_interrupted();
    void resume_with_lock(bool acquired);
    void resumed(Step& step, bool stands);
    void show_with_lock(bool acquired);
    void present(std::string_view interview);  // as it was then
    void see();
    void declined(const Step& step);
    void end_prompt();
    Shared<Step> prompt_step(void (*run)(Step&, const outbox::State&, outbox::Change&),
                             void (*then)(Client&, Step&, bool));
    void person_stored(Step& step);
    void store_answer();
    void answer_stored(Step& step, bool stands);
    void store_again();
    void store_draft();
    void store_outcome(history::Reached outcome);
    void leave_screen(std::string_view entered);
    candor_status end_with(history::Reached outcome);
    candor_status give(std::string_view question, const interview::Given& given);
    List<survey::NamedText> named_values(const Prompt* prompt) const;
    candor_status back_from(std::string_view question);
    candor_status take_agreement();
    candor_status carry_out(const card::Effect& effect);
    card::View view_of(const Prompt& prompt) const;
    std::string_view prompt_locale(const Prompt& prompt) const;

    // ---- the courier (delivery.cpp) ----
    void pump();
    void plan();
    void may_report(Step& step);  // gives it what it needs to tell what was dropped
    void planned(Step& step, bool stands);
    void send(List<outbox::Event>& batch);
    void send_request(std::uint32_t ticket, courier::HttpRequest request, bool document);
    void settle(const courier::HttpResponse& response);
    void warn_of_deletion(const Step& step);
    void stop_sending();
    void cancel_request(std::uint32_t ticket);
    void courier_waits(Span span);
    bool may_send() const;
    // A page hears of no network, and has no bytes for it.
#ifdef __EMSCRIPTEN__
    static constexpr bool offline() { return false; }
    static constexpr bool metered() { return false; }
#else
    bool offline() const { return network_ == CANDOR_NETWORK_OFFLINE; }
    bool metered() const { return network_ == CANDOR_NETWORK_METERED; }
    std::int32_t network_ = CANDOR_NETWORK_FREE;
#endif
    bool idle() const;

    // ---- locks (locks.cpp) ----
    // With the mutex held. `done` runs under the mutex, later.
    using LockDone = void (*)(Client& client, bool acquired);
    enum class LockName { card, courier };
    struct HeldLock {
        bool wanted = false;
        bool held = false;
        std::uint32_t ticket = 0;  // the host's
        std::optional<FileLock> file;
        LockDone done = nullptr;  // asked, not answered yet
    };
    void acquire(LockName name, LockDone done);
    void lock_told(LockName name, bool held);
    void release(LockName name);
    bool locks_exist() const;
    HeldLock& lock_of(LockName name) { return locks_[static_cast<std::size_t>(name)]; }

    const candor_client handle_;
    const Config config_;
    const Host host_;
    String owner_;  // this run

    Mutex mutex_;
    Condition changed_;
    Executor executor_;
    // The store belongs to the executor's tasks, and so does what it has to say.
#ifndef __EMSCRIPTEN__
    List<String> storage_notices_;
    void tell_storage_notices();
#endif
    std::unique_ptr<outbox::Store> store_;

    Phase phase_ = Phase::opening;
    Consent consent_ = Consent::by_document;
    bool persistent_ = false;  // the store is not memory
    bool stored_document_in_force_ = false;
    std::uint64_t readings_ = 0;  // how often the store was read as a whole
    bool busy_ = false;
    bool hidden_ = false;
    Shared<const decide::Prepared> prepared_;
    String source_;  // of the document in force, where evidence is asked for
    bool document_by_host_ = false;
    bool document_fetched_ = false;
    String install_id_;
    String person_;
    std::uint64_t person_changes_ = 0;  // identify, reset, erase: a step begun before one speaks of somebody else
    Maybe<history::Person> known_;      // the person as of the last step
    Shared<Written> written_ = make_shared<Written>();
    Maybe<decide::Decision> decision_;
    Instant last_call_ = 0;
    Instant last_call_stored_ = 0;
    List<OwnedMoment> unfolded_;  // from before there was a document, or that only count and wait to be stored
    int journals_ = 0;            // steps on their way that fold the loader's journal
    decide::Profile profile_;
    Shared<const decide::Profile> shared_profile_;  // null: it has changed since it was copied
    Shared<const decide::Draws> draws_;
    Instant last_key_ = 0;

    Maybe<Prompt> prompt_;
    std::uint64_t prompts_ = 0;
    Maybe<Prompt> rehearsal_;
    String rehearsed_;             // the survey of the last one
    List<Shared<Step>> unstored_;  // answers whose card has gone, and which the store did not take
    bool claiming_ = false;
    bool claim_missed_ = false;  // somebody was due while claiming for another
    // While claiming: what is to be shown, or which interrupted submission is to go on.
    struct Wanted {
        Shared<const decide::Prepared> prepared;
        std::size_t survey = 0;
        bool preview = false;
        String submission;
    };
    Wanted wanted_;
    Shared<const card::Card> card_;
#ifndef __EMSCRIPTEN__               // a page's mirror finds out by itself
    Shared<const card::Card> told_;  // to whoever asks for the changes
    std::uint64_t told_prompt_ = 0;
#endif
    Mutex paint_mutex_;
    paint::Painter painter_;

    std::uint64_t epoch_ = 0;  // rises when everything is erased
    bool planning_ = false;
    bool plan_again_ = false;
    std::uint32_t http_ticket_ = 0;
    List<outbox::Event> sent_;  // under that ticket
    std::uint32_t document_ticket_ = 0;
    bool hurry_ = false;
    bool courier_stopped_ = false;
    std::int64_t queued_ = 0;  // rows, as of the last plan
    bool queue_known_ = false;

    std::array<Instant, kAlarms> alarms_;  // monotonic; kNever when off
    Instant decide_at_wall_ = kNever;

    std::array<HeldLock, 2> locks_;
    List<Notice> notices_;
    bool wake_wanted_ = false;
    int unsettled_ = 0;  // steps posted and not reported yet
    int outside_ = 0;    // calls of the host's that run, or are about to, without the mutex
    bool alarm_changed_ = false;
};

}  // namespace candor::client
