// What is saved of damaged files: every row that is as it was written, each once, and a no.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <catch2/generators/catch_generators.hpp>

#include "outbox/sqlite_pages.hpp"
#include "outbox/sqlite_salvage.hpp"
#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

constexpr std::size_t kPage = 4096;

std::string body(int i) {
    return "{\"n\":" + std::to_string(i) + ",\"text\":\"" + std::string(static_cast<std::size_t>(i * 37 % 900), 'x') +
           "\"}";
}

std::string name(int i) { return "id-" + std::to_string(i); }

// Rows that came and went, long ones, and records that were written often: 0 to `events`, of which the first half is
// delivered. Nothing of it is in the log afterwards.
void make_used(const std::string& path, int events = 200) {
    Session session(open_sqlite(path));
    for (int i = 0; i < events; i += 10) {
        std::vector<Event> some;
        for (int k = i; k < i + 10; ++k) some.push_back(event(name(k), body(k), static_cast<EventKind>(k % 4)));
        session.append(some);
        session.put("person/1", std::string(3000, 'a') + std::to_string(i));
        session.put("person/" + std::to_string(i), std::string(500, 'b'));
    }
    std::vector<std::string> gone;
    for (int i = 0; i < events / 2; ++i) gone.push_back(name(i));
    session.remove(gone);
    session.append({event("long", std::string(50'000, 'l'), EventKind::answer)});
    session.put("long", std::string(30'000, 'r'));
}

std::map<std::string, std::string> bodies(const State& state) {
    std::map<std::string, std::string> all;
    for (const Event& e : state.queue) {
        CHECK(all.count(e.id) == 0);
        all[e.id] = e.body;
    }
    return all;
}

std::map<std::string, std::string> values(const State& state) {
    std::map<std::string, std::string> all;
    for (const Record& record : state.records) all[record.key] = record.value;
    return all;
}

template <class Map>
std::size_t missing(const Map& before, const Map& after) {
    std::size_t count = 0;
    for (const auto& [key, value] : before) count += after.count(key) == 0 ? 1 : 0;
    return count;
}

template <class Map>
void check_none_invented(const Map& before, const Map& after) {
    for (const auto& [key, value] : after) {
        if (key == "damaged") continue;
        INFO(key);
        REQUIRE(before.count(key) == 1);
        CHECK(before.at(key) == value);
    }
}

std::int64_t sum(const outbox::Lost& lost) { return lost[0] + lost[1] + lost[2] + lost[3]; }

}  // namespace

TEST_CASE("each page in turn is destroyed: the rows of all others are saved once each, and losses are counted") {
    const Scratch scratch;
    make_used(scratch.file());
    const std::string sound = read_file(scratch.file());
    std::map<std::string, std::string> events, records;
    {
        Session session(open_sqlite(scratch.file()));
        events = bodies(session.peek());
        records = values(session.read_keys({"*"}));
    }
    REQUIRE(sound.size() / kPage > 20);
    const bool zeros = GENERATE(false, true);
    std::size_t most_lost = 0, whole = 0;
    for (std::size_t page = 0; page < sound.size() / kPage; ++page) {
        std::string bytes = sound;
        for (std::size_t i = 0; i < kPage; ++i) bytes[page * kPage + i] = zeros ? '\0' : static_cast<char>(i * 31 + 7);
        write_file(scratch.file(), bytes);
        std::filesystem::remove(scratch.file() + "-wal");
        std::filesystem::remove(scratch.file() + "-shm");
        CAPTURE(page, zeros);
        List<String> notices;
        Session session(open_sqlite(scratch.file(), &notices));
        session.read_keys({"*"});
        const auto events_left = bodies(session.peek());
        const auto records_left = values(session.read_keys({"*"}));
        check_none_invented(events, events_left);
        check_none_invented(records, records_left);
        CHECK(notices.size() <= 1);
        const std::size_t lost = missing(events, events_left);
        if (lost == 0 && missing(records, records_left) == 0) ++whole;
        most_lost = std::max(most_lost, lost);
        // The totals are on another page than events.
        if (lost > 0) CHECK(sum(lost_of(session)) == static_cast<std::int64_t>(lost));
        session.append({event("after")});
        CHECK(session.peek().queue.back().id == "after");
    }
    CHECK(most_lost < 30);
    CHECK(whole >= 3);  // inner pages, free ones, those of the indices
}

TEST_CASE("what was delivered does not come back, and of a record the newest is saved") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        std::vector<Event> all;
        for (int i = 0; i < 200; ++i) all.push_back(event(name(i), body(i), EventKind::answer));
        session.append(all);
        for (int i = 0; i < 200; ++i) {
            session.put("person/" + std::to_string(i % 7), std::string(500, 'r') + std::to_string(i));
            session.put("gone/" + std::to_string(i), std::string(500, 'g'));
        }
        run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
        // The oldest waits, so that the others are deleted.
        std::vector<std::string> delivered;
        for (int i = 1; i < 150; ++i) delivered.push_back(name(i));
        session.remove(delivered);
        Change erased;
        erased.erases = {"gone/*"};
        session.commit(erased);
    }
    std::string bytes = read_file(scratch.file());
    const auto saved = outbox::sqlite::salvage(bytes, "");
    CHECK(saved.events.size() == 51);
    CHECK(saved.events[1].event.id == name(150));
    CHECK(saved.records.size() == 7);
    CHECK(*saved.find("person/0") == std::string(500, 'r') + "196");
    CHECK(sum(saved.lost) == 0);

    SECTION("without the list of free pages what lies there is as good as queued, each once") {
        std::fill(bytes.begin() + 32, bytes.begin() + 40, '\0');
        const auto again = outbox::sqlite::salvage(bytes, "");
        CHECK(again.events.size() > 51);
        std::set<std::string> ids;
        for (const auto& row : again.events) CHECK(ids.insert(row.event.id).second);
        CHECK(*again.find("person/0") == std::string(500, 'r') + "196");
    }
    SECTION("a list that does not add up is none") {
        bytes[39] ^= 1;
        CHECK(outbox::sqlite::salvage(bytes, "").events.size() > 51);
    }
}

// Pages as a tree may have left them behind: the older version of a record on one that is not told to be free.
TEST_CASE("of two versions of a record the newer one is saved, wherever each lies") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.put("k", "old");
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string old = read_file(scratch.file());
    session.put("k", "new");
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string newer = read_file(scratch.file());
    for (const bool old_first : {false, true}) {
        std::string bytes = newer;
        const std::string both = old_first ? old.substr(kPage, kPage) + newer.substr(kPage, kPage)
                                           : newer.substr(kPage, kPage) + old.substr(kPage, kPage);
        const auto saved = outbox::sqlite::salvage(bytes.substr(0, kPage) + both + bytes.substr(2 * kPage), "");
        REQUIRE(saved.find("k") != nullptr);
        CHECK(*saved.find("k") == "new");
    }
}

TEST_CASE("what was committed to the log alone is saved from it, and what was not committed is not") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.append({event("first", "{}", EventKind::answer)});
    session.put("k", "old");
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    session.append({event("second", std::string(20'000, 's'), EventKind::answer)});
    session.put("k", "new");
    session.remove({"first"});
    const std::string file = read_file(scratch.file()), log = read_file(scratch.file() + "-wal");
    REQUIRE(log.size() > 30'000);
    const auto saved = outbox::sqlite::salvage(file, log);
    REQUIRE(saved.events.size() == 1);
    CHECK(saved.events[0].event.id == "second");
    CHECK(*saved.find("k") == "new");
    CHECK(outbox::sqlite::salvage(file, "").events.size() == 1);
    CHECK(*outbox::sqlite::salvage(file, "").find("k") == "old");
    // The last frame is that of the commit: without it the removal was none.
    const auto cut = outbox::sqlite::salvage(file, log.substr(0, log.size() - 100));
    CHECK(cut.events.size() == 2);
    CHECK(*cut.find("k") == "new");
}

TEST_CASE("damage that shows while the store is open: the transaction runs again on what was saved") {
    const Scratch scratch;
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    std::vector<Event> many;
    for (int i = 0; i < 4000; ++i) many.push_back(event(name(i), std::string(1000, 'x'), EventKind::answer));
    session.append(many);
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    const std::string sound = read_file(scratch.file());
    const std::string garbage(10 * kPage, '\x77');
    overwrite(scratch.file(), 900 * kPage, garbage);
    int steps = 0;
    std::size_t seen = 0;
    Request request;
    request.durability = outbox::Durability::full;
    request.peek_rows = 10'000;
    request.peek_bytes = 1u << 30;
    const auto error = session.transact(request, [&](const State& state) {
        ++steps;
        seen = state.queue.size();
        Change change;
        change.appends = {event("accepted", "{}", EventKind::answer)};
        return change;
    });
    REQUIRE(!error);
    CHECK(steps == 1);
    REQUIRE(notices.size() == 1);
    CHECK(seen >= 3900);
    CHECK(lost_of(session)[0] == 4000 - static_cast<std::int64_t>(seen));
    CHECK(session.peek().queue.back().id == "accepted");
    Session again(open_sqlite(scratch.file()));
    CHECK(again.peek().queue.size() == seen + 1);
}

TEST_CASE("of two stores on one file that finds itself damaged both go on, on the same new one") {
    const Scratch scratch;
    List<String> one_said, two_said;
    Session one(open_sqlite(scratch.file(), &one_said)), two(open_sqlite(scratch.file(), &two_said));
    one.append({event("a", "{}", EventKind::answer), event("b", "{}", EventKind::answer)});
    two.append({event("c", "{}", EventKind::answer)});
    run_sql(scratch.file(), "UPDATE queue SET body = x'00' WHERE seq = 2");
    CHECK(ids(one.peek()) == Strings{"a", "c"});
    two.append({event("d", "{}", EventKind::answer)});
    one.append({event("e", "{}", EventKind::answer)});
    CHECK(ids(two.peek()) == Strings{"a", "c", "d", "e"});
    CHECK(one_said.size() + two_said.size() == 1);
}

TEST_CASE("a no outlives whatever happens to the database") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        session.append({event("answer", "secret", EventKind::answer)});
        session.put("person/1", "secret");
        deny(session);
    }
    const std::string path = scratch.file();
    const auto harm = GENERATE(0, 1, 2, 3, 4, 5);
    CAPTURE(harm);
    switch (harm) {
        case 0: write_file(path, std::string(9000, 'g')); break;
        case 1: write_file(path, ""); break;
        case 2: std::filesystem::remove(path); break;
        case 3: overwrite(path, kPage, std::string(kPage, '\0')); break;  // the records
        case 4: write_file(path, read_file(path).substr(0, 5000)); break;
        case 5: run_sql(path, "DROP TABLE records"); break;
    }
    Session session(open_sqlite(path));
    CHECK(denied(session));
    for (const Event& e : session.peek().queue) CHECK(e.kind == EventKind::control);
    if (harm == 3 || harm == 5) CHECK(ids(session.peek()) == Strings{"deletion"});
    CHECK(session.read_keys({"person/*"}).records.empty());
}

TEST_CASE("a no in a damaged file gives back no answer that had been erased") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.append({event("answer", "secret", EventKind::answer)});
    session.put("person/1", "secret");
    const std::string before = read_file(scratch.file()), log = read_file(scratch.file() + "-wal");
    deny(session);
    session.store().close();
    // The state of before the erasure: a disk has lost what was written since, or somebody has put an old copy back.
    write_file(scratch.file(), before);
    write_file(scratch.file() + "-wal", log);
    if (GENERATE(false, true)) overwrite(scratch.file() + "-wal", 32 + 24, "x");
    Session again(open_sqlite(scratch.file()));
    CHECK(denied(again));
    CHECK(again.peek().queue.empty());
    CHECK(again.read_keys({"person/*"}).records.empty());
}

TEST_CASE("a no that was taken back stays so, also in a damaged file") {
    const Scratch scratch;
    {
        Session session(open_sqlite(scratch.file()));
        deny(session);
        CHECK(std::filesystem::exists(scratch.file() + ".denied"));
        Change granted;
        granted.erases = {"denied"};
        session.commit(granted);
        CHECK(!std::filesystem::exists(scratch.file() + ".denied"));
        session.append({event("answer", "{}", EventKind::answer)});
    }
    overwrite(scratch.file(), 0, std::string(100, 'g'));
    Session session(open_sqlite(scratch.file()));
    CHECK(!denied(session));
    CHECK(session.peek().queue.back().id == "answer");
}

TEST_CASE("where the record or the file beside it says no, it is a no, and nothing else is kept") {
    const Scratch scratch;
    const std::string copy = scratch.file() + ".denied", secret = "the secret words of a person";
    {
        Session session(open_sqlite(scratch.file()));
        session.put("person/1", secret);
        session.append({event("answer", secret, EventKind::answer), event("deletion", "{}", EventKind::control)});
    }
    write_file(copy, "");  // the commit that erases never came
    {
        Session session(open_sqlite(scratch.file()));
        CHECK(keys(session.read_keys({"*"})) == Strings{"denied"});
        CHECK(ids(session.peek()) == Strings{"deletion"});
        CHECK(session.peek().totals.rows == 1);
    }
    CHECK(!directory_holds(scratch.path(), secret));
    std::filesystem::remove(copy);
    Session session(open_sqlite(scratch.file()));
    CHECK(denied(session));
    CHECK(std::filesystem::exists(copy));
}

TEST_CASE("a grant that cannot be committed leaves the no where it was, twice") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    deny(session);
    run_sql(scratch.file(),
            "CREATE TRIGGER failing BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'not today'); END");
    Change granted;
    granted.erases = {"denied"};
    REQUIRE(session.transact({}, [&](const State&) { return granted; }));
    CHECK(denied(session));
    CHECK(std::filesystem::exists(scratch.file() + ".denied"));
}

TEST_CASE("a denial that cannot be kept twice is refused, and tried again it holds") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    std::filesystem::create_directory(scratch.file() + ".denied.d");
    std::filesystem::create_directory_symlink("nowhere/at/all", scratch.file() + ".denied");
    Change change;
    change.puts = {{"denied", "1"}};
    const auto error = session.transact({}, [&](const State&) { return change; });
    REQUIRE(error);
    CHECK(error->path == scratch.file());
    CHECK(error->reason.find("said no") != std::string::npos);
    CHECK(!denied(session));
    std::filesystem::remove(scratch.file() + ".denied");
    deny(session);
    CHECK(denied(session));
}

// In a file of so many losses the counts add up until somebody has told of them.
TEST_CASE("what a second damage costs is added to what is not reported yet") {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    session.append({event("a", "{}", EventKind::answer), event("b", "{}", EventKind::answer), event("c")});
    for (const char* seq : {"1", "1"}) {
        run_sql(scratch.file(), std::string("UPDATE queue SET body = x'00' WHERE seq = ") + seq);
        session.peek();
    }
    CHECK(lost_of(session) == outbox::Lost{2, 0, 0, 0});
    Change told;
    told.erases = {std::string(outbox::kDamagedRecord)};
    session.commit(told);
    CHECK(lost_of(session) == outbox::Lost{});
}

TEST_CASE("a record of losses that is none means none") {
    using outbox::read_lost;
    CHECK(read_lost("1 2 3 4") == outbox::Lost{1, 2, 3, 4});
    CHECK(read_lost(outbox::write_lost({5, 6, 7, 8})) == outbox::Lost{5, 6, 7, 8});
    for (const char* record : {"", "1 2 3", "a", "1 2 -3 4", "99999999999999999999 1 1 1"}) {
        CHECK(read_lost(record) == outbox::Lost{});
    }
}

TEST_CASE("bits that flip anywhere cost no row but those that they hit") {
    const Scratch scratch;
    make_used(scratch.file(), 100);
    const std::string sound = read_file(scratch.file());
    const auto all = outbox::sqlite::salvage(sound, "");
    std::map<std::string, std::string> before;
    for (const auto& row : all.events) before[row.event.id] = row.event.body;
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string bytes = sound;
        // Behind the list of free pages, whose loss lets delivered rows come back.
        for (int i = 0; i < 3; ++i) {
            bytes[40 + random() % (bytes.size() - 40)] ^= static_cast<char>(1 << random() % 8);
        }
        std::map<std::string, std::string> after;
        for (const auto& row : outbox::sqlite::salvage(bytes, "").events) {
            CHECK(after.emplace(row.event.id, row.event.body).second);
        }
        std::size_t delivered = 0;
        for (const auto& [id, text] : after) {
            if (before.count(id) == 0) {
                ++delivered;
                continue;
            }
            CHECK(before.at(id) == text);
        }
        if (delivered == 0) CHECK(missing(before, after) <= 30);  // three pages at the worst
    }
}
