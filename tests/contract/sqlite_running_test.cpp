// What may happen to the file while the store is open, and how the store goes on.
#include <sys/stat.h>

#include <thread>

#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

void remove_files(const std::string& path) {
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(path + ending);
}

// One full commit; whether it was accepted, and how often its step ran.
bool accept(Session& session, const std::string& id, int* steps = nullptr, const std::function<void()>& within = {}) {
    Request request;
    request.durability = outbox::Durability::full;
    return !session.transact(request, [&](const State&) {
        if (steps != nullptr) ++*steps;
        if (within) within();
        Change change;
        change.puts = {{"last", id}};
        change.appends = {event(id, "{}", EventKind::answer)};
        return change;
    });
}

}  // namespace

TEST_CASE("a file that has vanished is begun anew, and the transaction that finds it out is in it") {
    const Scratch scratch;
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    REQUIRE(accept(session, "before"));
    const std::string path = scratch.file();
    SECTION("before the transaction") {
        remove_files(path);
        int steps = 0;
        CHECK(accept(session, "a", &steps));
        CHECK(steps == 1);  // nothing is written to what is gone
    }
    SECTION("its log stayed") {
        std::filesystem::remove(path);
        CHECK(accept(session, "a"));
    }
    SECTION("within the transaction") {
        int steps = 0;
        CHECK(accept(session, "a", &steps, [&] {
            if (steps == 1) remove_files(path);
        }));
        CHECK(steps == 2);
    }
    CHECK(accept(session, "b"));
    CHECK(ids(session.peek()) == Strings{"a", "b"});
    session.store().close();
    Session again(open_sqlite(path));
    CHECK(ids(again.peek()) == Strings{"a", "b"});
    CHECK(*again.read_keys({"last"}).find("last") == "b");
    REQUIRE(notices.size() == 1);
    CHECK(notices[0] == path + ": it has vanished with 1 events, and a new one was begun");
    CHECK(lost_of(again) == outbox::Lost{1, 0, 0, 0});
}

// A backup that was put back by a rename, say. The log's name is the new file's by then.
TEST_CASE("who still has the file that was replaced takes nothing from the new one") {
    const Scratch scratch;
    const std::string path = scratch.file();
    Session old(open_sqlite(path));
    CHECK(accept(old, "before"));
    run_sql(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    write_file(path + ".backup", read_file(path));
    CHECK(accept(old, "after"));
    std::filesystem::rename(path + ".backup", path);
    Strings there = {"before"};
    std::optional<Session> other;
    SECTION("alone") {}
    SECTION("beside another process, which has used the new one") {
        other.emplace(open_sqlite(path));
        for (const char* id : {"a0", "a1", "a2"}) CHECK(accept(*other, id));
        run_sql(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        there = ids(other->peek());
        REQUIRE(there.size() >= 4);
    }
    int steps = 0;
    CHECK(accept(old, "last", &steps));
    CHECK(steps == 1);
    there.push_back("last");
    const Strings seen = ids(old.peek());
    for (const std::string& id : there) CHECK(std::count(seen.begin(), seen.end(), id) == 1);
    CHECK(ask_sql(path, "PRAGMA integrity_check") == "ok");
    Session again(open_sqlite(path));
    CHECK(ids(again.peek()) == seen);
}

TEST_CASE("a file that was replaced is the one that counts from then on") {
    const Scratch scratch;
    {
        Session other(open_sqlite(scratch.file("other.db")));
        CHECK(accept(other, "theirs"));
    }
    Session session(open_sqlite(scratch.file()));
    CHECK(accept(session, "ours"));
    remove_files(scratch.file());
    std::filesystem::rename(scratch.file("other.db"), scratch.file());
    CHECK(accept(session, "a"));
    CHECK(ids(session.peek()) == Strings{"theirs", "a"});
}

TEST_CASE("what cannot be opened again gives a reason, and works when it can") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    CHECK(accept(session, "before"));
    SECTION("a directory in its place") {
        remove_files(scratch.file());
        std::filesystem::create_directory(scratch.file());
        const auto error = session.transact({}, [](const State&) { return Change(); });
        REQUIRE(error);
        CHECK(error->path == scratch.file());
        CHECK(!error->reason.empty());
        CHECK(!accept(session, "no"));
        std::filesystem::remove(scratch.file());
    }
    SECTION("another program's database") {
        remove_files(scratch.file());
        run_sql(scratch.file(), "CREATE TABLE notes(text)");
        CHECK(!accept(session, "no"));
        CHECK(ask_sql(scratch.file(), "SELECT count(*) FROM notes") == "0");
        remove_files(scratch.file());
    }
    SECTION("its directory is gone") {
        std::filesystem::rename(scratch.path(), scratch.path().string() + "-away");
        CHECK(!accept(session, "no"));
        std::filesystem::rename(scratch.path().string() + "-away", scratch.path());
        remove_files(scratch.file());
    }
    CHECK(accept(session, "after"));
    CHECK(ids(session.peek()) == Strings{"after"});
}

TEST_CASE("who said no has said no also when the file vanishes, and when it comes back from before") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    CHECK(accept(session, "secret"));
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string before = read_file(scratch.file());
    deny(session);
    remove_files(scratch.file());
    SECTION("vanished") { CHECK(denied(session)); }
    SECTION("from before") {
        write_file(scratch.file("copy"), before);
        std::filesystem::rename(scratch.file("copy"), scratch.file());
        CHECK(denied(session));
        CHECK(session.peek().queue.empty());
    }
    session.store().close();
    Session again(open_sqlite(scratch.file()));
    CHECK(denied(again));
}

