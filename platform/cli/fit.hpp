// What of a document does not fit the smallest surface that the card is made for: laid out as an app lays it out, with
// the desktop's own text.
#pragma once

#include <string_view>

#include "base/list.hpp"
#include "base/result.hpp"
#include "survey/lint.hpp"

namespace candor::cli {

// Logical pixels.
constexpr int kSmallestWidth = 280, kSmallestHeight = 480;

// For each question and language of the document: cards that have to scroll, and words that are wider than their line.
// `text` is a document that the tools' reading accepts. An error when there is nothing to measure text with.
Result<List<survey::Finding>> misfits(std::string_view text);

}  // namespace candor::cli
