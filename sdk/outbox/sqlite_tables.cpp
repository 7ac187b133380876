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
         "WHERE hold_until <= ? OR hold_until > ? ORDER BY seq"},
        {&last_, "SELECT max(seq) FROM queue"},
        {&append_, "INSERT OR IGNORE INTO queue VALUES(?, ?, ?, ?, ?, ?, ?, ?)"},
        {&find_, "SELECT seq FROM queue WHERE id = ?"},
        {&follow_, "SELECT seq, id, kind, length(body) FROM queue WHERE seq >= ? ORDER BY seq"},
        {&remove_, "DELETE FROM queue WHERE seq BETWEEN ? AND ?"},
        {&next_due_, "SELECT min(hold_until) FROM queue"},
    };
    for (const auto& [statement, sql] : all) {
        if (const int code = statement->prepare(db, sql); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

// ---- reading ----

int Tables::read_head(Head& head) const {
    Run run(get_);
    const int code = run.bytes(kHeadRecord).step();
    if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
    const std::string_view value = run.bytes_at(0);
    const std::int64_t revision = run.integer_at(1);
    const bool sound = checksum_of(kHeadRecord, value, revision) == run.integer_at(2);
    return sound && sqlite::read_head(value, revision, head) ? SQLITE_OK : SQLITE_CORRUPT;
}

int Tables::read_next_due(Totals& totals) const {
    Run run(next_due_);
    const int code = run.step();
    if (code == SQLITE_ROW) totals.next_due = run.integer_at(0);
    return ended(code);
}

int Tables::read(const Request& request, const Head& head, State& state) const {
    for (const String& key : request.reads) {
        const int code = is_prefix(key) ? scan(prefix_of(key), state.records) : get(key, state.records);
        if (code != SQLITE_OK) return code;
    }
    if (request.reads.size() > 1) in_order(state.records);
    state.totals = head.totals;
    if (request.peek_rows == 0 || head.totals.rows == 0) return SQLITE_OK;
    const int code = peek(request, state.queue);
    return code == SQLITE_OK && state.queue.empty() ? read_next_due(state.totals) : code;
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

int Tables::peek(const Request& request, List<Event>& out) const {
    Run run(peek_);
    run.integer(request.now).integer(later(request.now, kLongestHold));
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

// ---- writing ----

int Tables::apply(const Change& change, const Head& before) const {
    Head after = before;
    ++after.revision;
    int code = SQLITE_OK;
    const auto each = [&code](const auto& items, auto&& write) {
        for (auto at = items.begin(); code == SQLITE_OK && at != items.end(); ++at) code = write(*at);
    };
    if (change.erase_everything) {
        // That traces are to be removed is part of the commit, so that a crash right after it forgets nothing.
        code = execute(db_, "DELETE FROM records; DELETE FROM queue");
        after.totals = {};
        after.scrub = 1;
    }
    each(change.erases, [&](const String& key) { return erase(key); });
    each(change.puts, [&](const Record& record) { return put(record, after.revision); });
    for (std::size_t next = 0; code == SQLITE_OK && next < change.removes.size();) {
        code = remove_run(change.removes, next, after.totals);
    }
    if (code == SQLITE_OK && !change.appends.empty()) code = append(change.appends, after.totals);
    const bool changed = change.erase_everything || !change.puts.empty() || !same(before.totals, after.totals);
    return code == SQLITE_OK && changed ? write_head(after) : code;
}

int Tables::write_head(const Head& head) const {
    return put({String(kHeadRecord), sqlite::write_head(head)}, head.revision);
}

int Tables::put(const Record& record, std::int64_t revision) const {
    return Run(put_)
        .bytes(record.key)
        .bytes(record.value)
        .integer(revision)
        .integer(checksum_of(record.key, record.value, revision))
        .finish();
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

int Tables::append(const List<Event>& events, Totals& totals) const {
    std::int64_t last = 0;
    {
        Run run(last_);
        const int code = run.step();
        if (code != SQLITE_ROW) return code;
        last = run.integer_at(0);
    }
    for (const Event& event : events) {
        const int code = append(event, last + 1);
        if (code != SQLITE_OK) return code;
        if (sqlite3_changes(db_) != 1) continue;  // it is queued already
        ++last;
        count(totals, event.kind, static_cast<std::int64_t>(event.body.size()), 1);
    }
    return SQLITE_OK;
}

int Tables::append(const Event& event, std::int64_t seq) const {
    const auto kind = static_cast<std::int32_t>(event.kind);
    return Run(append_)
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

// What the courier removes lies in the queue as it was sent, one after the other: such a run is deleted at once, which
// takes a third less time than one by one. `next` is moved behind what was dealt with.
int Tables::remove_run(const List<String>& ids, std::size_t& next, Totals& totals) const {
    std::int64_t first = 0;
    {
        Run found(find_);
        const int code = found.bytes(ids[next]).step();
        if (code != SQLITE_ROW) {
            ++next;
            return ended(code);
        }
        first = found.integer_at(0);
    }
    std::int64_t last = first;
    if (const int code = follow(ids, next, totals, last); code != SQLITE_OK) return code;
    return Run(remove_).integer(first).integer(last).finish();
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

}  // namespace candor::outbox::sqlite