TEST_CASE("a transaction that another process holds up fails with a reason, and the next ones work") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    for (int round = 0; round < 2; ++round) {
        sqlite3* other = nullptr;
        REQUIRE(sqlite3_open(scratch.file().c_str(), &other) == SQLITE_OK);
        REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
        CHECK(!accept(session, "held up"));
        REQUIRE(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(other);
        for (int i = 0; i < 3; ++i) CHECK(accept(session, std::to_string(round) + "." + std::to_string(i)));
    }
    CHECK(session.peek().queue.size() == 6);
}

TEST_CASE("one that is held up for less than that waits and goes through") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(scratch.file().c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    // SQLite itself asks for the lock again when it is told that the other is done.
    std::thread holder([&] { sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr); });
    CHECK(accept(session, "a"));
    holder.join();
    sqlite3_close(other);
}

TEST_CASE("every text comes back byte for byte") {
    const Scratch scratch;
    const std::vector<std::string> texts = {"it's",
                                            "'); DROP TABLE queue; --",
                                            "\"quoted\" `and` [so]",
                                            std::string("a\0b\0", 4),
                                            std::string(1, '\0'),
                                            "",
                                            "\xf0\x9f\x98\x80 \xe0\xa4\xa8\xe0\xa4\xae",
                                            "\xff\xfe\xc3\x28 not UTF-8",
                                            "%_*?",
                                            "\r\n\t",
                                            "?1 :a @b $c",
                                            "\xef\xbf\xbe\xef\xbb\xbf",
                                            std::string(100'000, '\'')};
    {
        Session session(open_sqlite(scratch.file()));
        for (std::size_t i = 0; i < texts.size(); ++i) {
            Change change;
            change.puts = {{"k" + texts[i], texts[i]}};
            change.appends = {event("id" + texts[i], texts[i], EventKind::answer)};
            session.commit(change, outbox::Durability::full);
        }
    }
    Session session(open_sqlite(scratch.file()));
    const State state = session.peek();
    REQUIRE(state.queue.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(state.queue[i].id == "id" + texts[i]);
        CHECK(state.queue[i].body == texts[i]);
        const State read = session.read_keys({"k" + texts[i]});
        // One that ends with a star is a beginning.
        REQUIRE(read.find("k" + texts[i]) != nullptr);
        CHECK(*read.find("k" + texts[i]) == texts[i]);
    }
    std::vector<std::string> all;
    for (const std::string& text : texts) all.push_back("id" + text);
    session.remove(all);
    CHECK(session.peek().queue.empty());
}

TEST_CASE("a clock that was set back, or once far ahead, holds up and takes away nothing") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    const Instant now = 1'790'000'000'000;
    session.append({event("then", "{}", EventKind::answer, now + 3000)});
    CHECK(session.peek(9, now).queue.empty());
    CHECK(ids(session.peek(9, now + 3000)) == Strings{"then"});
    CHECK(ids(session.peek(9, now - 365 * kDay)) == Strings{"then"});  // absurdly far ahead: due
    Event ahead = event("ahead", "{}", EventKind::answer, now + 9000 * kDay);
    ahead.created_at = now + 9000 * kDay;
    session.append({ahead});
    CHECK(ids(session.peek(9, now + 3000)) == Strings{"then", "ahead"});
}

TEST_CASE("a child that was forked with the store open neither ends nor holds what is its parent's") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    CHECK(accept(session, "a"));
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(ends[1]);
        char unused = 0;
        _exit(read(ends[0], &unused, 1) == 0 ? 0 : 1);  // lives until the parent closes its end, and touches nothing
    }
    close(ends[0]);
    CHECK(accept(session, "b"));
    session.store().close();
    {
        Session again(open_sqlite(scratch.file()));
        CHECK(accept(again, "c"));
        CHECK(ids(again.peek()) == Strings{"a", "b", "c"});
    }
    close(ends[1]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
