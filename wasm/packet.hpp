// How structures cross between JavaScript and this module: a packet is a row of little-endian numbers and of texts
// (their length, then their bytes), read in the order in which it was written. src/packet.ts is the other end.
#ifndef CANDOR_WASM_PACKET_HPP_
#define CANDOR_WASM_PACKET_HPP_

#include <cstdint>
#include <cstring>
#include <string>

#include "candor/candor.h"

namespace candor::web {

// Reads a packet. Past its end everything is zero or empty. The texts point into the packet.
class Reader {
public:
    explicit Reader(const std::string& bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    uint32_t u32() { return number<uint32_t>(); }
    int32_t i32() { return number<int32_t>(); }
    double f64() { return number<double>(); }
    int64_t instant() { return static_cast<int64_t>(f64()); }

    candor_string text() {
        const size_t size = u32();
        if (size > static_cast<size_t>(end_ - at_)) {
            at_ = end_;
            return {};
        }
        const candor_string result{at_, size};
        at_ += size;
        return result;
    }

private:
    template <typename T>
    T number() {
        T value{};
        if (static_cast<size_t>(end_ - at_) < sizeof value) {
            at_ = end_;
            return value;
        }
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }

    const char* at_;
    const char* end_;
};

// Writes a packet at the end of the given string.
class Writer {
public:
    explicit Writer(std::string& bytes) : bytes_(bytes) { bytes_.clear(); }

    void u32(uint32_t value) { raw(&value, sizeof value); }
    void i32(int32_t value) { raw(&value, sizeof value); }
    void f64(double value) { raw(&value, sizeof value); }
    void count(size_t value) { u32(static_cast<uint32_t>(value)); }
    void instant(int64_t value) { f64(static_cast<double>(value)); }
    void address(const void* value) { u32(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(value))); }

    void text(const candor_string& value) {
        count(value.size);
        raw(value.data, value.size);
    }

    void rect(const candor_rect& value) {
        for (const float side : {value.x, value.y, value.width, value.height}) f64(static_cast<double>(side));
    }

private:
    void raw(const void* data, size_t size) {
        if (size != 0) bytes_.append(static_cast<const char*>(data), size);
    }

    std::string& bytes_;
};

}  // namespace candor::web

#endif  // CANDOR_WASM_PACKET_HPP_
