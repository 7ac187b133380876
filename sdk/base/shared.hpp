// An object with several owners, the last of whom ends it. One address wide, for the count stands before the object:
// half of a standard shared pointer, and copies of it are a call each. There are no weak ones. Owners may be on any
// thread, as with the standard one.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace candor {

namespace shared {
using End = void (*)(void* object);
void* make(std::size_t bytes, End end);  // room for an object behind a count of 1, and how it ends
void keep(const void* object);           // one owner more; null is fine
void drop(const void* object);           // one less; without any it ends. Null is fine
}  // namespace shared

template <class T>
class Shared {
public:
    Shared() = default;
    Shared(std::nullptr_t) {}
    // Of an object that has an owner.
    explicit Shared(T* object) : object_(object) { shared::keep(object_); }
    Shared(const Shared& other) : Shared(other.object_) {}
    Shared(Shared&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    template <class From>
    requires(std::is_same_v<T, const From>) Shared(Shared<From> other) : object_(other.hand_over()) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Shared() { shared::drop(object_); }

    T* get() const { return object_; }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    void reset() { *this = nullptr; }
    T* hand_over() { return std::exchange(object_, nullptr); }
    friend bool operator==(const Shared& left, const Shared& right) { return left.object_ == right.object_; }
    friend bool operator==(const Shared& left, std::nullptr_t) { return left.object_ == nullptr; }

private:
    template <class Made, class... Parameters>
    friend Shared<Made> make_shared(Parameters&&... parameters);

    T* object_ = nullptr;
};

template <class Made, class... Parameters>
Shared<Made> make_shared(Parameters&&... parameters) {
    Shared<Made> made;
    void* const room = shared::make(sizeof(Made), [](void* object) { static_cast<Made*>(object)->~Made(); });
    made.object_ = new (room) Made(std::forward<Parameters>(parameters)...);
    return made;
}

}  // namespace candor
