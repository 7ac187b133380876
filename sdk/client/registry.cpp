#include "client/registry.hpp"
#include "base/shared.hpp"

#include <atomic>
#include <mutex>

#include "client/client.hpp"
#include "client/system.hpp"

namespace candor::client {
namespace {

struct Entry {
    Shared<Client> client;
    int starts = 1;
    std::unique_ptr<Entry> next;
};

struct Registry {
    std::mutex starting;
    std::mutex mutex;
    candor_client last = 0;
    std::unique_ptr<Entry> first;  // one or two: searched through
    std::atomic<candor_client> card_slot{0};

    // Where the entry hangs, or would.
    std::unique_ptr<Entry>& find(candor_client handle) {
        std::unique_ptr<Entry>* place = &first;
        while (*place != nullptr && (*place)->client->handle() != handle) place = &(*place)->next;
        return *place;
    }
};

// Never destroyed: handles may be used while the process ends.
Registry& registry() {
    static Registry* const kRegistry = new Registry;
    return *kRegistry;
}

// Null when it was the last. New entries are hung at the end.
Shared<Client> started_after(candor_client handle) {
    const std::lock_guard lock(registry().mutex);
    const Entry* entry = registry().first.get();
    while (entry != nullptr && entry->client->handle() <= handle) entry = entry->next.get();
    return entry != nullptr ? entry->client : nullptr;
}

bool same_store(const Config& a, const Config& b) { return a.project == b.project && a.storage_path == b.storage_path; }

}  // namespace

Shared<Client> start_client(const Config& config, const candor_host* host) {
    watch_for_forks();
    Registry& all = registry();
    // One start at a time, and not under the registry's own mutex: a client's may be held when that is asked for.
    const std::lock_guard one_start(all.starting);
    candor_client handle = 0;
    {
        const std::lock_guard lock(all.mutex);
        for (Entry* entry = all.first.get(); entry != nullptr; entry = entry->next.get()) {
            if (same_store(entry->client->config(), config)) {
                ++entry->starts;
                return entry->client;
            }
        }
        handle = ++all.last;
    }
    auto client = make_shared<Client>(handle, config, host);
    client->open();  // before anybody finds it: its first task is to open the store
    const std::lock_guard lock(all.mutex);
    all.find(handle) = std::make_unique<Entry>(Entry{client, 1, nullptr});
    return client;
}

Shared<Client> find_client(candor_client handle) {
    if (in_forked_child()) return nullptr;
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const Entry* found = all.find(handle).get();
    return found != nullptr ? found->client : nullptr;
}

Shared<Client> end_client(candor_client handle) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    std::unique_ptr<Entry>& place = all.find(handle);
    if (place == nullptr || --place->starts > 0) return nullptr;
    const std::unique_ptr<Entry> ended = std::move(place);
    place = std::move(ended->next);
    return std::move(ended->client);
}

bool take_card_slot(candor_client handle) {
    candor_client free = 0;
    return registry().card_slot.compare_exchange_strong(free, handle) || free == handle;
}

void free_card_slot(candor_client handle, bool tell) {
    candor_client mine = handle;
    if (!registry().card_slot.compare_exchange_strong(mine, 0) || !tell) return;
    // Whoever was kept from asking may ask now. Told on their own executors: the caller may hold its own mutex.
    candor_client told = 0;
    while (const Shared<Client> other = started_after(told)) {
        told = other->handle();
        if (told != handle) other->card_slot_freed();
    }
}

bool holds_card_slot(candor_client handle) { return registry().card_slot.load() == handle; }

bool card_slot_taken_by_other(candor_client handle) {
    const candor_client holder = registry().card_slot.load();
    return holder != 0 && holder != handle;
}

}  // namespace candor::client
