// The courier's rounds: plan, send, settle, wait.
#include <algorithm>
#include <utility>

#include "base/shared.hpp"
#include "client/client.hpp"
#include "client/ledger.hpp"
#include "outbox/damage.hpp"

namespace candor::client {

using outbox::Change;
using outbox::State;

namespace {

constexpr Span kExchangeTimeout = 30 * kSecond;
constexpr Span kHostGrace = 5 * kSecond;
constexpr std::size_t kMostResponseBytes = 1u << 20;
constexpr std::size_t kMostDocumentBytes = 4u << 20;
constexpr Span kOtherSenderWait = 10 * kSecond;
constexpr Span kStoreFailedWait = kMinute;
// Kinds of events times reasons, one for what the full queue turned away, and one for each kind that damage has cost.
constexpr std::size_t kMostDroppedEvents = 13;

courier::Limits limits_of(const courier::Wire& wire) {
    courier::Limits limits;
    limits.batch_rows = wire.batch_rows;
    return limits;
}

#ifndef __EMSCRIPTEN__
void report_damage(const Step& step, const State& state, Change& change) {
    const String* record = state.find(outbox::kDamagedRecord);
    if (record == nullptr) return;
    const outbox::Lost lost = outbox::read_lost(*record);
    for (std::size_t kind = 0; kind < lost.size(); ++kind) {
        if (lost[kind] == 0) continue;
        append_dropped_event(step.ids[kMostDroppedEvents - 1 - kind], step.asked_at, step.text,
                             outbox::kind_name(static_cast<outbox::EventKind>(kind)), "damaged", lost[kind],
                             change.appends);
    }
    change.erases.emplace_back(outbox::kDamagedRecord);
}
#endif

// Nothing is dropped in silence: what was refused or became too old now, and what the queue had no room for and what
// damage has cost earlier.
void report_dropped(const Step& step, const State& state, const List<courier::Dropped>& all, Change& change) {
#ifndef __EMSCRIPTEN__
    if (!step.ids.empty()) report_damage(step, state, change);
#endif
    const Instant now = step.asked_at;
    std::size_t next = 0;
    for (const courier::Dropped& dropped : all) {
        if (next + 1 >= step.ids.size()) break;
        append_dropped_event(step.ids[next++], now, step.text, outbox::kind_name(dropped.kind), dropped.reason,
                             dropped.count, change.appends);
    }
    const std::int64_t exposures = dropped_exposures(state);
    if (exposures <= 0 || outbox::others_fill(state.totals)) return;
    change.erases.emplace_back(kDroppedRecord);
    append_dropped_event(step.ids[next], now, step.text, "exposure", "queue_full", exposures, change.appends);
}

}  // namespace

// On a page none but one is linked.
const courier::Wire* Config::wire_adapter() const {
#ifdef __EMSCRIPTEN__
    return &courier::kCandorWire;
#else
    return courier::find_wire(wire);
#endif
}

bool Config::names_persons() const {
#ifdef __EMSCRIPTEN__
    return !wire.empty();
#else
    return wire_adapter()->names_persons;
#endif
}

bool Client::may_send() const {
    return host_.http() != nullptr && !config_.endpoint.empty() && consent_ != Consent::unknown && !courier_stopped_ &&
           !offline();
}

#ifndef __EMSCRIPTEN__

candor_status Client::network(std::int32_t network) {
    if (network < CANDOR_NETWORK_FREE || network > CANDOR_NETWORK_OFFLINE) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (std::exchange(network_, network) == network) return CANDOR_OK;
    if (offline()) {
        stop_alarm(Alarm::courier);
    } else if (phase_ == Phase::open) {
        if (consent_ != Consent::denied) fetch_document();
        pump();
    }
    return CANDOR_OK;
}

#endif

// Something may be there to send. Any number of calls come to one plan.
void Client::pump() {
    if (!may_send() || phase_ != Phase::open || http_ticket_ != 0) return;
    if (planning_) {
        plan_again_ = true;
        return;
    }
    planning_ = true;
    acquire(LockName::courier, [](Client& client, bool acquired) {
        if (acquired) {
            client.plan();
            return;
        }
        client.planning_ = false;
        client.plan_again_ = false;
        client.courier_waits(kOtherSenderWait);
        client.changed_.notify_all();
    });
}

void Client::plan() {
    const Shared<Step> made = step(
        [](Step& step, const State& state, Change& change) {
            std::int64_t withheld = 0;
            step.plan = kThreaded && step.asked
                            ? courier::plan_metered(state, step.asked_at, withheld, limits_of(*step.wire))
                            : courier::plan(state, step.asked_at);
            step.rows = state.totals.rows - withheld;
            change = step.plan.change;
            report_dropped(step, state, step.plan.dropped, change);
            step.reports = !change.appends.empty();
        },
        [](Client& client, Step& step, bool stands) { client.planned(step, stands); });
    // The 3 s that a score waits for its comment are for the open card; once it is gone, or the app goes, they are
    // over.
    const bool hold = prompt_.has_value() && !hurry_;
    made->asked_at = made->request.now;
    const courier::Wire& wire = *config_.wire_adapter();
    made->request =
        courier::plan_request(hold ? made->asked_at : later(made->asked_at, outbox::kLongestHold), limits_of(wire));
    if (metered()) {
        made->asked = true;
        made->wire = &wire;
        made->request = courier::plan_metered_request(made->request.now, limits_of(wire));
    }
    if (consent_ != Consent::denied) may_report(*made);
    post(made);
}

void Client::may_report(Step& step) {
    for (std::size_t i = 0; i < kMostDroppedEvents; ++i) step.ids.push_back(fresh_id());
    step.request.reads.emplace_back(kDroppedRecord);
#ifndef __EMSCRIPTEN__
    step.request.reads.emplace_back(outbox::kDamagedRecord);
#endif
    step.text = config_.project;
}

void Client::planned(Step& step, bool stands) {
    planning_ = false;
    if (!stands) {
        courier_waits(kStoreFailedWait);
        return;
    }
    queued_ = step.rows;
    queue_known_ = true;
    courier_stopped_ = step.plan.stopped;
    if (step.reports) plan_again_ = true;  // there is a report to send
    auto& batch = step.plan.batch;
    // What was read before everything was erased is gone; and who said no sends a deletion request and nothing else.
    if (step.epoch != epoch_) {
        batch.clear();
        plan_again_ = true;
    }
    if (consent_ == Consent::denied) {
        batch.erase_if([](const outbox::Event& e) { return e.kind != outbox::EventKind::control; });
    }
    if (!batch.empty() && may_send()) {
        plan_again_ = false;
        send(batch);
        return;
    }
    if (std::exchange(plan_again_, false)) {
        pump();
        return;
    }
    // From when it was planned, and not from when that became known.
    const Span wait = step.plan.wait;
    courier_waits(wait == kNever ? wait : std::max<Span>(0, wait - elapsed(step.asked_at, host_.now())));
    release(LockName::courier);
}

// Offline nothing looks again: the next hint does.
void Client::courier_waits(Span span) { set_alarm(Alarm::courier, offline() ? kNever : span); }

void Client::send(List<outbox::Event>& batch) {
    sent_ = std::move(batch);
    http_ticket_ = open_ticket(Shared<Client>(this), Asked::events);
    set_alarm(Alarm::http, kExchangeTimeout + kHostGrace);
    stop_alarm(Alarm::courier);
    send_request(http_ticket_,
                 config_.wire_adapter()->request(sent_, {config_.endpoint, config_.write_key}, host_.now()), false);
}

void Client::send_request(std::uint32_t ticket, courier::HttpRequest request, bool document) {
    std::unique_ptr<Task> made = task([](Client& client, Task& task) {
        {
            const Scope scope(client);
            // Given up before it began.
            if (!client.alive() || task.number != (task.flag ? client.document_ticket_ : client.http_ticket_)) return;
        }
        List<candor_header> headers;
        for (const auto& [name, value] : task.request.headers) headers.push_back({borrow(name), borrow(value)});
        candor_http_request raw{};
        raw.size = sizeof raw;
        raw.method = borrow(task.request.method);
        raw.url = borrow(task.request.url);
        raw.headers = headers.data();
        raw.header_count = headers.size();
        raw.body = borrow(task.request.body);
        raw.timeout = kExchangeTimeout;
        raw.response_limit = task.flag ? kMostDocumentBytes : kMostResponseBytes;
        // A page has no bytes for it.
        if (kThreaded) raw.may_gzip = !task.flag && client.config_.wire_adapter()->takes_gzip ? 1 : 0;
        client.host_.http()->send(client.host_.http()->context, task.number, &raw);
    });
    made->number = ticket;
    made->flag = document;
    made->request = std::move(request);
    post(std::move(made));
}

void Client::http_answered(Asked what, std::uint32_t ticket, courier::HttpResponse&& response) {
    std::unique_ptr<Task> made = task([](Client& client, Task& task) {
        if (task.flag) {
            client.fetched(task.response);
            return;
        }
        const Scope scope(client);
        // What was sent before everything was erased leaves no trace after it.
        if (client.alive() && client.http_ticket_ == task.number) client.settle(task.response);
    });
    made->number = ticket;
    made->flag = what == Asked::document;
    made->response = std::move(response);
    post(std::move(made));
}

void Client::settle(const courier::HttpResponse& response) {
    http_ticket_ = 0;
    stop_alarm(Alarm::http);
    planning_ = true;
    const Shared<Step> made = step(
        [](Step& step, const State& state, Change& change) {
            courier::Settlement settlement =
                courier::settle(state, step.batch, step.acknowledgement, step.request.now, step.random);
            change = std::move(settlement.change);
            report_dropped(step, state, settlement.dropped, change);
        },
        [](Client& client, Step& step, bool stands) {
            if (!stands) {
                client.planning_ = false;
                client.courier_waits(kStoreFailedWait);  // what was accepted goes out once more then, with the same ids
                return;
            }
            const auto accepted = static_cast<std::int64_t>(step.acknowledgement.accepted.size());
            if (accepted > 0) client.notify(CANDOR_EVENT_DELIVERED, {}, {}, accepted);
            client.warn_of_deletion(step);
            client.plan();
        });
    const Instant now = made->request.now;
    made->batch = std::move(sent_);
    made->acknowledgement = config_.wire_adapter()->acknowledgement(made->batch, response, now);
    const courier::Acknowledgement& acknowledgement = made->acknowledgement;
    if (!acknowledgement.reason.empty()) log(2, {"delivery: ", acknowledgement.reason});
    for (const courier::Refused& refused : acknowledgement.refused) {
        error({"the collector refused event ", refused.id, ": ", refused.reason});
    }
    made->asked_at = now;
    made->request = courier::settle_request(made->batch, acknowledgement, now);
    may_report(*made);
    made->random = host_.random_number();
    post(made);
}

// Where a deletion request was taken that nobody will carry out, the app must know.
void Client::warn_of_deletion(const Step& step) {
    const courier::Wire& wire = *config_.wire_adapter();
    if (wire.erases) return;
    const auto& accepted = step.acknowledgement.accepted;
    for (const outbox::Event& event : step.batch) {
        if (event.kind != outbox::EventKind::control) continue;
        if (std::find(accepted.begin(), accepted.end(), event.id) == accepted.end()) continue;
        error(
            {"deletion: ", wire.name, " keeps what it was sent, and has the request as an event only: erase it there"});
    }
}

// Everything is erased: an exchange under way is of no concern any more.
void Client::stop_sending() {
    ++epoch_;
    if (kThreaded) courier_stopped_ = false;  // with the record that says so
    stop_alarm(Alarm::http);
    stop_alarm(Alarm::courier);
    const std::uint32_t ticket = std::exchange(http_ticket_, 0);
    if (ticket == 0) return;
    close_ticket(ticket);
    cancel_request(ticket);
}

void Client::cancel_request(std::uint32_t ticket) {
    if (host_.http()->cancel == nullptr) return;
    post([](Client& client, Task& task) { client.host_.http()->cancel(client.host_.http()->context, task.number); },
         ticket);
}

}  // namespace candor::client
