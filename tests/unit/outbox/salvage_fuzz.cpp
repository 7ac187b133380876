// Any bytes as a database file and its log: nothing is read beyond them, it ends soon, and what comes out is in order.
// The first four bytes say how many of the rest are the file's.
#include <cstdint>
#include <set>
#include <string_view>

#include "../../fuzz/expect.hpp"
#include "outbox/sqlite_salvage.hpp"

using namespace candor::outbox::sqlite;
using candor::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
    const std::size_t split = static_cast<std::size_t>(data[0] | data[1] << 8 | data[2] << 16) % (bytes.size() + 1);
    const Salvaged saved = salvage(bytes.substr(0, split), bytes.substr(split));
    std::set<std::string_view> ids;
    std::int64_t last = INT64_MIN;
    for (const QueueRow& row : saved.events) {
        expect(ids.insert(row.event.id).second, "an event comes out twice");
        expect(row.seq >= last, "events come out in another order");
        last = row.seq;
    }
    std::string_view before;
    bool first = true;
    for (const RecordRow& row : saved.records) {
        expect(first || before < row.record.key.view(), "records come out twice or in another order");
        before = row.record.key;
        first = false;
    }
    for (const std::int64_t lost : saved.lost) expect(lost >= 0, "less than nothing is lost");
    return 0;
}
