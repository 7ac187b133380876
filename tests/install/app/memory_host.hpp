// What a host without threads gives to Candor: clock, chance and storage, here in memory.
#pragma once

#include <candor/candor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

class MemoryHost {
public:
    MemoryHost();
    MemoryHost(const MemoryHost&) = delete;
    MemoryHost& operator=(const MemoryHost&) = delete;

    const candor_host* face() const { return &host_; }
    std::size_t queued() const { return queue_.size(); }

private:
    struct Event {
        std::string id;
        std::string body;
        candor_queued plain;
    };

    void transact(std::uint32_t ticket, const candor_store_request& request);
    void apply(const candor_store_change& change);

    candor_host host_ = {};
    candor_store store_ = {};
    std::map<std::string, std::string> records_;
    std::vector<Event> queue_;
};
