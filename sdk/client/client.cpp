#include "client/client.hpp"

#include <algorithm>
#include <chrono>

#include "base/ids.hpp"
#include "client/registry.hpp"
#include "client/tickets.hpp"
#include "client/transact.hpp"

namespace candor::client {

namespace {
constexpr std::size_t kMostNotices = 1000;
// The longest that a close waits for what runs: a step that waits for another process's transaction, a callback.
constexpr Span kLastStep = 2 * kSecond;
// The client whose callbacks this thread runs: it may be closed by one.
thread_local const Client* delivering = nullptr;
}  // namespace

card::Status Prompt::status() const {
    if (failed) return card::Status::failed;
    if (!interview::complete(survey(), interview)) return card::Status::asking;
    return storing > 0 ? card::Status::storing : card::Status::done;
}

Client::Scope::~Scope() {
    // A later wake-up would replace the one that posted tasks ask for.
    const bool wake = std::exchange(client_.wake_wanted_, false) || client_.executor_.waiting();
    const bool alarm = std::exchange(client_.alarm_changed_, false);
    Span delay = kNever;
    if (alarm && client_.alive()) {
        const Span now = client_.host_.monotonic();
        const Instant due = std::min({client_.decide_at_, client_.courier_at_, client_.draft_at_,
                                      client_.http_deadline_, client_.open_at_, client_.erase_at_});
        delay = due == kNever ? kNever : std::max<Span>(0, due - now);
        client_.executor_.set_alarm(delay, [weak = client_.weak_from_this()] {
            if (const std::shared_ptr<Client> client = weak.lock()) client->on_alarm();
        });
    }
    client_.changed_.notify_all();
    // Where there is no worker, a timer is the host's to keep too.
    const bool wakes = client_.alive() && (wake || (!Executor::kThreaded && delay != kNever));
    if (!wakes) return;
    ++client_.outside_;
    lock_.unlock();
    client_.host_.wake(client_.handle_, wake ? 0 : delay);
    lock_.lock();
    --client_.outside_;
    client_.changed_.notify_all();
}

Client::Client(candor_client handle, Config config, const candor_host* host)
    : handle_(handle),
      config_(std::move(config)),
      host_(host),
      executor_([this] { host_.wake(handle_, 0); }),
      locale_(config_.locale),
      app_version_(config_.app_version),
      platform_(config_.platform) {
    owner_ = uuid_v7(host_.now(), host_.random_bytes());
    hidden_ = config_.hidden;
    consent_ = config_.consent == CANDOR_CONSENT_UNKNOWN   ? Consent::unknown
               : config_.consent == CANDOR_CONSENT_GRANTED ? Consent::granted
               : config_.consent == CANDOR_CONSENT_DENIED  ? Consent::denied
                                                           : Consent::by_document;
}

Client::~Client() = default;

struct Client::Commit final : outbox::Work {
    Commit(std::shared_ptr<Client> c, std::shared_ptr<Step> s) : client(std::move(c)), work(std::move(s)) {}
    outbox::Change step(const outbox::State& state) override { return work->run(state); }
    void done(const Result<void>& outcome) override { client->settled(*work, outcome); }

