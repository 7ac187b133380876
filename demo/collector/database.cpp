#include "collector/database.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/sha256.hpp"

namespace candor::collector {
namespace {

constexpr std::int64_t kApplicationId = 0x43616e64;  // "Cand"
constexpr std::int64_t kVersion = 2;

// Durable at commit (FULL), readers beside the writer (WAL), and no trace of what was erased (secure_delete).
constexpr const char* kSettings = R"(
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
)";

constexpr const char* kSchema = R"(
    CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        name TEXT NOT NULL,        -- tells one file from another
        changes INTEGER NOT NULL   -- rises with each delivery that changed something
    ) STRICT;
    INSERT INTO state VALUES (1, lower(hex(randomblob(8))), 0);

    CREATE TABLE events (          -- what was seen
        id TEXT PRIMARY KEY,
        received_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE responses (       -- the highest revision of each submission
        row INTEGER PRIMARY KEY,
        submission TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        event TEXT NOT NULL,
        project TEXT NOT NULL,
        person TEXT NOT NULL,
        survey TEXT NOT NULL,
        kind TEXT NOT NULL,
        wave TEXT NOT NULL,
        touchpoint TEXT NOT NULL,
        score INTEGER,
        comment TEXT,
        complete INTEGER NOT NULL,
        test INTEGER NOT NULL,
        wording TEXT NOT NULL,
        presentation TEXT NOT NULL,
        locale TEXT NOT NULL,
        platform TEXT NOT NULL,
        time INTEGER NOT NULL,              -- by the sender's clock
        sent_at INTEGER,                    -- by the sender's clock
        answered_at INTEGER NOT NULL,       -- `time`, corrected by ours
        first_received_at INTEGER NOT NULL, -- by ours
        received_at INTEGER NOT NULL,       -- by ours
        data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX responses_by_wave ON responses (project, survey, wave, test, score, complete);
    CREATE INDEX comments_by_wave ON responses (project, survey, wave, answered_at)
        WHERE comment IS NOT NULL AND test = 0;

    CREATE TABLE tombstones (      -- of erased submissions: SHA-256, so that the id itself is gone
        hash TEXT PRIMARY KEY,
        erased_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE exposures (       -- sums of differences
        project TEXT NOT NULL,
        survey TEXT NOT NULL,
        wave TEXT NOT NULL,
        touchpoint TEXT NOT NULL,
        day TEXT NOT NULL,
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        persons INTEGER NOT NULL,
        moments INTEGER NOT NULL DEFAULT 0,  -- of transactional surveys
        PRIMARY KEY (project, survey, wave, touchpoint, day, state)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE dropped (
        project TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (project, kind, reason)
    ) STRICT, WITHOUT ROWID;
)";

Result<std::int64_t> read_number(Connection& connection, const char* sql) {
    auto statement = connection.prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    return *row ? statement->integer(0) : 0;
}

Result<void> make_schema(Connection& connection) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + kSchema +
                            "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(kVersion) + "; COMMIT;";
    return connection.run(sql.c_str());
}

constexpr const char* kFromVersion1 = R"(
    BEGIN IMMEDIATE;
    ALTER TABLE exposures ADD COLUMN moments INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 2;
    COMMIT;
)";

// Makes the tables in an empty file, brings those of an earlier version up to this one, and refuses a file that is
// something else.
Result<void> settle_schema(Connection& connection, const std::string& path) {
    const auto application = read_number(connection, "PRAGMA application_id");
    const auto version = read_number(connection, "PRAGMA user_version");
    const auto tables = read_number(connection, "SELECT count(*) FROM sqlite_schema");
    for (const auto* number : {&application, &version, &tables}) {
        if (!*number) return fail(path, number->error().reason);
    }
    if (*application == kApplicationId && *version == kVersion) return {};
    if (*application == kApplicationId && *version == 1) return connection.run(kFromVersion1);
    if (*application == kApplicationId) {
        return fail(path, "was written by another version of the collector (" + std::to_string(*version) +
                              ", this one knows " + std::to_string(kVersion) + ")");
    }
    if (*tables != 0 || *application != 0) return fail(path, "is not a collector's database");
    return make_schema(connection);
}

}  // namespace

