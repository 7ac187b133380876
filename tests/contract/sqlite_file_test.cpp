// Files that are not as they should be: foreign, newer, damaged, cut short, not writable, on a full disk.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sqlite_files.hpp"

using namespace candor;
using namespace candor::contract;

namespace {

void make_store(const std::string& path, int events = 500) {
    Session session(open_sqlite(path));
    session.put("a", "1");
    std::vector<Event> all;
    for (int i = 0; i < events; ++i) all.push_back(event("id-" + std::to_string(i), std::string(200, 'x')));
    session.append(all);
}

std::string refusal(const std::string& path) {
    List<String> notices;
    auto store = outbox::sqlite_store(path, &notices);
    REQUIRE(!store.has_value());
    CHECK(notices.empty());
    CHECK(store.error().path == path);
    return store.error().reason;
}

void check_set_aside(const std::string& path, const std::string& damaged_bytes) {
    List<String> notices;
    Session session(open_sqlite(path, &notices));
    session.peek();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].find(path + ": ") == 0);
    CHECK(notices[0].find(".damaged") != std::string::npos);
    session.put("new", "1");
    CHECK(read_file(path + ".damaged") == damaged_bytes);
}

}  // namespace

TEST_CASE("a database of another program is refused and left as it is") {
    const Scratch scratch;
    SECTION("without an application id") {
        run_sql(scratch.file(), "CREATE TABLE notes(text); INSERT INTO notes VALUES('mine')");
    }
    SECTION("with another application id") { run_sql(scratch.file(), "PRAGMA application_id=4711; CREATE TABLE t(x)"); }
    SECTION("with nothing but a version") { run_sql(scratch.file(), "PRAGMA user_version=3"); }
    const std::string before = read_file(scratch.file());
    CHECK(refusal(scratch.file()) == "it is a database of another program");
    CHECK(read_file(scratch.file()) == before);
}

TEST_CASE("a file of a newer version is refused and left as it is") {
    const Scratch scratch;
    make_store(scratch.file());
    run_sql(scratch.file(), "PRAGMA user_version=3");
    const std::string before = read_file(scratch.file());
    const std::string reason = refusal(scratch.file());
    CHECK(reason.find("newer version") != std::string::npos);
    CHECK(reason.find("format 3") != std::string::npos);
    CHECK(read_file(scratch.file()) == before);
}

