#include <sqlite3.h>

#include "sqlite_session.hpp"

using namespace candor;
using namespace candor::contract;

TEST_CASE("the SQLite store keeps the store contract") {
    const Scratch scratch;
    store_contract([&] { return open_sqlite(scratch.file()); });
}

TEST_CASE("what was committed is there when the file is opened again") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        session.put("a", "1");
        session.append({event("x", "body", EventKind::answer, 7), event("y")});
    }
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    CHECK(notices.empty());
    CHECK(*session.read_keys({"a"}).find("a") == "1");
    const State state = session.peek(9, 10);
    CHECK(ids(state) == Strings{"x", "y"});
    CHECK(state.totals.answer_rows == 1);
    CHECK(state.totals.bytes == 6);
}

TEST_CASE("erase_everything leaves no trace in any file, also of what was deleted or set aside before") {
    const Scratch scratch;
    const std::string secret = "the secret words of a person";
    write_file(scratch.file() + ".damaged", secret);
    write_file(scratch.file() + ".damaged-wal", secret);
    {
        Session session(open_sqlite(scratch.file()));
        session.put("person/1", std::string(50'000, '.') + secret + std::string(50'000, '.'));
        session.append({event("deleted", secret), event("queued", secret, EventKind::answer)});
        session.remove({"deleted"});
        REQUIRE(directory_holds(scratch.path(), secret));
    }
    Session session(open_sqlite(scratch.file()));
    session.put("person/1", secret + " anew");
    REQUIRE(directory_holds(scratch.path(), secret));
    Session other(open_sqlite(scratch.file()));  // another connection does not keep it alive
    other.read_keys({"*"});
    Change change;
    change.erase_everything = true;
    change.puts = {{"denied", "1"}};
    session.commit(change, outbox::Durability::full);
    CHECK(!directory_holds(scratch.path(), secret));
    CHECK(keys(other.read_keys({"*"})) == Strings{"denied"});
    session.put("after", "1");
    CHECK(keys(other.read_keys({"*"})) == Strings{"after", "denied"});
}

TEST_CASE("traces that a reader held on to go with the next transaction or start") {
    const Scratch scratch;
    const std::string secret = "the secret words of a person";
    auto session = std::make_unique<Session>(open_sqlite(scratch.file()));
    session->put("person/1", secret);

    sqlite3* reader = nullptr;
    REQUIRE(sqlite3_open(scratch.file().c_str(), &reader) == SQLITE_OK);
    REQUIRE(sqlite3_exec(reader, "BEGIN; SELECT * FROM records", nullptr, nullptr, nullptr) == SQLITE_OK);
    Change change;
    change.erase_everything = true;
    session->commit(change);  // waits for the reader as long as it may
    CHECK(session->read_keys({"*"}).records.empty());
    CHECK(directory_holds(scratch.path(), secret));
    REQUIRE(sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);

    SECTION("the next transaction") { session->commit({}); }
    SECTION("the next start") {
        session.reset();
        session = std::make_unique<Session>(open_sqlite(scratch.file()));
    }
    CHECK(!directory_holds(scratch.path(), secret));
    sqlite3_close(reader);
}

TEST_CASE("two connections take turns, each on what the other left") {
    const Scratch scratch;
    Session sessions[] = {Session(open_sqlite(scratch.file())), Session(open_sqlite(scratch.file()))};
    for (int i = 0; i < 100; ++i) {
        Request request;
        request.reads = {"n"};
        const auto error = sessions[i % 2].transact(request, [&](const State& state) {
            const String* n = state.find("n");
            Change change;
            change.puts = {{"n", std::to_string((n != nullptr ? std::stoi(*n) : 0) + 1)}};
            change.appends = {event("e" + std::to_string(i), "12345")};
            if (state.totals.rows > 4) change.removes = {"e" + std::to_string(i - 3)};
            return change;
        });
        REQUIRE(!error);
        CHECK(sessions[(i + 1) % 2].read_keys({"n"}).find("n")->size() > 0);
    }
    CHECK(*sessions[0].read_keys({"n"}).find("n") == "100");
    const State one = sessions[0].peek(), two = sessions[1].peek();
    CHECK(ids(one) == ids(two));
    CHECK(one.totals.rows == static_cast<std::int64_t>(one.queue.size()));
    CHECK(one.totals.bytes == static_cast<std::int64_t>(one.queue.size() * 5));
    CHECK(two.totals.rows == one.totals.rows);
}

TEST_CASE("a store held by another for too long gives a reason, and works again afterwards") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.put("a", "1");
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(scratch.file().c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    bool stepped = false;
    const auto error = session.transact({}, [&](const State&) {
        stepped = true;
        return Change();
    });
    REQUIRE(error);
    CHECK(error->path == scratch.file());
    CHECK(error->reason.find("another process") != std::string::npos);
    CHECK(!stepped);
    REQUIRE(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(other);
    session.put("a", "2");
    CHECK(*session.read_keys({"a"}).find("a") == "2");
}

TEST_CASE("a change that cannot be written whole is not written at all") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.put("a", "1");
    sqlite3* other = nullptr;  // a trigger stands for whatever may fail in the middle of a change
    REQUIRE(sqlite3_open(scratch.file().c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other,
                         "CREATE TRIGGER failing BEFORE INSERT ON queue WHEN new.kind = 0 "
                         "BEGIN SELECT RAISE(ABORT, 'not today'); END",
                         nullptr, nullptr, nullptr) == SQLITE_OK);
    const auto error = session.transact({}, [](const State&) {
        Change change;
        change.puts = {{"a", "2"}};
        change.appends = {event("first"), event("failing", "{}", EventKind::answer)};
        return change;
    });
    REQUIRE(error);
    CHECK(error->reason.find("not today") != std::string::npos);
    REQUIRE(sqlite3_exec(other, "DROP TRIGGER failing", nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(other);
    CHECK(*session.read_keys({"a"}).find("a") == "1");
    CHECK(session.peek().queue.empty());
    CHECK(session.peek().totals.rows == 0);
    session.append({event("failing", "{}", EventKind::answer)});
    CHECK(session.peek().totals.answer_rows == 1);
}

TEST_CASE("nothing that a host set for its own connections changes") {
    const Scratch scratch;
    sqlite3* host = nullptr;
    REQUIRE(sqlite3_open(scratch.file("host.db").c_str(), &host) == SQLITE_OK);
    const auto setting = [&](const char* sql) {
        std::string value;
        sqlite3_exec(
            host, sql,
            [](void* out, int, char** columns, char**) {
                *static_cast<std::string*>(out) = columns[0] != nullptr ? columns[0] : "";
                return 0;
            },
            &value, nullptr);
        return value;
    };
    const auto all = [&] {
        return setting("PRAGMA synchronous") + "," + setting("PRAGMA journal_mode") + "," +
               setting("PRAGMA secure_delete") + "," + setting("PRAGMA temp_store") + "," +
               setting("PRAGMA busy_timeout") + "," + setting("PRAGMA soft_heap_limit");
    };
    const std::string before = all();
    {
        Session session(open_sqlite(scratch.file()));
        session.put("a", "1");
        Change change;
        change.erase_everything = true;
        session.commit(change, outbox::Durability::full);
    }
    CHECK(all() == before);
    CHECK(setting("SELECT 1") == "1");
    sqlite3_close(host);
}
