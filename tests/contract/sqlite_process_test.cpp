// The store among processes: two at once, and one that is killed.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/generators/catch_generators.hpp>

#include "outbox/sqlite_lock.hpp"
#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

// Counts up in a record and queues an event of that number, so that both or neither must be there.
bool count_up(Store& store, const std::string& name, outbox::Durability durability, int& committed) {
    bool ok = false;
    Request request;
    request.durability = durability;
    request.reads = {name};
    store.transact(
        request,
        [&](const State& state) {
            const String* before = state.find(name);
            committed = before != nullptr ? std::stoi(*before) + 1 : 1;
            Change change;
            change.puts = {{name, std::to_string(committed)}};
            change.appends = {event(name + "-" + std::to_string(committed), std::string(500, 'x'))};
            return change;
        },
        [&](const Result<void>& result) { ok = result.has_value(); });
    return ok;
}

int wait_for(pid_t child) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

void check_sound(Session& session, const std::string& name, int least) {
    const State state = session.read_keys({name});
    const int recorded = state.find(name) != nullptr ? std::stoi(*state.find(name)) : 0;
    CHECK(recorded >= least);
    const State queue = session.peek();
    int events = 0;
    for (const Event& e : queue.queue) {
        if (e.id.starts_with(name + "-")) CHECK(e.id == name + "-" + std::to_string(++events));
    }
    CHECK(events == recorded);
    CHECK(queue.totals.rows == static_cast<std::int64_t>(queue.queue.size()));
}

}  // namespace

TEST_CASE("two processes write at once and lose nothing of each other") {
    const Scratch scratch;
    constexpr int kEach = 300;
    pid_t children[2];
    for (int c = 0; c < 2; ++c) {
        children[c] = fork();
        REQUIRE(children[c] >= 0);
        if (children[c] != 0) continue;
        auto store = outbox::sqlite_store(scratch.file());  // both make the file, too
        if (!store) _exit(1);
        int n = 0, total = 0;
        for (int i = 0; i < kEach; ++i) {
            if (!count_up(**store, c == 0 ? "left" : "right", outbox::Durability::normal, n)) _exit(2);
            if (!count_up(**store, "both", outbox::Durability::normal, total)) _exit(3);
        }
        _exit(n == kEach ? 0 : 4);
    }
    CHECK(wait_for(children[0]) == 0);
    CHECK(wait_for(children[1]) == 0);
    Session session(open_sqlite(scratch.file()));
    check_sound(session, "left", kEach);
    check_sound(session, "right", kEach);
    check_sound(session, "both", 2 * kEach);
    CHECK(session.peek(0).totals.rows == 4 * kEach);
}

TEST_CASE("of several processes that find the file damaged one sets it aside, and all share the new one") {
    const Scratch scratch;
    write_file(scratch.file(), std::string(9000, 'g'));
    constexpr int kProcesses = 6;
    pid_t children[kProcesses];
    for (int c = 0; c < kProcesses; ++c) {
        children[c] = fork();
        REQUIRE(children[c] >= 0);
        if (children[c] != 0) continue;
        List<String> notices;
        auto store = outbox::sqlite_store(scratch.file(), &notices);
        int n = 0;
        if (!store || !count_up(**store, "both", outbox::Durability::full, n)) _exit(200);
        _exit(static_cast<int>(notices.size()));
    }
    int noticed = 0;
    for (pid_t child : children) {
        const int status = wait_for(child);
        REQUIRE(WIFEXITED(status));
        noticed += WEXITSTATUS(status);
    }
    CHECK(noticed == 1);
    Session session(open_sqlite(scratch.file()));
    check_sound(session, "both", kProcesses);
    CHECK(read_file(scratch.file() + ".damaged") == std::string(9000, 'g'));
}

