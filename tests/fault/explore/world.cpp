#include "world.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/json.hpp"
#include "base/text.hpp"

namespace candor::explore {
namespace {

constexpr Span kYears = 3650 * kDay;
constexpr Span kHold = 3 * kSecond;
constexpr Span kAWhile = 100 * kSecond;  // of busy_a_while
constexpr Span kLongestWait = kDay;

std::string body_of(const Spec& spec) {
    return std::string("{\"id\":\"") + spec.id + "\",\"type\":\"candor.response\"}";
}

std::string named(const Scenario& scenario, const Rows& batch, Set accepted, Set refused) {
    std::string accepts, rejects;
    std::size_t place = 0;
    for (const Queued& row : batch) {
        const std::string id = scenario.events[row.event].id;
        if ((accepted & only(row.event)) != 0) accepts += (accepts.empty() ? "\"" : ",\"") + id + "\"";
        if ((refused & only(row.event)) != 0) {
            rejects += std::string(rejects.empty() ? "" : ",") + "{\"index\":" + std::to_string(place) + ",\"id\":\"" +
                       id + "\",\"reason\":\"x\"}";
        }
        ++place;
    }
    return "{\"accepted\":[" + accepts + "],\"rejected\":[" + rejects + "]}";
}

}  // namespace

Sender real_sender() {
    Sender sender{};
    sender.plan = [](const outbox::State& state, Instant now) { return courier::plan(state, now); };
    sender.settle = courier::settle;
    sender.request = [](const List<outbox::Event>& batch, Instant now) {
        return courier::candor_request(batch, {"http://collector.test/v1/events", "key"}, now);
    };
    sender.acknowledge = courier::candor_acknowledgement;
    return sender;
}

// ---- rows ----

void Rows::remove(std::size_t event) {
    const auto end = std::remove_if(rows.begin(), rows.begin() + size, [&](Queued row) { return row.event == event; });
    size = static_cast<std::uint8_t>(end - rows.begin());
}

const Queued* Rows::find(std::size_t event) const {
    const Queued* at = std::find_if(begin(), end(), [&](Queued row) { return row.event == event; });
    return at == end() ? nullptr : at;
}

Set Rows::set() const {
    Set all = 0;
    for (const Queued& row : *this) all |= only(row.event);
    return all;
}

std::string Action::text(const Scenario& scenario) const {
    static constexpr const char* kReplies[] = {"takes it",      "takes it unheard", "takes the first", "names one",
                                               "never gets it", "is busy",          "wants a while",   "says 400",
                                               "says 413",      "is a portal",      "breaks off",      "says 401"};
    const std::string process = "process " + std::to_string(who);
    switch (deed) {
        case Deed::append: return std::string("append ") + scenario.events[who].id;
        case Deed::half_append: return std::string("remove what is before ") + scenario.events[who].id;
        case Deed::plan: return process + (what != 0 ? " plans with the card open" : " plans");
        case Deed::answer: return "the server of " + process + " " + kReplies[what];
        case Deed::give_up: return process + " waits no longer";
        case Deed::settle: return process + " settles";
        case Deed::crash: return process + " crashes";
        case Deed::arrive: return "a late request arrives";
        case Deed::pass: return "time passes";
        case Deed::move_clock: return what == 0 ? "the clock goes back" : what == 1 ? "to 2036" : "and back";
    }
    return "";
}

// ---- the store ----

std::size_t Game::event_of(std::string_view id) const {
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
        if (id == scenario_.events[i].id) return i;
    }
    return kMostEvents;
}

outbox::Event Game::event_at(const World& world, Queued row) const {
    const Spec& spec = scenario_.events[row.event];
    outbox::Event event;
    event.id = spec.id;
    event.body = body_of(spec);
    event.kind = outbox::EventKind::answer;
    event.hold_until = world.hold[row.event];
    event.attempts = row.attempts;
    return event;
}

List<outbox::Event> Game::events_of(const World& world, const Rows& rows) const {
    List<outbox::Event> events;
    for (const Queued& row : rows) outbox::add(events) = event_at(world, row);
    return events;
}

