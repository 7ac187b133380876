// Texts put together: one call, and no half-made text in between. On the web each temporary string costs its making and
// its end in code, so sentences are joined here and not with '+'.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/string.hpp"

namespace candor {

// A piece of a text: a literal, a string that outlives the call, or a whole number. It is taken apart where it is used
// and not where it is made, for many make one.
class Part {
public:
    Part(const char* literal) : kind_(Kind::literal), piece_{.literal = literal} {}
    Part(const String& text) : kind_(Kind::text), piece_{.text = &text} {}
    Part(std::string_view text) : kind_(Kind::view), size_(text.size()), piece_{.literal = text.data()} {}
    template <std::integral T>
    requires(sizeof(T) >= sizeof(int)) Part(T number)
        : kind_(Kind::number), piece_{.number = static_cast<std::int64_t>(number)} {}

    void append_to(String& out) const;

private:
    enum class Kind : std::uint8_t { literal, text, view, number };

    Kind kind_;
    std::size_t size_;  // of a view alone
    union {
        const char* literal;
        const String* text;
        std::int64_t number;
    } piece_;
};
using Parts = std::initializer_list<Part>;

String joined(Parts parts);

// The decimal digits of a whole number, with '-' where it is negative.
String digits(std::int64_t number);

// Without the blanks and tabs at its ends.
std::string_view trimmed(std::string_view text);

// Lists that are one text, such as "red|green": what stands before the first separator, which is taken away with it.
std::string_view take_part(std::string_view& list, char separator);

// Which of the parts it is, or kNoPart.
constexpr std::size_t kNoPart = static_cast<std::size_t>(-1);
std::size_t find_part(std::string_view list, char separator, std::string_view part);

}  // namespace candor
