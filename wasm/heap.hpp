// Where the core's objects lie. Small code, for a page loads it; a browser's memory is large, and the core needs
// little.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace candor::web {

// Blocks of 2^n bytes, each with its n before it. A block that is given back waits for the next of its size, and is
// never cut or joined: of each size there are as many as were ever in use at once.
//
// Memory: `static std::uintptr_t begin()`, a multiple of 8, and `static bool reach(std::uintptr_t end)`, which makes
// all up to there usable, or says that it cannot.
template <class Memory>
class Heap {
public:
    // A multiple of 8; null when there is no more memory.
    void* take(std::size_t bytes) {
        if (bytes > kMost) return nullptr;
        const auto size = static_cast<std::size_t>(std::bit_width(bytes + sizeof(Block) - 1));
        if (end_ == 0) end_ = Memory::begin();
        Block* block = free_[size];
        if (block != nullptr) {
            free_[size] = block->next;
        } else {
            const std::uintptr_t end = end_ + (std::uintptr_t{1} << size);
            if (!Memory::reach(end)) return nullptr;
            block = reinterpret_cast<Block*>(end_);
            end_ = end;
        }
        block->size = size;
        return block + 1;
    }

    // Null: nothing happens.
    void give_back(void* taken) {
        if (taken == nullptr) return;
        Block* block = static_cast<Block*>(taken) - 1;
        const std::size_t size = block->size;
        block->next = free_[size];
        free_[size] = block;
    }

private:
    union Block {
        std::size_t size;  // in use
        Block* next;       // waiting
        std::uint64_t aligned;
    };
    static constexpr std::size_t kMost = std::size_t{1} << 29;

    Block* free_[32] = {};
    std::uintptr_t end_ = 0;  // nothing was taken yet
};

}  // namespace candor::web
