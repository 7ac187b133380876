// Answers that the store does not take.
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <string>

#include "../../contract/map_host.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::contract::MapHost;

namespace {

// Storage that can be told to take nothing, and waited for.
class Disk {
public:
    Disk() {
        table_.size = sizeof table_;
        table_.context = this;
        table_.transact = [](void* self, std::uint32_t ticket, const candor_store_request* request) {
            static_cast<Disk*>(self)->transact(ticket, request);
        };
        table_.close = [](void*) {};
    }

    const candor_store* table() const { return &table_; }

    void be_full(bool full) {
        const std::lock_guard lock(mutex_);
        map_.fail_commit = full;
        answers_ = 0;
    }
    // Until so many transactions that must last, as those of answers, were carried out or failed since then.
    void wait_for_answers(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return answers_ >= count; });
    }
    MapHost::Data data() {
        const std::lock_guard lock(mutex_);
        return map_.data;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    MapHost map_;
    candor_store behind_ = map_.table();
    candor_store table_{};
    int answers_ = 0;

    void transact(std::uint32_t ticket, const candor_store_request* request) {
        const bool lasts = request->durability == CANDOR_DURABILITY_FULL;
        const std::lock_guard lock(mutex_);
        behind_.transact(behind_.context, ticket, request);
        answers_ += lasts ? 1 : 0;
        changed_.notify_all();
    }
};

// Scored and closed, over a full disk.
struct Scored {
    TestHost host;
    Disk disk;
    TestClient client;

    Scored() : client((host.set_store(disk.table()), host), {}) {
        client.identify("web-1");
        client.show_purchase_survey();
        client.settle();
        disk.be_full(true);
        REQUIRE(candor_answer_score(client.handle(), candor_text("score"), 9) == CANDOR_OK);
        while (client.wait_for(CANDOR_EVENT_PROMPT_CHANGED).text != "failed") {
        }
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        REQUIRE(candor_prompt_get(client.handle(), &prompt) == CANDOR_OK);
        CHECK(prompt.status == CANDOR_PROMPT_FAILED);
        candor_dismiss(client.handle());
        disk.wait_for_answers(2);  // once more as the card goes
    }

    // Delivered or about to be.
    int responses() {
        int count = 0;
        const auto add = [&](const std::string& body) { count += body.find("candor.response") != std::string::npos; };
        for (const MapHost::Row& row : disk.data().queue) add(row.body);
        for (const std::string& body : host.collected()) add(body);
        return count;
    }
};

}  // namespace

TEST_CASE("an answer that was not stored when its card went is stored when the store takes it") {
    Scored scored;
    for (int i = 3; i < 6; ++i) {
        scored.host.advance(10'000);
        candor_tick(scored.client.handle());
        scored.disk.wait_for_answers(i);
    }
    CHECK(scored.responses() == 0);
    CHECK(scored.client.count(CANDOR_EVENT_ANSWERED) == 0);
    scored.disk.be_full(false);
    scored.host.advance(10'000);
    scored.client.wait_for(CANDOR_EVENT_ANSWERED);
    scored.client.settle();
    CHECK(scored.responses() == 1);
    CHECK(scored.client.explain("post-purchase").find("wait_answered") != std::string::npos);
    scored.host.advance(60'000);
    scored.client.settle();
    CHECK(scored.responses() == 1);
}

TEST_CASE("it is tried once more when the client is closed") {
    Scored scored;
    scored.disk.be_full(false);
    scored.client.close();
    CHECK(scored.responses() == 1);
}

TEST_CASE("what was not stored is forgotten with everything else") {
    Scored scored;
    scored.disk.be_full(false);
    candor_forget(scored.client.handle());
    scored.client.settle();
    scored.host.advance(60'000);
    scored.client.settle();
    scored.client.close();
    CHECK(scored.responses() == 0);
    for (const auto& [key, value] : scored.disk.data().records) CHECK(value.find("web-1") == std::string::npos);
}
