#include "outbox/host_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/list.hpp"
#include "base/order.hpp"
#include "base/shared.hpp"
#include "base/text.hpp"
#include "base/worded.hpp"

namespace candor::outbox {
namespace {

std::string_view view(candor_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
candor_string borrow(std::string_view s) { return {s.data(), s.size()}; }

// A change in the host's terms: arrays over what the Change owns.
struct LentChange {
    Change change;
    std::unique_ptr<candor_record[]> puts;
    std::unique_ptr<candor_queued[]> appends;
    std::unique_ptr<candor_string[]> erases, removes, journal_removes;
};

// One transaction on its way through the host.
struct Pending {
    std::uint32_t ticket = 0;
    const void* owner = nullptr;
    std::unique_ptr<Work> work;
    std::size_t peek_rows = 0;  // of the request
    bool journal = false;
    LentChange lent;       // lives until the next step or done
    bool stepped = false;  // the last step went well
    Shared<Pending> next;
};

// Tickets are all that the C functions know, so they are found here, whatever store they belong to.
struct Registry {
    std::mutex mutex;
    Shared<Pending> first;  // a handful: searched through
    std::uint32_t last = 0;

    // Where it hangs, or would.
    Shared<Pending>& find(std::uint32_t ticket) {
        Shared<Pending>* place = &first;
        while (*place != nullptr && (*place)->ticket != ticket) place = &(*place)->next;
        return *place;
    }
};

// Never destroyed: a host may answer late, even while the process ends.
Registry& registry() {
    static Registry* const registry = new Registry;
    return *registry;
}

std::uint32_t add(Shared<Pending> pending) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    do ++all.last;
    while (all.last == 0 || all.find(all.last) != nullptr);
    pending->ticket = all.last;
    all.find(all.last) = std::move(pending);
    return all.last;
}

Shared<Pending> find(std::uint32_t ticket) {
    const std::lock_guard lock(registry().mutex);
    return registry().find(ticket);
}

Shared<Pending> unhang(Shared<Pending>& place) {
    Shared<Pending> taken = std::move(place);
    if (taken != nullptr) place = std::move(taken->next);
    return taken;
}

Shared<Pending> take(std::uint32_t ticket) {
    const std::lock_guard lock(registry().mutex);
    return unhang(registry().find(ticket));
}

// What the callbacks own is let go of without the lock.
void drop(const void* owner) {
    Shared<Pending> dropped;
    const std::lock_guard lock(registry().mutex);
    Shared<Pending>* place = &registry().first;
    while (*place != nullptr) {
        if ((*place)->owner != owner) {
            place = &(*place)->next;
            continue;
        }
        Shared<Pending> one = unhang(*place);
        one->next = std::move(dropped);
        dropped = std::move(one);
    }
}

template <class T>
bool is_array(const T* data, std::size_t count) {
    return data != nullptr || count == 0;
}

void read(const candor_record& given, Record& record) {
    copy(given.key, record.key);
    copy(given.value, record.value);
}

void read(const candor_queued& given, Event& event) {
    copy(given.id, event.id);
    copy(given.body, event.body);
    event.kind = given.kind >= 0 && given.kind <= 3 ? static_cast<EventKind>(given.kind) : EventKind::other;
    event.created_at = given.created_at;
    event.hold_until = given.hold_until;
    event.attempts = given.attempts;
}

// Records by key and each once, whatever order the host read them in; no more events than were asked for.
State state_of(const candor_store_state& given, const Pending& pending) {
    State state;
    Indices order = counted(given.record_count);
    sort_indices(order, [&](std::uint32_t a, std::uint32_t b) {
        return view(given.records[a].key) < view(given.records[b].key);
    });
    for (const std::uint32_t i : order) {
        const candor_record& record = given.records[i];
        if (state.records.empty() || state.records.back().key != view(record.key)) read(record, add(state.records));
    }
    for (std::size_t i = 0; i < std::min(given.queue_count, pending.peek_rows); ++i) {
        read(given.queue[i], add(state.queue));
    }
    for (std::size_t i = 0; pending.journal && i < given.journal_count; ++i) {
        read(given.journal[i], add(state.journal));
    }
    const auto count = [](std::int64_t number) { return std::max<std::int64_t>(number, 0); };
    state.totals = {count(given.queued_rows), count(given.queued_bytes), count(given.answer_rows),
                    count(given.answer_bytes), given.next_due};
    return state;
}

void lend(const Record& record, candor_record& lent) { lent = {borrow(record.key), borrow(record.value)}; }
void lend(const String& text, candor_string& lent) { lent = borrow(text); }
void lend(const Event& event, candor_queued& lent) {
    lent.id = borrow(event.id);
    lent.body = borrow(event.body);
    lent.hold_until = event.hold_until;
    lent.created_at = event.created_at;
    lent.kind = static_cast<std::int32_t>(event.kind);
    lent.attempts = event.attempts;
}

template <class Owned, class Lent>
void lend(const List<Owned>& owned, std::unique_ptr<Lent[]>& room, const Lent*& lent, std::size_t& count) {
    room.reset(new Lent[owned.size()]);
    for (std::size_t i = 0; i < owned.size(); ++i) lend(owned[i], room[i]);
    lent = room.get();
    count = owned.size();
}

candor_store_change lend(LentChange& lent, std::size_t size) {
    const Change& change = lent.change;
    candor_store_change table{};
    table.size = size;
    lend(change.puts, lent.puts, table.puts, table.put_count);
    lend(change.erases, lent.erases, table.erases, table.erase_count);
    lend(change.appends, lent.appends, table.appends, table.append_count);
    lend(change.removes, lent.removes, table.removes, table.remove_count);
    lend(change.journal_removes, lent.journal_removes, table.journal_removes, table.journal_remove_count);
    table.erase_everything = change.erase_everything ? 1 : 0;
    return table;
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

    void transact(const Request& request, std::unique_ptr<Work> work) override {
        if (closed_) return;
        auto pending = make_shared<Pending>();
        pending->owner = this;
        pending->work = std::move(work);
        pending->peek_rows = request.peek_rows;
        pending->journal = request.journal;
        const std::uint32_t ticket = add(std::move(pending));
        if (host_.transact == nullptr) {
            host_store_done(ticket, CANDOR_UNSUPPORTED, candor_text("the host's store has no transact"));
            return;
        }
        ask(ticket, request);
    }

    void close() override {
        if (std::exchange(closed_, true)) return;
        drop(this);
        if (host_.close != nullptr) host_.close(host_.context);
    }

private:
    // The host may answer, and so end the ticket, inside the call.
    void ask(std::uint32_t ticket, const Request& asked) const {
        std::unique_ptr<candor_string[]> reads;
        candor_store_request request{};
        request.size = sizeof(request);
        request.durability = asked.durability == Durability::full ? CANDOR_DURABILITY_FULL : CANDOR_DURABILITY_NORMAL;
        request.journal = asked.journal ? 1 : 0;
        lend(asked.reads, reads, request.reads, request.read_count);
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
    if (outcome != CANDOR_OK && reason.size != 0) return fail(kPath, view(reason));
    if (outcome != CANDOR_OK) return fail(kPath, joined({"failed with status ", digits(outcome)}));
    if (!pending.stepped) return fail(kPath, worded("said it is done without having run the step"));
    return {};
}

}  // namespace

void copy(const candor_string& from, String& to) {
    to.clear();
    if (from.data != nullptr) to.assign({from.data, from.size});
}

std::unique_ptr<Store> host_store(const candor_store& host) { return std::make_unique<HostStore>(host); }

candor_status host_store_step(std::uint32_t ticket, const candor_store_state* state, candor_store_change* change) {
    const Shared<Pending> pending = find(ticket);
    if (pending == nullptr) return CANDOR_CLOSED;
    pending->stepped = false;
    if (!is_usable(state, change)) return CANDOR_INVALID;
    pending->lent.change = pending->work->step(state_of(*state, *pending));
    const candor_store_change table = lend(pending->lent, change->size);
    memcpy(change, &table, std::min(change->size, sizeof(table)));
    pending->stepped = true;
    return CANDOR_OK;
}

void host_store_done(std::uint32_t ticket, candor_status outcome, candor_string reason) {
    const Shared<Pending> pending = take(ticket);
    if (pending == nullptr) return;
    pending->work->done(result_of(*pending, outcome, reason));
}

}  // namespace candor::outbox
