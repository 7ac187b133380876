// The courier's rounds: plan, send, settle, wait.
#include <algorithm>
#include <array>

#include "client/client.hpp"
#include "client/tickets.hpp"
#include "client/transact.hpp"

namespace candor::client {

using outbox::Request;
using outbox::State;

namespace {

constexpr Span kExchangeTimeout = 30 * kSecond;
constexpr Span kHostGrace = 5 * kSecond;
constexpr std::size_t kMostResponseBytes = 1u << 20;
constexpr Span kOtherSenderWait = 10 * kSecond;
const std::string kCourierLock = "courier";
// Kinds of events times reasons, and one for what the full queue turned away.
constexpr std::size_t kMostDroppedEvents = 9;

// Nothing is dropped in silence: what was refused now, and what the queue had no room for earlier.
void report_dropped(const State& state, courier::Settlement& settlement,
                    const std::array<EventStamp, kMostDroppedEvents>& stamps, std::string_view project) {
    std::size_t next = 0;
    for (const courier::Dropped& dropped : settlement.dropped) {
        if (next + 1 >= stamps.size()) break;
        settlement.change.appends.push_back(
            dropped_event(stamps[next++], project, outbox::kind_name(dropped.kind), dropped.reason, dropped.count));
    }
    const std::string* counted = state.find(kDroppedRecord);
    if (counted == nullptr || state.totals.rows >= outbox::Bounds{}.rows) return;
    settlement.change.erases.emplace_back(kDroppedRecord);
    const Result<json::Value> read = json::parse(*counted);
    if (!read) return;
    if (const json::Value* exposures = read->find("exposure"); exposures != nullptr && exposures->integer() > 0) {
        settlement.change.appends.push_back(
            dropped_event(stamps[next], project, "exposure", "queue_full", exposures->integer()));
    }
}

}  // namespace

bool Client::may_send() const {
    return host_.http() != nullptr && !config_.endpoint.empty() && consent_ != Consent::unknown && !courier_stopped_;
}

// Something may be there to send. Any number of calls come to one plan.
void Client::pump() {
    if (!may_send() || phase_ != Phase::open || http_ticket_ != 0) return;
    if (planning_) {
        plan_again_ = true;
        return;
    }
    planning_ = true;
    acquire(kCourierLock, [](Client& self, bool acquired) {
        if (acquired) {
            self.plan();
            return;
        }
        self.planning_ = false;
        self.plan_again_ = false;
        self.courier_waits(kOtherSenderWait);
        self.changed_.notify_all();
    });
}

void Client::plan() {
    // The 3 s that a score waits for its comment are for the open card; once it is gone, or the app goes, they are
    // over.
    const bool hold = prompt_.has_value() && !hurry_;
    const Instant now = hold ? host_.now() : later(host_.now(), outbox::kLongestHold);
    struct Planned {
        courier::Plan plan;
        std::int64_t rows = 0;
    };
    transact<Planned>(
        courier::plan_request(now),
        [now = host_.now()](const State& state, Planned& planned) {
            planned.plan = courier::plan(state, now);
            planned.rows = state.totals.rows;
            return planned.plan.change;
        },
        [epoch = epoch_](Client& self, const Result<void>& outcome, Planned& planned) {
            self.planning_ = false;
            if (!outcome) {
                self.error("storage: " + describe(outcome.error()));
                self.courier_waits(kMinute);
                return;
            }
            self.queued_ = planned.rows;
            self.queue_known_ = true;
            self.courier_stopped_ = planned.plan.stopped;
            auto& batch = planned.plan.batch;
            // What was read before everything was erased is gone; and who said no sends a deletion request and nothing
            // else.
            if (epoch != self.epoch_) {
                batch.clear();
                self.plan_again_ = true;
            }
            if (self.consent_ == Consent::denied) {
                std::erase_if(batch, [](const outbox::Event& e) { return e.kind != outbox::EventKind::control; });
            }
            if (!batch.empty() && self.may_send()) {
                self.plan_again_ = false;
                self.send(std::move(batch), epoch);
                return;
            }
            if (std::exchange(self.plan_again_, false)) {
                self.pump();
                return;
            }
            self.courier_waits(planned.plan.wait);
            self.release(kCourierLock);
        });
}

void Client::courier_waits(Span span) {
    courier_at_ = span == kNever ? kNever : later(host_.monotonic(), span);
    arm_alarm();
}

void Client::send(std::vector<outbox::Event> batch, std::uint64_t epoch) {
    const Instant now = host_.now();
    auto request = courier::candor_request(batch, {config_.endpoint, config_.write_key}, now);
    const auto shared_batch = std::make_shared<const std::vector<outbox::Event>>(std::move(batch));
    http_ticket_ = open_http_ticket([self = shared_from_this(), shared_batch, epoch](courier::HttpResponse response) {
        self->executor_.post([self, shared_batch, epoch, response = std::move(response)]() mutable {
            self->settle(*shared_batch, std::move(response), epoch);
        });
    });
    http_deadline_ = later(host_.monotonic(), kExchangeTimeout + kHostGrace);
    courier_at_ = kNever;
    arm_alarm();
    post_request(http_ticket_, std::move(request));
}

void Client::post_request(std::uint32_t ticket, courier::HttpRequest request) {
    executor_.post([self = shared_from_this(), ticket, request = std::move(request)] {
        {
            const Scope scope(*self);
            if (!self->alive() || self->http_ticket_ != ticket) return;  // given up before it began
        }
        std::vector<candor_header> headers;
        headers.reserve(request.headers.size());
        for (const auto& [name, value] : request.headers) headers.push_back({borrow(name), borrow(value)});
        candor_http_request raw{};
        raw.size = sizeof raw;
        raw.method = borrow(request.method);
        raw.url = borrow(request.url);
        raw.headers = headers.data();
        raw.header_count = headers.size();
        raw.body = borrow(request.body);
        raw.timeout = kExchangeTimeout;
        raw.response_limit = kMostResponseBytes;
        self->host_.http()->send(self->host_.http()->context, ticket, &raw);
    });
}

void Client::settle(const std::vector<outbox::Event>& batch, const courier::HttpResponse& response,
                    std::uint64_t epoch) {
    const Scope scope(*this);
    // What was sent before everything was erased leaves no trace after it.
    if (!alive() || epoch != epoch_) return;
    http_ticket_ = 0;
    http_deadline_ = kNever;
    planning_ = true;
    const Instant now = host_.now();
    const courier::Acknowledgement acknowledgement = courier::candor_acknowledgement(batch, response, now);
    if (!acknowledgement.reason.empty()) log(2, "delivery: " + acknowledgement.reason);
    for (const courier::Refused& refused : acknowledgement.refused) {
        error("the collector refused event " + refused.id + ": " + refused.reason);
    }
    std::array<EventStamp, kMostDroppedEvents> stamps;
    for (EventStamp& s : stamps) s = stamp();
    Request request = courier::settle_request(batch, acknowledgement, now);
    request.reads.emplace_back(kDroppedRecord);
    transact<int>(
        std::move(request),
        [batch, acknowledgement, now, stamps, project = config_.project, random = host_.random_number()](
            const State& state, int&) {
            courier::Settlement settlement = courier::settle(state, batch, acknowledgement, now, random);
            report_dropped(state, settlement, stamps, project);
            return std::move(settlement.change);
        },
        [accepted = static_cast<std::int64_t>(acknowledgement.accepted.size())](Client& self,
                                                                                const Result<void>& outcome, int&) {
            if (!outcome) {
                self.planning_ = false;
                self.error("storage: " + describe(outcome.error()));
                self.courier_waits(kMinute);  // what was accepted goes out once more then, with the same ids
                return;
            }
            if (accepted > 0) self.notify({CANDOR_EVENT_DELIVERED, 0, "", "", accepted});
            self.plan();
        });
}

// Everything is erased: an exchange under way is of no concern any more.
void Client::stop_sending() {
    ++epoch_;
    http_deadline_ = kNever;
    courier_at_ = kNever;
    const std::uint32_t ticket = std::exchange(http_ticket_, 0);
    if (ticket == 0) return;
    close_ticket(ticket);
    if (host_.http()->cancel == nullptr) return;
    executor_.post(
        [self = shared_from_this(), ticket] { self->host_.http()->cancel(self->host_.http()->context, ticket); });
}

}  // namespace candor::client
