// The table of docs/wire.md against the functions that it describes.
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "courier/wire.hpp"
#include "vectors.hpp"

using namespace candor;
using namespace candor::courier;

namespace {

using Cells = std::vector<std::string>;

constexpr std::uint32_t kAll = 0xffffffff;  // the longest draw
constexpr std::size_t kBatch = 40;

Cells cells_of(const std::string& line) {
    Cells cells;
    for (std::size_t at = 1; at < line.size();) {
        const std::size_t end = line.find('|', at);
        const std::string cell = line.substr(at, end - at);
        const std::size_t first = cell.find_first_not_of(' ');
        cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
        at = end + 1;
    }
    return cells;
}

// The rows of the section "Retry", without head and rule.
std::vector<Cells> table() {
    std::ifstream file(CANDOR_SOURCE_DIR "/docs/wire.md");
    std::vector<Cells> rows;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) inside = line == "## Retry";
        if (inside && line.starts_with('|')) rows.push_back(cells_of(line));
    }
    REQUIRE(rows.size() > 2);
    rows.erase(rows.begin(), rows.begin() + 2);
    return rows;
}

std::vector<int> statuses_in(const std::string& text) {
    std::vector<int> found;
    for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at + 1)) {
        if (std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0)
            found.push_back(std::stoi(text.substr(at + 1)));
    }
    return found;
}

std::string waited(Outcome outcome, std::int32_t failures) {
    const Instant now = 1'790'000'000'000;
    RetryState before;
    before.attempt = failures;
    const Span span = wait(next_state(before, outcome, {}, kBatch, now, kAll), now);
    return span == kNever ? "never" : std::to_string(span / kSecond) + " s";
}

std::string next_batch(Outcome outcome) {
    RetryState before;
    before.batch_limit = kBatch;
    const RetryState next = next_state(before, outcome, {}, kBatch, 0, kAll);
    if (next.stopped) return "none";
    if (next.batch_limit == kBatch * 2) return "twice the limit";
    if (next.batch_limit == kBatch / 2) return "half of this one";
    return next.batch_limit == kBatch ? "as before" : "limited to " + std::to_string(next.batch_limit);
}

}  // namespace

TEST_CASE("the table of retries says what is done") {
    std::map<std::string, int> outcomes;
    for (const Cells& row : table()) {
        REQUIRE(row.size() == 7);
        INFO(row[0]);
        const std::string name = row[1].substr(1, row[1].size() - 2);
        ++outcomes[name];
        const Outcome outcome = test::outcome(name);
        for (const int status : statuses_in(row[0])) {
            CAPTURE(status);
            HttpResponse response;
            response.status = status;
            CHECK(candor_acknowledgement({}, response, 0).outcome == outcome);
        }
        CHECK(row[3] == next_batch(outcome));
        CHECK(row[4] == waited(outcome, 0));
        CHECK(row[5] == waited(outcome, 1));
        CHECK(row[6] == waited(outcome, 11));
    }
    CHECK(outcomes.size() == static_cast<std::size_t>(Outcome::gone) + 1);
}
