// malloc and new of the modules, in place of emscripten's.
#include "heap.hpp"

extern "C" {
extern std::max_align_t __heap_base;  // the linker's: behind the data and the stack
void* malloc(std::size_t bytes);
void free(void* taken);
}

namespace {

struct Pages {
    static std::uintptr_t begin() { return reinterpret_cast<std::uintptr_t>(&__heap_base); }
    static bool reach(std::uintptr_t end) {
        constexpr std::size_t kPage = 65536;
        const std::size_t missing = (end + kPage - 1) / kPage - __builtin_wasm_memory_size(0);
        return static_cast<std::ptrdiff_t>(missing) <= 0 ||
               __builtin_wasm_memory_grow(0, missing) != static_cast<std::size_t>(-1);
    }
};

candor::web::Heap<Pages> heap;

}  // namespace

void* malloc(std::size_t bytes) { return heap.take(bytes); }
void free(void* taken) { heap.give_back(taken); }

// Of objects: without memory there is no going on, and nobody to tell.
void* operator new(std::size_t bytes) {
    void* taken = heap.take(bytes);
    if (taken == nullptr) __builtin_trap();
    return taken;
}
void operator delete(void* taken) noexcept { heap.give_back(taken); }
void operator delete(void* taken, std::size_t) noexcept { heap.give_back(taken); }