    const std::shared_ptr<Client> client;
    const std::shared_ptr<Step> work;
};

void Client::post_step(outbox::Request request, std::shared_ptr<Step> step) {
    ++unsettled_;
    executor_.post([self = shared_from_this(), request = std::move(request), step = std::move(step)]() {
        if (self->store_ == nullptr) return;  // closed before it came to this
        self->store_->transact(request, std::make_unique<Commit>(self, step));
    });
}

void Client::settled(Step& step, const Result<void>& outcome) {
    const Scope scope(*this);
    --unsettled_;
    if (alive()) step.then(*this, outcome);
    changed_.notify_all();
}

// A host that never ticks must cost no more memory than a bound, and still learn of each prompt: of what only says
// "look again" the last one stands, of logs and errors there is a limit, and the rest comes with persons' taps.
void Client::notify(Notice notice) {
    if (notice.kind == CANDOR_EVENT_DECIDED || notice.kind == CANDOR_EVENT_PROMPT_CHANGED) {
        std::erase_if(notices_, [&](const Notice& n) { return n.kind == notice.kind; });
    }
    const bool text_only = notice.kind == CANDOR_EVENT_LOG || notice.kind == CANDOR_EVENT_ERROR;
    if (text_only && notices_.size() >= kMostNotices) return;
    notices_.push_back(std::move(notice));
    wake_wanted_ = true;
}

void Client::error(std::string text) { notify({CANDOR_EVENT_ERROR, 1, "", std::move(text), 0}); }

void Client::log(int level, std::string text) {
    if (level <= config_.log_level) notify({CANDOR_EVENT_LOG, level, "", std::move(text), 0});
}

EventStamp Client::stamp() const {
    const Instant now = host_.now();
    return {uuid_v7(now, host_.random_bytes()), now};
}

FreshIds Client::fresh_ids() const {
    const Instant now = host_.now();
    return {uuid_v7(now, host_.random_bytes()), std::string(kAnonymousPrefix) + uuid_v7(now, host_.random_bytes())};
}

// ---- time ----

void Client::on_alarm() {
    const Scope scope(*this);
    if (alive()) check_time();
}

void Client::arm_alarm() { alarm_changed_ = true; }

// Does what is due. The wall clock counts too: it may have been moved since the alarm was set.
void Client::check_time() {
    const Span now = host_.monotonic();
    if (now >= decide_at_ || host_.now() >= decide_at_wall_) {
        decide_at_ = decide_at_wall_ = kNever;
        if (ready()) fold_and_decide(std::exchange(early_, {}));
    }
    if (now >= open_at_) {
        open_at_ = kNever;
        read_everything();
    }
    if (now >= erase_at_) {
        erase_at_ = kNever;
        erase(consent_ == Consent::denied);
    }
    if (now >= draft_at_) {
        draft_at_ = kNever;
        store_draft();
    }
    if (now >= http_deadline_) {
        // The host was told a time limit and has not kept it: it is as if nobody had answered.
        http_deadline_ = kNever;
        const std::uint32_t ticket = http_ticket_;
        if (host_.http()->cancel != nullptr) {
            executor_.post([self = shared_from_this(), ticket] {
                self->host_.http()->cancel(self->host_.http()->context, ticket);
            });
        }
        executor_.post([ticket] {
            courier::HttpResponse response;
            response.error = "no answer within the time limit";
            answer_http_ticket(ticket, std::move(response));
        });
    }
    if (now >= courier_at_) {
        courier_at_ = kNever;
        pump();
    }
    arm_alarm();
}

// ---- ticks ----

candor_status Client::tick() {
    std::deque<Notice> notices;
    {
        const Scope scope(*this);
        if (!alive()) return CANDOR_CLOSED;
        check_time();
    }
    executor_.run();
    {
        const std::lock_guard lock(mutex_);
        notices.swap(notices_);
        ++outside_;
    }
    deliver(notices);
    const std::lock_guard lock(mutex_);
    --outside_;
    changed_.notify_all();
    return CANDOR_OK;
}

// Nothing is delivered after the close, also when a callback is what closes.
void Client::deliver(const std::deque<Notice>& notices) {
    if (config_.on_event == nullptr) return;
    const Client* const outer = std::exchange(delivering, this);
    for (const Notice& notice : notices) {
        {
            const std::lock_guard lock(mutex_);
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
    const bool waiting = courier_at_ != kNever;  // the server asked for it, or cannot be reached
    return http_ticket_ == 0 && !planning_ && !plan_again_ &&
           (waiting || (queue_known_ && queued_ == 0) || courier_stopped_);
}

candor_status Client::flush(Span deadline) {
    if constexpr (!Executor::kThreaded) {
        const Scope scope(*this);
        if (!alive()) return CANDOR_CLOSED;
        hurry_ = true;
        pump();
        return CANDOR_OK;
    }
    {
        const Scope scope(*this);
        if (!alive()) return CANDOR_CLOSED;
        hurry_ = true;
        store_draft();
        pump();
    }
    std::unique_lock lock(mutex_);
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(std::clamp<Span>(deadline, 0, kDay));
    const bool settled =
        changed_.wait_until(lock, until, [&] { return !alive() || (phase_ == Phase::open && idle()); });
    hurry_ = hidden_;
    if (!alive()) return CANDOR_CLOSED;
    return settled && ((queue_known_ && queued_ == 0) || !may_send()) ? CANDOR_OK : CANDOR_TIMEOUT;
}

void Client::close(Span deadline) {
    if (deadline > 0) flush(deadline);
    finish_steps();
    std::uint32_t http_ticket = 0;
    std::uint32_t document_ticket = 0;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        http_ticket = std::exchange(http_ticket_, 0);
        document_ticket = std::exchange(document_ticket_, 0);
        notices_.clear();
        changed_.notify_all();
    }
    for (const std::uint32_t ticket : {http_ticket, document_ticket}) {
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
    std::map<std::string, HeldLock> locks;
    {
        std::unique_lock lock(mutex_);
        const int own = delivering == this ? 1 : 0;
        changed_.wait_for(lock, std::chrono::milliseconds(kLastStep), [&] { return outside_ <= own; });
        locks.swap(locks_);
    }
    for (const auto& [name, held] : locks) {
        if (held.ticket == 0) continue;
        close_ticket(held.ticket);
        host_.locks()->release(host_.locks()->context, held.ticket);
    }
    free_card_slot(handle_, true);
}

// What the app has said is stored, whatever the deadline: that is for sending.
void Client::finish_steps() {
    if constexpr (!Executor::kThreaded) {
        executor_.run();
        return;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(kLastStep), [&] { return unsettled_ == 0 || !alive(); });
}

}  // namespace candor::client
