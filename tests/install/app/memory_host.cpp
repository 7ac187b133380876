#include "memory_host.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <string_view>

namespace {

std::string owned(candor_string text) { return text.data ? std::string(text.data, text.size) : std::string(); }
candor_string borrowed(const std::string& text) { return {text.data(), text.size()}; }

// A key, or all with a beginning when it ends in '*'.
bool names(const std::string& pattern, const std::string& key) {
    if (pattern.empty() || pattern.back() != '*') return key == pattern;
    return std::string_view(key).substr(0, pattern.size() - 1) ==
           std::string_view(pattern).substr(0, pattern.size() - 1);
}

template <typename Clock>
std::int64_t milliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
}

}  // namespace

MemoryHost::MemoryHost() {
    store_.size = sizeof store_;
    store_.context = this;
    store_.transact = [](void* context, std::uint32_t ticket, const candor_store_request* request) {
        static_cast<MemoryHost*>(context)->transact(ticket, *request);
    };
    store_.close = [](void*) {};
    host_.size = sizeof host_;
    host_.now = [](void*) { return milliseconds<std::chrono::system_clock>(); };
    host_.monotonic = [](void*) { return milliseconds<std::chrono::steady_clock>(); };
    host_.random = [](void*, std::uint8_t* bytes, std::size_t count) {
        static std::mt19937 chance(std::random_device{}());
        for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(chance());
    };
    host_.wake = [](void*, candor_client, std::int64_t) {};
    host_.store = &store_;
}

void MemoryHost::transact(std::uint32_t ticket, const candor_store_request& request) {
    std::vector<candor_record> records;
    for (std::size_t i = 0; i < request.read_count; ++i) {
        const std::string pattern = owned(request.reads[i]);
        for (const auto& [key, value] : records_) {
            if (names(pattern, key)) records.push_back({borrowed(key), borrowed(value)});
        }
    }
    candor_store_state state = {};
    state.size = sizeof state;
    state.next_due = INT64_MAX;
    std::vector<candor_queued> peeked;
    for (const Event& event : queue_) {
        candor_queued queued = event.plain;
        queued.id = borrowed(event.id);
        queued.body = borrowed(event.body);
        const auto bytes = static_cast<std::int64_t>(event.body.size());
        const bool answer = queued.kind == CANDOR_EVENT_ANSWER;
        state.queued_rows += 1;
        state.queued_bytes += bytes;
        state.answer_rows += answer ? 1 : 0;
        state.answer_bytes += answer ? bytes : 0;
        state.next_due = std::min(state.next_due, queued.hold_until);
        if (queued.hold_until <= request.now && peeked.size() < request.peek_rows) peeked.push_back(queued);
    }
    state.records = records.data();
    state.record_count = records.size();
    state.queue = peeked.data();
    state.queue_count = peeked.size();

    candor_store_change change = {};
    change.size = sizeof change;
    if (candor_store_step(ticket, &state, &change) != CANDOR_OK) return;
    apply(change);
    candor_store_done(ticket, CANDOR_OK, {nullptr, 0});
}

void MemoryHost::apply(const candor_store_change& change) {
    if (change.erase_everything != 0) {
        records_.clear();
        queue_.clear();
    }
    for (std::size_t i = 0; i < change.erase_count; ++i) {
        const std::string pattern = owned(change.erases[i]);
        std::erase_if(records_, [&](const auto& record) { return names(pattern, record.first); });
    }
    for (std::size_t i = 0; i < change.put_count; ++i) {
        records_[owned(change.puts[i].key)] = owned(change.puts[i].value);
    }
    for (std::size_t i = 0; i < change.remove_count; ++i) {
        const std::string id = owned(change.removes[i]);
        std::erase_if(queue_, [&](const Event& event) { return event.id == id; });
    }
    for (std::size_t i = 0; i < change.append_count; ++i) {
        const candor_queued& queued = change.appends[i];
        const std::string id = owned(queued.id);
        if (std::any_of(queue_.begin(), queue_.end(), [&](const Event& event) { return event.id == id; })) continue;
        queue_.push_back({id, owned(queued.body), queued});
    }
}
