#include "client/client.hpp"
#include "base/shared.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "client/registry.hpp"

#ifndef __EMSCRIPTEN__
#include <chrono>
#endif

namespace candor::client {

namespace {
constexpr std::size_t kMostNotices = 1000;
// The longest that a close waits for what runs: a step that waits for another process's transaction, a callback.
constexpr Span kLastStep = 2 * kSecond;
// The client whose callbacks this thread runs: it may be closed by one.
thread_local const Client* delivering = nullptr;
}  // namespace

card::Agreement Prompt::agreement() const {
    if (document->consent.mode != survey::ConsentMode::explicit_) return card::Agreement::unneeded;
    return agreed ? card::Agreement::given : card::Agreement::wanted;
}

card::Status Prompt::status() const {
    if (failed) return card::Status::failed;
    if (!interview::complete(survey(), interview)) return card::Status::asking;
    if (!may_store() && interview::answered(interview)) return card::Status::asking;
    return storing > 0 ? card::Status::storing : card::Status::done;
}

Client::Scope::~Scope() {
    // A later wake-up would replace the one that posted tasks ask for.
    const bool wake = std::exchange(client_.wake_wanted_, false) || client_.executor_.waiting();
    const bool alarm = std::exchange(client_.alarm_changed_, false);
    Span delay = kNever;
    if (alarm && client_.alive()) {
        Instant due = kNever;
        for (const Instant at : client_.alarms_) due = std::min(due, at);
        if (due != kNever) delay = std::max<Span>(0, due - client_.host_.monotonic());
        if constexpr (kThreaded) {
            client_.executor_.set_alarm(delay, client_.task([](Client& client, Task&) {
                const Scope scope(client);
                if (client.alive()) client.check_time();
            }));
        }
    }
    client_.changed_.notify_all();
    // Where there is no worker, a timer is the host's to keep too.
    if (client_.alive() && (wake || (!kThreaded && delay != kNever))) {
        ++client_.outside_;
        client_.mutex_.unlock();
        client_.host_.wake(client_.handle_, wake ? 0 : delay);
        client_.mutex_.lock();
        --client_.outside_;
        client_.changed_.notify_all();
    }
    client_.mutex_.unlock();
}

Client::Client(candor_client handle, const Config& config, const candor_host* host)
    : handle_(handle), config_(config), host_(host) {
    profile_.locale = config_.locale;
    profile_.app_version = config_.app_version;
    profile_.platform = config_.platform;
    alarms_.fill(kNever);
    owner_ = fresh_id();
    hidden_ = config_.hidden;
    consent_ = config_.consent == CANDOR_CONSENT_UNKNOWN   ? Consent::unknown
               : config_.consent == CANDOR_CONSENT_GRANTED ? Consent::granted
               : config_.consent == CANDOR_CONSENT_DENIED  ? Consent::denied
                                                           : Consent::by_document;
}

Client::~Client() = default;

// ---- tasks and steps ----

std::unique_ptr<Task> Client::task(Run run) {
    auto task = std::make_unique<Task>();
    task->client = Shared<Client>(this);
    task->run = run;
    return task;
}

void Client::post(std::unique_ptr<Task> task) {
    executor_.post(std::move(task));
    if (!kThreaded) host_.wake(handle_, 0);
}

void Client::post(Run run, std::uint32_t number, bool flag) {
    std::unique_ptr<Task> made = task(run);
    made->number = number;
    made->flag = flag;
    post(std::move(made));
}

Shared<Step> Client::step(void (*run)(Step&, const outbox::State&, outbox::Change&),
                          void (*then)(Client&, Step&, bool)) {
    auto step = make_shared<Step>();
    step->request.now = host_.now();
    step->run = run;
    step->then = then;
    step->gate = gate();
    step->written = written_;
    step->person = person_;
    step->person_changes = person_changes_;
    step->epoch = epoch_;
    return step;
}

// A step on its way through the store.
struct Client::Commit final : outbox::Work {
    outbox::Change step(const outbox::State& state) override {
        outbox::Change change;
        taken->run(*taken, state, change);
        return change;
    }
    void done(const Result<void>& outcome) override { client->settled(*taken, outcome); }

