// A process that dies at any of the steps by which a damaged file is set aside. The calls of the system by which files
// change their names are taken over for that, so this is a program of its own.
#include <dlfcn.h>

#include <catch2/generators/catch_generators.hpp>
#include <cstdio>

#include "sqlite_files.hpp"

namespace {

int calls = 0;
int dies_at = 0;  // 0: never

void count_call() {
    if (dies_at != 0 && ++calls == dies_at) _exit(77);
}

template <class Function>
Function* system_call(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int rename(const char* from, const char* to) noexcept {
    static auto* const kReal = system_call<int(const char*, const char*)>("rename");
    count_call();
    return kReal(from, to);
}

extern "C" int remove(const char* path) noexcept {
    static auto* const kReal = system_call<int(const char*)>("remove");
    count_call();
    return kReal(path);
}

extern "C" int unlink(const char* path) noexcept {
    static auto* const kReal = system_call<int(const char*)>("unlink");
    count_call();
    return kReal(path);
}

extern "C" int fsync(int file) {
    static auto* const kReal = system_call<int(int)>("fsync");
    count_call();
    return kReal(file);
}

extern "C" int fdatasync(int file) {
    static auto* const kReal = system_call<int(int)>("fdatasync");
    count_call();
    return kReal(file);
}

using namespace candor;
using namespace candor::contract;

namespace {

// As a process that was killed leaves it: the last answers are in the log alone.
void make_damaged(const std::string& path) {
    const Scratch other;
    Session session(open_sqlite(other.file()));
    session.append({event("a", std::string(9000, 'a'), EventKind::answer), event("b", "{}", EventKind::answer)});
    session.put("person/1", "old");
    run_sql(other.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    session.append({event("c", "{}", EventKind::answer)});
    session.put("person/1", "new");
    run_sql(other.file(), kHarmTotals);
    write_file(path, read_file(other.file()));
    write_file(path + "-wal", read_file(other.file() + "-wal"));
}

int open_and_die(const std::string& path, int at) {
    return in_child([&] {
        dies_at = at;
        auto store = outbox::sqlite_store(path);
        dies_at = 0;
        return store ? 0 : 1;
    });
}

void check_saved(const std::string& path, bool denied_before) {
    Session session(open_sqlite(path));
    CHECK(denied(session) == denied_before);
    if (denied_before) {
        CHECK(session.peek().queue.empty());
        return;
    }
    CHECK(ids(session.peek()) == Strings{"a", "b", "c"});
    CHECK(session.peek().queue[0].body == std::string(9000, 'a'));
    CHECK(*session.read_keys({"person/1"}).find("person/1") == "new");
    session.append({event("d", "{}", EventKind::answer)});
    CHECK(session.peek().queue.back().id == "d");
}

}  // namespace

TEST_CASE("a crash at any step of setting a damaged file aside loses nothing of it") {
    const bool denied_before = GENERATE(false, true);
    int steps = 0;
    for (int outcome = 77; outcome == 77; ++steps) {
        const Scratch scratch;
        make_damaged(scratch.file());
        if (denied_before) write_file(scratch.file() + ".denied", "");
        CAPTURE(steps, denied_before);
        outcome = open_and_die(scratch.file(), steps + 1);
        CHECK((outcome == 77 || outcome == 0));
        check_saved(scratch.file(), denied_before);
        CHECK(!std::filesystem::exists(scratch.file() + ".salvaging"));
        CHECK(!std::filesystem::exists(scratch.file() + ".salvaged"));
    }
    CHECK(steps > 8);
}

TEST_CASE("a second crash while the first one's work is finished loses nothing either") {
    int first = 0, pairs = 0;
    for (int outcome = 77; outcome == 77; ++first) {
        for (int second = 0, again = 77; again == 77; ++second, ++pairs) {
            const Scratch scratch;
            make_damaged(scratch.file());
            CAPTURE(first, second);
            outcome = open_and_die(scratch.file(), first + 1);
            again = open_and_die(scratch.file(), second + 1);
            check_saved(scratch.file(), false);
        }
    }
    CHECK(pairs > 40);
}

TEST_CASE("between a crash and the next start the damaged file may have taken more: that is saved, too") {
    const Scratch scratch;
    make_damaged(scratch.file());
    // What was saved before, and is whole, stands ready; and nothing has moved yet.
    { Session earlier(open_sqlite(scratch.file("earlier.db"))); }
    std::filesystem::rename(scratch.file("earlier.db"), scratch.file() + ".salvaged");
    check_saved(scratch.file(), false);
}

TEST_CASE("a denial and a grant are whole whenever the process dies") {
    const bool grants = GENERATE(false, true);
    int steps = 0;
    for (int outcome = 77; outcome == 77; ++steps) {
        const Scratch scratch;
        {
            Session session(open_sqlite(scratch.file()));
            session.append({event("answer", "{}", EventKind::answer)});
            if (grants) deny(session);
        }
        CAPTURE(steps, grants);
        bool committed = false;
        outcome = in_child([&] {
            auto store = outbox::sqlite_store(scratch.file());
            if (!store) return 1;
            Change change;
            change.erase_everything = !grants;
            if (grants) change.erases = {"denied"};
            if (!grants) change.puts = {{"denied", "1"}};
            Request request;
            request.durability = outbox::Durability::full;
            dies_at = steps + 1;
            (*store)->transact(
                request, [&](const State&) { return change; },
                [&](const Result<void>& result) { committed = result.has_value(); });
            dies_at = 0;
            return committed ? 0 : 2;
        });
        CHECK((outcome == 77 || outcome == 0));
        Session session(open_sqlite(scratch.file()));
        const bool no = denied(session);
        CHECK(no == std::filesystem::exists(scratch.file() + ".denied"));
        if (outcome == 0) CHECK(no != grants);
        if (steps == 0 && grants) CHECK(no);
        if (no) CHECK(session.peek().totals.answer_rows == 0);
        if (!no && !grants) CHECK(session.peek().totals.answer_rows == 1);
    }
    CHECK(steps >= 3);
}
