// The mark by which the oldest events leave the queue: their rows lie there still, and nobody may see them again.
#include <algorithm>
#include <catch2/generators/catch_generators.hpp>

#include "outbox/sqlite_salvage.hpp"
#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

constexpr const char* kHead = "x'0068656164'";

std::string name(int i) { return "id-" + std::to_string(i); }

void append_numbered(Session& session, int from, int to, const std::string& body = "{}") {
    std::vector<Event> events;
    for (int i = from; i < to; ++i) events.push_back(event(name(i), body, EventKind::answer));
    session.append(events);
}

void remove_numbered(Session& session, int from, int to) {
    std::vector<std::string> gone;
    for (int i = from; i < to; ++i) gone.push_back(name(i));
    session.remove(gone);
}

// Of events, and not of the mark itself.
std::string rows_in_file(const std::string& path) { return ask_sql(path, "SELECT count(*) FROM queue WHERE seq > 0"); }

}  // namespace

TEST_CASE("the oldest leave by the mark alone, and with the last one their rows go") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    append_numbered(session, 0, 10);
    remove_numbered(session, 0, 4);
    CHECK(rows_in_file(scratch.file()) == "10");
    State state = session.peek(3);
    CHECK(ids(state) == std::vector<std::string>{name(4), name(5), name(6)});
    CHECK(state.totals.rows == 6);
    remove_numbered(session, 6, 8);  // not the oldest
    CHECK(rows_in_file(scratch.file()) == "8");
    remove_numbered(session, 2, 6);  // two of them for the second time
    state = session.peek();
    CHECK(ids(state) == std::vector<std::string>{name(8), name(9)});
    CHECK(state.totals.rows == 2);
    CHECK(state.totals.bytes == 4);
    remove_numbered(session, 8, 10);
    CHECK(rows_in_file(scratch.file()) == "0");
    CHECK(session.peek().totals.rows == 0);
    append_numbered(session, 0, 2);
    CHECK(ids(session.peek()) == std::vector<std::string>{name(0), name(1)});
}

TEST_CASE("what was removed by the mark stays so when the file is opened again, and for whoever else has it open") {
    const Scratch scratch;
    Session first(open_sqlite(scratch.file())), second(open_sqlite(scratch.file()));
    append_numbered(first, 0, 4);
    remove_numbered(second, 0, 1);
    CHECK(ids(first.peek()) == std::vector<std::string>{name(1), name(2), name(3)});
    remove_numbered(first, 1, 2);
    append_numbered(second, 4, 5);
    append_numbered(first, 5, 6);
    for (Session* session : {&first, &second}) {
        const State state = session->peek();
        CHECK(ids(state) == std::vector<std::string>{name(2), name(3), name(4), name(5)});
        CHECK(state.totals.rows == 4);
    }
    Session third(open_sqlite(scratch.file()));
    CHECK(ids(third.peek()) == std::vector<std::string>{name(2), name(3), name(4), name(5)});
}

TEST_CASE("an event that was removed by the mark may come again") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    append_numbered(session, 0, 3);
    Change aside;
    aside.removes = {name(0)};
    aside.appends = {event(name(0), "{\"again\":1}")};
    session.commit(aside);
    const State state = session.peek();
    CHECK(ids(state) == std::vector<std::string>{name(1), name(2), name(0)});
    CHECK(state.queue.back().body == "{\"again\":1}");
    CHECK(state.totals.rows == 3);
    // One that is queued does not.
    append_numbered(session, 0, 1);
    CHECK(session.peek().queue.back().body == "{\"again\":1}");
    CHECK(session.peek().totals.rows == 3);
}

TEST_CASE("when nothing but removed events lies there nothing is due") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.append({event("now"), event("later", "{}", EventKind::other, 5000)});
    session.remove({"now"});
    const State state = session.peek(10, 1000);
    CHECK(state.queue.empty());
    CHECK(state.totals.next_due == 5000);
}

TEST_CASE("half as much as the queue may hold lies there removed, and no more") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.append({event("held")});
    const std::string body(1u << 20, 'b');
    int most = 0;
    for (int i = 0; i < 40; ++i) {
        append_numbered(session, i, i + 1, body);
        if (i == 0) session.remove({"held"});
        if (i > 0) remove_numbered(session, i - 1, i);
        const int rows = std::stoi(rows_in_file(scratch.file()));
        most = std::max(most, rows);
        CHECK(ids(session.peek()) == std::vector<std::string>{name(i)});
    }
    CHECK(most >= 8);
    CHECK(most <= 10);
}

TEST_CASE("a place is given once, also when all events have gone in between") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    append_numbered(session, 0, 3);
    remove_numbered(session, 0, 3);
    append_numbered(session, 3, 4);
    CHECK(ask_sql(scratch.file(), "SELECT seq FROM queue") == "4");
    Change erased;
    erased.erase_everything = true;
    erased.appends = {event("deletion")};
    session.commit(erased);
    CHECK(ask_sql(scratch.file(), "SELECT seq FROM queue") == "5");
}

// As a disk that told a write to be done, and did not do it.
TEST_CASE("an older head in the place of the newest costs no event") {
    const Scratch scratch;
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    append_numbered(session, 0, 3);
    const std::string columns = "quote(value) || ',' || revision || ',' || checksum";
    const std::string older =
        ask_sql(scratch.file(), "SELECT " + columns + " FROM records WHERE key = " + std::string(kHead));
    append_numbered(session, 3, 5);
    run_sql(scratch.file(),
            "UPDATE records SET (value, revision, checksum) = (" + older + ") WHERE key = " + std::string(kHead));
    append_numbered(session, 5, 6);
    CHECK(ids(session.peek()) == std::vector<std::string>{name(0), name(1), name(2), name(3), name(4), name(5)});
    CHECK(session.peek().totals.rows == 6);
    CHECK(notices.size() == 1);
}

TEST_CASE("the mark stands twice: either tells a salvage what was removed") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        append_numbered(session, 0, 9);
        remove_numbered(session, 0, 5);
    }
    const char* const harm = GENERATE("SELECT 1", kHarmTotals, kDropTotals, "DELETE FROM queue WHERE seq < 0",
                                      "UPDATE queue SET created_at = 0 WHERE seq < 0");
    CAPTURE(harm);
    run_sql(scratch.file(), harm);
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const auto saved = outbox::sqlite::salvage(read_file(scratch.file()), "");
    REQUIRE(saved.events.size() == 4);
    CHECK(saved.events.front().event.id == name(5));
    CHECK(saved.lost == outbox::Lost{});
}

TEST_CASE("a deletion request that was delivered does not go out again with a no from the file beside") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        session.append({event("delivered", "{}", EventKind::control), event("waiting", "{}", EventKind::control),
                        event("answer", "{}", EventKind::answer)});
        session.remove({"delivered"});
    }
    write_file(scratch.file() + ".denied", "");
    Session session(open_sqlite(scratch.file()));
    CHECK(denied(session));
    CHECK(ids(session.peek()) == std::vector<std::string>{"waiting"});
    append_numbered(session, 0, 1);
    CHECK(ids(session.peek()) == std::vector<std::string>{"waiting", name(0)});
}
