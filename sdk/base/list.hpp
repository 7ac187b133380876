// Owned items, one after the other. Unlike the standard vector, items move to another place as bytes: growing, erasing
// and handing over are then one piece of code for all types, where a vector brings its own for each. So an item must
// not hold addresses into itself, which a standard string does and String does not.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace candor {

// What does not depend on the type.
class Bytes {
public:
    Bytes() = default;
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;

protected:
    // How much room there is stands before the first.
    char* begin_ = nullptr;
    char* end_ = nullptr;

    void* add(std::size_t bytes);  // not yet made
    void reserve(std::size_t bytes);
    void take_out(char* at, std::size_t bytes);  // the item there has ended
    void take(Bytes& other) noexcept;            // when all items here have ended
    static void release(char* begin);
};

template <class T>
class List : private Bytes {
public:
    static_assert(!std::is_same_v<T, std::string>, "holds an address into itself");

    using value_type = T;
    using iterator = T*;
    using const_iterator = const T*;

    List() = default;
    List(std::initializer_list<T> items) { append(items.begin(), items.end()); }
    List(const T* begin, const T* end) { append(begin, end); }
    explicit List(std::size_t count) { resize(count); }
    List(const List& other) { append(other.begin(), other.end()); }
    List(List&& other) noexcept { take(other); }
    List& operator=(const List& other) {
        if (this != &other) assign(other.begin(), other.end());
        return *this;
    }
    List& operator=(List&& other) noexcept {
        if (this != &other) {
            clear();
            take(other);
        }
        return *this;
    }
    // From the host's side of things, and to it.
    template <class Item>
    List(const std::vector<Item>& items) {
        for (const Item& item : items) emplace_back(item);
    }
    template <class Item>
    operator std::vector<Item>() const {
        return {begin(), end()};
    }
    ~List() {
        clear();
        release(begin_);
    }

    T* begin() { return reinterpret_cast<T*>(begin_); }
    T* end() { return reinterpret_cast<T*>(end_); }
    const T* begin() const { return reinterpret_cast<const T*>(begin_); }
    const T* end() const { return reinterpret_cast<const T*>(end_); }
    T* data() { return begin(); }
    const T* data() const { return begin(); }
    std::size_t size() const { return static_cast<std::size_t>(end_ - begin_) / sizeof(T); }
    bool empty() const { return begin_ == end_; }
    T& operator[](std::size_t at) { return begin()[at]; }
    const T& operator[](std::size_t at) const { return begin()[at]; }
    T& front() { return *begin(); }
    const T& front() const { return *begin(); }
    T& back() { return end()[-1]; }
    const T& back() const { return end()[-1]; }

    // The parameters must not lie in the list: it may move.
    template <class... Parameters>
    T& emplace_back(Parameters&&... parameters) {
        return *new (add(sizeof(T))) T(std::forward<Parameters>(parameters)...);
    }
    void push_back(const T& item) { emplace_back(T(item)); }
    void push_back(T&& item) {
        T taken(std::move(item));
        new (add(sizeof(T))) T(std::move(taken));
    }
    void append(const T* begin, const T* end) {
        for (; begin != end; ++begin) emplace_back(*begin);
    }
    void assign(const T* begin, const T* end) {
        clear();
        append(begin, end);
    }
    void reserve(std::size_t count) { Bytes::reserve(count * sizeof(T)); }
    void resize(std::size_t count) {
        while (size() > count) pop_back();
        if (size() == count) return;
        const std::size_t more = count - size();
        T* at = static_cast<T*>(add(more * sizeof(T)));
        for (T* const last = at + more; at != last; ++at) new (at) T();
    }
    // Room for so many more, which the caller makes there before anything else looks at the list.
    T* add_unmade(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T*>(add(count * sizeof(T)));
    }
    void pop_back() {
        end_ -= sizeof(T);
        end()->~T();
    }
    void clear() {
        if constexpr (std::is_trivially_destructible_v<T>) {
            end_ = begin_;
        } else {
            while (end_ != begin_) pop_back();
        }
    }
    T* erase(T* at) {
        at->~T();
        take_out(reinterpret_cast<char*>(at), sizeof(T));
        return at;
    }
    T* erase(T* from, T* to) {
        while (from != to) erase(--to);
        return from;
    }
    template <class Which>
    void erase_if(const Which& which) {
        for (T* at = begin(); at != end();) at = which(*at) ? erase(at) : at + 1;
    }
    void swap(List& other) noexcept {
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
    }

    friend bool operator==(const List& left, const List& right) {
        if (left.size() != right.size()) return false;
        const T* other = right.begin();
        for (const T& item : left) {
            if (!(item == *other++)) return false;
        }
        return true;
    }
};

}  // namespace candor
