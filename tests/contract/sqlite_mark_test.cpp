// The mark by which the oldest events leave the queue: their rows lie there still, and nobody may see them again.
#include <algorithm>
#include <catch2/generators/catch_generators.hpp>
#include <limits>
#include <utility>

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

std::string head_in_file(const std::string& path) {
    return ask_sql(path, "SELECT quote(value) || ',' || revision || ',' || checksum FROM records WHERE key = " +
                             std::string(kHead));
}

// As a disk that told a write to be done, and did not do it.
void put_head_back(const std::string& path, const std::string& older) {
    run_sql(path, "UPDATE records SET (value, revision, checksum) = (" + older + ") WHERE key = " + std::string(kHead));
}

void replace(Session& session, const std::string& id, const Event& by) {
    Change change;
    change.removes = {id};
    change.appends = {by};
    session.commit(change, outbox::Durability::full);
}

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

TEST_CASE("what takes the place of as much is there after a restart, and what it replaced is not") {
    const Scratch scratch;
    List<String> notices;
    {
        Session session(open_sqlite(scratch.file()));
        session.append({event("first", "{\"score\":7}", EventKind::answer), event("other")});
        replace(session, "first", event("second", "{\"score\":8}", EventKind::answer, 3000));
        Session reader(open_sqlite(scratch.file()));
        CHECK(ids(reader.peek()) == Strings{"other"});
        replace(session, "other", event("other"));  // put aside
    }
    Session session(open_sqlite(scratch.file(), &notices));
    CHECK(ids(session.peek(100, 1000)) == Strings{"other"});  // the second is held
    session.remove({"other"});
    session.append({event("later")});
    CHECK(ids(session.peek(100, 5000)) == Strings{"second", "later"});
    CHECK(session.peek().totals.rows == 2);
    CHECK(notices.empty());
}

TEST_CASE("an older head in the place of the newest costs no event, whatever is done next") {
    const Scratch scratch;
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    append_numbered(session, 0, 3);
    const std::string older = head_in_file(scratch.file());
    Strings there;
    SECTION("with events behind it: the next is appended") {
        append_numbered(session, 3, 5);
        put_head_back(scratch.file(), older);
        append_numbered(session, 5, 6);
        there = {name(0), name(1), name(2), name(3), name(4), name(5)};
    }
    SECTION("with events behind it: all that it knows of are removed") {
        append_numbered(session, 3, 5);
        put_head_back(scratch.file(), older);
        remove_numbered(session, 0, 3);
        there = {name(3), name(4)};
    }
    SECTION("with free places below the mark") {
        append_numbered(session, 3, 7);
        session.remove({name(3)});
        remove_numbered(session, 0, 3);
        remove_numbered(session, 4, 6);
        put_head_back(scratch.file(), older);
        append_numbered(session, 7, 8);
        append_numbered(session, 8, 9);
        there = {name(6), name(7), name(8)};
    }
    SECTION("with a free place behind those that it knows of") {
        append_numbered(session, 3, 5);
        session.remove({name(3)});
        put_head_back(scratch.file(), older);
        append_numbered(session, 5, 6);
        there = {name(0), name(1), name(2), name(4), name(5)};
    }
    SECTION("and nothing but the mark has moved since") {
        remove_numbered(session, 0, 2);
        put_head_back(scratch.file(), older);
        there = {name(2)};
    }
    CHECK(ids(session.peek()) == there);
    CHECK(session.peek().totals.rows == static_cast<std::int64_t>(there.size()));
    CHECK(notices.size() == 1);
    CHECK(lost_of(session) == outbox::Lost{});
}

TEST_CASE("a head that counts too little takes nothing along") {
    const Scratch scratch;
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    append_numbered(session, 0, 3);
    outbox::sqlite::Head head;
    head.totals.rows = head.totals.answer_rows = 1;
    head.totals.bytes = head.totals.answer_bytes = 2;
    head.last = 3;
    const String value = outbox::sqlite::write_head(head);
    std::string hex;
    for (const char c : value) {
        for (const int digit : {(c >> 4) & 15, c & 15}) hex += "0123456789abcdef"[digit];
    }
    const std::int64_t checksum = outbox::sqlite::checksum_of(outbox::sqlite::kHeadRecord, value, 50);
    put_head_back(scratch.file(), "x'" + hex + "', 50, " + std::to_string(checksum));
    remove_numbered(session, 0, 1);
    CHECK(ids(session.peek()) == Strings{name(1), name(2)});
    CHECK(session.peek().totals.rows == 2);
    CHECK(notices.size() == 1);
}

