// The database file: opened, recognised, made, brought to today's format, and set aside where it is damaged.
#pragma once

#include <cstdint>

#include "base/list.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "outbox/damage.hpp"
#include "outbox/sqlite.hpp"

namespace candor::outbox::sqlite {

// How long a connection waits for another process.
constexpr int kBusyMilliseconds = 2000;

// A connection to a file that is ours and of this version, made if there was none. See sqlite_store in store.hpp.
// Whether all of it is sound shows when it is read: that would be the time of a start for each event.
// `gone`: what was in a file that has vanished from that path; noted as lost if another has to be made.
Result<Connection> open_file(const String& path, List<String>& notices, const Lost* gone = nullptr);

// The same after that connection has found damage, told by `code`. Another process may have replaced the file already.
Result<Connection> replace_file(const String& path, Connection damaged, int code, List<String>& notices);

// Whether the file of that connection has gone from its path, with or without another in its place.
bool has_moved(sqlite3* db);

// Another number than before when the commit of a transaction, on whatever connection, has changed what this one sees;
// 0 when that cannot be told. Known from the begin of a transaction on. A rollback does not change it.
std::uint32_t data_version(sqlite3* db);

}  // namespace candor::outbox::sqlite
