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
//     moment ─▶ fold + decide (one step) ─▶ nobody
//                                        └▶ chosen ─▶ card slot, card lock ─▶ decide again + claim (one step)
//                                                                                      │
//     prompt:   none ──────────────────────────────────────────────────────────── claimed
//                ▲                                       candor_presented (step: shown) │
//                │                                                                   shown ◀─┐ answer (step: answered,
//                │  dismiss, hide, finish                                               │  ─┘  event queued)
//                └──────────────────────────────────────────────────────────────── done (all answered and stored)
//
//     courier:  idle ─▶ lock ─▶ plan (step) ─▶ send ─▶ settle (step) ─▶ plan …
//                 └──────────── wait ◀──────────┘
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "candor/candor.h"
#include "card/card.hpp"
#include "client/callback.hpp"
#include "client/events.hpp"
#include "client/executor.hpp"
#include "client/host.hpp"
#include "client/people.hpp"
#include "client/system.hpp"
#include "courier/courier.hpp"
#include "decide/decide.hpp"
#include "interview/interview.hpp"
#include "outbox/store.hpp"
#include "paint/paint.hpp"

namespace candor::client {

struct Config {
    std::string project, endpoint, write_key, storage_path, document_url;
    std::string locale, app_version, platform;
    int consent = CANDOR_CONSENT_BY_DOCUMENT;
    json::Reading reading = json::Reading::field;
    int log_level = 0;
    bool hidden = false;
    candor_callback on_event = nullptr;
    void* on_event_context = nullptr;
};

// An event on its way to the host.
struct Notice {
    candor_event_kind kind = CANDOR_EVENT_LOG;
    int level = 0;
    std::string survey;
    std::string text;
    std::int64_t count = 0;
};

// The running prompt.
struct Prompt {
    std::uint64_t serial = 0;
    std::shared_ptr<const survey::Document> document;
    std::size_t survey_index = 0;
    std::string person;
    std::string touchpoint;
    std::string submission;
    interview::Interview interview;
    bool preview = false;
    bool presented = false;
    bool failed = false;
    int storing = 0;            // commits under way
    std::int64_t revision = 0;  // of the last response posted
    std::string last_event;     // its id
    Instant shown = 0;
    card::Ui ui;
    Presentation presentation;
    bool draft_unsaved = false;

    const survey::Survey& survey() const { return document->surveys[survey_index]; }
    card::Status status() const;
};

class Client : public std::enable_shared_from_this<Client> {
public:
    Client(candor_client handle, Config config, const candor_host* host);
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
    candor_status track(std::string_view name);
    candor_status screen(std::string_view name);
    candor_status identify(std::string_view person);
    candor_status reset();
    candor_status set_attributes(const std::vector<std::pair<std::string, json::Value>>& attributes);
    candor_status set_context(const candor_context& context);
    candor_status consent(int consent);
    candor_status forget();
    candor_status busy(bool busy);
    candor_status hidden(bool hidden);
    candor_status show(std::string_view survey, bool preview);
    candor_status hide();
    std::string explain(std::string_view survey);

    std::optional<Prompt> prompt();
    candor_status presented();
    candor_status answer_score(std::string_view question, int score);
    candor_status answer_text(std::string_view question, std::string_view text);
    candor_status back();
    candor_status dismiss();

    // The card. Layout and picture are the caller's own; none where no prompt runs.
    std::shared_ptr<const card::Card> layout(const card::Options& options);
    bool picture(const card::Options& options, paint::Picture& picture);
    candor_status input(const card::Input& input);
    bool has_text_host() const { return host_.text() != nullptr; }
    std::string locale();

    // The card slot of the process is free again.
    void card_slot_freed();

private:
    // Locks the client for one call, and wakes the host afterwards if events wait for it.
    class Scope {
    public:
        explicit Scope(Client& client) : client_(client), lock_(client.mutex_) {}
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Client& client_;
        std::unique_lock<std::mutex> lock_;
    };

    enum class Phase { opening, open, closed };
    enum class Consent { by_document, unknown, granted, denied };

    struct OwnedMoment {
        decide::MomentKind kind = decide::MomentKind::time;
        std::string name;
        Instant at = 0;
    };

    // What a step needs of the client, as values.
    struct Circumstances {
        std::string owner, install, person;
        std::shared_ptr<const decide::Prepared> prepared;
        decide::Situation situation;
        Gate gate;
        bool may_claim = false;

        decide::Situation with_names() const;
    };

    // ---- steps (client.cpp) ----
    struct Step;
    template <class R, class Body, class Then>
    struct StepOf;
    template <class R, class Body, class Then>
    void transact(outbox::Request request, Body body, Then then);
    void post_step(outbox::Request request, std::shared_ptr<Step> step);
    void settled(Step& step, const Result<void>& outcome);
    void deliver(const std::deque<Notice>& notices);
    void finish_steps();

    bool alive() const { return phase_ != Phase::closed; }
    bool ready() const { return phase_ == Phase::open && prepared_ != nullptr && consent_ != Consent::denied; }
    void notify(Notice notice);
    void error(std::string text);
    void log(int level, std::string text);
    EventStamp stamp() const;
    FreshIds fresh_ids() const;
    void on_alarm();
    void arm_alarm();
    void check_time();

