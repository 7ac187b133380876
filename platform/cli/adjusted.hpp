// What the card makes of a document's colours: those that could not be read or found on it are moved.
#pragma once

#include "base/list.hpp"
#include "survey/document.hpp"
#include "survey/lint.hpp"

namespace candor::cli {

// A note for each colour that is drawn otherwise than it is given, in the order of the document's format.
List<survey::Finding> adjusted_colors(const survey::Theme& theme);

}  // namespace candor::cli
