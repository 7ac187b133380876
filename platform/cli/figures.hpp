// Numbers as people read them. The same on every machine, whatever its language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candor::cli {

std::string thousands(std::int64_t number);                      // "1,234,567"
std::string fixed(double number, int decimals);                  // "12.3"; never "-0.0"
std::string points(double score);                                // "+12.3"
std::string percent(double percent);                             // "12.3 %"
std::string rate(double number);                                 // "1,235", "12.3" or "0.12": three digits that matter
std::size_t width(std::string_view text);                        // in letters
std::string shortened(std::string_view text, std::size_t most);  // an identifier, with "…" where it was cut

}  // namespace candor::cli
