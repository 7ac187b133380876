// What is particular to a store that a host brings: the journal, failures, tickets, and hosts that do not keep their
// word.
#include "map_host.hpp"
#include "store_contract.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

candor_status step_with(uint32_t ticket, const candor_store_state& state) {
    candor_store_change change{};
    change.size = sizeof(change);
    return outbox::host_store_step(ticket, &state, &change);
}

candor_store_state empty_state() {
    candor_store_state state{};
    state.size = sizeof(state);
    state.next_due = INT64_MAX;
    return state;
}

}  // namespace

TEST_CASE("the journal is read when asked for, oldest first, and removed by key") {
    MapHost host;
    host.data.journal = {{"2", "second"}, {"1", "first"}, {"session", "s"}};
    Session session(Subject{outbox::host_store(host.table())});
    CHECK(session.read({}).journal.empty());
    Request request;
    request.journal = true;
    const State state = session.read(request);
    REQUIRE(state.journal.size() == 3);
    CHECK(state.journal[0].key == "2");
    CHECK(state.journal[0].value == "second");
    Change change;
    change.journal_removes = {"2", "session", "unknown"};
    change.puts = {{"folded", "1"}};
    session.commit(change);
    CHECK(host.data.journal.size() == 1);
    CHECK(host.data.records.count("folded") == 1);
    change = {};
    change.erase_everything = true;
    session.commit(change);
    CHECK(host.data.journal.empty());
}

TEST_CASE("when the host's commit fails nothing stays and the reason is handed on") {
    MapHost host;
    Session session(Subject{outbox::host_store(host.table())});
    session.put("a", "1");
    host.fail_commit = true;
    const auto error = session.transact({}, [](const State&) {
        Change change;
        change.puts = {{"a", "2"}};
        change.appends = {event("e")};
        return change;
    });
    REQUIRE(error);
    CHECK(describe(*error) == "host store: the quota is used up");
    host.fail_commit = false;
    CHECK(*session.read_keys({"a"}).find("a") == "1");
    CHECK(session.peek().queue.empty());
}

TEST_CASE("durability is named to the host before the step runs") {
    MapHost host;
    Session session(Subject{outbox::host_store(host.table())});
    session.commit({}, outbox::Durability::full);
    CHECK(host.last_was_full());
    session.commit({});
    CHECK(!host.last_was_full());
}

TEST_CASE("after close neither a step nor an answer is called, and the host's store is closed once") {
    MapHost host;
    host.later = true;
    bool called = false;
    auto store = outbox::host_store(host.table());
    store->transact(
        {},
        [&](const State&) {
            called = true;
            return Change();
        },
        [&](const Result<void>&) { called = true; });
    store->close();
    CHECK(host.closed);
    host.run();
    host.closed = false;
    store->close();
    store.reset();
    CHECK(!host.closed);
    CHECK(!called);
}

TEST_CASE("an answered, closed or made up ticket does nothing") {
    MapHost host;
    Session session(Subject{outbox::host_store(host.table())});
    session.put("a", "1");
    const candor_store_state state = empty_state();
    for (uint32_t ticket : {host.last_ticket(), 0u, 4'000'000'000u}) {
        CHECK(step_with(ticket, state) == CANDOR_CLOSED);
        outbox::host_store_done(ticket, CANDOR_OK, candor_text(""));
    }
}

TEST_CASE("two stores have tickets of their own") {
    MapHost one, two;
    one.later = two.later = true;
    Session first(Subject{outbox::host_store(one.table()), [&] { one.run(); }});
    Session second(Subject{outbox::host_store(two.table()), [&] { two.run(); }});
    first.put("a", "one");
    second.put("a", "two");
    CHECK(one.data.records["a"] == "one");
    CHECK(two.data.records["a"] == "two");
}

TEST_CASE("the change lives until the ticket's next step or answer") {
    MapHost host;
    host.later = true;
    auto store = outbox::host_store(host.table());
    int runs = 0;
    store->transact(
        {},
        [&](const State&) {
            Change change;
            change.puts = {{"run", std::string(100, static_cast<char>('0' + ++runs))}};
            return change;
        },
        [](const Result<void>&) {});
    const candor_store_state state = empty_state();
    candor_store_change change{};
    change.size = sizeof(change);
    REQUIRE(outbox::host_store_step(host.last_ticket(), &state, &change) == CANDOR_OK);
    REQUIRE(change.put_count == 1);
    CHECK(std::string(change.puts[0].value.data, change.puts[0].value.size) == std::string(100, '1'));
    REQUIRE(outbox::host_store_step(host.last_ticket(), &state, &change) == CANDOR_OK);
    CHECK(std::string(change.puts[0].value.data, change.puts[0].value.size) == std::string(100, '2'));
}

TEST_CASE("a host that does not keep its word gets a status, and the transaction an error") {
    MapHost host;
    host.later = true;
    auto store = outbox::host_store(host.table());
    std::optional<Error> error;
    int answers = 0;
    Request request;
    request.peek_rows = 1;
    State seen;
    store->transact(
        request,
        [&](const State& state) {
            seen = state;
            return Change();
        },
        [&](const Result<void>& result) {
            ++answers;
            if (!result) error = result.error();
        });
    const uint32_t ticket = host.last_ticket();
    candor_store_state state = empty_state();
    candor_store_change change{};
    change.size = sizeof(change);

    SECTION("null, too short, or an array that is not there") {
        CHECK(outbox::host_store_step(ticket, nullptr, &change) == CANDOR_INVALID);
        CHECK(outbox::host_store_step(ticket, &state, nullptr) == CANDOR_INVALID);
        state.record_count = 3;
        CHECK(step_with(ticket, state) == CANDOR_INVALID);
        state = empty_state();
        state.size = sizeof(size_t);
        CHECK(step_with(ticket, state) == CANDOR_INVALID);
        state = empty_state();
        change.size = 8;
        CHECK(outbox::host_store_step(ticket, &state, &change) == CANDOR_INVALID);
        outbox::host_store_done(ticket, CANDOR_OK, candor_text(""));
        REQUIRE(error);
        CHECK(answers == 1);
    }
    SECTION("done without a step") {
        outbox::host_store_done(ticket, CANDOR_OK, candor_text(""));
        REQUIRE(error);
        CHECK(error->reason.find("step") != std::string::npos);
    }
    SECTION("failed without a reason") {
        outbox::host_store_done(ticket, CANDOR_FAILED, {nullptr, 0});
        REQUIRE(error);
        CHECK(error->reason == "failed with status 7");
    }
    SECTION("more events than asked for, of no known kind, and negative counts") {
        candor_queued queue[2] = {};
        queue[0].id = candor_text("a");
        queue[0].kind = 77;
        queue[1].id = candor_text("b");
        state.queue = queue;
        state.queue_count = 2;
        state.queued_rows = -4;
        CHECK(step_with(ticket, state) == CANDOR_OK);
        REQUIRE(seen.queue.size() == 1);
        CHECK(seen.queue[0].kind == EventKind::other);
        CHECK(seen.totals.rows == 0);
        outbox::host_store_done(ticket, CANDOR_OK, candor_text(""));
        CHECK(!error);
        CHECK(answers == 1);
    }
}

TEST_CASE("a host store without its function says so") {
    candor_store table{};
    table.size = sizeof(table);
    Session session(Subject{outbox::host_store(table)});
    const auto error = session.transact({}, [](const State&) { return Change(); });
    REQUIRE(error);
    CHECK(error->reason.find("transact") != std::string::npos);
}
