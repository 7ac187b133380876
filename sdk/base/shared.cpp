#include "base/shared.hpp"

#include <atomic>
#include <cstdlib>

namespace candor::shared {

namespace {

// Stands before the object.
struct Head {
    std::atomic<std::uint32_t> owners;
    End end;
};
constexpr std::size_t kHead = 2 * sizeof(void*);
static_assert(sizeof(Head) <= kHead);

Head& head_of(const void* object) {
    return *reinterpret_cast<Head*>(static_cast<char*>(const_cast<void*>(object)) - kHead);
}

}  // namespace

void* make(std::size_t bytes, End end) {
    auto* block = static_cast<char*>(std::malloc(kHead + bytes));
    if (block == nullptr) std::abort();
    new (block) Head{{1}, end};
    return block + kHead;
}

[[gnu::noinline]] void keep(const void* object) {
    if (object != nullptr) head_of(object).owners.fetch_add(1, std::memory_order_relaxed);
}

[[gnu::noinline]] void drop(const void* object) {
    if (object == nullptr || head_of(object).owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    head_of(object).end(const_cast<void*>(object));
    std::free(&head_of(object));
}

}  // namespace candor::shared
