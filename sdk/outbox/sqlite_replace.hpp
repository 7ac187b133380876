#pragma once

#include "base/list.hpp"
#include "base/result.hpp"
#include "base/string.hpp"

namespace candor::outbox::sqlite {

// Sets the damaged file aside, with what could be saved of it in its place; under the lock of those who open. `reason`
// goes into the notice. On an error the file is where it was.
Result<void> replace_damaged(const String& path, const String& reason, List<String>& notices);

// SQLite may be built to read a path that begins with "file:" as an address, and ":memory:" as no file at all.
String literal(const String& path);

}  // namespace candor::outbox::sqlite
