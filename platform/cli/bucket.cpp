#include "cli/bucket.hpp"

#include "base/text.hpp"
#include "cli/files.hpp"
#include "survey/document.hpp"

namespace candor::cli {
namespace {

// What a dialect says in its own way. "$x" is the text that is hashed.
struct Dialect {
    std::string_view name;
    bool escapes;  // a backslash in a text begins an escape
    bool concat;   // texts are put together by CONCAT, and not by ||
    std::string_view bucket;
};

constexpr Dialect kWritten[] = {
    {"bigquery", true, true, "MOD(CAST(CONCAT('0x', SUBSTR(TO_HEX(SHA256($x)), 1, 13)) AS INT64), 100000)"},
    {"databricks", true, true, "CAST(conv(substr(sha2($x, 256), 1, 13), 16, 10) AS BIGINT) % 100000"},
    {"postgres", false, false,
     "('x' || substr(encode(sha256(convert_to($x, 'UTF8')), 'hex'), 1, 13))::bit(52)::bigint % 100000"},
    {"snowflake", true, true, "MOD(TO_NUMBER(SUBSTR(SHA2($x, 256), 1, 13), 'XXXXXXXXXXXXX'), 100000)"},
    // Which reads no hexadecimal digits: their values, one after another.
    {"sqlite", false, false,
     "(WITH RECURSIVE digits(rest, value) AS (SELECT substr(sha256($x), 1, 13), 0 UNION ALL SELECT substr(rest, 2), "
     "value * 16 + instr('123456789abcdef', substr(rest, 1, 1)) FROM digits WHERE rest <> '') "
     "SELECT value % 100000 FROM digits WHERE rest = '')"},
};

std::string literal(std::string_view text, bool escapes) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += escapes ? "\\" : "'";
        if (c == '\\' && escapes) out += '\\';
        out += c;
    }
    return out + "'";
}

}  // namespace

std::optional<std::string> bucket_sql(std::string_view dialect, std::string_view salt, std::string_view purpose,
                                      std::string_view unit) {
    for (const Dialect& each : kWritten) {
        if (each.name != dialect) continue;
        const std::string prefix = std::string(salt).append(":").append(purpose).append(".");
        std::string hashed = each.concat ? "CONCAT(" : "(";
        hashed += literal(prefix, each.escapes) + (each.concat ? ", " : " || ");
        hashed.append(unit).append(")");
        std::string sql(each.bucket);
        return sql.replace(sql.find("$x"), 2, hashed);
    }
    return std::nullopt;
}

Result<Sampling> sampling_of(const std::string& file, std::string_view survey, std::string_view wave) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    const auto document = survey::read_document(*text, json::Reading::tools);
    if (!document) return tl::unexpected<Error>(document.error());
    for (const survey::Survey& each : document->surveys) {
        if (each.id != survey || (!wave.empty() && each.wave != wave)) continue;
        return Sampling{std::string(each.sample.salt), each.sample.threshold};
    }
    return tl::unexpected<Error>(
        Error{file, joined({"has no survey ", survey, wave.empty() ? "" : " of wave ", wave})});
}

}  // namespace candor::cli