outbox::State Game::read(const World& world, const outbox::Request& request) const {
    outbox::State state;
    for (const String& key : request.reads) {
        if (key != courier::kRecord || world.record_size == 0) continue;
        outbox::Record& record = outbox::add(state.records);
        record.key = key;
        record.value = std::string_view(world.record.data(), world.record_size);
    }
    for (const Queued& row : world.queue) {
        const Instant hold = world.hold[row.event];
        state.totals.next_due = std::min(state.totals.next_due, hold);
        if (state.queue.size() < request.peek_rows && outbox::is_due(hold, request.now)) {
            outbox::add(state.queue) = event_at(world, row);
        }
    }
    state.totals.rows = state.totals.answer_rows = world.queue.size;
    return state;
}

void Game::put(World& world, const outbox::Record& record) {
    promise(record.key == courier::kRecord && record.value.size() <= world.record.size(), "an unknown record");
    const auto retry = courier::read_retry_state(record.value);
    promise(retry.has_value(), "a retry state that cannot be read");
    if (!fault_.empty()) return;
    world.retry = *retry;
    world.record_size = static_cast<std::uint8_t>(record.value.size());
    std::memcpy(world.record.data(), record.value.data(), record.value.size());
}

void Game::commit(World& world, const outbox::Change& change) {
    promise(!change.erase_everything && change.erases.empty(), "the courier erases");
    for (const outbox::Record& record : change.puts) put(world, record);
    for (const String& id : change.removes) world.queue.remove(event_of(id));
    for (const outbox::Event& event : change.appends) {
        const std::size_t index = event_of(event.id);
        promise(index < kMostEvents &&
                    event.body == body_of(scenario_.events[std::min(index, scenario_.events.size() - 1)]),
                "an event is queued that nobody made");
        if (!fault_.empty() || world.queue.find(index) != nullptr) continue;
        world.queue.add({static_cast<std::uint8_t>(index), static_cast<std::uint8_t>(event.attempts)});
        world.hold[index] = event.hold_until;
    }
}

// ---- the server ----

Set Game::with(bool Spec::*what) const {
    Set all = 0;
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
        if (scenario_.events[i].*what) all |= only(i);
    }
    return all;
}

// What of a request the server keeps.
Set Game::taken_of(const Process& process) const {
    const Set batch = process.batch.set();
    if ((batch & with(&Spec::poison)) != 0) return 0;
    const Set sound = batch & static_cast<Set>(~with(&Spec::refused));
    switch (process.reply) {
        case Reply::takes:
        case Reply::takes_unheard:
        case Reply::takes_names_first: return sound;
        case Reply::cut_short: return sound & static_cast<Set>(~only(process.batch.rows[process.batch.size - 1].event));
        case Reply::takes_first: return sound & only(process.batch.rows[0].event);
        default: return 0;
    }
}

courier::HttpResponse Game::response(const Process& process) const {
    courier::HttpResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", "application/json"}};
    const Set batch = process.batch.set();
    const Set first = only(process.batch.rows[0].event);
    const Set refused = batch & with(&Spec::refused);
    const bool poisoned = (batch & with(&Spec::poison)) != 0;
    switch (process.reply) {
        case Reply::takes: response.body = named(scenario_, process.batch, taken_of(process), refused); break;
        case Reply::takes_first:
        case Reply::takes_names_first:
            response.body = named(scenario_, process.batch, taken_of(process) & first, refused & first);
            break;
        case Reply::cut_short:
            response.body = named(scenario_, process.batch, taken_of(process), refused);
            response.body.resize(response.body.size() / 2);
            break;
        case Reply::busy_a_while:
            response.headers.emplace_back("Retry-After", std::to_string(kAWhile / kSecond));
            [[fallthrough]];
        case Reply::busy: response.status = 503; return response;
        case Reply::refuses: response.status = 400; return response;
        case Reply::too_large: response.status = 413; return response;
        case Reply::denies: response.status = 401; return response;
        case Reply::page:
            response.headers = {{"Content-Type", "text/html"}};
            response.body = "<html>Log in to the hotel</html>";
            return response;
        case Reply::takes_unheard:
        case Reply::loses:
            response = {};
            response.error = "no answer";
            return response;
    }
    if (poisoned) response.status = 400;
    return response;
}

void Game::take(World& world, Set events) {
    if ((world.taken & events) != 0) milestones_ |= kTakenTwice;
    world.taken |= events;
}

// What lies on the wire is what was appended, under the ids that it had then.
bool Game::understood(const World& world, const Process& process) {
    const courier::HttpRequest request = sender_.request(events_of(world, process.batch), world.now);
    const Result<json::Value> sent = json::parse(request.body);
    if (!sent || sent->array().size() != process.batch.size) return false;
    for (std::size_t i = 0; i < process.batch.size; ++i) {
        const json::Value* id = sent->array()[i].find("id");
        if (id == nullptr || id->text() != scenario_.events[process.batch.rows[i].event].id) return false;
    }
    return true;
}

