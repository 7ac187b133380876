// client.answer_full: an answer through the C API, waited for until it is durable, against a raw SQLite loop of two
// writes in a durable commit, on the same disk, in turns.
// client.start_10k: a process's first start until it is ready, with 10,000 events queued, in milliseconds.
// client.idle_memory: private dirty pages of a process in which a client is ready and nothing happens, less those of
// the same program without one, in MB.
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <string>

#include "candor/candor.h"
#include "outbox/store.hpp"
#include "raw_store.hpp"
#include "report.hpp"

namespace bench = candor::bench;

namespace {

constexpr int kTurns = 41;
constexpr int kCommitsATurn = 40;
constexpr std::int64_t kLongest = 60'000;

constexpr const char* kDocument =
    R"({"candor":1,"project":"bench","revision":1,"product":"Bench","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"wait":{"answered":90},"questions":[{"id":"score","type":"nps"},)"
    R"({"id":"reason","type":"text","optional":true,"text":"Why?"},{"id":"thanks","type":"thanks"}]}]})";

struct Seen {
    bool prompt = false;
    int answered = 0;
};

void on_event(void* context, candor_client, const candor_event* event) {
    Seen& seen = *static_cast<Seen*>(context);
    if (event->kind == CANDOR_EVENT_PROMPT_POSSIBLE) seen.prompt = true;
    if (event->kind == CANDOR_EVENT_ANSWERED) ++seen.answered;
    if (event->kind == CANDOR_EVENT_ERROR) bench::give_up(std::string(event->text.data, event->text.size));
}

void settle(candor_client client) {
    if (candor_flush(client, kLongest) != CANDOR_OK) bench::give_up("does not settle");
    candor_tick(client);
}

candor_client start(const std::string& folder, Seen& seen) {
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("bench");
    config.storage_path = candor_text(folder.c_str());
    config.on_event = on_event;
    config.on_event_context = &seen;
    candor_string why{};
    const candor_client client = candor_start(&config, &why);
    if (client == 0) bench::give_up(std::string(why.data, why.size));
    if (candor_load(client, candor_text(kDocument)) != CANDOR_OK) bench::give_up("the document is refused");
    settle(client);
    candor_track(client, candor_text("go"), nullptr, 0);
    for (int i = 0; i < 100 && !seen.prompt; ++i) settle(client);
    if (!seen.prompt || candor_presented(client) != CANDOR_OK) bench::give_up("no prompt");
    settle(client);
    return client;
}

void answer_full() {
    const bench::Directory directory;
    Seen seen;
    const candor_client client = start(directory.file(""), seen);
    bench::RawStore raw(directory.file("raw.db"));

    bench::Pairs pairs;
    int answers = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
        double ours = 0, theirs = 0;
        for (int i = 0; i < kCommitsATurn; ++i) {
            const std::string id = bench::event_id(turn * kCommitsATurn + i);
            const std::string body = bench::response_body(id);
            ours += bench::seconds_of([&] {
                candor_answer_score(client, candor_text("score"), i % 11);
                candor_flush(client, kLongest);
            });
            ++answers;
            theirs += bench::seconds_of([&] { raw.commit(id, body); });
        }
        candor_tick(client);
        if (turn > 0) pairs.add(kCommitsATurn / ours, kCommitsATurn / theirs);
    }
    if (seen.answered != answers) bench::give_up("an answer was not stored");
    pairs.print("client.answer_full", "1/s", 0.7);
    candor_close(client, 1000);
}

// ---- in processes of their own ----

constexpr int kProcesses = 21;
constexpr int kQueued = 10'000;  // the queue's own bound

// A host that ticks when it is woken, until the client is ready.
struct Host {
    candor_host host{};
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false, ready = false;

    Host() {
        host.size = sizeof host;
        host.context = this;
        host.wake = [](void* self, candor_client, std::int64_t) {
            Host& me = *static_cast<Host*>(self);
            const std::lock_guard lock(me.mutex);
            me.woken = true;
            me.changed.notify_all();
        };
    }

