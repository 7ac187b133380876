#include "explorer.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

namespace candor::explore {
namespace {

// 128 bits of a state's canonical form: that two of some millions share one is out of the question.
struct Fingerprint {
    std::uint64_t high = 0, low = 0;
    bool operator==(const Fingerprint&) const = default;
};
struct Hash {
    std::size_t operator()(const Fingerprint& print) const { return print.low; }
};
using Seen = std::unordered_set<Fingerprint, Hash>;

std::uint64_t mixed(std::uint64_t value) {
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93;
    return value ^ value >> 32;
}

class Canon {
public:
    void add(std::int64_t value) {
        const auto word = static_cast<std::uint64_t>(value);
        print_.low = mixed(print_.low ^ word) + 0x9e3779b97f4a7c15;
        print_.high = mixed(print_.high * 0x2545f4914f6cdd1d + word + 0x632be59bd9b4e019);
    }
    void add(const Rows& rows) {
        add(rows.size);
        for (const Queued& row : rows) add(row.event * 256 + row.attempts);
    }
    Fingerprint print() const { return print_; }

private:
    Fingerprint print_;
};

// Alike are worlds that differ in nothing but the hour, and in which of the two processes is which.
Fingerprint canonical(const World& world) {
    const auto since_now = [&](Instant at) { return at == 0 ? kNever : at - world.now; };
    Canon canon;
    canon.add(world.queue);
    for (const Queued& row : world.queue) canon.add(since_now(world.hold[row.event]));
    const courier::RetryState& retry = world.retry;
    canon.add(world.record_size == 0 ? 0 : 1 + retry.attempt);
    canon.add(since_now(retry.wait_from));
    canon.add(since_now(retry.not_before));
    canon.add(retry.batch_limit * 4 + (retry.stopped ? 2 : 0) + (retry.proven ? 1 : 0));
    std::pair<Fingerprint, Fingerprint> processes;
    for (std::size_t i = 0; i < kProcesses; ++i) {
        const Process& process = world.processes[i];
        Canon one;
        one.add(static_cast<int>(process.phase) * 64 + static_cast<int>(process.reply));
        one.add(process.batch);
        (i == 0 ? processes.first : processes.second) = one.print();
    }
    if (processes.second.low < processes.first.low) std::swap(processes.first, processes.second);
    for (const Fingerprint& print : {processes.first, processes.second}) {
        canon.add(static_cast<std::int64_t>(print.high));
        canon.add(static_cast<std::int64_t>(print.low));
    }
    std::array<Set, kMostLate> late = world.late;
    for (std::size_t i = world.late_count; i < kMostLate; ++i) late[i] = 0;
    std::sort(late.begin(), late.end());
    canon.add(late[0] * 256 + late[1]);
    canon.add(world.clock_moves);
    std::int64_t past = 0;
    for (const Set set : {world.appended, world.taken, world.counted, world.gone, world.failed_alone}) {
        past = past * 256 + set;
    }
    canon.add(past * 2 + (world.proven ? 1 : 0));
    canon.add(world.failures);
    canon.add(world.wait_left);
    canon.add(world.wait_span);
    return canon.print();
}

struct Origin {
    std::uint32_t before = 0;
    Action action;
};

class Explorer {
public:
    Explorer(const Scenario& scenario, const Sender& sender) : scenario_(scenario), game_(scenario, sender) {}

    Found explore(int depth) {
        std::vector<std::pair<World, std::uint32_t>> level;
        reach(game_.beginning(), {}, level);
        for (int step = 0; step < depth && found_.fault.empty(); ++step) {
            std::vector<std::pair<World, std::uint32_t>> next;
            for (const auto& [world, number] : level) {
                spread(world, number, next);
                if (!found_.fault.empty()) break;
            }
            level = std::move(next);
        }
        found_.states = seen_.size();
        found_.milestones = game_.milestones();
        return std::move(found_);
    }

private:
    const Scenario& scenario_;
    Game game_;
    Seen seen_, sound_;  // sound: everything is delivered from here on
    std::vector<Origin> origins_;
    Found found_;

    void spread(const World& world, std::uint32_t number, std::vector<std::pair<World, std::uint32_t>>& next) {
        for (const Action action : game_.possible(world)) {
            World after = world;
            ++found_.transitions;
            if (const std::string fault = game_.play(after, action); !fault.empty()) {
                tell(fault, number, action);
                return;
            }
            reach(after, {number, action}, next);
            if (!found_.fault.empty()) return;
        }
    }

    void reach(const World& world, const Origin& origin, std::vector<std::pair<World, std::uint32_t>>& level) {
        if (!seen_.insert(canonical(world)).second) return;
        const auto number = static_cast<std::uint32_t>(origins_.size());
        origins_.push_back(origin);
        level.emplace_back(world, number);
        if (const std::string fault = drains(world); !fault.empty()) {
            tell(fault + ", once all is well again", origin.before, origin.action);
        }
    }

    std::string drains(World world) {
        constexpr int kMostDeeds = 400;
        std::vector<Fingerprint> passed;
        std::string fault;
        for (int deed = 0; deed < kMostDeeds; ++deed) {
            const Fingerprint print = canonical(world);
            if (sound_.count(print) != 0) break;
            passed.push_back(print);
            if (!game_.recover(world, fault)) break;
            if (!fault.empty()) return fault;
            if (deed + 1 == kMostDeeds) return "the queue never drains";
        }
        sound_.insert(passed.begin(), passed.end());
        return "";
    }

    void tell(const std::string& fault, std::uint32_t number, Action last) {
        std::vector<Action> path{last};
        for (; number != 0; number = origins_[number].before) path.push_back(origins_[number].action);
        found_.fault = fault + ":";
        for (auto action = path.rbegin(); action != path.rend(); ++action) {
            found_.fault += "\n  " + action->text(scenario_);
        }
    }
};

}  // namespace

Found explore_all(const Scenario& scenario, const Sender& sender, int depth) {
    return Explorer(scenario, sender).explore(depth);
}

}  // namespace candor::explore
