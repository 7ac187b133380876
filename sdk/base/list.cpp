#include "base/list.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace candor {

namespace {

constexpr std::size_t kHead = 2 * sizeof(void*);  // keeps what follows aligned for anything we have

}  // namespace

[[gnu::noinline]] void Bytes::reserve(std::size_t bytes) {
    const auto used = static_cast<std::size_t>(end_ - begin_);
    std::size_t room = 0;
    if (begin_ != nullptr) std::memcpy(&room, begin_ - kHead, sizeof room);
    if (bytes <= room) return;
    bytes = std::max(bytes, 2 * used);
    auto* block = static_cast<char*>(std::malloc(kHead + bytes));
    if (block == nullptr) std::abort();
    std::memcpy(block, &bytes, sizeof bytes);
    if (used != 0) std::memcpy(block + kHead, begin_, used);
    release(begin_);
    begin_ = block + kHead;
    end_ = begin_ + used;
}

[[gnu::noinline]] void* Bytes::add(std::size_t bytes) {
    reserve(static_cast<std::size_t>(end_ - begin_) + bytes);
    end_ += bytes;
    return end_ - bytes;
}

[[gnu::noinline]] void Bytes::take_out(char* at, std::size_t bytes) {
    std::memmove(at, at + bytes, static_cast<std::size_t>(end_ - at) - bytes);
    end_ -= bytes;
}

[[gnu::noinline]] void Bytes::take(Bytes& other) noexcept {
    release(begin_);
    begin_ = std::exchange(other.begin_, nullptr);
    end_ = std::exchange(other.end_, nullptr);
}

[[gnu::noinline]] void Bytes::release(char* begin) {
    if (begin != nullptr) std::free(begin - kHead);
}

}  // namespace candor
