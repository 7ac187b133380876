#include "base/text.hpp"

#include <algorithm>

namespace candor {

void Part::append_to(String& out) const {
    switch (kind_) {
        case Kind::literal: out += piece_.literal; break;
        case Kind::text: out += *piece_.text; break;
        case Kind::view: out.append(piece_.literal, size_); break;
        case Kind::number: out += digits(piece_.number); break;
    }
}

String joined(Parts parts) {
    String out;
    for (const Part& part : parts) part.append_to(out);
    return out;
}

String digits(std::int64_t number) {
    String out;
    const bool negative = number < 0;
    auto size = static_cast<std::uint64_t>(number);
    if (negative) size = 0 - size;
    do out += static_cast<char>('0' + size % 10);
    while ((size /= 10) != 0);
    if (negative) out += '-';
    std::reverse(out.begin(), out.end());
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view take_part(std::string_view& list, char separator) {
    std::size_t end = 0;
    while (end < list.size() && list[end] != separator) ++end;
    const std::string_view part = list.substr(0, end);
    list.remove_prefix(end < list.size() ? end + 1 : end);
    return part;
}

std::size_t find_part(std::string_view list, char separator, std::string_view part) {
    for (std::size_t index = 0; !list.empty(); ++index) {
        if (take_part(list, separator) == part) return index;
    }
    return kNoPart;
}

}  // namespace candor