// ---- what can happen ----

World Game::beginning() const {
    World world;
    for (std::size_t i = 0; i < scenario_.queued; ++i) {
        world.queue.add({static_cast<std::uint8_t>(i), 0});
        world.appended |= only(i);
    }
    return world;
}

bool Game::may_plan(const World& world, std::size_t process) const {
    if (!scenario_.locks) return true;
    for (std::size_t i = 0; i < kProcesses; ++i) {
        const Phase phase = world.processes[i].phase;
        const bool holds = phase == Phase::planning || (phase != Phase::idle && sender_.lock_outlasts_sending);
        if (i != process && holds) return false;
    }
    return true;
}

bool Game::is_held(const World& world) const {
    return std::any_of(world.queue.begin(), world.queue.end(),
                       [&](Queued row) { return !outbox::is_due(world.hold[row.event], world.now); });
}

void Game::possible_of(const World& world, std::size_t index, std::vector<Action>& out) const {
    const Process& process = world.processes[index];
    const auto who = static_cast<std::uint8_t>(index);
    switch (process.phase) {
        case Phase::planning: out.push_back({Deed::crash, who, 0}); [[fallthrough]];
        case Phase::idle:
            if (!may_plan(world, index)) return;
            out.push_back({Deed::plan, who, 0});
            if (is_held(world)) out.push_back({Deed::plan, who, 1});
            return;
        case Phase::sending:
            for (const Reply reply : scenario_.replies) {
                const bool some = reply == Reply::takes_first || reply == Reply::takes_names_first;
                if (some && process.batch.size < 2) continue;
                out.push_back({Deed::answer, who, static_cast<std::uint8_t>(reply)});
            }
            if (world.late_count < kMostLate) out.push_back({Deed::give_up, who, 0});
            out.push_back({Deed::crash, who, 0});
            return;
        case Phase::answered:
            out.push_back({Deed::settle, who, 1});
            if (taken_of(process) == 0 || process.reply == Reply::takes_unheard || process.reply == Reply::cut_short) {
                out.push_back({Deed::settle, who, 0});
            }
            out.push_back({Deed::crash, who, 0});
            return;
    }
}

std::vector<Action> Game::possible(const World& world) const {
    std::vector<Action> out;
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
        const bool next = scenario_.events[i].revision == 1 || (world.appended & only(i - 1)) != 0;
        if (!next || (world.appended & only(i)) != 0) continue;
        out.push_back({Deed::append, static_cast<std::uint8_t>(i), 0});
        if (!sender_.revision_in_one_commit) out.push_back({Deed::half_append, static_cast<std::uint8_t>(i), 0});
    }
    const bool alike = world.processes[0].phase == Phase::idle && world.processes[1].phase == Phase::idle;
    for (std::size_t i = 0; i < (alike ? 1 : kProcesses); ++i) possible_of(world, i, out);
    for (std::uint8_t i = 0; i < world.late_count; ++i) out.push_back({Deed::arrive, i, 0});
    if (world.retry.not_before > world.now || is_held(world)) out.push_back({Deed::pass, 0, 0});
    if (world.clock_moves < scenario_.clock_moves) {
        for (std::uint8_t how = 0; how < 3; ++how) out.push_back({Deed::move_clock, 0, how});
    }
    return out;
}

std::string Game::play(World& world, Action action) {
    fault_.clear();
    switch (action.deed) {
        case Deed::append: append(world, action.who, false); break;
        case Deed::half_append: append(world, action.who, true); break;
        case Deed::plan: plan(world, action.who, action.what != 0); break;
        case Deed::answer: answer(world, world.processes[action.who], static_cast<Reply>(action.what)); break;
        case Deed::give_up:
            world.late[world.late_count++] = world.processes[action.who].batch.set();
            answer(world, world.processes[action.who], Reply::loses);
            break;
        case Deed::settle: settle(world, world.processes[action.who], action.what != 0); break;
        case Deed::crash: leave(world, world.processes[action.who]); break;
        case Deed::arrive: {
            Process gone;
            for (std::uint8_t i = 0; i < kMostEvents; ++i) {
                if ((world.late[action.who] & only(i)) != 0) gone.batch.add({i, 0});
            }
            world.late[action.who] = world.late[--world.late_count];
            if ((taken_of(gone) & ~world.taken) != 0) milestones_ |= kTakenLate;
            take(world, taken_of(gone));
            break;
        }
        case Deed::pass: {
            Instant next = kNever;
            if (world.retry.not_before > world.now) next = world.retry.not_before;
            for (const Queued& row : world.queue) {
                if (world.hold[row.event] > world.now) next = std::min(next, world.hold[row.event]);
            }
            pass(world, elapsed(world.now, next));
            break;
        }
        case Deed::move_clock: move_clock(world, action.what); break;
    }
    promise_all(world);
    return fault_;
}

