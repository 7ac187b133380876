#include "outbox/sqlite_salvage.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "outbox/sqlite_pages.hpp"

namespace candor::outbox::sqlite {
namespace {

using Type = Column::Type;

bool has_shape(const Row& row, bool of_index, std::initializer_list<Type> types) {
    return row.of_index == of_index && std::equal(types.begin(), types.end(), row.columns.begin(), row.columns.end(),
                                                  [](Type type, const Column& column) { return column.type == type; });
}

// The tables of sqlite_format.cpp, told by their columns.
bool is_record(const Row& row) {
    return has_shape(row, true, {Type::bytes, Type::bytes, Type::integer, Type::integer});
}
bool is_event(const Row& row) {
    return has_shape(row, false,
                     {Type::null, Type::bytes, Type::bytes, Type::integer, Type::integer, Type::integer, Type::integer,
                      Type::integer});
}

class Salvage {
public:
    void take(const Row& row) {
        if (is_event(row)) {
            take_event(row);
        } else if (is_record(row)) {
            take_record(row);
        }
    }

    std::size_t found() const { return events_.size() + records_.size(); }

    Salvaged finish() {
        Salvaged out;
        for (auto& [key, row] : records_) out.records.push_back(std::move(row));
        const std::int64_t removed = std::max(mark_, head_.removed_through);
        for (auto& [id, row] : events_) {
            newest_ = std::max(newest_, row.seq);
            if (row.seq > removed) out.events.push_back(std::move(row));
        }
        for (auto at = bad_events_.begin(); at != bad_events_.end();) {
            at = at->second.seq > removed ? std::next(at) : bad_events_.erase(at);
        }
        std::sort(out.events.begin(), out.events.end(),
                  [](const QueueRow& a, const QueueRow& b) { return a.seq < b.seq; });
        out.scrub = head_known_ ? head_.scrub : 0;
        out.lost = lost(out.events);
        for (const auto& [key, unused] : bad_records_) {
            if (out.find(key) == nullptr) ++out.records_seen;
        }
        return out;
    }

private:
    struct Bad {
        EventKind kind;
        std::int64_t seq;
    };

    std::map<std::string, RecordRow, std::less<>> records_;
    std::map<std::string, QueueRow, std::less<>> events_;
    std::map<std::string, Bad, std::less<>> bad_events_;  // by id, as far as it can be told
    std::map<std::string, bool, std::less<>> bad_records_;
    Head head_;
    bool head_known_ = false;
    std::int64_t mark_ = 0;
    std::int64_t newest_ = 0;  // place

    // One that was put aside and appended again may be there twice: the later place holds.
    void take_event(const Row& row) {
        const List<Column>& columns = row.columns;
        QueueRow read{row.row_id,
                      {String(columns[1].bytes), String(columns[2].bytes), kind_of(columns[3].integer),
                       columns[4].integer, columns[5].integer, static_cast<std::int32_t>(columns[6].integer)}};
        const std::string id(columns[1].bytes);
        const bool sound = checksum_of(read.seq, read.event, columns[3].integer) == columns[7].integer;
        if (row.row_id == kMarkPlace) {
            if (sound) mark_ = std::max(mark_, removed_by(read));
            return;
        }
        if (!sound) {
            bad_events_[id] = {read.event.kind, read.seq};
            return;
        }
        const auto known = events_.find(id);
        if (known == events_.end() || known->second.seq < read.seq) events_[id] = std::move(read);
    }

    void take_record(const Row& row) {
        const List<Column>& columns = row.columns;
        const std::string key(columns[0].bytes);
        const std::int64_t revision = columns[2].integer;
        if (checksum_of(columns[0].bytes, columns[1].bytes, revision) != columns[3].integer) {
            if (key != kHeadRecord) bad_records_[key] = true;
            return;
        }
        if (key == kHeadRecord) {
            take_head(columns[1].bytes, revision);
            return;
        }
        const auto known = records_.find(key);
        if (known != records_.end() && known->second.revision >= revision) return;
        records_[key] = {{String(columns[0].bytes), String(columns[1].bytes)}, revision};
    }

    void take_head(std::string_view value, std::int64_t revision) {
        Head read;
        if (!read_head(value, revision, read) || (head_known_ && head_.revision >= revision)) return;
        head_ = read;
        head_known_ = true;
    }

    // The totals count what lay on pages of which nothing is left, but know only answers from others.
    Lost lost(const List<QueueRow>& found) const {
        Lost lost{};
        const auto of = [&lost](EventKind kind) -> std::int64_t& { return lost[static_cast<std::size_t>(kind)]; };
        for (const auto& [id, bad] : bad_events_) {
            if (events_.find(id) == events_.end()) ++of(bad.kind);
        }
        // Of a head that is older than the queue the totals are no longer true.
        if (!head_known_ || mark_ > head_.removed_through || newest_ > head_.last) return lost;
        const auto answers = std::count_if(found.begin(), found.end(),
                                           [](const QueueRow& row) { return row.event.kind == EventKind::answer; });
        const std::int64_t others = static_cast<std::int64_t>(found.size()) - answers;
        of(EventKind::answer) = std::max<std::int64_t>(0, head_.totals.answer_rows - answers);
        const std::int64_t counted = std::max<std::int64_t>(0, head_.totals.rows - head_.totals.answer_rows - others);
        std::int64_t more = counted - of(EventKind::control) - of(EventKind::exposure) - of(EventKind::other);
        if (more > 0) of(EventKind::other) += more;
        // A row may have been seen twice, or as what it is not.
        for (const EventKind kind : {EventKind::other, EventKind::exposure, EventKind::control}) {
            const std::int64_t less = std::clamp<std::int64_t>(-more, 0, of(kind));
            of(kind) -= less;
            more += less;
        }
        return lost;
    }
};

Salvage salvage_pages(const Pages& pages) {
    Salvage salvage;
    each_row(pages, [&](const Row& row) { salvage.take(row); });
    return salvage;
}

std::int64_t version_of(const Pages& pages) {
    if (pages.size() == 0 || pages.page(1).empty()) return 0;
    return number_at(pages.page(1), 68) == kApplicationId ? number_at(pages.page(1), 60) : 0;
}

}  // namespace

const String* Salvaged::find(std::string_view key) const {
    for (const RecordRow& row : records) {
        if (row.record.key == key) return &row.record.value;
    }
    return nullptr;
}

Salvaged salvage(std::string_view file, std::string_view log) {
    const std::size_t stored = read_page_size(file);
    const Pages pages(file, log, stored);
    Salvage found = salvage_pages(pages);
    // The header may say nonsense of the pages' size that is none by itself.
    if (found.found() == 0 && stored != kUsualPageSize) found = salvage_pages(Pages(file, log, kUsualPageSize));
    Salvaged out = found.finish();
    out.version = version_of(pages);
    return out;
}

}  // namespace candor::outbox::sqlite
