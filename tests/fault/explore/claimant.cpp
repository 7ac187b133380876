// One process that uses the SDK as it is told to, line by line, with a clock of its own: so that a test can have
// several on one store, and end each where it likes.
//
//   claimant FOLDER [shared]     "shared": storage that the host gives, without locks
//
// Each command is answered by what the SDK told meanwhile, and a last line "done STATUS".
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "candor/candor.h"
#include "kill_switch.hpp"
#include "shared_store.hpp"

using namespace candor::fault;

namespace {

constexpr std::int64_t kLong = 60'000;

constexpr const char* kDocument =
    R"({"candor":1,"project":"shop","revision":1,"product":"Shop","locale":"en","surveys":[{"id":"s","kind":"transactional",)"
    R"("triggers":[{"event":"go"}],"expires":3600,"wait":{"answered":90,"dismissed":30,"shown":30},)"
    R"("questions":[{"id":"score","type":"nps"},{"id":"reason","type":"text","optional":true,"text":"Why?"},)"
    R"({"id":"thanks","type":"thanks"}]}]})";

candor_string lend(const std::string& text) { return {text.data(), text.size()}; }
std::string view(candor_string text) { return {text.data != nullptr ? text.data : "", text.size}; }

class Claimant {
public:
    explicit Claimant(const std::string& folder) : folder_(folder) {
        host_.size = sizeof host_;
        host_.context = this;
        host_.now = [](void* self) { return static_cast<Claimant*>(self)->now_.load(); };
        host_.monotonic = [](void* self) { return static_cast<Claimant*>(self)->now_.load() - kBegin; };
    }

    void share() {
        shared_ = std::make_unique<SharedStore>(folder_ + "/shared.db");
        host_.store = shared_->table();
    }

    candor_status obey(const std::string& line) {
        std::istringstream words(line);
        std::string verb, argument;
        words >> verb >> argument;
        if (verb == "start") return start();
        if (verb == "clock") return now_ += std::atoll(argument.c_str()), settle();
        if (verb == "identify") return candor_identify(client_, lend(argument));
        if (verb == "track") return candor_track(client_, lend(argument), nullptr, 0);
        if (verb == "settle") return settle();
        if (verb == "present") return candor_presented(client_);
        if (verb == "score") return candor_answer_score(client_, candor_text("score"), std::atoi(argument.c_str()));
        if (verb == "text") return candor_answer_text(client_, candor_text("reason"), lend(argument));
        if (verb == "dismiss") return candor_dismiss(client_);
        if (verb == "hidden") return candor_hidden(client_, std::atoi(argument.c_str()));
        if (verb == "prompt") return say_prompt();
        if (verb == "kill") return kill_before(std::atol(argument.c_str())), CANDOR_OK;
        if (verb == "operations") return say("operations " + std::to_string(operations())), CANDOR_OK;
        if (verb == "close") return candor_close(client_, kLong);
        return CANDOR_INVALID;
    }

    static void say(const std::string& line) {
        std::fputs((line + "\n").c_str(), stdout);
        std::fflush(stdout);
    }

private:
    static constexpr std::int64_t kBegin = 1'795'334'400'000;

    std::string folder_;
    candor_host host_{};
    std::unique_ptr<SharedStore> shared_;
    std::atomic<std::int64_t> now_{kBegin};
    candor_client client_ = 0;
    bool ready_ = false;

    candor_status start() {
        candor_config config = CANDOR_CONFIG_INIT;
        config.project = candor_text("shop");
        config.storage_path = lend(folder_);
        config.on_event = [](void* self, candor_client, const candor_event* event) {
            static_cast<Claimant*>(self)->told(*event);
        };
        config.on_event_context = this;
        config.host = &host_;
        client_ = candor_start(&config, nullptr);
        candor_load(client_, candor_text(kDocument));
        settle();
        return ready_ ? CANDOR_OK : CANDOR_FAILED;
    }

    // Until all that was said is stored, and all that follows from it.
    candor_status settle() {
        candor_status status = CANDOR_OK;
        for (int i = 0; i < 3; ++i) {
            candor_tick(client_);
            status = candor_flush(client_, kLong);
        }
        candor_tick(client_);
        return status;
    }

    void told(const candor_event& event) {
        switch (event.kind) {
            case CANDOR_EVENT_READY: ready_ = true; break;
            case CANDOR_EVENT_SHOWN: say("shown " + submission()); break;
            case CANDOR_EVENT_ANSWERED: say("answered"); break;
            case CANDOR_EVENT_ERROR: say("error " + view(event.text)); break;
            default: break;
        }
    }

    std::string submission() const {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        return candor_prompt_get(client_, &prompt) == CANDOR_OK ? view(prompt.submission) : "none";
    }

    candor_status say_prompt() {
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        const candor_status status = candor_prompt_get(client_, &prompt);
        say(status == CANDOR_OK ? "prompt " + view(prompt.question) : "prompt none");
        return CANDOR_OK;
    }
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    install_kill_switch();
    Claimant claimant(arguments[1]);
    if (count > 2 && std::strcmp(arguments[2], "shared") == 0) claimant.share();
    for (std::string line; std::getline(std::cin, line);) {
        const candor_status status = claimant.obey(line);
        Claimant::say("done " + std::to_string(status));
    }
}