TEST_CASE("after kill -9 every reported commit is there, and each record has its event") {
    const Scratch scratch;
    const auto durability = GENERATE(0, 1) == 0 ? outbox::Durability::normal : outbox::Durability::full;
    for (int round = 0; round < 8; ++round) {
        int pipe_ends[2];
        REQUIRE(pipe(pipe_ends) == 0);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto store = outbox::sqlite_store(scratch.file());
            if (!store) _exit(1);
            for (int n = 0;;) {
                if (!count_up(**store, "k", durability, n)) _exit(2);
                if (write(pipe_ends[1], &n, sizeof(n)) != sizeof(n)) _exit(3);
            }
        }
        close(pipe_ends[1]);
        int reported = 0;
        // Killed after so many reports, at a point of its loop that nobody chose.
        for (int i = 0; i < 20 + round * 7; ++i) {
            REQUIRE(read(pipe_ends[0], &reported, sizeof(reported)) == sizeof(reported));
        }
        kill(child, SIGKILL);
        while (read(pipe_ends[0], &reported, sizeof(reported)) == sizeof(reported)) {
        }
        close(pipe_ends[0]);
        CHECK(WIFSIGNALED(wait_for(child)));
        List<String> notices;
        Session session(open_sqlite(scratch.file(), &notices));
        CHECK(notices.empty());
        check_sound(session, "k", reported);
    }
}

// Damage again and again while all write: in the totals, which everybody finds and sets the file aside under the
// others' hands; and in a row that only one of them reads, while the others know of nothing.
TEST_CASE("while a file is set aside again and again, no process loses what it was told to be stored") {
    const Scratch scratch;
    constexpr int kProcesses = 4, kEach = 150, kMostTries = 20;
    { Session session(open_sqlite(scratch.file())); }
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_t children[kProcesses];
    for (int c = 0; c < kProcesses; ++c) {
        children[c] = fork();
        REQUIRE(children[c] >= 0);
        if (children[c] != 0) continue;
        auto store = outbox::sqlite_store(scratch.file());
        if (!store) _exit(1);
        const std::string name = "p" + std::to_string(c);
        for (int n = 0, i = 0; i < kEach; ++i) {
            // To close one's connection while another replaces the file is a part of it.
            if (i % 10 == 9) {
                store->reset();
                for (int tries = 0; !*store && tries < kMostTries; ++tries) {
                    if (auto opened = outbox::sqlite_store(scratch.file())) *store = std::move(*opened);
                }
                if (!*store) _exit(4);
            }
            // A loaded machine may be in its way for longer than it waits: that is said, and not lost.
            bool stored = false;
            for (int tries = 0; !stored && tries < kMostTries; ++tries) {
                stored = count_up(**store, name, outbox::Durability::normal, n);
            }
            if (!stored) _exit(2);
            if (write(ends[1], "x", 1) != 1) _exit(3);
        }
        _exit(0);
    }
    close(ends[1]);
    // One harm each so many commits.
    Session reader(open_sqlite(scratch.file()));
    int harms = 0;
    char byte = 0;
    for (int commits = 0; read(ends[0], &byte, 1) == 1; ++commits) {
        if (commits % 15 != 0) continue;
        const bool seen_by_all = commits % 2 == 0;
        Change sacrifice;
        if (!seen_by_all) sacrifice.appends = {event("sacrifice")};
        reader.transact({}, [&](const State&) { return sacrifice; });  // without it there is no harm this time
        {
            const outbox::sqlite::OpenLock lock(String(scratch.file()));  // as all who open it
            sqlite3* db = nullptr;
            if (sqlite3_open_v2(scratch.file().c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
                sqlite3_busy_timeout(db, 1000);
                const char* harm =
                    seen_by_all ? kHarmTotals : "UPDATE queue SET body = x'00' WHERE id = CAST('sacrifice' AS BLOB)";
                harms += sqlite3_exec(db, harm, nullptr, nullptr, nullptr) == SQLITE_OK ? 1 : 0;
            }
            sqlite3_close(db);
        }
        Request all;
        all.peek_rows = 10'000;
        all.peek_bytes = 1u << 30;
        reader.transact(all, [](const State&) { return Change(); });
    }
    close(ends[0]);
    for (pid_t child : children) CHECK(wait_for(child) == 0);
    CHECK(harms > 5);
    Session session(open_sqlite(scratch.file()));
    session.peek();
    for (int c = 0; c < kProcesses; ++c) check_sound(session, "p" + std::to_string(c), kEach);
    session.remove({"sacrifice"});  // the last one, if nobody came to read it
    CHECK(session.peek(0).totals.rows == kProcesses * kEach);
}
