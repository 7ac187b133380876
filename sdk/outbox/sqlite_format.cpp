#include "outbox/sqlite_format.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "outbox/sqlite_checksum.hpp"

namespace candor::outbox::sqlite {
namespace {

enum Table : std::uint64_t { records_table = 1, queue_table = 2 };

// Keys, ids and bodies are blobs: compared byte by byte, and free to hold a NUL. A salvage looks for rows by the number
// and the types of their columns (sqlite_salvage.cpp).
constexpr const char* kSchema = R"(
    CREATE TABLE records(key BLOB PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL,
                         checksum INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE queue(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL, kind INTEGER NOT NULL,
                       created_at INTEGER NOT NULL, hold_until INTEGER NOT NULL, attempts INTEGER NOT NULL,
                       checksum INTEGER NOT NULL);
)";

// Like no event's: it begins with a NUL.
constexpr std::string_view kMarkId("\0removed", 8);

}  // namespace

// Eight bytes each, the lowest first.
String write_head(const Head& head) {
    const Totals& totals = head.totals;
    String value;
    for (const std::int64_t number : {totals.rows, totals.bytes, totals.answer_rows, totals.answer_bytes, head.scrub,
                                      head.last, head.removed_through, head.removed_bytes}) {
        for (int shift = 0; shift < 64; shift += 8) {
            value.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
        }
    }
    return value;
}

bool read_head(std::string_view value, std::int64_t revision, Head& head) {
    Totals& totals = head.totals;
    std::int64_t* const numbers[] = {&totals.rows, &totals.bytes, &totals.answer_rows,   &totals.answer_bytes,
                                     &head.scrub,  &head.last,    &head.removed_through, &head.removed_bytes};
    if (value.size() != std::size(numbers) * 8) return false;
    const char* at = value.data();
    for (std::int64_t* const number : numbers) {
        std::uint64_t read = 0;
        for (int shift = 0; shift < 64; shift += 8) read |= std::uint64_t{static_cast<unsigned char>(*at++)} << shift;
        *number = static_cast<std::int64_t>(read);
    }
    head.revision = revision;
    constexpr std::int64_t kMost = std::int64_t{1} << 60;  // far from where a sum would overflow
    const bool possible = std::all_of(std::begin(numbers), std::end(numbers),
                                      [](const std::int64_t* number) { return *number >= 0 && *number < kMost; });
    return possible && head.removed_through <= head.last;
}

QueueRow mark_row(std::int64_t removed) {
    QueueRow row{kMarkPlace, {}};
    row.event.id = kMarkId;
    row.event.created_at = removed;
    return row;
}

std::int64_t removed_by(const QueueRow& mark) { return mark.event.created_at; }

std::int64_t checksum_of(std::string_view key, std::string_view value, std::int64_t revision) {
    return Checksum(records_table).bytes(key).bytes(value).integer(revision).value();
}

std::int64_t checksum_of(std::int64_t seq, const Event& event, std::int64_t kind) {
    return Checksum(queue_table)
        .integer(seq)
        .bytes(event.id)
        .bytes(event.body)
        .integer(kind)
        .integer(event.created_at)
        .integer(event.hold_until)
        .integer(event.attempts)
        .value();
}

int insert_record(const Statement& insert, const Record& record, std::int64_t revision) {
    return Run(insert)
        .bytes(record.key)
        .bytes(record.value)
        .integer(revision)
        .integer(checksum_of(record.key, record.value, revision))
        .finish();
}

int insert_event(const Statement& insert, std::int64_t seq, const Event& event) {
    const auto kind = static_cast<std::int32_t>(event.kind);
    return Run(insert)
        .integer(seq)
        .bytes(event.id)
        .bytes(event.body)
        .integer(kind)
        .integer(event.created_at)
        .integer(event.hold_until)
        .integer(event.attempts)
        .integer(checksum_of(seq, event, kind))
        .finish();
}

EventKind kind_of(std::int64_t kind) {
    return kind >= 0 && kind <= 3 ? static_cast<EventKind>(kind) : EventKind::other;
}

void count(Totals& totals, EventKind kind, std::int64_t bytes, std::int64_t sign) {
    totals.rows += sign;
    totals.bytes += sign * bytes;
    if (kind != EventKind::answer) return;
    totals.answer_rows += sign;
    totals.answer_bytes += sign * bytes;
}

int create_tables(sqlite3* db) {
    const String sql = String(kSchema) + "PRAGMA application_id=" + digits(kApplicationId) +
                       "; PRAGMA user_version=" + digits(kVersion) + ";";
    return execute(db, sql.c_str());
}

int fill(sqlite3* db, const List<RecordRow>& records, const List<QueueRow>& events, const Head& before) {
    Statement record, event;
    int code = record.prepare(db, "INSERT INTO records VALUES(?, ?, ?, ?)");
    if (code == SQLITE_OK) code = event.prepare(db, "INSERT INTO queue VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    Head head = before;
    head.totals = {};
    head.removed_through = head.last;
    head.removed_bytes = 0;
    for (std::size_t i = 0; code == SQLITE_OK && i < records.size(); ++i) {
        head.revision = std::max(head.revision, records[i].revision);
        code = insert_record(record, records[i].record, records[i].revision);
    }
    for (std::size_t i = 0; code == SQLITE_OK && i < events.size(); ++i) {
        count(head.totals, events[i].event.kind, static_cast<std::int64_t>(events[i].event.body.size()), 1);
        code = insert_event(event, ++head.last, events[i].event);
    }
    if (code != SQLITE_OK) return code;
    return insert_record(record, {String(kHeadRecord), write_head(head)}, head.revision);
}

}  // namespace candor::outbox::sqlite
