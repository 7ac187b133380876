// Memory for texts and arrays of plain values that live and end together: taken piece by piece, given back all at
// once. What stands in it needs no destructor, so a tree of a hundred views costs no code to build, move and drop.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>

namespace candor {

class Arena {
public:
    Arena() = default;
    Arena(Arena&& other) noexcept { swap(other); }
    Arena& operator=(Arena&& other) noexcept;
    ~Arena();

    void* take(std::size_t bytes);  // aligned for anything

    // Of zero bytes, whatever initial values the members name: a loop for each type would cost more than it is worth.
    template <class T>
    std::span<T> array(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        return {static_cast<T*>(zeros(count * sizeof(T))), count};
    }

    // A zero byte stands behind each text.
    std::string_view keep(std::string_view text);
    std::string_view joined(std::initializer_list<std::string_view> parts);

private:
    struct Block;
    void* zeros(std::size_t bytes);
    void swap(Arena& other) noexcept;

    Block* last_ = nullptr;
    std::byte* next_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace candor