// The one connection that writes, with its statements prepared.
struct Database::Writer {
    Connection connection;
    Statement see;
    Statement upsert_response;
    Statement is_erased;
    Statement erase;
    Statement bury;
    Statement add_exposure;
    Statement add_dropped;
    Statement count_change;

    // The statements in the order of the members.
    Writer(Connection opened, std::vector<Statement> statements);
    static Result<std::unique_ptr<Writer>> make(Connection connection);

    Result<bool> store_event(const Event& event, const Delivery& delivery);
    Result<void> store_all(const Delivery& delivery, bool& erased);
    Result<void> store_body(const Event& event, const Response& body, const Delivery& delivery);
    Result<void> store_body(const Event& event, const Exposure& body, const Delivery& delivery);
    Result<void> store_body(const Event& event, const Dropped& body, const Delivery& delivery);
    Result<void> store_body(const Event& event, const Deletion& body, const Delivery& delivery);
};

namespace {

constexpr const char* kSee = "INSERT OR IGNORE INTO events (id, received_at) VALUES (?1, ?2)";

// A lower or equal revision that arrives late leaves the row as it is.
constexpr const char* kUpsertResponse = R"(
    INSERT INTO responses (submission, revision, event, project, person, survey, kind, wave, touchpoint, score,
        comment, complete, test, wording, presentation, locale, platform, time, sent_at, answered_at,
        first_received_at, received_at, data)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21,
        ?22)
    ON CONFLICT (submission) DO UPDATE SET
        revision = excluded.revision, event = excluded.event, project = excluded.project,
        person = excluded.person, survey = excluded.survey, kind = excluded.kind, wave = excluded.wave,
        touchpoint = excluded.touchpoint, score = excluded.score, comment = excluded.comment,
        complete = excluded.complete, test = excluded.test, wording = excluded.wording,
        presentation = excluded.presentation, locale = excluded.locale, platform = excluded.platform,
        time = excluded.time, sent_at = excluded.sent_at, answered_at = excluded.answered_at,
        received_at = excluded.received_at, data = excluded.data
    WHERE excluded.revision > responses.revision
)";

constexpr const char* kIsErased = "SELECT 1 FROM tombstones WHERE hash = ?1";
constexpr const char* kErase = "DELETE FROM responses WHERE submission = ?1";
constexpr const char* kBury = "INSERT OR IGNORE INTO tombstones (hash, erased_at) VALUES (?1, ?2)";
constexpr const char* kAddExposure = R"(
    INSERT INTO exposures (project, survey, wave, touchpoint, day, state, kind, persons, moments)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT DO UPDATE SET persons = persons + excluded.persons, moments = moments + excluded.moments,
        kind = excluded.kind
)";
constexpr const char* kAddDropped = R"(
    INSERT INTO dropped (project, kind, reason, count) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET count = count + excluded.count
)";
constexpr const char* kCountChange = "UPDATE state SET changes = changes + 1";

}  // namespace

Database::Writer::Writer(Connection opened, std::vector<Statement> statements)
    : connection(std::move(opened)),
      see(std::move(statements.at(0))),
      upsert_response(std::move(statements.at(1))),
      is_erased(std::move(statements.at(2))),
      erase(std::move(statements.at(3))),
      bury(std::move(statements.at(4))),
      add_exposure(std::move(statements.at(5))),
      add_dropped(std::move(statements.at(6))),
      count_change(std::move(statements.at(7))) {}

Result<std::unique_ptr<Database::Writer>> Database::Writer::make(Connection connection) {
    std::vector<Statement> statements;
    for (const char* sql : {kSee, kUpsertResponse, kIsErased, kErase, kBury, kAddExposure, kAddDropped, kCountChange}) {
        auto statement = connection.prepare(sql);
        if (!statement) return tl::unexpected(statement.error());
        statements.push_back(std::move(*statement));
    }
    return std::make_unique<Writer>(std::move(connection), std::move(statements));
}

