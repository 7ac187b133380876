// The store of a person who has not consented yet, of hosts without a storage path, and of tests. It is small, so it is
// searched through.
#include <algorithm>
#include <utility>

#include "outbox/store.hpp"

namespace candor::outbox {
namespace {

bool matches(std::string_view key, std::string_view pattern) {
    if (!pattern.ends_with('*')) return key == pattern;
    pattern.remove_suffix(1);
    return key.starts_with(pattern);
}

bool matches(std::string_view key, const List<String>& patterns) {
    for (const String& pattern : patterns) {
        if (matches(key, pattern)) return true;
    }
    return false;
}

class MemoryStore final : public Store {
public:
    void transact(const Request& request, std::unique_ptr<Work> work) override {
        if (closed_) return;
        apply(work->step(read(request)));
        work->done({});
    }

    void close() override { closed_ = true; }

private:
    State read(const Request& request) const {
        State state;
        for (const Record& record : records_) {
            if (matches(record.key, request.reads)) add(state.records) = record;
        }
        peek(request, state.queue);
        state.totals = totals_;
        for (const Event& event : queue_) state.totals.next_due = std::min(state.totals.next_due, event.hold_until);
        return state;
    }

    void peek(const Request& request, List<Event>& out) const {
        std::size_t bytes = 0;
        for (const Event& event : queue_) {
            if (out.size() >= request.peek_rows) return;
            if (!is_due(event.hold_until, request.now)) continue;
            bytes += event.body.size();
            if (bytes > request.peek_bytes && !out.empty()) return;
            add(out) = event;
        }
    }

    void apply(Change change) {
        if (change.erase_everything) {
            records_.clear();
            queue_.clear();
            totals_ = {};
        }
        if (!change.erases.empty()) erase(change.erases);
        for (Record& record : change.puts) put(record);
        if (!change.removes.empty()) remove(change.removes);
        for (Event& event : change.appends) append(event);
    }

    void erase(const List<String>& keys) {
        std::size_t kept = 0;
        for (Record& record : records_) {
            if (!matches(record.key, keys)) std::swap(records_[kept++], record);
        }
        while (records_.size() > kept) records_.pop_back();
    }

    void put(Record& record) {
        const std::size_t place = place_of(records_, record.key);
        if (place == records_.size() || records_[place].key != record.key) {
            add(records_);
            for (std::size_t i = records_.size(); --i > place;) std::swap(records_[i], records_[i - 1]);
        }
        records_[place] = std::move(record);
    }

    void remove(const List<String>& ids) {
        std::size_t kept = 0;
        for (Event& event : queue_) {
            if (std::find(ids.begin(), ids.end(), event.id) == ids.end()) {
                std::swap(queue_[kept++], event);
            } else {
                count(event, -1);
            }
        }
        while (queue_.size() > kept) queue_.pop_back();
    }

    void append(Event& event) {
        for (const Event& queued : queue_) {
            if (queued.id == event.id) return;
        }
        count(event, 1);
        add(queue_) = std::move(event);
    }

    void count(const Event& event, std::int64_t sign) {
        const auto bytes = sign * static_cast<std::int64_t>(event.body.size());
        totals_.rows += sign;
        totals_.bytes += bytes;
        if (event.kind != EventKind::answer) return;
        totals_.answer_rows += sign;
        totals_.answer_bytes += bytes;
    }

    List<Record> records_;  // by key
    List<Event> queue_;
    Totals totals_;
    bool closed_ = false;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace candor::outbox
