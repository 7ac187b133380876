// A program of the usual kind: its SDK keeps answers in SQLite and sends them over a socket. It answers one survey
// after the other, as fast as it can, until it is killed; or, told to, sends what is left and ends.
//
//   answerer FOLDER ENDPOINT NUMBER [drain]      NUMBER: of this run, for the names of its persons
//
// It writes "accepted SUBMISSION REVISION" only after the SDK has told that the answer is durable.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "candor/candor.h"
#include "candor/desktop.h"

namespace {

constexpr std::int64_t kLong = 60'000;

constexpr const char* kDocument =
    R"({"candor":1,"project":"shop","revision":1,"product":"Shop","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"wait":{"answered":90},"questions":[{"id":"score","type":"nps"},)"
    R"({"id":"reason","type":"text","optional":true,"text":"Why?"},{"id":"thanks","type":"thanks"}]}]})";

candor_string lend(const std::string& text) { return {text.data(), text.size()}; }

// The host's loop: ticks when it is woken.
class Loop {
public:
    static void wake(void* self, candor_client, std::int64_t delay) {
        if (delay == 0) static_cast<Loop*>(self)->wake_up();
    }
    // False: nothing has happened for long.
    bool wait() {
        std::unique_lock lock(mutex_);
        const bool woken = changed_.wait_for(lock, std::chrono::milliseconds(kLong), [this] { return woken_; });
        woken_ = false;
        return woken;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;

    void wake_up() {
        const std::lock_guard lock(mutex_);
        woken_ = true;
        changed_.notify_all();
    }
};

struct Seen {
    int answered = 0, ready = 0;
};

void on_event(void* context, candor_client, const candor_event* event) {
    Seen& seen = *static_cast<Seen*>(context);
    switch (event->kind) {
        case CANDOR_EVENT_READY: ++seen.ready; break;
        case CANDOR_EVENT_ANSWERED: ++seen.answered; break;
        case CANDOR_EVENT_ERROR:
            std::printf("error %.*s\n", static_cast<int>(event->text.size), event->text.data);
            std::fflush(stdout);
            break;
        default: break;
    }
}

class Answerer {
public:
    Answerer(const char* folder, const char* endpoint, const candor_http* http) {
        host_.size = sizeof host_;
        host_.context = &loop_;
        host_.wake = Loop::wake;
        host_.http = http;
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("shop");
        config.endpoint = candor_text(endpoint);
        config.write_key = candor_text("key");
        config.storage_path = candor_text(folder);
        config.on_event = on_event;
        config.on_event_context = &seen_;
        config.host = &host_;
        client_ = candor_start(&config, nullptr);
        candor_load(client_, candor_text(kDocument));
    }

    bool ready() {
        return until([this] { return seen_.ready > 0; }) || hangs("not ready");
    }

    // A score and a comment, or, each third time, a score alone. False: it hangs.
    bool answer(const std::string& person, int number) {
        candor_identify(client_, lend(person));
        candor_track(client_, candor_text("go"), nullptr, 0);
        // There may have been one already, which an earlier life left behind: it went with its person.
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        if (!until([&] { return candor_prompt_get(client_, &prompt) == CANDOR_OK; })) return hangs("no prompt");
        const std::string submission(prompt.submission.data, prompt.submission.size);
        candor_presented(client_);
        say("trying " + submission);
        int answers = seen_.answered;
        candor_answer_score(client_, candor_text("score"), number % 11);
        if (!until([&] { return seen_.answered > answers; })) return hangs("the score is not stored");
        say("accepted " + submission + " 1");
        if (number % 3 != 0) {
            answers = seen_.answered;
            candor_answer_text(client_, candor_text("reason"), candor_text("it's \"good\"; DROP TABLE queue;--"));
            if (!until([&] { return seen_.answered > answers; })) return hangs("the comment is not stored");
            say("accepted " + submission + " 2");
        }
        candor_dismiss(client_);
        return true;
    }

    bool drain() {
        for (int i = 0; i < 20; ++i) {
            candor_tick(client_);
            if (candor_flush(client_, kLong / 2) == CANDOR_OK) break;
            if (i == 19) return false;
        }
        return candor_close(client_, 0) == CANDOR_OK;
    }

    static void say(const std::string& line) {
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
    }

private:
    Loop loop_;
    Seen seen_;
    candor_host host_{};
    candor_client client_ = 0;

    template <class Condition>
    bool until(const Condition& condition) {
        for (;;) {
            candor_tick(client_);
            if (condition()) return true;
            if (!loop_.wait()) return false;
        }
    }

    static bool hangs(const char* where) {
        say(std::string("error it hangs: ") + where);
        return false;
    }
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return 2;
    candor_desktop_http* const http = candor_desktop_http_create(nullptr, nullptr);
    Answerer answerer(arguments[1], arguments[2], candor_desktop_http_interface(http));
    if (count > 4 && std::strcmp(arguments[4], "drain") == 0) {
        const bool drained = answerer.ready() && answerer.drain();
        candor_desktop_http_destroy(http);
        return drained ? 0 : 1;
    }
    if (!answerer.ready()) return 1;
    Answerer::say("ready");
    for (int i = 0;; ++i) {
        if (!answerer.answer(std::string("person-") + arguments[3] + "-" + std::to_string(i), i)) return 1;
    }
}