TEST_CASE("a damaged file is set aside whole and a new one begun") {
    const Scratch scratch;
    std::string bytes;
    SECTION("no database at all") { bytes = std::string(5000, 'g'); }
    SECTION("ten bytes") { bytes = "0123456789"; }
    SECTION("cut in the middle") {
        make_store(scratch.file());
        bytes = read_file(scratch.file());
        bytes.resize(bytes.size() / 2);
    }
    SECTION("cut within the header") {
        make_store(scratch.file());
        bytes = read_file(scratch.file()).substr(0, 60);
    }
    SECTION("pages overwritten") {
        make_store(scratch.file());
        bytes = read_file(scratch.file());
        REQUIRE(bytes.size() > 30'000);
        std::fill(bytes.begin() + 8192, bytes.begin() + 20'000, '\x5a');
    }
    SECTION("a table is missing") {
        make_store(scratch.file());
        run_sql(scratch.file(), "DROP TABLE queue");
        bytes = read_file(scratch.file());
    }
    SECTION("the totals are gone") {
        make_store(scratch.file());
        run_sql(scratch.file(), kDropTotals);
        bytes = read_file(scratch.file());
    }
    write_file(scratch.file(), bytes);
    check_set_aside(scratch.file(), bytes);
    List<String> notices;
    Session again(open_sqlite(scratch.file(), &notices));
    again.peek();
    CHECK(notices.empty());
    CHECK(*again.read_keys({"new"}).find("new") == "1");
}

TEST_CASE("bytes of the header may be wrong: nothing crashes, and a store or a reason comes out") {
    const Scratch scratch;
    make_store(scratch.file(), 3);
    const std::string sound = read_file(scratch.file());
    for (std::size_t i = 0; i < 100; i += 2) {
        std::string bytes = sound;
        bytes[i] = static_cast<char>(bytes[i] ^ 0xff);
        write_file(scratch.file(), bytes);
        auto store = outbox::sqlite_store(scratch.file());
        if (!store) {
            CHECK(!store.error().reason.empty());
            continue;
        }
        Session session(Subject{std::move(*store)});
        session.put("a", "2");
        CHECK(*session.read_keys({"a"}).find("a") == "2");
    }
}

TEST_CASE("a newer damage takes the place of an older one, so that what is kept is bounded") {
    const Scratch scratch;
    for (const char* bytes : {"first rubbish", "second rubbish"}) {
        write_file(scratch.file(), bytes);
        List<String> notices;
        open_sqlite(scratch.file(), &notices);
        CHECK(notices.size() == 1);
        CHECK(read_file(scratch.file() + ".damaged") == bytes);
        std::filesystem::remove(scratch.file());
    }
}

TEST_CASE("an empty file is a new store") {
    const Scratch scratch;
    write_file(scratch.file(), "");
    List<String> notices;
    Session session(open_sqlite(scratch.file(), &notices));
    CHECK(notices.empty());
    session.put("a", "1");
}

TEST_CASE("a path is a path, whatever SQLite would read into it") {
    const Scratch scratch;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    for (const char* name : {":memory:", "file:a.db?mode=memory", "with space & ümlaut.db"}) {
        {
            Session session(open_sqlite(name));
            session.put("a", "1");
        }
        CHECK(std::filesystem::exists(scratch.path() / name));
        Session again(open_sqlite(name));
        CHECK(again.read_keys({"a"}).find("a") != nullptr);
    }
    std::filesystem::current_path(before);
}

TEST_CASE("what is no place for a file gives a reason") {
    const Scratch scratch;
    CHECK(!refusal("").empty());
    CHECK(!refusal(std::string("a\0b", 3)).empty());
    CHECK(!refusal(scratch.file("missing/candor.db")).empty());
    CHECK(!refusal(scratch.path().string()).empty());
    write_file(scratch.file("plain"), "x");
    CHECK(!refusal(scratch.file("plain/candor.db")).empty());
}

TEST_CASE("a directory or file that may not be written gives a reason") {
    const Scratch scratch;
    const auto unprivileged = [&](const std::string& path) {
        return in_child([&] {
            if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 3;
            auto store = outbox::sqlite_store(path);
            return !store && !store.error().reason.empty() ? 0 : 1;
        });
    };
    SECTION("the directory") {
        REQUIRE(chmod(scratch.path().c_str(), 0555) == 0);
        CHECK(unprivileged(scratch.file()) == 0);
    }
    SECTION("the file") {
        make_store(scratch.file());
        REQUIRE(chmod(scratch.path().c_str(), 0777) == 0);
        REQUIRE(chmod(scratch.file().c_str(), 0444) == 0);
        CHECK(unprivileged(scratch.file()) == 0);
    }
}

// A limit on the size of files stands for a full disk: SQLite's writes fail in the same places.
TEST_CASE("on a full disk a change fails whole with a reason, and the store goes on when there is room again") {
    const Scratch scratch;
    const int outcome = in_child([&] {
        auto store = outbox::sqlite_store(scratch.file());
        if (!store) return 1;
        signal(SIGXFSZ, SIG_IGN);
        const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
        const rlimit limited{300'000, RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &limited);
        int committed = 0;
        std::optional<Error> error;
        for (int i = 0; i < 1000 && !error; ++i) {
            (*store)->transact(
                {outbox::Durability::full, {}, false, 0, 0, 0},
                [&](const State&) {
                    Change change;
                    change.puts = {{"n", std::to_string(i + 1)}};
                    change.appends = {event("e" + std::to_string(i), std::string(3000, 'x'))};
                    return change;
                },
                [&](const Result<void>& result) {
                    if (result) {
                        ++committed;
                    } else {
                        error = result.error();
                    }
                });
        }
        if (!error || committed == 0) return 2;
        if (error->path != scratch.file() || error->reason.empty()) return 3;
        setrlimit(RLIMIT_FSIZE, &unlimited);
        State seen;
        bool wrote = false;
        (*store)->transact(
            {outbox::Durability::full, {"n"}, false, 0, 5000, 1u << 30},
            [&](const State& state) {
                seen = state;
                Change change;
                change.appends = {event("after")};
                return change;
            },
            [&](const Result<void>& result) { wrote = result.has_value(); });
        if (!wrote) return 4;
        if (seen.queue.size() != static_cast<std::size_t>(committed)) return 5;
        if (seen.totals.rows != committed) return 6;
        return *seen.find("n") == std::to_string(committed) ? 0 : 7;
    });
    CHECK(outcome == 0);
    Session session(open_sqlite(scratch.file()));
    CHECK(session.peek().queue.back().id == "after");
}
