#include "outbox/host_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace candor::outbox {
namespace {

std::string_view view(candor_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
candor_string borrow(std::string_view s) { return {s.data(), s.size()}; }
std::string text(candor_string s) { return std::string(view(s)); }

// A change in the host's terms: arrays over what the Change owns.
struct LentChange {
    Change change;
    std::vector<candor_record> puts;
    std::vector<candor_string> erases;
    std::vector<candor_queued> appends;
    std::vector<candor_string> removes;
    std::vector<candor_string> journal_removes;
};

// One transaction on its way through the host.
struct Pending {
    Request request;
    Step step;
    Done done;
    const void* owner = nullptr;
    LentChange lent;       // lives until the next step or done
    bool stepped = false;  // the last step went well
};

// Tickets are all that the C functions know, so they are found here, whatever store they belong to.
class Registry {
public:
    std::uint32_t add(std::shared_ptr<Pending> pending) {
        const std::lock_guard lock(mutex_);
        do ++last_;
        while (last_ == 0 || pending_.count(last_) != 0);
        pending_.emplace(last_, std::move(pending));
        return last_;
    }

    std::shared_ptr<Pending> find(std::uint32_t ticket) {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(ticket);
        return found == pending_.end() ? nullptr : found->second;
    }

    std::shared_ptr<Pending> take(std::uint32_t ticket) {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(ticket);
        if (found == pending_.end()) return nullptr;
        std::shared_ptr<Pending> pending = std::move(found->second);
        pending_.erase(found);
        return pending;
    }

    // What the callbacks own is let go of without the lock.
    void drop(const void* owner) {
        std::vector<std::shared_ptr<Pending>> dropped;
        const std::lock_guard lock(mutex_);
        for (auto at = pending_.begin(); at != pending_.end();) {
            if (at->second->owner == owner) {
                dropped.push_back(std::move(at->second));
                at = pending_.erase(at);
            } else {
                ++at;
            }
        }
    }

private:
    std::mutex mutex_;
    std::map<std::uint32_t, std::shared_ptr<Pending>> pending_;
    std::uint32_t last_ = 0;
};

// Never destroyed: a host may answer late, even while the process ends.
Registry& registry() {
    static Registry* const registry = new Registry;
    return *registry;
}

template <class T>
bool is_array(const T* data, std::size_t count) {
    return data != nullptr || count == 0;
}

Event event_of(const candor_queued& queued) {
    Event event;
    event.id = text(queued.id);
    event.body = text(queued.body);
    event.kind = queued.kind >= 0 && queued.kind <= 3 ? static_cast<EventKind>(queued.kind) : EventKind::other;
    event.created_at = queued.created_at;
    event.hold_until = queued.hold_until;
    event.attempts = queued.attempts;
    return event;
}

candor_queued lend(const Event& event) {
    candor_queued queued{};
    queued.id = borrow(event.id);
    queued.body = borrow(event.body);
    queued.hold_until = event.hold_until;
    queued.created_at = event.created_at;
    queued.kind = static_cast<std::int32_t>(event.kind);
    queued.attempts = event.attempts;
    return queued;
}

std::vector<candor_string> lend(const std::vector<std::string>& strings) {
    std::vector<candor_string> lent(strings.size());
    std::transform(strings.begin(), strings.end(), lent.begin(), [](const std::string& s) { return borrow(s); });
    return lent;
}

// Records sorted by key and each once, whatever order the host read them in; no more events than were asked for.
State state_of(const candor_store_state& given, const Request& request) {
    State state;
    for (std::size_t i = 0; i < given.record_count; ++i) {
        state.records.push_back({text(given.records[i].key), text(given.records[i].value)});
    }
    std::stable_sort(state.records.begin(), state.records.end(),
                     [](const Record& a, const Record& b) { return a.key < b.key; });
    const auto same = [](const Record& a, const Record& b) { return a.key == b.key; };
    state.records.erase(std::unique(state.records.begin(), state.records.end(), same), state.records.end());

    for (std::size_t i = 0; i < std::min(given.queue_count, request.peek_rows); ++i) {
        state.queue.push_back(event_of(given.queue[i]));
    }
    for (std::size_t i = 0; request.journal && i < given.journal_count; ++i) {
        state.journal.push_back({text(given.journal[i].key), text(given.journal[i].value)});
    }
    state.totals = {std::max<std::int64_t>(given.queued_rows, 0), std::max<std::int64_t>(given.queued_bytes, 0),
                    std::max<std::int64_t>(given.answer_rows, 0), std::max<std::int64_t>(given.answer_bytes, 0),
                    given.next_due};
    return state;
}

void lend(LentChange& lent) {
    const Change& change = lent.change;
    lent.puts.clear();
    for (const Record& record : change.puts) lent.puts.push_back({borrow(record.key), borrow(record.value)});
    lent.appends.clear();
    for (const Event& event : change.appends) lent.appends.push_back(lend(event));
    lent.erases = lend(change.erases);
    lent.removes = lend(change.removes);
    lent.journal_removes = lend(change.journal_removes);
}

candor_store_change table_of(const LentChange& lent, std::size_t size) {
    candor_store_change change{};
    change.size = size;
    change.puts = lent.puts.data();
    change.put_count = lent.puts.size();
    change.erases = lent.erases.data();
    change.erase_count = lent.erases.size();
    change.appends = lent.appends.data();
    change.append_count = lent.appends.size();
    change.removes = lent.removes.data();
    change.remove_count = lent.removes.size();
    change.journal_removes = lent.journal_removes.data();
    change.journal_remove_count = lent.journal_removes.size();
    change.erase_everything = lent.change.erase_everything ? 1 : 0;
    return change;
}

// Fields are only appended, so a host built with a later header hands in more, and one with an earlier header less, but
// never less than the first header had.
constexpr std::size_t kFirstState = offsetof(candor_store_state, journal_count) + sizeof(std::size_t);
constexpr std::size_t kFirstChange = offsetof(candor_store_change, erase_everything) + sizeof(std::int32_t);

bool is_usable(const candor_store_state* state, const candor_store_change* change) {
    return state != nullptr && change != nullptr && state->size >= kFirstState && change->size >= kFirstChange &&
           is_array(state->records, state->record_count) && is_array(state->queue, state->queue_count) &&
           is_array(state->journal, state->journal_count);
}

class HostStore final : public Store {
public:
    explicit HostStore(const candor_store& host) { memcpy(&host_, &host, std::min(host.size, sizeof(host_))); }

    ~HostStore() override { close(); }

    void transact(Request request, Step step, Done done) override {
        if (closed_) return;
        auto pending = std::make_shared<Pending>();
        pending->request = std::move(request);
        pending->step = std::move(step);
        pending->done = std::move(done);
        pending->owner = this;
        const std::uint32_t ticket = registry().add(pending);
        if (host_.transact == nullptr) {
            host_store_done(ticket, CANDOR_UNSUPPORTED, candor_text("the host's store has no transact"));
            return;
        }
        ask(ticket, *pending);
    }

    void close() override {
        if (std::exchange(closed_, true)) return;
        registry().drop(this);
        if (host_.close != nullptr) host_.close(host_.context);
    }

private:
    // `pending` is the caller's: the host may answer, and so end the ticket, inside the call.
    void ask(std::uint32_t ticket, const Pending& pending) {
        const Request& asked = pending.request;
        const std::vector<candor_string> reads = lend(asked.reads);
        candor_store_request request{};
        request.size = sizeof(request);
        request.durability = asked.durability == Durability::full ? CANDOR_DURABILITY_FULL : CANDOR_DURABILITY_NORMAL;
        request.journal = asked.journal ? 1 : 0;
        request.reads = reads.data();
        request.read_count = reads.size();
        request.now = asked.now;
        request.peek_rows = asked.peek_rows;
        request.peek_bytes = asked.peek_bytes;
        host_.transact(host_.context, ticket, &request);
    }

    candor_store host_{};
    bool closed_ = false;
};

Result<void> result_of(const Pending& pending, candor_status outcome, candor_string reason) {
    constexpr const char* kPath = "host store";
    if (outcome != CANDOR_OK) {
        return fail(kPath, reason.size != 0 ? text(reason) : "failed with status " + std::to_string(outcome));
    }
    if (!pending.stepped) return fail(kPath, "said it is done without having run the step");
    return {};
}

}  // namespace

std::unique_ptr<Store> host_store(const candor_store& host) { return std::make_unique<HostStore>(host); }

candor_status host_store_step(std::uint32_t ticket, const candor_store_state* state, candor_store_change* change) {
    const std::shared_ptr<Pending> pending = registry().find(ticket);
    if (pending == nullptr) return CANDOR_CLOSED;
    pending->stepped = false;
    if (!is_usable(state, change)) return CANDOR_INVALID;
    pending->lent.change = pending->step(state_of(*state, pending->request));
    lend(pending->lent);
    const candor_store_change table = table_of(pending->lent, change->size);
    memcpy(change, &table, std::min(change->size, sizeof(table)));
    pending->stepped = true;
    return CANDOR_OK;
}

void host_store_done(std::uint32_t ticket, candor_status outcome, candor_string reason) {
    const std::shared_ptr<Pending> pending = registry().take(ticket);
    if (pending == nullptr) return;
    pending->done(result_of(*pending, outcome, reason));
}

}  // namespace candor::outbox
