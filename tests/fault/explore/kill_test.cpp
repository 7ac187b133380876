// A program that answers and sends, killed again and again at instants that nobody chose. In the end the reference
// collector has each answer that was accepted, once.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "../../contract/scratch.hpp"
#include "base/json.hpp"
#include "collector/database.hpp"
#include "collector/server.hpp"
#include "collector/summary.hpp"
#include "process.hpp"
#include "sizes.hpp"

using namespace candor;
using namespace candor::fault;
using contract::Scratch;

namespace {

// What came over the wire, also what the collector had already.
class Wire {
public:
    void note(const std::string& body) {
        const auto batch = json::parse(body);
        const std::lock_guard lock(mutex_);
        if (!batch) return void(++broken_);
        ++batches_;
        largest_ = std::max(largest_, batch->array().size());
        for (const json::Value& event : batch->array()) note(event);
    }

    std::size_t events() const { return bodies_.size(); }
    std::size_t duplicates() const { return duplicates_; }
    std::size_t largest_batch() const { return largest_; }
    // Batches of which something came again.
    std::size_t repeated() const { return repeated_.size(); }
    std::size_t broken() const { return broken_; }
    // Events of the same id that were not the same.
    std::size_t changed() const { return changed_; }
    // Ids under which a revision of a submission came.
    const std::map<std::string, std::map<std::int64_t, std::set<std::string>>>& responses() const { return responses_; }

private:
    std::mutex mutex_;
    struct Last {
        std::string text;
        std::size_t batch = 0;
    };
    std::map<std::string, Last> bodies_;  // by id
    std::set<std::size_t> repeated_;
    std::map<std::string, std::map<std::int64_t, std::set<std::string>>> responses_;
    std::size_t duplicates_ = 0, batches_ = 0, largest_ = 0, broken_ = 0, changed_ = 0;

    void note(const json::Value& event) {
        const std::string id(event.find("id")->text().view());
        const std::string text(json::dump(event).view());
        const auto [place, fresh] = bodies_.emplace(id, Last{text, batches_});
        if (!fresh) {
            ++duplicates_;
            repeated_.insert(place->second.batch);
            place->second.batch = batches_;
            if (place->second.text != text) ++changed_;
        }
        if (event.find("type")->text() != "candor.response") return;
        const json::Value& data = *event.find("data");
        responses_[std::string(data.find("submission")->text().view())][data.find("revision")->integer()].insert(id);
    }
};

// What the program told before it died.
struct Told {
    std::set<std::string> tried;
    std::map<std::string, std::int64_t> accepted;  // the highest revision

    // False: no line of an answer.
    bool note(const std::string& line) {
        if (line.starts_with("error ")) FAIL_CHECK(line);
        if (line.starts_with("trying ")) tried.insert(line.substr(7));
        if (!line.starts_with("accepted ")) return false;
        const std::size_t blank = line.rfind(' ');
        std::int64_t& revision = accepted[line.substr(9, blank - 9)];
        revision = std::max(revision, static_cast<std::int64_t>(std::stoll(line.substr(blank + 1))));
        return true;
    }
};

// Killed a random while after a random number of answers, which may be none.
void one_life(const std::string& folder, const std::string& endpoint, int number, std::mt19937& random, Told& told) {
    Process program(ANSWERER_PROGRAM, {folder, endpoint, std::to_string(number)});
    const int answers = std::uniform_int_distribution(0, 14)(random);
    for (int seen = 0; seen < answers;) {
        const auto line = program.read_line();
        if (!line) FAIL("it has ended by itself, with " << program.wait());
        if (told.note(*line)) ++seen;
    }
    const auto pause =
        std::chrono::microseconds(std::uniform_int_distribution(0, answers == 0 ? 60'000 : 15'000)(random));
    std::this_thread::sleep_for(pause);  // the instant, and nothing that is waited for
    program.kill();
    CHECK(program.wait() == -SIGKILL);
    while (const auto line = program.read_line()) told.note(*line);
}

// By what the collector has counted.
std::int64_t responses_of(const std::string& file) {
    const auto database = collector::Database::open(file);
    REQUIRE(database.has_value());
    auto reader = (*database)->reader();
    REQUIRE(reader.has_value());
    const auto summary = collector::read_summary(*reader, 0);
    REQUIRE(summary.has_value());
    std::int64_t count = 0;
    for (const collector::WaveSummary& wave : summary->waves) count += wave.responses;
    return count;
}

}  // namespace

TEST_CASE("killed at random instants, each accepted answer arrives once") {
    const int kills = sized(600, 3000, 30);
    const unsigned seed = std::random_device{}();
    std::printf("kill test: %d kills, seed %u\n", kills, seed);
    INFO("seed " << seed);
    std::mt19937 random(seed);

    const Scratch scratch;
    const Scratch folder;
    Wire wire;
    collector::Config config;
    config.database = scratch.file("collector.db");
    config.write_keys = {"key"};
    config.on_batch = [&](const std::string&, const std::string& body) { wire.note(body); };
    auto server = collector::Server::start(config);
    REQUIRE(server.has_value());
    const std::string endpoint = (*server)->address() + "/v1/events";

    Told told;
    for (int i = 0; i < kills; ++i) one_life(folder.path().string(), endpoint, i, random, told);
    Process last(ANSWERER_PROGRAM, {folder.path().string(), endpoint, "last", "drain"});
    while (last.read_line()) {
    }
    CHECK(last.wait() == 0);
    (*server)->stop();

    std::printf(
        "kill test: %zu answers accepted in %d lives, %zu events at the collector; %zu of them came twice, out of "
        "%zu batches; the largest had %zu\n",
        told.accepted.size(), kills, wire.events(), wire.duplicates(), wire.repeated(), wire.largest_batch());
    CHECK(told.accepted.size() > static_cast<std::size_t>(kills));
    CHECK(wire.broken() == 0);
    std::size_t lost = 0, twice = 0, stray = 0;
    for (const auto& [submission, revision] : told.accepted) {
        const auto found = wire.responses().find(submission);
        if (found == wire.responses().end() || found->second.rbegin()->first < revision) ++lost;
    }
    for (const auto& [submission, revisions] : wire.responses()) {
        if (told.tried.count(submission) == 0) ++stray;
        for (const auto& [revision, ids] : revisions) twice += ids.size() > 1 ? 1 : 0;
    }
    CHECK(lost == 0);
    CHECK(twice == 0);
    CHECK(stray == 0);
    CHECK(wire.changed() == 0);
    CHECK(responses_of(config.database) == static_cast<std::int64_t>(wire.responses().size()));
    // Of each life at most the batch that was under way when it ended comes once more.
    CHECK(wire.repeated() <= static_cast<std::size_t>(kills));
}
