#include "outbox/sqlite_tables.hpp"

#include <algorithm>

namespace candor::outbox::sqlite {
namespace {

bool is_prefix(std::string_view key) { return key.ends_with('*'); }
std::string_view prefix_of(std::string_view key) { return key.substr(0, key.size() - 1); }

void in_order(List<Record>& records) {
    std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.key < b.key; });
    const auto same = [](const Record& a, const Record& b) { return a.key == b.key; };
    records.erase(std::unique(records.begin(), records.end(), same), records.end());
}

bool same(const Totals& a, const Totals& b) {
    return a.rows == b.rows && a.bytes == b.bytes && a.answer_rows == b.answer_rows && a.answer_bytes == b.answer_bytes;
}

// What ends a loop over rows.
int ended(int code) { return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code; }

}  // namespace

int Tables::prepare(sqlite3* db) {
    db_ = db;
    const std::pair<Statement*, const char*> all[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&get_, "SELECT value, revision, checksum FROM records WHERE key = ?"},
        {&scan_, "SELECT key, value, revision, checksum FROM records WHERE key >= ? ORDER BY key"},
        {&put_, "INSERT OR REPLACE INTO records VALUES(?, ?, ?, ?)"},
        {&erase_, "DELETE FROM records WHERE key = ?"},
        {&peek_,
         "SELECT id, body, kind, created_at, hold_until, attempts, seq, checksum FROM queue "
         "WHERE seq > ? AND (hold_until <= ? OR hold_until > ?) ORDER BY seq"},
        {&next_due_, "SELECT min(hold_until) FROM queue WHERE seq > ?"},
        {&append_, "INSERT OR IGNORE INTO queue VALUES(?, ?, ?, ?, ?, ?, ?, ?)"},
        {&find_, "SELECT seq FROM queue WHERE id = ?"},
        {&oldest_, "SELECT seq FROM queue WHERE seq > ? ORDER BY seq LIMIT 1"},
        {&follow_, "SELECT seq, id, kind, length(body) FROM queue WHERE seq >= ? ORDER BY seq"},
        {&remove_, "DELETE FROM queue WHERE seq BETWEEN ? AND ?"},
        {&remove_all_, "DELETE FROM queue"},
        {&ends_, "SELECT (SELECT max(seq) FROM queue), (SELECT created_at FROM queue WHERE seq = ?)"},
        {&mark_, "UPDATE queue SET created_at = ?, checksum = ? WHERE seq = ?"},
    };
    for (const auto& [statement, sql] : all) {
        if (const int code = statement->prepare(db, sql); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

// ---- reading ----

// A head that is older than the queue (a write that the disk has lost) would give places twice, and take what is behind
// its totals for nothing.
int Tables::read_head(Head& head) const {
    Run run(get_);
    if (const int code = run.bytes(kHeadRecord).step(); code != SQLITE_ROW) {
        return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
    }
    const std::string_view value = run.bytes_at(0);
    const std::int64_t revision = run.integer_at(1);
    const bool sound = checksum_of(kHeadRecord, value, revision) == run.integer_at(2);
    if (!sound || !sqlite::read_head(value, revision, head)) return SQLITE_CORRUPT;
    Run ends(ends_);
    if (const int code = ends.integer(kMarkPlace).step(); code != SQLITE_ROW) return code;
    return ends.integer_at(0) > head.last || ends.integer_at(1) > head.removed_through ? SQLITE_CORRUPT : SQLITE_OK;
}

int Tables::read(const Request& request, const Head& head, State& state) const {
    for (const String& key : request.reads) {
        const int code = is_prefix(key) ? scan(prefix_of(key), state.records) : get(key, state.records);
        if (code != SQLITE_OK) return code;
    }
    if (request.reads.size() > 1) in_order(state.records);
    state.totals = head.totals;
    if (request.peek_rows == 0 || head.totals.rows == 0) return SQLITE_OK;
    const int code = peek(request, head, state.queue);
    return code == SQLITE_OK && state.queue.empty() ? read_next_due(head, state.totals) : code;
}

int Tables::get(const String& key, List<Record>& out) const {
    Run run(get_);
    const int code = run.bytes(key).step();
    if (code != SQLITE_ROW) return ended(code);
    const std::string_view value = run.bytes_at(0);
    if (checksum_of(key, value, run.integer_at(1)) != run.integer_at(2)) return SQLITE_CORRUPT;
    out.push_back({key, String(value)});
    return SQLITE_OK;
}

int Tables::scan(std::string_view prefix, List<Record>& out) const {
    Run run(scan_);
    run.bytes(prefix);
    int code = run.step();
    for (; code == SQLITE_ROW && run.bytes_at(0).starts_with(prefix); code = run.step()) {
        const std::string_view key = run.bytes_at(0), value = run.bytes_at(1);
        if (checksum_of(key, value, run.integer_at(2)) != run.integer_at(3)) return SQLITE_CORRUPT;
        if (key != kHeadRecord) out.push_back({String(key), String(value)});
    }
    return ended(code);
}

int Tables::peek(const Request& request, const Head& head, List<Event>& out) const {
    Run run(peek_);
    run.integer(head.removed_through).integer(request.now).integer(later(request.now, kLongestHold));
    std::size_t bytes = 0;
    int code = run.step();
    for (; code == SQLITE_ROW; code = run.step()) {
        const std::string_view body = run.bytes_at(1);
        bytes += body.size();
        if (bytes > request.peek_bytes && !out.empty()) return SQLITE_OK;
        Event event{String(run.bytes_at(0)), String(body),      kind_of(run.integer_at(2)),
                    run.integer_at(3),       run.integer_at(4), static_cast<std::int32_t>(run.integer_at(5))};
        if (checksum_of(run.integer_at(6), event, run.integer_at(2)) != run.integer_at(7)) return SQLITE_CORRUPT;
        out.push_back(std::move(event));
        if (out.size() == request.peek_rows) return SQLITE_OK;
    }
    return ended(code);
}

int Tables::read_next_due(const Head& head, Totals& totals) const {
    Run run(next_due_);
    const int code = run.integer(head.removed_through).step();
    if (code == SQLITE_ROW) totals.next_due = run.integer_at(0);
    return ended(code);
}

// ---- writing ----

int Tables::apply(const Change& change, Head& head) const {
    const Head before = head;
    ++head.revision;
    int code = SQLITE_OK;
    const auto each = [&code](const auto& items, auto&& write) {
        for (auto at = items.begin(); code == SQLITE_OK && at != items.end(); ++at) code = write(*at);
    };
    if (change.erase_everything) {
        // That traces are to be removed is part of the commit, so that a crash right after it forgets nothing.
        code = execute(db_, "DELETE FROM records; DELETE FROM queue");
        head.totals = {};
        head.removed_through = head.last;
        head.removed_bytes = 0;
        head.scrub = 1;
    }
    each(change.erases, [&](const String& key) { return erase(key); });
    each(change.puts, [&](const Record& record) { return insert_record(put_, record, head.revision); });
    for (std::size_t next = 0; code == SQLITE_OK && next < change.removes.size();) {
        code = remove_run(change.removes, next, head);
    }
    if (code == SQLITE_OK && head.removed_bytes > before.removed_bytes) code = tidy(head);
    each(change.appends, [&](const Event& event) { return append(event, head); });
    // What is appended may be as much as what is removed.
    const bool changed = change.erase_everything || !change.puts.empty() || head.last != before.last ||
                         !same(before.totals, head.totals);
    return code == SQLITE_OK && changed ? write_head(head) : code;
}

int Tables::write_head(const Head& head) const {
    return insert_record(put_, {String(kHeadRecord), sqlite::write_head(head)}, head.revision);
}

int Tables::erase(const String& key) const {
    if (!is_prefix(key)) return Run(erase_).bytes(key).finish();
    List<Record> found;
    int code = scan(prefix_of(key), found);
    for (const Record& record : found) {
        if (code == SQLITE_OK) code = Run(erase_).bytes(record.key).finish();
    }
    return code;
}

// A row of that id that is removed gives up its place in the index; one that is queued stays. Where there is neither,
// another row has the place: the head is not the one that was written last.
int Tables::append(const Event& event, Head& head) const {
    int code = insert_event(append_, head.last + 1, event);
    if (code == SQLITE_OK && sqlite3_changes(db_) == 0) {
        std::int64_t seq = 0;
        code = find(event.id, seq);
        if (code != SQLITE_OK || seq > head.removed_through) return code;
        if (seq == 0) return SQLITE_CORRUPT;
        code = remove(seq, seq);
        if (code == SQLITE_OK) code = insert_event(append_, head.last + 1, event);
        if (code == SQLITE_OK && sqlite3_changes(db_) == 0) return SQLITE_CORRUPT;
    }
    if (code != SQLITE_OK) return code;
    ++head.last;
    count(head.totals, event.kind, static_cast<std::int64_t>(event.body.size()), 1);
    return SQLITE_OK;
}

// 0: none has that id. Places begin with 1.
int Tables::find(std::string_view id, std::int64_t& seq) const {
    Run run(find_);
    const int code = run.bytes(id).step();
    seq = code == SQLITE_ROW ? run.integer_at(0) : 0;
    return ended(code);
}

// What the courier removes lies in the queue as it was sent, one after the other: such a run is gone over at once.
// `next` is moved behind what was dealt with.
int Tables::remove_run(const List<String>& ids, std::size_t& next, Head& head) const {
    std::int64_t first = 0;
    int code = find(ids[next], first);
    if (code != SQLITE_OK || first <= head.removed_through) {
        ++next;
        return code;
    }
    const Totals before = head.totals;
    std::int64_t last = first;
    code = follow(ids, next, head.totals, last);
    bool oldest = false;
    if (code == SQLITE_OK) code = is_oldest(first, head, oldest);
    if (code != SQLITE_OK || !oldest) return code == SQLITE_OK ? remove(first, last) : code;
    head.removed_through = last;
    head.removed_bytes += before.rows - head.totals.rows + before.bytes - head.totals.bytes;
    return SQLITE_OK;
}

// From the row `last` on, as long as the next row has the next id.
int Tables::follow(const List<String>& ids, std::size_t& next, Totals& totals, std::int64_t& last) const {
    Run row(follow_);
    const std::size_t begun = next;
    int code = row.integer(last).step();
    for (; code == SQLITE_ROW && next < ids.size() && row.bytes_at(1) == ids[next]; code = row.step()) {
        last = row.integer_at(0);
        count(totals, kind_of(row.integer_at(2)), row.integer_at(3), -1);
        ++next;
    }
    if (ended(code) == SQLITE_OK && next == begun) return SQLITE_CORRUPT;  // the index leads to another row
    return ended(code);
}

int Tables::is_oldest(std::int64_t seq, const Head& head, bool& oldest) const {
    Run run(oldest_);
    const int code = run.integer(head.removed_through).step();
    oldest = code == SQLITE_ROW && run.integer_at(0) == seq;
    return ended(code);
}

int Tables::remove(std::int64_t first, std::int64_t last) const {
    return Run(remove_).integer(first).integer(last).finish();
}

// After the mark has moved. What is removed by it alone is deleted when nothing else is there, which frees whole pages
// without writing them, or when it has become too much.
int Tables::tidy(Head& head) const {
    if (head.totals.rows == 0) return clear(head);
    const int code = write_mark(head);
    return code == SQLITE_OK && head.removed_bytes > kMostRemovedBytes ? delete_removed(head) : code;
}

// Not by the word of a counter alone.
int Tables::clear(Head& head) const {
    {
        Run live(oldest_);
        const int code = live.integer(head.removed_through).step();
        if (code != SQLITE_DONE) return code == SQLITE_ROW ? SQLITE_CORRUPT : code;
    }
    head.removed_bytes = 0;
    return Run(remove_all_).finish();
}

int Tables::delete_removed(Head& head) const {
    std::int64_t last = 0, bytes = 0;
    {
        Run row(follow_);
        int code = row.integer(1).step();
        for (; code == SQLITE_ROW && bytes < kDeletedAtOnce && row.integer_at(0) <= head.removed_through;
             code = row.step()) {
            last = row.integer_at(0);
            bytes += row.integer_at(3) + 1;
        }
        if (ended(code) != SQLITE_OK) return code;
    }
    // There were no more of them: some have come again since, and are counted no less.
    head.removed_bytes = bytes < kDeletedAtOnce ? 0 : head.removed_bytes - bytes;
    return remove(1, last);
}

int Tables::write_mark(const Head& head) const {
    const QueueRow mark = mark_row(head.removed_through);
    const std::int64_t checksum = checksum_of(mark.seq, mark.event, static_cast<std::int32_t>(mark.event.kind));
    const int code = Run(mark_).integer(head.removed_through).integer(checksum).integer(mark.seq).finish();
    if (code != SQLITE_OK || sqlite3_changes(db_) == 1) return code;
    const int inserted = insert_event(append_, mark.seq, mark.event);
    return inserted == SQLITE_OK && sqlite3_changes(db_) == 0 ? SQLITE_CORRUPT : inserted;
}

}  // namespace candor::outbox::sqlite
