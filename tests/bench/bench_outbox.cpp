// outbox.append_full: at the store, two writes (a record put, an event appended) in one durable commit, against a raw
// SQLite loop of the same two writes, with prepared statements, on the same disk, in turns.
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
void commit(outbox::Store& store, const std::string& id, const std::string& body) {
    outbox::Request request;
    request.durability = outbox::Durability::full;
    request.reads = {"person/1"};
    store.transact(
        std::move(request),
        [&](const outbox::State&) {
            outbox::Change change;
            change.puts = {{"person/1", kHistory}};
            change.appends = {{id, body, outbox::EventKind::answer, 1'790'000'000'000, 1'790'000'003'000, 0}};
            return change;
        },
        [](const Result<void>& result) {
            if (!result) give_up(describe(result.error()));
        });
}

}  // namespace

int main() {
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
    pairs.print("outbox.append_full", "1/s");
}
