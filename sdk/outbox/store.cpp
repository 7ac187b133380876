#include "outbox/store.hpp"

#include <utility>

namespace candor::outbox {

std::string_view kind_name(EventKind kind) {
    switch (kind) {
        case EventKind::answer: return "answer";
        case EventKind::control: return "control";
        case EventKind::exposure: return "exposure";
        case EventKind::other: break;
    }
    return "other";
}

bool is_due(Instant hold_until, Instant now) { return hold_until <= now || hold_until > later(now, kLongestHold); }

namespace {

bool fills(std::int64_t rows, std::int64_t bytes, std::int64_t tenths) {
    const Bounds bounds;
    return rows >= bounds.rows * tenths / 10 || bytes >= bounds.bytes * tenths / 10;
}

}  // namespace

bool answers_fill(const Totals& totals) { return fills(totals.answer_rows, totals.answer_bytes, 9); }

bool others_fill(const Totals& totals) {
    return fills(totals.rows - totals.answer_rows, totals.bytes - totals.answer_bytes, 1);
}

Record& add(List<Record>& records) { return records.emplace_back(); }
Event& add(List<Event>& events) { return events.emplace_back(); }

std::size_t place_of(const List<Record>& records, std::string_view key) {
    std::size_t first = 0;
    std::size_t end = records.size();
    while (first < end) {
        const std::size_t middle = (first + end) / 2;
        if (records[middle].key < key) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

const String* State::find(std::string_view key) const {
    const std::size_t place = place_of(records, key);
    return place < records.size() && records[place].key == key ? &records[place].value : nullptr;
}

namespace {

class Functions final : public Work {
public:
    Functions(Step step, Done done) : step_(std::move(step)), done_(std::move(done)) {}
    Change step(const State& state) override { return step_(state); }
    void done(const Result<void>& outcome) override { done_(outcome); }

private:
    Step step_;
    Done done_;
};

}  // namespace

void Store::transact(const Request& request, Step step, Done done) {
    transact(request, std::make_unique<Functions>(std::move(step), std::move(done)));
}

}  // namespace candor::outbox
