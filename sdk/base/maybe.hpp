// An object or none, on the heap. A standard optional has room for its object in place, and moving one, or assigning
// one to another, is code that asks of both whether they hold something, and moves member by member. Here it is an
// address that is handed over. For what is large and rarely there, or handed on more often than it is looked at.
#pragma once

#include <optional>
#include <utility>

namespace candor {

template <class T>
class Maybe {
public:
    Maybe() = default;
    Maybe(std::nullopt_t) {}
    Maybe(const T& object) : object_(new T(object)) {}
    Maybe(T&& object) : object_(new T(std::move(object))) {}
    Maybe(const Maybe& other) : object_(other ? new T(*other) : nullptr) {}
    Maybe(Maybe&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Maybe& operator=(Maybe other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Maybe() { delete object_; }

    T& emplace() {
        reset();
        return *(object_ = new T());
    }
    void reset() { delete std::exchange(object_, nullptr); }

    bool has_value() const { return object_ != nullptr; }
    explicit operator bool() const { return object_ != nullptr; }
    T& operator*() & { return *object_; }
    const T& operator*() const& { return *object_; }
    T&& operator*() && { return std::move(*object_); }
    T* operator->() { return object_; }
    const T* operator->() const { return object_; }

    friend bool operator==(const Maybe& left, const Maybe& right) {
        return left && right ? *left == *right : left.has_value() == right.has_value();
    }

private:
    T* object_ = nullptr;
};

}  // namespace candor
