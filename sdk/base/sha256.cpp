#include "base/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace candor {
namespace {

using Words = std::array<std::uint32_t, 8>;

// The first digits of the fraction, in binary.
std::uint32_t fraction(double root) {
    constexpr double kDigits = 4294967296.0;
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(root * kDigits));
}

double cube_root(double number) {
    double root = number;
    for (int i = 0; i < 32; ++i) root = (2 * root + number / (root * root)) / 3;
    return root;
}

bool is_prime(std::uint32_t number) {
    for (std::uint32_t divisor = 2; divisor * divisor <= number; ++divisor) {
        if (number % divisor == 0) return false;
    }
    return true;
}

// Fractions of the square and cube roots of the first primes, as the standard has it. Written down they are what no
// page's compressor makes smaller.
struct Constants {
    Words initial{};
    std::array<std::uint32_t, 64> round{};

    Constants() {
        std::uint32_t number = 2;
        for (std::size_t i = 0; i < round.size(); ++number) {
            if (!is_prime(number)) continue;
            if (i < initial.size()) initial[i] = fraction(std::sqrt(number));
            round[i++] = fraction(cube_root(number));
        }
    }
};

const Constants& constants() {
    static const Constants kConstants;
    return kConstants;
}

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
    const std::array<std::uint32_t, 64>& round = constants().round;
    Words s = state;  // a b c d e f g h
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t t1 = s[7] + (std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25)) +
                                 ((s[4] & s[5]) ^ (~s[4] & s[6])) + round[i] + w[i];
        const std::uint32_t t2 = (std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22)) +
                                 ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
    Words state = constants().initial;
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