void Game::append(World& world, std::size_t event, bool half) {
    const Spec& spec = scenario_.events[event];
    outbox::Change change;
    if (spec.revision > 1) {
        change.removes.push_back(scenario_.events[event - 1].id);
        for (const Process& process : world.processes) {
            if (process.phase != Phase::idle && process.batch.find(event - 1) != nullptr)
                milestones_ |= kReplacedUnderWay;
        }
        if (world.queue.find(event - 1) != nullptr) world.gone |= only(event - 1);
    }
    if (!half) {
        world.hold[event] = spec.held ? world.now + kHold : 0;
        outbox::add(change.appends) = event_at(world, {static_cast<std::uint8_t>(event), 0});
        world.appended |= only(event);
        if (sender_.event_ends_wait) world.record_size = 0;
    }
    commit(world, change);
}

void Game::plan(World& world, std::size_t index, bool hold) {
    Process& process = world.processes[index];
    outbox::Request request = courier::plan_request(hold ? world.now : later(world.now, outbox::kLongestHold));
    const courier::Plan plan = sender_.plan(read(world, request), world.now);
    const Set before = world.queue.set();
    if (!plan.change.puts.empty()) milestones_ |= kClockMovedWait;
    commit(world, plan.change);
    promise(world.queue.set() == before, "planning changes the queue");
    planned_wait_ = plan.wait;
    process = {};
    if (plan.batch.empty()) {
        promise(plan.wait == kNever || (plan.wait > 0 && plan.wait <= kLongestWait), "a wait of more than a day");
        promise(plan.wait != kNever || world.queue.size == 0, "something is queued and nobody looks again");
        return;
    }
    promise(world.wait_left == 0, "sent before the wait was over");
    for (const outbox::Event& event : plan.batch) {
        const Queued* row = world.queue.find(event_of(event.id));
        promise(row != nullptr, "sent what is not queued");
        if (row == nullptr) return;
        process.batch.add(*row);
    }
    process.phase = Phase::sending;
}

void Game::answer(World& world, Process& process, Reply reply) {
    promise(understood(world, process), "what is sent is not what was queued");
    process.reply = reply;
    take(world, taken_of(process));
    process.phase = Phase::answered;
}

void Game::settle(World& world, Process& process, bool waits_long) {
    const List<outbox::Event> batch = events_of(world, process.batch);
    const courier::Acknowledgement read_answer = sender_.acknowledge(batch, response(process), world.now);
    const outbox::Request request = courier::settle_request(batch, read_answer, world.now);
    const std::uint32_t random = waits_long ? 0xffffffff : 0;
    const courier::Settlement settled = sender_.settle(read(world, request), batch, read_answer, world.now, random);
    const Set before = world.queue.set();
    const bool was_last =
        world.queue.size > 0 && world.queue.rows[world.queue.size - 1].event == process.batch.rows[0].event;
    commit(world, settled.change);
    check_settled(world, process, read_answer, settled, before);
    check_wait(world, read_answer, settled.wait, waits_long);
    if (!settled.change.appends.empty() && !was_last) milestones_ |= kMovedToEnd;
    process = {};
    process.phase = Phase::planning;
}

