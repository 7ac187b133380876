// The format of the file: checksums, and what older and newer versions wrote.
#include <catch2/generators/catch_generators.hpp>

#include "outbox/sqlite_checksum.hpp"
#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

std::string fixture(const std::string& name) { return read_file(CANDOR_TESTS_DIR "/contract/files/" + name); }

}  // namespace

TEST_CASE("the checksum is XXH64") {
    const auto hash = [](std::string_view bytes, std::uint64_t seed = 0) {
        return outbox::sqlite::hash64(bytes, seed);
    };
    CHECK(hash("") == 0xef46db3751d8e999U);
    CHECK(hash("a") == 0xd24ec4f1a98c6e5bU);
    CHECK(hash("abc") == 0x44bc2cf5ad770999U);
    CHECK(hash("Nobody inspects the spammish repetition") == 0xfbcea83c8a378bf1U);
    CHECK(hash("", 1) != hash(""));
}

TEST_CASE("columns that run into each other have another checksum") {
    using outbox::sqlite::Checksum;
    const std::int64_t one = Checksum(1).bytes("ab").bytes("c").value();
    CHECK(one != Checksum(1).bytes("a").bytes("bc").value());
    CHECK(one != Checksum(2).bytes("ab").bytes("c").value());
    CHECK(Checksum(1).integer(1).value() != Checksum(1).integer(256).value());
    CHECK(Checksum(1).integer(-1).value() == Checksum(1).integer(-1).value());
}

// Made by the last build that wrote version 1: 20 events of all kinds in turn, one of them removed again, one long, one
// held, one that was put aside once; and four records.
TEST_CASE("a file of version 1 is brought to the format of today with all that it holds") {
    const Scratch scratch;
    write_file(scratch.file(), fixture("version-1.db"));
    for (int opening = 0; opening < 2; ++opening) {
        List<String> notices;
        Session session(open_sqlite(scratch.file(), &notices));
        CHECK(notices.empty());
        const State records = session.read_keys({"*"});
        CHECK(keys(records) == Strings{"document", "install", "o'clock", "person/user-7"});
        CHECK(*records.find("install") == "{\"install\":\"i-1\"}");
        CHECK(*records.find("person/user-7") == "{\"id\":\"it's\"}");
        CHECK(*records.find("o'clock") == std::string("a\0b'; DROP TABLE queue; --\xff", 27));
        CHECK(*records.find("document") == std::string(9000, 'd'));
        const State state = session.peek(100, 1'790'000'003'000);
        REQUIRE(state.queue.size() == 19);
        std::size_t at = 0;
        for (int i = 0; i < 20; ++i) {
            if (i == 5) continue;
            const Event& e = state.queue[at++];
            CHECK(e.id == "0192f0c1-0000-7000-8000-0000000000" + std::string(i < 10 ? "0" : "") + std::to_string(i));
            const std::string text = i == 6 ? std::string(20000, 'L') : "it's " + std::to_string(i);
            CHECK(e.body == "{\"text\":\"" + text + "\"}");
            CHECK(e.kind == static_cast<EventKind>(i % 4));
            CHECK(e.created_at == 1'790'000'000'000 + i);
            CHECK(e.hold_until == (i == 8 ? 1'790'000'003'000 : 0));
            CHECK(e.attempts == (i == 3 ? 1 : 0));
        }
        CHECK(state.totals.rows == 19);
        CHECK(state.totals.answer_rows == 5);
        CHECK(state.totals.bytes == 20327);
        CHECK(state.totals.answer_bytes == 87);
        CHECK(!denied(session));
    }
    CHECK(ask_sql(scratch.file(), "PRAGMA user_version") == "2");
    CHECK(ask_sql(scratch.file(), "PRAGMA integrity_check") == "ok");
    Session fresh(open_sqlite(scratch.file("fresh.db")));
    const std::string schema = "SELECT sql FROM sqlite_master ORDER BY name";
    CHECK(ask_sql(scratch.file(), schema) == ask_sql(scratch.file("fresh.db"), schema));
}

TEST_CASE("who said no in version 1 has said no, and it is kept twice from then on") {
    const Scratch scratch;
    write_file(scratch.file(), fixture("version-1-denied.db"));
    Session session(open_sqlite(scratch.file()));
    CHECK(denied(session));
    CHECK(session.peek().queue.size() == 1);
    CHECK(std::filesystem::exists(scratch.file() + ".denied"));
}

TEST_CASE("a file of version 1 whose rows cannot be read is set aside, and counts as a no") {
    const Scratch scratch;
    std::string bytes = fixture("version-1.db");
    std::fill(bytes.begin() + 4096, bytes.begin() + 9000, '\x5a');
    write_file(scratch.file(), bytes);
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    CHECK(notices.size() == 1);
    CHECK(denied(session));
    CHECK(session.peek().queue.empty());
    CHECK(read_file(scratch.file() + ".damaged") == bytes);
}

TEST_CASE("a row that is not as it was written is not handed out, stops nothing, and is counted") {
    const Scratch scratch;
    struct Harm {
        const char* sql;
        int events, records;
        outbox::Lost lost;
    };
    const auto harm = GENERATE(Harm{"UPDATE queue SET body = x'7b7e' WHERE seq = 2", 3, 2, {1, 0, 0, 0}},
                               Harm{"UPDATE queue SET id = x'61' WHERE seq = 2", 3, 2, {1, 0, 0, 0}},
                               Harm{"UPDATE queue SET kind = 3 WHERE seq = 2", 3, 2, {1, 0, 0, 0}},
                               Harm{"UPDATE queue SET created_at = created_at + 1 WHERE seq = 3", 3, 2, {0, 0, 1, 0}},
                               Harm{"UPDATE queue SET hold_until = -1 WHERE seq = 3", 3, 2, {0, 0, 1, 0}},
                               Harm{"UPDATE queue SET attempts = 1 WHERE seq = 3", 3, 2, {0, 0, 1, 0}},
                               Harm{"UPDATE queue SET checksum = checksum + 1 WHERE seq = 4", 3, 2, {0, 0, 0, 1}},
                               Harm{"UPDATE queue SET seq = 9 WHERE seq = 4", 3, 2, {0, 0, 0, 1}},
                               Harm{"UPDATE records SET value = x'00' WHERE key = x'61'", 4, 1, {0, 0, 0, 0}},
                               Harm{"UPDATE records SET key = x'7a' WHERE key = x'61'", 4, 1, {0, 0, 0, 0}},
                               Harm{"UPDATE records SET revision = revision + 1 WHERE key = x'61'", 4, 1, {0, 0, 0, 0}},
                               Harm{kHarmTotals, 4, 2, {0, 0, 0, 0}});
    CAPTURE(harm.sql);
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    session.put("a", "1");
    session.put("b", "2");
    session.append({event("control", "{}", EventKind::control), event("answer", "{}", EventKind::answer),
                    event("exposure", "{}", EventKind::exposure), event("other")});
    run_sql(scratch.file(), harm.sql);  // while the store is open
    const State records = session.read_keys({"*"});
    const State state = session.peek();
    CHECK(static_cast<int>(state.queue.size()) == harm.events);
    CHECK(state.totals.rows == harm.events);
    CHECK(static_cast<int>(session.read_keys({"a", "b"}).records.size()) == harm.records);
    CHECK(*records.find("b") == "2");
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].find(scratch.file() + ".damaged") != std::string::npos);
    CHECK(lost_of(session) == harm.lost);
    session.append({event("after", "{}", EventKind::answer)});
    CHECK(session.peek().queue.back().id == "after");
    CHECK(notices.size() == 1);
}
