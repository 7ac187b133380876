#include "shared_store.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace candor::fault {
namespace {

candor_string lend(const String& text) { return {text.data(), text.size()}; }
String text(candor_string lent) { return {lent.data, lent.size}; }

outbox::Request request_of(const candor_store_request& asked) {
    outbox::Request request;
    request.durability =
        asked.durability == CANDOR_DURABILITY_FULL ? outbox::Durability::full : outbox::Durability::normal;
    for (std::size_t i = 0; i < asked.read_count; ++i) request.reads.push_back(text(asked.reads[i]));
    request.now = asked.now;
    request.peek_rows = asked.peek_rows;
    request.peek_bytes = asked.peek_bytes;
    return request;
}

outbox::Change change_of(const candor_store_change& made) {
    outbox::Change change;
    change.erase_everything = made.erase_everything != 0;
    for (std::size_t i = 0; i < made.erase_count; ++i) change.erases.push_back(text(made.erases[i]));
    for (std::size_t i = 0; i < made.put_count; ++i) {
        change.puts.push_back({text(made.puts[i].key), text(made.puts[i].value)});
    }
    for (std::size_t i = 0; i < made.remove_count; ++i) change.removes.push_back(text(made.removes[i]));
    for (std::size_t i = 0; i < made.append_count; ++i) {
        const candor_queued& event = made.appends[i];
        change.appends.push_back({text(event.id), text(event.body), static_cast<outbox::EventKind>(event.kind),
                                  event.created_at, event.hold_until, event.attempts});
    }
    return change;
}

outbox::Change step(std::uint32_t ticket, const outbox::State& state) {
    std::vector<candor_record> records;
    for (const outbox::Record& record : state.records) records.push_back({lend(record.key), lend(record.value)});
    std::vector<candor_queued> queue;
    for (const outbox::Event& event : state.queue) {
        queue.push_back({lend(event.id), lend(event.body), event.hold_until, event.created_at,
                         static_cast<std::int32_t>(event.kind), event.attempts});
    }
    candor_store_state lent{};
    lent.size = sizeof lent;
    lent.records = records.data();
    lent.record_count = records.size();
    lent.queue = queue.data();
    lent.queue_count = queue.size();
    lent.queued_rows = state.totals.rows;
    lent.queued_bytes = state.totals.bytes;
    lent.answer_rows = state.totals.answer_rows;
    lent.answer_bytes = state.totals.answer_bytes;
    lent.next_due = state.totals.next_due;
    candor_store_change change{};
    change.size = sizeof change;
    if (candor_store_step(ticket, &lent, &change) != CANDOR_OK) return {};
    return change_of(change);
}

}  // namespace

SharedStore::SharedStore(const std::string& path) {
    auto opened = outbox::sqlite_store(path);
    if (!opened) {
        std::fprintf(stderr, "%s\n", describe(opened.error()).c_str());
        std::exit(1);
    }
    store_ = std::move(*opened);
    table_.size = sizeof table_;
    table_.context = this;
    table_.transact = [](void* self, std::uint32_t ticket, const candor_store_request* request) {
        static_cast<SharedStore*>(self)->transact(ticket, *request);
    };
    table_.close = [](void* self) { static_cast<SharedStore*>(self)->store_->close(); };
}

void SharedStore::transact(std::uint32_t ticket, const candor_store_request& request) {
    store_->transact(
        request_of(request), [ticket](const outbox::State& state) { return step(ticket, state); },
        [ticket](const Result<void>& result) {
            const String reason = result ? String() : describe(result.error());
            candor_store_done(ticket, result ? CANDOR_OK : CANDOR_FAILED, lend(reason));
        });
}

}  // namespace candor::fault
