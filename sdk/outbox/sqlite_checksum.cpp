#include "outbox/sqlite_checksum.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace candor::outbox::sqlite {
namespace {

constexpr std::uint64_t kPrimes[] = {11400714785074694791U, 14029467366897019727U, 1609587929392839161U,
                                     9650029242287828579U, 2870177450012600261U};

// Little-endian on every machine: a file may be carried from one to another.
template <class Number>
std::uint64_t number_at(const char* at) {
    Number value = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&value, at, sizeof value);
    } else {
        for (std::size_t i = sizeof value; i-- > 0;) {
            value = static_cast<Number>(value << 8 | static_cast<unsigned char>(at[i]));
        }
    }
    return value;
}

std::uint64_t mixed(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * kPrimes[1], 31) * kPrimes[0];
}

// Each lane is named, so that none is kept in memory between its turns.
std::uint64_t hash_lanes(const char*& at, std::size_t& left, std::uint64_t seed) {
    std::uint64_t a = seed + kPrimes[0] + kPrimes[1], b = seed + kPrimes[1], c = seed, d = seed - kPrimes[0];
    for (; left >= 32; left -= 32, at += 32) {
        a = mixed(a, number_at<std::uint64_t>(at));
        b = mixed(b, number_at<std::uint64_t>(at + 8));
        c = mixed(c, number_at<std::uint64_t>(at + 16));
        d = mixed(d, number_at<std::uint64_t>(at + 24));
    }
    std::uint64_t hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (const std::uint64_t lane : {a, b, c, d}) hash = (hash ^ mixed(0, lane)) * kPrimes[0] + kPrimes[3];
    return hash;
}

}  // namespace

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t hash = left >= 32 ? hash_lanes(at, left, seed) : seed + kPrimes[4];
    hash += bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        hash = std::rotl(hash ^ mixed(0, number_at<std::uint64_t>(at)), 27) * kPrimes[0] + kPrimes[3];
    }
    if (left >= 4) {
        hash = std::rotl(hash ^ (number_at<std::uint32_t>(at) * kPrimes[0]), 23) * kPrimes[1] + kPrimes[2];
        at += 4;
        left -= 4;
    }
    for (; left > 0; --left, ++at)
        hash = std::rotl(hash ^ (static_cast<unsigned char>(*at) * kPrimes[4]), 11) * kPrimes[0];
    hash = (hash ^ hash >> 33) * kPrimes[1];
    hash = (hash ^ hash >> 29) * kPrimes[2];
    return hash ^ hash >> 32;
}

Checksum& Checksum::bytes(std::string_view value) {
    value_ = hash64(value, value_);
    return *this;
}

Checksum& Checksum::integer(std::int64_t value) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return this->bytes({bytes, sizeof bytes});
}

}  // namespace candor::outbox::sqlite
