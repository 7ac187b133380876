// A host's storage, written against candor.h alone: maps, with transactions that run when told to.
#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "candor/candor.h"
#include "outbox/host_store.hpp"

namespace candor::contract {

class MapHost {
public:
    struct Row {
        std::string id, body;
        candor_queued queued;
    };
    struct Data {
        std::map<std::string, std::string> records;
        std::vector<Row> queue;
        std::vector<std::pair<std::string, std::string>> journal;
    };

    bool later = false;        // answer in run(), not inside transact
    int steps = 1;             // how often each transaction runs its step
    bool fail_commit = false;  // nothing of the change stays
    bool closed = false;
    std::atomic<int> commits = 0;  // transactions that have changed something; data is not touched by others
    Data data;

    candor_store table() {
        candor_store store{};
        store.size = sizeof(store);
        store.context = this;
        store.transact = [](void* self, uint32_t ticket, const candor_store_request* request) {
            static_cast<MapHost*>(self)->transact(ticket, *request);
        };
        store.close = [](void* self) { static_cast<MapHost*>(self)->closed = true; };
        return store;
    }

    void run() {
        while (!waiting_.empty()) {
            const Waiting next = waiting_.front();
            waiting_.pop_front();
            answer(next);
        }
    }

    std::size_t waiting() const { return waiting_.size(); }
    uint32_t last_ticket() const { return last_ticket_; }
    bool last_was_full() const { return last_was_full_; }

private:
    struct Waiting {
        uint32_t ticket;
        std::vector<std::string> reads;
        bool journal;
        int64_t now;
        std::size_t peek_rows, peek_bytes;
    };

    static std::string text(candor_string s) { return std::string(s.data ? s.data : "", s.size); }
    static candor_string lend(const std::string& s) { return {s.data(), s.size()}; }

    static bool matches(const std::string& pattern, const std::string& key) {
        if (pattern.empty() || pattern.back() != '*') return pattern == key;
        return key.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
    }

    void transact(uint32_t ticket, const candor_store_request& request) {
        last_ticket_ = ticket;
        last_was_full_ = request.durability == CANDOR_DURABILITY_FULL;
        Waiting next{ticket, {}, request.journal != 0, request.now, request.peek_rows, request.peek_bytes};
        for (std::size_t i = 0; i < request.read_count; ++i) next.reads.push_back(text(request.reads[i]));
        if (later) {
            waiting_.push_back(std::move(next));
        } else {
            answer(next);
        }
    }

    void answer(const Waiting& asked) {
        Data changed;
        bool changes = false;
        for (int i = 0; i < steps; ++i) {
            candor_store_change change{};
            change.size = sizeof(change);
            const candor_status status = step(asked, change);
            if (status == CANDOR_CLOSED) return;
            if (status != CANDOR_OK) {
                candor_store_done_(asked.ticket, CANDOR_FAILED, "the step failed");
                return;
            }
            changes = changes_something(change);
            if (!changes) continue;
            changed = data;
            apply(change, changed);
        }
        if (fail_commit) {
            candor_store_done_(asked.ticket, CANDOR_FAILED, "the quota is used up");
            return;
        }
        if (changes) data = std::move(changed);
        candor_store_done_(asked.ticket, CANDOR_OK, "");
        if (changes) ++commits;
    }

    // What sdk/client exports as candor_store_step and candor_store_done.
    static void candor_store_done_(uint32_t ticket, candor_status status, const char* reason) {
        outbox::host_store_done(ticket, status, candor_text(reason));
    }

    candor_status step(const Waiting& asked, candor_store_change& change) {
        std::vector<candor_record> records, journal;
        for (auto at = data.records.rbegin(); at != data.records.rend(); ++at) {  // any order will do
            for (const std::string& pattern : asked.reads) {
                if (matches(pattern, at->first)) records.push_back({lend(at->first), lend(at->second)});
            }
        }
        for (const auto& [key, value] : data.journal) journal.push_back({lend(key), lend(value)});
        const std::vector<candor_queued> queue = peek(asked);

        candor_store_state state{};
        state.size = sizeof(state);
        state.records = records.data();
        state.record_count = records.size();
        state.queue = queue.data();
        state.queue_count = queue.size();
        if (asked.journal) {
            state.journal = journal.data();
            state.journal_count = journal.size();
        }
        state.next_due = INT64_MAX;
        for (const Row& row : data.queue) {
            const auto bytes = static_cast<int64_t>(row.body.size());
            state.queued_rows += 1;
            state.queued_bytes += bytes;
            state.next_due = std::min(state.next_due, row.queued.hold_until);
            if (row.queued.kind == CANDOR_EVENT_ANSWER) {
                state.answer_rows += 1;
                state.answer_bytes += bytes;
            }
        }
        return outbox::host_store_step(asked.ticket, &state, &change);
    }

    std::vector<candor_queued> peek(const Waiting& asked) {
        std::vector<candor_queued> out;
        std::size_t bytes = 0;
        for (const Row& row : data.queue) {
            const int64_t hold = row.queued.hold_until;
            const bool too_far = asked.now <= INT64_MAX - 10'000 && hold > asked.now + 10'000;
            if (hold > asked.now && !too_far) continue;
            bytes += row.body.size();
            if (out.size() >= asked.peek_rows || (bytes > asked.peek_bytes && !out.empty())) break;
            candor_queued queued = row.queued;
            queued.id = lend(row.id);
            queued.body = lend(row.body);
            out.push_back(queued);
        }
        return out;
    }

    static bool changes_something(const candor_store_change& change) {
        return change.erase_everything != 0 || change.put_count != 0 || change.erase_count != 0 ||
               change.append_count != 0 || change.remove_count != 0 || change.journal_remove_count != 0;
    }

    static void apply(const candor_store_change& change, Data& data) {
        if (change.erase_everything != 0) data = {};
        for (std::size_t i = 0; i < change.erase_count; ++i) {
            const std::string pattern = text(change.erases[i]);
            std::erase_if(data.records, [&](const auto& record) { return matches(pattern, record.first); });
        }
        for (std::size_t i = 0; i < change.put_count; ++i) {
            data.records[text(change.puts[i].key)] = text(change.puts[i].value);
        }
        std::set<std::string> ids;
        for (std::size_t i = 0; i < change.remove_count; ++i) ids.insert(text(change.removes[i]));
        std::erase_if(data.queue, [&](const Row& row) { return ids.count(row.id) != 0; });
        ids.clear();
        for (const Row& row : data.queue) ids.insert(row.id);
        for (std::size_t i = 0; i < change.append_count; ++i) {
            const std::string id = text(change.appends[i].id);
            if (ids.insert(id).second) data.queue.push_back({id, text(change.appends[i].body), change.appends[i]});
        }
        for (std::size_t i = 0; i < change.journal_remove_count; ++i) {
            const std::string key = text(change.journal_removes[i]);
            std::erase_if(data.journal, [&](const auto& entry) { return entry.first == key; });
        }
    }

    std::deque<Waiting> waiting_;
    uint32_t last_ticket_ = 0;
    bool last_was_full_ = false;
};

}  // namespace candor::contract
