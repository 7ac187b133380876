// outbox.append_full: at the store, two writes (a record put, an event appended) in one durable commit, against a raw
// SQLite loop of the same two writes, with prepared statements, on the same disk, in turns.
// outbox.append_batched: events that may share a commit, a hundred in each, against the same of raw SQLite.
#include <memory>

#include "outbox/store.hpp"
#include "raw_store.hpp"
#include "report.hpp"

using namespace candor;
using bench::give_up;
using bench::kHistory;

namespace {

constexpr int kTurns = 41;
constexpr int kCommitsATurn = 40;
constexpr int kBatch = 100;
constexpr int kBatchesATurn = 20;

void commit(outbox::Store& store, const std::string& id, const std::string& body) {
    outbox::Request request;
    request.durability = outbox::Durability::full;
    request.reads = {"person/1"};
    store.transact(
        std::move(request),
        [&](const outbox::State&) {
            // As the client does, which copies neither once more.
            outbox::Change change;
            outbox::add(change.puts) = {"person/1", kHistory};
            outbox::add(change.appends) = {id, body, outbox::EventKind::answer, 1'790'000'000'000, 1'790'000'003'000,
                                           0};
            return change;
        },
        [](const Result<void>& result) {
            if (!result) give_up(describe(result.error()));
        });
}

outbox::Event event_of(const bench::RawStore::Event& event) {
    return {event.id, event.body, outbox::EventKind::answer, 1'790'000'000'000, 0, 0};
}

void append_all(outbox::Store& store, const List<outbox::Event>& events) {
    store.transact(
        {},
        [&](const outbox::State&) {
            outbox::Change change;
            change.appends = events;
            return change;
        },
        [](const Result<void>& result) {
            if (!result) give_up(describe(result.error()));
        });
}

void append_full() {
    const bench::Directory directory;
    auto store = outbox::sqlite_store(directory.file("store.db"));
    if (!store) give_up(describe(store.error()));
    bench::RawStore raw(directory.file("raw.db"));

    bench::Pairs pairs;
    for (int turn = 0; turn < kTurns; ++turn) {
        std::vector<std::pair<std::string, std::string>> events;
        for (int i = 0; i < kCommitsATurn; ++i) {
            const std::string id = bench::event_id(turn * kCommitsATurn + i);
            events.emplace_back(id, bench::response_body(id));
        }
        // One of each at a time: a disk's mood lasts longer than a commit.
        double ours = 0, theirs = 0;
        for (const auto& event : events) {
            ours += bench::seconds_of([&] { commit(**store, event.first, event.second); });
            theirs += bench::seconds_of([&] { raw.commit(event.first, event.second); });
        }
        if (turn > 0) pairs.add(kCommitsATurn / ours, kCommitsATurn / theirs);
    }
    pairs.print("outbox.append_full", "1/s", 0.9);
}

void append_batched() {
    const bench::Directory directory;
    auto store = outbox::sqlite_store(directory.file("store.db"));
    if (!store) give_up(describe(store.error()));
    bench::RawStore raw(directory.file("raw.db"));
    raw.sync_less();

    bench::Pairs pairs;
    int number = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
        double ours = 0, theirs = 0;
        for (int batch = 0; batch < kBatchesATurn; ++batch) {
            std::vector<bench::RawStore::Event> events;
            List<outbox::Event> same;
            for (int i = 0; i < kBatch; ++i, ++number) {
                const std::string id = bench::event_id(number);
                events.push_back({id, bench::response_body(id)});
                same.push_back(event_of(events.back()));
            }
            ours += bench::seconds_of([&] { append_all(**store, same); });
            theirs += bench::seconds_of([&] { raw.append_all(events); });
        }
        if (turn > 0) pairs.add(kBatchesATurn * kBatch / ours, kBatchesATurn * kBatch / theirs);
    }
    pairs.print("outbox.append_batched", "1/s", 0.7);
}

}  // namespace

int main(int count, char** arguments) {
    if (bench::wanted(count, arguments, "outbox.append_full")) append_full();
    if (bench::wanted(count, arguments, "outbox.append_batched")) append_batched();
}
