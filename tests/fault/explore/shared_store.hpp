// A host's storage that several processes share, over SQLite: what a host without locks of its own may give.
#pragma once

#include <memory>
#include <string>

#include "candor/candor.h"
#include "outbox/store.hpp"

namespace candor::fault {

class SharedStore {
public:
    // Ends the process when the file cannot be opened.
    explicit SharedStore(const std::string& path);
    const candor_store* table() const { return &table_; }

private:
    std::unique_ptr<outbox::Store> store_;
    candor_store table_{};

    void transact(std::uint32_t ticket, const candor_store_request& request);
};

}  // namespace candor::fault
