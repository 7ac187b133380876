#include "client/registry.hpp"

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "client/client.hpp"

namespace candor::client {
namespace {

struct Entry {
    std::shared_ptr<Client> client;
    int starts = 1;
};

struct Registry {
    std::mutex starting;
    std::mutex mutex;
    candor_client last = 0;
    std::unordered_map<candor_client, Entry> clients;
    std::atomic<candor_client> card_slot{0};
};

// Never destroyed: handles may be used while the process ends.
Registry& registry() {
    static Registry* const kRegistry = new Registry;
    return *kRegistry;
}

bool same_store(const Config& a, const Config& b) { return a.project == b.project && a.storage_path == b.storage_path; }

}  // namespace

std::shared_ptr<Client> start_client(const Config& config, const candor_host* host) {
    Registry& all = registry();
    // One start at a time, and not under the registry's own mutex: a client's may be held when that is asked for.
    const std::lock_guard one_start(all.starting);
    candor_client handle = 0;
    {
        const std::lock_guard lock(all.mutex);
        for (auto& [running, entry] : all.clients) {
            if (same_store(entry.client->config(), config)) {
                ++entry.starts;
                return entry.client;
            }
        }
        handle = ++all.last;
    }
    auto client = std::make_shared<Client>(handle, config, host);
    client->open();  // before anybody finds it: its first task is to open the store
    const std::lock_guard lock(all.mutex);
    all.clients.emplace(handle, Entry{client, 1});
    return client;
}

std::shared_ptr<Client> find_client(candor_client handle) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const auto found = all.clients.find(handle);
    return found == all.clients.end() ? nullptr : found->second.client;
}

std::shared_ptr<Client> end_client(candor_client handle) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const auto found = all.clients.find(handle);
    if (found == all.clients.end() || --found->second.starts > 0) return nullptr;
    std::shared_ptr<Client> client = std::move(found->second.client);
    all.clients.erase(found);
    return client;
}

bool take_card_slot(candor_client handle) {
    candor_client free = 0;
    return registry().card_slot.compare_exchange_strong(free, handle) || free == handle;
}

void free_card_slot(candor_client handle, bool tell) {
    candor_client mine = handle;
    if (!registry().card_slot.compare_exchange_strong(mine, 0) || !tell) return;
    // Whoever was kept from asking may ask now. Told on their own executors: the caller may hold its own mutex.
    std::vector<std::shared_ptr<Client>> others;
    {
        const std::lock_guard lock(registry().mutex);
        for (auto& [other, entry] : registry().clients) {
            if (other != handle) others.push_back(entry.client);
        }
    }
    for (const std::shared_ptr<Client>& other : others) other->card_slot_freed();
}

bool holds_card_slot(candor_client handle) { return registry().card_slot.load() == handle; }

bool card_slot_taken_by_other(candor_client handle) {
    const candor_client holder = registry().card_slot.load();
    return holder != 0 && holder != handle;
}

}  // namespace candor::client
