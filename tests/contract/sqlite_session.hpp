#pragma once

#include "scratch.hpp"
#include "store_contract.hpp"

namespace candor::contract {

inline Subject open_sqlite(const std::string& path, List<String>* notices = nullptr) {
    auto store = outbox::sqlite_store(path, notices);
    INFO((store ? "" : describe(store.error())));
    REQUIRE(store.has_value());
    return Subject{std::move(*store)};
}

}  // namespace candor::contract
