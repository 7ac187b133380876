// The heap of the page's modules, over memory of the test's own.
#include "heap.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <random>
#include <vector>

using candor::web::Heap;

namespace {

constexpr std::size_t kMemory = 4u << 20;
alignas(16) std::byte memory[kMemory];
std::size_t limit = kMemory;
std::size_t reached = 0;

struct Room {
    static std::uintptr_t begin() { return reinterpret_cast<std::uintptr_t>(memory); }
    static bool reach(std::uintptr_t end) {
        if (end - begin() > limit) return false;
        reached = end - begin();
        return true;
    }
};

struct Taken {
    unsigned char* bytes;
    std::size_t size;
    unsigned char mark;

    bool whole() const {
        for (std::size_t i = 0; i < size; ++i) {
            if (bytes[i] != mark) return false;
        }
        return true;
    }
};

Taken take(Heap<Room>& heap, std::size_t size, unsigned mark) {
    auto* bytes = static_cast<unsigned char*>(heap.take(size));
    REQUIRE(bytes != nullptr);
    REQUIRE(reinterpret_cast<std::uintptr_t>(bytes) % 8 == 0);
    REQUIRE(bytes + size <= reinterpret_cast<unsigned char*>(memory) + reached);
    std::memset(bytes, static_cast<int>(mark & 0xff), size);
    return {bytes, size, static_cast<unsigned char>(mark & 0xff)};
}

}  // namespace

TEST_CASE("heap: what is taken is one's own until it is given back") {
    limit = kMemory;
    Heap<Room> heap;
    std::mt19937 random(7);
    std::vector<Taken> taken;
    for (unsigned step = 0; step < 20'000; ++step) {
        if (taken.size() < 100 && random() % 2 == 0) {
            taken.push_back(take(heap, random() % (random() % 50 == 0 ? 20'000 : 200), step));
        } else if (!taken.empty()) {
            const std::size_t which = random() % taken.size();
            REQUIRE(taken[which].whole());
            heap.give_back(taken[which].bytes);
            taken[which] = taken.back();
            taken.pop_back();
        }
    }
    for (const Taken& each : taken) CHECK(each.whole());
}

TEST_CASE("heap: the same again takes no more memory") {
    limit = kMemory;
    Heap<Room> heap;
    const auto once = [&] {
        std::vector<Taken> taken;
        for (unsigned size = 0; size < 3000; size += 7) taken.push_back(take(heap, size, size));
        for (const Taken& each : taken) heap.give_back(each.bytes);
    };
    once();
    const std::size_t after_one = reached;
    for (int i = 0; i < 50; ++i) once();
    CHECK(reached == after_one);
}

TEST_CASE("heap: when there is no more it says so, and what was given back still serves") {
    limit = 1024;
    Heap<Room> heap;
    void* const first = heap.take(400);
    REQUIRE(first != nullptr);
    REQUIRE(heap.take(400) != nullptr);
    CHECK(heap.take(400) == nullptr);
    CHECK(heap.take(static_cast<std::size_t>(1) << 31) == nullptr);
    CHECK(heap.take(static_cast<std::size_t>(-1)) == nullptr);
    heap.give_back(first);
    heap.give_back(nullptr);
    CHECK(heap.take(390) == first);
}
