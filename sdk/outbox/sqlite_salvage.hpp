// What can still be told of a damaged file: every row whose checksum holds, wherever it lies. Pure.
#pragma once

#include <string_view>

#include "outbox/damage.hpp"
#include "outbox/sqlite_format.hpp"

namespace candor::outbox::sqlite {

struct Salvaged {
    List<RecordRow> records;  // by key, each once, the newest
    List<QueueRow> events;    // in the order in which they were appended, each id once
    std::int64_t scrub = 0;
    Lost lost{};                    // as the totals have it; where these are lost too, what was seen
    std::int64_t records_seen = 0;  // that were found, but not as they were written
    std::int64_t version = 0;       // of the format; 0: cannot be told

    const String* find(std::string_view key) const;
};

// The bytes of the file and of its log ("<path>-wal"; may be empty).
Salvaged salvage(std::string_view file, std::string_view log);

}  // namespace candor::outbox::sqlite