Result<void> Database::Writer::store_body(const Event& event, const Response& body, const Delivery& delivery) {
    const std::string hash = sha256_hex(body.submission);
    const auto erased = is_erased.bind(hash).exists();
    if (!erased) return tl::unexpected(erased.error());
    if (*erased) return {};
    const auto comment = body.comment.empty() ? std::nullopt : std::optional(body.comment);
    return upsert_response
        .bind(body.submission, body.revision, event.id, event.project, body.person, body.survey, body.kind, body.wave,
              body.touchpoint, body.score, comment, body.complete, body.test, body.wording, body.presentation,
              body.locale, body.platform, event.time, delivery.sent_at,
              corrected(event.time, delivery.sent_at, delivery.received_at), delivery.received_at, body.data)
        .run();
}

Result<void> Database::Writer::store_body(const Event& event, const Exposure& body, const Delivery&) {
    for (const std::string& state : exposure_states()) {
        const auto persons = body.changes.find(state), moments = body.moments.find(state);
        if (persons == body.changes.end() && moments == body.moments.end()) continue;
        auto done = add_exposure
                        .bind(event.project, body.survey, body.wave, body.touchpoint, body.day, state, body.kind,
                              persons == body.changes.end() ? 0 : persons->second,
                              moments == body.moments.end() ? 0 : moments->second)
                        .run();
        if (!done) return done;
    }
    return {};
}

Result<void> Database::Writer::store_body(const Event& event, const Dropped& body, const Delivery&) {
    return add_dropped.bind(event.project, body.kind, body.reason, body.count).run();
}

Result<void> Database::Writer::store_body(const Event&, const Deletion& body, const Delivery& delivery) {
    for (const std::string& submission : body.submissions) {
        const std::string hash = sha256_hex(submission);
        if (auto done = bury.bind(hash, delivery.received_at).run(); !done) return done;
        if (auto done = erase.bind(submission).run(); !done) return done;
    }
    return {};
}

// Whether the event was new.
Result<bool> Database::Writer::store_event(const Event& event, const Delivery& delivery) {
    if (auto done = see.bind(event.id, delivery.received_at).run(); !done) {
        return tl::unexpected(done.error());
    }
    if (connection.changes() == 0) return false;
    const auto done = std::visit([&](const auto& body) { return store_body(event, body, delivery); }, event.body);
    if (!done) return tl::unexpected(done.error());
    return true;
}

Result<void> Database::Writer::store_all(const Delivery& delivery, bool& erased) {
    bool changed = false;
    for (const Event& event : delivery.events) {
        const auto is_new = store_event(event, delivery);
        if (!is_new) return tl::unexpected(is_new.error());
        changed = changed || *is_new;
        erased = erased || (*is_new && std::holds_alternative<Deletion>(event.body));
    }
    return changed ? count_change.bind().run() : Result<void>{};
}

Database::Database(std::string path) : path_(std::move(path)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    auto connection = Connection::open(path, Connection::Mode::write);
    if (!connection) return tl::unexpected(connection.error());
    // In this order: a file that is not ours is left untouched.
    if (auto done = settle_schema(*connection, path); !done) return tl::unexpected(done.error());
    if (auto done = connection->run(kSettings); !done) return fail(path, done.error().reason);
    auto writer = Writer::make(std::move(*connection));
    if (!writer) return fail(path, writer.error().reason);
    std::unique_ptr<Database> database(new Database(path));
    database->writer_ = std::move(*writer);
    return database;
}

Result<void> Database::store(const Delivery& delivery) {
    const std::lock_guard lock(mutex_);
    Connection& connection = writer_->connection;
    if (auto done = connection.run("BEGIN IMMEDIATE"); !done) return done;
    bool erased = false;
    auto done = writer_->store_all(delivery, erased);
    if (done) done = connection.run("COMMIT");
    if (!done) {
        // Its own failure says nothing new: the transaction is gone either way.
        static_cast<void>(connection.run("ROLLBACK"));
        return done;
    }
    // The write-ahead log still holds the pages as they were before. A reader may hold this up; the next one does it.
    if (erased) static_cast<void>(connection.run("PRAGMA wal_checkpoint(TRUNCATE)"));
    return {};
}

Instant corrected(Instant time, std::optional<Instant> sent_at, Instant received_at) {
    const Instant at = sent_at ? time + (received_at - *sent_at) : time;
    return std::clamp(at, Instant{0}, received_at);
}

}  // namespace candor::collector
