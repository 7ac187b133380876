// A person is asked once, whoever dies when: two processes on one file, and one of them is killed before each single
// operation on it from the decision to the thanks.
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "../../contract/scratch.hpp"
#include "base/json.hpp"
#include "outbox/store.hpp"
#include "process.hpp"

using namespace candor;
using namespace candor::fault;
using contract::Scratch;

namespace {

// A process with the SDK in it, told what to do. What it told before it was killed counts.
class Claimant {
public:
    explicit Claimant(const Scratch& scratch, bool shared = false)
        : process_(CLAIMANT_PROGRAM, shared ? std::vector<std::string>{scratch.path().string(), "shared"}
                                            : std::vector<std::string>{scratch.path().string()}) {}

    bool alive() const { return alive_; }
    // Nothing where it has died.
    void tell(const std::string& command) {
        if (alive_) process_.write_line(command);
    }
    void hear() {
        while (alive_) {
            const auto line = process_.read_line();
            if (!line) {
                alive_ = false;
                CHECK(process_.wait() == -SIGKILL);
            } else if (line->starts_with("done ")) {
                INFO(*line);
                CHECK(*line == "done 0");
                return;
            } else {
                note(*line);
            }
        }
    }
    void ask(const std::string& command) {
        INFO(command);
        tell(command);
        hear();
    }
    void ask_all(const std::vector<std::string>& commands) {
        for (const std::string& command : commands) ask(command);
    }

    // "score", "reason", "thanks", or "none".
    std::string question() {
        prompt_ = "none";
        ask("prompt");
        return prompt_;
    }
    long operations() {
        ask("operations");
        return operations_;
    }
    void kill() {
        process_.kill();
        alive_ = false;
    }

    std::set<std::string> shown;  // submissions
    int answered = 0;

private:
    Process process_;
    bool alive_ = true;
    std::string prompt_;
    long operations_ = 0;

    void note(const std::string& line) {
        if (line.starts_with("shown ")) shown.insert(line.substr(6));
        if (line == "answered") ++answered;
        if (line.starts_with("prompt ")) prompt_ = line.substr(7);
        if (line.starts_with("operations ")) operations_ = std::stol(line.substr(11));
        if (line.starts_with("error ")) FAIL_CHECK(line);
    }
};

// What lies in the queue when all is over.
struct Outcome {
    std::set<std::string> submissions;
    std::int64_t revision = 0;  // the highest
    std::int64_t score = -1;    // of that one
    bool complete = false;
    std::int64_t asked = 0;  // persons who were shown it, by the counts of exposure
};

void read_response(const json::Value& data, Outcome& outcome) {
    outcome.submissions.insert(std::string(data.find("submission")->text().view()));
    const std::int64_t revision = data.find("revision")->integer();
    if (revision < outcome.revision) return;
    outcome.revision = revision;
    outcome.score = data.find("answers")->array()[0].find("score")->integer();
    outcome.complete = data.find("complete")->boolean();
}

Outcome outcome_of(const std::string& file) {
    auto store = outbox::sqlite_store(file);
    REQUIRE(store);
    outbox::Request request;
    request.now = kNever;
    request.peek_rows = 1000;
    request.peek_bytes = 1u << 30;
    Outcome outcome;
    (*store)->transact(
        request,
        [&](const outbox::State& state) {
            for (const outbox::Event& event : state.queue) {
                const auto body = json::parse(event.body);
                const json::Value& data = *body->find("data");
                if (body->find("type")->text() == "candor.response") read_response(data, outcome);
                if (body->find("type")->text() != "candor.exposure") continue;
                for (const char* reached : {"shown", "snoozed", "dismissed", "answered"}) {
                    const json::Value* change = data.find("changes")->find(reached);
                    if (change != nullptr) outcome.asked += change->integer();
                }
            }
            return outbox::Change();
        },
        [](const Result<void>& result) { CHECK(result.has_value()); });
    return outcome;
}

const std::vector<std::string> kBegin = {"start", "identify p", "settle"};
const std::vector<std::string> kStory = {"track go", "settle", "present", "settle",  "score 9",
                                         "settle",   "text x", "settle",  "dismiss", "settle"};

// From the trigger to the thanks, while the other waits for its turn.
void tell_story(Claimant& one, Claimant& other) {
    one.ask_all({kStory.begin(), kStory.begin() + 2});
    other.ask_all({"track go", "settle"});
    if (one.alive()) CHECK(other.question() == "none");
    one.ask_all({kStory.begin() + 2, kStory.end()});
}

long operations_of_story() {
    const Scratch scratch;
    Claimant one(scratch), other(scratch);
    one.ask_all(kBegin);
    other.ask_all(kBegin);
    const long before = one.operations();
    tell_story(one, other);
    REQUIRE(one.answered == 2);
    return one.operations() - before;
}

// Whatever is asked of it, it answers.
void answer_all(Claimant& client) {
    if (client.question() == "none") return;
    client.ask_all({"present", "settle"});
    if (client.question() == "score") client.ask_all({"score 3", "settle"});
    if (client.question() == "reason") client.ask_all({"text y", "settle"});
    CHECK(client.question() == "thanks");
    client.ask_all({"dismiss", "settle"});
}

void killed_before(long operation, Span pause) {
    INFO("killed before operation " << operation << " of the story, and " << pause / kSecond << " s later");
    const Scratch scratch;
    Claimant one(scratch), other(scratch);
    one.ask_all(kBegin);
    other.ask_all(kBegin);
    one.ask("kill " + std::to_string(operation));
    tell_story(one, other);
    CHECK_FALSE(one.alive());

    // Who is left looks whether there is something to go on with, and to ask.
    other.ask_all({"clock " + std::to_string(pause), "hidden 1", "hidden 0", "settle"});
    const std::string first = other.question();
    if (one.answered > 0) CHECK(first != "score");
    if (pause > 5 * kMinute && !one.shown.empty()) CHECK(first == "none");
    answer_all(other);
    other.ask_all({"clock 20000", "track go", "settle", "clock 20000", "settle"});
    CHECK(other.question() == "none");
    other.ask("close");

    std::set<std::string> shown = one.shown;
    shown.insert(other.shown.begin(), other.shown.end());
    CHECK(shown.size() <= 1);
    const Outcome outcome = outcome_of(scratch.file("shop.candor.db"));
    CHECK(outcome.asked == 1);
    CHECK(outcome.submissions.size() <= 1);
    if (one.answered > 0) CHECK(outcome.score == 9);
    if (one.answered > 1) CHECK(outcome.complete);
    if (pause > 5 * kMinute) return;
    CHECK(outcome.submissions.size() == 1);
    CHECK(outcome.complete);
}

}  // namespace

