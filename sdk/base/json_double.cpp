// Doubles from decimal digits and back, both exact. What people write takes a short way; everything else goes through
// whole numbers of any length, for which being small matters more than being quick.
#include "base/json_number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/json.hpp"
#include "base/text.hpp"

namespace candor::json {
namespace {

static_assert(std::numeric_limits<double>::is_iec559 && DBL_MANT_DIG == 53);

constexpr std::uint64_t kHidden = std::uint64_t{1} << 52;  // the leading bit, which a double does not store
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// std::bit_cast, which not every library has.
template <class To, class From>
To bits_as(const From& from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// A whole number of any length that is needed here: 84 words for 800 digits, and 122 more to divide by 10^1130.
class Big {
public:
    std::size_t size() const { return size_; }
    std::uint32_t word(std::size_t i) const { return words_[i]; }
    bool is_zero() const { return size_ == 0; }

    void multiply_add(std::uint32_t factor, std::uint32_t summand) {
        std::uint64_t carry = summand;
        for (std::size_t i = 0; i < size_; ++i) {
            carry += std::uint64_t{words_[i]} * factor;
            words_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) words_[size_++] = static_cast<std::uint32_t>(carry);
    }

    // Returns the remainder.
    std::uint32_t divide(std::uint32_t divisor) {
        std::uint64_t rest = 0;
        for (std::size_t i = size_; i-- > 0;) {
            rest = rest << 32 | words_[i];
            words_[i] = static_cast<std::uint32_t>(rest / divisor);
            rest %= divisor;
        }
        while (size_ > 0 && words_[size_ - 1] == 0) --size_;
        return static_cast<std::uint32_t>(rest);
    }

    void scale(std::uint32_t factor, std::int64_t times) {
        for (; times > 0; --times) multiply_add(factor, 0);
    }

    void shift_words(std::size_t count) {
        for (std::size_t i = size_; i-- > 0;) words_[i + count] = words_[i];
        std::fill_n(words_.begin(), count, 0u);
        size_ += count;
    }

private:
    std::array<std::uint32_t, 224> words_;
    std::size_t size_ = 0;
};

// The double nearest to mantissa x 2^exponent, where the mantissa's highest bit is set and `more` says that something
// less than its lowest bit was left out.
double rounded(std::uint64_t mantissa, int exponent, bool more) {
    const int dropped = std::max(11, -1074 - exponent);  // bits that the double has no room for
    if (dropped > 64) return 0;
    std::uint64_t kept = dropped == 64 ? 0 : mantissa >> dropped;
    const std::uint64_t rest = mantissa << (64 - dropped);
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
    if (rest > kHalf || (rest == kHalf && (more || kept % 2 == 1))) ++kept;
    // The hidden bit, or a carry into it or beyond, counts the exponent up by itself.
    const int biased = exponent + dropped + 1074;
    if (biased > 2045) return kInfinity;
    return bits_as<double>(kept + (static_cast<std::uint64_t>(biased) << 52));
}

double to_double_exactly(const Decimal& decimal) {
    Big big;
    for (const char digit : decimal.digits) big.multiply_add(10, static_cast<std::uint32_t>(digit - '0'));
    std::int64_t tens = -decimal.exponent;
    big.scale(10, -tens);
    // So many words that three of them are left when all the tens are divided out; one holds 32 / log2(10) = 9.63.
    const std::size_t words = 4 + (tens > 0 ? static_cast<std::size_t>(tens) * 107 / 1024 : 0);
    big.shift_words(words);
    bool more = false;
    while (tens > 0) {
        std::uint32_t divisor = 1;
        for (int i = 0; i < 9 && tens > 0; ++i, --tens) divisor *= 10;
        more |= big.divide(divisor) != 0;
    }

    std::size_t i = big.size() - 2;
    const std::uint64_t high = std::uint64_t{big.word(i + 1)} << 32 | big.word(i);
    const int zeros = std::countl_zero(high);  // less than 32
    const std::uint64_t low = std::uint64_t{big.word(i - 1)} << zeros;
    more |= static_cast<std::uint32_t>(low) != 0;
    const int exponent = 32 * (static_cast<int>(i) - static_cast<int>(words)) - zeros;
    for (--i; i-- > 0;) more |= big.word(i) != 0;
    return rounded(high << zeros | low >> 32, exponent, more);
}

// The digits of a double and, beyond the first 19, only whether any is not zero.
struct Expansion {
    Decimal decimal;
    bool more = false;
};

Expansion expand(double number) {
    const auto bits = bits_as<std::uint64_t>(number);
    const auto biased = static_cast<int>(bits >> 52);
    const std::uint64_t mantissa = bits % kHidden + (biased == 0 ? 0 : kHidden);
    const int exponent = std::max(biased, 1) - 1075;
    Expansion out;
    Big big;
    big.multiply_add(0, static_cast<std::uint32_t>(mantissa >> 32));
    big.shift_words(1);
    big.multiply_add(1, static_cast<std::uint32_t>(mantissa));
    big.scale(2, exponent);
    big.scale(5, -exponent);  // a half is five tenths
    out.decimal.exponent = std::min(exponent, 0);
    for (; big.size() > 3; out.decimal.exponent += 9) out.more |= big.divide(1'000'000'000) != 0;
    String& digits = out.decimal.digits;
    while (!big.is_zero()) digits += static_cast<char>('0' + big.divide(10));
    std::reverse(digits.begin(), digits.end());
    return out;
}

// The nearest decimal of `count` digits if it reads back as `number`, else its neighbour on the number's other side if
// that does (below a power of two doubles lie closer than above it). True when one did.
bool shortened(double number, const Expansion& exact, std::size_t count, Decimal& out) {
    const std::string_view digits = exact.decimal.digits;
    count = std::min(count, digits.size());
    const std::uint64_t below = value_of(digits.substr(0, count));
    const std::string_view rest = digits.substr(count);
    const bool more = exact.more || rest.find_first_not_of('0', 1) != std::string_view::npos;
    const char first = rest.empty() ? '0' : rest.front();
    const bool up = first > '5' || (first == '5' && (more || below % 2 == 1));
    out.exponent = exact.decimal.exponent + static_cast<std::int64_t>(rest.size());
    for (const bool above : {up, !up}) {
        out.digits = candor::digits(static_cast<std::int64_t>(below) + (above ? 1 : 0));
        if (to_double(out) == number) return true;
    }
    return false;
}

Decimal shortest(double number) {
    const Expansion exact = expand(number);
    // Up to 15 digits survive in a double, so that 15 find what fewer would, with zeros after it. Not where doubles
    // have fewer bits. 17 are always enough.
    std::size_t count = number < DBL_MIN ? 1 : 15;
    Decimal out;
    while (!shortened(number, exact, count, out)) ++count;
    return out;
}

// "120", "1.2", "0.0012" or "1.2e-7".
String laid_out(const Decimal& decimal) {
    const String& digits = decimal.digits;
    const auto count = static_cast<std::int64_t>(digits.view().find_last_not_of('0') + 1);
    const std::int64_t magnitude = static_cast<std::int64_t>(digits.size()) + decimal.exponent;
    const bool plain = magnitude > -6 && magnitude <= 21;
    const std::int64_t point = plain ? magnitude : 1;
    String out;
    for (std::int64_t i = std::min<std::int64_t>(0, point - 1); i < std::max(count, point); ++i) {
        if (i == point) out += '.';
        out += i >= 0 && i < count ? digits[static_cast<std::size_t>(i)] : '0';
    }
    if (!plain) out += joined({magnitude > 0 ? "e+" : "e", magnitude - 1});
    return out;
}

}  // namespace

double to_double(const Decimal& decimal) {
    const auto size = static_cast<std::int64_t>(decimal.digits.size());
    const std::int64_t magnitude = size + decimal.exponent;
    if (size == 0 || magnitude < -330) return 0;
    if (magnitude > 310) return kInfinity;
    // Both exact, so that multiplying or dividing rounds once: unless the machine calculates with more than doubles.
    if (FLT_EVAL_METHOD == 0 && size <= 15 && decimal.exponent >= -22 && decimal.exponent <= 22) {
        const auto number = static_cast<double>(value_of(decimal.digits));
        double power = 1;
        for (std::int64_t i = decimal.exponent; i != 0; i += i < 0 ? 1 : -1) power *= 10;
        return decimal.exponent < 0 ? number / power : number * power;
    }
    return to_double_exactly(decimal);
}

String number_text(double number) {
    if (number == 0) return "0";
    const double size = number < 0 ? -number : number;
    if (!(size < kInfinity)) return "null";
    return joined({number < 0 ? "-" : "", laid_out(shortest(size))});
}

}  // namespace candor::json