void Game::check_settled(World& world, const Process& process, const courier::Acknowledgement& read,
                         const courier::Settlement& settled, Set before) {
    Set accepted = 0, refused = 0;
    for (const String& id : read.accepted) accepted |= only(event_of(id));
    for (const courier::Refused& one : read.refused) refused |= only(event_of(one.id));
    std::int64_t counted = 0;
    for (const courier::Dropped& dropped : settled.dropped) counted += dropped.count;

    const Set left = before & static_cast<Set>(~world.queue.set());
    const Set dropped = left & static_cast<Set>(~accepted);
    promise((left & accepted & ~world.taken) == 0, "removed as accepted, and the server never took it");
    promise(counted >= std::popcount(dropped), "removed, not taken, and not counted");
    promise(counted <= std::popcount(dropped), "counted as dropped more than was");
    promise((world.queue.set() & ~before) == 0, "what had left the queue is back");
    const Set poisoned = dropped & static_cast<Set>(~refused);
    promise((poisoned & ~world.failed_alone) == 0, "dropped at its first failure");
    promise(poisoned == 0 || world.proven, "dropped, and nothing was accepted meanwhile");

    const bool alone = process.batch.size == 1 &&
                       (read.outcome == courier::Outcome::poisoned || read.outcome == courier::Outcome::too_large);
    if (alone && (before & process.batch.set()) != 0) {
        world.failed_alone |= process.batch.set();
        world.proven = false;
    }
    if (accepted != 0) world.proven = true;
    world.gone |= left;
    world.counted |= dropped;
    if (poisoned != 0) milestones_ |= kPoisonDropped;
    if ((dropped & refused) != 0) milestones_ |= kRefusedCounted;
}

// At least what the policy says, where the draw is its highest.
void Game::check_wait(World& world, const courier::Acknowledgement& read, Span told, bool waits_long) {
    const bool progress = read.outcome == courier::Outcome::delivered || read.outcome == courier::Outcome::partial;
    Span least = 0;
    if (progress) {
        world.failures = 0;
    } else {
        if (waits_long) least = std::min<Span>(kHour, 2 * kSecond << std::min<int>(world.failures, 20));
        if (read.outcome == courier::Outcome::unauthorized) least = 3 * kHour;
        ++world.failures;
    }
    if (read.outcome != courier::Outcome::unreachable) least = std::max(least, read.retry_after.value_or(0));
    promise(told >= least, "a wait that is too short");
    promise(told <= kLongestWait, "a wait of more than a day");
    world.wait_left = world.wait_span = told;
}

// The process is gone, and what it sent may still be on its way.
void Game::leave(World& world, Process& process) {
    if (process.phase == Phase::sending && world.late_count < kMostLate) {
        world.late[world.late_count++] = process.batch.set();
    }
    process = {};
}

void Game::pass(World& world, Span span) {
    world.now = later(world.now, span);
    world.wait_left = std::max<Span>(0, world.wait_left - span);
}

// One that goes forward counts as time that passed: nothing outlasts a restart that could tell.
void Game::move_clock(World& world, int how) {
    ++world.clock_moves;
    world.now += how == 0 ? -kDay : how == 1 ? kYears : -kYears;
    if (how == 1) world.wait_left = 0;
}

// ---- what must hold in every state ----

void Game::promise_all(const World& world) {
    const Set queued = world.queue.set();
    promise((queued & world.gone) == 0, "what had left the queue is back");
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
        const bool replaced = i + 1 < scenario_.events.size() && scenario_.events[i + 1].revision > 1 &&
                              (world.appended & only(i + 1)) != 0;
        if (replaced || (world.appended & only(i)) == 0) continue;
        promise(((queued | world.taken | world.counted) & only(i)) != 0,
                "an accepted answer is neither queued nor at the server");
    }
    promise((world.taken & ~world.appended) == 0, "the server has what nobody answered");
    int senders = 0;
    for (const Process& process : world.processes) senders += process.phase != Phase::idle ? 1 : 0;
    promise(senders <= 1 || !scenario_.locks, "two senders at once");
    promise(courier::wait(world.retry, world.now) <= world.wait_span, "a clock put back costs more than one full wait");
}

bool Game::recover(World& world, std::string& fault) {
    const auto done = [&](Action action) {
        fault = play(world, action);
        return true;
    };
    for (std::uint8_t i = 0; i < kProcesses; ++i) {
        const Phase phase = world.processes[i].phase;
        if (phase == Phase::planning) return done({Deed::plan, i, 0});
        if (phase == Phase::sending) return done({Deed::answer, i, static_cast<std::uint8_t>(Reply::takes)});
        if (phase == Phase::answered) return done({Deed::settle, i, 1});
    }
    // Poison stays until something else was accepted.
    const Set left = world.queue.set();
    if ((left & ~(with(&Spec::poison) & world.failed_alone)) == 0) return false;
    done({Deed::plan, 0, 0});
    if (fault.empty() && world.processes[0].phase == Phase::idle) pass(world, planned_wait_);
    return true;
}

}  // namespace candor::explore
