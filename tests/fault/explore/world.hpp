// A small world in which all that can befall a queue is played through: two processes on one store, a server that fails
// in every way, crashes, and a clock that is put back. The store is a model whose commits are whole; the courier that
// works on it is the real one, or one with a fault put in to see that the fault is found.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "courier/courier.hpp"

namespace candor::explore {

constexpr std::size_t kMostEvents = 6;
constexpr std::size_t kProcesses = 2;
constexpr std::size_t kMostLate = 2;

using Set = std::uint8_t;  // of a scenario's events, a bit each
constexpr Set only(std::size_t event) { return static_cast<Set>(1u << event); }

struct Spec {
    const char* id;
    int submission = 0;
    int revision = 1;      // one above 1 takes the place of the one before
    bool held = false;     // a score, which waits 3 s for its comment
    bool poison = false;   // the server answers 400 to each batch that has it
    bool refused = false;  // the server names it as rejected
};

// What a server does with a request.
enum class Reply : std::uint8_t {
    takes,              // all of it, and says so
    takes_unheard,      // all of it, and the answer is lost
    takes_first,        // the first event, and says so
    takes_names_first,  // all of it, and names the first
    loses,              // the request is lost
    busy,               // 503
    busy_a_while,       // 503 with Retry-After: 100
    refuses,            // 400, whatever it is
    too_large,          // 413
    page,               // 200 with a captive portal's page
    cut_short,          // all but the last, and half of the answer arrives
    denies,             // 401
};

struct Scenario {
    std::vector<Spec> events;
    std::vector<Reply> replies;
    std::size_t queued = 0;  // the first so many lie in the queue at the beginning
    int clock_moves = 0;     // at most
    bool locks = true;
};

// What is explored.
struct Sender {
    courier::Plan (*plan)(const outbox::State&, Instant);
    courier::Settlement (*settle)(const outbox::State&, const List<outbox::Event>&, const courier::Acknowledgement&,
                                  Instant, std::uint32_t random);
    courier::HttpRequest (*request)(const List<outbox::Event>&, Instant);
    courier::Acknowledgement (*acknowledge)(const List<outbox::Event>&, const courier::HttpResponse&, Instant);
    // How the client goes about it.
    bool lock_outlasts_sending = true;
    bool revision_in_one_commit = true;
    bool event_ends_wait = false;
};
Sender real_sender();

enum class Phase : std::uint8_t { idle, planning, sending, answered };

struct Queued {
    std::uint8_t event = 0;
    std::uint8_t attempts = 0;
};

struct Rows {
    std::array<Queued, kMostEvents> rows{};
    std::uint8_t size = 0;

    const Queued* begin() const { return rows.data(); }
    const Queued* end() const { return rows.data() + size; }
    void add(Queued row) { rows[size++] = row; }
    void remove(std::size_t event);
    const Queued* find(std::size_t event) const;
    Set set() const;
};

struct Process {
    Phase phase = Phase::idle;
    Reply reply = Reply::takes;
    Rows batch;
};

// Copied for each state that is reached, so it holds no address.
struct World {
    Instant now = 1'790'000'000'000;

    // The store.
    Rows queue;
    std::array<Instant, kMostEvents> hold{};
    std::array<char, 160> record{};
    std::uint8_t record_size = 0;
    courier::RetryState retry;  // what the record says

    std::array<Process, kProcesses> processes;
    std::array<Set, kMostLate> late{};  // requests on their way whose sender waits no more
    std::uint8_t late_count = 0;
    std::uint8_t clock_moves = 0;

    // What has happened, as the promises see it.
    Set appended = 0;
    Set taken = 0;    // by the server
    Set counted = 0;  // as dropped
    Set gone = 0;     // from the queue
    Set failed_alone = 0;
    bool proven = false;  // something was accepted since an event last failed alone
    std::uint8_t failures = 0;
    Span wait_left = 0;  // of the wait that the last settlement told
    Span wait_span = 0;
};

enum class Deed : std::uint8_t { append, half_append, plan, answer, give_up, settle, crash, arrive, pass, move_clock };

struct Action {
    Deed deed = Deed::pass;
    std::uint8_t who = 0;   // a process, an event, or a late request
    std::uint8_t what = 0;  // a reply; else 0 or 1
    std::string text(const Scenario& scenario) const;
};

// What came to pass somewhere, so that nobody takes an empty exploration for a proof.
enum Milestone : unsigned {
    kTakenTwice = 1,     // the server got an event that it had
    kTakenLate = 2,      // from a process that had crashed
    kPoisonDropped = 4,  // counted
    kMovedToEnd = 8,
    kRefusedCounted = 16,
    kReplacedUnderWay = 32,  // a revision came while the one before was being sent
    kClockMovedWait = 64,
};

// A world, what can happen in it, and what must never be.
class Game {
public:
    Game(const Scenario& scenario, const Sender& sender) : scenario_(scenario), sender_(sender) {}

    World beginning() const;
    std::vector<Action> possible(const World& world) const;
    // Empty, or the promise that was broken.
    std::string play(World& world, Action action);
    // Nobody crashes any more and the server is well: one more deed towards the end. False: all is delivered.
    bool recover(World& world, std::string& fault);

    unsigned milestones() const { return milestones_; }

private:
    const Scenario& scenario_;
    const Sender& sender_;
    unsigned milestones_ = 0;
    Span planned_wait_ = 0;
    std::string fault_;

    void promise(bool holds, const char* what) {
        if (!holds && fault_.empty()) fault_ = what;
    }
    void promise_all(const World& world);

    std::size_t event_of(std::string_view id) const;
    outbox::Event event_at(const World& world, Queued row) const;
    List<outbox::Event> events_of(const World& world, const Rows& rows) const;
    outbox::State read(const World& world, const outbox::Request& request) const;
    void commit(World& world, const outbox::Change& change);
    void put(World& world, const outbox::Record& record);

    bool may_plan(const World& world, std::size_t process) const;
    bool is_held(const World& world) const;
    Set with(bool Spec::*what) const;
    courier::HttpResponse response(const Process& process) const;
    Set taken_of(const Process& process) const;
    void take(World& world, Set events);
    bool understood(const World& world, const Process& process);

    void possible_of(const World& world, std::size_t process, std::vector<Action>& out) const;
    void append(World& world, std::size_t event, bool half);
    void plan(World& world, std::size_t process, bool hold);
    void answer(World& world, Process& process, Reply reply);
    void settle(World& world, Process& process, bool waits_long);
    void check_settled(World& world, const Process& process, const courier::Acknowledgement& read,
                       const courier::Settlement& settled, Set before);
    void check_wait(World& world, const courier::Acknowledgement& read, Span told, bool waits_long);
    void leave(World& world, Process& process);
    void pass(World& world, Span span);
    void move_clock(World& world, int how);
};

}  // namespace candor::explore