TEST_CASE("a head of numbers that cannot be is none") {
    using outbox::sqlite::Head;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const auto reads = [](const Head& head) {
        Head read;
        return outbox::sqlite::read_head(outbox::sqlite::write_head(head), 1, read);
    };
    Head head;
    head.totals = {3, 30, 1, 10, kNever};
    head.last = 7;
    head.removed_through = 7;
    CHECK(reads(head));
    for (std::int64_t* number : {&head.totals.rows, &head.totals.bytes, &head.totals.answer_rows,
                                 &head.totals.answer_bytes, &head.last, &head.removed_through, &head.removed_bytes}) {
        for (const std::int64_t nonsense : {std::int64_t{-1}, kMost}) {
            const std::int64_t before = std::exchange(*number, nonsense);
            CHECK_FALSE(reads(head));
            *number = before;
        }
    }
    head.removed_through = 8;
    CHECK_FALSE(reads(head));
}

TEST_CASE("a transaction that fails after the mark has moved leaves it where it was") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    append_numbered(session, 0, 3);
    run_sql(
        scratch.file(),
        "CREATE TRIGGER failing BEFORE INSERT ON queue WHEN new.id = x'626164' BEGIN SELECT RAISE(ABORT, 'no'); END");
    append_numbered(session, 3, 4);
    Change change;
    change.removes = {name(0), name(1)};
    change.appends = {event("bad")};
    CHECK(session.transact({}, [&](const State&) { return change; }).has_value());
    CHECK(ids(session.peek()) == Strings{name(0), name(1), name(2), name(3)});
    CHECK(session.peek().totals.rows == 4);
}

TEST_CASE("events without a body are removed by the mark, too") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    append_numbered(session, 0, 3, "");
    remove_numbered(session, 0, 2);
    CHECK(ask_sql(scratch.file(), "SELECT created_at FROM queue WHERE seq < 0") == "2");
    remove_numbered(session, 2, 3);
    CHECK(rows_in_file(scratch.file()) == "0");
}

TEST_CASE("what was removed and is damaged is not counted as lost") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        append_numbered(session, 0, 9);
        remove_numbered(session, 0, 5);
    }
    run_sql(scratch.file(), kHarmTotals);
    run_sql(scratch.file(), "UPDATE queue SET body = x'00' WHERE seq BETWEEN 1 AND 3");
    run_sql(scratch.file(), "UPDATE queue SET body = x'00' WHERE seq = 7");
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const auto saved = outbox::sqlite::salvage(read_file(scratch.file()), "");
    CHECK(saved.events.size() == 3);
    CHECK(saved.lost == outbox::Lost{1, 0, 0, 0});
}

TEST_CASE("the mark stands twice: either tells a salvage what was removed") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        append_numbered(session, 0, 9);
        remove_numbered(session, 0, 5);
    }
    const char* const harm =
        GENERATE("SELECT 1", kHarmTotals, kDropTotals, "DELETE FROM queue WHERE seq < 0",
                 "UPDATE queue SET created_at = 0 WHERE seq < 0", "UPDATE queue SET created_at = 100 WHERE seq < 0");
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
    const bool older_head = GENERATE(false, true);
    {
        Session session(open_sqlite(scratch.file()));
        session.append({event("delivered", "{}", EventKind::control), event("waiting", "{}", EventKind::control),
                        event("answer", "{}", EventKind::answer)});
        const std::string head = head_in_file(scratch.file());
        session.remove({"delivered"});
        if (older_head) put_head_back(scratch.file(), head);
    }
    write_file(scratch.file() + ".denied", "");
    Session session(open_sqlite(scratch.file()));
    CHECK(denied(session));
    CHECK(ids(session.peek()) == std::vector<std::string>{"waiting"});
    append_numbered(session, 0, 1);
    CHECK(ids(session.peek()) == std::vector<std::string>{"waiting", name(0)});
}
