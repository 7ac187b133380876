// `candor bucket`: which bucket a unit falls into, here and in a warehouse.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace candor::cli {

// The names of the dialects that `bucket_sql` writes.
inline constexpr std::array<std::string_view, 5> kDialects = {"bigquery", "databricks", "postgres", "snowflake",
                                                              "sqlite"};

// An expression for the bucket of the text that `unit` names, an expression of the dialect too, as a whole number from
// 0 to 99,999. SQLite has no SHA-256 of its own: there a function sha256(text) that gives hexadecimal digits is
// expected. Nothing for another dialect.
std::optional<std::string> bucket_sql(std::string_view dialect, std::string_view salt, std::string_view purpose,
                                      std::string_view unit);

// Who is sampled, and how.
struct Sampling {
    std::string salt;
    std::uint32_t threshold = 100'000;  // in the sample when bucket < threshold
};

// Of a survey of a document; the error names the file, or the survey that it has not. With a wave, of that wave.
Result<Sampling> sampling_of(const std::string& file, std::string_view survey, std::string_view wave);

}  // namespace candor::cli
