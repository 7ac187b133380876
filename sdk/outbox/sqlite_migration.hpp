#pragma once

#include "outbox/sqlite.hpp"

namespace candor::outbox::sqlite {

// From version 1 to that of today, in one transaction: all or nothing. SQLITE_OK too when another has done it.
int migrate(sqlite3* db);

}  // namespace candor::outbox::sqlite