    Shared<Client> client;
    Shared<Step> taken;
};

void Client::post(Shared<Step> step) {
    ++unsettled_;
    std::unique_ptr<Task> made = task([](Client& client, Task& task) {
        if (client.store_ == nullptr) return;  // closed before it came to this
        auto commit = std::make_unique<Commit>();
        commit->client = task.client;
        commit->taken = task.step;
        client.store_->transact(task.step->request, std::move(commit));
#ifndef __EMSCRIPTEN__
        if (!client.storage_notices_.empty()) client.tell_storage_notices();
#endif
    });
    made->step = std::move(step);
    post(std::move(made));
}

void Client::settled(Step& step, const Result<void>& outcome) {
    const Scope scope(*this);
    --unsettled_;
    if (!alive()) return;
    if (!outcome) error({"storage: ", describe(outcome.error())});
    if (step.then != nullptr) step.then(*this, step, outcome.has_value());
}

// ---- what the host is told ----

// A host that never ticks must cost no more memory than a bound, and still learn of each prompt: of what only says
// "look again" the last one stands, of logs and errors there is a limit, and the rest comes with persons' taps.
void Client::notify(candor_event_kind kind, std::string_view survey, std::string_view text, std::int64_t count,
                    int level) {
    if (kind == CANDOR_EVENT_DECIDED || kind == CANDOR_EVENT_PROMPT_CHANGED) {
        notices_.erase_if([&](const Notice& n) { return n.kind == kind; });
    }
    const bool text_only = kind == CANDOR_EVENT_LOG || kind == CANDOR_EVENT_ERROR;
    if (text_only && notices_.size() >= kMostNotices) return;
    Notice& notice = notices_.emplace_back();
    notice.kind = kind;
    notice.level = level;
    notice.survey = survey;
    notice.text = text;
    notice.count = count;
    wake_wanted_ = true;
}

void Client::prompt_changed(std::string_view why) { notify(CANDOR_EVENT_PROMPT_CHANGED, prompt_->survey().id, why); }

void Client::error(Parts text) { notify(CANDOR_EVENT_ERROR, {}, joined(text), 0, 1); }

void Client::log(int level, Parts text) {
    if (level <= config_.log_level) notify(CANDOR_EVENT_LOG, {}, joined(text), 0, level);
}

String Client::fresh_id() const { return uuid_v7(host_.now(), host_.random_bytes()); }

FreshIds Client::fresh_ids() const { return {fresh_id(), joined({kAnonymousPrefix, fresh_id()})}; }

// ---- time ----

void Client::set_alarm(Alarm alarm, Span delay) {
    alarms_[static_cast<std::size_t>(alarm)] = delay == kNever ? kNever : later(host_.monotonic(), delay);
    alarm_changed_ = true;
}

bool Client::is_due(Alarm alarm, Instant now) {
    if (now < alarms_[static_cast<std::size_t>(alarm)]) return false;
    stop_alarm(alarm);
    return true;
}

// Does what is due. The wall clock counts too: it may have been moved since the alarm was set.
void Client::check_time() {
    const Span now = host_.monotonic();
    if (is_due(Alarm::decide, now) || host_.now() >= decide_at_wall_) {
        stop_alarm(Alarm::decide);
        decide_at_wall_ = kNever;
        if (ready()) fold_and_decide();
    }
    if (is_due(Alarm::open, now)) read_everything();
    if (is_due(Alarm::erase, now)) erase(consent_ == Consent::denied);
    if (is_due(Alarm::draft, now)) store_draft();
    if (is_due(Alarm::answers, now)) store_again();
    if (is_due(Alarm::http, now)) {
        // The host was told a time limit and has not kept it: it is as if nobody had answered.
        cancel_request(http_ticket_);
        post(
            [](Client&, Task& task) {
                courier::HttpResponse response;
                response.error = "no answer within the time limit";
                answer_http_ticket(task.number, std::move(response));
            },
            http_ticket_);
    }
    if (is_due(Alarm::courier, now)) pump();
    alarm_changed_ = true;
}

// ---- ticks ----

candor_status Client::tick() {
    List<Notice> notices;
    {
        const Scope scope(*this);
        if (!alive()) return CANDOR_CLOSED;
        check_time();
    }
    executor_.run();
    {
        const Lock lock(mutex_);
        notices.swap(notices_);
        ++outside_;
    }
    deliver(notices);
    const Lock lock(mutex_);
    --outside_;
    changed_.notify_all();
    return CANDOR_OK;
}

// Nothing is delivered after the close, also when a callback is what closes.
void Client::deliver(const List<Notice>& notices) {
    if (config_.on_event == nullptr) return;
    const Client* const outer = std::exchange(delivering, this);
    for (const Notice& notice : notices) {
        {
            const Lock lock(mutex_);
            if (!alive()) break;
        }
        candor_event event{};
        event.size = sizeof event;
        event.kind = notice.kind;
        event.level = notice.level;
        event.survey = borrow(notice.survey);
        event.text = borrow(notice.text);
        event.count = notice.count;
        config_.on_event(config_.on_event_context, handle_, &event);
    }
    delivering = outer;
}

// ---- flush and close ----

bool Client::idle() const {
    if (unsettled_ > 0 || claiming_) return false;
    if (!may_send()) return true;
    // The server asked for a wait, or cannot be reached.
    const bool waiting = alarms_[static_cast<std::size_t>(Alarm::courier)] != kNever;
    return http_ticket_ == 0 && !planning_ && !plan_again_ &&
           (waiting || (queue_known_ && queued_ == 0) || courier_stopped_);
}

candor_status Client::flush(Span deadline) {
    {
        const Scope scope(*this);
        if (!alive()) return CANDOR_CLOSED;
        hurry_ = true;
        store_counts();
        store_draft();
        pump();
    }
    return flushed(deadline);
}

#ifdef __EMSCRIPTEN__

// One thread waits for nothing.
candor_status Client::flushed(Span) { return CANDOR_OK; }
void Client::finish_steps() { executor_.run(); }

#else

candor_status Client::flushed(Span deadline) {
    std::unique_lock lock(mutex_);
    const auto limit = std::chrono::milliseconds(std::clamp<Span>(deadline, 0, kDay));
    const bool settled = changed_.wait_for(lock, limit, [&] { return !alive() || (phase_ == Phase::open && idle()); });
    hurry_ = hidden_;
    if (!alive()) return CANDOR_CLOSED;
    return settled && ((queue_known_ && queued_ == 0) || !may_send()) ? CANDOR_OK : CANDOR_TIMEOUT;
}

// What the app has said is stored, whatever the deadline: that is for sending.
void Client::finish_steps() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(kLastStep), [&] { return unsettled_ == 0 || !alive(); });
}

