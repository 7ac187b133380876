// outbox.append_full: at the store, two writes (a record put, an event appended) in one durable commit, against a raw
// SQLite loop of the same two writes, with prepared statements, on the same disk, in turns.
#include <sqlite3.h>

#include <memory>

#include "outbox/store.hpp"
#include "report.hpp"

using namespace candor;

namespace {

constexpr int kTurns = 41;
constexpr int kCommitsATurn = 40;
const std::string kHistory(1500, 'h');

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "outbox.append_full: %s\n", why.c_str());
    exit(1);
}

class Raw {
public:
    explicit Raw(const std::string& path) {
        if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
            "CREATE TABLE records(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE queue(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL);");
        begin_ = prepare("BEGIN IMMEDIATE");
        put_ = prepare("INSERT OR REPLACE INTO records(key, value) VALUES(?, ?)");
        append_ = prepare("INSERT INTO queue(id, body) VALUES(?, ?)");
        commit_ = prepare("COMMIT");
    }
    ~Raw() {
        for (sqlite3_stmt* statement : {begin_, put_, append_, commit_}) sqlite3_finalize(statement);
        sqlite3_close(db_);
    }

    void commit(const std::string& id, const std::string& body) {
        step(begin_);
        two(put_, "person/1", kHistory);
        two(append_, id, body);
        step(commit_);
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
        return statement;
    }
    void step(sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(db_));
        sqlite3_reset(statement);
    }
    void two(sqlite3_stmt* statement, const std::string& key, const std::string& value) {
        sqlite3_bind_blob(statement, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
        sqlite3_bind_blob(statement, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
        step(statement);
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt *begin_ = nullptr, *put_ = nullptr, *append_ = nullptr, *commit_ = nullptr;
};

void commit(outbox::Store& store, const std::string& id, const std::string& body) {
    outbox::Request request;
    request.durability = outbox::Durability::full;
    request.reads = {"person/1"};
    store.transact(
        std::move(request),
        [&](const outbox::State&) {
            outbox::Change change;
            change.puts = {{"person/1", kHistory}};
            change.appends = {{id, body, outbox::EventKind::answer, 1'790'000'000'000, 1'790'000'003'000, 0}};
            return change;
        },
        [](const Result<void>& result) {
            if (!result) give_up(describe(result.error()));
        });
}

}  // namespace

int main() {
    const bench::Directory directory;
    auto store = outbox::sqlite_store(directory.file("store.db"));
    if (!store) give_up(describe(store.error()));
    Raw raw(directory.file("raw.db"));

    bench::Pairs pairs;
    for (int turn = 0; turn < kTurns; ++turn) {
        std::vector<std::pair<std::string, std::string>> events;
        for (int i = 0; i < kCommitsATurn; ++i) {
            const std::string id = bench::event_id(turn * kCommitsATurn + i);
            events.emplace_back(id, bench::response_body(id));
        }
        // One of each at a time: a disk's mood lasts longer than a commit.
        double ours = 0, theirs = 0;
        for (const auto& event : events) {
            ours += bench::seconds_of([&] { commit(**store, event.first, event.second); });
            theirs += bench::seconds_of([&] { raw.commit(event.first, event.second); });
        }
        if (turn > 0) pairs.add(kCommitsATurn / ours, kCommitsATurn / theirs);
    }
    pairs.print("outbox.append_full", "1/s");
}
