#include "base/sha256.hpp"

#include <algorithm>
#include <bit>

namespace candor {
namespace {

using Words = std::array<std::uint32_t, 8>;

// The fractional parts of the square and cube roots of the first primes, as the standard has them.
constexpr Words kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using Block = std::array<std::uint8_t, 64>;

void absorb(Words& state, const Block& block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        for (std::size_t j = 0; j < 4; ++j) w[i] = w[i] << 8 | block[4 * i + j];
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t a = w[i - 15];
        const std::uint32_t b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) +
               (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
    }
    Words s = state;  // a b c d e f g h
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t t1 = s[7] + (std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25)) +
                                 ((s[4] & s[5]) ^ (~s[4] & s[6])) + kRound[i] + w[i];
        const std::uint32_t t2 = (std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22)) +
                                 ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
    Words state = kInitial;
    Block block{};
    const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
    while (bytes.size() >= block.size()) {
        std::copy_n(bytes.begin(), block.size(), block.begin());
        absorb(state, block);
        bytes.remove_prefix(block.size());
    }
    // What is left, a one bit, zeros, and the length; the length may need a block of its own.
    block = {};
    std::copy(bytes.begin(), bytes.end(), block.begin());
    block[bytes.size()] = 0x80;
    if (bytes.size() >= 56) {
        absorb(state, block);
        block = {};
    }
    for (std::size_t i = 0; i < 8; ++i) block[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i) & 0xff);
    absorb(state, block);

    std::array<std::uint8_t, 32> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
    }
    return out;
}

String sha256_hex(std::string_view bytes, std::size_t digits) {
    constexpr std::string_view kHex = "0123456789abcdef";
    String out;
    for (const std::uint8_t byte : sha256(bytes)) {
        out += kHex[byte >> 4];
        out += kHex[byte & 0xf];
    }
    out.resize(std::min(digits, out.size()));
    return out;
}

std::uint32_t bucket(std::string_view salt, std::string_view purpose, std::string_view unit) {
    String text;
    text.reserve(salt.size() + purpose.size() + unit.size() + 2);
    text.append(salt).append(":").append(purpose).append(".").append(unit);
    const auto digest = sha256(text);
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < 7; ++i) first = first << 8 | digest[i];
    return static_cast<std::uint32_t>((first >> 4) % 100'000);  // 13 of these 14 digits
}

}  // namespace candor
