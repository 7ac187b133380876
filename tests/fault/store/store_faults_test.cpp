// The SQLite store on a disk that fails at each operation in turn, in each way: whatever was accepted is there when the
// disk is sound again, nothing is there that nobody gave, and a no is a no.
#include <catch2/generators/catch_generators.hpp>
#include <set>

#include "contract/sqlite_files.hpp"
#include "faulty_disk.hpp"

using namespace candor;
using namespace candor::contract;
using fault::Fault;

namespace {

// What a script knows of its store, by what it was told.
struct Book {
    std::set<std::string> accepted;  // told to be durable, and not given back since
    std::set<std::string> given;     // all that ever was
    std::set<std::string> removed;   // told to be so
    int refused = 0;                 // answers
    bool denial_asked = false, denial_accepted = false, grant_asked = false, grant_accepted = false;
};

using Script = void (*)(outbox::Store& store, Book& book);

bool commit(outbox::Store& store, const Change& change, outbox::Durability durability) {
    Request request;
    request.durability = durability;
    request.reads = {"person/1"};
    request.peek_rows = 3;
    request.peek_bytes = 1u << 20;
    bool ok = false;
    store.transact(
        request, [&](const State&) { return change; }, [&](const Result<void>& result) { ok = result.has_value(); });
    return ok;
}

void answer(outbox::Store& store, Book& book, const std::string& id) {
    Change change;
    change.puts = {{"person/1", "answered " + id}};
    change.appends = {event(id, "{\"id\":\"" + id + "\"}" + std::string(700, ' '), EventKind::answer)};
    book.given.insert(id);
    if (commit(store, change, outbox::Durability::full)) {
        book.accepted.insert(id);
    } else {
        ++book.refused;
    }
}

void accept_and_drain(outbox::Store& store, Book& book) {
    for (const char* id : {"a0", "a1", "a2"}) answer(store, book, id);
    Change delivered;
    delivered.removes = {"p0", "p1"};
    for (const char* id : {"p0", "p1"}) book.accepted.erase(id);
    commit(store, delivered, outbox::Durability::normal);
    Change other;
    other.appends = {event("o0", "{}", EventKind::other)};
    book.given.insert("o0");
    commit(store, other, outbox::Durability::normal);
    for (const char* id : {"a3", "a4"}) answer(store, book, id);
}

void settle(outbox::Store& store, Book& book, std::initializer_list<const char*> ids) {
    Change change;
    std::set<std::string> were;
    for (const char* id : ids) {
        change.removes.push_back(id);
        if (book.accepted.erase(id) != 0) were.insert(id);
    }
    if (commit(store, change, outbox::Durability::full)) book.removed.insert(were.begin(), were.end());
}

// The mark moves on, rows are deleted behind it, and twice the queue is empty in between.
void settle_often(outbox::Store& store, Book& book) {
    for (const char* id : {"a0", "a1"}) answer(store, book, id);
    settle(store, book, {"p0", "p1"});
    settle(store, book, {"p3"});
    answer(store, book, "a2");
    settle(store, book, {"p2", "a0"});
    settle(store, book, {"a1", "a2"});
    for (const char* id : {"a3", "a4"}) answer(store, book, id);
    settle(store, book, {"a3"});
    settle(store, book, {"a4"});
    for (const char* id : {"a5", "a6"}) answer(store, book, id);
    settle(store, book, {"a5"});
}

void deny_and_grant(outbox::Store& store, Book& book) {
    Change denial;
    denial.erase_everything = true;
    denial.puts = {{"denied", "1"}};
    book.denial_asked = true;
    if (commit(store, denial, outbox::Durability::full)) {
        book.denial_accepted = true;
        book.accepted.clear();
    }
    Change grant;
    grant.erases = {"denied"};
    if (!book.denial_accepted) return;
    book.grant_asked = true;
    book.grant_accepted = commit(store, grant, outbox::Durability::full);
    if (book.grant_accepted) answer(store, book, "a0");
}

void deny_only(outbox::Store& store, Book& book) {
    Change denial;
    denial.erase_everything = true;
    denial.puts = {{"denied", "1"}};
    book.denial_asked = true;
    if (!commit(store, denial, outbox::Durability::full)) return;
    book.denial_accepted = true;
    book.accepted.clear();
}

// ---- what a script begins with: files, as a process that was killed has left them ----

struct Files {
    std::string database, log;
    std::set<std::string> answers;
};

Files files_of(const std::string& path, std::set<std::string> answers) {
    return {read_file(path), read_file(path + "-wal"), std::move(answers)};
}

Files nothing() { return {}; }

Files ordinary() {
    const Scratch scratch;
    Session session(open_sqlite(scratch.file()));
    for (const char* id : {"p0", "p1", "p2"}) session.append({event(id, std::string(3000, 'p'), EventKind::answer)});
    run_sql(scratch.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
    session.append({event("p3", std::string(9000, 'p'), EventKind::answer)});
    session.put("person/1", "before");
    return files_of(scratch.file(), {"p0", "p1", "p2", "p3"});
}

Files of_version_1() {
    const std::string path = CANDOR_TESTS_DIR "/contract/files/version-1.db";
    Files files{read_file(path), "", {}};
    const Scratch scratch;
    write_file(scratch.file(), files.database);
    Session session(open_sqlite(scratch.file()));
    for (const Event& e : session.peek(100, 1'790'000'003'000).queue) files.answers.insert(e.id);
    return files;
}

Files damaged() {
    const Scratch scratch;
    const Files before = ordinary();
    write_file(scratch.file(), before.database);
    write_file(scratch.file() + "-wal", before.log);
    Session session(open_sqlite(scratch.file()));
    session.append({event("p4", "{}", EventKind::answer)});
    run_sql(scratch.file(), kHarmTotals);
    return files_of(scratch.file(), {"p0", "p1", "p2", "p3", "p4"});
}

// The same, but it shows when the queue is read: in the first transaction.
Files damaged_within() {
    const Scratch scratch;
    const Files before = ordinary();
    write_file(scratch.file(), before.database);
    write_file(scratch.file() + "-wal", before.log);
    Session session(open_sqlite(scratch.file()));
    session.append({event("p4", "{}", EventKind::answer)});
    run_sql(scratch.file(), "UPDATE queue SET body = x'00' WHERE seq = 1");
    return files_of(scratch.file(), {"p1", "p2", "p3", "p4"});
}

// ---- one run, and what must hold afterwards ----

void play(const std::string& path, Script script, Book& book) {
    auto store = outbox::sqlite_store(path);
    for (int i = 0; i < 2 && !store; ++i) store = outbox::sqlite_store(path);  // a fault passes, or does not
    if (store) script(**store, book);
}

void check(const std::string& path, const Book& book) {
    auto opened = outbox::sqlite_store(path);
    INFO((opened ? "" : describe(opened.error())));
    REQUIRE(opened.has_value());
    Session session(Subject{std::move(*opened)});
    const State state = session.peek(1000, 1'790'000'003'000);
    std::set<std::string> there;
    std::int64_t bytes = 0;
    for (const Event& e : state.queue) {
        CHECK(there.insert(e.id).second);
        if (book.given.count(e.id) == 0) FAIL_CHECK("invented: " << e.id);
        bytes += static_cast<std::int64_t>(e.body.size());
    }
    CHECK(state.totals.rows == static_cast<std::int64_t>(there.size()));
    CHECK(state.totals.bytes == bytes);
    for (const std::string& id : book.removed) {
        if (there.count(id) != 0) FAIL_CHECK("back: " << id);
    }
    const bool no = denied(session);
    if (book.denial_accepted && !book.grant_asked) CHECK(no);
    if (book.grant_accepted) CHECK(!no);
    if (!book.denial_asked) CHECK(!no);
    if (no) CHECK(there.empty());
    // A denial that was not told to be accepted may have been all the same, and has erased everything then.
    if (book.denial_asked && !book.denial_accepted && no) return;
    for (const std::string& id : book.accepted) {
        if (there.count(id) == 0) FAIL_CHECK("lost: " << id);
    }
    session.append({event("after")});
    CHECK(session.peek(1000, 1'790'000'003'000).queue.back().id == "after");
}

long strike_everywhere(Fault fault, Script script, const Files& files) {
    for (long operation = 1;; ++operation) {
        const Scratch scratch;
        const std::string path = scratch.file(), copy = path + ".denied";
        if (!files.database.empty()) write_file(path, files.database);
        if (!files.log.empty()) write_file(path + "-wal", files.log);
        Book book;
        book.accepted = book.given = files.answers;
        CAPTURE(operation, static_cast<int>(fault));
        // What the dead process does to the second copy of a no has not happened.
        std::optional<bool> had_copy;
        fault::arm(fault, operation, [&] { had_copy = std::filesystem::exists(copy); });
        play(path, script, book);
        const bool struck = fault::disarm();
        if (had_copy && !*had_copy) std::filesystem::remove(copy);
        if (had_copy && *had_copy) write_file(copy, "");
        if (had_copy) std::filesystem::remove(path + "-shm");
        check(path, book);
        // One fault that passes costs one transaction at the most.
        if (fault == Fault::io_error || !struck) CHECK(book.refused <= (struck ? 1 : 0));
        if (!struck) return operation;
    }
}

Fault any_fault() {
    return GENERATE(Fault::io_error, Fault::full, Fault::torn, Fault::power_cut, Fault::power_cut_reordered);
}

}  // namespace

TEST_CASE("the disk fails while answers are accepted and drained") {
    fault::install_faulty_disk();
    CHECK(strike_everywhere(any_fault(), accept_and_drain, ordinary()) > 40);
}

TEST_CASE("the disk fails while the file is made") {
    fault::install_faulty_disk();
    CHECK(strike_everywhere(any_fault(), accept_and_drain, nothing()) > 60);
}

TEST_CASE("the disk fails while everything is erased and a no is given and taken back") {
    fault::install_faulty_disk();
    const Fault fault = any_fault();
    CHECK(strike_everywhere(fault, deny_only, ordinary()) > 40);
    CHECK(strike_everywhere(fault, deny_and_grant, ordinary()) > 40);
}

TEST_CASE("the disk fails while an older file is brought to the format of today") {
    fault::install_faulty_disk();
    CHECK(strike_everywhere(any_fault(), accept_and_drain, of_version_1()) > 60);
}

TEST_CASE("the disk fails while a damaged file is set aside and saved from") {
    fault::install_faulty_disk();
    CHECK(strike_everywhere(any_fault(), accept_and_drain, damaged()) > 60);
}

TEST_CASE("the disk fails while a file is set aside whose damage shows while it is used") {
    fault::install_faulty_disk();
    CHECK(strike_everywhere(any_fault(), accept_and_drain, damaged_within()) > 60);
}

TEST_CASE("the disk fails while events leave the queue one batch after the other") {
    fault::install_faulty_disk();
    const Fault fault = any_fault();
    CHECK(strike_everywhere(fault, settle_often, ordinary()) > 60);
    CHECK(strike_everywhere(fault, settle_often, damaged_within()) > 60);
}