#endif

void Client::close(Span deadline) {
    {
        const Scope scope(*this);
        store_counts();
        store_again();
    }
    if (deadline > 0) flush(deadline);
    finish_steps();
    std::uint32_t tickets[2] = {};
    {
        const Lock lock(mutex_);
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        tickets[0] = std::exchange(http_ticket_, 0);
        tickets[1] = std::exchange(document_ticket_, 0);
        notices_.clear();
        changed_.notify_all();
    }
    for (const std::uint32_t ticket : tickets) {
        if (ticket == 0) continue;
        close_ticket(ticket);
        if (host_.http()->cancel != nullptr) host_.http()->cancel(host_.http()->context, ticket);
    }
    // The store belongs to the worker. Its longest wait is for another process's transaction, which is bounded; a host
    // call that never returns is left behind with all that it needs.
    if (executor_.stop(kLastStep) && store_ != nullptr) {
        store_->close();
        store_.reset();
    }
#ifndef __EMSCRIPTEN__
    {
        std::unique_lock lock(mutex_);
        const int own = delivering == this ? 1 : 0;
        changed_.wait_for(lock, std::chrono::milliseconds(kLastStep), [&] { return outside_ <= own; });
    }
#endif
    for (HeldLock& lock : locks_) {
        std::uint32_t ticket = 0;
        {
            const Lock guard(mutex_);
            ticket = std::exchange(lock.ticket, 0);
            lock.file.reset();
        }
        if (ticket == 0) continue;
        close_ticket(ticket);
        host_.locks()->release(host_.locks()->context, ticket);
    }
    free_card_slot(handle_, true);
}

}  // namespace candor::client
