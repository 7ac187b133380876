// Owned text. The standard string keeps short texts within itself, and every look at one begins by asking which kind it
// is: some forty bytes of code at each of hundreds of places. Here it is always an address and a size, so a view is two
// loads, a move is two copies, and everything else is a call.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace candor {

class String {
public:
    static constexpr std::size_t npos = std::string_view::npos;

    String() = default;
    String(const char* text);
    String(const char* text, std::size_t size) : String(std::string_view(text, size)) {}
    String(std::size_t count, char filling) { resize(count, filling); }
    explicit String(std::string_view text);
    String(const String& other);
    String(String&& other) noexcept : data_(other.data_), size_(other.size_) { other.drop(); }
    // NOLINTNEXTLINE(bugprone-unhandled-self-assignment,cert-oop54-cpp): assign() takes parts of the text itself
    String& operator=(const String& other) {
        copy(other);
        return *this;
    }
    String& operator=(String&& other) noexcept {
        take(other);
        return *this;
    }
    String& operator=(std::string_view text) { return assign(text); }
    String& operator=(const char* text);
    [[gnu::always_inline]] ~String() { release(data_); }

    // From the host's side of things, and to it.
    template <std::same_as<std::string> Standard>
    String(const Standard& text) : String(std::string_view(text)) {}
    template <std::same_as<std::string> Standard>
    String& operator=(const Standard& text) {
        return assign(text);
    }
    template <std::same_as<std::string> Standard>
    operator Standard() const {
        return Standard(view());
    }

    operator std::string_view() const { return {data_, size_}; }
    const char* data() const { return data_; }
    char* data() { return data_; }
    const char* c_str() const { return data_ == nullptr ? "" : data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const char* begin() const { return data_; }
    const char* end() const { return data_ + size_; }
    char* begin() { return data_; }
    char* end() { return data_ + size_; }
    char front() const { return *data_; }
    char& front() { return *data_; }
    char back() const { return data_[size_ - 1]; }
    char& back() { return data_[size_ - 1]; }
    char operator[](std::size_t at) const { return data_[at]; }
    char& operator[](std::size_t at) { return data_[at]; }

    String& assign(std::string_view text);
    String& append(std::string_view text);
    String& append(const char* text, std::size_t size) { return append(std::string_view(text, size)); }
    String& operator+=(std::string_view text) { return append(text); }
    String& operator+=(const String& text);
    String& operator+=(const char* text);
    String& operator+=(char letter) {
        push_back(letter);
        return *this;
    }
    void push_back(char letter);
    void pop_back() { resize(size_ - 1); }
    void clear() { resize(0); }
    void resize(std::size_t size, char filling = 0);
    void reserve(std::size_t size);
    String& replace(std::size_t at, std::size_t count, std::string_view text);
    String& insert(std::size_t at, std::string_view text) { return replace(at, 0, text); }
    String& erase(std::size_t at, std::size_t count = npos) { return replace(at, count, {}); }
    void swap(String& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }

    String substr(std::size_t at, std::size_t count = npos) const { return String(view().substr(at, count)); }
    std::size_t find(std::string_view text, std::size_t at = 0) const { return view().find(text, at); }
    std::size_t find(char letter, std::size_t at = 0) const { return view().find(letter, at); }
    std::size_t rfind(std::string_view text, std::size_t at = npos) const { return view().rfind(text, at); }
    std::size_t rfind(char letter) const { return view().rfind(letter); }
    bool starts_with(std::string_view text) const { return view().starts_with(text); }
    bool ends_with(std::string_view text) const { return view().ends_with(text); }
    bool starts_with(char letter) const { return view().starts_with(letter); }
    bool ends_with(char letter) const { return view().ends_with(letter); }
    std::string_view view() const { return {data_, size_}; }

    friend bool operator==(const String& left, const String& right);
    friend bool operator==(const String& left, std::string_view right);
    friend bool operator==(const String& left, const char* right) { return left == std::string_view(right); }
    template <std::same_as<std::string> Standard>
    friend bool operator==(const String& left, const Standard& right) {
        return left == std::string_view(right);
    }
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const String& text) {
        return out << text.view();
    }
    friend std::strong_ordering operator<=>(const String& left, const String& right);

    friend String operator+(String left, std::string_view right) {
        left.append(right);
        return left;
    }

private:
    // Before the text stands how much room it has; a zero byte stands behind it.
    char* data_ = nullptr;
    std::size_t size_ = 0;

    void drop() {
        data_ = nullptr;
        size_ = 0;
    }
    void copy(const String& other);
    void take(String& other) noexcept;
    static void release(char* data);
    std::size_t room() const;
    void grow(std::size_t size);
    void make_room(std::size_t size);
};

}  // namespace candor
