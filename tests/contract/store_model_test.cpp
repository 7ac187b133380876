// Whatever is done to them, SQLite and a host's storage hold what the memory store holds.
#include <rapidcheck.h>

#include <optional>

#include "map_host.hpp"
#include "sqlite_session.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

std::string any_key() {
    return *rc::gen::element<std::string>("a", "b", "h/1", "h/2", "h/", "", std::string("h\0x", 3), "\xff");
}
std::string any_pattern() { return *rc::gen::element<std::string>("*", "h*", "h/*", "a*", "\xff*", "a", "h/1", ""); }
std::string any_id() { return "id" + std::to_string(*rc::gen::inRange(0, 12)); }

// Often of one size: what takes the place of another may be as much.
std::string any_body() { return *rc::gen::inRange(0, 2) == 0 ? "{}" : *rc::gen::arbitrary<std::string>(); }

Instant any_instant() {
    return *rc::gen::element<Instant>(0, -1, 1000, 5000, 10'999, 11'000, 11'001, 50'000, kNever,
                                      std::numeric_limits<Instant>::min());
}

Change any_change() {
    Change change;
    const auto times = [](int most) { return *rc::gen::inRange(0, most); };
    for (int i = times(3) * times(2); i > 0; --i)
        change.puts.push_back({any_key(), *rc::gen::arbitrary<std::string>()});
    for (int i = times(2); i > 0; --i) change.erases.push_back(any_pattern());
    for (int i = times(4); i > 0; --i) {
        const auto kind = static_cast<EventKind>(*rc::gen::inRange(0, 4));
        change.appends.push_back({any_id(), any_body(), kind, any_instant(), any_instant(), times(3)});
    }
    for (int i = times(3); i > 0; --i) change.removes.push_back(any_id());
    change.erase_everything = *rc::gen::inRange(0, 25) == 0;
    return change;
}

Request any_request() {
    Request request;
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) request.reads.push_back(any_pattern());
    request.now = any_instant();
    request.peek_rows = *rc::gen::element<std::size_t>(0, 1, 3, 100);
    request.peek_bytes = *rc::gen::element<std::size_t>(0, 10, 100, 1u << 20);
    return request;
}

std::string told(const State& state, const Request& request) {
    std::string out;
    const auto add = [&](const std::string& s) { out += std::to_string(s.size()) + ":" + s + ";"; };
    for (const Record& record : state.records) add(record.key), add(record.value);
    for (const Event& e : state.queue) {
        add(e.id), add(e.body);
        for (std::int64_t n : {std::int64_t(e.kind), e.created_at, e.hold_until, std::int64_t(e.attempts)})
            add(std::to_string(n));
    }
    const outbox::Totals& t = state.totals;
    for (std::int64_t n : {t.rows, t.bytes, t.answer_rows, t.answer_bytes}) add(std::to_string(n));
    if (request.peek_rows > 0 && state.queue.empty()) add(std::to_string(t.next_due));
    return out;
}

}  // namespace

TEST_CASE("all stores hold the same after any sequence of changes") {
    const bool ok = rc::check("stores agree", [] {
        const Scratch scratch;
        MapHost host;
        host.steps = *rc::gen::inRange(1, 3);
        Session memory(Subject{outbox::memory_store()});
        // Two processes' connections, one of which begins anew now and then.
        List<String> notices;
        std::optional<Session> sqlite[2];
        for (auto& one : sqlite) one.emplace(open_sqlite(scratch.file(), &notices));
        Session hosted(Subject{outbox::host_store(host.table())});
        for (int i = *rc::gen::inRange(1, 25); i > 0; --i) {
            const Change change = any_change();
            const Request request = any_request();
            std::string seen[3];
            auto& one = sqlite[*rc::gen::inRange(0, 2)];
            if (*rc::gen::inRange(0, 6) == 0) {
                one.reset();
                one.emplace(open_sqlite(scratch.file(), &notices));
            }
            Session* sessions[] = {&memory, &*one, &hosted};
            for (int s = 0; s < 3; ++s) {
                const auto error = sessions[s]->transact(request, [&](const State& state) {
                    seen[s] = told(state, request);
                    return change;
                });
                RC_ASSERT(!error);
            }
            RC_ASSERT(seen[0] == seen[1]);
            RC_ASSERT(seen[0] == seen[2]);
            RC_ASSERT(notices.empty());
        }
    });
    CHECK(ok);
}
