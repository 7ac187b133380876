// Who may show a card, while that is being found out.
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "test_host.hpp"

using namespace candor::test;

namespace {

// Locks that are always free; the card's can be made to wait for its answer.
class Locks {
public:
    Locks() {
        table_.size = sizeof table_;
        table_.context = this;
        table_.acquire = [](void* self, std::uint32_t ticket, candor_string name) {
            static_cast<Locks*>(self)->acquire(ticket, {name.data, name.size});
        };
        table_.release = [](void*, std::uint32_t) {};
    }
    const candor_locks* table() const { return &table_; }

    void hold_back() {
        const std::lock_guard lock(mutex_);
        held_back_ = true;
    }
    // Once it has been asked for.
    void give() {
        std::unique_lock lock(mutex_);
        asked_.wait(lock, [this] { return ticket_ != 0; });
        held_back_ = false;
        const std::uint32_t ticket = ticket_;
        lock.unlock();
        candor_lock_done(ticket, CANDOR_OK);
    }

private:
    candor_locks table_{};
    std::mutex mutex_;
    std::condition_variable asked_;
    bool held_back_ = false;
    std::uint32_t ticket_ = 0;

    void acquire(std::uint32_t ticket, std::string_view name) {
        {
            const std::lock_guard lock(mutex_);
            if (held_back_ && name == "card") {
                ticket_ = ticket;
                asked_.notify_all();
                return;
            }
        }
        candor_lock_done(ticket, CANDOR_OK);
    }
};

}  // namespace

TEST_CASE("who is due while somebody else's interrupted card is looked after is asked when that comes to nothing") {
    Locks locks;
    TestHost host;
    host.set_locks(locks.table());
    const TemporaryFolder folder;
    const std::string document = one_survey(R"("kind": "transactional", "triggers": [{"event": "go"}])");
    {
        TestClient client(host, {.storage = folder.path(), .with_document = false});
        client.load(document);
        client.wait_for(CANDOR_EVENT_READY);
        client.identify("a");
        client.track("go");
        client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
        REQUIRE(candor_presented(client.handle()) == CANDOR_OK);
        client.wait_for(CANDOR_EVENT_SHOWN);
        client.close(0);
    }
    locks.hold_back();
    TestClient client(host, {.storage = folder.path(), .with_document = false});
    client.load(document);
    client.wait_for(CANDOR_EVENT_READY);
    client.identify("b");
    client.track("go");
    while (client.wait_for(CANDOR_EVENT_DECIDED).text != "s") {
    }
    locks.give();
    client.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    CHECK(client.question() == "score");
}
