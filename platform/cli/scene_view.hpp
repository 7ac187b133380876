// A scene of `candor preview` as the card is given it.
#pragma once

#include <string_view>

#include "card/card.hpp"
#include "cli/preview.hpp"

namespace candor::cli {

// Of a scene that answers lead to; it and the document must outlive the view.
card::View view_of(const survey::Document& document, const Scene& scene, std::string_view locale);

}  // namespace candor::cli
