// client.answer_full: an answer through the C API, waited for until it is durable, against a raw SQLite loop of two
// writes in a durable commit, on the same disk, in turns.
#include <string>

#include "candor/candor.h"
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

}  // namespace

int main() {
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
    pairs.print("client.answer_full", "1/s");
    candor_close(client, 1000);
}
