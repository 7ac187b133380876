// All responses, a line each, read from the file as they are written out: any number of them fits into memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "collector/sqlite.hpp"

namespace candor::collector {

enum class Format { csv, jsonl };

// A running download. Sees the file as it was at its first line. For one thread at a time.
class Download {
public:
    static Result<std::unique_ptr<Download>> start(Connection connection, Format format);

    // The next lines, about `bytes` long; empty at the end.
    Result<std::string> next(std::size_t bytes);

private:
    Download(Connection connection, Statement rows, Format format);

    std::string line() const;

    Connection connection_;
    Statement rows_;  // goes before its connection
    Format format_;
    bool begun_ = false;
    bool ended_ = false;
};

// A cell by RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_text(std::string_view text);

}  // namespace candor::collector
