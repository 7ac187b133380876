// The ledger's entries: how many persons, and of transactional surveys how many moments, stand at which state. A report
// says what moved, without ids; docs/wire.md has its format.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/json_writer.hpp"
#include "history/history.hpp"
#include "survey/document.hpp"

namespace candor::decide {

constexpr std::size_t kStates = static_cast<std::size_t>(history::Reached::answered) + 1;

// By state; of `nothing` nobody keeps account.
using Changes = std::array<std::int64_t, kStates>;

// One less of `from` and one more of `to`.
void move(Changes& changes, history::Reached from, history::Reached to);

// Which survey was asked, in which wave, and where.
void write_asking(json::Writer& out, const survey::Survey& survey, std::string_view wave, std::string_view touchpoint);

// The members of a report but its day, into an open object.
void write_exposure(json::Writer& out, const survey::Survey& survey, std::string_view wave, std::string_view touchpoint,
                    const Changes& persons, const Changes& moments);

}  // namespace candor::decide
