// A page's storage, and in it what the loader wrote down before the core was there.
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <string>

#include "../../contract/map_host.hpp"
#include "test_host.hpp"

using namespace candor::test;
using candor::contract::MapHost;

namespace {

class Page {
public:
    Page() {
        table_.size = sizeof table_;
        table_.context = this;
        table_.transact = [](void* self, std::uint32_t ticket, const candor_store_request* request) {
            static_cast<Page*>(self)->transact(ticket, request);
        };
        table_.close = [](void*) {};
    }

    const candor_store* table() const { return &table_; }
    MapHost& map() { return map_; }

    // A transaction that reads the journal waits for the promise.
    void hold(std::promise<void>& promise) { held_ = promise.get_future(); }

private:
    MapHost map_;
    candor_store behind_ = map_.table();
    candor_store table_{};
    std::future<void> held_;

    void transact(std::uint32_t ticket, const candor_store_request* request) {
        if (request->journal != 0 && held_.valid()) held_.get();
        behind_.transact(behind_.context, ticket, request);
    }
};

}  // namespace

TEST_CASE("what happens while the journal is read happens to whom the journal names") {
    TestHost host;
    Page page;
    host.set_store(page.table());
    {
        TestClient client(host, {});
        client.identify("web-1");
        client.settle();
    }
    page.map().data.journal = {{"1", R"({"kind":"identify","person":"web-2","at":1795334400000})"}};
    std::promise<void> read;
    page.hold(read);
    TestClient client(host, {});
    client.track("purchase_completed");
    read.set_value();
    client.settle();
    host.advance(2500);
    CHECK(client.came(CANDOR_EVENT_PROMPT_POSSIBLE));
    const auto& records = page.map().data.records;
    CHECK(records.at("person/web-1").find("purchase_completed") == std::string::npos);
    CHECK(records.at("person/web-2").find("purchase_completed") != std::string::npos);
}