    candor_client start(const std::string& folder) {
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("bench");
        config.storage_path = candor_text(folder.c_str());
        config.host = &host;
        config.on_event = [](void* self, candor_client, const candor_event* event) {
            if (event->kind == CANDOR_EVENT_READY) static_cast<Host*>(self)->ready = true;
            if (event->kind == CANDOR_EVENT_ERROR) bench::give_up(std::string(event->text.data, event->text.size));
        };
        config.on_event_context = this;
        const candor_client client = candor_start(&config, nullptr);
        candor_load(client, candor_text(kDocument));
        for (candor_tick(client); !ready; candor_tick(client)) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return woken; });
            woken = false;
        }
        return client;
    }
};

double start_once(const std::string& folder) {
    Host host;
    candor_client client = 0;
    const double seconds = bench::seconds_of([&] { client = host.start(folder); });
    candor_close(client, 1000);
    return seconds * 1e3;
}

double private_dirty() {
    std::ifstream pages("/proc/self/smaps_rollup");
    for (std::string word; pages >> word;) {
        if (word == "Private_Dirty:" && pages >> word) return std::stod(word) / 1024;
    }
    bench::give_up("no smaps_rollup");
}

double idle_once(const std::string& folder) {
    Host host;
    const candor_client client = host.start(folder);
    for (int i = 0; i < 3; ++i) settle(client);
    const double dirty = private_dirty();
    candor_close(client, 1000);
    return dirty;
}

// This program again, which prints one number.
double measured_by(const std::string& what, const std::string& folder) {
    int ends[2];
    if (pipe(ends) != 0) bench::give_up("no pipe");
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execl("/proc/self/exe", "bench_client", what.c_str(), folder.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    FILE* const output = fdopen(ends[0], "r");
    double value = 0;
    const bool read = std::fscanf(output, "%lf", &value) == 1;
    fclose(output);
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0 || !read) bench::give_up("a process of its own failed");
    return value;
}

void fill(const std::string& folder) {
    start_once(folder);  // what an app has that was used before
    auto store = candor::outbox::sqlite_store(folder + "/bench.candor.db");
    if (!store) bench::give_up(describe(store.error()));
    candor::outbox::Change change;
    for (int i = 0; i < kQueued; ++i) {
        const std::string id = bench::event_id(i);
        change.appends.push_back(
            {id, bench::response_body(id), candor::outbox::EventKind::answer, 1'790'000'000'000, 0, 0});
    }
    (*store)->transact(
        {}, [&](const candor::outbox::State&) { return change; },
        [](const candor::Result<void>& result) {
            if (!result) bench::give_up(describe(result.error()));
        });
}

void start_10k() {
    const bench::Directory directory;
    fill(directory.file(""));
    std::vector<double> times;
    for (int i = 0; i < kProcesses; ++i) times.push_back(measured_by("--start", directory.file("")));
    bench::print_at_most("client.start_10k", times, "ms", 3);
}

void idle_memory() {
    const bench::Directory directory;
    std::vector<double> sizes;
    for (int i = 0; i < kProcesses; ++i) {
        sizes.push_back(measured_by("--idle", directory.file("")) - measured_by("--without", directory.file("")));
    }
    bench::print_at_most("client.idle_memory", sizes, "MB", 2);
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 3 && arguments[1][0] == '-') {
        const std::string what = arguments[1], folder = arguments[2];
        std::printf("%f\n", what == "--start"  ? start_once(folder)
                            : what == "--idle" ? idle_once(folder)
                                               : private_dirty());
        return 0;
    }
    if (bench::wanted(count, arguments, "client.answer_full")) answer_full();
    if (bench::wanted(count, arguments, "client.start_10k")) start_10k();
    if (bench::wanted(count, arguments, "client.idle_memory")) idle_memory();
}
