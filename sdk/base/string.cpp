#include "base/string.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>

// Nothing of it inlined: that each use costs a call, and no more, is what it is for. Those that are `used` keep their
// references at link time, too, where the size and address of a text would be loaded at each call.
namespace candor {

[[gnu::noinline]] String::String(const char* text) { append(text); }

[[gnu::noinline]] String::String(std::string_view text) { append(text); }

[[gnu::noinline, gnu::used]] String::String(const String& other) { append(other); }

[[gnu::noinline]] void String::take(String& other) noexcept {
    if (this == &other) return;
    release(data_);
    data_ = other.data_;
    size_ = other.size_;
    other.drop();
}

[[gnu::noinline, gnu::used]] void String::copy(const String& other) { assign(other); }

[[gnu::noinline]] String& String::operator=(const char* text) { return assign(text); }

[[gnu::noinline]] String& String::operator+=(const String& text) { return append(text); }

[[gnu::noinline]] String& String::operator+=(const char* text) { return append(text); }

[[gnu::noinline]] void String::release(char* data) {
    if (data != nullptr) std::free(data - sizeof(std::size_t));
}

std::size_t String::room() const {
    if (data_ == nullptr) return 0;
    std::size_t room;
    std::memcpy(&room, data_ - sizeof room, sizeof room);
    return room;
}

[[gnu::noinline]] void String::grow(std::size_t size) {
    // Blocks are multiples of 16 bytes: all of one is room.
    constexpr std::size_t kBeside = sizeof(std::size_t) + 1;
    size = (size + kBeside + 15) / 16 * 16 - kBeside;
    auto* block = static_cast<char*>(std::malloc(size + sizeof(std::size_t) + 1));
    if (block == nullptr) std::abort();
    std::memcpy(block, &size, sizeof size);
    char* data = block + sizeof(std::size_t);
    if (size_ != 0) std::memcpy(data, data_, size_);
    data[size_] = 0;
    release(data_);
    data_ = data;
}

void String::reserve(std::size_t size) {
    if (size > room()) grow(size);
}

// For a text that grows bit by bit.
[[gnu::noinline]] void String::make_room(std::size_t size) {
    if (size > room()) grow(size_ == 0 ? size : std::max(size, 2 * size_));
}

[[gnu::noinline]] void String::resize(std::size_t size, char filling) {
    make_room(size);
    if (size > size_) std::memset(data_ + size_, filling, size - size_);
    size_ = size;
    if (data_ != nullptr) data_[size] = 0;
}

[[gnu::noinline]] String& String::replace(std::size_t at, std::size_t count, std::string_view text) {
    count = std::min(count, size_ - at);
    const std::less_equal<> before;  // of any addresses
    if (!text.empty() && before(data_, text.data()) && before(text.data(), data_ + size_)) {
        const String copy(text);  // of a part of itself
        return replace(at, count, copy);
    }
    const std::size_t rest = size_ - at - count;
    const std::size_t size = size_ - count + text.size();
    make_room(size);
    if (data_ == nullptr) return *this;
    std::memmove(data_ + at + text.size(), data_ + at + count, rest);
    if (!text.empty()) std::memcpy(data_ + at, text.data(), text.size());
    size_ = size;
    data_[size] = 0;
    return *this;
}

[[gnu::noinline]] String& String::assign(std::string_view text) { return replace(0, size_, text); }

[[gnu::noinline]] String& String::append(std::string_view text) {
    if (text.empty()) return *this;
    if (size_ + text.size() > room()) return replace(size_, 0, text);  // it may be a part of this text, which moves
    std::memcpy(data_ + size_, text.data(), text.size());
    size_ += text.size();
    data_[size_] = 0;
    return *this;
}

[[gnu::noinline]] void String::push_back(char letter) {
    make_room(size_ + 1);
    data_[size_++] = letter;
    data_[size_] = 0;
}

[[gnu::noinline]] bool operator==(const String& left, std::string_view right) { return left.view() == right; }

[[gnu::noinline, gnu::used]] bool operator==(const String& left, const String& right) {
    return left.view() == right.view();
}

[[gnu::noinline]] std::strong_ordering operator<=>(const String& left, const String& right) {
    return left.view().compare(right.view()) <=> 0;
}

}  // namespace candor
