#include "card/edit.hpp"

#include <algorithm>
#include <cstdint>

#include "base/utf8.hpp"

namespace candor::card {

namespace {

struct Range {
    std::uint32_t first, last;
};

// Blocks whose characters join the one before them. Within scripts, from the first to the last combining sign of a run:
// a boundary too few there moves the caret past two letters, which is the lesser evil.
constexpr Range kExtending[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},   {0x05C4, 0x05C5},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC},   {0x06DF, 0x06E4},   {0x06E7, 0x06E8},
    {0x06EA, 0x06ED}, {0x0900, 0x0903}, {0x093A, 0x093C}, {0x093E, 0x094F},   {0x0951, 0x0957},   {0x0962, 0x0963},
    {0x0981, 0x0983}, {0x09BC, 0x09BC}, {0x09BE, 0x09CD}, {0x0A3C, 0x0A51},   {0x0ABC, 0x0ABC},   {0x0ABE, 0x0ACD},
    {0x0B3C, 0x0B3C}, {0x0B3E, 0x0B57}, {0x0BBE, 0x0BCD}, {0x0C3E, 0x0C56},   {0x0CBC, 0x0CBC},   {0x0CBE, 0x0CD6},
    {0x0D3B, 0x0D3C}, {0x0D3E, 0x0D4D}, {0x0DCA, 0x0DDF}, {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E},
    {0x0EB1, 0x0EB1}, {0x0EB4, 0x0EBC}, {0x0EC8, 0x0ECE}, {0x0F71, 0x0F84},   {0x102B, 0x103E},   {0x1160, 0x11FF},
    {0x17B4, 0x17D3}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200C, 0x200D},   {0x20D0, 0x20FF},   {0x302A, 0x302F},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0020, 0xE007F}, {0xE0100, 0xE01EF},
};

constexpr std::uint32_t kJoiner = 0x200D;

bool extends(std::uint32_t code) {
    return std::any_of(std::begin(kExtending), std::end(kExtending),
                       [&](const Range& range) { return code >= range.first && code <= range.last; });
}

bool is_regional(std::uint32_t code) { return code >= 0x1F1E6 && code <= 0x1F1FF; }

std::uint32_t byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(std::string_view text, std::size_t at) { return (byte_at(text, at) & 0xC0u) == 0x80u; }

// Decodes the code point at `at` and moves past it. Bad bytes stand for themselves.
std::uint32_t decode(std::string_view text, std::size_t& at) {
    const std::uint32_t lead = byte_at(text, at++);
    if (lead < 0xC0u) return lead;
    std::uint32_t code = lead < 0xE0u ? lead & 0x1Fu : lead < 0xF0u ? lead & 0x0Fu : lead & 0x07u;
    for (int i = 0; i < 3 && at < text.size() && is_continuation(text, at); ++i) {
        code = (code << 6) | (byte_at(text, at++) & 0x3Fu);
    }
    return code;
}

// Moves past one cluster that begins at `at`.
std::size_t cluster_end(std::string_view text, std::size_t at) {
    std::uint32_t before = decode(text, at);
    if (before == '\n') return at;
    bool flag = is_regional(before);
    while (at < text.size()) {
        std::size_t after = at;
        const std::uint32_t code = decode(text, after);
        const bool pair = flag && is_regional(code);
        if (!pair && !extends(code) && (before != kJoiner || code == '\n')) break;
        flag = false;
        before = code;
        at = after;
    }
    return at;
}

}  // namespace

std::size_t next_boundary(std::string_view text, std::size_t at) {
    std::size_t boundary = 0;
    while (boundary < text.size() && boundary <= at) boundary = cluster_end(text, boundary);
    return boundary;
}

std::size_t boundary_at_or_before(std::string_view text, std::size_t at) {
    std::size_t boundary = 0;
    while (boundary < text.size()) {
        const std::size_t end = cluster_end(text, boundary);
        if (end > at) break;
        boundary = end;
    }
    return boundary;
}

std::size_t previous_boundary(std::string_view text, std::size_t at) {
    return at == 0 ? 0 : boundary_at_or_before(text, std::min(at, text.size()) - 1);
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    if (at == 0) return 0;
    const std::size_t newline = text.rfind('\n', std::min(at, text.size()) - 1);
    return newline == std::string_view::npos || at == 0 ? 0 : newline + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

String typable(std::string_view text) {
    String result;
    if (!is_utf8(text)) return result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            const bool pair = i + 1 < text.size() && text[i + 1] == '\n';
            if (!pair) result += '\n';
        } else if (c == '\t') {
            result += ' ';
        } else if (c == '\n' || (byte_at(text, i) >= 0x20 && c != 0x7F)) {
            result += c;
        }
    }
    return result;
}

Edited insert(std::string_view text, std::size_t caret, std::string_view typed, std::size_t limit) {
    caret = boundary_at_or_before(text, caret);
    const std::size_t room = limit > text.size() ? limit - text.size() : 0;
    const std::string_view fitting = typed.size() <= room ? typed : typed.substr(0, boundary_at_or_before(typed, room));
    Edited edited{String(text.substr(0, caret)), caret + fitting.size()};
    edited.text += fitting;
    edited.text += text.substr(caret);
    return edited;
}

Edited erase_before(std::string_view text, std::size_t caret) {
    caret = boundary_at_or_before(text, caret);
    const std::size_t from = previous_boundary(text, caret);
    Edited edited{String(text.substr(0, from)), from};
    edited.text += text.substr(caret);
    return edited;
}

Edited erase_after(std::string_view text, std::size_t caret) {
    caret = boundary_at_or_before(text, caret);
    Edited edited{String(text.substr(0, caret)), caret};
    edited.text += text.substr(std::max(caret, next_boundary(text, caret)));
    return edited;
}

}  // namespace candor::card
