// What is in the file: its marks, its tables, and the checksums of their rows.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/list.hpp"
#include "outbox/sqlite.hpp"
#include "outbox/store.hpp"

namespace candor::outbox::sqlite {

constexpr std::int64_t kApplicationId = 0x43616e64;  // "Cand"
// 1: no checksums. 2: each row has one, records have revisions, and the totals are a record.
constexpr std::int64_t kVersion = 2;

// The record that tells of the queue and of the file. It lies beside the other records, most of which fit one page: a
// change of any of them and this one writes that page alone. No other key begins with a NUL.
inline constexpr std::string_view kHeadRecord{"\0head", 5};
struct Head {
    Totals totals;              // but for next_due
    std::int64_t scrub = 0;     // 1 from the commit of an erase_everything until its traces are gone
    std::int64_t revision = 0;  // one more with each change: of two rows of one record the higher is the newer
    std::int64_t last = 0;      // the place (seq) of the newest event; no place is given twice
    // The mark: events up to that place are removed, though rows of them may lie there still. The oldest leave by it,
    // as what was delivered does: the mark moves on in a commit of two rows, where to delete them is one of many pages.
    std::int64_t removed_through = 0;
    std::int64_t removed_bytes = 0;  // of the bodies of such rows, at most, and one for each
};

// When more lie there removed the oldest are deleted, and not all at once: whoever waits for the commit, and the log,
// feel the difference between one megabyte and eight.
constexpr std::int64_t kMostRemovedBytes = Bounds().bytes / 2;
constexpr std::int64_t kDeletedAtOnce = kMostRemovedBytes / 8;

struct QueueRow {
    std::int64_t seq = 0;
    Event event;
};

struct RecordRow {
    Record record;
    std::int64_t revision = 0;
};

// The mark stands a second time in the queue, where a row of it is of no event: damage to the one page would bring back
// what was delivered. Of two marks the higher is the newer.
constexpr std::int64_t kMarkPlace = -1;
QueueRow mark_row(std::int64_t removed);
std::int64_t removed_by(const QueueRow& mark);

String write_head(const Head& head);  // but for the revision, which is the record's
// False where the bytes are none, or the numbers cannot be.
bool read_head(std::string_view value, std::int64_t revision, Head& head);

std::int64_t checksum_of(std::string_view key, std::string_view value, std::int64_t revision);
// `kind` as it is stored.
std::int64_t checksum_of(std::int64_t seq, const Event& event, std::int64_t kind);

// By a statement that takes all columns of the table, in its order.
int insert_record(const Statement& insert, const Record& record, std::int64_t revision);
int insert_event(const Statement& insert, std::int64_t seq, const Event& event);

// A number that is no kind, from a damaged row, is as `other`.
EventKind kind_of(std::int64_t kind);

// Adds or takes away (sign -1) one event of so many bytes.
void count(Totals& totals, EventKind kind, std::int64_t bytes, std::int64_t sign);

// An empty file's tables and marks; within the caller's transaction.
int create_tables(sqlite3* db);

// Everything that a file is to hold, into tables that are empty. Events get new places, in the order given, behind
// those that `before` knows; totals are counted, the revision follows the highest, and whether to scrub is as before.
// Within the caller's transaction.
int fill(sqlite3* db, const List<RecordRow>& records, const List<QueueRow>& events, const Head& before = {});

}  // namespace candor::outbox::sqlite