TEST_CASE("killed at any point from the decision to the thanks, a person is asked once and no answer is lost") {
    const long operations = operations_of_story();
    std::printf("the story takes %ld operations on the file\n", operations);
    REQUIRE(operations > 20);
    for (long k = 1; k <= operations; k += KILL_STRIDE) killed_before(k, 15 * kSecond);
}

TEST_CASE("killed at any point, and looked at when it is too late to go on, a person is asked once") {
    const long operations = operations_of_story();
    for (long k = 1; k <= operations; k += 3 * KILL_STRIDE) killed_before(k, 6 * kMinute);
}

TEST_CASE("an interrupted interview goes on in one client only, while its owner lives") {
    const Scratch scratch;
    std::vector<Claimant> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back(scratch);
        clients.back().ask_all(kBegin);
    }
    clients[0].ask_all({"track go", "settle", "present", "settle", "score 9", "settle"});
    REQUIRE(clients[0].answered == 1);
    std::string submission = *clients[0].shown.begin();
    for (Claimant& client : clients) {
        if (&client != &clients[0]) client.ask_all({"hidden 1", "hidden 0", "settle"});
    }
    for (std::size_t i = 1; i < clients.size(); ++i) CHECK(clients[i].question() == "none");

    // Each time the one that shows it dies, and those that are left look at once.
    std::size_t owner = 0;
    for (std::size_t left = clients.size() - 1; left > 0; --left) {
        clients[owner].kill();
        for (const char* command : {"hidden 1", "hidden 0", "settle"}) {
            for (Claimant& client : clients) client.tell(command);
            for (Claimant& client : clients) client.hear();
        }
        int resumed = 0;
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (!clients[i].alive() || clients[i].question() == "none") continue;
            ++resumed;
            owner = i;
        }
        REQUIRE(resumed == 1);
        CHECK(clients[owner].question() == "reason");
        clients[owner].ask_all({"present", "settle"});
        CHECK(clients[owner].shown == std::set{submission});
    }
    clients[owner].ask_all({"text y", "settle", "close"});
    const Outcome outcome = outcome_of(scratch.file("shop.candor.db"));
    CHECK(outcome.submissions == std::set{submission});
    CHECK(outcome.score == 9);
    CHECK(outcome.complete);
    CHECK(outcome.asked == 1);
}

TEST_CASE("where there are no locks, the claim of a process that is gone holds for a minute and no longer") {
    const Scratch scratch;
    Claimant one(scratch, true), other(scratch, true);
    one.ask_all(kBegin);
    one.ask_all({"track go", "settle"});
    REQUIRE(one.question() == "score");
    one.kill();
    other.ask_all(kBegin);
    other.ask_all({"track go", "settle"});
    CHECK(other.question() == "none");
    other.ask("clock 59000");
    CHECK(other.question() == "none");
    other.ask("clock 2000");
    CHECK(other.question() == "score");
    answer_all(other);
    other.ask("close");
    const Outcome outcome = outcome_of(scratch.file("shared.db"));
    CHECK(outcome.asked == 1);
    CHECK(outcome.score == 3);
}

TEST_CASE("where there are no locks, an interview whose process is gone ends as it is, and nobody is asked again") {
    const Scratch scratch;
    Claimant one(scratch, true), other(scratch, true);
    one.ask_all(kBegin);
    one.ask_all({"track go", "settle", "present", "settle", "score 9", "settle"});
    REQUIRE(one.answered == 1);
    one.kill();
    other.ask_all(kBegin);
    for (int i = 0; i < 4; ++i) {
        other.ask_all({"track go", "settle", "hidden 1", "hidden 0", "clock 120000"});
        CHECK(other.question() == "none");
    }
    other.ask("close");
    const Outcome outcome = outcome_of(scratch.file("shared.db"));
    CHECK(outcome.submissions.size() == 1);
    CHECK(outcome.score == 9);
    CHECK_FALSE(outcome.complete);
    CHECK(outcome.asked == 1);
}
