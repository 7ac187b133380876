// The checksum that every row carries over all its other columns: a row that is not as it was written is known by it,
// wherever it is found.
#pragma once

#include <cstdint>
#include <string_view>

namespace candor::outbox::sqlite {

// XXH64, so that any tool can check it.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed);

// Over the columns in order. Each is hashed with what the ones before came to, so that bytes cannot pass from one
// column to its neighbour.
class Checksum {
public:
    // Rows of two tables never have the same one.
    explicit Checksum(std::uint64_t table) : value_(table) {}

    Checksum& bytes(std::string_view value);
    Checksum& integer(std::int64_t value);

    std::int64_t value() const { return static_cast<std::int64_t>(value_); }

private:
    std::uint64_t value_;
};

}  // namespace candor::outbox::sqlite
