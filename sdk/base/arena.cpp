#include "base/arena.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace candor {

namespace {

constexpr std::size_t kBlockBytes = 4000;

}  // namespace

struct alignas(std::max_align_t) Arena::Block {
    Block* before;
};

void Arena::swap(Arena& other) noexcept {
    std::swap(last_, other.last_);
    std::swap(next_, other.next_);
    std::swap(left_, other.left_);
}

Arena& Arena::operator=(Arena&& other) noexcept {
    Arena taken(std::move(other));
    swap(taken);
    return *this;
}

Arena::~Arena() {
    while (last_ != nullptr) {
        Block* before = last_->before;
        ::operator delete(last_);
        last_ = before;
    }
}

void* Arena::take(std::size_t bytes) {
    bytes = (bytes + alignof(Block) - 1) / alignof(Block) * alignof(Block);
    if (bytes > left_) {
        left_ = std::max(bytes, kBlockBytes);
        Block* block = new (::operator new(sizeof(Block) + left_)) Block{last_};
        last_ = block;
        next_ = reinterpret_cast<std::byte*>(block + 1);
    }
    void* taken = next_;
    next_ += bytes;
    left_ -= bytes;
    return taken;
}

void* Arena::zeros(std::size_t bytes) {
    void* const taken = take(bytes);
    if (bytes > 0) std::memset(taken, 0, bytes);  // of nothing, before the first block, there is no address
    return taken;
}

std::string_view Arena::keep(std::string_view text) { return joined({text}); }

std::string_view Arena::joined(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (std::string_view part : parts) size += part.size();
    char* text = static_cast<char*>(take(size + 1));
    char* end = text;
    for (std::string_view part : parts) end = std::copy(part.begin(), part.end(), end);
    *end = '\0';
    return {text, size};
}

}  // namespace candor
