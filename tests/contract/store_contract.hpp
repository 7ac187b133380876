// What every store does, told as sections of one Catch2 test case. `make` gives an empty store each time.
#pragma once

#include <algorithm>

#include "store_session.hpp"

namespace candor::contract {

using Strings = std::vector<std::string>;
using MakeStore = std::function<Subject()>;

inline void records_contract(Session& session) {
    SECTION("records are read back, sorted by key, each once; what is not there is not") {
        Change change;
        change.puts = {{"b", "2"}, {"a", "1"}, {"c", "3"}};
        session.commit(change);
        const State state = session.read_keys({"c", "a", "missing", "a", "c*"});
        CHECK(keys(state) == Strings{"a", "c"});
        REQUIRE(state.find("a") != nullptr);
        CHECK(*state.find("a") == "1");
        CHECK(state.find("b") == nullptr);
        CHECK(state.find("missing") == nullptr);
    }

    SECTION("the last put of a key holds") {
        Change change;
        change.puts = {{"a", "1"}, {"a", "2"}};
        session.commit(change);
        CHECK(*session.read_keys({"a"}).find("a") == "2");
        session.put("a", "3");
        CHECK(*session.read_keys({"a"}).find("a") == "3");
    }

    SECTION("a trailing star reads and erases all keys with that beginning, and no others") {
        for (const char* key : {"person/1", "person/2", "person", "persons", "q"}) session.put(key, key);
        CHECK(keys(session.read_keys({"person/*"})) == Strings{"person/1", "person/2"});
        CHECK(keys(session.read_keys({"person*"})) == Strings{"person", "person/1", "person/2", "persons"});
        CHECK(session.read_keys({"*"}).records.size() == 5);
        CHECK(session.read_keys({"x*"}).records.empty());
        Change change;
        change.erases = {"person/*", "q", "missing", "missing*"};
        session.commit(change);
        CHECK(keys(session.read_keys({"*"})) == Strings{"person", "persons"});
    }

    SECTION("erases come before puts: a range may be written anew in one change") {
        for (const char* key : {"h/1", "h/2"}) session.put(key, "old");
        Change change;
        change.erases = {"h/*", "gate"};
        change.puts = {{"h/2", "new"}, {"gate", "new"}};
        session.commit(change);
        const State state = session.read_keys({"*"});
        CHECK(keys(state) == Strings{"gate", "h/2"});
        CHECK(*state.find("h/2") == "new");
    }

    SECTION("keys and values are bytes") {
        const std::string nul("a\0b", 3);
        const std::string high = "\xff\xff";
        const std::string all = [] {
            std::string s;
            for (int i = 0; i < 256; ++i) s += static_cast<char>(i);
            return s;
        }();
        Change change;
        change.puts = {{nul, all}, {high, ""}, {high + "z", "z"}, {"a", "short"}};
        session.commit(change);
        const State state = session.read_keys({nul, high + "*", "a"});
        CHECK(keys(state) == Strings{"a", nul, high, high + "z"});
        CHECK(*state.find(nul) == all);
        CHECK(state.find(high)->empty());
        change = {};
        change.erases = {high + "*"};
        session.commit(change);
        CHECK(keys(session.read_keys({"*"})) == Strings{"a", nul});
    }

    SECTION("values of a megabyte") {
        std::string value(1u << 20, 'x');
        value[12345] = '\0';
        value.back() = 'y';
        session.put("big", value);
        CHECK(*session.read_keys({"big"}).find("big") == value);
        session.put("big", "small");
        CHECK(*session.read_keys({"big"}).find("big") == "small");
    }
}

inline void queue_contract(Session& session) {
    SECTION("events come out in the order in which they were appended, whole") {
        const std::string body("{\"text\":\"\xf0\x9f\x98\x80\0\"}", 16);
        Event answer{"z", body, EventKind::answer, 1234, 0, 3};
        session.append({answer, event("m"), event("a")});
        session.append({event("b", "")});
        const State state = session.peek();
        CHECK(ids(state) == Strings{"z", "m", "a", "b"});
        const Event& first = state.queue.front();
        CHECK(first.body == body);
        CHECK(first.kind == EventKind::answer);
        CHECK(first.created_at == 1234);
        CHECK(first.hold_until == 0);
        CHECK(first.attempts == 3);
        CHECK(state.queue.back().body.empty());
    }

    SECTION("an id that is queued already is skipped, in one change and across changes") {
        session.append({event("a", "first"), event("a", "second"), event("b")});
        session.append({event("a", "third"), event("c")});
        const State state = session.peek();
        CHECK(ids(state) == Strings{"a", "b", "c"});
        CHECK(state.queue[0].body == "first");
        CHECK(state.totals.rows == 3);
    }

    SECTION("removes take away by id, once; unknown ids are fine") {
        session.append({event("a"), event("b"), event("c")});
        session.remove({"b", "unknown", "b"});
        CHECK(ids(session.peek()) == Strings{"a", "c"});
        CHECK(session.peek().totals.rows == 2);
        session.append({event("b")});
        CHECK(ids(session.peek()) == Strings{"a", "c", "b"});
    }

    SECTION("removed and appended in one change moves to the end") {
        session.append({event("a", "old"), event("b")});
        Change change;
        change.removes = {"a"};
        change.appends = {event("a", "newer")};
        session.commit(change);
        const State state = session.peek();
        CHECK(ids(state) == Strings{"b", "a"});
        CHECK(state.queue[1].body == "newer");
        CHECK(state.totals.bytes == 2 + 5);
    }

    SECTION("a peek is bounded by rows and bytes, yet hands out one event whatever its size") {
        session.append({event("a", std::string(10, 'x')), event("b", std::string(10, 'x')),
                        event("c", std::string(100, 'x')), event("d", "x")});
        CHECK(session.peek(0).queue.empty());
        CHECK(ids(session.peek(2)) == Strings{"a", "b"});
        CHECK(ids(session.peek(9, 0, 20)) == Strings{"a", "b"});
        CHECK(ids(session.peek(9, 0, 19)) == Strings{"a"});
        CHECK(ids(session.peek(9, 0, 0)) == Strings{"a"});
        CHECK(ids(session.peek(9, 0, 121)) == Strings{"a", "b", "c", "d"});
    }

    SECTION("a held event is passed over until its instant; one held too far ahead counts as due") {
        const Instant now = 1'000'000;
        const Instant longest = now + outbox::kLongestHold;
        session.append({event("held", "{}", EventKind::answer, now + 3000), event("due", "{}", EventKind::other, now),
                        event("longest", "{}", EventKind::other, longest),
                        event("absurd", "{}", EventKind::other, longest + 1),
                        event("never", "{}", EventKind::other, kNever), event("past", "{}", EventKind::other, -5)});
        CHECK(ids(session.peek(9, now)) == Strings{"due", "absurd", "never", "past"});
        CHECK(ids(session.peek(2, now)) == Strings{"due", "absurd"});
        CHECK(ids(session.peek(9, now + 2999)) == Strings{"due", "never", "past"});
        CHECK(ids(session.peek(9, now + 3000)) == Strings{"held", "due", "never", "past"});
        CHECK(ids(session.peek(9, kNever)).size() == 6);
    }

    SECTION("totals count the whole queue, and answers apart") {
        CHECK(session.peek().totals.rows == 0);
        CHECK(session.peek().totals.next_due == kNever);
        session.append({event("a", "12345", EventKind::answer, 5000), event("b", "123", EventKind::exposure, 7000),
                        event("c", "1", EventKind::answer, 6000), event("a", "skipped", EventKind::answer)});
        outbox::Totals totals = session.peek(1).totals;
        CHECK(totals.rows == 3);
        CHECK(totals.bytes == 9);
        CHECK(totals.answer_rows == 2);
        CHECK(totals.answer_bytes == 6);
        CHECK(totals.next_due == 5000);
        session.remove({"a"});
        totals = session.peek(1).totals;
        CHECK(totals.rows == 2);
        CHECK(totals.bytes == 4);
        CHECK(totals.answer_rows == 1);
        CHECK(totals.answer_bytes == 1);
        CHECK(totals.next_due == 6000);
        session.remove({"b", "c"});
        totals = session.peek().totals;
        CHECK(totals.rows == 0);
        CHECK(totals.bytes == 0);
        CHECK(totals.answer_rows == 0);
        CHECK(totals.next_due == kNever);
    }

    SECTION("ten thousand events go in and come out, in order") {
        Strings all;
        for (int batch = 0; batch < 10; ++batch) {
            Change change;
            for (int i = 0; i < 1000; ++i) {
                all.push_back("id-" + std::to_string(batch * 1000 + i));
                change.appends.push_back(event(all.back(), std::string(100, 'x')));
            }
            session.commit(change);
        }
        CHECK(session.peek(0).totals.rows == 10'000);
        CHECK(session.peek(0).totals.bytes == 1'000'000);
        Strings drained;
        for (Strings head = ids(session.peek(700)); !head.empty(); head = ids(session.peek(700))) {
            drained.insert(drained.end(), head.begin(), head.end());
            session.remove(head);
            if (drained.size() > all.size()) break;
        }
        CHECK(drained == all);
        CHECK(session.peek(0).totals.bytes == 0);
    }
}

inline void transaction_contract(Session& session) {
    SECTION("the step sees what was before its change, and records and events change together") {
        session.put("n", "1");
        Request request;
        request.reads = {"n"};
        request.peek_rows = 5;
        request.durability = outbox::Durability::full;
        const auto error = session.transact(request, [](const State& state) {
            Change change;
            change.puts = {{"n", *state.find("n") + "1"}};
            change.appends = {event("e" + *state.find("n"))};
            return change;
        });
        CHECK(!error);
        CHECK(*session.read_keys({"n"}).find("n") == "11");
        CHECK(ids(session.peek()) == Strings{"e1"});
    }

    SECTION("an empty change changes nothing") {
        session.put("a", "1");
        session.append({event("e")});
        session.commit({});
        session.commit({}, outbox::Durability::full);
        CHECK(keys(session.read_keys({"*"})) == Strings{"a"});
        CHECK(ids(session.peek()) == Strings{"e"});
    }

    SECTION("erase_everything goes first, and what the same change puts and appends stays") {
        session.put("a", "1");
        session.append({event("e", "body", EventKind::answer), event("f")});
        Change change;
        change.erase_everything = true;
        change.puts = {{"denied", "1"}};
        change.appends = {event("e", "bod2", EventKind::answer)};
        session.commit(change, outbox::Durability::full);
        const State state = session.peek();
        CHECK(ids(state) == Strings{"e"});
        CHECK(state.totals.rows == 1);
        CHECK(state.totals.answer_bytes == 4);
        CHECK(keys(session.read_keys({"*"})) == Strings{"denied"});
        change = {};
        change.erase_everything = true;
        session.commit(change);
        CHECK(session.read_keys({"*"}).records.empty());
        CHECK(session.peek().totals.rows == 0);
        CHECK(session.peek().totals.next_due == kNever);
        session.append({event("e")});
        CHECK(ids(session.peek()) == Strings{"e"});
    }

    SECTION("transactions run and answer in the order of the calls, also from inside an answer") {
        std::string order;
        const auto transact = [&](char name, std::function<void()> then) {
            session.store().transact(
                {}, [](const State&) { return Change(); },
                [&order, name, then](const Result<void>&) {
                    order += name;
                    if (then) then();
                });
        };
        transact('a', [&] { transact('c', nullptr); });
        session.pump();
        transact('d', nullptr);
        session.pump();
        CHECK(order == "acd");
    }

    SECTION("nothing is called back after close") {
        bool called = false;
        session.store().close();
        session.store().transact(
            {},
            [&](const State&) {
                called = true;
                return Change();
            },
            [&](const Result<void>&) { called = true; });
        session.pump();
        session.store().close();
        CHECK(!called);
    }
}

inline void store_contract(const MakeStore& make) {
    Session session(make());
    records_contract(session);
    queue_contract(session);
    transaction_contract(session);
}

}  // namespace candor::contract
