// The store of a person who has not consented yet, of hosts without a storage path, and of tests.
#include <map>
#include <set>

#include "outbox/store.hpp"

namespace candor::outbox {
namespace {

using Sequence = std::uint64_t;

class MemoryStore final : public Store {
public:
    void transact(Request request, Step step, Done done) override {
        if (closed_) return;
        apply(step(read(request)));
        done({});
    }

    void close() override { closed_ = true; }

private:
    State read(const Request& request) const {
        State state;
        std::set<std::string_view> seen;  // a key may be named twice
        for (const std::string& key : request.reads) read_records(key, seen);
        for (std::string_view key : seen) {
            const auto found = records_.find(key);
            state.records.push_back({found->first, found->second});
        }
        peek(request, state.queue);
        state.totals = totals_;
        state.totals.next_due = holds_.empty() ? kNever : *holds_.begin();
        return state;
    }

    void read_records(std::string_view key, std::set<std::string_view>& seen) const {
        if (!key.ends_with('*')) {
            if (const auto found = records_.find(key); found != records_.end()) seen.insert(found->first);
            return;
        }
        key.remove_suffix(1);
        for (auto at = records_.lower_bound(key); at != records_.end() && at->first.starts_with(key); ++at) {
            seen.insert(at->first);
        }
    }

    void peek(const Request& request, std::vector<Event>& out) const {
        std::size_t bytes = 0;
        for (const auto& [sequence, event] : queue_) {
            if (out.size() >= request.peek_rows) return;
            if (!is_due(event.hold_until, request.now)) continue;
            bytes += event.body.size();
            if (bytes > request.peek_bytes && !out.empty()) return;
            out.push_back(event);
        }
    }

    void apply(Change change) {
        if (change.erase_everything) erase_everything();
        for (const std::string& key : change.erases) erase(key);
        for (Record& record : change.puts) records_[std::move(record.key)] = std::move(record.value);
        for (const std::string& id : change.removes) remove(id);
        for (Event& event : change.appends) append(std::move(event));
    }

    void erase_everything() {
        records_.clear();
        queue_.clear();
        by_id_.clear();
        holds_.clear();
        totals_ = {};
    }

    void erase(std::string_view key) {
        if (!key.ends_with('*')) {
            if (const auto found = records_.find(key); found != records_.end()) records_.erase(found);
            return;
        }
        key.remove_suffix(1);
        auto at = records_.lower_bound(key);
        while (at != records_.end() && at->first.starts_with(key)) at = records_.erase(at);
    }

    void append(Event event) {
        if (!by_id_.emplace(event.id, next_).second) return;
        count(event, 1);
        holds_.insert(event.hold_until);
        queue_.emplace(next_++, std::move(event));
    }

    void remove(const std::string& id) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return;
        const auto event = queue_.find(found->second);
        count(event->second, -1);
        holds_.erase(holds_.find(event->second.hold_until));
        queue_.erase(event);
        by_id_.erase(found);
    }

    void count(const Event& event, std::int64_t sign) {
        const auto bytes = sign * static_cast<std::int64_t>(event.body.size());
        totals_.rows += sign;
        totals_.bytes += bytes;
        if (event.kind != EventKind::answer) return;
        totals_.answer_rows += sign;
        totals_.answer_bytes += bytes;
    }

    std::map<std::string, std::string, std::less<>> records_;
    std::map<Sequence, Event> queue_;
    std::map<std::string, Sequence> by_id_;
    std::multiset<Instant> holds_;
    Totals totals_;
    Sequence next_ = 0;
    bool closed_ = false;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace candor::outbox
