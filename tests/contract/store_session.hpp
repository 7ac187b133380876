// A store as tests drive it: one transaction at a time, waited for.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "outbox/store.hpp"

namespace candor::contract {

using outbox::Change;
using outbox::Event;
using outbox::EventKind;
using outbox::Record;
using outbox::Request;
using outbox::State;
using outbox::Store;

// A store and what makes its answers come, for stores that answer later.
struct Subject {
    std::unique_ptr<Store> store;
    std::function<void()> pump = [] {};
};

inline Event event(std::string id, std::string body = "{}", EventKind kind = EventKind::other, Instant hold_until = 0) {
    return {std::move(id), std::move(body), kind, 1000, hold_until, 0};
}

class Session {
public:
    explicit Session(Subject subject) : subject_(std::move(subject)) {}

    // The error, if there was one.
    std::optional<Error> transact(Request request, outbox::Step step) {
        std::optional<Error> error;
        int answers = 0;
        subject_.store->transact(std::move(request), std::move(step), [&](const Result<void>& result) {
            ++answers;
            if (!result) error = result.error();
        });
        subject_.pump();
        REQUIRE(answers == 1);
        return error;
    }

    State read(Request request) {
        State seen;
        const auto error = transact(std::move(request), [&](const State& state) {
            seen = state;
            return Change();
        });
        INFO((error ? describe(*error) : "no error"));
        REQUIRE(!error);
        return seen;
    }

    State read_keys(std::vector<std::string> keys) {
        Request request;
        request.reads = std::move(keys);
        return read(std::move(request));
    }

    State peek(std::size_t rows = 100'000, Instant now = 0, std::size_t bytes = 1u << 30) {
        Request request;
        request.now = now;
        request.peek_rows = rows;
        request.peek_bytes = bytes;
        return read(std::move(request));
    }

    void commit(const Change& change, outbox::Durability durability = outbox::Durability::normal) {
        Request request;
        request.durability = durability;
        const auto error = transact(request, [&](const State&) { return change; });
        INFO((error ? describe(*error) : "no error"));
        REQUIRE(!error);
    }

    void put(const std::string& key, const std::string& value) {
        Change change;
        change.puts = {{key, value}};
        commit(change);
    }

    void append(std::vector<Event> events) {
        Change change;
        change.appends = std::move(events);
        commit(change);
    }

    void remove(std::vector<std::string> ids) {
        Change change;
        change.removes = std::move(ids);
        commit(change);
    }

    Store& store() { return *subject_.store; }
    void pump() { subject_.pump(); }

private:
    Subject subject_;
};

inline std::vector<std::string> ids(const State& state) {
    std::vector<std::string> out;
    for (const Event& e : state.queue) out.push_back(e.id);
    return out;
}

inline std::vector<std::string> keys(const State& state) {
    std::vector<std::string> out;
    for (const Record& record : state.records) out.push_back(record.key);
    return out;
}

}  // namespace candor::contract
