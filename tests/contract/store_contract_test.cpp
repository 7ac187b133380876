#include "store_contract.hpp"

#include "map_host.hpp"

using namespace candor;
using namespace candor::contract;

TEST_CASE("the memory store keeps the store contract") {
    store_contract([] { return Subject{outbox::memory_store()}; });
}

TEST_CASE("a host's store that answers inside the call keeps the store contract") {
    MapHost host;
    store_contract([&] { return Subject{outbox::host_store(host.table())}; });
}

TEST_CASE("a host's store that answers later keeps the store contract") {
    MapHost host;
    host.later = true;
    store_contract([&] { return Subject{outbox::host_store(host.table()), [&] { host.run(); }}; });
}

TEST_CASE("a host's store that runs each step three times keeps the store contract") {
    MapHost host;
    host.steps = 3;
    store_contract([&] { return Subject{outbox::host_store(host.table())}; });
}