    // ---- opening, persons, consent (opening.cpp) ----
    void open_store(bool persistent);
    void read_everything();
    void became_ready();
    void fetch_document();
    void fetched(const courier::HttpResponse& response);
    struct Opened;
    void opened(const Result<void>& outcome, Opened& opened, bool same_person);
    Result<void> put_in_force(std::string_view document);
    void switch_store();
    void erase(bool remember_denial);
    void forget_in_memory();

    // ---- moments (moments.cpp) ----
    candor_status moment(decide::MomentKind kind, std::string_view name);
    void called(Instant now);
    void fold_and_decide(const std::vector<OwnedMoment>& moments, bool claim = false);
    void decide_later(std::vector<OwnedMoment> moments);
    void fold_journal(const std::vector<OwnedMoment>& moments);
    struct Decided;
    void decided(Decided& decided);
    Circumstances circumstances();
    Gate gate() const;
    void want_claim();
    void claim_with_lock(bool acquired);
    void release_card();

    // ---- the prompt (prompt.cpp) ----
    void begin_prompt(const decide::Prepared& prepared, std::size_t survey, std::string touchpoint);
    void resume_if_interrupted(const history::Person& person);
    void resume_with_lock(bool acquired, const std::string& submission);
    void present();
    void end_prompt();
    void store_answer();
    void store_draft();
    void store_outcome(bool dismissed);
    candor_status accept(Result<interview::Interview> next);
    candor_status carry_out(const card::Effect& effect);
    card::View view_of(const Prompt& prompt) const;
    ResponseContext response_context(const Prompt& prompt) const;

    // ---- the courier (delivery.cpp) ----
    void pump();
    void plan();
    void send(std::vector<outbox::Event> batch, std::uint64_t epoch);
    void post_request(std::uint32_t ticket, courier::HttpRequest request);
    void settle(const std::vector<outbox::Event>& batch, const courier::HttpResponse& response, std::uint64_t epoch);
    void stop_sending();
    void courier_waits(Span span);
    bool may_send() const;
    bool idle() const;

    // ---- locks (locks.cpp) ----
    using LockDone = Callback<void(Client&, bool)>;
    void acquire(const std::string& name, LockDone done);
    void file_tried(const std::string& name, std::optional<FileLock> file);
    void lock_answered(const std::string& name, bool held);
    void release(const std::string& name);
    bool locks_exist() const;
    bool holds(const std::string& name) const;
    struct HeldLock {
        std::uint32_t ticket = 0;  // the host's
        std::optional<FileLock> file;
        LockDone done;  // asked, not answered yet
        bool held = false;
    };

    const candor_client handle_;
    const Config config_;
    const Host host_;
    std::string owner_;  // this run

    std::mutex mutex_;
    std::condition_variable changed_;
    Executor executor_;
    // The store belongs to the executor's tasks.
    std::unique_ptr<outbox::Store> store_;

    Phase phase_ = Phase::opening;
    Consent consent_ = Consent::by_document;
    bool persistent_ = false;  // the store is not memory
    bool stored_document_in_force_ = false;
    std::uint64_t readings_ = 0;  // how often the store was read as a whole
    bool busy_ = false;
    bool hidden_ = false;
    std::shared_ptr<const decide::Prepared> prepared_;
    bool document_by_host_ = false;
    bool document_fetched_ = false;
    std::string install_id_;
    std::string person_;
    std::uint64_t person_changes_ = 0;      // identify, reset, erase: a step begun before one speaks of somebody else
    std::optional<history::Person> known_;  // the person as of the last step
    std::optional<decide::Decision> decision_;
    Instant last_call_ = 0;
    Instant last_call_stored_ = 0;
    std::vector<OwnedMoment> early_;  // before there was a document
    std::map<std::string, json::Value> attributes_;
    std::string locale_, app_version_, platform_, os_version_, country_, device_;
    std::vector<candor_offset> offsets_;

    std::optional<Prompt> prompt_;
    std::uint64_t prompts_ = 0;
    bool claiming_ = false;
    std::shared_ptr<const card::Card> card_;
    std::mutex paint_mutex_;
    paint::Painter painter_;

    std::uint64_t epoch_ = 0;  // rises when everything is erased
    bool planning_ = false;
    bool plan_again_ = false;
    std::uint32_t http_ticket_ = 0;
    Instant http_deadline_ = kNever;  // monotonic
    std::uint32_t document_ticket_ = 0;
    bool hurry_ = false;
    bool courier_stopped_ = false;
    std::int64_t queued_ = 0;  // rows, as of the last plan
    bool queue_known_ = false;

    // Alarms, monotonic; kNever when off.
    Instant decide_at_ = kNever;
    Instant decide_at_wall_ = kNever;
    Instant courier_at_ = kNever;
    Instant draft_at_ = kNever;
    Instant open_at_ = kNever;   // the first reading failed and is tried again
    Instant erase_at_ = kNever;  // so did erasing

    std::map<std::string, HeldLock> locks_;
    std::deque<Notice> notices_;
    bool wake_wanted_ = false;
    int unsettled_ = 0;  // steps posted and not reported yet
    int outside_ = 0;    // calls of the host's that run, or are about to, without the mutex
    bool alarm_changed_ = false;
};

}  // namespace candor::client
