// The database file: opened, recognised, made, checked, set aside.
#pragma once

#include "base/list.hpp"
#include "base/string.hpp"

#include "base/result.hpp"
#include "outbox/sqlite.hpp"

namespace candor::outbox::sqlite {

// How long a connection waits for another process.
constexpr int kBusyMilliseconds = 2000;

// A connection to a file that is ours, sound and of this version, made if there was none. See sqlite_store in
// store.hpp.
Result<Connection> open_file(const String& path, List<String>& notices);

// Removes what was set aside; false if something of it is still there.
bool remove_set_aside(const String& path);

}  // namespace candor::outbox::sqlite
